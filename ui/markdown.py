"""Markdown typed by people -> HTML that is safe to show. The one place where markup is declared safe."""

import re
from xml.etree import ElementTree

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

# Beyond this the parser's time grows faster than the text; such a text is shown as plain paragraphs.
LONGEST = 60_000
# Headings of a text come under those of the panel it stands in.
PANEL_HEADING = 2
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "mark", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
SCHEMES = {"http", "https", "mailto"}


# A passage that its author marked: between two pairs of signs that touch it, within a paragraph.
MARKED = re.compile(r"(?<!=)==(?![=\s])(?P<passage>(?:(?!==|\n[ \t]*\n).)+)(?<!\s)==(?!=)", re.DOTALL)


# An item of a list: how far in it stands, its sign, its text.
ITEM = re.compile(r"(?P<indent> *)(?P<sign>[-*+]|\d{1,9}\.)[ \t]+(?P<text>\S.*)")
# How far in the parser wants what belongs to an item; people write two spaces, or three.
STEP = 4
# What begins a list right below a text: any other number may well be the end of its sentence.
FIRST_SIGNS = {"-", "*", "+", "1."}


class _Lists(Preprocessor):
    """Lists as people type them: an item that stands further in than another belongs to it, and none needs an empty line before."""

    def run(self, lines):
        written, open_at, was_text = [], [], False
        for line in lines:
            line = line.expandtabs(STEP)
            indent = len(line) - len(line.lstrip())
            item = ITEM.fullmatch(line)
            begins = item and indent < STEP and (not was_text or item["sign"] in FIRST_SIGNS)
            if not line.strip():
                was_text = False
            elif item and (open_at or begins):
                while open_at and indent < open_at[-1] + 2:
                    open_at.pop()
                if was_text and not open_at:
                    written.append("")
                line = f"{' ' * STEP * len(open_at)}{item['sign']} {item['text']}"
                open_at.append(indent)
                was_text = False
            elif open_at and indent:
                while len(open_at) > 1 and indent < open_at[-1] + 2:
                    open_at.pop()
                line = " " * STEP * len(open_at) + line.lstrip()
            elif not open_at or not written[-1].strip():
                open_at, was_text = [], True
            written.append(line)
        return written


class _Mark(InlineProcessor):
    """`==a passage==` as a marked one."""

    def handleMatch(self, found, data):
        element = ElementTree.Element("mark")
        element.text = found["passage"]
        return element, found.start(), found.end()


class _Tidy(Treeprocessor):
    """Headings take their place under the page's own, none skipped; an image becomes a link, as nothing is loaded from elsewhere."""

    def run(self, root):
        over = []
        for element in root.iter():
            if element.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
                rank = int(element.tag[1])
                over = [*(one for one in over if one < rank), rank]
                element.tag = f"h{min(6, PANEL_HEADING + len(over))}"
            elif element.tag == "img":
                source, alternative = element.get("src", ""), element.get("alt", "")
                tail = element.tail
                element.clear()
                element.tag, element.text, element.tail = "a", alternative or source, tail
                element.set("href", source)


class _House(Extension):
    def __init__(self, *, is_marked):
        super().__init__()
        self.is_marked = is_marked

    def extendMarkdown(self, md):
        if self.is_marked:
            md.inlinePatterns.register(_Mark(MARKED.pattern, md), "mark", 175)
        # Without these two, raw HTML stays text and is escaped like any other.
        md.preprocessors.deregister("html_block")
        # After the parser's own, which settles the ends of lines.
        md.preprocessors.register(_Lists(md), "lists", 25)
        md.inlinePatterns.deregister("html")
        md.treeprocessors.register(_Tidy(md), "house", 5)


def render(text, *, is_marked=False):
    """Markdown as sanitised HTML, safe to put in a page: no raw HTML, no image, links that give nothing away.

    is_marked: `==passages==` are shown as marked, which elsewhere are signs like others.
    """
    text = (text or "").strip()
    if len(text) > LONGEST:
        return SafeString(linebreaks(text, autoescape=True))
    house = _House(is_marked=is_marked)
    html = Markdown(extensions=["sane_lists", "tables", "nl2br", house], output_format="html").convert(text)
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"
    )
    # nh3 has just rebuilt this markup from a list of what is allowed. This, and the escaped text above, are the
    # only output declared safe by hand.
    return SafeString(clean)
