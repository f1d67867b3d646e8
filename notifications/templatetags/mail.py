"""What the plain-text layout of a message needs."""

import textwrap

from django import template

register = template.Library()

WIDTH = 76


@register.filter
def wrapped(text):
    """`text` broken into lines that every mail program shows whole, its own line breaks kept."""
    return "\n".join(_lines(text, WIDTH))


@register.filter
def indented(text):
    """`text` as a quotation, four spaces in."""
    return textwrap.indent("\n".join(_lines(text, WIDTH - 4)), "    ")


@register.filter
def item(text):
    """`text` as one item of a list."""
    return textwrap.fill(
        str(text), WIDTH, initial_indent="  - ", subsequent_indent="    ", break_long_words=False
    )


def _lines(text, width):
    for line in str(text).splitlines():
        yield from textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
