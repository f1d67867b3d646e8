// The board by mouse: a dragged card presses the button of its own menu; and counts that keep themselves up to date.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  let dragged = null;

  // The server has the last word: what no button of the menu does is sent too, and it answers why not.
  const move = (card, to) => {
    const menu = card.querySelector("[data-menu]");
    const form = menu.querySelector("form");
    const buttons = [...form.querySelectorAll(`[data-to="${to}"]`)];
    const asking = buttons.some((button) => "asks" in button.dataset);
    if (buttons.length > 1 || asking) {
      menu.open = true;
      (asking ? form.querySelector("textarea") : buttons[0]).focus();
      return;
    }
    form.elements.to.value = to;
    form.requestSubmit(buttons[0]);
  };

  for (const card of board.querySelectorAll("[data-card]")) {
    card.draggable = true;
    card.addEventListener("dragstart", (event) => {
      if (event.target !== card) return;
      dragged = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.id);
      for (const column of board.querySelectorAll("[data-column]")) {
        const allowed = card.querySelector(`[data-to="${column.dataset.column}"]`);
        column.classList.toggle("column--open", Boolean(allowed));
      }
    });
    card.addEventListener("dragend", () => {
      dragged = null;
      for (const column of board.querySelectorAll("[data-column]")) {
        column.classList.remove("column--open", "column--over");
      }
    });
  }
  for (const column of board.querySelectorAll("[data-column]")) {
    column.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      column.classList.add("column--over");
    });
    column.addEventListener("dragleave", (event) => {
      if (!column.contains(event.relatedTarget)) column.classList.remove("column--over");
    });
    column.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const card = dragged;
      if (card.dataset.state !== column.dataset.column) move(card, column.dataset.column);
    });
  }

  const every = 20_000;
  let asked = Date.now();
  const refresh = async () => {
    if (document.hidden || Date.now() - asked < every) return;
    asked = Date.now();
    try {
      const answer = await fetch(board.dataset.countsUrl, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      for (const [state, count] of Object.entries(await answer.json())) {
        for (const shown of document.querySelectorAll(`[data-count="${state}"]`)) {
          if (shown.textContent === String(count)) continue;
          shown.textContent = count;
          board.querySelector("[data-board-changed]").hidden = false;
        }
      }
    } catch {
      // Offline for a moment: the counts wait for the next time.
    }
  };
  setInterval(refresh, 5_000);
  document.addEventListener("visibilitychange", refresh);
})();
