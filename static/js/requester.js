// Whoever is chosen as requester shows with name, position and e-mail: the page includes everybody, one is in sight.
for (const place of document.querySelectorAll("[data-requesters]")) {
  const list = document.getElementById(place.dataset.requesters);
  const show = () => {
    for (const person of place.querySelectorAll("[data-requester]")) {
      person.hidden = person.dataset.requester !== list.value;
    }
  };
  place.setAttribute("aria-live", "polite");
  list.addEventListener("change", show);
  // The browser restores a choice when one comes back to the page.
  window.addEventListener("pageshow", show);
}
