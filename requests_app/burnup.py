"""How far a request is: hours of its estimate that are done, against all of them, over time."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from planning.workdays import day_of, today
from requests_app.models import TimeEntry

MOST_PLACES = 12


@dataclass(frozen=True)
class Stand:
    """How a request stood at the end of a day, in hours: estimated in all, done (green), spent (None: not shown)."""

    day: date
    total: Decimal
    done: Decimal
    spent: Decimal | None


def burn_up(progress, *, with_spent):
    """The `Stand`s of a file, from the first day of its development to today or its end; empty without an estimate.

    Estimates are those of now: what one was before is in the history alone. One query more `with_spent`.
    """
    file = progress.change_request
    if progress.estimate is None or file.development_at is None:
        return []
    last = day_of(file.ended_at) if file.ended_at else today()
    leaves = [node for node in progress.nodes.values() if not node.children and node.subtask.estimate]
    entries = _entries(file) if with_spent else []
    return [
        Stand(
            day,
            sum((node.subtask.estimate for node in leaves if _counts(node, day)), Decimal(0)),
            sum((node.subtask.estimate for node in leaves if _is_done(node, day)), Decimal(0)),
            sum((entry.hours for entry in entries if entry.day <= day), Decimal(0)) if with_spent else None,
        )
        for day in _days(day_of(file.development_at), last)
    ]


def _entries(file):
    return list(TimeEntry.objects.filter(subtask__change_request=file))


def _days(first, last):
    """The first day, the last, and as many between as a plot has room for."""
    span = (last - first).days
    step = max(-(-span // MOST_PLACES), 1)
    return [first + timedelta(days=rank) for rank in range(0, span, step)] + [last]


def _counts(node, day):
    """Whether a subtask was there at the end of `day`."""
    parent = node.progress.nodes.get(node.subtask.parent_id)
    ends = [one.subtask.cancelled_at for one in (node, parent) if one and one.subtask.cancelled_at]
    return day_of(node.subtask.created_at) <= day and all(day_of(end) > day for end in ends)


def _is_done(node, day):
    """Whether a subtask that is green now was so at the end of `day`: with its last check."""
    return node.is_green and all(day_of(check.made_at) <= day for check in node.passed.values())
