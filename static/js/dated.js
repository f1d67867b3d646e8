// A strip whose button does more once a date is typed says which of the two it will do now.
for (const said of document.querySelectorAll("[data-if-dated], [data-unless-dated]")) {
  const { ifDated, unlessDated } = said.dataset;
  const date = said.closest("form").elements[ifDated ?? unlessDated];
  const show = () => {
    said.hidden = Boolean(date.value) === (ifDated === undefined);
  };
  date.addEventListener("input", show);
  // The browser restores a date when one comes back to the page.
  window.addEventListener("pageshow", show);
}
