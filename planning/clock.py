"""The clock of a file: the working days that it spent with each side, at each step.

A working day counts for whoever had the file when it began: the day on which a file arrives is not theirs,
the day on which it leaves is. So the spans follow one another, and the sides add up to the days of the file.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from accounts.roles import Side
from planning.workdays import day_of, working_days
from workflow.steps import ENDS, SEVEN, Step


@dataclass(frozen=True)
class Stay:
    """A file at one `step`, from the date `since` to the date `until`; `is_open`: it is still there."""

    step: Step
    since: date
    until: date
    is_open: bool = False

    @property
    def side(self):
        """The `Side` that had the file."""
        return self.step.side

    @cached_property
    def days(self):
        """The working days it lasted."""
        return working_days(self.since, self.until)

    def days_within(self, first, last):
        """The working days of it that are between two dates, both included."""
        return working_days(max(self.since, first - timedelta(days=1)), min(self.until, last))


def stays(moves, *, today):
    """The `Stay`s of a file: `moves` are `(datetime, step reached)` in order, `today` is the last day counted."""
    found, since, step = [], None, None
    for at, reached in moves:
        day = day_of(at)
        if step is not None:
            found.append(Stay(step, since, day))
        since, step = day, Step(reached)
    if step is not None and step not in ENDS:
        found.append(Stay(step, since, max(today, since), is_open=True))
    return found


@dataclass(frozen=True)
class Spent:
    """What one step took: how often the file was there, and the working days of all its visits."""

    step: Step
    visits: int
    days: int

    @property
    def side(self):
        """The `Side` whose turn it was."""
        return self.step.side


class Clock:
    """The working days of one file. Takes what `stays` takes."""

    def __init__(self, moves, *, today):
        self.stays = stays(moves, today=today)

    @property
    def client(self):
        """The days during which the vendor waited for the client."""
        return self.of(Side.CLIENT)

    @property
    def vendor(self):
        """The days during which the client waited for the vendor."""
        return self.of(Side.VENDOR)

    @property
    def total(self):
        """The working days of the file."""
        return self.client + self.vendor

    def of(self, side):
        """The days of one `Side`."""
        return sum(stay.days for stay in self.stays if stay.side is side)

    @cached_property
    def by_step(self):
        """A `Spent` for each step that the file has been at, in the order of the steps."""
        return [
            Spent(step, len(visits), sum(stay.days for stay in visits))
            for step in SEVEN
            if (visits := [stay for stay in self.stays if stay.step is step])
        ]
