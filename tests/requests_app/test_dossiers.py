"""The whole file in one folder: what its reader may see, and nothing of the other side's own."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from documents.models import Issued, Scan, StoredFile
from requests_app import dossiers, making
from requests_app.models import Attachment, Dossier
from requests_app.models.proofs import KEPT_FOR
from requests_app.services import conversation, proofs
from tests.factories import requests as stories

pytestmark = pytest.mark.django_db

Form = Dossier.Form


@pytest.fixture
def file(cast):
    """A file at step 3 with a message to everybody and a note of the vendor's side, each with a document."""
    file = stories.sent(cast)
    for is_note, name in ((False, "question.txt"), (True, "interne.txt")):
        upload = ContentFile(f"Contenu de {name}\n".encode(), name=name)
        conversation.post_message(file, actor=cast.support, text="Voir.", is_note=is_note, uploads=[upload])
    return file


def made(file, reader, form):
    """The whole file made for `reader`, as it was issued."""
    return dossiers.make(proofs.ask_for_dossier(file, actor=reader, form=form).pk)


def folder_of(file, reader):
    """The folder made for `reader`, as {path: content}."""
    issued = made(file, reader, Form.FOLDER)
    with issued.file.content.open() as source, zipfile.ZipFile(io.BytesIO(source.read())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_folder_holds_proofs_documents_history_and_the_fingerprint_of_each(cast):
    file = stories.specified(cast)
    folder = folder_of(file, cast.client_admin)

    manifest = json.loads(folder["manifest.json"])
    assert manifest["number"] == file.number
    assert {line["path"]: line["sha256"] for line in manifest["files"]} == {
        path: hashlib.sha256(content).hexdigest()
        for path, content in folder.items()
        if not path.endswith(".json")
    }
    assert [path for path in folder if path.endswith(".pdf")] != []
    acts = [line["act"] for line in json.loads(folder["history.json"])]
    assert acts[:3] == ["create", "send_to_support", "send_to_dpo"]


def test_client_gets_nothing_of_the_vendors_notes(cast, file):
    client, vendor = folder_of(file, cast.client_admin), folder_of(file, cast.support)

    assert [name for name in vendor if "interne.txt" in name] != []
    assert [name for name in client if "question.txt" in name] != []
    assert not any("interne" in name or b"interne" in content for name, content in client.items())


def test_proofs_and_folder_are_sealed_at_rest_and_read_as_they_were_made(cast, settings):
    settings.DOCUMENTS_KEYS = ["0a" * 32]
    file = stories.specified(cast)

    folder = folder_of(file, cast.client_admin)

    made = list(StoredFile.objects.all())
    assert {one.media_type for one in made} == {"application/pdf", "application/zip"}
    assert all(one.content.storage.seal(one.content.name) for one in made)
    [proof] = [content for path, content in folder.items() if path.endswith(".pdf")]
    assert hashlib.sha256(proof).hexdigest() in {one.sha256 for one in made}


@pytest.mark.parametrize("state", Scan.HELD)
def test_a_document_that_a_scan_holds_is_named_and_not_handed_over(cast, file, state):
    held = Attachment.objects.get(file__name="question.txt").file
    ended = None if state == Scan.State.WAITING else timezone.now()
    Scan.objects.create(file=held, state=state, ended_at=ended)

    folder = folder_of(file, cast.client_admin)

    manifest = json.loads(folder["manifest.json"])
    assert not any(b"Contenu de question.txt" in content for content in folder.values())
    assert [line["sha256"] for line in manifest["held"]] == [held.sha256]
    assert held.sha256 not in [line["sha256"] for line in manifest["files"]]


def test_folder_is_its_readers_alone_and_the_last_one_stays(cast, file, client):
    address = reverse("requests:dossier", args=[file.number, "zip"])
    folder_of(file, cast.client_admin)
    folder_of(file, cast.client_admin)
    client.force_login(cast.support)
    assert client.get(address).status_code == 404

    client.force_login(cast.client_admin)
    response = client.get(address)

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content).startswith(b"PK")
    assert StoredFile.objects.filter(name__endswith=".zip").count() == 1


@pytest.mark.parametrize(
    ("form", "words"), [("zip", "dossier en préparation"), ("pdf", "PDF en préparation")]
)
def test_history_tab_says_that_it_is_being_made_then_offers_it(cast, file, client, form, words):
    address = reverse("requests:dossier", args=[file.number, form])
    tab = reverse("requests:history", args=[file.number])
    client.force_login(cast.client_admin)
    assert f'formaction="{address}"' in client.get(tab).text

    client.post(address)
    client.post(address)
    assert words in client.get(tab).text

    dossiers.make(Dossier.objects.get().pk)
    assert f'href="{address}"' in client.get(tab).text


def test_failure_is_noted_and_tried_again(cast, file, monkeypatch):
    dossier = proofs.ask_for_dossier(file, actor=cast.client_admin, form=Form.FOLDER)
    with monkeypatch.context() as broken:
        broken.setattr(dossiers, "as_json", lambda *args: 1 / 0)
        assert dossiers.make(dossier.pk) is None

    dossier.refresh_from_db()
    assert (dossier.error, dossier.is_waiting) == ("ZeroDivisionError", True)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert making.due(Dossier) == [dossier.pk]


def test_folder_goes_after_some_days_and_its_code_stays(cast, file):
    folder_of(file, cast.client_admin)

    dossiers.let_go_of_old()
    assert StoredFile.objects.filter(name__endswith=".zip").exists()
    with time_machine.travel(timezone.now() + KEPT_FOR + timedelta(hours=1)):
        dossiers.let_go_of_old()

    assert not StoredFile.objects.filter(name__endswith=".zip").exists()
    assert Issued.objects.filter(file=None).count() == 1
