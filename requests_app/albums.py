"""What the worker does with photographed papers: one PDF of an album, which then stands in its place on the file."""

import logging
import tempfile

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.errors import Refused as FileRefused
from documents.pictures import bind_pictures
from notifications.rendering import reading
from requests_app.making import claim
from requests_app.models import Album, Section
from requests_app.services.albums import delete
from requests_app.services.documents import add_documents
from workflow import engine
from workflow.errors import Refused

logger = logging.getLogger(__name__)

ATTEMPTS = 3
Failure = Album.Failure


def make(pk):
    """Make the document of the album `pk`, if it is asked for and its pictures are ready to be seen.

    Safe to call twice, and at the same time. Returns whether it is there.
    """
    album = Album.objects.due(timezone.now()).filter(pk=pk).select_related("owner", "change_request").first()
    if album is None:
        return False
    if album.attempts >= ATTEMPTS:
        return give_up(album, Failure.UNMADE)
    if any(one.is_bad for one in album.shown):
        return give_up(album, Failure.PICTURE)
    if any(one.waits for one in album.shown) or claim(Album, pk) is None:
        return False
    try:
        with reading(album.owner.language, album.owner.time_zone), tempfile.TemporaryFile() as target:
            draw(album, target)
            return replace(album, File(target, name=album.name))
    except Refused:
        return give_up(album, Failure.CLOSED)
    except FileRefused:
        return give_up(album, Failure.REFUSED)
    except Exception:
        # Whatever went wrong concerns this album alone: the sweep tries again, then its owner is told.
        logger.exception("the document of album %s could not be made", pk)
        return let_go(album)


def draw(album, target):
    """Write the PDF of an album into `target`."""
    pages = [(one.page.picture, one.turn) for one in album.shown]
    bind_pictures(
        pages,
        target,
        title=album.name.removesuffix(".pdf"),
        language=album.owner.language,
        words=lambda number: (
            _("Photographed page %(number)d of %(total)d") % {"number": number, "total": len(pages)}
        ),
    )


@transaction.atomic
def replace(album, made):
    """Put the document `made` (a Django file) in the place of its album, pictures and all."""
    locked = engine.lock(album.change_request)
    if not Album.objects.filter(pk=album.pk, asked_at=album.asked_at).exists():
        return False  # another worker was faster, after a lease that was lost
    delete(album)
    _added, refusals = add_documents(
        locked, actor=album.owner, section=Section(album.section), uploads=[made]
    )
    if refusals:
        raise refusals[0]
    return True


def give_up(album, failure):
    """Hand the album back to its owner, who reads why."""
    Album.objects.filter(pk=album.pk).update(asked_at=None, lease_until=None, failure=failure)
    return False


def let_go(album):
    """Leave the album to the next sweep."""
    Album.objects.filter(pk=album.pk).update(lease_until=None)
    return False
