"""What leaves is an attachment, what a player asks for, or a picture that the portal made; never a page of its own."""

import hashlib
import io
from email.message import Message

import pytest
from django.core.files.base import ContentFile
from django.test import RequestFactory
from PIL import Image

from demo import sample_files
from documents import services, serving
from documents.models import StoredFile
from tests.factories.documents import StoredFileFactory, ready_preview

pytestmark = pytest.mark.django_db


def body_of(response):
    """Every byte of a response, which is then closed as a server closes it."""
    body = b"".join(response.streaming_content)
    response.close()
    return body


def asking(**headers):
    """A request with these headers."""
    return RequestFactory().get(
        "/", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def stored_sample(make, actor):
    """A sample, as the portal keeps it."""
    name, body = make()
    return services.store(ContentFile(body, name=name), actor=actor), body


def test_download_hands_over_every_byte_as_an_attachment(place, actor):
    stored, body = stored_sample(sample_files.docx, actor)

    response = serving.download(stored)

    assert response.status_code == 200
    assert dict(response.headers) == {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'attachment; filename="expression-de-besoin.docx"',
        "Content-Length": str(len(body)),
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Content-Type": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": f'"{hashlib.sha256(body).hexdigest()}"',
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert body_of(response) == body


@pytest.mark.parametrize("media_type", ["video/mp4", "video/webm", "audio/mpeg"])
def test_what_browsers_play_is_played_in_our_own_pages_and_may_do_nothing_else(folder, media_type):
    stored = StoredFileFactory(media_type=media_type, name="film")

    response = serving.play(stored)
    response.close()

    assert response.headers["Content-Disposition"] == 'inline; filename="film"'
    assert response.headers["Content-Type"] == media_type
    assert response.headers["Content-Security-Policy"] == serving.PLAYED_POLICY
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/xml", "application/octet-stream"),
        ("text/x-script", "application/octet-stream"),
        ("application/x-msdownload", "application/octet-stream"),
        ("video/x-msvideo", "application/octet-stream"),
        ("image/png", "image/png"),
        ("application/pdf", "application/pdf"),
        ("image/heic", "application/octet-stream"),
        ("text/plain", "text/plain"),
        ("text/csv", "text/csv"),
        ("application/msword", "application/msword"),
    ],
)
def test_all_else_is_an_attachment_to_the_player_too(folder, media_type, sent):
    response = serving.play(StoredFileFactory(media_type=media_type, name="fichier"))
    response.close()

    assert response.headers["Content-Disposition"] == 'attachment; filename="fichier"'
    assert response.headers["Content-Type"] == sent
    assert response.headers["Content-Security-Policy"] == serving.ATTACHMENT_POLICY
    assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("name", "received"),
    [
        ("été à l'école.pdf", "été à l'école.pdf"),
        ('un "grand" plan.pdf', 'un "grand" plan.pdf'),
        (r"a\"; filename=evil.exe; x=.pdf", '"; filename=evil.exe; x=.pdf'),
        ("devis.pdf\r\nSet-Cookie: a=b", "devis.pdf Set-Cookie: a=b"),
        ("مذكرة\u202efdp.pdf", "مذكرةfdp.pdf"),
        ("100 %20.pdf", "100 %20.pdf"),
        ("图纸.pdf", "图纸.pdf"),
    ],
)
def test_name_reaches_the_reader_and_nothing_beside_it(folder, name, received):
    """The row is written behind the service's back: what leaves is clean whatever was stored."""
    response = serving.download(StoredFileFactory(name=name))
    response.close()

    header = response.headers["Content-Disposition"]
    assert ("\r" in header, "\n" in header) == (False, False)
    message = Message()
    message["Content-Disposition"] = header
    parameters = dict(message.get_params(header="content-disposition"))
    assert set(parameters) == {"attachment", "filename"}
    assert message.get_filename() == received


@pytest.mark.parametrize(
    ("wish", "status", "start", "stop"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=5-", 206, 5, 20),
        ("bytes=-4", 206, 16, 20),
        ("bytes=10-500", 206, 10, 20),
        ("bytes=-500", 200, 0, 20),
        ("bytes=0-", 200, 0, 20),
        ("bytes=19-19", 206, 19, 20),
        ("bytes=0-1,4-5", 200, 0, 20),
        ("bytes=9-3", 200, 0, 20),
        ("bytes=-", 200, 0, 20),
        ("octets=0-1", 200, 0, 20),
        ("", 200, 0, 20),
    ],
)
def test_range_sends_the_stretch_that_was_asked_for(place, wish, status, start, stop):
    body = bytes(range(20))
    stored = StoredFileFactory(body=body, pdf=True)

    response = serving.play(stored, asking(range=wish))

    assert response.status_code == status
    assert response.headers["Content-Length"] == str(stop - start)
    assert response.headers.get("Content-Range") == (
        f"bytes {start}-{stop - 1}/20" if status == 206 else None
    )
    assert body_of(response) == body[start:stop]


@pytest.mark.parametrize("wish", ["bytes=20-", "bytes=500-600", "bytes=-0"])
def test_range_beyond_the_end_is_said_to_be_so(folder, wish):
    response = serving.play(StoredFileFactory(body=bytes(20), pdf=True), asking(range=wish))

    assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */20")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_range_of_another_content_gets_the_whole_file(folder):
    stored = StoredFileFactory(body=bytes(range(20)), pdf=True)

    same = serving.play(stored, asking(range="bytes=0-1", if_range=f'"{stored.sha256}"'))
    other = serving.play(stored, asking(range="bytes=0-1", if_range='"autre"'))

    assert (same.status_code, other.status_code) == (206, 200)
    assert (len(body_of(same)), len(body_of(other))) == (2, 20)


def test_bytes_that_the_storage_lost_are_found_missing_before_an_answer_begins(place):
    stored = StoredFileFactory()
    place.delete(stored.content.name)

    with pytest.raises(FileNotFoundError):
        serving.download(StoredFile.objects.get(pk=stored.pk))


def test_page_that_the_portal_made_is_a_picture_and_nothing_else(place, actor):
    stored, _body = stored_sample(sample_files.png, actor)
    page = ready_preview(stored).pages.get()

    response = serving.page_picture(page.picture)

    assert {
        name: response.headers[name] for name in ("Content-Type", "Cache-Control", "X-Frame-Options")
    } == {
        "Content-Type": "image/webp",
        "Cache-Control": "private, no-store",
        "X-Frame-Options": "DENY",
    }
    assert response.headers["Content-Security-Policy"] == serving.ATTACHMENT_POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    with Image.open(io.BytesIO(response.content)) as picture:
        assert picture.size == (page.width, page.height)
