"""Files that arrive in parts: begun with a name and a size, gone on with from what has arrived, and put together.

    begin, then append until it is whole, then assembled; whatever breaks off is dropped by `documents.orphans`.

A file may also be sent ahead of the form that it goes with: it waits, whole, until the form names it (`arrived`).

The parts are in the documents' storage, so that any web server goes on with what another one received.
"""

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.utils import timezone

from documents.formats import UNKNOWN
from documents.intake import Gone, Room, check_room, check_size
from documents.models import Upload, UploadPart
from documents.names import clean_name
from documents.quota import room_on_portal

logger = logging.getLogger(__name__)


class OutOfStep(Exception):
    """A part that does not begin where the file ends so far; `received` says where that is."""

    def __init__(self, received):
        super().__init__(received)
        self.received = received


@dataclass(frozen=True)
class Announced:
    """A file as its sender announces it, before a byte of it has arrived."""

    name: str
    size: int


def pending(person, place):
    """What a person has begun to send to a place and not ended."""
    return Upload.objects.filter(person=person, place=place, stored=None)


@transaction.atomic
def begin(announced, *, person, place, mark, room):
    """The `Upload` of an `Announced` file: a new one, or the one that broke off. `room` is what the place still takes.

    Raises `Refused`, before any byte is sent, for what would be refused at the end for its size.
    """
    name = clean_name(announced.name)
    check_size(name, announced.size)
    others = list(pending(person, place))
    same = [one for one in others if (one.name, one.size, one.mark) == (name, announced.size, mark)]
    if mark and same:
        Upload.objects.filter(pk=same[0].pk).update(touched_at=timezone.now())
        return same[0]
    check_room(announced, room, others)
    return Upload.objects.create(person=person, place=place, name=name, mark=mark, size=announced.size)


@transaction.atomic
def append(upload, content, *, start):
    """Add the bytes `content` at `start`; returns how many have arrived.

    Raises `OutOfStep` when they do not go on from there, `Refused` when there is no room for them.
    """
    held = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if start != held.received or held.stored_id:
        raise OutOfStep(held.received)
    if not content or len(content) > settings.DOCUMENT_PART_BYTES or start + len(content) > held.size:
        raise OutOfStep(held.received)
    check_room(Announced(held.name, len(content)), Room(bytes=room_on_portal(), is_of_portal=True), [])
    part = UploadPart(upload=held, start=start, size=len(content))
    part.content.save("part", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            part.save()
            held.received, held.touched_at = start + len(content), timezone.now()
            held.save(update_fields=["received", "touched_at"])
    except BaseException:
        part.content.storage.delete(part.content.name)
        raise
    return held.received


class Arrived(TemporaryUploadedFile):
    """The whole file of an `Upload`, which is known as its `origin`."""

    def __init__(self, upload):
        super().__init__(upload.name, UNKNOWN, upload.size, None)
        self.origin = upload
        for part in upload.parts.all():
            for piece in part.content.storage.stream(part.content.name, 0, part.size):
                self.write(piece)
        self.seek(0)


@contextmanager
def assembled(upload):
    """The whole file of an `Upload`, as one that goes away with the context. Raises `OutOfStep` while parts are missing."""
    if not upload.is_whole:
        raise OutOfStep(upload.received)
    with Arrived(upload) as whole:
        yield whole


def arrived(keys, *, person, places):
    """The files that a form says were sent ahead of it, by `keys` (texts), one after another; the caller closes them.

    Those that an act has taken already are left out, so that a form posted twice says nothing wrong; what is not kept any
    more, or never was, is a `Gone`.
    """
    for key in dict.fromkeys(keys):
        found = (
            Upload.objects.filter(person=person, place__in=places, pk=key).first() if is_key(key) else None
        )
        if found is None or not (found.stored_id or found.is_whole):
            yield Gone()
        elif not found.stored_id:
            yield Arrived(found)


def is_key(text):
    """Whether `text` has the form of an upload's key."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@transaction.atomic
def end(received, stored):
    """Say what became of a file taken in; where it is an `Arrived`, its parts go."""
    if isinstance(received, Arrived):
        let_go(received.origin)
        Upload.objects.filter(pk=received.origin.pk).update(stored=stored)


@transaction.atomic
def drop(upload):
    """Forget an upload and all that has arrived of it."""
    let_go(upload)
    Upload.objects.filter(pk=upload.pk).delete()
    logger.info("upload %s dropped", upload.pk)


@transaction.atomic
def let_go(upload):
    """Remove the parts of an upload, rows and bytes."""
    for part in upload.parts.all():
        transaction.on_commit(partial(part.content.storage.delete, part.content.name))
    upload.parts.all().delete()
