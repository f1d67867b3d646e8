"""A person's data in one folder: about them and by them, and nothing of anybody else."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import own_columns
from custody import writing
from custody.erasure import erase
from custody.exports import ask_for_export
from custody.models import PersonExport
from custody.portrait import OWN
from custody.tasks import sweep_exports
from documents.models import Scan, StoredFile
from planning.services import add_leave, renew_calendar_key
from requests_app.models import Attachment
from requests_app.models.proofs import KEPT_FOR
from requests_app.services import conversation
from requests_app.services.hours import enter_day
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory
from tests.factories.requests import Cast

pytestmark = pytest.mark.django_db

PAGE = "/profil/mes-donnees/"


def folder_of(person, actor=None):
    """The folder made for `person`, as {path: content}."""
    issued = writing.make(ask_for_export(person, actor=actor or person).pk)
    with issued.file.content.open() as source, zipfile.ZipFile(io.BytesIO(source.read())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def told_of(person):
    """What the folder says of `person`."""
    return json.loads(folder_of(person)["person.json"])


def test_folder_holds_the_account_leave_acts_words_and_documents():
    cast = Cast()
    file = stories.ruled(cast)
    upload = ContentFile(b"Contenu de la note\n", name="note.txt")
    conversation.post_message(
        file, actor=cast.support, text="Je regarde demain.", is_note=False, uploads=[upload]
    )
    add_leave(cast.support, first_day="2027-03-01", last_day="2027-03-05")
    key = renew_calendar_key(cast.support)
    MessageFactory(recipient=cast.support, address=cast.support.email, subject="De quelqu’un d’autre")

    folder = folder_of(cast.support)

    told = json.loads(folder["person.json"])
    assert (told["account"]["email"], told["account"]["roles"]) == (cast.support.email, ["support"])
    assert told["own"]["leave"] == [{"first_day": "2027-03-01", "last_day": "2027-03-05"}]
    assert [act["act"] for act in told["acts"]] == ["send_to_dpo", "add_document"]
    assert told["written"]["conversations"][0]["text"] == "Je regarde demain."
    assert told["written"]["specifications"][0]["content__solution"] == file.versions.get().solution
    assert [content for path, content in folder.items() if path.endswith("note.txt")] == [
        b"Contenu de la note\n"
    ]
    assert len(told["messages_received"]) == 1
    # Nothing that opens anything, and nobody else's words.
    text = folder["person.json"].decode()
    assert key.mark.hex not in text.replace("-", "")
    assert "De quelqu’un d’autre" not in text
    assert file.title not in text
    assert cast.client_admin.last_name not in text
    assert cast.dpo.last_name not in text


def test_folder_of_a_developer_holds_their_hours_and_what_was_corrected_of_them():
    cast = Cast()
    subtask = stories.split(stories.validated(cast), cast)
    for quarters in (6, 4):
        enter_day(subtask, actor=cast.developer, day=timezone.localdate(), hours=quarters, note="Tri")

    told = told_of(cast.developer)

    assert [(line["quarters"], line["note"]) for line in told["written"]["hours"]] == [(4, "Tri")]
    assert [(line["before"], line["after"]) for line in told["written"]["hours_corrected"]] == [(6, 4)]


def test_folder_of_a_clients_person_says_nothing_of_another_client_nor_of_the_vendor():
    cast, other = Cast(), Cast()
    stories.ruled(cast)
    theirs = stories.ruled(other)

    text = folder_of(cast.client_admin)["person.json"].decode()

    assert theirs.number not in text
    assert other.organisation.name not in text
    assert "Les mesures prévues suffisent." not in text


def test_every_own_row_is_said():
    # A table that a room adds, whose rows are a person's alone, has its line in `OWN`.
    assert {field.model for field in own_columns()} == set(OWN)


def test_document_that_a_scan_holds_is_named_and_not_handed_over():
    cast = Cast()
    file = stories.sent(cast)
    upload = ContentFile(b"Contenu retenu\n", name="retenu.txt")
    conversation.post_message(file, actor=cast.support, text="Voir.", is_note=True, uploads=[upload])
    Scan.objects.create(file=Attachment.objects.get(file__name="retenu.txt").file)

    folder = folder_of(cast.support)

    assert list(folder) == ["person.json"]
    assert [line["path"][-10:] for line in json.loads(folder["person.json"])["held"]] == ["retenu.txt"]


def test_one_press_then_the_folder_is_found_again(client):
    person = UserFactory(requester=True)
    client.force_login(person)
    assert PAGE in client.get(reverse("profile:edit")).text
    assert client.get(f"{PAGE}export/").status_code == 404

    client.post(PAGE)
    client.post(PAGE)
    assert "en préparation" in client.get(PAGE).text
    writing.make(PersonExport.objects.get().pk)

    assert f'href="{PAGE}export/"' in client.get(PAGE).text
    response = client.get(f"{PAGE}export/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content).startswith(b"PK")


def test_export_is_its_persons_alone_and_the_administrators(client):
    person, admin = UserFactory(support=True), UserFactory(portal_admin=True)
    folder_of(person)

    client.force_login(UserFactory(support=True))
    assert client.get(f"{PAGE}export/").status_code == 404
    assert client.get(reverse("custody:person_export", args=[person.pk])).status_code == 404
    client.force_login(admin)
    response = client.get(reverse("custody:person_export", args=[person.pk]))
    assert b"".join(response.streaming_content).startswith(b"PK")
    page = reverse("custody:person_data", args=[person.pk])
    assert client.post(page).status_code == 302
    assert PersonExport.objects.filter(person=person, asked_by=admin, issued=None).exists()


def test_a_new_export_takes_the_place_of_the_last_and_old_ones_go():
    person = UserFactory(support=True)
    folder_of(person)
    folder_of(person)
    assert StoredFile.objects.filter(name__endswith=".zip").count() == 1

    with time_machine.travel(timezone.now() + KEPT_FOR + timedelta(hours=1)):
        sweep_exports()

    assert not StoredFile.objects.exists()


def test_export_that_fails_is_tried_again(monkeypatch, client):
    person = UserFactory(support=True)
    export = ask_for_export(person, actor=person)
    with monkeypatch.context() as broken:
        broken.setattr(writing, "fill", lambda *args: 1 / 0)
        assert writing.make(export.pk) is None

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert writing.make(export.pk) is not None
        assert writing.make(export.pk) is None


def test_erasure_takes_the_export_along(client):
    person, admin = UserFactory(support=True), UserFactory(portal_admin=True)
    folder_of(person)

    erase(person, actor=admin)

    assert not PersonExport.objects.exists()
    assert not StoredFile.objects.exists()
    client.force_login(admin)
    assert client.get(reverse("custody:person_data", args=[person.pk])).status_code == 404
    assert reverse("custody:person_data", args=[person.pk]) not in (
        client.get(reverse("people:edit", args=[person.pk])).text
    )


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_for_any_number_of_exports(client, count, django_assert_num_queries):
    person = UserFactory(support=True)
    for _time in range(count):
        folder_of(person)
    client.force_login(User.objects.get(pk=person.pk))

    with django_assert_num_queries(4):
        client.get(PAGE)
