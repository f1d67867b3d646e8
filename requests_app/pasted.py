"""A list of subtasks as people paste it: a line each, indented for the second level.

Bullets and numbers in front are taken off; hours at the end, as in `Export (6 h)` or `Export ; 1,5 h`, are
the estimate.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

MOST_LINES = 200
LONGEST_TITLE = 200
TAB = 4
BULLET = re.compile(r"(?:[-*+•–—▪◦·]|\d{1,3}[.)])\s+")
HOURS = re.compile(
    r"\s*(?:[;,:|–—-]\s*|\()(\d{1,4}(?:[.,]\d{1,2})?)\s*h(?:ours?|eures?)?\s*\)?$", re.IGNORECASE
)


class Unreadable(Exception):
    """A pasted list that cannot be taken; `messages` says why, line by line."""

    def __init__(self, messages):
        super().__init__(messages)
        self.messages = messages


@dataclass(frozen=True, slots=True)
class Line:
    """A subtask to be: `parent` is the rank, from 0, of the line that it belongs to, or None."""

    title: str
    estimate: Decimal | None
    parent: int | None


def read(text):
    """The `Line`s of a pasted `text`, in order. Raises `Unreadable`."""
    rows = [(number, row) for number, row in enumerate(text.expandtabs(TAB).splitlines(), 1) if row.strip()]
    if not rows:
        raise Unreadable([_("Write at least one line.")])
    if len(rows) > MOST_LINES:
        raise Unreadable(
            [
                _("The list has %(count)d lines; %(most)d at the most are taken at once.")
                % {"count": len(rows), "most": MOST_LINES}
            ]
        )
    margin = min(_indent(row) for _number, row in rows)
    lines, faults, last, first_level, second = [], [], None, True, None
    for number, row in rows:
        indent = _indent(row) - margin
        first_level = indent == 0 or last is None
        if not first_level and second is not None and indent > second:
            faults.append(
                _("Line %(number)d: a subtask is split only once; two levels are taken.") % {"number": number}
            )
        if first_level:
            second = None
        elif second is None:
            second = indent
        title, estimate = _parts(row)
        if not title:
            faults.append(_("Line %(number)d: the title is missing.") % {"number": number})
        elif len(title) > LONGEST_TITLE:
            faults.append(
                _("Line %(number)d: the title has %(count)d characters; %(most)d at the most.")
                % {"number": number, "count": len(title), "most": LONGEST_TITLE}
            )
        if first_level:
            last = len(lines)
        lines.append(Line(title, estimate, None if first_level else last))
    if faults:
        raise Unreadable(faults)
    return lines


def tree(lines):
    """`lines` as pairs of a line of the first level and those under it."""
    return [
        (line, [under for under in lines if under.parent == rank])
        for rank, line in enumerate(lines)
        if line.parent is None
    ]


def _indent(row):
    return len(row) - len(row.lstrip())


def _parts(row):
    title = BULLET.sub("", row.strip(), count=1)
    hours = HOURS.search(title)
    if hours is None or not Decimal(hours[1].replace(",", ".")):
        return title, None
    return title[: hours.start()].strip(), Decimal(hours[1].replace(",", "."))
