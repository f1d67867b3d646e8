// Copy buttons: the text goes to the clipboard, and the button says so to eye and ear.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const said = button.querySelector(".visually-hidden");
  const before = said.dataset.before || said.textContent;
  said.dataset.before = before;
  said.setAttribute("aria-live", "polite");
  await navigator.clipboard.writeText(button.dataset.copy);
  button.dataset.done = "yes";
  said.textContent = button.dataset.copied;
  setTimeout(() => {
    delete button.dataset.done;
    said.textContent = before;
  }, 1600);
});
