"""Delivery by the lead, acceptance or refusal by the client."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.dispatch import announce
from privacy import services as register
from requests_app.models import (
    Acceptance,
    AcceptanceCriterion,
    AcceptanceDraft,
    Attachment,
    CriterionAnswer,
    Delivery,
    Environment,
    Section,
)
from requests_app.progress import Progress
from requests_app.services.development import only_once, send_back_refused
from requests_app.services.documents import add_evidence, publish
from requests_app.services.gdpr_sheet import plan_after_acceptance
from requests_app.services.naming import must_name_no_other_client
from requests_app.services.proofs import owe
from workflow import engine
from workflow.errors import Missing, MovedOn, Reason


@transaction.atomic
def deliver(file, *, actor, release="", notes="", shared_notes=""):
    """Deliver to production: the client tests in turn; the registers' drafts are drawn up. Returns the event.

    `notes` are on this request; `shared_notes` on the version, for every client that it brings something to.
    """
    locked = engine.lock(file)
    # What the client agreed to end is not what it now tests: should it refuse, it would be asked anew.
    locked.abandonment_reason, locked.abandonment_agreed_by = "", None
    said = _said(release, notes, shared_notes)
    event = engine.run(locked, "deliver", actor=actor, data=said)
    # After the right to deliver is known: the refusal names others.
    _must_name_no_other_client(locked, release, notes)
    _keep(locked, event, Environment.PRODUCTION, **said)
    register.draw_up(locked, locked.rulings.in_force().get(), at=event.at)
    announce(event)
    owe(event)
    return event


@transaction.atomic
def deliver_to_qualification(file, *, actor, release="", notes="", shared_notes="", key=""):
    """Deliver to qualification, under the same conditions; the file stays at step 6. Returns the event.

    Notes as in `deliver`; `key`: the page's own mark, with which the same page delivers only once.
    """
    locked = engine.hold(file, "qualification", actor=actor)
    only_once(locked, "deliver_to_qualification", key)
    _must_name_no_other_client(locked, release, notes)
    reasons = locked.missing("deliver", actor=actor, data={"environment": Environment.QUALIFICATION})
    if reasons:
        raise Missing(reasons)
    said = _said(release, notes, shared_notes)
    event = engine.record(locked, "deliver_to_qualification", actor=actor, data=said | {"key": key})
    _keep(locked, event, Environment.QUALIFICATION, **said)
    announce(event)
    owe(event)
    return event


@transaction.atomic
def keep_answers(file, *, actor, answers, evidence=None, comment="", delivery=None, revision=None):
    """Keep a test sheet that is being filled in; only those of the client who may decide read it.

    `answers`: what was typed, by field of the sheet; `revision` is the count of savings that the page was read
    at, `evidence` and `delivery` as in `refuse`. Returns the `AcceptanceDraft`.
    """
    locked = engine.hold(file, "acceptance", actor=actor)
    _must_be_the_one_tested(locked, delivery)
    _prove(locked, actor, evidence)
    draft, _is_new = AcceptanceDraft.objects.get_or_create(change_request=locked)
    draft.edit({"answers": answers, "comment": comment}, actor=actor, at=timezone.now(), revision=revision)
    return draft


@transaction.atomic
def accept(file, *, actor, answers, evidence=None, comment="", delivery=None):
    """Accept the delivery, which closes the request and settles the registers' drafts. Returns the event.

    `answers`, `evidence` and `delivery` as in `refuse`.
    """
    locked = engine.hold(file, "acceptance", actor=actor)
    _must_be_the_one_tested(locked, delivery)
    _prove(locked, actor, evidence)
    accepted = sorted(key for key, (is_accepted, _words) in answers.items() if is_accepted)
    event = engine.run(
        locked,
        "accept",
        actor=actor,
        data={
            "accepted_criteria": accepted,
            "comment": comment,
            "to_adopt": register.to_adopt(locked),
        },
    )
    _answer(locked, event, True, comment, answers)
    register.accepted(locked, at=event.at)
    plan_after_acceptance(locked, accepted_on=timezone.localdate(event.at))
    announce(event)
    owe(event)
    return event


@transaction.atomic
def refuse(file, *, actor, answers, reason, evidence=None, delivery=None):
    """Refuse the delivery; what is tied to the refused criteria is sent back. Returns the event.

    `answers`: `{criterion's key: (is_accepted, the client's words)}`; `evidence`: `{criterion's key: uploads}`, kept
    whole or nothing is done. `delivery`: the rank of the delivery that was read, None for whoever read no page.
    """
    locked = engine.hold(file, "acceptance", actor=actor)
    _must_be_the_one_tested(locked, delivery)
    _prove(locked, actor, evidence)
    refused = {key: words or reason for key, (is_accepted, words) in answers.items() if not is_accepted}
    untied = [one.text for one in Progress(locked).untied if one.pk in refused]
    event = engine.run(
        locked,
        "refuse",
        actor=actor,
        reason=reason,
        data={"refused_criteria": sorted(refused), **({"untied_criteria": untied} if untied else {})},
    )
    _answer(locked, event, False, reason, answers)
    announce(event)
    send_back_refused(locked, actor=actor, reasons=refused)
    return event


def rank_of_delivery(file):
    """How many times `file` was delivered to production: the rank of the delivery that is tested."""
    return file.deliveries.filter(environment=Environment.PRODUCTION).count()


def _must_be_the_one_tested(locked, rank):
    if rank is None or rank == rank_of_delivery(locked):
        return
    last = locked.deliveries.filter(environment=Environment.PRODUCTION).last()
    raise MovedOn(
        by=last.delivered_by,
        at=last.delivered_at,
        what=_("Another delivery was made since you opened the page: test that one."),
    )


def _prove(locked, actor, evidence):
    """Keep what proves the answers to criteria, each beside its criterion; the other side reads it with the answer."""
    criteria = {one.pk: one for one in _criteria(locked, evidence or ())}
    for key, uploads in (evidence or {}).items():
        if key not in criteria:
            raise Missing([Reason("criteria", _("Choose criteria of this request."))])
        add_evidence(
            locked,
            actor=actor,
            section=Section.ACCEPTANCE,
            uploads=uploads,
            field=f"documents_{criteria[key].position}",
            criterion=criteria[key],
        )


def _criteria(locked, keys):
    return AcceptanceCriterion.objects.filter(specification__change_request=locked, pk__in=keys)


def _must_name_no_other_client(locked, release, notes):
    readers = {locked.organisation}
    must_name_no_other_client([("release", release, readers), ("notes", notes, readers)])


def _said(release, notes, shared_notes):
    """What is said of a delivery, as its row and the history keep it."""
    return {"release": release, "notes": notes, **({"shared_notes": shared_notes} if shared_notes else {})}


def _keep(locked, event, environment, **said):
    Delivery.objects.create(
        change_request=locked,
        event=event,
        environment=environment,
        **said,
        delivered_by=event.actor,
        delivered_at=event.at,
    )


def _answer(locked, event, is_accepted, comment, answers):
    acceptance = Acceptance.objects.create(
        change_request=locked,
        event=event,
        delivery=locked.deliveries.filter(environment=Environment.PRODUCTION).last(),
        is_accepted=is_accepted,
        comment=comment,
        answered_by=event.actor,
        answered_at=event.at,
    )
    AcceptanceDraft.objects.filter(change_request=locked).delete()
    publish(locked, Section.ACCEPTANCE)
    given = CriterionAnswer.objects.bulk_create(
        CriterionAnswer(
            acceptance=acceptance,
            criterion=criterion,
            text=criterion.text,
            is_accepted=answers[criterion.pk][0],
            comment=answers[criterion.pk][1],
        )
        for criterion in _criteria(locked, answers)
    )
    # What proves a criterion that got no answer stays with the acceptance as a whole.
    answer_to = {one.criterion_id: one for one in given}
    evidence = list(locked.attachments.filter(criterion__isnull=False))
    for one in evidence:
        one.answer, one.criterion = answer_to.get(one.criterion_id), None
    Attachment.objects.bulk_update(evidence, ["answer", "criterion"])
