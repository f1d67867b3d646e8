"""What is handed over to meet a condition of the DPO: by its owner, words and documents; read where the portal can."""

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.dispatch import announce
from privacy.impact import MOST_BYTES, Unreadable, read
from requests_app.models import Handover, Section
from requests_app.progress import Progress
from requests_app.services.documents import add_evidence
from workflow import engine
from workflow.errors import Missing, MovedOn, NotYourRole, Reason

# The origin of the condition that asks for an impact assessment (`privacy.analysis.entailed_conditions`).
IMPACT_ASSESSMENT = "dpia"


@transaction.atomic
def hand_over(file, *, actor, position, words="", documents=()):
    """Say how the condition of that rank in the ruling in force is met, and hand over what shows it. Returns the event.

    Its owner's side does. `documents` (uploads) are kept whole; of an impact assessment, the export of the CNIL's
    tool is read. Whether the condition is met is the DPO's to find.
    """
    locked = engine.hold(file, "handovers", actor=actor)
    line = next(
        (one for one in Progress(locked).sheet if one.condition and one.condition.position == position), None
    )
    if line is None:
        raise MovedOn(what=_("This condition is no longer asked for."))
    if line.condition.owner != actor.side:
        raise NotYourRole("handovers")
    if line.conformity.is_met:
        raise MovedOn(by=line.finding.made_by, at=line.finding.made_at, what=_("This condition is met."))
    if not words.strip() and not documents:
        raise Missing([Reason("nothing", _("Say how it is met, or add a document."), "words")])
    handover = Handover.objects.create(condition=line.condition, words=words, made_by=actor)
    add_proof(
        locked,
        actor=actor,
        section=Section.HANDED_OVER,
        uploads=documents,
        condition=line.condition,
        handover=handover,
    )
    event = engine.record(
        locked,
        "hand_over",
        actor=actor,
        reason=words,
        data={"condition": line.text, "documents": [upload.name for upload in documents]},
    )
    announce(event)
    return event


def add_proof(locked, *, actor, section, uploads, condition, field="documents", **proved):
    """Keep `uploads` as `add_evidence` does, those that are an impact assessment with what they say.

    Raises `Missing` on `field` for one that `condition` (or None, for a point of the standard list) does not take.
    """
    said = [_assessment(upload, condition, field) for upload in uploads]
    kept = add_evidence(locked, actor=actor, section=section, uploads=uploads, field=field, **proved)
    for attachment, assessment in zip(kept, said, strict=True):
        if assessment:
            attachment.assessment = assessment
            attachment.save(update_fields=["assessment"])


def _assessment(upload, condition, field):
    """What an upload says where it is the export of an impact assessment that `condition` asks for; else None."""
    if condition is None or condition.origin != IMPACT_ASSESSMENT or not _is_json(upload):
        return None
    upload.seek(0)
    try:
        # No more than what tells that it is too large.
        return read(upload.read(MOST_BYTES + 1), size=upload.size)
    except Unreadable as error:
        message = _("“%(name)s” is not read. %(why)s") % {"name": upload.name, "why": error}
        raise Missing([Reason("assessment", message, field)]) from error
    finally:
        upload.seek(0)


def _is_json(upload):
    return upload.name.lower().endswith(".json")
