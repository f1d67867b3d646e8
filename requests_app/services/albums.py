"""Papers photographed: pictures taken in, put in order, turned, and handed to the worker to make one PDF of."""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.intake import Room
from documents.names import clean_name
from documents.services import remove, store_many
from requests_app.models import Album, AlbumPicture, Section
from requests_app.models.album import KEPT_FOR
from requests_app.services.documents import PART_OF, room_for
from requests_app.services.proofs import hand_over
from workflow import engine
from workflow.errors import Missing, Reason

# The parts of a file that pictures of papers may become a document of.
SECTIONS = (Section.REQUEST, Section.SPECIFICATION, Section.QUOTE, Section.DELIVERY, Section.ACCEPTANCE)
PICTURE = "image"


def album_of(file, section, owner):
    """The album of a person for a part of a file; a new one, not saved, when there is none."""
    found = Album.objects.of(file, section, owner).first()
    return found or Album(change_request=file, section=section, owner=owner)


def room_in(album, file):
    """The `Room` for more pictures in `album`: as many as one document takes, as heavy as the request takes."""
    taken = album.pictures.count() if album.pk else 0
    room = room_for(file, album.owner)
    return Room(
        files=max(settings.ALBUM_MAX_PICTURES - taken, 0), bytes=room.bytes, is_of_portal=room.is_of_portal
    )


@transaction.atomic
def add_pictures(file, *, actor, section, uploads):
    """Take in `uploads` (uploaded pictures) at the end of the actor's album for `section` of the file.

    One bad picture does not lose the others. Returns `(pictures, refusals)`, as `add_documents`. Raises the refusals of the engine.
    """
    locked = engine.hold(file, PART_OF[section], actor=actor)
    album, _is_new = Album.objects.get_or_create(change_request=locked, section=section, owner=actor)
    check_open(album)
    stored, refusals = store_many(uploads, actor=actor, room=room_in(album, locked), kind=PICTURE)
    last = album.pictures.aggregate(last=Max("rank"))["last"] or 0
    pictures = [
        AlbumPicture.objects.create(album=album, file=one, rank=rank)
        for rank, one in enumerate(stored, last + 1)
    ]
    touch(album)
    return pictures, refusals


@transaction.atomic
def arrange(file, *, actor, section, act, key):
    """Do `act` (a key of `ACTS`) to the picture whose file has `key`; nothing when it is gone."""
    locked = engine.hold(file, PART_OF[section], actor=actor)
    album = album_of(locked, section, actor)
    check_open(album)
    picture = AlbumPicture.objects.filter(album__pk=album.pk, file=key).first()
    if picture is not None:
        ACTS[act](picture)
        touch(album)


def turn(picture, degrees):
    """Turn a picture by so many degrees, clockwise."""
    picture.turn = (picture.turn + degrees) % 360
    picture.save(update_fields=["turn"])


def move(picture, by):
    """Have a picture change places with the one `by` places after it."""
    pictures = list(picture.album.pictures.all())
    at = pictures.index(picture)
    to = min(max(at + by, 0), len(pictures) - 1)
    pictures.insert(to, pictures.pop(at))
    for rank, one in enumerate(pictures, 1):
        one.rank = rank
    AlbumPicture.objects.bulk_update(pictures, ["rank"])


def take_off(picture):
    """Remove a picture, its row and its bytes."""
    picture.delete()
    remove(picture.file, actor=picture.file.uploaded_by)


ACTS = {
    "earlier": partial(move, by=-1),
    "later": partial(move, by=1),
    "left": partial(turn, degrees=270),
    "right": partial(turn, degrees=90),
    "off": take_off,
}


@transaction.atomic
def ask_for_document(file, *, actor, section, name):
    """Have one PDF called `name` made of the actor's album, which then becomes a document of `section`.

    Returns the `Album`. Raises `Missing` while there is no picture, or one that cannot be opened.
    """
    locked = engine.hold(file, PART_OF[section], actor=actor)
    album = album_of(locked, section, actor)
    check_open(album)
    shown = album.shown if album.pk else []
    if not shown:
        raise Missing([Reason("no_picture", _("Add at least one picture."), "pictures")])
    bad = [number for number, one in enumerate(shown, 1) if one.is_bad]
    if bad:
        said = _("Picture %(number)d cannot be opened: take it off, or take it again.")
        raise Missing([Reason("bad_picture", said % {"number": number}) for number in bad])
    name = name.strip() or _("Photographed papers")
    album.name = clean_name(f"{name}.pdf")
    album.asked_at, album.attempts, album.failure = timezone.now(), 0, ""
    touch(album)
    hand_over("requests_app.tasks.make_album", album.pk)
    return album


def check_open(album):
    """Raise `Missing` while the worker makes a document of the album."""
    if album.is_asked:
        raise Missing(
            [Reason("being_made", _("The document is being made of these pictures: wait until it is there."))]
        )


def touch(album):
    """Save an album that its owner has just worked on."""
    album.touched_at = timezone.now()
    album.save()


@transaction.atomic
def delete(album):
    """Remove an album with its pictures, rows and bytes."""
    for picture in album.pictures.select_related("file__uploaded_by"):
        take_off(picture)
    Album.objects.filter(pk=album.pk).delete()


def let_go_of_old():
    """Remove the albums that nobody has touched for `KEPT_FOR`, pictures and all."""
    limit = timezone.now() - KEPT_FOR
    for album in Album.objects.filter(touched_at__lt=limit):
        delete(album)
