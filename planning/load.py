"""Load: hours of work laid on the working days of those who do it, against the hours that they have.

Hours are exact fractions, so that a load equals its parts; they are rounded where they are shown.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from planning.workdays import working_dates

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
    """What `works` lay on people from `start` on. What should be done already is laid on `start`."""

    def __init__(self, works, capacity, *, start):
        self.capacity = capacity
        # By person, by (day, name); and by (person, day) in all.
        self.parts = defaultdict(lambda: defaultdict(Fraction))
        self.laid = defaultdict(Fraction)
        for work in works:
            first, last = max(work.first, start), max(work.last, start)
            for person in work.people:
                share = work.hours / len(work.people)
                days = [day for day in working_dates(first, last) if capacity.on(person, day)] or [first]
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
        """All the hours laid on anybody."""
        return sum(self.laid.values(), Fraction(0))

    def free(self, people, day):
        """The hours that each of `people` has left on `day`, as a dict; a person overloaded that day has none."""
        return {
            key: max(self.capacity.on(key, day) - self.laid.get((key, day), 0), Fraction(0)) for key in people
        }


def first_fit(load, people, hours, *, start):
    """The first date by which `people` together have `hours` left from `start` on; None within a year for never."""
    left = Fraction(hours)
    for day in working_dates(start, start + HORIZON):
        left -= sum(load.free(people, day).values())
        if left <= 0:
            return day
    return None


def shares(load, people, hours, *, first, last):
    """How `hours` would be shared among `people` until `last`: by what each has left, or equally when nobody has.

    Returns `{key: hours}`.
    """
    left = dict.fromkeys(people, Fraction(0))
    for day in working_dates(first, last):
        for key, free in load.free(people, day).items():
            left[key] += free
    total = sum(left.values())
    if not total:
        return {key: Fraction(hours) / len(people) for key in people}
    return {key: Fraction(hours) * free / total for key, free in left.items()}
