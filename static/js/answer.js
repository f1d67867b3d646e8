// A date typed on the specification is answered below it: the part of the page of the load that says what it would cause.
for (const place of document.querySelectorAll("[data-answer]")) {
  const form = place.closest("form");
  const said = place.querySelector("[role=status]");
  const shown = place.querySelector("[data-answer-here]");
  const dates = ["planned_date", "tentative_date"].map((name) => form.elements[name]);
  const isDays = (field) => /^quote-\d+-days$/.test(field.name);
  const number = (text) => Number.parseFloat(text.replace(",", ".")) || 0;
  let asked = 0;

  const say = (text, parts = []) => {
    shown.replaceChildren(...parts);
    said.textContent = text;
  };
  // A year that is typed digit by digit is a date at each of them, and none that has an answer before the last.
  const day = 86_400_000;
  const isNear = (date) => {
    const ahead = Date.parse(date) - Date.now();
    return ahead > -2 * day && ahead < 368 * day;
  };

  const ask = async () => {
    const mine = ++asked;
    const date = dates.map((field) => field.value).find(Boolean);
    if (!date || !isNear(date)) {
      say(date ? place.dataset.refused : "");
      return;
    }
    const days = [...form.elements].filter(isDays).reduce((sum, field) => sum + number(field.value), 0);
    const wanted = new URLSearchParams({ days: days || 1, date });
    try {
      const answer = await fetch(`${place.dataset.answer}?${wanted}`);
      if (mine !== asked || answer.redirected || (!answer.ok && answer.status !== 422)) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const parts = page.querySelector("[data-answered]").children;
      say(answer.ok ? place.dataset.said : place.dataset.refused, parts);
    } catch {
      // Offline for a moment: the link beside the dates leads to the same answer.
    }
  };
  form.addEventListener("change", (event) => {
    if (dates.includes(event.target) || isDays(event.target)) ask();
  });
  // What was kept, or what the browser restores when one comes back to the page.
  window.addEventListener("pageshow", ask);
}
