// On a narrow screen the tabs scroll: the one being read is brought into sight, without moving the page.
for (const tabs of document.querySelectorAll("[data-tabs]")) {
  const current = tabs.querySelector("[aria-current]");
  if (current && tabs.scrollWidth > tabs.clientWidth) {
    const start = current.getBoundingClientRect().left - tabs.getBoundingClientRect().left;
    tabs.scrollLeft += start - (tabs.clientWidth - current.offsetWidth) / 2;
  }
}
