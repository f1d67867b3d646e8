"""Hours spent: entered by day, corrected with a trace, kept as they are once the lead has closed their week."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role
from planning.periods import week_of
from planning.workdays import day_of, today
from requests_app.models import Assignment, Subtask, TimeCorrection, TimeEntry, Week
from requests_app.models.hours import MOST_A_DAY, hours_of
from ui.formats import day_text, hours_text
from workflow.errors import Missing, MovedOn, NotYourRole, Reason


@dataclass(frozen=True)
class Cell:
    """What was typed for one day of a `Subtask`: `quarters` of an hour, 0 for none; a `note`, None to leave it.

    `field`: the field of the page beside which a refusal is said.
    """

    subtask: Subtask
    day: date
    quarters: int
    note: str | None = None
    field: str | None = None

    @property
    def key(self):
        """What there is one entry of."""
        return self.subtask.pk, self.day


@transaction.atomic
def enter_hours(person, *, actor, cells, edition=""):
    """Keep what `cells` say of the days of `person`: all of them, or none. Returns how many hours changed.

    Everybody enters their own, the lead also those of others. Cells that say what is kept already are not looked at.
    `edition`: the mark of the week when its page was read (`edition_of`), empty for whoever did not read first.
    Raises `NotYourRole`, `Missing` with every reason beside its field.
    """
    if actor.pk != person.pk and not actor.has_role(Role.LEAD):
        raise NotYourRole("hours")
    weeks = _lock_weeks({week_of(cell.day).first for cell in cells})
    kept = {
        (entry.subtask_id, entry.day): entry
        for entry in TimeEntry.objects.filter(person=person, day__in={cell.day for cell in cells})
    }
    changed = [cell for cell in cells if _differs(cell, kept.get(cell.key))]
    if edition and changed and edition != edition_of(person, *weeks):
        raise Missing(
            [
                Reason(
                    "edition",
                    _(
                        "These hours were changed since you opened the page; the totals show them as they are. "
                        "Save again if yours still hold."
                    ),
                    "edition",
                )
            ]
        )
    reasons = [*_refusals(person, changed, kept, weeks), *_too_much(person, changed, kept)]
    if reasons:
        raise Missing(reasons)
    _trace(person, changed, kept, actor=actor)
    for cell in changed:
        _keep(person, cell, kept.get(cell.key))
    return len(changed)


def enter_day(subtask, *, actor, day, hours, note=""):
    """Keep that `actor` spent `hours` (quarters of an hour, 0 for none) on a subtask that `day`, in all.

    Returns the subtask. Raises what `enter_hours` does.
    """
    enter_hours(actor, actor=actor, cells=[Cell(subtask, day, hours, note, field="hours")])
    return subtask


def edition_of(person, *mondays):
    """The hours of `person` in the weeks of `mondays` as a short mark: another one means that they were changed since."""
    said = []
    for monday in sorted(mondays):
        rows = TimeEntry.objects.filter(person=person).within(*_span(monday)).order_by("day", "subtask")
        said += [[str(day), *rest] for day, *rest in rows.values_list("day", "subtask", "quarters")]
    return sha256(json.dumps(said).encode()).hexdigest()[:16]


@transaction.atomic
def close_week(day, *, actor):
    """Close the week that `day` is in, as the lead. Returns the `Week`. Raises `NotYourRole`, `Missing`, `MovedOn`."""
    week = _lock_week(day, actor=actor)
    if week.monday > today():
        raise Missing([Reason("week", _("This week has not begun."))])
    if week.is_closed:
        raise _overtaken(week, _("This week is closed."))
    return _turn(week, actor=actor, is_closing=True)


@transaction.atomic
def reopen_week(day, *, actor, reason):
    """Open a closed week again, as the lead, with a reason. Returns the `Week`. Raises what `close_week` does."""
    week = _lock_week(day, actor=actor)
    if not reason.strip():
        raise Missing([Reason("reason", _("Give a reason."), "reason")])
    if not week.is_closed:
        raise _overtaken(week, _("This week is open."))
    return _turn(week, actor=actor, is_closing=False, reason=reason)


def _turn(week, *, actor, is_closing, reason=""):
    now = timezone.now()
    week.closed_at = now if is_closing else None
    week.save(update_fields=["closed_at"])
    week.acts.create(is_closing=is_closing, reason=reason, actor=actor, at=now)
    return week


def _overtaken(week, what):
    last = week.acts.select_related("actor").first()
    return MovedOn(by=last and last.actor, at=last and last.at, what=what)


def _lock_week(day, *, actor):
    if not actor.has_role(Role.LEAD):
        raise NotYourRole("week")
    [week] = _lock_weeks({week_of(day).first}).values()
    return week


def _lock_weeks(mondays):
    """The weeks by their Monday, each locked: whoever closes one waits for hours being entered, and they for it."""
    Week.objects.bulk_create((Week(monday=monday) for monday in sorted(mondays)), ignore_conflicts=True)
    locked = Week.objects.select_for_update().filter(monday__in=mondays).order_by("monday")
    return {week.monday: week for week in locked}


def _differs(cell, entry):
    before, note = (entry.quarters, entry.note) if entry else (0, "")
    return cell.quarters != before or (bool(cell.quarters) and cell.note not in (None, note))


def _refusals(person, changed, kept, weeks):
    """A reason for each cell that cannot be: of its day, or of its subtask, which may always lose hours."""
    current = Assignment.objects.current().filter(person=person, subtask=OuterRef("pk"))
    subtasks = Subtask.objects.select_related("change_request", "parent").annotate(
        is_assigned=Exists(current), is_split=Exists(Subtask.objects.filter(parent=OuterRef("pk")))
    )
    subtasks = subtasks.in_bulk({cell.subtask.pk for cell in changed})
    for cell in changed:
        entry = kept.get(cell.key)
        why = _of_day(cell.day, weeks[week_of(cell.day).first])
        if not why and cell.quarters > (entry.quarters if entry else 0):
            why = _of_subtask(subtasks[cell.subtask.pk], cell.day, person)
        if why:
            yield Reason("hours", why, cell.field)


def _of_day(day, week):
    if day > today():
        return _("Hours are entered once they are spent: this day is to come.")
    if week.is_closed:
        return _("The week of %(day)s is closed: the development lead can reopen it.") % {
            "day": day_text(week.monday)
        }
    return ""


def _of_subtask(subtask, day, person):
    parent, file = subtask.parent, subtask.change_request
    if subtask.cancelled_at or (parent and parent.cancelled_at):
        return _("This subtask is cancelled.")
    if subtask.is_split:
        return _("This subtask is split: enter the hours on its own subtasks.")
    if not subtask.is_assigned:
        return _("%(name)s is not assigned to this subtask, or not any more.") % {"name": person}
    if file.development_at is None or day < day_of(file.development_at):
        return _("The development of %(number)s had not begun on that day.") % {"number": file.number}
    return ""


def _too_much(person, changed, kept):
    """A reason for each cell of a day that would have more hours than a day has."""
    days = {cell.day for cell in changed}
    totals = defaultdict(int)
    rows = TimeEntry.objects.filter(person=person, day__in=days).order_by().values_list("day")
    totals |= dict(rows.annotate(Sum("quarters")))
    for cell in changed:
        entry = kept.get(cell.key)
        totals[cell.day] += cell.quarters - (entry.quarters if entry else 0)
    for cell in changed:
        if totals[cell.day] > MOST_A_DAY:
            said = {"hours": hours_text(hours_of(totals[cell.day])), "day": day_text(cell.day)}
            yield Reason("too_much", _("%(hours)s in all on %(day)s: a day has 24.") % said, cell.field)


def _trace(person, changed, kept, *, actor):
    """Write down which hours and notes that were entered already become others, taken back ones too. All at the same moment."""
    now = timezone.now()
    corrections = TimeCorrection.objects.filter(person=person, day__in={cell.day for cell in changed})
    # Hours that were taken back left no entry, and come again as a correction.
    before = dict.fromkeys(corrections.order_by().values_list("subtask", "day"), (0, ""))
    before |= {key: (entry.quarters, entry.note) for key, entry in kept.items()}
    after = {cell.key: (cell.quarters, _note_of(cell, kept)) for cell in changed}
    TimeCorrection.objects.bulk_create(
        TimeCorrection(
            person=person,
            subtask=cell.subtask,
            day=cell.day,
            before=before[cell.key][0],
            after=cell.quarters,
            note_before=before[cell.key][1],
            note_after=after[cell.key][1],
            actor=actor,
            at=now,
        )
        for cell in changed
        if before.get(cell.key, after[cell.key]) != after[cell.key]
    )


def _note_of(cell, kept):
    """The note that a cell has in the end: none without hours, and the one there was where none was typed."""
    if not cell.quarters:
        return ""
    entry = kept.get(cell.key)
    return cell.note if cell.note is not None else entry.note if entry else ""


def _keep(person, cell, entry):
    if not cell.quarters:
        entry.delete()
        return
    entry = entry or TimeEntry(person=person, subtask=cell.subtask, day=cell.day)
    entry.quarters = cell.quarters
    if cell.note is not None:
        entry.note = cell.note
    entry.save()


def _span(monday):
    week = week_of(monday)
    return week.first, week.last
