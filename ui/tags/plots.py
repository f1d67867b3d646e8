"""Plots: bars of HTML and SVG, and what `ui.plots` has computed."""

from django import template

from ui.plots import KINDS, Bar, Plot
from ui.tags.layout import one_of
from ui.tags.lists import all_of

register = template.Library()


@register.inclusion_tag("components/bars.html")
def bars(items, *, label):
    """`{% bars items label=_("Working days by side") %}`: lines as long as their numbers. items: `ui.plots.Bar`."""
    items = all_of("bars", items, Bar)
    longest = max([item.value for item in items], default=0) or 1
    return {
        "label": label,
        "lines": [
            {
                "bar": item,
                "kind": one_of("bars", "kind", item.kind, KINDS),
                "width": f"{100 * item.value / longest:.2f}%",
            }
            for item in items
        ],
    }


@register.inclusion_tag("components/plot.html")
def plot(drawing):
    """`{% plot drawing %}`: a `ui.plots.Plot`; put the table of the same figures under it."""
    if not isinstance(drawing, Plot):
        raise template.TemplateSyntaxError("plot: it takes a ui.plots.Plot.")
    return {"plot": drawing}
