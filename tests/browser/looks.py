"""A page as people have it: wide and narrow, light and dark, judged by axe-core in each."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser import NARROW, WIDE

LOOKS = [(WIDE, "light"), (NARROW, "dark"), (NARROW, "light"), (WIDE, "dark")]
SCRIPT = Axe().axe_script
# Without preload, since axe would put the style sheets into the page once more, outside of their layers.
RUN = """async () => {
    await Promise.all(document.getAnimations().map((one) => one.finished));
    const { violations } = await axe.run(document, { resultTypes: ["violations"], preload: false });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}`));
}"""
# What stands out of the page, by its own fault: the widest first.
WIDER = """() => {
    const limit = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= limit) return [];
    const out = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > limit + 1);
    return out.slice(0, 3).map((one) => `${one.tagName} ${one.className}`);
}"""


def take(desk, look):
    """Have the next pages at a width and in a scheme. One that is there already is not repainted as a whole."""
    size, scheme = look
    desk.page.set_viewport_size(size)
    desk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def faults(desk, name, looks):
    """What is wrong with the page that `desk` shows in the first of `looks`, and once loaded again in the others.

    A line each; `name` says which page it is. In each it also fits the narrow screen. Afterwards the desk is at
    the first look again.
    """
    page, found = desk.page, []
    for number, look in enumerate(looks):
        if number:
            take(desk, look)
            page.reload()
        where = f"{name} at {look[0]['width']}, {look[1]}"
        found += [
            f"{where} is refused by its policy: {line}" for line in page.evaluate("window.refused || []")
        ]
        page.evaluate(SCRIPT)
        found += [f"{where}: {line}" for line in page.evaluate(RUN)]
    page.set_viewport_size(NARROW)
    found += [f"{name} is wider than a narrow screen: {line}" for line in page.evaluate(WIDER)]
    take(desk, looks[0])
    return found
