"""One document as somebody reads it: which of its pages, how large, and the way to the others."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.http import urlencode

ZOOMS = (50, 75, 100, 150, 200, 300)
PLAIN = 100
# How many thumbnails are shown on either side of the page.
AROUND = 4
# Where the foot of the letters is in a line of text, from its top.
BASELINE = 0.8


@dataclass(frozen=True)
class Line:
    """A line of text at its place on the picture of a page, for the eye that selects it."""

    x: int
    y: int
    width: int
    size: int
    text: str


def lines_of(page):
    """The text on the picture of a `documents.models.PreviewPage`, as `Line`."""
    return [
        Line(x, y + round(height * BASELINE), width, height, text) for x, y, width, height, text in page.lines
    ]


class Reading:
    """The pages of a ready `documents.models.Preview`, at what `asked` (a QueryDict: page, zoom) asks for.

    What is asked for beyond the first or last page shows that one.
    """

    def __init__(self, preview, asked):
        self.preview = preview
        self.count = preview.page_count
        self.number = min(max(whole(asked.get("page"), 1), 1), self.count)
        zoom = whole(asked.get("zoom"), PLAIN)
        self.zoom = zoom if zoom in ZOOMS else PLAIN

    @cached_property
    def page(self):
        """The `PreviewPage` that is read."""
        return self.preview.pages.get(number=self.number)

    @property
    def lines(self):
        """The text on the picture, as `Line`."""
        return lines_of(self.page)

    @property
    def head(self):
        """The first row of a table."""
        return self.page.rows[0]

    @property
    def body(self):
        """The rows of a table on this page."""
        return self.page.rows[1:]

    @property
    def around(self):
        """The pages to lead to by a thumbnail, as (number, address, whether it is the one that is read)."""
        first = max(1, min(self.number - AROUND, self.count - 2 * AROUND))
        last = min(self.count, max(self.number + AROUND, 2 * AROUND + 1))
        return [(n, self.address(page=n), n == self.number) for n in range(first, last + 1)]

    @property
    def before(self):
        """The address of the page before, empty on the first."""
        return self.address(page=self.number - 1) if self.number > 1 else ""

    @property
    def after(self):
        """The address of the page after, empty on the last."""
        return self.address(page=self.number + 1) if self.number < self.count else ""

    @property
    def smaller(self):
        """The address of the same page smaller, empty when it is as small as it gets."""
        return self._zoomed(-1)

    @property
    def larger(self):
        """The address of the same page larger, empty when it is as large as it gets."""
        return self._zoomed(1)

    def _zoomed(self, step):
        rank = ZOOMS.index(self.zoom) + step
        return self.address(zoom=ZOOMS[rank]) if 0 <= rank < len(ZOOMS) else ""

    def address(self, *, page=None, zoom=None):
        """The address of a page at a size, from the page of the document."""
        zoom = zoom or self.zoom
        query = {"page": page or self.number} | ({"zoom": zoom} if zoom != PLAIN else {})
        return f"?{urlencode(query)}#reader"


def whole(text, otherwise):
    """The whole number that `text` is, `otherwise` when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else otherwise
