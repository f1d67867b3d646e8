"""Documents that the portal itself writes: the code that each bears, and whether a copy is genuine."""

import re
import secrets

import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from documents.intake import Examined
from documents.models import Issued
from documents.names import clean_name
from documents.services import keep, remove

# Without I, L, O and U (Crockford's base 32): read aloud or typed from paper, none passes for another.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
GROUP = 5
ALIKE = str.maketrans("ILO", "110")


def new_code():
    """A code of a hundred random bits."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))


def shown(code):
    """The code as it is printed: 7K3DQ-9XMAB-…"""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read(typed):
    """The code that somebody typed, in whatever case, with or without its hyphens; "" when it can be none."""
    code = re.sub(r"[\s-]", "", typed).upper().translate(ALIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def address_of(code):
    """The whole address of the page that answers for `code`."""
    return settings.PORTAL_URL + reverse("verification:code", args=[shown(code)])


def qr_of(code):
    """The address of the code's page as a QR drawing, a `data:` address."""
    return segno.make(address_of(code), error="m", micro=False).svg_data_uri(border=0, dark="#1a1c20")


def issue(content, *, code, name, media_type, actor):
    """Keep `content` (a Django file), which bears `code`, and answer for it from now on; returns the `Issued`."""
    known = Examined(name=clean_name(name), size=content.size, media_type=media_type)
    with transaction.atomic():
        stored = keep(content, known, actor=actor)
        return Issued.objects.create(code=code, sha256=stored.sha256, file=stored)


@transaction.atomic
def let_go(issued):
    """Remove the file of an issued document; its code and its fingerprint stay."""
    stored, issued.file = issued.file, None
    issued.save(update_fields=["file"])
    remove(stored, actor=None)
