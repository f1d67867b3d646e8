// Rows of a formset: added from the model that the page includes, removed by ticking the delete box that is there anyway.
(() => {
  const total = (rows) => rows.querySelector(`input[name="${rows.dataset.rows}-TOTAL_FORMS"]`);

  const add = (rows) => {
    const count = Number(total(rows).value);
    const limit = Number(rows.querySelector(`input[name="${rows.dataset.rows}-MAX_NUM_FORMS"]`).value);
    if (count >= limit) return;
    const row = rows.querySelector("[data-rows-model]").content.firstElementChild.cloneNode(true);
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("__prefix__")) element.setAttribute(name, value.replaceAll("__prefix__", count));
      }
    }
    rows.querySelector("[data-rows-body]").append(row);
    total(rows).value = count + 1;
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    rows.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
  };

  const remove = (rows, row) => {
    const box = row.querySelector("input[type=checkbox][name$='-DELETE']");
    const next = row.nextElementSibling || row.previousElementSibling;
    if (box) box.checked = true;
    for (const field of row.querySelectorAll("[required]")) field.required = false;
    row.hidden = true;
    (next?.querySelector("[data-row-remove]") || rows.querySelector("[data-rows-add]")).focus();
    rows.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
  };

  // A row removed before the page came back with an error stays removed.
  for (const row of document.querySelectorAll("[data-row]")) {
    row.hidden = Boolean(row.querySelector("input[type=checkbox][name$='-DELETE']:checked"));
  }

  document.addEventListener("click", (event) => {
    const rows = event.target.closest("[data-rows]");
    if (!rows) return;
    const row = event.target.closest("[data-row]");
    if (event.target.closest("[data-rows-add]")) add(rows);
    else if (row && event.target.closest("[data-row-remove]")) remove(rows, row);
  });
})();
