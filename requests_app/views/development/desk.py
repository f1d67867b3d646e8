"""How the subtasks of a file are shown to one reader, and what that reader may do with each."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.dispatch import open_mailboxes, recipients
from privacy.impact import Assessment
from privacy.verdicts import Conformity
from requests_app import consequences
from requests_app.forms.development import (
    CheckForm,
    ConfirmForm,
    EndForm,
    StartForm,
)
from requests_app.forms.fields import ReasonForm
from requests_app.forms.hours import HoursForm
from requests_app.gdpr_sheet import open_lines
from requests_app.models import Check, CheckKind, Handover, Section, TimeCorrection
from requests_app.progress import Node
from requests_app.views.development.rights import Rights
from requests_app.views.uploads import ahead
from workflow.steps import Step

PAUSED_AT = (Step.SPECIFICATION, Step.RULING, Step.DECISION)
TONES = {Conformity.CONFORMING: "done", Conformity.MINOR: "warning", Conformity.MAJOR: "danger"}
NAMED = "subtask_testers"
UNWORDED = ("no_personal_data", "unblock", "up", "down")


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check that a subtask needs: made (`check`), due, or to come with the end date."""

    label: str
    check: Check | None
    is_due: bool
    evidence: list


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round that was sent back: what was checked, each with its evidence, who sent it back and why."""

    round: object
    checks: list


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was handed over once for a condition, with its documents, each as `Desk` gives the proofs of the sheet."""

    handover: Handover
    documents: list


@dataclass(slots=True)
class Row:
    """A subtask as one reader sees it. `forms`: `{act: form}` of what the reader may do to it now."""

    node: Node
    url: str
    checks: list
    past: list
    bars: list
    forms: dict
    if_ended: list
    if_checked: dict
    children: list
    is_spent_shown: bool = False
    may_go_up: bool = False
    may_go_down: bool = False

    @property
    def subtask(self):
        """The subtask itself."""
        return self.node.subtask


class Desk(Rights):
    """One reader before the subtasks of one file: `page` is the `FilePage`, `progress` its `Progress`.

    `files`: what was sent with the form that is posted, if anything.
    """

    def __init__(self, page, progress, files=None):
        super().__init__(page.file, page.user)
        self.page, self.progress, self.files = page, progress, files
        # A closed file has a sheet to fill in only where something is due after the acceptance.
        self.may_assess = self.may_assess and bool(open_lines(progress.sheet, page.file.step))

    @property
    def is_theirs(self):
        """Whether the reader splits, works or checks here now."""
        return self.may_split or self.may_work or self.may_check

    @cached_property
    def mailboxes(self):
        """The open mailboxes, asked once for every act on the page."""
        return open_mailboxes()

    @cached_property
    def paused_because(self):
        """Why nobody works although subtasks are there; empty while they are worked on."""
        if self.file.development_at is None or self.file.step not in PAUSED_AT:
            return ""
        return _(
            "Work is paused: the specification was reopened. The subtasks are kept, and work goes on once "
            "the client has validated again."
        )

    @property
    def locked_because(self):
        """The one line above the greyed tab."""
        if self.file.step == Step.ACCEPTANCE:
            return _("The client tests what was delivered: the subtasks are locked until it answers.")
        return self.paused_because or self.page.locked_because

    @property
    def sees_hours(self):
        """Whether the reader reads what was spent: the vendor does, a client where its organisation's setting says so."""
        return self.user.is_vendor_side or self.file.organisation.sees_hours

    @cached_property
    def evidence(self):
        """The documents that prove checks, by the check's key: `{key: [ui.items.Document]}`."""
        found = {}
        for one in self.page.attachments:
            if one.evidence_for_id:
                found.setdefault(one.evidence_for_id, []).append(self.page.document(one))
        return found

    def evidence_of(self, check):
        """The documents that prove a check, those that came with several checks at once too."""
        return self.evidence.get(check.made_with_id or check.pk, [])

    @cached_property
    def evidence_of_findings(self):
        """The documents that prove findings of the sheet, by its key, each as `_proof` gives it."""
        found = {}
        for one in self.page.attachments:
            if one.finding_id:
                found.setdefault(one.finding_id, []).append(self._proof(one))
        return found

    @cached_property
    def handovers(self):
        """What was handed over for conditions, the latest first, by the condition's key: `{key: [HandedOver]}`."""
        documents = {}
        for one in self.page.attachments:
            if one.handover_id:
                documents.setdefault(one.handover_id, []).append(self._proof(one))
        found = {}
        of_file = Handover.objects.filter(condition__ruling__change_request=self.file)
        for one in of_file.select_related("made_by").order_by("-made_at", "-pk"):
            found.setdefault(one.condition_id, []).append(HandedOver(one, documents.get(one.pk, [])))
        return found

    def _proof(self, attachment):
        """A document of the sheet: its `ui.items.Document`, its SHA-256, the impact assessment that it is (or None)."""
        assessment = Assessment(attachment.assessment) if attachment.assessment else None
        return self.page.document(attachment), attachment.file.sha256, assessment

    @property
    def sheet_counts(self):
        """How the lines of the sheet were found: each `Conformity` with its tone and how many; none without a sheet."""
        counts = Counter(line.conformity for line in self.progress.sheet)
        return [(found, TONES.get(found, "neutral"), counts[found]) for found in Conformity if counts[found]]

    @property
    def gdpr_passes(self):
        """The subtasks whose GDPR check the reader may make now."""
        return [node for node in self.progress.live if CheckKind.GDPR in self.makeable(node)]

    def rows(self):
        """The subtasks as a tree of `Row`."""
        return self._in_order([self.row(node) for node in self.progress.tree])

    def _in_order(self, rows):
        """The `rows` of one level, each knowing which way the reader may move it."""
        for rank, row in enumerate(rows):
            row.may_go_up = self.may_split and rank > 0
            row.may_go_down = self.may_split and rank < len(rows) - 1
        return rows

    def row(self, node, *, acts=("start", "end", "check", "unblock")):
        """One subtask with the forms of those `acts` that the reader may make, and its children."""
        allowed = [act for act in self.may_do(node) if act in acts]
        if "end" in allowed:
            allowed.remove("start")
        return Row(
            node=node,
            url=reverse("requests:subtask", args=[self.file.number, node.subtask.position]),
            checks=[
                CheckLine(
                    str(kind.label),
                    node.passed.get(kind),
                    kind in node.due,
                    self.evidence_of(node.passed[kind]) if kind in node.passed else [],
                )
                for kind in node.required
            ],
            past=[
                RoundLine(one, [(check, self.evidence_of(check)) for check in one.checks.all()])
                for one in node.rounds
                if one.sent_back_at is not None
            ][::-1],
            bars=self.bars(node),
            forms={act: self.form(act, node) for act in allowed},
            if_ended=self.if_ended(node) if "end" in allowed else [],
            if_checked=self.if_checked(node) if "check" in allowed else {},
            is_spent_shown=self.sees_hours,
            children=self._in_order([self.row(child, acts=acts) for child in node.children]),
        )

    def form(self, act, node, data=None):
        """The form of the act (a name of `may_do`, but `edit`) on a subtask."""
        auto_id = f"{act}-{node.subtask.pk}-%s"
        if act == "start":
            return StartForm(data, node=node, auto_id=auto_id)
        if act == "hours":
            return HoursForm(data, auto_id=auto_id)
        if act == "end":
            return EndForm(data, node=node, auto_id=auto_id)
        if act == "check":
            # Files alone, even none, would bind the form that a page shows at first.
            files = None if data is None else self.files
            form = CheckForm(data, files, kinds=self.makeable(node), auto_id=auto_id)
            return ahead(form, self.file, Section.EVIDENCE)
        return (ConfirmForm if act in UNWORDED else ReasonForm)(data, auto_id=auto_id)

    def entries_of(self, node):
        """The hours spent on a subtask, the last day first, for the vendor's side: who spent them is its own business."""
        if not self.user.is_vendor_side:
            return []
        return list(node.subtask.time_entries.select_related("person").order_by("-day", "pk"))

    def corrections_of(self, node):
        """The hours of a subtask that were changed after they were entered, for those who read them by person."""
        if not self.user.is_vendor_side:
            return []
        return list(TimeCorrection.objects.filter(subtask=node.subtask).select_related("person", "actor"))

    def if_ended(self, node):
        """What entering the end date does: the checks that open, and who is told."""
        kinds = [str(kind.label) for kind in node.required]
        lines = [
            ("list-checks", _("These checks open: %(checks)s.") % {"checks": consequences.listed(kinds)})
        ]
        letters = self._letters_at_end[CheckKind.GDPR in node.required]
        testers = {letter.reader.pk for letter in letters if NAMED in letter.message.audiences}
        named = testers & {person.pk for person in node.subtask.testers.all()}
        told = [
            letter
            for letter in letters
            if not named or NAMED not in letter.message.audiences or letter.reader.pk in named
        ]
        return lines + consequences.told_by(told)

    def if_checked(self, node):
        """What each result of a check does, by the value of `CheckForm.verdict`."""
        passed = [
            (
                "circle-check",
                _("Each check is kept with your name. The subtask is green once all have passed."),
            )
        ]
        if node.due and node.due == self.makeable(node):
            if_green = self.if_green([node])
            if if_green and len(node.due) > 1:
                passed.append(("list-checks", _("If you tick all of them:")))
            passed += if_green
        return {CheckForm.PASSED: passed, CheckForm.FAILED: self.if_sent_back(node)}

    def if_green(self, nodes):
        """What follows when nothing but `nodes` was still to be checked."""
        if [node for node in self.progress.not_green if node not in nodes]:
            return []
        return [
            ("circle-check", _("All subtasks are green then: delivery becomes possible.")),
            *consequences.told(self.file, "all_green", mailboxes=self.mailboxes),
        ]

    def if_sent_back(self, node):
        """What sending a subtask back does."""
        lines = [
            (
                "undo-2",
                _(
                    "The end date is cleared and the subtask goes back to its developers with your reason. "
                    "The next round makes every check again."
                ),
            )
        ]
        names = [str(person) for person in node.developers if person.is_active]
        if names:
            lines.append(("mail", _("A message goes to %(names)s.") % {"names": consequences.listed(names)}))
        return lines

    def if_cancelled(self, node):
        """What cancelling a subtask does."""
        lines = [
            ("ban", _("It no longer blocks the delivery and no longer counts; what was done stays readable."))
        ]
        if node.live_children:
            lines.append(("ban", _("Its own subtasks are cancelled with it.")))
        return lines + self._if_rest_is_green(node)

    def _if_rest_is_green(self, node):
        gone = {node.subtask.pk} | {child.subtask.pk for child in node.children}
        rest = [one for one in self.progress.live if one.subtask.pk not in gone]
        waiting = [one for one in self.progress.not_green if one.subtask.pk not in gone]
        if not rest or waiting or self.progress.is_all_green:
            return []
        return [
            ("circle-check", _("All the others are green: delivery becomes possible.")),
            *consequences.told(self.file, "all_green", mailboxes=self.mailboxes),
        ]

    @cached_property
    def _letters_at_end(self):
        return {
            due: recipients(
                self.file, "enter_end_date", data={"gdpr_check_due": due}, mailboxes=self.mailboxes
            )
            for due in (True, False)
        }
