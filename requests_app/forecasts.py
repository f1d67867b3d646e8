"""What past files took, and when those in progress may end.

A file's forecast is drawn from the past of its own organisation. Where that is too short, the vendor's side reads one
drawn from all clients', and says so; a client reads none: from no number may it learn of another.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from planning.clock import stays
from planning.forecast import FEWEST, Forecast, forecast
from planning.workdays import day_of, start_of, today, working_days
from requests_app.models import ChangeRequest
from workflow.models import Event
from workflow.steps import Step

# How far back the past counts.
PAST = timedelta(days=730)
# Of how many of the last files a forecast is drawn at the most: what they took long ago says less of what comes.
POOL = 200


@dataclass(frozen=True)
class Cycle:
    """A closed file: the working days from its first sending to its end, and what each step took."""

    file: ChangeRequest
    ended_on: object
    days: int
    by_step: dict


@dataclass(frozen=True)
class Prospect:
    """A file in progress with its `Forecast`, or None from too short a past.

    `is_own`: drawn from the past of its own organisation alone.
    """

    file: ChangeRequest
    forecast: Forecast | None
    is_own: bool


def cycles(files, most=None):
    """A `Cycle` for each of `files` (a queryset) closed in the last two years, the oldest end first. Two queries.

    Of the last `most` of them, where a number is given.
    """
    closed = files.filter(step=Step.CLOSED, ended_at__gte=start_of(today() - PAST)).order_by(
        "-ended_at", "-pk"
    )
    closed = {file.pk: file for file in reversed(list(closed.select_related("organisation")[:most]))}
    by_file = days_by_step(closed)
    return [
        Cycle(
            file,
            day_of(file.ended_at),
            working_days(day_of(file.sent_at), day_of(file.ended_at)),
            by_file[key],
        )
        for key, file in closed.items()
    ]


def days_by_step(keys, *, is_past=False):
    """What the files of `keys` took at each step, all visits together: `{key: {step: working days}}`. One query.

    `is_past`: of the visits that are over alone.
    """
    moves = Event.objects.moves().filter(change_request__in=keys).order_by("change_request", "sequence")
    rows = moves.values_list("change_request", "at", "to_step")
    found = {}
    for key, events in groupby(rows.iterator(chunk_size=5000), key=lambda row: row[0]):
        by_step = defaultdict(int)
        for stay in stays(((at, step) for _file, at, step in events), today=today()):
            if not (is_past and stay.is_open):
                by_step[stay.step] += stay.days
        found[key] = dict(by_step)
    return found


def prospects(files, past):
    """A `Prospect` for each of `files` in progress (a list), drawn from `past` (the `Cycle`s that the reader may see).

    The days at its step are those of all its visits to it, as the past's are. One query. From the last `POOL` of its organisation where there are enough of them, or else of all that the reader sees.
    """
    by_organisation = defaultdict(list)
    for cycle in past:
        by_organisation[cycle.file.organisation_id].append(cycle.by_step)
    everything, day, found = [cycle.by_step for cycle in past[-POOL:]], today(), []
    # Asked only where the past is long enough to draw from.
    before = days_by_step([file.pk for file in files], is_past=True) if len(past) >= FEWEST else {}
    for file in files:
        own = by_organisation[file.organisation_id][-POOL:]
        is_own = len(own) >= FEWEST
        step = Step(file.step)
        said = forecast(
            own if is_own else everything,
            step,
            before.get(file.pk, {}).get(step, 0) + working_days(day_of(file.step_since), day),
            today=day,
            seed=file.number,
        )
        found.append(Prospect(file, said, is_own))
    return found


def prospect(file, user):
    """The `Prospect` of one file as `user` reads it on the page of all of them; None unless it is sent and in progress.

    Five queries at the most.
    """
    if file.sent_at is None or file.ended_at is not None:
        return None
    visible = ChangeRequest.objects.visible_to(user)
    past = cycles(visible.filter(organisation=file.organisation_id), POOL)
    if len(past) < FEWEST and user.is_vendor_side:
        past = cycles(visible, POOL)
    return prospects([file], past)[0]
