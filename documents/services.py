"""What is done with files: taken in, shown, taken away."""

import logging
from functools import partial

from django.conf import settings
from django.db import models, transaction

from documents import previews, receiving, tasks
from documents.errors import Refused
from documents.hashing import sha256_of
from documents.intake import NO_BOUND, check_room, examine
from documents.models import Preview, Removal, Scan, StoredFile
from documents.unsettled import settle, watch

logger = logging.getLogger(__name__)


def store(upload, *, actor, kind=""):
    """Take in an upload (a Django file with a name) for `actor`; returns its `StoredFile`.

    `kind`: the one family of files that is taken. Raises `Refused`, whose text says why, for a file that is empty, too large or disguised. When the caller's
    transaction is rolled back, row and bytes are both gone.
    """
    with transaction.atomic():
        stored = keep(upload, examine(upload, kind=kind), actor=actor)
        if settings.CLAMD:
            scan = Scan.objects.create(file=stored)
            transaction.on_commit(lambda: tasks.scan_file.delay(scan.pk), robust=True)
        else:
            ask_for_pages(stored)
        receiving.end(upload, stored)
    return stored


def keep(content, known, *, actor):
    """Store `content` (a Django file) as it is, for `actor`: what the portal made itself has no limit.

    `known` is an `Examined`. Returns its `StoredFile`; see `store` for what a rollback does.
    """
    settle()
    stored = StoredFile(
        name=known.name,
        size=known.size,
        media_type=known.media_type,
        sha256=sha256_of(content),
        uploaded_by=actor,
    )
    with transaction.atomic():
        stored.content.save(known.name, content, save=False)
        watch(stored)
        stored.save()
    return stored


def preview_of(stored):
    """The `Preview` of a stored file, asked for now if nobody did yet.

    None when no pages are made of its kind, and while a scan holds it.
    """
    if not stored.has_pages or stored.quarantine:
        return None
    return Preview.objects.of(stored).first() or ask_for_pages(stored)


def ask_for_pages(stored):
    """Have the pages of a stored file made, if it is of a kind that has some; returns its `Preview` or None."""
    preview, is_new = previews.ask(stored)
    if is_new:
        # Robust: when the broker is away the file is stored all the same, and the sweep finds the preview.
        transaction.on_commit(lambda: tasks.make_preview.delay(preview.pk), robust=True)
    return preview


def store_many(uploads, *, actor, room=NO_BOUND, kind=""):
    """Take in several uploads for `actor`; one that is refused does not lose the others.

    `room` is what may still be added, as the caller counted under its own lock; `kind` as in `store`.
    Returns (stored, refusals): the `StoredFile`s, and one `Refused` for each file that was not taken in.
    """
    stored, refusals = [], []
    for upload in uploads:
        try:
            check_room(upload, room, stored)
            stored.append(store(upload, actor=actor, kind=kind))
        except Refused as refusal:
            refusals.append(refusal)
    return stored, refusals


@transaction.atomic
def remove(stored, *, actor):
    """Take a stored file away, row and bytes, for `actor` (None when a rule of retention does it).

    Raises `ProtectedError` while something still points at it.
    """
    pk, storage, key = stored.pk, stored.content.storage, stored.content.name
    models.Model.delete(stored)
    previews.forget(stored)
    transaction.on_commit(partial(storage.delete, key))
    logger.info("stored file %s removed by person %s", pk, actor.pk if actor else "-")


@transaction.atomic
def discard(stored):
    """Take away the bytes of a stored file and leave its row, which says what they were. Returns whether they were there.

    Safe to call twice.
    """
    _removal, is_new = Removal.objects.get_or_create(file=stored)
    if is_new:
        previews.forget(stored)
        transaction.on_commit(partial(stored.content.storage.delete, stored.content.name))
        logger.info("bytes of stored file %s removed", stored.pk)
    return is_new
