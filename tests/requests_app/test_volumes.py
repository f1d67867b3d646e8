"""The whole file in one PDF: proofs as they were issued, the pages of documents, and where each of them begins."""

import io
import zipfile

import pikepdf
import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from demo import sample_files
from documents.models import Scan
from requests_app import dossiers, volumes
from requests_app.models import Attachment, Dossier, Section
from requests_app.services import conversation, documents, proofs
from tests.factories import requests as stories
from tests.factories.documents import failed_preview, picture_page, ready_preview
from tests.factories.requests import fresh
from tests.pdf import ACCESSIBLE, broken_rules, outline_of, untold

pytestmark = pytest.mark.django_db


def say(file, person, *uploads, is_note=False):
    """Post a message with documents, given as (name, content)."""
    uploads = [ContentFile(body, name=name) for name, body in uploads]
    conversation.post_message(file, actor=person, text="Voir.", is_note=is_note, uploads=uploads)


def archive():
    """A ZIP folder, of which no pages are made."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as folder:
        folder.writestr("export.sql", "select 1;\n" * 50)
    return content.getvalue()


def words_of(pdf):
    """The text of each page, whose lines may be broken anywhere."""
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]


class Volume:
    """The PDF made for a reader, as a program shows it."""

    def __init__(self, file, reader):
        issued = dossiers.make(proofs.ask_for_dossier(fresh(file), actor=reader, form=Dossier.Form.VOLUME).pk)
        assert issued is not None, Dossier.objects.latest("pk").error
        with issued.file.content.open() as source:
            self.content = source.read()
        self.issued = issued
        shown = pypdfium2.PdfDocument(self.content)
        self.pages = words_of(shown)
        self.bookmarks = [
            (mark.level, mark.get_title(), mark.get_dest().get_index() + 1) for mark in shown.get_toc()
        ]

    def page_of(self, title):
        """The page to which the bookmark of this title leads."""
        [page] = [page for _level, name, page in self.bookmarks if title in name]
        return page

    @property
    def words(self):
        """The text of all pages."""
        return " ".join(self.pages)


def test_volume_has_the_proofs_then_the_pages_of_documents_each_where_the_contents_say(cast):
    file = stories.specified(cast)
    say(file, cast.support, ("note.txt", "Réunion du 12 mars".encode()), sample_files.pdf())

    volume = Volume(file, cast.client_admin)

    assert [(level, title) for level, title, _page in volume.bookmarks] == [
        (0, "Preuves"),
        (1, "Cahier des charges et devis version 1"),
        (0, "Pièces jointes"),
        (1, "001 note.txt"),
        (1, "002 devis-D-2026-017.pdf"),
    ]
    assert "Réunion du 12 mars" in volume.pages[volume.page_of("note.txt") - 1]
    assert "Page 1 sur 1 du document" in volume.pages[volume.page_of("note.txt") - 1]
    assert "Devis D-2026-017" in volume.pages[volume.page_of("devis-D") - 1]
    cover = volume.pages[0]
    with pikepdf.open(io.BytesIO(volume.content)) as pdf:
        starts = [pdf.pages.index(pikepdf.Page(link.Dest[0])) + 1 for link in pdf.pages[0].Annots]
    assert starts == [page for level, _title, page in volume.bookmarks if level == 1]
    assert [f" {start}" in cover for start in starts] == [True] * 3


def test_each_printed_page_bears_its_number_in_the_volume_and_what_it_is_of(cast):
    file = stories.sent(cast)
    say(file, cast.support, ("long.txt", b"Une ligne.\n" * 300), ("note.txt", b"Bref."))

    volume = Volume(file, cast.client_admin)

    assert len(volume.pages) == 6
    assert [f"page {n} du dossier complet" in page for n, page in enumerate(volume.pages, 1)] == [True] * len(
        volume.pages
    )
    for title, pages in (("001 long.txt", volume.pages[1:5]), ("002 note.txt", volume.pages[5:])):
        assert all(f"Dossier complet · {title}" in page for page in pages)


def test_proof_has_the_very_pages_that_were_issued(cast):
    file = stories.specified(cast)
    volume = Volume(file, cast.client_admin)

    [proof] = [event.proofs.get() for event in file.events.filter(name="send_to_dpo")]
    with proof.issued.file.content.open() as source:
        issued = pypdfium2.PdfDocument(source.read())
    start = volume.page_of("Cahier des charges") - 1
    assert words_of(issued) == volume.pages[start : start + len(issued)]


def test_volume_can_be_read_aloud_from_its_contents_to_the_text_of_the_last_picture(cast):
    file = stories.ruled(cast)
    say(
        file,
        cast.support,
        sample_files.pdf(),
        ("note.txt", b"Bref."),
        ("table.csv", b"Service;Nom\nAccueil;A"),
    )

    volume = Volume(file, cast.client_admin)

    assert broken_rules(volume.content, ACCESSIBLE) == []
    with pikepdf.open(io.BytesIO(volume.content)) as pdf:
        tags = list(pdf.objects)
        assert untold(pdf) == []
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        assert outline_of(pdf).count("/H1") == 3
        pictures = [
            str(tag.Alt) for tag in tags if isinstance(tag, pikepdf.Dictionary) and tag.get("/S") == "/Figure"
        ]
    assert [alt.startswith("Code QR") for alt in pictures] == [True, True, True, False]
    assert "Devis D-2026-017" in pictures[-1]


def test_certificate_stands_once_in_the_volume(cast):
    volume = Volume(stories.closed(cast), cast.client_admin)

    assert len([title for _level, title, _page in volume.bookmarks if "Procès-verbal" in title]) == 1


def test_what_has_no_pages_is_named_with_its_fingerprint_and_the_reason(cast):
    file = stories.sent(cast)
    say(file, cast.support, ("base.zip", archive()), ("casse.pdf", b"%PDF-1.7\nrien"))
    zipped, broken = (Attachment.objects.get(file__name=name).file for name in ("base.zip", "casse.pdf"))
    failed_preview(broken, "unreadable")

    volume = Volume(file, cast.client_admin)

    assert volume.bookmarks == []
    for stored, why in [
        (zipped, "aucune page n’est faite de ce type de fichier"),
        (broken, "Le fichier ne s’ouvre pas"),
    ]:
        assert (stored.sha256 in volume.words, stored.name in volume.words, why in volume.words) == (
            (True,) * 3
        )


@pytest.mark.parametrize("state", Scan.HELD)
def test_a_document_that_a_scan_holds_stays_out(cast, state):
    file = stories.sent(cast)
    say(file, cast.support, ("note.txt", b"Contenu dangereux"))
    held = Attachment.objects.get(file__name="note.txt").file
    Scan.objects.create(
        file=held, state=state, ended_at=None if state == Scan.State.WAITING else timezone.now()
    )

    volume = Volume(file, cast.client_admin)

    assert ("Contenu dangereux" in volume.words, held.sha256 in volume.words) == (False, True)


def test_client_reads_nothing_of_the_vendors_notes(cast):
    file = stories.sent(cast)
    say(file, cast.support, ("question.txt", b"Question ouverte"))
    say(file, cast.support, ("interne.txt", b"Entre nous"), is_note=True)

    client, vendor = Volume(file, cast.client_admin), Volume(file, cast.support)

    assert ("Entre nous" in vendor.words, "Question ouverte" in vendor.words) == (True, True)
    assert ("interne" in client.words, "Entre nous" in client.words) == (False, False)
    assert "Question ouverte" in client.words


def test_volume_speaks_its_readers_language_and_bears_a_code_that_is_answered_for(cast, client):
    file = stories.specified(cast)
    cast.client_admin.language = "en"
    cast.client_admin.save()

    volume = Volume(file, cast.client_admin)

    assert "Contents" in volume.pages[0]
    assert "Specification and quote" in volume.bookmarks[1][1]
    with pikepdf.open(io.BytesIO(volume.content)) as pdf:
        assert (pdf.Root.Lang, pdf.docinfo["/Title"]) == ("en", f"{file.number} – Whole file")
    answer = client.get(reverse("verification:code", args=[volume.issued.code]), follow=True)
    assert volume.issued.sha256 in answer.text


def test_text_on_the_picture_of_a_page_can_be_searched_and_wide_pages_lie(cast):
    file = stories.sent(cast)
    say(file, cast.support, ("plan.pdf", b"%PDF-1.7\nplan"))
    stored = Attachment.objects.get(file__name="plan.pdf").file
    tall = picture_page(text="Plan", lines=[[5, 5, 40, 10, "Élévation nord"]])
    ready_preview(stored, tall, picture_page() | {"width": 80, "height": 60})

    volume = Volume(file, cast.client_admin)

    start = volume.page_of("plan") - 1
    assert "Élévation nord" in volume.pages[start]
    with pikepdf.open(io.BytesIO(volume.content)) as pdf:
        boxes = [pdf.pages[at].mediabox for at in (start, start + 1)]
    assert [float(box[2]) > float(box[3]) for box in boxes] == [False, True]


def test_documents_beyond_what_anybody_reads_are_named_only(cast, monkeypatch):
    monkeypatch.setattr(volumes, "MAX_PAGES", 3)
    file = stories.sent(cast)
    say(file, cast.support, ("long.txt", b"Une ligne.\n" * 200), ("trop.txt", b"Deux.\n" * 81))

    volume = Volume(file, cast.client_admin)

    assert [title for level, title, _page in volume.bookmarks if level] == ["001 long.txt"]
    assert "trop de pages" in volume.words


def test_withdrawn_and_older_versions_follow_what_the_reader_is_shown(cast):
    file = stories.sent(cast)
    [kept], _refusals = documents.add_documents(
        fresh(file),
        actor=cast.support,
        section=Section.SPECIFICATION,
        uploads=[ContentFile(b"Pas encore envoye", name="brouillon.txt")],
    )

    assert kept.file.sha256 not in Volume(file, cast.client_admin).words
    assert "Pas encore envoye" in Volume(file, cast.support).words


def test_folder_and_volume_do_not_take_each_others_place(cast, client):
    file = stories.sent(cast)
    client.force_login(cast.client_admin)
    addresses = [reverse("requests:dossier", args=[file.number, form]) for form in ("zip", "pdf", "epub")]
    for form in Dossier.Form:
        dossiers.make(proofs.ask_for_dossier(file, actor=cast.client_admin, form=form).pk)

    answers = [client.get(address) for address in addresses]

    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert [answer.headers["Content-Type"] for answer in answers[:2]] == [
        "application/zip",
        "application/pdf",
    ]
    assert [b"".join(answer.streaming_content)[:4] for answer in answers[:2]] == [b"PK\x03\x04", b"%PDF"]
    client.force_login(cast.support)
    assert [client.get(address).status_code for address in addresses] == [404] * 3
