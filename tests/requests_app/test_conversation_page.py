"""What is said on a file, and what is said among the vendor's side."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.models import Message, Section
from requests_app.services import conversation
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def upload(name="note.txt", body=b"Une note.\n"):
    return SimpleUploadedFile(name, body)


def tab(file):
    return f"/demandes/{file.number}/conversation/"


def said(text, kind="message", *uploads, **changes):
    return {
        "kind": kind,
        f"{kind}-text": text,
        f"{kind}-documents": list(uploads),
        f"{kind}-key": str(uuid.uuid4()),
        **changes,
    }


def test_a_message_with_its_documents_reaches_everybody_on_the_file(client):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.client_admin)

    response = client.post(tab(file), said("Quand pensez-vous chiffrer ?", "message", upload()))

    assert (response.status_code, response.url) == (302, tab(file))
    assert file.attachments.get().section == Section.CONVERSATION
    for person in (cast.client_auditor, cast.support, cast.dpo):
        client.force_login(person)
        page = client.get(tab(file)).text
        assert "Quand pensez-vous chiffrer" in page
        assert "note.txt" in page


def test_a_note_is_for_the_vendor_s_side_and_a_client_s_page_holds_no_trace_of_it(client):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.client_admin)
    before = client.get(tab(file)).context["page"].file.message_count

    client.force_login(cast.support)
    client.post(tab(file), said("Déjà refusé ailleurs", "note", upload("interne.txt")))
    client.force_login(cast.dpo)
    assert "Déjà refusé ailleurs" in client.get(tab(file)).text

    client.force_login(cast.client_admin)
    for page in ("conversation", "historique", "demande", "documents-cdc"):
        response = client.get(f"/demandes/{file.number}/{page}/")
        assert "Déjà refusé" not in response.text
        assert "interne.txt" not in response.text
        assert "notes-box" not in response.text
        assert response.context["page"].file.message_count == before


def test_a_client_s_forged_note_is_refused(client):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.client_admin)

    response = client.post(tab(file), said("Faux", "note", upload()))

    assert response.status_code == 403
    assert "notes-box" not in response.text
    assert not Message.objects.exists()
    assert not file.attachments.exists()


def test_the_text_is_kept_when_a_document_is_refused_and_nothing_is_posted(client):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.client_admin)

    response = client.post(
        tab(file), said("Gardez ce texte", "message", upload("vide.txt", b""), upload("bon.txt"))
    )

    assert response.status_code == 422
    assert response.context["message_form"]["text"].value() == "Gardez ce texte"
    assert "vide.txt" in response.context["message_form"].errors["documents"][0]
    assert not Message.objects.exists()
    assert not file.attachments.exists()


@pytest.mark.parametrize(
    "text", ["", "  \n ", "\x00", "x" * 1_000_000], ids=["empty", "blank", "nul", "1 MB"]
)
def test_an_empty_or_endless_message_is_refused_next_to_its_field(client, text):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.support)

    response = client.post(tab(file), said(text))

    assert response.status_code == 422
    assert list(response.context["message_form"].errors) == ["text"]
    assert not response.context["note_form"].is_bound


@pytest.mark.parametrize("kind", ["message", "note"])
def test_a_double_click_says_it_once(client, kind):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.support)
    key = str(uuid.uuid4())

    for _press in range(2):
        assert (
            client.post(tab(file), said("Une fois", kind, upload(), **{f"{kind}-key": key})).status_code
            == 302
        )

    assert (Message.objects.count(), file.attachments.count()) == (1, 1)


def test_markup_in_a_message_stays_letters(client):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.client_admin)

    client.post(tab(file), said("<img src=x onerror=alert(1)> **gras**"))
    page = client.get(tab(file)).text

    assert "<img src=x" not in page
    assert "<strong>gras</strong>" in page


@pytest.mark.parametrize("step", [Step.CLOSED, Step.DECLINED, Step.CANCELLED], ids=str)
def test_one_may_still_talk_when_the_file_is_over(client, step):
    file, cast = stories.file_at(step)
    client.force_login(cast.client_admin)

    assert client.post(tab(file), said("Merci")).status_code == 302


def test_the_last_message_comes_first_and_the_others_are_a_page_away(client):
    cast = Cast()
    file = stories.sent(cast)
    for number in range(31):
        conversation.post_message(fresh(file), actor=cast.support, text=f"Message {number}.")
    client.force_login(cast.client_admin)

    first, second = client.get(tab(file)), client.get(f"{tab(file)}?page=2")

    assert first.context["messages_page"].object_list[0]["message"].text == "Message 30."
    assert [line["message"].text for line in second.context["messages_page"]] == ["Message 0."]


def test_only_its_author_withdraws_a_document_of_a_message(client):
    cast = Cast()
    file = stories.sent(cast)
    message, _refusals = conversation.post_message(
        fresh(file), actor=cast.client_admin, text="Voici", uploads=[upload()]
    )
    document = message.attachments.get()
    address = f"/demandes/{file.number}/documents/{document.file_id}/retirer/"

    client.force_login(cast.client_auditor)
    client.post(address)
    document.refresh_from_db()
    assert document.withdrawn_at is None
    client.force_login(cast.client_admin)
    client.post(address)
    document.refresh_from_db()
    assert document.withdrawn_by == cast.client_admin


def test_the_conversation_asks_the_database_the_same_for_one_and_for_three(client, django_assert_num_queries):
    cast = Cast()
    file = stories.sent(cast)

    def talk():
        for is_note in (False, True):
            conversation.post_message(
                fresh(file), actor=cast.support, text="Bonjour", is_note=is_note, uploads=[upload()]
            )

    talk()
    client.force_login(cast.support)
    client.get(tab(file))
    with django_assert_num_queries(10):
        client.get(tab(file))
    talk()
    talk()
    with django_assert_num_queries(10):
        client.get(tab(file))
