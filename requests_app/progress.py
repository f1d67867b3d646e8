"""How the development of a file stands: which checks are due, which subtasks are green.

Computed from the subtasks, their rounds and the ruling in force, and stored nowhere: a ruling that
falls takes its GDPR passes with it, and the marks that spared subtasks the check: they are due again.
"""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256

from django.db import models
from django.db.models import F, Prefetch, Sum
from django.utils.functional import cached_property
from django.utils.translation import pgettext_lazy

from requests_app.gdpr_sheet import lines_of
from requests_app.models.development import TESTER_CHECKS, Assignment, Check, CheckKind, Round, Subtask
from requests_app.models.hours import TimeEntry, hours_of
from requests_app.models.sheet import Finding
from requests_app.models.specification import AcceptanceCriterion


class State(models.TextChoices):
    """How a subtask stands."""

    TODO = "todo", pgettext_lazy("subtask", "to do")
    IN_PROGRESS = "in_progress", pgettext_lazy("subtask", "in progress")
    SENT_BACK = "sent_back", pgettext_lazy("subtask", "sent back")
    CHECKS = "checks", pgettext_lazy("subtask", "waiting for checks")
    GREEN = "green", pgettext_lazy("subtask", "green")
    CANCELLED = "cancelled", pgettext_lazy("subtask", "cancelled")

    @property
    def tone(self):
        """The tone of its badge."""
        return {State.GREEN: "done", State.SENT_BACK: "warning", State.CHECKS: "info"}.get(self, "neutral")

    @property
    def icon(self):
        """The icon of its badge."""
        return ICONS[self]


ICONS = {
    State.TODO: "circle",
    State.IN_PROGRESS: "hammer",
    State.SENT_BACK: "undo-2",
    State.CHECKS: "list-checks",
    State.GREEN: "circle-check",
    State.CANCELLED: "ban",
}


@dataclass(eq=False)
class Node:
    """A subtask as it stands: `state`, its live or cancelled `children`, and its checks."""

    subtask: Subtask
    progress: "Progress"
    is_cancelled: bool
    children: list = field(default_factory=list)

    @property
    def ruling(self):
        """The ruling in force on its file, or None."""
        return self.progress.ruling

    @property
    def is_spared(self):
        """Whether the DPO marked it, under the ruling in force, as touching no personal data."""
        return self.ruling is not None and self.subtask.spared_under_id == self.ruling.pk

    @cached_property
    def criteria(self):
        """The acceptance criteria that it answers, in order."""
        return [one for one in self.progress.ties if one.subtask_key == self.subtask.pk]

    @property
    def answered(self):
        """The criteria whose refusal sends it back: its own and its parent's, `{key: criterion}`."""
        parent = self.progress.nodes.get(self.subtask.parent_id)
        return {one.pk: one for node in (self, parent) if node for one in node.criteria}

    @cached_property
    def rounds(self):
        """Every round, the first one first."""
        return list(self.subtask.rounds.all())

    @property
    def round(self):
        """The round of checks that is open, or None."""
        return next((round for round in reversed(self.rounds) if round.sent_back_at is None), None)

    def is_new_since(self, moment):
        """Whether it was added, or ended again, since `moment`."""
        return self.subtask.created_at >= moment or any(one.opened_at >= moment for one in self.rounds)

    @property
    def live_children(self):
        """Children that count."""
        return [child for child in self.children if not child.is_cancelled]

    @property
    def green_children(self):
        """Live children with nothing left to do."""
        return [child for child in self.live_children if child.is_green]

    @cached_property
    def required(self):
        """The kinds of check it needs, as a tuple of `CheckKind`; none when it has children."""
        if self.children:
            return ()
        if self.ruling and self.ruling.outcome.calls_for_check and not self.is_spared:
            return (*TESTER_CHECKS, CheckKind.GDPR)
        return TESTER_CHECKS

    @cached_property
    def passed(self):
        """The required kinds passed in the open round, each with its `Check`."""
        if self.round is None:
            return {}
        return {
            check.kind: check
            for check in self.round.checks.all()
            if check.is_passed
            and (check.ruling_id is None or (self.ruling and check.ruling_id == self.ruling.pk))
        }

    @property
    def due(self):
        """The kinds of check that wait for somebody now."""
        if self.round is None or self.is_cancelled:
            return []
        return [kind for kind in self.required if kind not in self.passed]

    @cached_property
    def state(self):
        """How it stands, a `State`."""
        if self.is_cancelled:
            return State.CANCELLED
        if self.children:
            return self._state_of_children()
        if self.round is not None:
            return State.CHECKS if self.due else State.GREEN
        if self.rounds:
            return State.SENT_BACK
        return State.IN_PROGRESS if self.subtask.start_date else State.TODO

    @property
    def is_green(self):
        """Whether nothing is left to do or to check."""
        return self.state is State.GREEN

    @property
    def current(self):
        """The assignments that hold now."""
        return [row for row in self.subtask.assignments.all() if row.removed_at is None]

    @property
    def developers(self):
        """The people assigned now."""
        return [row.person for row in self.current]

    @property
    def accountable(self):
        """Who answers for it, one of its developers; None while nobody is assigned."""
        current = (row for row in self.subtask.assignments.all() if row.removed_at is None)
        return next((row.person for row in current if row.is_accountable), None)

    @property
    def is_blocked(self):
        """Whether work on it waits for something outside; `subtask.blocked_reason` says what."""
        return self.subtask.blocked_at is not None and not self.children and not self.is_cancelled

    @property
    def waits_for(self):
        """The nodes that it depends on and that are neither green nor cancelled, its parent's too; none once cancelled."""
        if self.is_cancelled:
            return []
        nodes = self.progress.nodes
        parent = nodes.get(self.subtask.parent_id)
        keys = {one.pk: None for node in (self, parent) if node for one in node.subtask.depends_on.all()}
        waited = [nodes[key] for key in keys if key in nodes]
        return [node for node in waited if not node.is_green and not node.is_cancelled]

    @property
    def hands(self):
        """The keys of everybody who may not check it: ever assigned to it or to its parent, or entered an end date."""
        return {row.person_id for row in (*self.subtask.assignments.all(), *self.of_parent)} | {
            round.ended_by_id for round in self.rounds
        }

    @property
    def of_parent(self):
        """Every assignment to its parent, whose work it is a part of; none on the first level."""
        parent = self.progress.nodes.get(self.subtask.parent_id)
        return list(parent.subtask.assignments.all()) if parent else []

    @property
    def spent(self):
        """The hours spent on it and on its own subtasks."""
        return hours_of(
            sum(self.progress.quarters.get(node.subtask.pk, 0) for node in (self, *self.children))
        )

    @property
    def remaining(self):
        """The hours of its estimate that are not spent yet, not under zero; None without an estimate."""
        estimate = self.subtask.estimate
        return None if estimate is None else max(estimate - self.spent, Decimal(0))

    @property
    def may_be_split(self):
        """Whether it takes subtasks of its own: of the first level, live, and never worked on itself."""
        if self.subtask.parent_id is not None or self.is_cancelled:
            return False
        return bool(self.children) or not (self.rounds or self.subtask.start_date)

    @property
    def edition(self):
        """What an edit of it changes, as a short mark: another one means that somebody edited it since."""
        said = [
            self.subtask.title,
            self.subtask.description,
            str(self.subtask.forecast_start),
            str(self.subtask.forecast_end),
            str(self.subtask.estimate),
            self.accountable and self.accountable.pk,
            sorted(one.pk for one in self.subtask.depends_on.all()),
            sorted(person.pk for person in self.developers),
            sorted(person.pk for person in self.subtask.testers.all()),
            sorted(criterion.pk for criterion in self.criteria),
        ]
        return sha256(json.dumps(said).encode()).hexdigest()[:16]

    def _state_of_children(self):
        states = {child.state for child in self.live_children}
        if not states:
            return State.TODO
        if len(states) == 1:
            return states.pop()
        for state in (State.SENT_BACK, State.IN_PROGRESS):
            if state in states:
                return state
        return State.CHECKS if State.TODO not in states else State.IN_PROGRESS


class Progress:
    """The subtasks of one file, loaded in a constant number of queries."""

    def __init__(self, change_request):
        self.change_request = change_request

    @cached_property
    def given(self):
        """Every ruling that was given on the file, the first one first."""
        findings = Prefetch("findings", Finding.objects.select_related("made_by"))
        given = self.change_request.rulings.given().select_related("ruled_by")
        return list(given.prefetch_related("conditions", findings))

    @property
    def ruling(self):
        """The ruling in force, or None."""
        return next((ruling for ruling in self.given if ruling.fell_at is None), None)

    @cached_property
    def sheet(self):
        """The lines of the sheet of the ruling in force, as `gdpr_sheet.Line`; none where no check is called for."""
        return lines_of(self.ruling)

    @property
    def rulers(self):
        """The keys of everybody who ever ruled on the file."""
        return {ruling.ruled_by_id for ruling in self.given}

    @cached_property
    def nodes(self):
        """Every subtask by its key, in order, children after their parent."""
        subtasks = self.change_request.subtasks.prefetch_related(
            "testers",
            "depends_on",
            Prefetch("assignments", Assignment.objects.select_related("person")),
            Prefetch("rounds", Round.objects.select_related("ended_by", "sent_back_by")),
            Prefetch("rounds__checks", Check.objects.select_related("made_by")),
        )
        nodes = {}
        for subtask in sorted(subtasks, key=lambda one: (one.parent_id is not None, one.place, one.position)):
            parent = nodes.get(subtask.parent_id)
            cancelled = subtask.cancelled_at is not None or (parent is not None and parent.is_cancelled)
            nodes[subtask.pk] = node = Node(subtask, self, cancelled)
            if parent is not None:
                parent.children.append(node)
        return nodes

    @property
    def criteria(self):
        """The acceptance criteria of the file, in order, whether a subtask is tied to them or not."""
        return list(dict.fromkeys(self.ties))

    @cached_property
    def ties(self):
        """Each criterion once for each subtask tied to it (its `subtask_key`), or once with None: one statement."""
        criteria = AcceptanceCriterion.objects.as_sent(self.change_request)
        return list(criteria.annotate(subtask_key=F("subtasks")))

    @property
    def untied(self):
        """The criteria that no live subtask answers: refusing one sends nothing back by itself."""
        tied = {key for node in self.live for key in node.answered}
        return [criterion for criterion in self.criteria if criterion.pk not in tied]

    @cached_property
    def refusal(self):
        """The client's last answer to a delivery (`Acceptance`) where it refused, or None."""
        last = self.change_request.acceptances.last()
        return None if last is None or last.is_accepted else last

    @property
    def left_aside(self):
        """Of the last refusal, the answers (`CriterionAnswer`) to criteria for which nobody works again."""
        if self.refusal is None:
            return []
        since = self.refusal.answered_at
        at_work = [node for node in self.live if not node.is_green or node.is_new_since(since)]
        taken_up = {key for node in at_work for key in node.answered}
        refused = self.refusal.answers.filter(is_accepted=False, criterion__isnull=False)
        return [
            answer for answer in refused.select_related("criterion") if answer.criterion_id not in taken_up
        ]

    @property
    def assignments(self):
        """Who is assigned now to a subtask that is not cancelled, the first assigned first."""
        rows = [row for node in self.nodes.values() for row in node.current if not node.subtask.cancelled_at]
        return sorted(rows, key=lambda row: row.pk)

    @property
    def tree(self):
        """The subtasks of the first level, in order."""
        return [node for node in self.nodes.values() if node.subtask.parent_id is None]

    @property
    def edition(self):
        """The split as a short mark: another one means that somebody changed it since."""
        said = [
            [key, node.subtask.parent_id, node.subtask.title, node.subtask.place, node.is_cancelled]
            for key, node in self.nodes.items()
        ]
        return sha256(json.dumps(said).encode()).hexdigest()[:16]

    @property
    def estimate(self):
        """The hours estimated for the live subtasks, or None when none has an estimate."""
        hours = [node.subtask.estimate for node in self.live if node.subtask.estimate is not None]
        return sum(hours) if hours else None

    @cached_property
    def quarters(self):
        """The quarters of an hour spent on each subtask, by its key, cancelled ones too. One query."""
        rows = TimeEntry.objects.filter(subtask__change_request=self.change_request).order_by()
        return dict(rows.values_list("subtask").annotate(Sum("quarters")))

    @property
    def spent(self):
        """The hours spent on the file."""
        return hours_of(sum(self.quarters.values()))

    @property
    def live(self):
        """The subtasks that are worked on: not cancelled, without children."""
        return [node for node in self.nodes.values() if not node.is_cancelled and not node.children]

    @property
    def blocked(self):
        """The subtasks that wait for something outside."""
        return [node for node in self.live if node.is_blocked]

    @property
    def not_green(self):
        """The live subtasks that delivery waits for; a parent whose children are all cancelled is one."""
        empty = [
            node for node in self.tree if node.children and not node.is_cancelled and not node.live_children
        ]
        return [node for node in self.live if not node.is_green] + empty

    @property
    def is_all_green(self):
        """Whether there is a live subtask, and all are green."""
        return bool(self.live) and not self.not_green

    @property
    def counts(self):
        """`{State: number}` of the live subtasks."""
        counts = dict.fromkeys(State, 0)
        for node in self.live:
            counts[node.state] += 1
        return counts

    def sent_back_by(self, criteria):
        """The subtasks that a refusal of `criteria` (their keys) sends back, each with those that are tied to it.

        A criterion on a parent is its children's. `[(node, [criterion, …])]`, in order.
        """
        found = []
        for node in self.live:
            hit = [node.answered[key] for key in sorted(node.answered) if key in criteria]
            if hit and node.round is not None:
                found.append((node, hit))
        return found


def progress_of(file):
    """The `Progress` that a page read with this very instance of the file, or a fresh one.

    A page that only reads sets `file.read_progress` once; a locked file is another instance and never has it.
    """
    return getattr(file, "read_progress", None) or Progress(file)
