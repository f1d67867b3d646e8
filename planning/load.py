"""Load: hours of work laid on the working days of those who do it, against the hours that they have.

Hours are exact fractions, so that a load equals its parts; they are rounded where they are shown.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from planning.workdays import after_working_days, working_dates

# The key under which work lies that waits for somebody to do it.
NOBODY = None
# How far a date that fits is looked for.
HORIZON = timedelta(days=366)


@dataclass(frozen=True)
class Work:
    """Hours to be done from one date to another by some people (their keys), who share them equally.

    `name` is of what; nobody named: it waits for an assignment and loads no one.
    """

    name: str
    hours: Fraction
    first: date
    last: date
    people: tuple = ()


class Capacity:
    """The hours that people have: `hours` a day by key, less the days away (`{key: [(first, last), …]}`)."""

    def __init__(self, hours, away=None):
        self.hours = {key: Fraction(value) for key, value in hours.items()}
        self.away = away or {}

    def on(self, person, day):
        """The hours that `person` has on a working day."""
        if any(first <= day <= last for first, last in self.away.get(person, ())):
            return Fraction(0)
        return self.hours.get(person, Fraction(0))

    def between(self, person, first, last):
        """The hours that `person` has from one date to another, both included."""
        return sum((self.on(person, day) for day in working_dates(first, last)), Fraction(0))


class Load:
    """What `works` lay on people from `start` on. What should be done already is laid on the first working day.

    What waits for somebody is laid likewise, under `NOBODY`.
    """

    def __init__(self, works, capacity, *, start):
        self.capacity, self.start = capacity, start
        # By person, by (day, name); and by (person, day) in all.
        self.parts = defaultdict(lambda: defaultdict(Fraction))
        self.laid = defaultdict(Fraction)
        for work in works:
            first, last = max(work.first, start), max(work.last, start)
            people = work.people or (NOBODY,)
            for person in people:
                share, days = work.hours / len(people), working_dates(first, last)
                if person is not NOBODY:
                    days = [day for day in days if capacity.on(person, day)]
                days = days or [after_working_days(first - timedelta(days=1), 1)]
                for day in days:
                    self.parts[person][day, work.name] += share / len(days)
                    self.laid[person, day] += share / len(days)

    def between(self, person, first, last):
        """The hours laid on `person` from one date to another, both included."""
        return sum(self.of(person, first, last).values(), Fraction(0))

    def of(self, person, first, last):
        """The same by the name of the work, the largest first."""
        found = defaultdict(Fraction)
        for (day, name), hours in self.parts[person].items():
            if first <= day <= last:
                found[name] += hours
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    @property
    def total(self):
        """All the hours laid on somebody."""
        return sum((hours for (key, _day), hours in self.laid.items() if key is not NOBODY), Fraction(0))

    def free(self, people, last):
        """The hours that each of `people` has left on each working day up to `last`: yields (day, `{key: hours}`).

        What was too much for the days before is done first.
        """
        behind = dict.fromkeys(people, Fraction(0))
        for day in working_dates(self.start, last):
            left = {}
            for key in people:
                had, due = self.capacity.on(key, day), behind[key] + self.laid.get((key, day), 0)
                left[key], behind[key] = max(had - due, Fraction(0)), max(due - had, Fraction(0))
            yield day, left


def first_fit(load, people, hours):
    """The first date by which `people` together have `hours` left; None within a year for never.

    What waits for somebody is theirs too: it takes of what they have left once its days have come.
    """
    left, waiting = Fraction(hours), Fraction(0)
    for day, free in load.free(people, load.start + HORIZON):
        had, due = sum(free.values()), waiting + load.laid.get((NOBODY, day), 0)
        left, waiting = left - max(had - due, 0), max(due - had, Fraction(0))
        if left <= 0:
            return day
    return None


def shares(load, people, hours, *, last):
    """How `hours` would be shared among `people` until `last`: by what each has left, or equally when nobody has.

    Returns `{key: hours}`.
    """
    left = dict.fromkeys(people, Fraction(0))
    for _day, free in load.free(people, last):
        for key, hours_free in free.items():
            left[key] += hours_free
    total = sum(left.values())
    if not total:
        return {key: Fraction(hours) / len(people) for key in people}
    return {key: Fraction(hours) * free / total for key, free in left.items()}
