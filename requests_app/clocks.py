"""The shared clock of many files: working days of each side, by client and quarter."""

from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Q

from accounts.roles import Side
from planning.clock import stays
from planning.periods import quarters_of
from planning.workdays import today
from workflow.models import Event


@dataclass
class Days:
    """Working days of the two sides."""

    client: int = 0
    vendor: int = 0

    def add(self, side, days):
        """Count `days` for one `Side`."""
        if side is Side.CLIENT:
            self.client += days
        else:
            self.vendor += days

    @property
    def total(self):
        """The days of both sides."""
        return self.client + self.vendor


@dataclass
class Line:
    """One client: its name, how many of its files ran during the year, `Days` for each quarter."""

    name: str
    files: int = 0
    quarters: list = field(default_factory=lambda: [Days() for _quarter in range(4)])

    @property
    def year(self):
        """The `Days` of the whole year."""
        return sum_of(self.quarters)


def sum_of(several):
    """One `Days` of many."""
    several = list(several)
    return Days(sum(days.client for days in several), sum(days.vendor for days in several))


def yearly(files, year):
    """A `Line` for each client with one of `files` (a queryset) running in `year`, by name. Two queries."""
    running = files.filter(created_at__year__lte=year).filter(Q(ended_at=None) | Q(ended_at__year__gte=year))
    names = dict(running.order_by().values_list("pk", "organisation__name"))
    moves = (
        Event.objects.moves()
        .filter(change_request__in=running.order_by().values("pk"))
        .order_by("change_request", "sequence")
        .values_list("change_request", "at", "to_step")
    )
    quarters, last_day, lines = quarters_of(year), today(), {}
    for key, events in groupby(moves.iterator(chunk_size=5000), key=lambda row: row[0]):
        line = lines.setdefault(names[key], Line(names[key]))
        line.files += 1
        for stay in stays(((at, step) for _file, at, step in events), today=last_day):
            for quarter, days in zip(quarters, line.quarters, strict=True):
                days.add(stay.side, stay.days_within(quarter.first, quarter.last))
    return sorted(lines.values(), key=lambda line: line.name.casefold())


def years_of(files):
    """The years in which any of `files` (a queryset) ran, the latest first; this year at least."""
    first = files.order_by("created_at").values_list("created_at", flat=True).first()
    this = today().year
    return list(range(this, (first.year if first else this) - 1, -1))
