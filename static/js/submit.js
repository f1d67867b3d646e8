// A form is sent once: after the first press its buttons wait. Coming back by the browser's own button frees them.
(() => {
  const busy = new Set();
  // A button may belong to a form that it does not stand in.
  const submitters = (form) => [...form.elements].filter((element) => element.type === "submit");

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    busy.add(form);
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    // Disabled at once, the pressed button's own name and value would not be sent.
    setTimeout(() => {
      for (const button of submitters(form)) {
        if (button.disabled || button.getAttribute("aria-busy") === "true") continue;
        button.dataset.waits = "yes";
        button.disabled = true;
      }
    });
  });

  const free = () => {
    for (const form of busy) {
      delete form.dataset.sent;
      for (const button of submitters(form)) {
        if (button.dataset.waits) button.disabled = false;
        delete button.dataset.waits;
        button.removeAttribute("aria-busy");
      }
    }
    busy.clear();
  };

  window.addEventListener("pageshow", (event) => event.persisted && free());
  document.addEventListener("htmx:afterRequest", free);
  // A download answers a form without leaving the page.
  document.addEventListener("submit", (event) => event.target.matches("[data-stays]") && setTimeout(free, 2000));
})();
