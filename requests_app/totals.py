"""Hours spent, added up by request, client, nature or fortnight: every total is the sum of its entries."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Sum
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from planning.periods import Period, fortnight_of
from requests_app.models import Nature, TimeEntry
from requests_app.models.hours import hours_of


class By(models.TextChoices):
    """What hours are added up by."""

    REQUEST = "request", gettext_lazy("Request")
    CLIENT = "client", gettext_lazy("Client")
    NATURE = "nature", gettext_lazy("Nature")
    FORTNIGHT = "fortnight", gettext_lazy("Fortnight")


@dataclass(frozen=True)
class Spent:
    """What was spent on one request in one fortnight, in quarters of an hour."""

    number: str
    title: str
    client: str
    nature: str
    fortnight: Period
    quarters: int

    @property
    def hours(self):
        """The hours, as an exact decimal."""
        return hours_of(self.quarters)

    @property
    def nature_name(self):
        """The name of its nature, as the start of a cell."""
        return capfirst(str(Nature(self.nature).label)) if self.nature else "—"

    def key(self, by):
        """What it is added up under: sorts as people look for it."""
        return {
            By.REQUEST: self.number,
            By.CLIENT: self.client,
            By.NATURE: self.nature,
            By.FORTNIGHT: self.fortnight,
        }[by]


@dataclass
class Total:
    """One line of the totals: what it is of, in words, and the `Spent` in it."""

    name: str
    parts: list = field(default_factory=list)

    @property
    def hours(self):
        """Their sum."""
        return sum_of(self.parts)


def spent(files, first: date, last: date, *, person=None):
    """A `Spent` for each of `files` (a queryset) and fortnight with hours between two dates; of one person where given. One query."""
    entries = TimeEntry.objects.within(first, last).filter(subtask__change_request__in=files).order_by()
    if person:
        entries = entries.filter(person=person)
    file = "subtask__change_request__"
    names = (f"{file}number", f"{file}title", f"{file}organisation__name", f"{file}nature", "day")
    quarters = {}
    for *what, day, number in entries.values_list(*names).annotate(Sum("quarters")):
        key = (*what, fortnight_of(day))
        quarters[key] = quarters.get(key, 0) + number
    return [Spent(*key, number) for key, number in sorted(quarters.items(), key=lambda item: item[0])]


def totals(rows, by):
    """A `Total` for each request, client, nature or fortnight (a `By`) of `rows`, in order."""
    found = {}
    for row in sorted(rows, key=lambda row: row.key(by)):
        found.setdefault(row.key(by), Total(_name(row, by))).parts.append(row)
    return list(found.values())


def sum_of(rows):
    """The hours of `Spent`s."""
    return sum((row.hours for row in rows), Decimal(0))


def _name(row, by):
    if by is By.NATURE:
        return row.nature_name
    return row.fortnight.name if by is By.FORTNIGHT else row.key(by)
