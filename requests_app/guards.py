"""What each move needs, by name. The engine asks; nothing here writes.

A guard takes the locked file, the actor and what the move brings (`data`, with `reason`), and yields a
`Reason` for each thing that is missing. A move without a guard needs nothing but its step and role.
"""

from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import DPO_ROLES, Role
from privacy.analysis import gaps
from privacy.verdicts import Blocks, Conformity, PersonalData, Verdict
from requests_app.models.delivery import Environment
from requests_app.models.development import Assignment, Check, CheckKind, Round, Subtask
from requests_app.models.specification import AcceptanceCriterion, Specification, SpecificationVersion
from requests_app.progress import progress_of
from requests_app.versions import content_of, sha256
from workflow.errors import Reason

# Whoever ever wrote some of the specification, was assigned or named as tester, ended work or checked it (the GDPR
# check is the DPO's own) may not rule: rows, the way from them to the file, and to the person.
TOOK_PART = (
    (SpecificationVersion.objects, "change_request", "author"),
    (Specification.writers.through.objects, "specification__change_request", "user"),
    (Assignment.objects, "subtask__change_request", "person"),
    (Subtask.testers.through.objects, "subtask__change_request", "user"),
    (Round.objects, "subtask__change_request", "ended_by"),
    (Check.objects.exclude(kind=CheckKind.GDPR), "round__subtask__change_request", "made_by"),
)


def missing(file, name, *, actor, data):
    """The `Reason`s for which `file` cannot make the move `name` by `actor` with `data`, in order."""
    return [reason for guard in GUARDS.get(name, ()) for reason in guard(file, actor, data)]


def a_reason(file, actor, data):
    if not data.get("reason", "").strip():
        yield Reason("reason", _("Give a reason."), "reason")


def an_organisation(file, actor, data):
    if file.organisation_id is None or not file.organisation.is_active:
        yield Reason("organisation", _("Choose an active organisation."), "organisation")


def lacks_to_be_sent(text):
    """What a request's text still needs, field by field; its form asks too, so that all is said at once."""
    if not text.title.strip():
        yield Reason("title", _("Give the request a title."), "title")
    if not text.nature:
        yield Reason("nature", _("Choose the nature of the request."), "nature")
    if text.requester is None:
        yield Reason("requester", _("Choose the requester."), "requester")
    if not text.description.strip():
        yield Reason("description", _("Describe what you need."), "description")
    if text.deadline is None:
        yield Reason("deadline", _("Give the deadline you wish."), "deadline")
    elif text.deadline < timezone.localdate():
        yield Reason("deadline", _("The deadline has passed; give one to come."), "deadline")


def a_complete_request(file, actor, data):
    text = file.text_for(actor)
    yield from lacks_to_be_sent(text)
    who = text.requester
    if who and (who.organisation_id != file.organisation_id or not who.is_active):
        yield Reason(
            "requester", _("The requester is not an active person of the organisation."), "requester"
        )


def a_complete_specification(file, actor, data):
    if not file.specification.solution.strip():
        yield Reason("solution", _("Describe the solution."), "solution")
    planned = data.get("planned_date")
    if not planned:
        yield Reason("planned_date", _("Give the planned date."), "planned_date")
    elif date.fromisoformat(planned) < timezone.localdate():
        yield Reason("planned_date", _("The planned date has passed; give one to come."), "planned_date")


def a_ruling_that_holds(file, actor, data):
    ruling = file.rulings.in_force().select_related("version").first()
    content = sha256(content_of(file))
    if ruling is None or ruling.version.content_sha256 != content or not ruling.outcome.may_be_validated:
        yield Reason("ruling", _("No ruling holds for this content: it goes to the DPO."))


def independence(file, actor, data):
    """GDPR art. 38(6): whoever rules wrote nothing of it and neither develops nor tests it."""
    if not who_can_rule(file).filter(pk=actor.pk).exists():
        yield Reason(
            "independence",
            _(
                "You took part in this request: the DPO who rules wrote nothing of the specification and "
                "neither develops nor tests it. Another DPO or a deputy can rule."
            ),
        )


def a_deputy_says_for_whom(file, actor, data):
    """A DPO rules in their own name; a deputy for one of the DPOs, as long as there is one."""
    named = data.get("standing_in_for")
    dpos = User.objects.active().with_role(Role.DPO)
    if actor.has_role(Role.DPO):
        if named:
            yield Reason("standing_in_for", _("A DPO rules in their own name."), "standing_in_for")
    elif named and not dpos.filter(pk=named).exists():
        yield Reason("standing_in_for", _("Choose an active DPO."), "standing_in_for")
    elif not named and dpos.exists():
        yield Reason("standing_in_for", _("Say for which DPO you rule."), "standing_in_for")


def a_complete_analysis(file, actor, data):
    draft = file.rulings.filter(ruled_at=None).first()
    if draft is None:
        return
    for place, sentence in gaps(draft.personal_data, draft.analysis):
        yield Reason("analysis", sentence, place)


def a_complete_ruling(file, actor, data):
    if data.get("personal_data") not in PersonalData:
        yield Reason("personal_data", _("Say whether the request touches personal data."), "personal_data")
    verdict = data.get("verdict")
    if verdict not in Verdict:
        yield Reason("verdict", _("Choose a verdict."), "verdict")
    elif (data.get("personal_data") == PersonalData.NO) != (verdict == Verdict.NO_PERSONAL_DATA):
        yield Reason(
            "verdict",
            _("The verdict “no personal data” goes with the answer “no”, and only with it."),
            "verdict",
        )
    conditions = data.get("conditions") or []
    if verdict == Verdict.CONDITIONAL and not conditions:
        yield Reason("conditions", _("A favourable ruling with conditions needs at least one."), "conditions")
    if verdict in Verdict and conditions and not Verdict(verdict).takes_conditions:
        yield Reason("conditions", _("This verdict excludes conditions."), "conditions")
    if not (data.get("conclusions") or "").strip():
        yield Reason("conclusions", _("Write your conclusions."), "conclusions")
    if not data.get("validation_date"):
        yield Reason("validation_date", _("Give the validation date."), "validation_date")
        return
    validated = date.fromisoformat(data["validation_date"])
    if validated > timezone.localdate():
        yield Reason(
            "validation_date",
            _("A ruling cannot be dated in the future: give today or a day before."),
            "validation_date",
        )
    sent = timezone.localdate(file.versions.last().sent_at)
    if validated < sent:
        yield Reason(
            "validation_date", _("The validation date is not before the version was sent."), "validation_date"
        )


def a_ruling_to_validate(file, actor, data):
    ruling = file.rulings.in_force().select_related("version").first()
    if ruling is None or not ruling.holds_for(file.versions.last()):
        yield Reason("ruling", _("No ruling holds for this version."))
    elif not ruling.outcome.may_be_validated:
        yield Reason(
            "verdict",
            _(
                "The DPO found that this instruction infringes the GDPR (art. 28(3)): it can be changed or "
                "cancelled, not validated."
            ),
            "choice",
        )
    elif ruling.outcome is Verdict.UNFAVOURABLE and not (data.get("against_advice") or "").strip():
        yield Reason(
            "against_advice",
            _("The ruling is unfavourable: say why you validate all the same."),
            "against_advice",
        )


def a_first_signature(file, actor, data):
    """Above the organisation's amount, somebody else who may decide signed this version before."""
    version = file.versions.last()
    if not file.organisation.asks_two(version.offer.net):
        return
    first = file.signatures.waiting().filter(version=version).first()
    if first is None:
        yield Reason(
            "signature",
            _(
                "Your organisation asks for two signatures at this amount: sign first, somebody else validates."
            ),
            "choice",
        )
    elif first.signed_by_id == actor.pk:
        yield Reason("signature", _("You signed first: somebody else who may decide countersigns."), "choice")


def a_second_signature(file, actor, data):
    """A first signature alone is given only where a second one is asked for."""
    if not file.organisation.asks_two(file.versions.last().offer.net):
        yield Reason("signature", _("One signature is enough at this amount: validate."), "choice")


def the_version_seen(file, actor, data):
    """A decision is on the version that its author read, not on one sent meanwhile."""
    seen = data.get("version")
    if seen != file.versions.last().number:
        yield Reason("version", _("Another version was sent meanwhile: read it before you decide."))


def an_agreement_to_abandon(file, actor, data):
    if file.abandonment_agreed_by_id is None:
        yield Reason(
            "agreement", _("Somebody at the client who may decide has to agree to it here, in the portal.")
        )


def all_green(file, actor, data):
    progress = progress_of(file)
    if not progress.live:
        yield Reason("subtasks", _("Split the specification into at least one subtask."))
    for node in progress.not_green:
        yield Reason(
            "not_green",
            _("The subtask “%(title)s” is not green: %(state)s.")
            % {"title": node.subtask.title, "state": node.state.label},
        )


def a_decision_in_force(file, actor, data):
    sent = file.versions.order_by("-number").values("whole_sha256")[:1]
    if not file.decisions.in_force().filter(version__whole_sha256=Subquery(sent)).exists():
        yield Reason("decision", _("The client's validation of this version is missing."))


def something_new_since_the_refusal(file, actor, data):
    progress = progress_of(file)
    refusal = progress.refusal
    if refusal and not any(node.is_new_since(refusal.answered_at) for node in progress.live):
        yield Reason(
            "nothing_new",
            _("The client refused the last delivery: add a subtask or reopen one before the next."),
        )


def conditions_met(blocks):
    """The guard for the conditions of the ruling in force that block now (`Blocks`)."""

    def guard(file, actor, data):
        for line in progress_of(file).sheet:
            if line.blocks == blocks and not line.conformity.is_met:
                yield Reason(
                    "condition", _("The DPO's condition is not met yet: “%(text)s”.") % {"text": line.text}
                )

    return guard


def nothing_major(file, actor, data):
    """A major non-conformity of any line of the sheet; a condition that blocks delivery says so by itself."""
    for line in progress_of(file).sheet:
        if line.conformity is Conformity.MAJOR and line.blocks != Blocks.DELIVERY:
            yield Reason(
                "major", _("The DPO found a major non-conformity: “%(text)s”.") % {"text": line.text}
            )


def qualification_first(file, actor, data):
    """Where the setting asks for it, production gets what qualification has had, and nothing newer."""
    if not settings.QUALIFICATION_FIRST or data.get("environment") == Environment.QUALIFICATION:
        return
    tried = file.deliveries.filter(environment=Environment.QUALIFICATION).last()
    worked = [round.opened_at for node in progress_of(file).live for round in node.rounds]
    if tried is None or any(opened > tried.delivered_at for opened in worked):
        yield Reason(
            "qualification",
            _("Deliver it to qualification first: what was last ended has not been there."),
            "environment",
        )


def every_criterion_accepted(file, actor, data):
    accepted = data.get("accepted_criteria") or []
    for criterion in AcceptanceCriterion.objects.filter(specification__change_request=file).exclude(
        pk__in=accepted
    ):
        yield Reason(
            "criterion",
            _("The criterion “%(text)s” is not accepted.") % {"text": criterion.text},
            f"criterion_{criterion.position}",
        )


def who_can_rule(file):
    """The active DPOs and deputies who are independent of `file`, as a queryset of people."""
    took_part = (
        Exists(rows.filter(**{of: file.pk, person: OuterRef("pk")}).order_by())
        for rows, of, person in TOOK_PART
    )
    return User.objects.active().with_role(*DPO_ROLES).filter(*(~part for part in took_part))


GUARDS = {
    "create": [an_organisation],
    "send_to_support": [a_complete_request],
    "return_to_client": [a_reason],
    "send_to_dpo": [a_complete_specification],
    "send_to_client": [a_complete_specification, a_ruling_that_holds],
    "decline": [a_reason],
    "return_to_support": [a_reason],
    "rule": [independence, a_deputy_says_for_whom, a_complete_analysis, a_complete_ruling],
    "sign": [the_version_seen, a_ruling_to_validate, a_second_signature],
    "validate": [the_version_seen, a_ruling_to_validate, a_first_signature],
    "request_change": [a_reason],
    "cancel": [a_reason],
    "reopen_specification": [a_reason],
    "abandon": [a_reason, an_agreement_to_abandon],
    "deliver": [
        a_decision_in_force,
        all_green,
        conditions_met(Blocks.DELIVERY),
        nothing_major,
        something_new_since_the_refusal,
        qualification_first,
    ],
    "accept": [every_criterion_accepted, conditions_met(Blocks.ACCEPTANCE), nothing_major],
    "refuse": [a_reason],
}
