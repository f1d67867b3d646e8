"""The board: the subtasks of every file under development, by how they stand.

The database says of each subtask what it takes to know its state, in one statement; only the cards in sight
are then read whole. A test holds `state_of` and `requests_app.progress` together.
"""

from collections import namedtuple
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce

from requests_app.desk import HAS_GDPR_CHECK, HAS_ROUND, IS_CALLED, IS_SPARED, PASSED, leaves
from requests_app.models import (
    TESTER_CHECKS,
    Assignment,
    ChangeRequest,
    Check,
    ColumnLimit,
    Round,
    Ruling,
    Subtask,
)
from requests_app.progress import Node, Progress, State
from workflow.steps import Step

STATES = (State.TODO, State.IN_PROGRESS, State.CHECKS, State.SENT_BACK, State.GREEN)
# How many cards of a column are shown at first, and how many more at each asking.
SHOWN = 20
MOST_SHOWN = 200

FACTS = {
    "has_round": HAS_ROUND,
    "was_ended": Exists(Round.objects.filter(subtask=OuterRef("pk"))),
    "made": Coalesce(
        Subquery(
            PASSED.filter(kind__in=TESTER_CHECKS)
            .order_by()
            .values("round__subtask")
            .annotate(number=Count("pk"))
            .values("number")
        ),
        0,
    ),
    "is_called": IS_CALLED,
    "is_spared": IS_SPARED,
    "has_gdpr_check": HAS_GDPR_CHECK,
    "day": Coalesce("forecast_end", "change_request__planned_date", "change_request__deadline"),
}
Fact = namedtuple("Fact", ("pk", "start_date", *FACTS))


@dataclass
class Column:
    """The subtasks of one state: `keys` of all, in order of their day; `limit` is how many there should be, or None."""

    state: State
    keys: list = field(default_factory=list)
    limit: int | None = None
    shown: int = SHOWN

    @property
    def count(self):
        """How many there are."""
        return len(self.keys)

    @property
    def is_over(self):
        """Whether there are more than there should be."""
        return self.limit is not None and self.count > self.limit

    @property
    def in_sight(self):
        """The keys of those that are shown."""
        return self.keys[: self.shown]

    @property
    def left(self):
        """How many are not shown."""
        return max(self.count - self.shown, 0)


def state_of(fact):
    """How a subtask that is worked on stands, from its `Fact`; says of one row what `Node.state` says of a node."""
    if fact.has_round:
        gdpr = fact.has_gdpr_check or fact.is_spared or not fact.is_called
        return State.GREEN if fact.made == len(TESTER_CHECKS) and gdpr else State.CHECKS
    if fact.was_ended:
        return State.SENT_BACK
    return State.IN_PROGRESS if fact.start_date else State.TODO


def under_work(user):
    """The subtasks of the files under development that `user` may see, those split or cancelled left out."""
    files = ChangeRequest.objects.visible_to(user).filter(step=Step.DEVELOPMENT).order_by()
    return leaves(Subtask.objects.filter(change_request__in=files.values("pk")))


def columns(subtasks, shown=None):
    """`subtasks` (of `under_work`) as a list of `Column`, in one statement beside the limits.

    `shown`: `{State: how many cards are in sight}` where more than `SHOWN` are.
    """
    limits = {limit.state: limit.most for limit in ColumnLimit.objects.all()}
    found = {
        state: Column(state, limit=limits.get(state), shown=(shown or {}).get(state, SHOWN))
        for state in STATES
    }
    rows = (
        subtasks.annotate(**FACTS).order_by("day", "change_request", "place", "pk").values_list(*Fact._fields)
    )
    for row in rows:
        fact = Fact(*row)
        found[state_of(fact)].keys.append(fact.pk)
    return list(found.values())


def nodes_of(keys):
    """`{key: Node}` of these subtasks, none of them split, of whatever files, in a constant number of queries."""
    subtasks = Subtask.objects.filter(pk__in=keys).select_related("change_request__organisation", "parent")
    subtasks = subtasks.prefetch_related(
        "testers",
        Prefetch("assignments", Assignment.objects.select_related("person")),
        Prefetch("rounds", Round.objects.select_related("ended_by", "sent_back_by")),
        Prefetch("rounds__checks", Check.objects.select_related("made_by")),
    )
    given = {}
    for ruling in Ruling.objects.given().filter(change_request__subtasks__in=keys).distinct():
        given.setdefault(ruling.change_request_id, []).append(ruling)
    progress, nodes = {}, {}
    for subtask in subtasks:
        file = subtask.change_request
        if file.pk not in progress:
            progress[file.pk] = Progress(file)
            progress[file.pk].given = given.get(file.pk, [])
        nodes[subtask.pk] = Node(subtask, progress[file.pk], is_cancelled=False)
    return nodes
