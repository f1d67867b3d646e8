"""Names of files as metadata: they are shown and sent back, they never lead anywhere."""

import unicodedata

from django.utils.translation import gettext as _

NAME_LENGTH = 150
# A disk counts bytes where people count letters, and most stop at 255.
NAME_BYTES = 240
EXTENSION_LENGTH = 16
# Joiners are letters' own business (emoji, Arabic, Persian); every other invisible sign may only deceive.
JOINERS = "\u200c\u200d"
INVISIBLE = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


def clean_name(raw):
    """A name that is safe to show and to send: no path, no control, no hidden or direction-changing sign.

    Quotes and letters of every script stay. A name too long loses the end of its stem, never its extension;
    one of which nothing is left becomes "document".
    """
    name = unicodedata.normalize("NFC", raw or "").replace("\\", "/").rpartition("/")[2]
    visible = (" " if sign in "\t\r\n" else sign for sign in name)
    name = "".join(sign for sign in visible if sign in JOINERS or unicodedata.category(sign) not in INVISIBLE)
    name = " ".join(name.split()).strip(". ")
    if not name.strip(JOINERS):
        return _("document")
    return shortened(name)


def shortened(name):
    """`name` within the limits of letters and bytes, its extension kept."""
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > EXTENSION_LENGTH:
        stem, dot, extension = name, "", ""
    tail = dot + extension
    stem = stem[: NAME_LENGTH - len(tail)]
    room = NAME_BYTES - len(tail.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip() + tail
