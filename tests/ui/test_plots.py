"""Plots as they are drawn: every figure in its place and said in words, nothing outside, in any language."""

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ui.plots import BOTTOM, GUTTER, HEIGHT, TOP, Point, Series, columns, curves, scatter

VALUES = st.floats(0, 50_000) | st.integers(0, 3)


def drawn(plot, language="fr"):
    with translation.override(language):
        page = Template("{% load ui %}{% plot plot %}").render(Context({"plot": plot}))
    return BeautifulSoup(page, "html.parser")


def said(found, tag):
    """What hovering says of each shape, with plain spaces."""
    return [one.title.string.replace("\u00a0", " ").replace("\u202f", " ") for one in found.select(tag)]


def share(text):
    """A coordinate across, in per cent of the whole."""
    assert text.endswith("%")
    return float(text[:-1])


def test_columns_stand_on_one_another_under_a_line_and_say_their_figures():
    with translation.override("fr"):
        plot = columns(
            "Charge",
            ["1–15 mars", "16–31 mars"],
            [Series("Posée", "vendor", (30.0, 0)), Series("Ajoutée", "client", (7.5, 20.0))],
            line=Series("Capacité", "neutral", (70.0, 77.0)),
        )
    found = drawn(plot)

    bars = found.select("svg[role=img] > rect")
    assert said(found, "rect:has(title)") == [
        "1–15 mars, Posée : 30",
        "1–15 mars, Ajoutée : 7,5",
        "16–31 mars, Ajoutée : 20",
    ]
    lower, upper = bars[:2]
    assert float(upper["y"]) + float(upper["height"]) == pytest.approx(float(lower["y"]), abs=0.2)
    assert (lower["x"], lower["width"]) == (upper["x"], upper["width"])
    lines = found.select("line.line")
    assert [line["y1"] == line["y2"] for line in lines] == [True, True]
    assert float(lines[0]["y1"]) > float(lines[1]["y1"])
    legend = [item.get_text() for item in found.select(".plot__legend li")]
    assert legend == ["Posée", "Ajoutée", "Capacité"]
    assert found.select_one("svg[role=img]")["aria-label"] == "Charge"


def test_curve_is_interrupted_where_there_is_no_figure():
    plot = curves(
        "Avancement", ["1", "2", "3", "4"], [Series("Terminées", "done", (0, None, 4, 8), is_dashed=True)]
    )

    [line] = drawn(plot).select("line.line")

    assert set(line["class"]) == {"line", "done", "dashed"}
    assert (float(line["y1"]), float(line["y2"])) == (
        pytest.approx((TOP + HEIGHT - BOTTOM) / 2, abs=0.1),
        TOP,
    )


def test_dots_lie_among_levels_that_the_legend_names():
    points = [Point(0, 10, "VALM-2026-0001", "vendor"), Point(1, 40, "VALM-2026-0002", "vendor")]
    levels = [("50% en 10 jours", "done", 10), ("95%", "warning", 40)]
    with translation.override("fr"):
        plot = scatter("Durées", ["mars", "avril"], points, levels)

    found = drawn(plot)

    assert said(found, "circle") == ["VALM-2026-0001 : 10", "VALM-2026-0002 : 40"]
    assert [item.get_text() for item in found.select(".plot__legend li")] == ["50% en 10 jours", "95%"]
    dots, levels = found.select("circle"), found.select("line.line")
    assert [float(dot["cy"]) for dot in dots] == [float(level["y1"]) for level in levels]
    assert share(dots[0]["cx"]) < share(dots[1]["cx"])


def test_words_of_a_plot_are_escaped():
    found = drawn(scatter('"><script>', ["<b>"], [Point(0, 1, "<i>x</i>")], [("<u>", "done", 1)]))

    assert found.select("script, b, i, u") == []
    assert found.select_one("svg[role=img]")["aria-label"] == '"><script>'


@pytest.mark.parametrize("language", ["fr", "en"])
def test_coordinates_read_the_same_in_every_language(language):
    plot = curves("x", ["a", "b"], [Series("y", "done", (0.5, 1234.5))])

    [line] = drawn(plot, language).select("line.line")

    assert "," not in line["x1"] + line["x2"] + line["y1"] + line["y2"]


@given(
    st.lists(st.tuples(VALUES, VALUES, st.none() | VALUES), min_size=1, max_size=30),
    st.sampled_from(["columns", "curves", "scatter"]),
)
def test_nothing_is_drawn_outside_whatever_the_figures(rows, kind):
    places = [str(rank) for rank in range(len(rows))]
    first, second, third = zip(*rows, strict=True)
    if kind == "columns":
        plot = columns("x", places, [Series("a", "done", first)], line=Series("c", "neutral", third))
    elif kind == "curves":
        plot = curves("x", places, [Series("a", "done", first), Series("c", "neutral", third)])
    else:
        points = [Point(rank / len(rows), value, "x") for rank, value in enumerate(first)]
        plot = scatter("x", places, points, [("a", "done", second[0])])

    across = [share(one["x"]) for one in plot.rectangles + plot.across]
    across += [share(one["x"]) + share(one["width"]) for one in plot.rectangles]
    across += [share(one[name]) for one in plot.segments for name in ("x1", "x2")]
    across += [share(one["x"]) for one in plot.dots]
    down = [float(one["y"]) for one in plot.rectangles + plot.dots]
    down += [float(one[name]) for one in plot.segments for name in ("y1", "y2")]
    assert all(GUTTER - 0.01 <= one <= 100.01 for one in across)
    assert all(TOP <= one <= HEIGHT - BOTTOM for one in down)
    assert len(plot.across) <= 7
