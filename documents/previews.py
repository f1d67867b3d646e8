"""How pages are made of a stored file, once for each content, and what becomes of an attempt that fails.

Every change of state is one conditional update, so that two workers and a sweep never both act.
"""

import json
import logging
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from documents import confinement, conversion
from documents.errors import Unopened, Unreadable
from documents.formats import maker_of
from documents.models import Preview, PreviewPage, StoredFile
from documents.workplace import workplace

logger = logging.getLogger(__name__)

# The first, and once more: a crash may be the machine's.
ATTEMPTS = 2
RETRIED = {Preview.Failure.UNREADABLE, Preview.Failure.TOO_SLOW}
# Two programs, each with its time, and the copies before and after.
LEASE_BESIDE_PROGRAMS = timedelta(seconds=60)

State, Failure = Preview.State, Preview.Failure


def ask(stored):
    """(preview, whether it is new) of a stored file; (None, False) when no pages are made of its kind."""
    if not stored.has_pages:
        return None, False
    return Preview.objects.get_or_create(sha256=stored.sha256, media_type=stored.media_type)


def make(pk):
    """Make the pages of the preview `pk`, if it is due and few enough others are being made.

    Safe to call twice, and at the same time. Returns the state reached, None when it was not ours to make.
    """
    preview = claim(pk)
    if preview is None:
        return None
    same = StoredFile.objects.released().filter(sha256=preview.sha256, media_type=preview.media_type)
    stored = same.first()
    if stored is None:
        preview.delete()
        return None
    try:
        with workplace() as folder:
            made = pages_of(stored, Path(folder))
            return keep(preview, made, Path(folder))
    except Unreadable as error:
        return fail(preview, error.failure)
    except confinement.TooSlow:
        return fail(preview, Failure.TOO_SLOW)
    except FileNotFoundError:
        return fail(preview, Failure.LOST)
    except Unopened as error:
        logger.error("preview %s: %s", pk, error)
        return fail(preview, Failure.SEALED)


def claim(pk):
    """Take a preview that is due for this attempt; None when it is not due, or too many are being made."""
    now = timezone.now()
    at_work = Preview.objects.filter(state=State.CONVERTING, lease_until__gt=now).exclude(pk=pk).count()
    if at_work >= settings.PREVIEWS_AT_ONCE:
        return None
    lease = now + 2 * timedelta(seconds=settings.PREVIEW_SECONDS) + LEASE_BESIDE_PROGRAMS
    claimed = (
        Preview.objects.due(now)
        .filter(pk=pk, attempts__lt=ATTEMPTS)
        .update(state=State.CONVERTING, lease_until=lease, attempts=F("attempts") + 1)
    )
    return Preview.objects.get(pk=pk) if claimed else None


def pages_of(stored, folder):
    """What `documents.renderer` says of the pages it made of a stored file in `folder`, whose pictures lie there.

    Raises `Unreadable`, `confinement.TooSlow`, FileNotFoundError when the storage has lost the bytes, or `Unopened`.
    """
    source, maker = folder / "source", maker_of(stored.media_type)
    with source.open("wb") as file:
        for chunk in stored.content.storage.stream(stored.content.name, 0, stored.size):
            file.write(chunk)
    if maker == "office":
        source, maker = conversion.to_pdf(source, stored.media_type, folder), "pdf"
    limits = [settings.PREVIEW_MAX_PAGES, settings.PREVIEW_SECONDS * 0.7]
    ended_well = confinement.run(
        [sys.executable, "-m", "documents.renderer", maker, source, folder, *limits],
        folder=folder,
        seconds=settings.PREVIEW_SECONDS,
        cwd=settings.BASE_DIR,
    )
    answer = (
        json.loads((folder / "pages.json").read_text()) if ended_well else {"failure": Failure.UNREADABLE}
    )
    if failure := answer.get("failure"):
        raise Unreadable(failure)
    return answer


def keep(preview, made, folder):
    """Store the pages and say that they are ready; leaves nothing behind when another attempt was faster."""
    pages = []
    try:
        for number, described in enumerate(made["pages"], 1):
            size = {side: described.pop(side) for side in ("width", "height") if side in described}
            page = PreviewPage(preview=preview, number=number, **size)
            pages.append(page)
            if page.width:
                keep_picture(page.picture, folder / f"{number}.webp")
                keep_picture(page.thumbnail, folder / f"{number}-small.webp")
            if any(described.values()):
                page.words.save("words.json", ContentFile(json.dumps(described).encode()), save=False)
        with transaction.atomic():
            changes = {"page_count": len(pages), "is_partial": made["is_partial"]}
            state = end(preview, State.READY, **changes)
            if state:
                PreviewPage.objects.bulk_create(pages)
    except BaseException:
        delete_bytes(pages)
        raise
    if not state:
        delete_bytes(pages)
    return state


def keep_picture(field, path):
    """Store the picture at `path` under a key without meaning."""
    with path.open("rb") as file:
        field.save(path.name, File(file), save=False)


def delete_bytes(pages):
    """Take the pictures and words of pages out of the storage."""
    for page in pages:
        for part in (page.picture, page.thumbnail, page.words):
            if part:
                part.storage.delete(part.name)


def fail(preview, failure):
    """Try again, or give up and keep why."""
    if failure in RETRIED and preview.attempts < ATTEMPTS:
        return end(preview, State.WAITING)
    return end(preview, State.FAILED, failure=failure)


def end(preview, state, **changes):
    """Write how this attempt ended; None when a later one has the preview by now."""
    mine = Preview.objects.filter(pk=preview.pk, attempts=preview.attempts, state=State.CONVERTING)
    logger.info("preview %s: %s after attempt %s", preview.pk, state, preview.attempts)
    return state if mine.update(state=state, lease_until=None, **changes) else None


def sweep():
    """Settle what dead workers left and return the pks of as many as may be made now, the longest waiting first."""
    now = timezone.now()
    lost = Preview.objects.filter(state=State.CONVERTING, lease_until__lte=now, attempts__gte=ATTEMPTS)
    lost.update(state=State.FAILED, failure=Failure.UNREADABLE, lease_until=None)
    if conversion.program():
        without_office = Preview.objects.filter(state=State.FAILED, failure=Failure.NO_OFFICE)
        without_office.update(state=State.WAITING, failure="", attempts=0)
    return list(Preview.objects.due(now).values_list("pk", flat=True)[: settings.PREVIEWS_AT_ONCE])


def try_sealed_again():
    """Have the pages made that waited for a key; the sweep finds them."""
    shut = Preview.objects.filter(state=State.FAILED, failure=Failure.SEALED)
    shut.update(state=State.WAITING, failure="", attempts=0)


def forget(stored):
    """Delete the pages of a stored file that goes, unless another file whose bytes are kept has the same content."""
    same = StoredFile.objects.filter(sha256=stored.sha256, media_type=stored.media_type, removal=None)
    if same.exclude(pk=stored.pk).exists():
        return
    for preview in Preview.objects.of(stored):
        transaction.on_commit(partial(delete_bytes, list(preview.pages.all())))
        preview.delete()
