// Keys of a document that is read: the arrows turn its pages, + and - change their size. The links do it all without.
(() => {
  if (document.body.dataset.keys === "off") return;
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const wanted = (key) => {
    if (key === "ArrowLeft" || key === "ArrowRight") return key === forward ? "[rel=next]" : "[rel=prev]";
    if (key === "+" || key === "=") return "[data-zoom='+']";
    return key === "-" ? "[data-zoom='-']" : null;
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, video, audio, [contenteditable], dialog[open]")) return;
    const scrolls = event.target.closest(".reader__page, .table, .tabs");
    if (scrolls && scrolls.scrollWidth > scrolls.clientWidth && event.key.startsWith("Arrow")) return;
    const link = wanted(event.key) && document.querySelector(`[data-reader] ${wanted(event.key)}`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
})();
