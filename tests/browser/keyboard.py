"""A desk without a mouse: Tab, arrows, Space, Enter and letters, each stop in plain sight."""

from datetime import date

STOPS = 250
# A card shows the focus of the choice in it, and the browser that of a date field's own button.
SEEN = """() => {
    const one = document.activeElement;
    const shows = (element) => {
        const style = element && getComputedStyle(element);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    };
    const box = one.getBoundingClientRect();
    const isInSight = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return one === document.body || (isInSight && (shows(one) || shows(one.closest(".choice")) || one.matches("[type=date]:not(:focus-visible)")));
}"""
WHERE = "() => document.activeElement.outerHTML.slice(0, 200)"


class Keyboard:
    """The keyboard of `desk` (a `Desk`)."""

    def __init__(self, desk):
        self.desk, self.page = desk, desk.page

    def press(self, *keys):
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def open(self, path):
        """Go to an address, and from its first stop to the content."""
        self.desk.open(path)
        self.content()

    def content(self):
        """Skip what comes before the content."""
        self.press("Tab")
        assert self.page.evaluate("document.activeElement.matches('.skip')"), self.page.evaluate(WHERE)
        self.press("Enter")

    def reach(self, target):
        """Press Tab until `target` (a locator) has the focus, and see it at every stop."""
        target.wait_for()
        for _stop in range(STOPS):
            if target.evaluate("element => element === document.activeElement"):
                return target
            self.press("Tab")
            assert self.page.evaluate(SEEN), f"nobody sees the focus on {self.page.evaluate(WHERE)}"
        raise AssertionError(f"Tab never reaches {target}")

    def type(self, target, text):
        """Type into a field that holds nothing."""
        self.reach(target)
        self.page.keyboard.type(text)
        assert target.input_value() == text

    def day(self, target, when: date):
        """Type a day into a date field, in the order in which this browser asks for its parts."""
        self.reach(target)
        for order in ("%d%m%Y", "%m%d%Y"):
            self.page.keyboard.type(when.strftime(order))
            if target.input_value() == when.isoformat():
                return
            # Back to the first part, to type over what is there.
            self.press(*["ArrowLeft"] * 3)
        raise AssertionError(f"{target} holds {target.input_value()!r} after {when}")

    def choose(self, target, value):
        """Choose in a list by its arrows."""
        self.reach(target)
        for _option in range(STOPS):
            if target.input_value() == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"the arrows never reach {value}")

    def pick(self, group, value):
        """Pick one of the choices `group` (a locator of all of them): Tab to the group, then its arrows."""
        first = group.first
        self.reach(first)
        self.press("Space")
        for _choice in range(group.count()):
            wanted = group.and_(self.page.locator(f"[value={value}]"))
            if wanted.is_checked():
                return
            self.press("ArrowDown")
        raise AssertionError(f"the arrows never reach {value}")

    def tick(self, target):
        """Tick a box."""
        self.reach(target)
        self.press("Space")
        assert target.is_checked()

    def enter(self, target):
        """Press a button, follow a link, open what is folded."""
        self.reach(target)
        self.press("Enter")

    def send(self, target):
        """Press a button that leads to another page."""
        self.reach(target)
        with self.page.expect_navigation():
            self.press("Enter")
