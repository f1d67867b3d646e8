"""The board by mouse, by menu and by keyboard: the same moves, the same words, the same result."""

import re

import pytest
from playwright.sync_api import expect

from requests_app.models import CheckKind
from requests_app.progress import Progress
from tests.browser.keyboard import Keyboard
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOARD = "/developpement/"


def card(desk, title):
    """The card of a subtask."""
    return desk.page.locator("[data-card]").filter(has=desk.page.get_by_role("link", name=title, exact=True))


def drag(desk, title, column):
    """Drag a card to the head of a column, as a hand does: not in one leap."""
    mouse, grip = desk.page.mouse, card(desk, title).locator(".card__facts")
    grip.scroll_into_view_if_needed()
    start, end = grip.bounding_box(), desk.page.locator(f"[data-column={column}] h2").bounding_box()
    mouse.move(start["x"] + 10, start["y"] + 10)
    mouse.down()
    mouse.move(end["x"] + 20, end["y"] + 10, steps=10)
    mouse.up()


def by_mouse(desk, title, column, _label):
    """Drag a card to a column."""
    with desk.page.expect_navigation():
        drag(desk, title, column)


def by_menu(desk, title, _column, label):
    """Choose a move in the menu of a card."""
    card(desk, title).locator("summary").click()
    with desk.page.expect_navigation():
        desk.press(label, inside=card(desk, title))


def by_keyboard(desk, title, _column, label):
    """The same without a mouse."""
    keys = Keyboard(desk)
    keys.reach(card(desk, title).locator("summary"))
    keys.press("Enter")
    keys.reach(card(desk, title).get_by_role("button", name=desk.word(label), exact=True))
    with desk.page.expect_navigation():
        keys.press("Enter")


def choose(desk, title, column, label, reason, *, way):
    """Make the move `label` of a card, which leads to `column` if to any, by mouse, menu or keyboard."""
    on = card(desk, title)
    button = on.get_by_role("button", name=label, exact=True)
    if way == "keyboard":
        keys = Keyboard(desk)
        keys.reach(on.locator("summary"))
        keys.press("Enter")
        if reason:
            keys.type(on.locator("textarea"), reason)
        keys.send(button)
        return
    if way == "mouse" and column:
        # Several moves lead there, or one that asks why: the drop opens the menu at the first of them.
        drag(desk, title, column)
    else:
        on.locator("summary").click()
    if reason:
        if way == "mouse" and column:
            expect(on.locator("textarea")).to_be_focused()
        on.locator("textarea").fill(reason)
    with desk.page.expect_navigation():
        button.click()


WAYS = {"Par la souris": by_mouse, "Par le menu": by_menu, "Par le clavier": by_keyboard}


def test_board_by_mouse_by_menu_and_by_keyboard_has_the_same_result(desks, live_server):
    cast = Cast()
    file = stories.validated(cast)
    for title in WAYS:
        stories.split(fresh(file), cast, title)
    desk = desks(live_server.url, cast.developer)
    desk.open(BOARD)

    for title, move in WAYS.items():
        move(desk, title, "in_progress", "Start today")
        desk.is_told("“%(title)s” is started.", title=title)
        move(desk, title, "checks", "End today: its checks open")
        desk.is_told("“%(title)s” is ended: its checks are open.", title=title)

    states = {node.subtask.title: node.state for node in Progress(fresh(file)).live}
    assert set(states.values()) == {"checks"}
    events = list(
        fresh(file).events.filter(name__in=["start_subtask", "enter_end_date"]).order_by("sequence")
    )
    assert [event.name for event in events] == ["start_subtask", "enter_end_date"] * len(WAYS)
    # Where no act leads, the drop is answered with the reason, and nothing moves.
    desk.expected = (422,)
    by_mouse(desk, "Par la souris", "green", "")
    expect(desk.page.locator(".flashes")).to_contain_text(
        desk.word("“%(title)s” stays where it is. %(why)s").partition("%(why)s")[0]
        % {"title": "Par la souris"}
    )
    # A tester's drop asks for the reason, which the menu takes.
    tester = desks(live_server.url, cast.tester)
    tester.open(BOARD)
    drag(tester, "Par la souris", "sent_back")
    reason = card(tester, "Par la souris").locator("textarea")
    expect(reason).to_be_focused()
    reason.fill("Il manque les demi-journées.")
    label = tester.word("%(check)s: failed") % {"check": str(CheckKind.UNIT.label).capitalize()}
    with tester.page.expect_navigation(url=re.compile("#card-")):
        card(tester, "Par la souris").get_by_role("button", name=label, exact=True).click()
    expect(card(tester, "Par la souris")).to_have_attribute("data-state", "sent_back")


@pytest.mark.parametrize("act", ["pass", "fail", "block"])
def test_check_and_block_with_its_reason_come_out_the_same_by_each_way(desks, live_server, act):
    cast = Cast()
    file = stories.validated(cast)
    ways = ("mouse", "menu", "keyboard")
    for title in ways:
        subtask = stories.split(fresh(file), cast, title)
        if act != "block":
            stories.end(subtask, cast)
    desk = desks(live_server.url, cast.developer if act == "block" else cast.tester)
    desk.open(BOARD)
    verdict = {"pass": "%(check)s: passed", "fail": "%(check)s: failed"}.get(act)
    label = (
        desk.word(verdict) % {"check": desk.word("unit check").capitalize()}
        if verdict
        else desk.word("Mark it as blocked")
    )
    column = {"pass": "green", "fail": "sent_back"}.get(act)

    for way in ways:
        choose(desk, way, column, label, "" if act == "pass" else "Il manque un écran.", way=way)

    name = {"pass": "pass_check", "fail": "fail_check", "block": "block_subtask"}[act]
    made = [
        (event.data["subtask"]["title"], event.actor, event.reason, event.data.get("check"))
        for event in fresh(file).events.filter(name=name).order_by("sequence")
    ]
    reason, check = "" if act == "pass" else "Il manque un écran.", None if act == "block" else "unit"
    assert made == [(way, desk.person, reason, check) for way in ways]
    states = {(node.state, node.is_blocked) for node in Progress(fresh(file)).live}
    assert states == {{"pass": ("checks", False), "fail": ("sent_back", False), "block": ("todo", True)}[act]}


def test_counts_follow_without_reloading_and_rest_while_nobody_looks(desks, live_server):
    cast = Cast()
    file = stories.validated(cast)
    stories.split(fresh(file), cast, "Export")
    desk = desks(live_server.url, cast.lead)
    desk.page.clock.install()
    desk.open(BOARD)
    asked = []
    desk.page.on("request", lambda request: "nombres" in request.url and asked.append(request.url))
    count = desk.page.locator(".column__count[data-count=todo]")
    expect(count).to_have_text("1")

    stories.split(fresh(file), cast, "Import")
    desk.page.clock.run_for(30_000)

    expect(count).to_have_text("2")
    expect(desk.page.locator("[data-board-changed]")).to_be_visible()
    # Hidden, the page asks nothing; shown again, it asks at once.
    desk.page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    before = len(asked)
    stories.split(fresh(file), cast, "Reprise")
    desk.page.clock.run_for(120_000)
    assert (len(asked), count.text_content()) == (before, "2")
    desk.page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(count).to_have_text("3")
    assert len(asked) == before + 1
