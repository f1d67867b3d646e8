"""When a file may end: Monte Carlo over what each step has taken in the past, in working days.

Each run draws, for the step where the file is and for each one after it, what that step took in some past file;
for the present one among those that took at least as long as it has lasted. Where none did, the past cannot tell: no date
is drawn. Same past, same file, same seed: same forecast.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from planning.workdays import after_working_days
from workflow.steps import SEVEN

RUNS = 400
LEVELS = (50, 85, 95)
# Fewer past files than this say nothing.
FEWEST = 5


@dataclass(frozen=True)
class Forecast:
    """The dates by which a file ends in 50, 85 and 95 runs of 100, and of how many past files they are drawn.

    No dates where the file has been at its step for longer than any of these was.
    """

    half: date | None
    most: date | None
    nearly_all: date | None
    basis: int

    @property
    def is_beyond(self):
        """Whether the past cannot tell: none of it lasted as long."""
        return self.half is None


def percentile(values, level):
    """The smallest of `values` that `level` per cent of them do not exceed; they need no order and are not empty."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * level // 100) - 1)]


def remaining(past, step, elapsed, *, seed):
    """The working days left, one number for each run; none where no past file was at `step` for as long as `elapsed`.

    `past`: what steps took, a `{Step: days}` for each past file.
    """
    random = Random(seed)  # noqa: S311
    ahead = SEVEN[SEVEN.index(step) + 1 :]
    present = [days for file in past if (days := file.get(step, 0)) >= elapsed]
    if not present:
        return []
    drawn = [[file.get(one, 0) for file in past] for one in ahead]
    return [
        random.choice(present) - elapsed + sum(random.choice(days) for days in drawn) for _run in range(RUNS)
    ]


def forecast(past, step, elapsed, *, today, seed):
    """The `Forecast` of a file that has been at `step` for `elapsed` working days; None from too small a past."""
    if len(past) < FEWEST:
        return None
    days = remaining(past, step, elapsed, seed=seed)
    if not days:
        return Forecast(None, None, None, basis=len(past))
    return Forecast(
        *(after_working_days(today, percentile(days, level)) for level in LEVELS), basis=len(past)
    )
