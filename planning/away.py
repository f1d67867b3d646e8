"""Who is away on a day, and who stands in for them."""

from dataclasses import dataclass
from datetime import date

from planning.models import Leave


@dataclass(frozen=True)
class Absence:
    """Somebody away: the last day of it, and the key of whoever stands in (None where nobody does)."""

    until: date
    stand_in: int | None


def absences(day):
    """An `Absence` for each person away on `day`, by their key. One query.

    A stand-in who is away hands over to their own, and so on; in a circle, and for whoever left, nobody stands in.
    """
    rows = Leave.objects.within(day, day).values_list(
        "person", "last_day", "person__pace__stand_in", "person__pace__stand_in__is_active"
    )
    until, named = {}, {}
    for person, last_day, stand_in, is_active in rows:
        until[person] = max(last_day, until.get(person, last_day))
        named[person] = stand_in if is_active else None
    return {person: Absence(last_day, _present(person, named)) for person, last_day in until.items()}


def _present(person, named):
    """Whoever stands in for `person` and is not in `named` (those away, with whom each names) themself; or None."""
    passed = set()
    while person in named and person not in passed:
        passed.add(person)
        person = named[person]
    return None if person in passed else person
