"""Components as pages call them: what is escaped, refused, said to those who do not see."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation
from django.utils.html import format_html
from lucide import IconDoesNotExist

from ui.items import Chip, Document, Entry, Person, Tab, TrackerStep
from ui.tags.tracker import marks

EVIL = '<script>alert("x")</script>'


def draw(source, **context):
    with translation.override("en"):
        return Template("{% load ui %}" + source).render(Context(context))


def soup(source, **context):
    return BeautifulSoup(draw(source, **context), "html.parser")


def steps(current=5, mine=False):
    sides = ["both", "client", "vendor", "vendor", "client", "vendor", "client"]
    names = [
        "Ticket",
        "Request",
        "Specification",
        "DPO ruling",
        "Client decision",
        "Development",
        "Acceptance",
    ]
    return [
        TrackerStep(
            number=number,
            name=name,
            who="somebody",
            side=side,
            state="done" if number < current else "current" if number == current else "todo",
            when=datetime.date(2026, 11, number) if number < current else "",
            returned=2 if number == 3 else 0,
            is_mine=mine and number == current,
        )
        for number, (name, side) in enumerate(zip(names, sides, strict=True), start=1)
    ]


ESCAPED = [
    "{% panel title=evil hint=evil %}{{ evil }}{% endpanel %}",
    "{% facts %}{% fact evil %}{{ evil }}{% endfact %}{% endfacts %}",
    "{% note title=evil %}{{ evil }}{% endnote %}",
    "{% badge evil %}{% avatar evil %}{% copy evil %}{% fingerprint evil %}",
    '{% turn evil side="client" %}',
    "{% button evil name=evil value=evil %}{% link_button evil evil %}",
    "{% empty evil %}{{ evil }}{% endempty %}",
    "{% disclosure evil %}{{ evil }}{% enddisclosure %}",
    "{% locked evil %}{{ evil }}{% endlocked %}",
    "{% progress evil text=evil %}",
    '{% mini_tracker "cd vn" evil %}',
    "{% consequences items title=evil %}",
    "{% table evil %}{% endtable %}{% th evil %}",
    '{% message who=evil when=at side="client" %}{{ evil }}{% endmessage %}',
    "{% people people %}{% documents documents %}{% timeline entries %}{% chips chips label=evil %}{% tabs tabs %}",
    "{% icon 'lock' label=evil %}",
]


@pytest.mark.parametrize("source", ESCAPED)
def test_component_escapes_what_it_is_given(source):
    html = draw(
        source,
        evil=EVIL,
        at=datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC),
        items=[("lock", EVIL)],
        people=[Person(name=EVIL, role=EVIL, email=EVIL, note=EVIL)],
        documents=[Document(name=EVIL, size=1, who=EVIL, note=EVIL, withdrawn=EVIL, download_url=EVIL)],
        entries=[
            Entry(what=EVIL, who=EVIL, detail=EVIL, when=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
        ],
        chips=[Chip(label=EVIL, url=EVIL)],
        tabs=[Tab(label=EVIL, url=EVIL)],
    )

    assert "<script" not in html
    assert "alert(" in html or "_avatar" in source


UNKNOWN = [
    "{% panel titel='x' %}{% endpanel %}",
    "{% panel title='x' tone='pink' %}{% endpanel %}",
    "{% badge 'x' tone='pink' %}",
    "{% badge 'x' colour='red' %}",
    "{% button 'x' kind='big' %}",
    "{% turn 'x' side='left' %}",
    "{% note tone='neutral' %}{% endnote %}",
    "{% day value style='loud' %}",
    "{% mini_tracker 'cd xx' 'text' %}",
    "{% table 'x' sticky=1 %}{% endtable %}",
    "{% icon 'lock' size=3 %}",
    "{% tabs rows %}",
    "{% people rows %}",
    "{% error_summary rows %}",
]


@pytest.mark.parametrize("source", UNKNOWN)
def test_unknown_argument_is_an_error(source):
    with pytest.raises((TemplateSyntaxError, AttributeError)):
        draw(source, value=datetime.date(2027, 1, 1), rows=["x"])


def test_unknown_icon_is_an_error():
    with pytest.raises(IconDoesNotExist):
        draw('{% icon "no-such-icon" %}')


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (TrackerStep, {"number": 1, "name": "x", "who": "x", "side": "left", "state": "done"}),
        (TrackerStep, {"number": 1, "name": "x", "who": "x", "side": "client", "state": "odd"}),
        (Tab, {"label": "x", "url": "#", "state": "odd"}),
        (Person, {"name": "x", "side": "left"}),
        (Document, {"name": "x", "size": 1, "side": "left"}),
        (Entry, {"what": "x", "when": None, "side": "left"}),
    ],
)
def test_item_refuses_a_value_that_nothing_draws(kind, values):
    with pytest.raises(ValueError, match="is not one of"):
        kind(**values)


def test_icon_is_decoration_unless_it_has_a_label():
    assert soup('{% icon "lock" %}').svg["aria-hidden"] == "true"

    alone = soup('{% icon "lock" label="Locked" %}').svg
    assert (alone["role"], alone["aria-label"]) == ("img", "Locked")


def test_day_carries_the_exact_date_and_is_nothing_for_nothing():
    time = soup("{% day value %}", value=datetime.date(2027, 3, 12)).time

    assert (time["datetime"], time["title"], time.text) == (
        "2027-03-12",
        "Friday 12 March 2027",
        "12 March 2027",
    )
    assert draw("{% day value %}{% moment value %}", value=None) == ""


def test_day_follows_the_language_of_the_page():
    value = datetime.date(2027, 3, 12)
    draw("{% day value %}", value=value)  # the English one is kept

    with translation.override("fr"):
        assert "12 mars 2027" in Template("{% load ui %}{% day value %}").render(Context({"value": value}))


def test_gap_tells_by_icon_and_word():
    html = soup("{% gap a b %}", a=datetime.date(2027, 3, 12), b=datetime.date(2027, 3, 31))

    assert html.text.strip() == "19 days early"
    assert html.svg["aria-hidden"] == "true"
    assert draw("{% gap a b %}", a=None, b=datetime.date(2027, 3, 31)) == ""


def test_overdue_is_silent_until_the_day_is_past():
    assert draw("{% overdue day %}", day=datetime.date(2999, 1, 1)) == ""
    assert "late" in draw("{% overdue day %}", day=datetime.date(2020, 1, 1))


def test_fingerprint_shows_its_ends_and_copies_the_whole():
    sha = "9f3a" + "0" * 56 + "c21e"
    html = soup("{% fingerprint sha %}", sha=sha)

    assert (html.code.text, html.code["title"], html.button["data-copy"]) == ("9f3a…c21e", sha, sha)


def test_fact_without_a_value_says_so():
    html = soup("{% facts %}{% fact 'Quote' %} {% endfact %}{% endfacts %}")

    assert html.select_one("dd .visually-hidden").text == "not given"


def test_fact_keeps_the_markup_of_other_components():
    assert soup("{% facts %}{% fact 'Day' %} {% badge 'x' %} {% endfact %}{% endfacts %}").select_one(
        "dd .badge"
    )


def test_note_says_its_tone_in_a_word():
    assert (
        soup("{% note tone='warning' %}x{% endnote %}").select_one(".visually-hidden").text.strip()
        == "Warning:"
    )


def test_tracker_is_an_ordered_list_whose_states_are_words():
    html = soup("{% tracker steps %}", steps=steps())

    states = [item.text for item in html.select("ol > li .step__state")]
    assert states == ["done"] * 4 + ["in progress"] + ["to come"] * 2
    assert html.select_one("[aria-current=step] .step__name").text == "Client decision"
    assert html.select_one(".step__back").text.strip() == "returned 2 times"
    assert html.summary.text.strip().startswith("Step 5 of 7, Client decision")


def test_tracker_says_when_the_turn_is_the_reader_s():
    html = soup("{% tracker steps %}", steps=steps(mine=True))

    assert html.select_one("[aria-current=step] .step__state").text == "your turn"


def test_mini_tracker_has_a_segment_a_step_and_its_text():
    code = marks(steps())
    html = soup("{% mini_tracker code text %}", code=code, text="5 of 7 · Client decision")

    assert code == "bd cd vd vd cn vt ct"
    assert [segment["class"] for segment in html.select("i")] == [[mark] for mark in code.split()]
    assert html.select_one(".mini__line")["aria-hidden"] == "true"
    assert html.select_one(".mini__text").text == "5 of 7 · Client decision"


def test_tabs_tell_current_locked_and_mine_in_words():
    html = soup(
        "{% tabs tabs %}",
        tabs=[
            Tab(label="Request", url="/a", state="locked"),
            Tab(label="Decision", url="/b", state="mine", current=True),
            Tab(label="History", url="/c", count=3),
        ],
    )

    assert [" ".join(link.text.split()) for link in html.select("a")] == [
        "Request(read only)",
        "Decision(your turn)",
        "History3",
    ]
    assert [link.get("aria-current") for link in html.select("a")] == [None, "page", None]


def test_consequences_keep_markup_made_safe_and_escape_the_rest():
    items = [("lock", format_html("to <strong>{}</strong>", "<b>")), ("mail", "<i>")]
    html = draw("{% consequences items choice=2 %}", items=items)

    assert "to <strong>&lt;b&gt;</strong>" in html
    assert "&lt;i&gt;" in html
    assert 'data-then="2"' in html


def test_table_has_a_caption_and_a_labelled_region():
    html = soup("{% table '3 requests' %}<thead></thead>{% endtable %}")

    region = html.select_one("[role=region]")
    assert (region["aria-label"], region["tabindex"], html.caption.text) == ("3 requests", "0", "3 requests")


def test_column_head_sorts_then_turns_round_and_keeps_the_filters(rf):
    def head(query):
        return soup("{% th 'Deadline' sort='deadline' %}", request=rf.get(f"/{query}")).th

    assert head("?step=4&page=3").a["href"] == "?step=4&sort=deadline"
    assert head("?sort=deadline").a["href"] == "?sort=-deadline"
    assert head("?sort=deadline")["aria-sort"] == "ascending"
    assert head("?sort=-deadline")["aria-sort"] == "descending"
    assert head("?sort=other").get("aria-sort") is None


def test_pagination_keeps_the_filters_and_marks_the_page(rf):
    page = Paginator(range(1204), 50).get_page(5)
    html = soup("{% pagination page %}", page=page, request=rf.get("/?q=a+b&page=5"))

    assert html.select_one("[rel=next]")["href"] == "?q=a+b&page=6"
    assert html.select_one("[aria-current=page]").text.split() == ["Page", "5"]
    assert "201 to 250 of 1,204" in html.text


def test_pagination_of_one_page_is_nothing(rf):
    page = Paginator(range(3), 50).get_page(1)

    assert draw("{% pagination page %}", page=page, request=rf.get("/")).strip() == ""


def test_private_message_says_in_words_who_does_not_see_it():
    at = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
    source = '{% message who="Paul" when=at side="vendor" private=private %}x{% endmessage %}'

    assert "the client does not see it" in draw(source, at=at, private=True)
    assert "the client does not see it" not in draw(source, at=at, private=False)


def test_document_offers_only_the_addresses_it_has():
    html = soup("{% documents items %}", items=[Document(name="plan.pdf", size=10)])
    assert html.select("a, form") == []

    full = Document(name="plan.pdf", size=10, open_url="/o", download_url="/d", withdraw_url="/w")
    html = soup("{% documents items %}", items=[full])
    assert [link["href"] for link in html.select("a")] == ["/o", "/d"]
    assert (html.button["form"], html.button["formaction"]) == ("acts", "/w")
    assert html.button.text.strip() == "Withdraw plan.pdf"


def test_documents_beyond_the_fold_unfold():
    items = [Document(name=f"{number}.pdf", size=1) for number in range(60)]
    html = soup("{% documents items fold=5 %}", items=items)

    assert len(html.ul.find_all("li", recursive=False)) == 5
    assert "55 more documents" in html.summary.text
    assert len(html.select("details li")) == 55


def test_every_component_opens_with_what_it_takes(settings):
    folder = settings.BASE_DIR / "templates" / "components"
    silent = [
        path.name
        for path in sorted(folder.glob("*.html"))
        if not re.match(r"{% comment %}\n.*Takes: ", path.read_text(), re.S)
    ]

    assert silent == []
