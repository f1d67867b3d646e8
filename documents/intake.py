"""What may be taken in. The same rules answer a form, next to its field, and the service that stores."""

from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.detection import is_disguised, media_type_of
from documents.errors import Refused
from documents.formats import claimed_by, kind_of, label_of, maker_of
from documents.names import clean_name
from ui.formats import size_text


@dataclass(frozen=True)
class Room:
    """What may still be added: so many files, so many bytes; None for any number of them."""

    files: int | None = None
    bytes: int | None = None
    # Whether the bytes are what is left on the whole portal, and not where they are added.
    is_of_portal: bool = False


NO_BOUND = Room()


@dataclass(frozen=True)
class Examined:
    """What was found out about an upload that may be stored."""

    name: str
    size: int
    media_type: str


class Gone:
    """In the place of a file that was sent ahead of its form, and is not kept any more."""

    name, size = "", 0

    def close(self):
        """Nothing is open."""


def examine(upload, *, kind=""):
    """Look at an upload (a Django file) without storing it; with `kind`, only files of that family are taken.

    Returns an `Examined`; raises `Refused` for a file that is empty, too large, of a kind that is not taken in,
    or not what its name says.
    """
    if isinstance(upload, Gone):
        raise Refused(
            _("A file that was sent before is not kept any more: choose it again."), name="", code="gone"
        )
    name = clean_name(upload.name)
    check_size(name, upload.size)
    extension = PurePosixPath(name).suffix.lower().removeprefix(".")
    media_type = media_type_of(upload, extension=extension)
    if is_disguised(media_type, extension=extension):
        raise Refused(
            _(
                "“%(name)s” is named like %(claimed)s, but its content is %(found)s. "
                "Give it the extension of its content, or save it again as %(claimed)s."
            )
            % {"name": name, "claimed": claimed_by(extension).label, "found": label_of(media_type)},
            name=name,
            code="disguised",
        )
    if not is_taken(media_type):
        raise Refused(
            _("“%(name)s” is %(found)s, which is not taken in. These are: %(taken)s.")
            % {"name": name, "found": label_of(media_type), "taken": taken_in_words()},
            name=name,
            code="other_type",
        )
    if kind and not (kind_of(media_type) == kind and maker_of(media_type)):
        raise Refused(
            _("“%(name)s” is %(found)s. Only JPEG, PNG, WebP and GIF pictures can be taken in here.")
            % {"name": name, "found": label_of(media_type)},
            name=name,
            code="other_kind",
        )
    return Examined(name=name, size=upload.size, media_type=media_type)


def is_taken(media_type):
    """Whether the setting DOCUMENT_MEDIA_TYPES lets this kind of content in; it takes `image/*` too, and nothing for all."""
    patterns = settings.DOCUMENT_MEDIA_TYPES
    return not patterns or any(fnmatch(media_type, pattern) for pattern in patterns)


def taken_in_words():
    """The kinds of content of that setting, in words where there are some, separated by commas; empty for all."""
    return ", ".join(str(label_of(one)) if "*" not in one else one for one in settings.DOCUMENT_MEDIA_TYPES)


def check_size(name, size):
    """Raise `Refused` for a size of nothing, or over the setting DOCUMENT_MAX_BYTES."""
    if not size:
        raise Refused(
            _("“%(name)s” is empty (0 bytes). Choose a file with a content.") % {"name": name},
            name=name,
            code="empty",
        )
    if size > settings.DOCUMENT_MAX_BYTES:
        raise Refused(
            _("“%(name)s” weighs %(size)s; a file may weigh up to %(limit)s.")
            % {
                "name": name,
                "size": size_text(size),
                "limit": size_text(settings.DOCUMENT_MAX_BYTES),
            },
            name=name,
            code="too_large",
        )


def one_too_many(upload, limit):
    """The `Refused` for an upload beyond the `limit` of files that may still be added."""
    name = clean_name(upload.name)
    if not limit:
        message = _("“%(name)s” is one file too many: no more file can be added here.") % {"name": name}
    else:
        message = ngettext(
            "“%(name)s” is one file too many: %(limit)s file may be added here.",
            "“%(name)s” is one file too many: up to %(limit)s files may be added here.",
            limit,
        ) % {"name": name, "limit": limit}
    return Refused(message, name=name, code="too_many")


def check_room(upload, room, taken):
    """Raise `Refused` for an upload that does not fit into `room` beside the uploads already `taken`."""
    if room.files is not None and len(taken) >= room.files:
        raise one_too_many(upload, room.files)
    left = None if room.bytes is None else max(room.bytes - sum(one.size for one in taken), 0)
    if left is not None and upload.size > left:
        name = clean_name(upload.name)
        said = {"name": name, "size": size_text(upload.size), "left": size_text(left)}
        if room.is_of_portal:
            message = _(
                "“%(name)s” weighs %(size)s, and the portal has room for %(left)s more. "
                "Tell the portal's administrator."
            )
        else:
            message = _("“%(name)s” weighs %(size)s; there is room for %(left)s more here.")
        raise Refused(message % said, name=name, code="no_room")


def sort(uploads, *, room=NO_BOUND, kind=""):
    """Tell the uploads that may be stored, as `examine` says, from the others: (accepted, refusals).

    They share `room`, the first come first; refusals are `Refused`, one a file.
    """
    accepted, refusals = [], []
    for upload in uploads:
        try:
            examine(upload, kind=kind)
            check_room(upload, room, accepted)
        except Refused as refusal:
            refusals.append(refusal)
        else:
            accepted.append(upload)
    return accepted, refusals
