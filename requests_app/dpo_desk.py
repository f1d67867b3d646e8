"""The DPO's desk: what is to be ruled on and by when, which conditions are open, what was answered in a quarter."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from planning.workdays import day_of, start_of, today, working_days
from privacy.models import RegisterVersion, VersionState
from privacy.verdicts import Blocks, Conformity, Verdict
from requests_app.lines import url_of
from requests_app.models import Action, ChangeRequest, Condition, Finding, Handover
from workflow.machine import PARTS
from workflow.models import Event
from workflow.steps import Step

QUEUED = 50
# How a DPO answers a version: with a verdict, or by asking support for more.
RETURNED = "returned"
ANSWERS = ("rule", "return_to_support")


@dataclass(frozen=True, slots=True)
class Queued:
    """A request to rule on: its file, the working days it has waited, its due date, whether the reader may rule."""

    file: ChangeRequest
    url: str
    days: int
    due: date
    is_mine: bool


def queue(user):
    """The first `QUEUED` requests at step 4 that `user` may see, the first due first, and how many there are.

    Three queries. Those due first are those sent first: all have the same number of days.
    """
    waiting = ChangeRequest.objects.visible_to(user).filter(step=Step.RULING)
    total, day = waiting.count(), today()
    own = set(ChangeRequest.objects.rulable_by(user).values_list("pk", flat=True))
    lines = [
        Queued(
            file,
            url_of(file.number, "ruling"),
            working_days(day_of(file.step_since), day),
            file.ruling_due,
            file.pk in own,
        )
        for file in waiting.for_list().order_by("step_since", "pk")[:QUEUED]
    ]
    return lines, total


def open_conditions(user):
    """The conditions of rulings in force, on requests that `user` may see, that are not met yet.

    Those of a request that was stopped bind nobody any more; those that an accepted one left are still owed.
    """
    files = ChangeRequest.objects.visible_to(user).filter(Q(ended_at=None) | Q(step=Step.CLOSED))
    return Condition.objects.unmet().filter(ruling__change_request__in=files.order_by().values("pk"))


def dated_actions(user):
    """The dated actions that are not done, on requests that `user` may see and that were not stopped, the first due first."""
    files = ChangeRequest.objects.visible_to(user).filter(step__in=PARTS["actions"].steps)
    actions = Action.objects.open().filter(change_request__in=files.order_by().values("pk"))
    return actions.select_related("person", "change_request__organisation").order_by("due", "pk")


def awaited_adoptions(user):
    """The versions of clients' registers that wait for their adoption, the longest waiting first."""
    versions = RegisterVersion.objects.visible_to(user).filter(state=VersionState.AWAITED)
    return (
        versions.select_related("entry__organisation", "change_request")
        .defer("content")
        .order_by("change_request__ended_at", "pk")
    )


def with_finding(conditions):
    """`conditions`, each with how it was found last, its `conformity`, and whether what was handed over waits to be read."""
    found = Finding.objects.current().filter(condition=OuterRef("pk")).order_by()
    unread = Handover.objects.unread().filter(condition=OuterRef("pk")).order_by()
    return conditions.annotate(
        conformity=Coalesce(Subquery(found.values("conformity")), Value(Conformity.NOT_ASSESSED.value)),
        is_answered=Exists(unread),
    )


def counted(conditions):
    """How many of `conditions` block what: `{Blocks: number}`, in one query."""
    rows = conditions.order_by().values_list("blocks").annotate(Count("pk"))
    return {Blocks(blocks): number for blocks, number in rows}


def answers(user, period):
    """The rulings given and the returns to support within `period`, on requests that `user` may see, as events."""
    return Event.objects.filter(
        name__in=ANSWERS,
        at__gte=start_of(period.first),
        at__lt=start_of(period.last + timedelta(days=1)),
        change_request__in=ChangeRequest.objects.visible_to(user).order_by().values("pk"),
    )


def with_outcome(events, outcome):
    """Those of `events` (of `answers`) that gave a verdict, or returned the version (`RETURNED`)."""
    if outcome == RETURNED:
        return events.filter(name="return_to_support")
    return events.filter(ruling__verdict=outcome)


@dataclass(frozen=True)
class Figures:
    """A quarter: how many answers of each outcome, and within how many working days half of the rulings were given."""

    numbers: Counter
    half: int | None

    @property
    def given(self):
        """How many rulings were given."""
        return sum(number for outcome, number in self.numbers.items() if outcome != RETURNED)


def figures(events):
    """The `Figures` of `events` (of `answers`), in one query."""
    rows = events.order_by().values_list("ruling__verdict", "ruling__version__sent_at", "at")
    numbers, days = Counter(), []
    for verdict, sent_at, at in rows:
        numbers[Verdict(verdict) if verdict else RETURNED] += 1
        if verdict:
            days.append(working_days(day_of(sent_at), day_of(at)))
    return Figures(numbers, median_low(days) if days else None)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its event, its outcome in words with a tone, the working days that a ruling took."""

    event: Event
    label: str
    tone: str
    days: int | None


def answer_of(event):
    """An event of `answers`, read with its ruling, as an `Answer`."""
    if event.name == "return_to_support":
        return Answer(event, _("returned to support"), "warning", None)
    ruling = event.ruling
    days = working_days(day_of(ruling.version.sent_at), day_of(event.at))
    return Answer(event, ruling.get_verdict_display(), ruling.outcome.tone, days)
