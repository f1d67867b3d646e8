"""How far a request is: hours of its estimate that are done, against all of them, over time.

Each day is drawn as it was: its split, its estimates and what was green then, read from the rows and the history.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F

from planning.workdays import day_of, today
from requests_app.models import TESTER_CHECKS, CheckKind, TimeEntry

MOST_PLACES = 12


@dataclass(frozen=True)
class Stand:
    """How a request stood at the end of a day, in hours: estimated in all, done (green), spent (None: not shown)."""

    day: date
    total: Decimal
    done: Decimal
    spent: Decimal | None


def burn_up(progress, *, with_spent):
    """The `Stand`s of a file, from the first day of its development to today or its end; empty where nothing has an estimate.

    One query, and one more `with_spent`.
    """
    file = progress.change_request
    if file.development_at is None or not any(node.subtask.estimate for node in progress.nodes.values()):
        return []
    last = day_of(file.ended_at) if file.ended_at else today()
    past = Past(progress)
    entries = _entries(file) if with_spent else []
    stands = []
    for day in _days(day_of(file.development_at), last):
        nodes = [node for node in progress.nodes.values() if past.counted(node, day)]
        stands.append(
            Stand(
                day,
                sum((past.estimate(node, day) for node in nodes), Decimal(0)),
                sum((past.estimate(node, day) for node in nodes if past.was_done(node, day)), Decimal(0)),
                sum((entry.hours for entry in entries if entry.day <= day), Decimal(0))
                if with_spent
                else None,
            )
        )
    return stands if any(one.total for one in stands) else []


class Past:
    """How the nodes of `progress` were at the end of a day."""

    def __init__(self, progress):
        self.progress = progress
        # By subtask: the estimates that edits replaced, and when the DPO said that it touches no personal data.
        self.replaced, self.spared = {}, {}
        acts = progress.change_request.events.filter(name__in=["edit_subtask", "mark_without_personal_data"])
        acts = acts.order_by("sequence").annotate(
            subtask=F("data__subtask__id"), estimates=F("data__changed__estimate")
        )
        for name, at, subtask, estimates in acts.values_list("name", "at", "subtask", "estimates"):
            if name == "mark_without_personal_data":
                self.spared.setdefault(subtask, []).append(at)
            elif estimates:
                self.replaced.setdefault(subtask, []).append((day_of(at), estimates[0]))

    def counted(self, node, day):
        """Whether a subtask was there to be worked on: not cancelled, nor split yet."""
        parent = self.progress.nodes.get(node.subtask.parent_id)
        ends = [one.subtask.cancelled_at for one in (node, parent) if one and one.subtask.cancelled_at]
        begins = [day_of(child.subtask.created_at) for child in node.children]
        return day_of(node.subtask.created_at) <= day and all(
            start > day for start in [*(day_of(end) for end in ends), *begins]
        )

    def estimate(self, node, day):
        """Its estimate in hours: what the next edit replaced, or what it is now."""
        replaced = self.replaced.get(node.subtask.pk, ())
        then = next((before for at, before in replaced if at > day), node.subtask.estimate)
        return Decimal(then or 0)

    def was_done(self, node, day):
        """Whether it was green: every check that was needed then was made by then, in the round open then."""
        ruling = next(
            (one for one in self.progress.given if _is_within(one.ruled_at, one.fell_at, day)), None
        )
        round = next((one for one in node.rounds if _is_within(one.opened_at, one.sent_back_at, day)), None)
        if round is None:
            return False
        passed = {
            check.kind
            for check in round.checks.all()
            if check.is_passed
            and day_of(check.made_at) <= day
            and (check.ruling_id is None or (ruling and check.ruling_id == ruling.pk))
        }
        needed = {*TESTER_CHECKS}
        if ruling and ruling.outcome.calls_for_check and not self._was_spared(node, ruling, day):
            needed.add(CheckKind.GDPR)
        return needed <= passed

    def _was_spared(self, node, ruling, day):
        marked = self.spared.get(node.subtask.pk, ())
        return any(ruling.ruled_at <= at and day_of(at) <= day for at in marked)


def _is_within(begin, end, day):
    """Whether `day` ends between two moments, of which `end` may be to come (None)."""
    return day_of(begin) <= day and (end is None or day_of(end) > day)


def _entries(file):
    return list(TimeEntry.objects.filter(subtask__change_request=file))


def _days(first, last):
    """The first day, the last, and as many between as a plot has room for."""
    span = (last - first).days
    step = max(-(-span // MOST_PLACES), 1)
    return [first + timedelta(days=rank) for rank in range(0, span, step)] + [last]
