"""Hours as pages show them: a person's week by subtask and day, and everybody's week by day."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import pgettext

from accounts.models import User
from accounts.roles import Role
from planning.models import Leave
from planning.periods import dates_of, week_of
from planning.workdays import holidays_of, is_working, today
from requests_app.loads import capacity_of
from requests_app.models import Assignment, Subtask, TimeCorrection, TimeEntry, Week, WeekAct
from workflow.steps import OPEN_STEPS


@dataclass(frozen=True)
class Day:
    """A day of a week; `why` is what keeps people from work, in words, empty for nothing or a weekend."""

    date: date
    is_off: bool
    why: str = ""

    @property
    def is_to_come(self):
        """Whether hours cannot have been spent on it yet."""
        return self.date > today()


@dataclass
class Line:
    """One subtask, or one person, of a week: the `TimeEntry` rows by their day, and the hours in all."""

    what: object
    by_day: dict = field(default_factory=lambda: defaultdict(list))

    def on(self, day):
        """The hours of one date; None for none."""
        return sum(entry.hours for entry in self.by_day[day]) if day in self.by_day else None

    @property
    def total(self):
        """The hours of the week."""
        return sum((entry.hours for rows in self.by_day.values() for entry in rows), Decimal(0))


class WeekOfHours:
    """The week that `day` is in: its days, whether it is closed, its entries and what was corrected.

    `people`: whose (a queryset or list of people); None for everybody.
    """

    def __init__(self, day, people=None):
        self.period = week_of(day)
        self._of = {} if people is None else {"person__in": people}

    @cached_property
    def row(self):
        """The `Week`, kept or not."""
        return Week.objects.filter(monday=self.period.first).first() or Week(monday=self.period.first)

    @cached_property
    def acts(self):
        """Who closed and reopened it, the last first."""
        return list(WeekAct.objects.filter(week__monday=self.period.first).select_related("actor"))

    @cached_property
    def leaves(self):
        """The days away of these people in it."""
        return list(Leave.objects.within(self.period.first, self.period.last).filter(**self._of))

    @cached_property
    def days(self):
        """Its seven `Day`s; somebody's leave is said where the page is one person's."""
        free = holidays_of(self.period.first.year) | holidays_of(self.period.last.year)
        return [
            Day(day, not is_working(day) or self._is_away(day), free.get(day) or self._away_in_words(day))
            for day in dates_of(self.period)
        ]

    @cached_property
    def entries(self):
        """What was entered, by person, request and subtask."""
        rows = TimeEntry.objects.within(self.period.first, self.period.last).filter(**self._of)
        return list(rows.select_related("person").order_by("day", "pk"))

    @cached_property
    def corrections(self):
        """What was changed afterwards, the last first."""
        span = (self.period.first, self.period.last)
        rows = TimeCorrection.objects.filter(day__range=span, **self._of)
        return list(rows.select_related("person", "actor", "subtask__change_request"))

    @property
    def totals(self):
        """Its days, each with its hours, None for none."""
        found = defaultdict(Decimal)
        for entry in self.entries:
            found[entry.day] += entry.hours
        return [(day, found.get(day.date)) for day in self.days]

    @property
    def total(self):
        """All its hours."""
        return sum((entry.hours for entry in self.entries), Decimal(0))

    def _is_away(self, day):
        return bool(self._of) and any(leave.first_day <= day <= leave.last_day for leave in self.leaves)

    def _away_in_words(self, day):
        return pgettext("calendar", "Away") if self._is_away(day) else ""


def lines_of(week, person, files, also=()):
    """A `Line` for each subtask on which `person` may enter hours in a `WeekOfHours`, or has; of `files` alone.

    That is theirs, live, and not ended before. `also`: the keys of subtasks that a page named. One query.
    """
    theirs = Assignment.objects.current().filter(person=person, subtask=OuterRef("pk"))
    children = Subtask.objects.filter(parent=OuterRef("pk"))
    worked_on = Q(Exists(theirs), ~Exists(children), cancelled_at=None, parent__cancelled_at=None) & (
        Q(end_date=None, change_request__step__in=OPEN_STEPS) | Q(end_date__gte=week.period.first)
    )
    entered = Q(pk__in=[entry.subtask_id for entry in week.entries])
    shown = Subtask.objects.filter(worked_on | entered | Q(pk__in=also), change_request__in=files)
    shown = shown.select_related("change_request__organisation", "parent")
    lines = {one.pk: Line(one) for one in shown.order_by("change_request__number", "place", "position")}
    for entry in week.entries:
        if entry.subtask_id in lines:
            lines[entry.subtask_id].by_day[entry.day].append(entry)
    return list(lines.values())


def team(week):
    """A `Line` for each developer and whoever else has hours in a `WeekOfHours`, with the hours they have in it.

    `[(Line, hours)]` by name. Five queries.
    """
    spent = {entry.person_id for entry in week.entries}
    developers = User.objects.active().with_role(Role.DEVELOPER)
    people = User.objects.filter(Q(pk__in=developers.values("pk")) | Q(pk__in=spent))
    people = list(people.order_by("last_name", "first_name", "pk"))
    lines = {person.pk: Line(person) for person in people}
    for entry in week.entries:
        lines[entry.person_id].by_day[entry.day].append(entry)
    capacity = capacity_of(lines, week.period.first, week.period.last)
    return [(line, capacity.between(key, week.period.first, week.period.last)) for key, line in lines.items()]
