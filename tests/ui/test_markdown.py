"""Rich text typed by people: what survives, what does not."""

import pytest
from bs4 import BeautifulSoup
from django.utils.safestring import SafeString

from ui import markdown


def soup(text):
    return BeautifulSoup(markdown.render(text), "html.parser")


def test_markdown_gives_paragraphs_lists_and_tables():
    html = soup("A **bold** word\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |")

    assert html.strong.text == "bold"
    assert [item.text for item in html.select("li")] == ["one", "two"]
    assert [cell.text for cell in html.select("td")] == ["1", "2"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "text <b onclick='x'>bold</b>",
        "<iframe src='https://example.org'></iframe>",
        "<style>body{}</style>",
    ],
)
def test_raw_html_stays_text(text):
    html = soup(text)

    assert html.find(["script", "img", "b", "iframe", "style"]) is None
    assert text.split(">")[0][:4] in html.text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt:x"])
def test_link_to_anything_that_runs_loses_its_address(address):
    assert not soup(f"[press]({address})").a.has_attr("href")


def test_link_gives_nothing_away():
    assert soup("[x](https://example.org)").a["rel"] == ["noopener", "noreferrer", "nofollow"]


def test_image_becomes_a_link_so_that_nothing_is_loaded():
    html = soup("![the plan](https://example.org/p.png) after")

    assert html.find("img") is None
    assert (html.a["href"], html.a.text) == ("https://example.org/p.png", "the plan")
    assert "after" in html.text


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e", ["h3", "h4", "h5", "h6", "h6"]),
        ("## a\n\n###### b\n\n## c", ["h3", "h4", "h3"]),
        ("### a\n\n# b\n\n## c", ["h3", "h3", "h4"]),
    ],
)
def test_headings_take_their_place_under_the_page_s_and_skip_none(text, tags):
    assert [tag.name for tag in soup(text).find_all(["h1", "h2", "h3", "h4", "h5", "h6"])] == tags


def test_very_long_text_is_shown_plain_and_escaped():
    html = markdown.render("<b>" + "a " * markdown.LONGEST)

    assert html.startswith("<p>&lt;b&gt;")
    assert isinstance(html, SafeString)


def test_nothing_gives_nothing():
    assert markdown.render("") == ""
    assert markdown.render(None) == ""
