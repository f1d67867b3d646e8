"""Stored files for tests: a small text unless told otherwise."""

import hashlib
import io
import json

import factory
from django.core.files.base import ContentFile
from PIL import Image

from documents.issuing import new_code
from documents.models import Issued, Preview, PreviewPage, StoredFile
from tests.factories.accounts import UserFactory

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
BODIES = {"application/pdf": b"%PDF-1.7\n%%EOF\n", "image/png": PNG}


class StoredFileFactory(factory.django.DjangoModelFactory):
    """A stored file whose size and fingerprint are those of `body`; traits: `pdf`, `png`."""

    class Meta:
        model = StoredFile

    class Params:
        body = factory.LazyAttributeSequence(
            lambda stored, n: BODIES.get(stored.media_type) or f"Pièce jointe numéro {n}.\n".encode()
        )
        pdf = factory.Trait(name="devis.pdf", media_type="application/pdf")
        png = factory.Trait(name="ecran.png", media_type="image/png")

    name = factory.Sequence(lambda n: f"piece-{n}.txt")
    media_type = "text/plain"
    uploaded_by = factory.SubFactory(UserFactory)
    content = factory.LazyAttribute(lambda stored: ContentFile(stored.body, name=stored.name))
    size = factory.LazyAttribute(lambda stored: len(stored.body))
    sha256 = factory.LazyAttribute(lambda stored: hashlib.sha256(stored.body).hexdigest())


class IssuedFactory(factory.django.DjangoModelFactory):
    """A document that the portal issued, with its file."""

    class Meta:
        model = Issued

    code = factory.LazyFunction(new_code)
    file = factory.SubFactory(StoredFileFactory, pdf=True)
    sha256 = factory.LazyAttribute(lambda issued: issued.file.sha256)


def words_page(**said):
    """One page without a picture, of a `text` or the `rows` of a table."""
    return {"words": ContentFile(json.dumps(said).encode(), name="words.json")}


def picture_page(text="", lines=()):
    """One page that is a picture, with this text on it."""
    picture = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(picture, "WEBP")
    files = {name: ContentFile(picture.getvalue(), name="1.webp") for name in ("picture", "thumbnail")}
    return {**files, **words_page(text=text, lines=list(lines)), "width": 60, "height": 80}


def ready_preview(stored, *pages, **fields):
    """The preview of a stored file with these pages, a picture unless told otherwise, without a worker."""
    pages = pages or (picture_page(),)
    preview, _is_new = Preview.objects.update_or_create(
        sha256=stored.sha256,
        media_type=stored.media_type,
        defaults={"state": Preview.State.READY, "page_count": len(pages), **fields},
    )
    for number, page in enumerate(pages, 1):
        PreviewPage.objects.create(preview=preview, number=number, **page)
    return preview


def failed_preview(stored, failure):
    """The preview of a stored file of which no pages could be made."""
    changes = {"state": Preview.State.FAILED, "failure": failure}
    Preview.objects.of(stored).update(**changes)
    return Preview.objects.of(stored).get()
