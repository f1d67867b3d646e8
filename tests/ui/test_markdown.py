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


def nested(items):
    """A list as nested Python lists of the words of its items."""
    return [
        [
            item.find(string=True).strip() or item.p.text,
            *(nested(inner) for inner in item.find_all(["ul", "ol"], recursive=False)),
        ]
        for item in items.find_all("li", recursive=False)
    ]


@pytest.mark.parametrize("step", ["  ", "   ", "    ", "\t"])
@pytest.mark.parametrize("sign", ["-", "*", "1."])
def test_list_below_an_item_is_nested_however_far_in_it_is_typed(step, sign):
    html = soup(f"{sign} a\n{step}- b\n{step}{step}- c\n{step}- d\n{sign} e")

    outer = html.find(["ul", "ol"])
    assert nested(outer) == [["a", [["b", [["c"]]], ["d"]]], ["e"]]
    assert len(html.find_all(["ul", "ol"], recursive=False)) == 1


def test_list_needs_no_empty_line_before_it_and_one_after():
    html = soup("Nous voulons :\n- un export\n- un filtre\n\nMerci.\n\n  suite")

    assert [tag.name for tag in html.find_all(recursive=False)] == ["p", "ul", "p", "p"]
    assert nested(html.ul) == [["un export"], ["un filtre"]]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- a\n  suite\n- b", "<ul>\n<li>a<br>\n    suite</li>\n<li>b</li>\n</ul>"),
        ("Le 3 - 4 mai\n2026 - 1 = 2025", "<p>Le 3 - 4 mai<br>\n2026 - 1 = 2025</p>"),
        ("Titre\n---\n- a", "<h3>Titre</h3>\n<ul>\n<li>a</li>\n</ul>"),
        ("Soit :\n\n    - code\n      là", "<p>Soit :</p>\n<pre><code>- code\n  là\n</code></pre>"),
        ("Prêt pour\n2027. Pas avant.", "<p>Prêt pour<br>\n2027. Pas avant.</p>"),
        ("10. dix\n11. onze", '<ol start="10">\n<li>dix</li>\n<li>onze</li>\n</ol>'),
        ("*mot* seul\n**gras** aussi", "<p><em>mot</em> seul<br>\n<strong>gras</strong> aussi</p>"),
        (
            "- a\n\n  second\n\n- b",
            "<ul>\n<li>\n<p>a</p>\n<p>second</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>",
        ),
    ],
)
def test_what_only_looks_like_a_list_and_what_belongs_to_an_item_stay_as_typed(text, shown):
    assert markdown.render(text) == shown


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
