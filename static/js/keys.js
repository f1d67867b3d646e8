// Keys: ? the list, / search, n new, j k through a list, g then a letter for a place, Ctrl+Enter the main action.
// Never inside a field, but for Ctrl+Enter; nothing at all when the person's profile says so.
(() => {
  if (document.body.dataset.keys === "off") return;
  const list = document.querySelector("[data-keys-list]");
  let going = 0;

  const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open]");
  const go = (address) => address && window.location.assign(address);

  const walk = (step) => {
    const links = [...document.querySelectorAll("[data-walk] tbody tr, [data-walk] > li")]
      .map((row) => row.querySelector("a[href]"))
      .filter(Boolean);
    if (!links.length) return;
    const at = links.findIndex((link) => link.closest("tr, li").contains(document.activeElement));
    const to = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
    links[to].focus();
    links[to].scrollIntoView({ block: "nearest" });
  };

  const press = (form) => {
    const button = form.querySelector("[data-main]:enabled") || document.querySelector(`[data-main][form="${form.id}"]:enabled`);
    if (button) form.requestSubmit(button);
  };

  const keys = {
    "?": () => list?.showModal(),
    "/": () => document.querySelector("[data-search]")?.focus(),
    n: () => go(list?.dataset.newUrl),
    j: () => walk(1),
    k: () => walk(-1),
    g: () => { going = Date.now(); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest("form") || document.querySelector("main form:has([data-main])");
      if (form) {
        event.preventDefault();
        press(form);
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (Date.now() - going < 1500) {
      going = 0;
      const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) {
        event.preventDefault();
        go(place.href);
        return;
      }
    }
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-open]")) list?.showModal();
  });
})();
