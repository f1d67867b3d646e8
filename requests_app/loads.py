"""The load of the developers, read from the files under development, and what a planned date would add to it.

What is left of a subtask is its estimate less the hours spent on it, not under zero; without an estimate it is an
equal share of what the file's latest quote leaves beside the estimates. An ended one is done.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.db.models import Prefetch, Sum
from django.utils.functional import cached_property

from accounts.models import User
from accounts.roles import Role
from planning.load import HORIZON, NOBODY, Capacity, Load, Work, first_fit, shares
from planning.models import Leave, Pace
from planning.periods import fortnights
from planning.workdays import today
from requests_app.models import Assignment, ChangeRequest, SpecificationVersion, Subtask, TimeEntry
from requests_app.models.hours import hours_of
from requests_app.quote import Quote
from workflow.steps import Step

AHEAD = timedelta(days=84)
# A planned date was told to the client, and nobody develops yet.
PROMISED = (Step.RULING, Step.DECISION)


@dataclass(frozen=True)
class Cell:
    """Hours of one person in one fortnight: laid on them, had by them, and what the load is made of."""

    load: Fraction
    capacity: Fraction
    parts: dict
    added: Fraction = Fraction(0)

    @property
    def after(self):
        """The hours laid on them with what is added."""
        return self.load + self.added

    @property
    def is_over(self):
        """Whether more is laid on them than they have."""
        return self.after > self.capacity


class Team:
    """The active developers with what they have and what is laid on them. Eight queries, whatever they work on.

    Where a date is asked of a file, `asked`: its own work is left out, and what is promised of the others, by their
    planned dates, is in as work that waits for somebody. Thirteen queries then.
    """

    def __init__(self, asked=None):
        self.start = today()
        self.people = list(
            User.objects.active().with_role(Role.DEVELOPER).order_by("last_name", "first_name", "pk")
        )
        self.keys = [person.pk for person in self.people]
        self.capacity = capacity_of(self.keys, self.start, self.start + HORIZON)
        files = ChangeRequest.objects.exclude(pk=asked and asked.pk)
        self.works = list(works(files.filter(step=Step.DEVELOPMENT), self.start, self.keys))
        if asked:
            self.works += works(files.filter(step__in=PROMISED), self.start, ())
        self.load = Load(self.works, self.capacity, start=self.start)

    @property
    def unassigned(self):
        """The hours that wait for somebody to do them."""
        return sum((work.hours for work in self.works if not work.people), Fraction(0))

    def table(self, periods, extra=None):
        """Each developer with a `Cell` for each of `periods`; `extra`: a `Load` that would come on top."""
        return [
            (
                person,
                [
                    Cell(
                        self.load.between(person.pk, one.first, one.last),
                        self.capacity.between(person.pk, max(one.first, self.start), one.last),
                        self.load.of(person.pk, one.first, one.last),
                        extra.between(person.pk, one.first, one.last) if extra else Fraction(0),
                    )
                    for one in periods
                ],
            )
            for person in self.people
        ]

    def coming(self):
        """The fortnights of the coming twelve weeks."""
        return fortnights(self.start, self.start + AHEAD)


class Answer:
    """What `hours` of work more, by the date `last` (or None), would mean for `team` (a `Team` with its file `asked`)."""

    def __init__(self, team, hours, last):
        self.team, self.hours, self.last = team, Fraction(hours), last
        self.fits_on = first_fit(team.load, team.keys, self.hours)

    @property
    def is_in_time(self):
        """Whether the date asked about leaves enough hours."""
        return self.fits_on is not None and self.last is not None and self.fits_on <= self.last

    @property
    def waiting(self):
        """What is on nobody yet, a `Work` for each file, the first to be done first. Without hours: nothing tells them."""
        by_file = {}
        for work in self.team.works:
            if not work.people:
                by_file.setdefault(work.name, []).append(work)
        found = [
            Work(
                name, sum(one.hours for one in of), min(one.first for one in of), max(one.last for one in of)
            )
            for name, of in by_file.items()
        ]
        return sorted(found, key=lambda work: (work.last, work.name))

    @property
    def periods(self):
        """The fortnights until the date asked about."""
        return fortnights(self.team.start, max(self.last, self.team.start))

    @cached_property
    def table(self):
        """Each developer with a `Cell` for each of the `periods`, this work on top of the others."""
        team = self.team
        parts = shares(team.load, team.keys, self.hours, last=self.last) if team.keys else {}
        added = [Work("", share, team.start, self.last, (key,)) for key, share in parts.items()]
        return team.table(self.periods, Load(added, team.capacity, start=team.start))

    @property
    def waiting_hours(self):
        """The hours of what is on nobody yet, for each of the `periods`."""
        return [self.team.load.between(NOBODY, one.first, one.last) for one in self.periods]

    @property
    def totals(self):
        """The team as a whole, what is on nobody yet included: a `Cell` without parts for each of the `periods`."""
        found = []
        for rank, waiting in enumerate(self.waiting_hours):
            column = [cells[rank] for _person, cells in self.table]
            found.append(
                Cell(
                    sum((cell.load for cell in column), waiting),
                    sum(cell.capacity for cell in column),
                    {},
                    sum(cell.added for cell in column),
                )
            )
        return found


def capacity_of(keys, first, last):
    """The `Capacity` of people (their `keys`) from one date to another. Two queries."""
    hours = dict.fromkeys(keys, settings.HOURS_PER_DAY)
    hours |= dict(Pace.objects.filter(person__in=keys).values_list("person", "hours_per_day"))
    away = {}
    for leave in Leave.objects.within(first, last).filter(person__in=keys):
        away.setdefault(leave.person_id, []).append((leave.first_day, leave.last_day))
    return Capacity(hours, away)


def works(files, start, keys):
    """The `Work` that is left of each of `files` (a queryset), named by the file's number. Five queries.

    It is on those of `keys` (people) whom it is assigned to: whoever left, or develops no more, works on nothing.
    """
    files = {file.pk: file for file in files.order_by("pk").only("number", "planned_date")}
    quotes = dict(
        SpecificationVersion.objects.filter(change_request__in=files)
        .order_by("change_request", "number")
        .values_list("change_request", "quote")
    )
    live = Subtask.objects.filter(change_request__in=files, children=None, cancelled_at=None)
    live = live.exclude(parent__cancelled_at__isnull=False).prefetch_related(
        Prefetch("assignments", Assignment.objects.current())
    )
    spent = TimeEntry.objects.filter(subtask__change_request__in=files).order_by()
    spent = dict(spent.values_list("subtask").annotate(Sum("quarters")))
    by_file = {key: [] for key in files}
    for subtask in live.order_by("pk"):
        by_file[subtask.change_request_id].append(subtask)
    for key, file in files.items():
        quoted, subtasks = quoted_hours(Quote.from_stored(quotes[key])), by_file[key]
        if not subtasks:
            yield Work(file.number, quoted, start, file.planned_date or start)
        for subtask, hours in zip(subtasks, planned_hours(quoted, subtasks), strict=True):
            left = max(hours - Fraction(hours_of(spent.get(subtask.pk))), Fraction(0))
            if left and subtask.end_date is None:
                yield Work(
                    file.number,
                    left,
                    subtask.forecast_start or start,
                    subtask.forecast_end or file.planned_date or start,
                    tuple(one.person_id for one in subtask.assignments.all() if one.person_id in keys),
                )


def planned_hours(quoted, subtasks):
    """The hours of each of a file's live `subtasks`: its estimate, or an equal share of what `quoted` leaves."""
    estimates = [subtask.estimate for subtask in subtasks]
    without = estimates.count(None)
    left = max(quoted - sum(Fraction(hours) for hours in estimates if hours is not None), Fraction(0))
    return [left / without if hours is None else Fraction(hours) for hours in estimates]


def quoted_hours(quote):
    """The hours of the man-days of a `Quote`."""
    days = sum((line.days for line in quote.lines), Decimal(0))
    return Fraction(days) * settings.HOURS_PER_DAY
