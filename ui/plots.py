"""Plots as SVG from the server: what is drawn, in percentages across and pixels down, so that texts stay legible
on any width. Pages build them from figures; a table of the same figures always stands beside.

Coordinates are texts: a template would write numbers in the reader's language.
"""

from dataclasses import dataclass, field

from django.utils.translation import pgettext

from ui.formats import number_text

KINDS = frozenset({"client", "vendor", "neutral", "done", "warning"})
HEIGHT = 220
TOP, BOTTOM = 22, 24
LABELS = 6
# What the figures of the levels have to the left of every shape, in per cent: a line would cross them.
GUTTER = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line of `bars`: a label, a number not below zero, and how it reads. `kind` is its colour and pattern."""

    label: str
    value: float
    text: str
    kind: str = "neutral"


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn with one colour and pattern: its name, its `kind`, a value for each place across (or None)."""

    name: str
    kind: str
    values: tuple
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A dot: where it is across (from 0 to 1), its value, of what it is, which hovering says with the value."""

    at: float
    value: float
    text: str
    kind: str = "neutral"


@dataclass
class Plot:
    """What the template draws. `legend`: `(name, kind)`; the others are shapes with their coordinates."""

    label: str
    top: float
    height: int = HEIGHT
    rectangles: list = field(default_factory=list)
    segments: list = field(default_factory=list)
    dots: list = field(default_factory=list)
    across: list = field(default_factory=list)
    legend: list = field(default_factory=list)

    @property
    def floor(self):
        """The height of zero, in pixels from above."""
        return self.height - BOTTOM

    @property
    def levels(self):
        """The lines across: `(pixels from above, text)`."""
        step = self.top / 4
        decimals = 0 if step == int(step) else 1
        return [(self.y(step * rank), number_text(step * rank, decimals)) for rank in range(5)]

    def y(self, value):
        """Where `value` is, in pixels from above."""
        return f"{self.floor - (self.floor - TOP) * min(value, self.top) / self.top:.1f}"


def columns(label, places, series, *, line=None):
    """A `Plot` of stacked columns: one for each of `places` (texts), made of the `Series`; `line`: a `Series` above them."""
    heights = [sum(one.values[rank] or 0 for one in series) for rank in range(len(places))]
    plot = Plot(label, _round_top([*heights, *(line.values if line else ())]))
    width = 100 / max(len(places), 1)
    for rank in range(len(places)):
        base = 0
        for one in series:
            value = one.values[rank] or 0
            if value:
                plot.rectangles.append(
                    {
                        "x": _across(width * (rank + 0.18)),
                        "width": f"{_span(width * 0.64):.2f}%",
                        "y": plot.y(base + value),
                        "height": f"{float(plot.y(base)) - float(plot.y(base + value)):.1f}",
                        "kind": one.kind,
                        "text": _said(f"{places[rank]}, {one.name}", value),
                    }
                )
            base += value
    if line:
        _steps(plot, line, width)
    _name_places(plot, places, [width * (rank + 0.5) for rank in range(len(places))])
    plot.legend = [(one.name, one.kind) for one in [*series, *([line] if line else [])]]
    return plot


def curves(label, places, series):
    """A `Plot` of lines: each `Series` goes from place to place; a value of None interrupts it."""
    values = [value for one in series for value in one.values if value is not None]
    plot = Plot(label, _round_top(values))
    gap = 100 / max(len(places) - 1, 1)
    for one in series:
        for rank in range(len(places) - 1):
            start, end = one.values[rank : rank + 2]
            if start is not None and end is not None:
                _segment(plot, gap * rank, start, gap * (rank + 1), end, one)
    _name_places(plot, places, [gap * rank for rank in range(len(places))])
    plot.legend = [(one.name, one.kind) for one in series]
    return plot


def scatter(label, places, points, levels=()):
    """A `Plot` of dots; `places` are texts spread evenly across, `levels` are `(name, kind, value)` lines across."""
    plot = Plot(label, _round_top([point.value for point in points] + [value for _n, _k, value in levels]))
    plot.dots = [
        {
            "x": _across(2 + 96 * point.at),
            "y": plot.y(point.value),
            "kind": point.kind,
            "text": _said(point.text, point.value),
        }
        for point in points
    ]
    for name, kind, value in levels:
        _segment(plot, 0, value, 100, value, Series(name, kind, (), is_dashed=True))
    gap = 100 / max(len(places) - 1, 1)
    _name_places(plot, places, [gap * rank for rank in range(len(places))])
    plot.legend = [(name, kind) for name, kind, _value in levels]
    return plot


def _said(what, value):
    return f"{what}{pgettext('after a label', ': ')}{number_text(value, _decimals(value))}"


def _steps(plot, line, width):
    """A line that is level over each place."""
    for rank, value in enumerate(line.values):
        if value is not None:
            _segment(plot, width * rank, value, width * (rank + 1), value, line)


def _segment(plot, x1, y1, x2, y2, series):
    plot.segments.append(
        {
            "x1": _across(x1),
            "y1": plot.y(y1),
            "x2": _across(x2),
            "y2": plot.y(y2),
            "kind": series.kind,
            "is_dashed": series.is_dashed,
        }
    )


def _name_places(plot, places, positions):
    """Name as many places as a phone has room for, the first and the last among them."""
    step = max(1, -(-len(places) // LABELS))
    for rank in range(0, len(places), step):
        anchor = "start" if positions[rank] < 4 else "end" if positions[rank] > 96 else "middle"
        plot.across.append({"x": _across(positions[rank]), "text": places[rank], "anchor": anchor})


def _round_top(values):
    """A round number not below any of `values`, whose quarters read well."""
    highest = max([float(value) for value in values if value is not None], default=0)
    power = 1
    while True:
        for step in (4, 8, 12, 20):
            if step * power >= highest:
                return step * power
        power *= 10


def _decimals(value):
    return 0 if value == int(value) else 1


def _across(value):
    """Where `value` (0 to 100) is from the left, beside the gutter."""
    return f"{GUTTER + _span(value):.2f}%"


def _span(width):
    return width * (100 - GUTTER) / 100
