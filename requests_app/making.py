"""What the worker does to make a document: claim its row, lay it out, issue it, or note why not.

Every change of state is one conditional update, so that two workers and a sweep never both issue.
"""

import json
import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from documents import issuing
from documents.pdf import pdf_of
from notifications.rendering import reading
from requests_app.models import Proof, ProofKind
from requests_app.models.proofs import LEASE, MINUTES_BEFORE_RETRY
from requests_app.papers import manifest_of, paper_of

logger = logging.getLogger(__name__)

# How many one task makes at most, and how many tasks the sweep asks for.
AT_ONCE = 10
# One thread of a process lays out pages, so that a burst of acts leaves the others free to send messages.
drawing = threading.Lock()
PDF = "application/pdf"


def make_some(pk):
    """Make the proof `pk`, then some others that wait; nothing while another thread of this process does.

    That thread, or the sweep, finds what is left.
    """
    if not drawing.acquire(blocking=False):
        return
    try:
        for one in (pk, *due(Proof)):
            make_proof(one)
    finally:
        drawing.release()


def make_one(model, pk, make):
    """Make the row `pk` of `model` (a `Made`) if it is due: `make(row)` issues it. Returns its `Issued`, or None.

    Safe to call twice, and at the same time.
    """
    made = claim(model, pk)
    if made is None:
        return None
    try:
        return make(made)
    except Exception as error:
        # Whatever went wrong concerns this document alone: the worker goes on, and the row says so.
        logger.exception("%s %s could not be made", model._meta.model_name, pk)
        fail(made, error)
        return None


def make_proof(pk):
    """Make the proof `pk`, as `make_one`."""
    return make_one(Proof, pk, issue_proof)


def issue_proof(proof):
    """Lay out a proof in its language and issue it. Returns the `Issued`, or None."""
    with reading(proof.language, settings.TIME_ZONE):
        return issue(proof, *written(proof), actor=proof.event.actor)


def claim(model, pk):
    """The row `pk` of `model`, in this worker's hands for a while; None when it is not due."""
    now = timezone.now()
    claimed = model.objects.due(now).filter(pk=pk).update(lease_until=now + LEASE, attempts=F("attempts") + 1)
    return model.objects.get(pk=pk) if claimed else None


def issue(made, code, name, content, media_type, *, actor):
    """Keep `content` (a Django file) as the document that the row `made` promised. Returns the `Issued`, or None."""
    with transaction.atomic():
        locked = type(made).objects.select_for_update(of=("self",)).get(pk=made.pk)
        if locked.issued_id is not None:
            return None  # another worker was faster, after a lease that was lost
        locked.issued = issuing.issue(content, code=code, name=name, media_type=media_type, actor=actor)
        locked.lease_until, locked.error = None, ""
        locked.save(update_fields=["issued", "lease_until", "error"])
        return locked.issued


def fail(made, error):
    """Note what went wrong, and when it is tried again."""
    rank = min(made.attempts, len(MINUTES_BEFORE_RETRY)) - 1
    type(made).objects.filter(pk=made.pk, issued=None, attempts=made.attempts).update(
        lease_until=None,
        error=type(error).__name__[:80],
        due_at=timezone.now() + timedelta(minutes=MINUTES_BEFORE_RETRY[rank]),
    )


def went_on(made, number=1):
    """Tell whoever waits that `number` more parts of `made` are done, and keep the row in this worker's hands."""
    made.done += number
    type(made).objects.filter(pk=made.pk).update(
        done=made.done, total=made.total, lease_until=timezone.now() + LEASE
    )


def written(proof):
    """The proof as (code, name of the file, content, media type), in the language being read."""
    code, paper = issuing.new_code(), paper_of(proof)
    is_archive = proof.kind == ProofKind.ARCHIVE
    embedded = [("manifest.json", as_json(manifest_of(proof.event)), "SHA-256")] if is_archive else ()
    made = pdf_of(page_of(paper, proof.event.change_request, code), archive=is_archive, embedded=embedded)
    name = f"{proof.event.change_request.number} {paper.name}{' PDF-A' if is_archive else ''}.pdf"
    return code, name, ContentFile(made), PDF


def page_of(paper, file, code):
    """The HTML of a `Paper` of `file` that bears `code`."""
    context = {
        **paper.facts,
        "paper": paper,
        "file": file,
        "code": issuing.shown(code),
        "address": issuing.address_of(code),
        "qr": issuing.qr_of(code),
    }
    return render_to_string(paper.template, context)


def as_json(value):
    """`value` as bytes: JSON in UTF-8."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def due(model):
    """The keys of the rows of `model` that wait, the longest waiting first."""
    return list(model.objects.due(timezone.now()).values_list("pk", flat=True)[:AT_ONCE])
