"""The seven steps and who may move between them. Nothing else decides this.

Below: who people are to a file, what each may type and when (`PARTS`), and the transitions. A
transition changes `self` and nothing more: no save, no query, no mail; `workflow.engine` is the only
caller. What must be filled in before a move is the file's own to say (`missing`).
"""

from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.roles import CLIENT_ROLES, DPO_ROLES, Role
from workflow.steps import ENDS, OPEN_STEPS, Step


def client(file, person):
    """Anybody of the file's organisation who sees its files; what support entered only once it is sent."""
    exists = file.sent_at is not None or not file.is_entered_by_vendor
    return exists and person.has_role(*CLIENT_ROLES) and person.organisation_id == file.organisation_id


def decider(file, person):
    """A client whom the organisation lets decide and accept."""
    return client(file, person) and person.has_role(*file.organisation.deciders)


def support_that_entered(file, person):
    """Support, for a file that it entered on the client's behalf."""
    return file.is_entered_by_vendor and person.has_role(Role.SUPPORT)


def vendor(*roles, since="sent_at"):
    """The permission of the vendor's people of `roles`, once the file exists for them."""
    return lambda file, person: getattr(file, since) is not None and person.has_role(*roles)


support = vendor(Role.SUPPORT)
dpo = vendor(*DPO_ROLES)
lead = vendor(Role.LEAD)
developer = vendor(Role.DEVELOPER, since="development_at")
tester = vendor(Role.TESTER, since="development_at")


def any_of(*conditions):
    """The permission of whoever meets at least one of `conditions`, each a `(file, person) -> bool`."""
    return lambda file, person: any(condition(file, person) for condition in conditions)


@dataclass(frozen=True)
class Part:
    """Something of a file that people fill in without moving it: at which steps, and who."""

    steps: tuple
    who: object


PARTS = {
    "request": Part((Step.REQUEST,), any_of(client, support_that_entered)),
    "in_charge": Part(
        (Step.SPECIFICATION, Step.RULING, Step.DECISION, Step.DEVELOPMENT, Step.ACCEPTANCE), support
    ),
    "specification": Part((Step.SPECIFICATION,), support),
    "ruling": Part((Step.RULING,), dpo),
    "decision": Part((Step.DECISION,), client),
    "signature": Part((Step.DECISION,), decider),
    "planned_date": Part((Step.RULING, Step.DECISION, Step.DEVELOPMENT), any_of(support, lead)),
    "split": Part((Step.DEVELOPMENT,), lead),
    "work": Part((Step.DEVELOPMENT,), any_of(developer, lead)),
    "checks": Part((Step.DEVELOPMENT,), any_of(tester, dpo)),
    # Friday's hours are entered although the request was delivered on Thursday; closed weeks end that.
    "hours": Part(OPEN_STEPS + ENDS, any_of(developer, lead)),
    # Once the file is closed, what is due after the acceptance alone: `requests_app.gdpr_sheet.open_lines`.
    "gdpr_sheet": Part((Step.DEVELOPMENT, Step.ACCEPTANCE, Step.CLOSED), dpo),
    "handovers": Part((Step.DEVELOPMENT, Step.ACCEPTANCE), any_of(client, dpo, lead)),
    "actions": Part((Step.DEVELOPMENT, Step.ACCEPTANCE, Step.CLOSED), any_of(client, dpo, lead)),
    "qualification": Part((Step.DEVELOPMENT,), lead),
    "delivery_documents": Part((Step.DEVELOPMENT, Step.ACCEPTANCE), lead),
    "abandonment": Part((Step.DEVELOPMENT,), lead),
    "abandonment_agreement": Part((Step.DEVELOPMENT,), decider),
    "acceptance": Part((Step.ACCEPTANCE,), decider),
    "conversation": Part(
        OPEN_STEPS + ENDS, any_of(client, support_that_entered, support, dpo, lead, developer, tester)
    ),
}


class ChangeRequestWorkflow(FSMModelMixin, models.Model):
    """The step of a file, and its moves. See `PARTS` for what is filled in between them."""

    step = FSMField(_("step"), choices=Step, default=Step.TICKET, protected=True, db_index=True)
    step_since = models.DateTimeField(_("at this step since"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent to support on"), null=True, blank=True)
    development_at = models.DateTimeField(_("first in development on"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    history_length = models.PositiveIntegerField(default=0, editable=False)
    history_seal = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_over(self):
        """Whether the file has come to one of its three ends."""
        return self.step in ENDS

    # fmt: off
    # Step 2, the request

    @transition("step", Step.TICKET, Step.REQUEST, permission=any_of(client, support_that_entered),
                custom={"label": _("Open a request")})
    def create(self):
        """The file exists, with its number; its author's side alone knows."""

    @transition("step", Step.REQUEST, Step.SPECIFICATION, permission=any_of(client, support_that_entered),
                custom={"label": _("Send to the hot line")})
    def send_to_support(self):
        """The request's two tabs lock; from its first sending the file exists for the vendor."""
        self.sent_at = self.sent_at or timezone.now()

    # Step 3, the specification

    @transition("step", Step.SPECIFICATION, Step.REQUEST, permission=support,
                custom={"label": _("Return to the client"), "is_return": True})
    def return_to_client(self):
        """The request's tabs open again; the vendor reads the copy last sent."""

    @transition("step", Step.SPECIFICATION, Step.RULING, permission=support,
                custom={"label": _("Send to the DPO")})
    def send_to_dpo(self):
        """A numbered version waits for its ruling."""

    @transition("step", Step.SPECIFICATION, Step.DECISION, permission=support,
                custom={"label": _("Send to the client")})
    def send_to_client(self):
        """A numbered version goes straight to the client: the latest ruling holds for its content."""

    @transition("step", Step.SPECIFICATION, Step.DECLINED, permission=support,
                custom={"label": _("Decline the request")})
    def decline(self):
        self.ended_at = timezone.now()

    # Step 4, the DPO's ruling

    @transition("step", Step.RULING, Step.SPECIFICATION, permission=dpo,
                custom={"label": _("Return to support"), "is_return": True})
    def return_to_support(self):
        """More information is needed before ruling."""

    @transition("step", Step.RULING, Step.DECISION, permission=dpo, custom={"label": _("Rule")})
    def rule(self):
        """The whole analysis goes to the client."""

    # Step 5, the client's decision

    @transition("step", Step.DECISION, Step.DEVELOPMENT, permission=decider,
                custom={"label": _("Validate the specification")})
    def validate(self):
        """The version is frozen as agreed; developers and testers see the file from its first time here."""
        self.development_at = self.development_at or timezone.now()

    @transition("step", Step.DECISION, Step.SPECIFICATION, permission=client,
                custom={"label": _("Ask for a change"), "is_return": True})
    def request_change(self):
        """Support takes the specification up again."""

    @transition("step", [Step.REQUEST, Step.SPECIFICATION, Step.RULING, Step.DECISION], Step.CANCELLED, permission=decider,
                custom={"label": _("Cancel the request")})
    def cancel(self):
        self.ended_at = timezone.now()

    # Step 6, the development

    @transition("step", Step.DEVELOPMENT, Step.SPECIFICATION, permission=any_of(lead, support),
                custom={"label": _("Reopen the specification"), "is_return": True})
    def reopen_specification(self):
        """Subtasks are kept; work pauses until the client validates again."""

    @transition("step", Step.DEVELOPMENT, Step.CANCELLED, permission=lead,
                custom={"label": _("Abandon the request")})
    def abandon(self):
        self.ended_at = timezone.now()

    @transition("step", Step.DEVELOPMENT, Step.ACCEPTANCE, permission=lead, custom={"label": _("Deliver")})
    def deliver(self):
        """The client tests in turn."""

    # Step 7, the acceptance

    @transition("step", Step.ACCEPTANCE, Step.CLOSED, permission=decider,
                custom={"label": _("Accept the delivery")})
    def accept(self):
        self.ended_at = timezone.now()

    @transition("step", Step.ACCEPTANCE, Step.DEVELOPMENT, permission=decider,
                custom={"label": _("Refuse the delivery"), "is_return": True})
    def refuse(self):
        """What was tied to the refused criteria is worked on again."""
    # fmt: on


# The one place that reads django-fsm's own description of a method.
MOVES = {
    name: next(iter(method._django_fsm.transitions.values()))
    for name, method in vars(ChangeRequestWorkflow).items()
    if hasattr(method, "_django_fsm")
}
RETURNS = frozenset(name for name, move in MOVES.items() if move.custom.get("is_return"))


def transition_names():
    """Every transition's name, in the order of this file."""
    return tuple(MOVES)


def target_of(name):
    """The `Step` to which the transition `name` leads."""
    return Step(MOVES[name].target)


def label_of(name):
    """What the button of the transition `name` says (lazy text)."""
    return MOVES[name].custom["label"]
