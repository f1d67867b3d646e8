"""Files sent in parts: they go on from what has arrived, become a document or a picture, and leave nothing behind."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents.models import StoredFile, Upload, UploadPart
from documents.orphans import clean_uploads
from documents.tasks import clean_orphans
from requests_app.models import AlbumPicture, Attachment, Section
from requests_app.services import documents, requests
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from tests.requests_app.test_albums import photo

pytestmark = pytest.mark.django_db
PART = 10
BODY = b"Une note de trente-trois octets.\n"


@pytest.fixture(autouse=True)
def small_parts(settings):
    settings.DOCUMENT_PART_BYTES = PART


def begin(desk, file, body=BODY, *, name="note.txt", mark="1764288000", place="request/documents", size=None):
    """Announce a file, as the script does."""
    data = {"name": name, "size": len(body) if size is None else size, "mark": mark}
    return desk.post(f"/demandes/{file.number}/envois/{place}/", data)


def part(desk, url, body, start):
    """Send the part of a file that begins at `start`."""
    content = body[start : start + PART]
    return desk.post(
        url, content, content_type="application/octet-stream", headers={"Upload-Offset": str(start)}
    )


def send(desk, file, body=BODY, **options):
    """Send a whole file; the last answer."""
    begun = begin(desk, file, body, **options).json()
    for start in range(begun["received"], len(body), PART):
        assert part(desk, begun["url"], body, start).status_code == 200
    return desk.post(f"{begun['url']}fin/")


def stored(attachment):
    with attachment.file.content.open() as content:
        return content.read()


def test_a_file_sent_in_parts_becomes_a_document_of_its_tab_and_its_row_is_answered(desk, file, cast):
    row = send(desk, file)

    document = Attachment.objects.get()
    assert (row.status_code, row.text.strip()[:3]) == (200, "<li")
    assert f"/demandes/{file.number}/documents/{document.file_id}/retirer/" in row.text
    assert (document.file.name, stored(document), document.section) == ("note.txt", BODY, "request")
    assert document.added_by == cast.client_admin
    assert UploadPart.objects.count() == 0


def test_what_has_arrived_is_not_sent_again_after_the_network_failed(desk, file):
    begun = begin(desk, file).json()
    assert (begun["received"], begun["part"]) == (0, PART)
    part(desk, begun["url"], BODY, 0)
    # The answer to this one is lost: the browser asks how far it got, or chooses the same file on a new page.
    part(desk, begun["url"], BODY, 10)

    assert desk.get(begun["url"]).json() == {"received": 20}
    assert begin(desk, file).json() == {**begun, "received": 20}
    for start in (20, 30):
        part(desk, begun["url"], BODY, start)
    desk.post(f"{begun['url']}fin/")

    assert stored(Attachment.objects.get()) == BODY


@pytest.mark.parametrize("start", [0, 5, 20])
def test_a_part_out_of_step_adds_nothing_and_says_where_to_go_on(desk, file, start):
    url = begin(desk, file).json()["url"]
    part(desk, url, BODY, 0)

    answer = part(desk, url, BODY, start)

    assert (answer.status_code, answer.json()) == (409, {"received": 10})
    assert UploadPart.objects.count() == 1


def test_bytes_beyond_the_announced_size_or_part_are_not_taken(desk, file):
    url = begin(desk, file, BODY[:5]).json()["url"]

    beyond = part(desk, url, BODY, 0)
    too_long = desk.post(
        url, BODY[:11], content_type="application/octet-stream", headers={"Upload-Offset": "0"}
    )

    assert (beyond.status_code, too_long.status_code) == (409, 413)
    assert UploadPart.objects.count() == 0


@pytest.mark.parametrize(
    "headers", [{}, {"Upload-Offset": ""}, {"Upload-Offset": "-1"}, {"Upload-Offset": "x" * 40}]
)
def test_a_part_that_does_not_say_where_it_begins_is_out_of_order(desk, file, headers):
    url = begin(desk, file).json()["url"]

    answer = desk.post(url, BODY[:10], content_type="application/octet-stream", headers=headers)

    assert answer.status_code == 400


def test_a_file_is_not_ended_before_it_is_whole(desk, file):
    begun = begin(desk, file).json()
    part(desk, begun["url"], BODY, 0)

    answer = desk.post(f"{begun['url']}fin/")

    assert (answer.status_code, answer.json()) == (409, {"received": 10})
    assert not Attachment.objects.exists()


def test_an_end_whose_answer_was_lost_is_asked_again_and_adds_nothing(desk, file):
    first = send(desk, file)
    again = desk.post(f"/demandes/{file.number}/envois/request/documents/{Upload.objects.get().pk}/fin/")

    assert (again.status_code, again.text) == (200, first.text)
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("limit", "body", "options"),
    [
        ("DOCUMENT_MAX_BYTES", BODY, {}),
        ("DOCUMENTS_MAX_BYTES_PER_REQUEST", BODY, {}),
        ("DOCUMENTS_QUOTA_BYTES", BODY, {}),
        ("DOCUMENT_MAX_BYTES", b"", {}),
    ],
    ids=["a file", "a request", "the portal", "empty"],
)
def test_what_is_too_large_is_said_before_a_byte_is_sent(desk, file, settings, limit, body, options):
    setattr(settings, limit, 20)

    answer = begin(desk, file, body, **options)

    assert answer.status_code == 422
    assert "note.txt" in answer.json()["errors"][0]
    assert not Upload.objects.exists()


def test_what_was_begun_counts_in_what_its_sender_may_add(desk, file, settings):
    settings.DOCUMENTS_MAX_PER_REQUEST = 2
    settings.DOCUMENTS_MAX_BYTES_PER_REQUEST = 80

    heavy = [begin(desk, file, name=f"{n}.txt").status_code for n in range(2)]
    too_heavy = begin(desk, file, name="lourd.txt").json()["errors"]
    settings.DOCUMENTS_MAX_BYTES_PER_REQUEST = 800
    too_many = begin(desk, file, name="encore.txt").json()["errors"]

    assert heavy == [200, 200]
    assert ("lourd.txt" in too_heavy[0], "encore.txt" in too_many[0]) == (True, True)


def test_bytes_that_arrived_count_on_the_portal(desk, file, settings):
    url = begin(desk, file).json()["url"]
    settings.DOCUMENTS_QUOTA_BYTES = 15
    assert part(desk, url, BODY, 0).status_code == 200

    answer = part(desk, url, BODY, 10)

    assert (answer.status_code, "note.txt" in answer.json()["errors"][0]) == (422, True)
    assert UploadPart.objects.count() == 1


def test_a_disguised_file_is_refused_at_its_end_and_nothing_of_it_stays(
    desk, file, django_capture_on_commit_callbacks
):
    body = b"MZ\x90\x00" + bytes(16)
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(desk, file, body, name="photo.png")

    assert (answer.status_code, "photo.png" in answer.json()["errors"][0]) == (422, True)
    assert (Upload.objects.count(), UploadPart.objects.count(), StoredFile.objects.count()) == (0, 0, 0)


def test_names_are_cleaned_as_everywhere(desk, file):
    send(desk, file, name="../../l’« état » \u202ecivil\x00.txt")

    assert Attachment.objects.get().file.name == "l’« état » civil.txt"


def test_nobody_else_reaches_what_somebody_sends(client, desk, file, cast):
    url = begin(desk, file).json()["url"]
    part(desk, url, BODY, 0)

    for person in (cast.client_auditor, cast.support, Cast().client_admin, cast.requester):
        client.force_login(person)
        assert client.get(url).status_code == 404
        assert part(client, url, BODY, 10).status_code == 404
        assert client.post(f"{url}fin/").status_code == 404
    client.force_login(cast.client_auditor)
    assert begin(client, file).json()["url"] != url
    client.logout()
    assert client.get(url).status_code == 302
    assert Upload.objects.get(person=cast.client_admin).received == 10


def test_an_upload_belongs_to_the_place_where_it_was_begun(desk, file, cast):
    key = begin(desk, file).json()["url"].rstrip("/").rpartition("/")[2]
    other = stories.opened(cast)

    for number, place in [
        (other.number, "request/documents"),
        (file.number, "request/photos"),
        (file.number, "quote/documents"),
    ]:
        assert desk.get(f"/demandes/{number}/envois/{place}/{key}/").status_code == 404
    for place in ("decision/documents", "request/rien"):
        assert begin(desk, file, place=place).status_code == 404


def test_a_tab_that_closes_meanwhile_takes_nothing_more(desk, file, cast):
    begun = begin(desk, file).json()
    for start in range(0, len(BODY), PART):
        part(desk, begun["url"], BODY, start)
    requests.send_to_support(fresh(file), actor=cast.client_admin)

    answers = [begin(desk, file, name="autre.txt"), desk.post(f"{begun['url']}fin/")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all(answer.json()["errors"] for answer in answers)
    assert not Attachment.objects.exists()


def test_whoever_sees_the_file_and_may_not_add_is_told(client, file, cast):
    sent = stories.sent(cast)
    client.force_login(cast.dpo)

    answer = begin(client, sent, place="specification/documents")

    assert (answer.status_code, bool(answer.json()["errors"])) == (403, True)


def test_a_picture_sent_in_parts_goes_to_the_album(desk, file, settings):
    settings.DOCUMENT_PART_BYTES = 400
    body = photo().read()
    begun = begin(desk, file, body, name="page.jpg", place="request/photos").json()
    for start in range(0, len(body), 400):
        desk.post(
            begun["url"],
            body[start : start + 400],
            content_type="application/octet-stream",
            headers={"Upload-Offset": str(start)},
        )

    answer = desk.post(f"{begun['url']}fin/")

    assert (answer.status_code, AlbumPicture.objects.get().file.name) == (200, "page.jpg")
    refused = send(desk, file, b"Une note.\n", place="request/photos")
    assert (refused.status_code, "note.txt" in refused.json()["errors"][0]) == (422, True)


def test_uploads_that_broke_off_leave_nothing_behind(desk, file, django_capture_on_commit_callbacks):
    url = begin(desk, file).json()["url"]
    part(desk, url, BODY, 0)
    content = UploadPart.objects.get().content
    assert content.storage.exists(content.name)

    with time_machine.travel(timezone.now() + timedelta(hours=23), tick=False):
        assert clean_uploads() == 0
    with (
        time_machine.travel(timezone.now() + timedelta(hours=25), tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        clean_orphans()

    assert (Upload.objects.count(), UploadPart.objects.count()) == (0, 0)
    assert not content.storage.exists(content.name)
    assert desk.get(url).status_code == 404


def test_the_plain_form_adds_what_broke_off_without_waiting(desk, file, cast):
    begin(desk, file)

    added, refusals = documents.add_documents(
        file, actor=cast.client_admin, section=Section.REQUEST, uploads=[SimpleUploadedFile("note.txt", BODY)]
    )

    assert (len(added), refusals) == (1, [])
