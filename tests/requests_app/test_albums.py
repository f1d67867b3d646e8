"""Papers photographed: pictures put in order and turned, of which the worker makes one document of the tab."""

import struct
import zlib
from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from documents import previews
from documents.models import Preview, Scan, StoredFile
from requests_app import albums as making
from requests_app.making import claim, due
from requests_app.models import Album, AlbumPicture, Attachment, Section
from requests_app.services import albums, requests
from requests_app.services.documents import room_for
from requests_app.services.removal import remove_file
from requests_app.tasks import sweep_proofs
from tests.factories.documents import failed_preview
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db


def photo(name="page.jpg", colour="red", size=(60, 40), **options):
    """A picture as a phone hands it over."""
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG", **options)
    return SimpleUploadedFile(name, content.getvalue())


def page_of(file, section="request"):
    return f"/demandes/{file.number}/photos/{section}/"


def add(file, cast, *uploads):
    """Add pictures by the service, each ready to be seen."""
    pictures, refusals = albums.add_pictures(
        fresh(file), actor=cast.client_admin, section=Section.REQUEST, uploads=uploads
    )
    assert refusals == []
    for one in pictures:
        previews.make(Preview.objects.of(one.file).get().pk)
    return pictures


def make_what_is_due():
    """What the sweep has made when a broker lost the press."""
    for pk in due(Album):
        making.make(pk)


def names(file):
    """The pictures of the file's albums in their order, with how far each is turned."""
    return [(one.file.name, one.turn) for one in AlbumPicture.objects.filter(album__change_request=file)]


def test_several_pictures_chosen_or_taken_are_put_in_order_and_turned_without_a_script(desk, file):
    answer = desk.post(
        page_of(file),
        {"pictures": [photo("un.jpg"), photo("deux.jpg", "blue")], "taken": photo("trois.jpg", "green")},
    )
    assert (answer.status_code, answer.url) == (302, page_of(file))
    assert names(file) == [("trois.jpg", 0), ("un.jpg", 0), ("deux.jpg", 0)]
    keys = {one.file.name: str(one.file_id) for one in AlbumPicture.objects.all()}

    for act, name in [
        ("later", "trois.jpg"),
        ("later", "trois.jpg"),
        ("left", "un.jpg"),
        ("right", "deux.jpg"),
    ]:
        assert desk.post(page_of(file), {act: keys[name]}).url == page_of(file)
    desk.post(page_of(file), {"earlier": keys["un.jpg"]})  # it is the first already
    desk.post(page_of(file), {"right": keys["deux.jpg"]})

    assert names(file) == [("un.jpg", 270), ("deux.jpg", 180), ("trois.jpg", 0)]
    desk.post(page_of(file), {"off": keys["deux.jpg"]})
    assert names(file) == [("un.jpg", 270), ("trois.jpg", 0)]
    assert not StoredFile.objects.filter(pk=keys["deux.jpg"]).exists()
    assert not Attachment.objects.exists()


def test_a_camera_is_not_asked_to_take_what_is_dropped(desk, file):
    text = desk.get(page_of(file)).text

    assert text.count("Une photo à la fois, avec l’appareil\u00a0:") == 1
    assert text.count("Déposez des fichiers ici") == 1


def test_one_press_makes_one_pdf_of_them_and_it_is_a_document_of_the_tab(desk, file, cast):
    exif = Image.Exif()
    exif[0x010F] = "Appareil de M. Dupont"
    first, _second = add(file, cast, photo("un.jpg", exif=exif), photo("deux.jpg", "blue", (40, 60)))
    desk.post(page_of(file), {"right": str(first.file_id)})

    answer = desk.post(page_of(file), {"make": "1", "name": "Bon de commande signé"})

    album = Album.objects.get()
    assert (answer.url, album.is_asked) == (f"/demandes/{file.number}/documents/", True)
    assert "Bon de commande signé.pdf" in desk.get(answer.url).text
    assert making.make(album.pk)
    document = Attachment.objects.get()
    assert (document.file.name, document.file.media_type) == ("Bon de commande signé.pdf", "application/pdf")
    assert (document.section, document.added_by, document.published_at) == (
        "request",
        cast.client_admin,
        None,
    )
    with document.file.content.open() as content:
        made = content.read()
    assert b"Dupont" not in made
    assert [page.get_width() < page.get_height() for page in pypdfium2.PdfDocument(made)] == [True, True]
    assert list(StoredFile.objects.all()) == [document.file]
    assert not Album.objects.exists()
    assert file.events.last().data["name"] == "Bon de commande signé.pdf"
    assert not making.make(album.pk)


def test_it_has_a_name_when_none_is_given(desk, file, cast):
    add(file, cast, photo())

    desk.post(page_of(file), {"make": "1", "name": " "})
    make_what_is_due()

    assert Attachment.objects.get().file.name == "Papiers photographiés.pdf"


def test_the_document_waits_until_each_picture_is_ready_and_the_sweep_makes_it(file, cast):
    [picture], _refusals = albums.add_pictures(
        fresh(file), actor=cast.client_admin, section=Section.REQUEST, uploads=[photo()]
    )
    album = albums.ask_for_document(file, actor=cast.client_admin, section=Section.REQUEST, name="")
    assert not making.make(album.pk)
    album.refresh_from_db()
    assert (album.is_asked, album.attempts) == (True, 0)

    previews.make(Preview.objects.of(picture.file).get().pk)
    make_what_is_due()

    assert Attachment.objects.count() == 1


def test_pictures_cannot_be_changed_while_their_document_is_made(desk, file, cast):
    [picture] = add(file, cast, photo())
    desk.post(page_of(file), {"make": "1", "name": ""})

    turned = desk.post(page_of(file), {"right": str(picture.file_id)}, follow=True)
    more = desk.post(page_of(file), {"pictures": photo("encore.jpg")})

    assert "attendez qu’elle soit là" in turned.text
    assert (more.status_code, names(file)) == (422, [("page.jpg", 0)])


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (SimpleUploadedFile("note.txt", b"Une note.\n"), "note.txt"),
        (SimpleUploadedFile("plan.pdf", b"%PDF-1.7\n%%EOF\n"), "plan.pdf"),
        (SimpleUploadedFile("vide.jpg", b""), "vide.jpg"),
        (SimpleUploadedFile("faux.jpg", b"MZ\x90\x00 un programme"), "faux.jpg"),
        (SimpleUploadedFile("dessin.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "dessin.svg"),
    ],
    ids=["text", "pdf", "empty", "disguised", "drawing"],
)
def test_what_is_no_picture_is_named_next_to_the_field_and_the_others_are_kept(desk, file, bad, why):
    answer = desk.post(page_of(file), {"pictures": [photo("bon.jpg"), bad]})

    assert answer.status_code == 422
    [error] = answer.context["adding"].errors["pictures"]
    assert why in error
    assert names(file) == [("bon.jpg", 0)]


def test_limits_are_written_next_to_the_field_and_kept(desk, file, settings):
    settings.ALBUM_MAX_PICTURES = 2
    assert "Jusqu’à 2 photos dans un même PDF." in desk.get(page_of(file)).text

    answer = desk.post(page_of(file), {"pictures": [photo(f"{n}.jpg", (n, 0, 0)) for n in range(3)]})

    assert (answer.status_code, len(names(file))) == (422, 2)
    assert "2.jpg" in answer.context["adding"].errors["pictures"][0]


def test_pictures_weigh_in_what_their_owner_may_add_and_in_nobody_elses(file, cast, settings):
    settings.DOCUMENTS_MAX_BYTES_PER_REQUEST = 10_000
    before = room_for(file, cast.client_admin).bytes

    [picture] = add(file, cast, photo())

    assert room_for(file, cast.client_admin).bytes == before - picture.file.size
    assert room_for(file, cast.client_auditor).bytes == before


@pytest.mark.parametrize("is_asked", [False, True], ids=["before", "after"])
def test_a_picture_that_cannot_be_opened_is_named_and_nothing_is_made(desk, file, cast, is_asked):
    add(file, cast, photo("bonne.jpg", "blue"))
    [bad], _refusals = albums.add_pictures(
        fresh(file), actor=cast.client_admin, section=Section.REQUEST, uploads=[photo("bombe.jpg")]
    )
    if is_asked:
        album = albums.ask_for_document(file, actor=cast.client_admin, section=Section.REQUEST, name="")
    failed_preview(bad.file, Preview.Failure.TOO_LARGE)

    if is_asked:
        assert not making.make(album.pk)
        page = desk.get(page_of(file))
        assert "Une photo ne peut pas être ouverte." in page.text
    else:
        page = desk.post(page_of(file), {"make": "1", "name": ""})
        assert page.status_code == 422
        assert "La photo 2 ne peut pas être ouverte" in page.text
    assert "trop volumineux" in page.text
    assert not Album.objects.get().is_asked
    assert not Attachment.objects.exists()


def test_a_picture_of_a_thousand_million_points_is_a_clear_state(file, cast, desk):
    # 50 000 by 50 000 points in a file of a few kilobytes.
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )

    add(file, cast, SimpleUploadedFile("bombe.png", bomb))

    assert "trop volumineux" in desk.get(page_of(file)).text
    assert desk.post(page_of(file), {"make": "1", "name": ""}).status_code == 422


def test_a_picture_held_by_a_scan_is_not_seen_and_an_infected_one_is_named(desk, file, cast):
    [picture] = add(file, cast, photo())
    scan = Scan.objects.create(file=picture.file)
    seen = f"{page_of(file)}{picture.file_id}/"
    assert desk.get(seen).status_code == 404
    album = albums.ask_for_document(file, actor=cast.client_admin, section=Section.REQUEST, name="")
    assert not making.make(album.pk)

    Scan.objects.filter(pk=scan.pk).update(state=Scan.State.INFECTED, ended_at=timezone.now())
    assert not making.make(album.pk)

    assert "infectée" in desk.get(page_of(file)).text
    assert not Attachment.objects.exists()


def test_a_tab_that_closed_meanwhile_gets_no_document_and_its_owner_is_told(file, cast):
    add(file, cast, photo())
    album = albums.ask_for_document(file, actor=cast.client_admin, section=Section.REQUEST, name="")
    requests.send_to_support(fresh(file), actor=cast.client_admin)

    assert not making.make(album.pk)

    album.refresh_from_db()
    assert (album.is_asked, album.failure) == (False, Album.Failure.CLOSED)
    assert (AlbumPicture.objects.count(), Attachment.objects.count()) == (1, 0)


def test_no_room_left_keeps_the_pictures_and_says_so(file, cast, settings):
    add(file, cast, photo())
    album = albums.ask_for_document(file, actor=cast.client_admin, section=Section.REQUEST, name="")
    settings.DOCUMENTS_MAX_BYTES_PER_REQUEST = 10

    assert not making.make(album.pk)

    album.refresh_from_db()
    assert (album.failure, AlbumPicture.objects.count()) == (Album.Failure.REFUSED, 1)


def test_a_worker_that_dies_each_time_does_not_keep_the_pictures_for_ever(file, cast):
    add(file, cast, photo())
    album = albums.ask_for_document(file, actor=cast.client_admin, section=Section.REQUEST, name="")
    for _time in range(making.ATTEMPTS):
        assert claim(Album, album.pk)
        assert not claim(Album, album.pk)
        Album.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert not making.make(album.pk)

    assert Album.objects.get().failure == Album.Failure.UNMADE


def test_pictures_left_alone_for_a_day_are_removed_with_their_bytes(
    file, cast, django_capture_on_commit_callbacks
):
    [picture] = add(file, cast, photo())
    content = picture.file.content

    with time_machine.travel(timezone.now() + timedelta(hours=23), tick=False):
        sweep_proofs()
        assert AlbumPicture.objects.count() == 1
    with (
        time_machine.travel(timezone.now() + timedelta(hours=25), tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        sweep_proofs()

    assert (Album.objects.count(), StoredFile.objects.count(), Preview.objects.count()) == (0, 0, 0)
    assert not content.storage.exists(content.name)


def test_an_album_is_its_owners_alone(client, file, cast):
    [picture] = add(file, cast, photo())
    seen = f"{page_of(file)}{picture.file_id}/"
    client.force_login(cast.client_admin)
    assert (client.get(seen).status_code, client.get(seen)["Content-Type"]) == (200, "image/webp")

    client.force_login(cast.client_auditor)
    assert client.get(seen).status_code == 404
    assert "page.jpg" not in client.get(page_of(file)).text
    client.post(page_of(file), {"off": str(picture.file_id)})
    assert names(file) == [("page.jpg", 0)]
    for stranger in (Cast().client_admin, cast.support, cast.requester):
        client.force_login(stranger)
        assert (client.get(page_of(file)).status_code, client.get(seen).status_code) == (404, 404)


@pytest.mark.parametrize("section", ["decision", "notes", "rien"])
def test_a_part_of_which_no_pictures_are_taken_is_not_there(desk, file, section):
    assert desk.get(page_of(file, section)).status_code == 404


@pytest.mark.parametrize("act", ["earlier", "off", "right"])
@pytest.mark.parametrize("key", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_key_of_no_picture_changes_nothing(desk, file, cast, act, key):
    add(file, cast, photo())

    answer = desk.post(page_of(file), {act: key})

    assert answer.status_code == (302 if len(key) > 1 else 404)
    assert names(file) == [("page.jpg", 0)]


def test_the_album_asks_the_database_the_same_for_one_and_for_three(
    desk, file, cast, django_assert_num_queries
):
    add(file, cast, photo())
    desk.get(page_of(file))

    with django_assert_num_queries(10):
        desk.get(page_of(file))
    add(file, cast, photo("b.jpg", "blue"), photo("c.jpg", "green"))
    with django_assert_num_queries(10):
        desk.get(page_of(file))


def test_a_request_that_is_removed_takes_its_pictures_along(file, cast):
    add(file, cast, photo())

    remove_file(fresh(file))

    assert (Album.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_pictures_of_the_same_content_are_two_pages(file, cast):
    add(file, cast, photo("un.jpg"), photo("deux.jpg"))
    album = albums.ask_for_document(file, actor=cast.client_admin, section=Section.REQUEST, name="")

    assert making.make(album.pk)

    with Attachment.objects.get().file.content.open() as content:
        assert len(pypdfium2.PdfDocument(content.read())) == 2
