"""Documents of a file: added, withdrawn, and sent with their tab."""

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, DateTimeField, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.intake import Room
from documents.quota import room_on_portal
from documents.services import store_many
from requests_app.models import AlbumPicture, Attachment, Section
from workflow import engine
from workflow.errors import Missing, NotYourRole, Reason

PART_OF = {
    Section.REQUEST: "request",
    Section.SPECIFICATION: "specification",
    Section.QUOTE: "specification",
    Section.DECISION: "decision",
    Section.DELIVERY: "delivery_documents",
    Section.EVIDENCE: "checks",
    Section.SHEET: "gdpr_sheet",
    Section.HANDED_OVER: "handovers",
    Section.ACCEPTANCE: "acceptance",
    Section.CONVERSATION: "conversation",
    Section.NOTES: "conversation",
}


@transaction.atomic
def add_documents(
    file,
    *,
    actor,
    section,
    uploads,
    message=None,
    evidence_for=None,
    finding=None,
    handover=None,
    criterion=None,
    replaces=None,
):
    """Store `uploads` (uploaded files) on `section` of the file, in the order given.

    `message`: the one that they came with; `evidence_for`: the check that they prove; `finding`: that of the sheet
    that they prove; `handover`: what was said with them for a condition; `criterion`: the one that they
    prove; `replaces`: the document of which one upload
    is the newer version.

    One bad file does not lose the others. Returns `(attachments, refusals)`, the refusals being
    `documents.errors.Refused`. Raises `Missing` when there would be too many documents.
    """
    locked = engine.hold(file, PART_OF[section], actor=actor)
    if section == Section.NOTES and actor.is_client_side:
        raise NotYourRole(section)
    room = room_for(locked, actor)
    if len(uploads) > room.files:
        raise Missing(
            [
                Reason(
                    "too_many_documents",
                    _("A request takes %(max)d documents at the most; there is room for %(room)d more.")
                    % {"max": settings.DOCUMENTS_MAX_PER_REQUEST, "room": room.files},
                    "documents",
                )
            ]
        )
    stored, refusals = store_many(uploads, actor=actor, room=room)
    now = timezone.now()
    attachments = []
    for one in stored:
        attachment = Attachment.objects.create(
            change_request=locked,
            section=section,
            file=one,
            message=message,
            evidence_for=evidence_for,
            finding=finding,
            handover=handover,
            criterion=criterion,
            replaces=replaces,
            added_by=actor,
            added_at=now,
            published_at=None if Section(section).waits_for_sending else now,
        )
        engine.record(
            locked,
            "add_document",
            actor=actor,
            data={"attachment": attachment.pk, "section": section, "name": one.name, "sha256": one.sha256}
            | ({"criterion": criterion.text} if criterion else {})
            | ({"replaces": replaces.pk, "former": replaces.file.name} if replaces else {}),
        )
        attachments.append(attachment)
    return attachments, refusals


def add_evidence(locked, *, actor, section, uploads, field="documents", **proved):
    """Keep `uploads` as the evidence of what `proved` names, as `add_documents` takes it: all of them, or none.

    Part of an act, which does not happen without them: raises `Missing` on the form's `field`. Returns the attachments.
    """
    if not uploads:
        return []
    kept, refusals = add_documents(locked, actor=actor, section=section, uploads=uploads, **proved)
    if refusals:
        raise Missing([Reason(refusal.code, refusal.message, field) for refusal in refusals])
    return kept


@transaction.atomic
def replace_document(attachment, *, actor, upload):
    """Add `upload` as a newer version of a document; the older one stays, and is reached through it.

    Returns the new attachment. Raises `documents.errors.Refused` for a file that is not taken in, and what
    `withdraw_document` raises where the document could not be withdrawn either.
    """
    locked, former = hold_own(attachment, actor)
    if former.message_id:
        raise NotYourRole("replace_document")  # what was said stays said
    if former.newer.kept().exists():
        raise engine.moved_on(locked)
    added, refusals = add_documents(
        locked,
        actor=actor,
        section=Section(former.section),
        uploads=[upload],
        criterion=former.criterion,
        replaces=former,
    )
    if refusals:
        raise refusals[0]
    return added[0]


@transaction.atomic
def withdraw_document(attachment, *, actor):
    """Take a document off its tab while the tab is open; what was sent with it stays as it was."""
    locked, attachment = hold_own(attachment, actor)
    attachment.withdrawn_by, attachment.withdrawn_at = actor, timezone.now()
    if attachment.published_at is None or not Section(attachment.section).waits_for_sending:
        attachment.retracted_at = attachment.withdrawn_at
    attachment.save(update_fields=["withdrawn_by", "withdrawn_at", "retracted_at"])
    return engine.record(
        locked,
        "withdraw_document",
        actor=actor,
        data={"attachment": attachment.pk, "section": attachment.section, "name": attachment.file.name},
    )


def hold_own(attachment, actor):
    """Lock the file of a document that `actor` may take off its tab now; returns `(file, attachment)`, as they are.

    Raises the refusals of the engine, and `NotYourRole` for what was said or decided with it.
    """
    locked = engine.hold(attachment.change_request, PART_OF[Section(attachment.section)], actor=actor)
    kept = locked.attachments.kept().shown_to(actor).select_related("file").filter(pk=attachment.pk).first()
    if kept is None:
        raise engine.moved_on(locked)
    attachment = kept
    if Section(attachment.section).proves_a_check:
        raise NotYourRole("withdraw_document")  # the evidence of a check that was made
    if (
        Section(attachment.section) in (Section.CONVERSATION, Section.NOTES)
        and attachment.added_by_id != actor.pk
    ):
        raise NotYourRole("withdraw_document")
    if Section(attachment.section).is_evidence and attachment.published_at is not None:
        raise NotYourRole("withdraw_document")  # the evidence of a decision that was taken
    return locked, attachment


def room_for(file, person):
    """The `Room` for more documents by `person`: those of the other side that they do not see do not count.

    A count of all would tell the client how many notes and unsent documents the vendor has. Pictures of papers of which
    they have no document made yet weigh too.
    """
    shown = file.attachments.kept().shown_to(person).aggregate(files=Count("pk"), size=Sum("file__size"))
    pictures = AlbumPicture.objects.filter(album__change_request=file, album__owner=person)
    size = (shown["size"] or 0) + (pictures.aggregate(size=Sum("file__size"))["size"] or 0)
    files = max(settings.DOCUMENTS_MAX_PER_REQUEST - shown["files"], 0)
    own = max(settings.DOCUMENTS_MAX_BYTES_PER_REQUEST - size, 0)
    portal = room_on_portal()
    if portal is not None and portal < own:
        return Room(files=files, bytes=portal, is_of_portal=True)
    return Room(files=files, bytes=own)


def publish(locked, *sections):
    """Let the other side read the documents of `sections` as they are now; part of sending a tab."""
    now = Value(timezone.now(), output_field=DateTimeField())
    is_kept = Q(withdrawn_at=None)
    locked.attachments.filter(section__in=sections).update(
        published_at=Case(When(is_kept, then=Coalesce("published_at", now)), default="published_at"),
        retracted_at=Case(When(~is_kept, then=Coalesce("retracted_at", now)), default="retracted_at"),
    )
