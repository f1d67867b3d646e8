"""A document read in its page: page by page, in whatever state it is, by whoever may read it."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from documents.models import Preview, PreviewPage, Scan
from requests_app.models import Section
from requests_app.services import documents
from tests.factories import requests as stories
from tests.factories.documents import PNG, failed_preview, picture_page, ready_preview, words_page
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + bytes(range(200))


def add(file, person, section=Section.CONVERSATION, *, name="besoin.pdf", body=PDF):
    """Add one document; returns it."""
    [added], _refusals = documents.add_documents(
        fresh(file), actor=person, section=section, uploads=[ContentFile(body, name=name)]
    )
    return added


@pytest.fixture
def desk(client):
    """Support at its desk, with a request that the client has sent, and a document in its conversation."""

    class Desk:
        def __init__(self):
            self.cast = Cast()
            self.file = stories.sent(self.cast)
            client.force_login(self.cast.support)

        def add(self, **upload):
            self.document = add(self.file, self.cast.support, **upload)
            self.address = f"/demandes/{self.file.number}/documents/{self.document.file_id}/"
            return self.document.file

        def open(self, end="", **headers):
            return client.get(f"{self.address}{end}", headers=headers)

    return Desk()


def test_document_is_opened_at_its_pages_below_the_head_of_its_file(desk, client):
    ready_preview(desk.add(section=Section.SPECIFICATION), picture_page())
    tab = client.get(reverse("requests:specification_documents", args=[desk.file.number]))

    assert f'href="{desk.address}#document"' in tab.text
    assert 'id="document"' in desk.open().text


def test_one_turns_the_pages_of_a_document_by_links(desk):
    ready_preview(desk.add(), *(picture_page(text=f"Page numéro {n}") for n in range(1, 31)))

    first, twelfth, last = desk.open(), desk.open("?page=12&zoom=150"), desk.open("?page=999")

    assert "Page numéro 1<" in first.text
    assert 'rel="prev"' not in first.text
    reading = twelfth.context["reading"]
    assert (reading.before, reading.after) == ("?page=11&zoom=150#reader", "?page=13&zoom=150#reader")
    assert (reading.smaller, reading.larger) == ("?page=12#reader", "?page=12&zoom=200#reader")
    assert [n for n, _address, _is_current in reading.around] == list(range(8, 17))
    assert f'href="{desk.address}pages/12/"' in twelfth.text
    assert f'src="{desk.address}vignettes/12/"' in twelfth.text
    assert (last.context["reading"].number, last.context["reading"].after) == (30, "")


@pytest.mark.parametrize(
    "asked", ["?page=0", "?page=-3", "?page=a", "?page=٣", "?page=1e9", "?zoom=7", "?zoom="]
)
def test_a_page_or_size_that_does_not_exist_shows_the_first_as_it_is(desk, asked):
    ready_preview(desk.add())

    reading = desk.open(asked).context["reading"]

    assert (reading.number, reading.zoom) == (1, 100)


def test_text_on_a_page_can_be_selected_and_is_given_again_below(desk):
    ready_preview(desk.add(), picture_page(text="Devis <b>", lines=[[10, 20, 30, 10, "Devis <b>"]]))

    text = desk.open().text

    assert (
        '<text x="10" y="28" font-size="10" textLength="30" lengthAdjust="spacingAndGlyphs">Devis &lt;b&gt;</text>'
        in text
    )
    assert text.count("Devis &lt;b&gt;") == 2


def test_text_and_table_are_read_as_text_and_table_and_never_as_a_page(desk):
    ready_preview(desk.add(name="note.txt", body=b"Bonjour"), words_page(text="<script>alert(1)</script>"))
    note = desk.open().text
    ready_preview(
        desk.add(name="a.csv", body=b"A;B"), words_page(rows=[["Motif", "Jours"], ["<i>Congé</i>", "5"]])
    )
    table = desk.open().text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;</pre>" in note
    assert '<th scope="col">Motif</th>' in table
    assert "<td>&lt;i&gt;Congé&lt;/i&gt;</td><td>5</td>" in table
    assert desk.open("pages/1/").status_code == 404


def test_first_pages_of_a_long_document_say_that_it_goes_on(desk):
    ready_preview(desk.add(), picture_page(), picture_page(), is_partial=True)

    assert "ce sont ses premières pages" not in desk.open().text
    assert "Téléchargez-la pour lire la suite" in desk.open("?page=2").text


@pytest.mark.parametrize("state", [Preview.State.WAITING, Preview.State.CONVERTING])
def test_a_document_whose_pages_are_not_made_yet_says_so_and_looks_again(desk, state):
    stored = desk.add()
    lease = stored.uploaded_at if state == Preview.State.CONVERTING else None
    Preview.objects.of(stored).update(state=state, lease_until=lease)

    text = desk.open().text

    assert f'hx-get="{desk.address}"' in text
    assert f'<a href="{desk.address}">' in text
    assert f"{desk.address}telecharger/" in text


def test_whoever_waits_with_their_ears_is_told_that_the_pages_are_there(desk):
    stored = desk.add()
    told = '<p class="visually-hidden" id="reader-state" role="status">{}</p>'
    assert told.format("En attente") in desk.open().text

    ready_preview(stored, picture_page())

    assert told.format("Prête") in desk.open().text


@pytest.mark.parametrize("failure", Preview.Failure)
def test_a_document_that_cannot_be_shown_says_why_and_can_be_downloaded(desk, failure):
    failed_preview(desk.add(), failure)

    response = desk.open()

    assert response.status_code == 200
    assert "hx-get" not in response.text
    assert f"{desk.address}telecharger/" in response.text
    assert Preview.objects.get().get_failure_display().replace("'", "&#x27;") in response.text


@pytest.mark.parametrize("state", Scan.HELD)
def test_a_document_that_a_scan_holds_says_so_and_is_reached_by_no_address(desk, client, state):
    stored = desk.add(name="demo.mp4", body=MP4)
    Scan.objects.create(
        file=stored,
        state=state,
        signature="Eicar" if state == Scan.State.INFECTED else "",
        ended_at=stored.uploaded_at if state == Scan.State.INFECTED else None,
    )
    ready_preview(stored)

    page, tab = desk.open(), client.get(f"/demandes/{desk.file.number}/conversation/")

    assert ("Eicar" in page.text, "hx-get" in page.text) == (
        (True, False) if state == Scan.State.INFECTED else (False, True)
    )
    assert [f"{desk.address}telecharger/" in response.text for response in (page, tab)] == [False, False]
    for end in ("contenu/", "telecharger/", "pages/1/", "vignettes/1/"):
        assert desk.open(end).status_code == 404


def test_a_kind_of_which_no_pages_are_made_says_so(desk):
    desk.add(name="page.html", body=b"<!doctype html><p>Bonjour")

    response = desk.open()

    assert response.context["preview"] is None
    assert "hx-get" not in response.text


def test_video_is_played_by_stretches(desk):
    desk.add(name="demo.mp4", body=MP4)

    page, part = desk.open(), desk.open("contenu/", range="bytes=4-11")

    assert f'<video class="viewer viewer--video" id="reader" src="{desk.address}contenu/"' in page.text
    assert (part.status_code, b"".join(part.streaming_content)) == (206, MP4[4:12])
    assert part.headers["Content-Type"] == "video/mp4"


@pytest.mark.parametrize(
    ("name", "body"), [("ecran.png", PNG), ("devis.pdf", PDF), ("note.txt", b"Oui."), ("a.html", b"<p>Oui")]
)
def test_what_was_handed_over_is_only_ever_downloaded(desk, name, body):
    desk.add(name=name, body=body)

    for end in ("contenu/", "telecharger/"):
        response = desk.open(end)
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert b"".join(response.streaming_content) == body


def test_each_stretch_asks_again_who_reads(desk, client):
    desk.add(name="demo.mp4", body=MP4)
    first = desk.open("contenu/", range="bytes=0-9")
    assert (first.status_code, b"".join(first.streaming_content)) == (206, MP4[:10])

    documents.withdraw_document(desk.document, actor=desk.cast.support)

    assert desk.open("contenu/", range="bytes=10-19").status_code == 404


def test_a_page_beyond_the_last_has_no_picture(desk):
    ready_preview(desk.add())

    assert [
        desk.open(end).status_code for end in ("pages/1/", "pages/2/", "vignettes/1/", "vignettes/0/")
    ] == [
        200,
        404,
        200,
        404,
    ]


def test_picture_that_the_storage_lost_answers_404(desk):
    page = ready_preview(desk.add()).pages.get()
    page.picture.storage.delete(page.picture.name)

    assert desk.open("pages/1/").status_code == 404


@pytest.mark.parametrize("end", ["", "pages/1/", "vignettes/1/", "contenu/", "telecharger/"])
def test_without_the_key_the_reader_is_told_whom_to_ask_and_the_operator_which_key_it_was(
    desk, settings, caplog, end
):
    settings.DOCUMENTS_KEYS = ["0a" * 32]
    ready_preview(desk.add(), picture_page(text="Devis"))
    read = desk.open(end)
    assert read.status_code == 200
    assert not read.streaming or b"".join(read.streaming_content) == PDF

    settings.DOCUMENTS_KEYS = ["0b" * 32]
    answer = desk.open(end)

    assert answer.status_code == 503
    assert "Ce document ne peut pas être ouvert pour le moment" in answer.text
    assert "which DOCUMENTS_KEYS does not give" in caplog.text


def test_pages_of_the_same_content_are_asked_of_each_file(client, desk):
    """Two organisations hand over the same bytes: neither reaches the other's address by its own."""
    ready_preview(desk.add())
    other = Cast()
    own = add(stories.sent(other), other.client_admin)
    client.force_login(other.client_admin)

    number = own.change_request.number
    assert desk.open("pages/1/").status_code == 404
    assert client.get(f"/demandes/{number}/documents/{own.file_id}/pages/1/").status_code == 200
    assert client.get(f"/demandes/{number}/documents/{desk.document.file_id}/pages/1/").status_code == 404


def test_one_walks_from_a_document_to_the_next_of_its_tab(client):
    cast = Cast()
    file = stories.sent(cast)
    first = add(file, cast.support, Section.SPECIFICATION)
    second = add(file, cast.support, Section.QUOTE)
    add(file, cast.support, Section.CONVERSATION)
    client.force_login(cast.support)

    page = client.get(f"/demandes/{file.number}/documents/{first.file_id}/").context

    assert (page["number"], page["total"], page["before"], page["after"]) == (1, 2, None, second)


def test_a_document_whose_bytes_are_lost_answers_404(client):
    cast = Cast()
    file = stories.opened(cast)
    document = add(file, cast.client_admin, Section.REQUEST)
    document.file.content.storage.delete(document.file.content.name)
    client.force_login(cast.client_admin)

    assert client.get(f"/demandes/{file.number}/documents/{document.file_id}/telecharger/").status_code == 404


def test_reading_asks_the_database_the_same_for_one_page_and_for_three(desk, django_assert_num_queries):
    stored = desk.add()
    preview = ready_preview(stored)
    desk.open()

    with django_assert_num_queries(9):
        desk.open()
    for number in (2, 3):
        PreviewPage.objects.create(preview=preview, number=number, **picture_page())
    Preview.objects.update(page_count=3)
    with django_assert_num_queries(9):
        desk.open("?page=2")
