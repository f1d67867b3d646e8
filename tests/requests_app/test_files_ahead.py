"""Files that the script sends ahead of the form that they go with: they go on after a failed network, and wait for it."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from documents.models import StoredFile, Upload, UploadPart
from documents.orphans import clean_uploads
from documents.services import store
from privacy.verdicts import Verdict
from requests_app.models import Attachment, Message, Section
from requests_app.services import documents
from requests_app.views.uploads import files_of
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from tests.requests_app.test_uploads import BODY, PART, begin, part, send

pytestmark = pytest.mark.django_db
DISGUISED = b"MZ\x90\x00" + bytes(16)


@pytest.fixture(autouse=True)
def small_parts(settings):
    settings.DOCUMENT_PART_BYTES = PART


def ahead(browser, file, section, body=BODY, *, field="message-documents", **options):
    """Send a whole file ahead of its form; the key that its box has."""
    begun = begin(browser, file, body, place=f"{section}/formulaire", **options).json()
    for start in range(begun["received"], len(body), PART):
        assert part(browser, begun["url"], body, start).status_code == 200
    answer = browser.post(f"{begun['url']}fin/", {"field": field})
    assert answer.status_code == 200, answer.text
    box = BeautifulSoup(answer.text, "html.parser").input
    assert (box["name"], box["type"], box.has_attr("checked")) == (f"{field}-sent", "checkbox", True)
    return box["value"]


def form_with(browser, url, field):
    """What the form with this field would send as its page stands, and where its script sends files."""
    page = BeautifulSoup(browser.get(url).text, "html.parser")
    widget = page.select_one(f'input[name="{field}"]')
    form = widget.find_parent("form")
    sent = {one["name"]: one.get("value", "") for one in form.select("input[name][type=hidden]")}
    sent |= {one["name"]: one.text.strip() for one in form.select("textarea")}
    for one in form.select("select"):
        chosen = one.select_one("option[selected]") or one.option
        sent[one["name"]] = chosen.get("value", "")
    return sent, widget["data-upload-url"]


def said_in_conversation(cast, is_note=False):
    file = stories.specified(cast)
    typed = {f"{'note' if is_note else 'message'}-text": "Voir la pièce jointe."}
    return file, cast.support, reverse("requests:conversation", args=[file.number]), typed


def decided(cast):
    file = stories.ruled(cast)
    return file, cast.client_admin, reverse("requests:decision", args=[file.number]), {"choice": "validate"}


def replaced(cast):
    file = stories.opened(cast)
    [attachment], _none = documents.add_documents(
        file,
        actor=cast.client_admin,
        section="request",
        uploads=[SimpleUploadedFile("avant.txt", b"Avant.\n")],
    )
    return file, cast.client_admin, reverse("requests:document", args=[file.number, attachment.file_id]), {}


def checked(cast):
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    stories.end(subtask, cast)
    url = reverse("requests:subtask", args=[file.number, subtask.position])
    return file, cast.tester, url, {"kind": "unit", "verdict": "passed"}


def found(cast):
    file = stories.validated(cast, Verdict.CONDITIONAL)
    return file, cast.dpo, reverse("requests:gdpr_sheet", args=[file.number]), {}


def handed_over(cast):
    file = stories.specified(cast)
    stories.give_ruling(
        file, cast, Verdict.CONDITIONAL, conditions=[{"text": "L’accès est journalisé.", "owner": "client"}]
    )
    stories.decision.validate(fresh(file), actor=cast.client_admin, version=1)
    url = reverse("requests:gdpr_sheet", args=[file.number])
    return file, cast.client_admin, url, {"words": "Journal activé."}


def answered(cast):
    file = stories.delivered(cast)
    url = reverse("requests:delivery", args=[file.number])
    return (
        file,
        cast.client_admin,
        url,
        {"keep": "1", "criterion_1": "refuse", "comment_1": "Il manque un nom."},
    )


FORMS = {
    "conversation": (said_in_conversation, "message-documents"),
    "notes": (lambda cast: said_in_conversation(cast, is_note=True), "note-documents"),
    "decision": (decided, "documents"),
    "request": (replaced, "document"),
    "evidence": (checked, "documents"),
    "sheet": (found, None),
    "handed_over": (handed_over, "documents"),
    "acceptance": (answered, "documents_1"),
}


@pytest.mark.parametrize("section", FORMS)
def test_each_form_takes_along_what_was_sent_ahead_of_it(
    client, cast, section, keys_in_storage, django_capture_on_commit_callbacks
):
    scene, field = FORMS[section]
    file, person, url, typed = scene(cast)
    client.force_login(person)
    if field is None:  # each line of the sheet has its own
        page = BeautifulSoup(client.get(url).text, "html.parser")
        field = page.select_one("form input[type=file]")["name"]
        key = field.removesuffix("-documents")
        typed = {f"{key}-conformity": "conforming", f"{key}-comment": "Vu."}
    sent, where = form_with(client, url, field)
    assert where == f"/demandes/{file.number}/envois/{section}/formulaire/"

    with django_capture_on_commit_callbacks(execute=True):
        key = ahead(client, file, section, field=field)
        response = client.post(url, {**sent, **typed, f"{field}-sent": key})

    assert response.status_code == 302, response.text
    document = Attachment.objects.order_by("pk").last()
    with document.file.content.open() as content:
        assert (document.section, document.file.name, content.read()) == (section, "note.txt", BODY)
    assert document.added_by == person
    assert UploadPart.objects.count() == 0
    assert Upload.objects.get().stored == document.file
    assert keys_in_storage() >= 1


@pytest.fixture
def keys_in_storage():
    """How many files the storage holds for rows that point at them."""
    return lambda: sum(one.content.storage.exists(one.content.name) for one in StoredFile.objects.all())


@pytest.fixture
def talk(client, cast):
    """A file at step 4, and what support's browser posts to its conversation."""
    file, person, url, typed = said_in_conversation(cast)
    client.force_login(person)
    sent, _where = form_with(client, url, "message-documents")

    def post(keys=(), **changes):
        return client.post(url, {**sent, **typed, "message-documents-sent": list(keys), **changes})

    post.file, post.url = file, url
    return post


def boxes(response):
    """The files that the form, shown again, names again: the key and whether its box is ticked."""
    page = BeautifulSoup(response.text, "html.parser")
    return [(box["value"], box.has_attr("checked")) for box in page.select("input[name$='-sent']")]


def test_what_has_arrived_ahead_is_not_sent_again_after_the_network_failed(client, talk):
    first = begin(client, talk.file, place="conversation/formulaire").json()
    part(client, first["url"], BODY, 0)

    again = begin(client, talk.file, place="conversation/formulaire").json()

    assert (again["url"], again["received"]) == (first["url"], PART)


def test_a_box_that_is_not_ticked_any_more_leaves_its_file_out(client, talk):
    ahead(client, talk.file, "conversation")
    kept = ahead(client, talk.file, "conversation", b"Deux.\n", name="deux.txt")

    assert talk([kept]).status_code == 302

    assert [one.file.name for one in Attachment.objects.all()] == ["deux.txt"]


def test_a_file_is_put_together_once_however_often_it_is_named_and_closed_with_the_request(
    client, talk, cast, rf
):
    key = ahead(client, talk.file, "conversation")
    request = rf.post(talk.url, {"a-sent": [key, key], **{f"b{rank}-sent": key for rank in range(50)}})
    request.user = cast.support

    files = files_of(request, talk.file, Section.CONVERSATION)

    [together] = [one for name in files for one in files.getlist(name)]
    assert together.read() == BODY
    request.close()
    assert together.closed


def test_files_sent_ahead_and_with_the_form_are_taken_together(client, talk):
    key = ahead(client, talk.file, "conversation")

    talk([key], **{"message-documents": SimpleUploadedFile("avec.txt", b"Avec.\n")})

    assert sorted(one.file.name for one in Message.objects.get().attachments.all()) == [
        "avec.txt",
        "note.txt",
    ]


def test_a_form_that_is_refused_keeps_its_files_and_its_text(client, talk):
    key = ahead(client, talk.file, "conversation")

    wordless = talk([key], **{"message-text": " "})
    beside_a_bad_one = talk([key], **{"message-documents": SimpleUploadedFile("photo.png", DISGUISED)})

    for refused in (wordless, beside_a_bad_one):
        assert (refused.status_code, boxes(refused)) == (422, [(key, True)])
    assert "Voir la pièce jointe." in beside_a_bad_one.text
    assert "photo.png" in beside_a_bad_one.text
    assert "Rien n’a été publié" not in beside_a_bad_one.text
    assert (Message.objects.count(), UploadPart.objects.count()) == (0, 4)
    assert talk([key]).status_code == 302
    assert Message.objects.get().attachments.get().file.name == "note.txt"


def test_a_file_that_is_not_taken_in_is_told_before_the_form_is_sent(client, talk):
    answer = send(client, talk.file, DISGUISED, name="photo.png", place="conversation/formulaire")

    assert (answer.status_code, "photo.png" in answer.json()["errors"][0]) == (422, True)
    assert (Upload.objects.count(), UploadPart.objects.count()) == (0, 0)


def test_the_same_form_posted_twice_says_it_once_and_nothing_wrong(client, talk):
    key = ahead(client, talk.file, "conversation")

    answers = [talk([key]), talk([key])]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (Message.objects.count(), Attachment.objects.count()) == (1, 1)


def test_a_file_that_waited_for_more_than_a_day_is_gone_and_said_to_be(
    client, talk, django_capture_on_commit_callbacks
):
    key = ahead(client, talk.file, "conversation")
    content = UploadPart.objects.first().content
    with (
        time_machine.travel(timezone.now() + timedelta(hours=25), tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert clean_uploads() == 1

    refused = talk([key])

    assert not content.storage.exists(content.name)
    assert (refused.status_code, Message.objects.count(), boxes(refused)) == (422, 0, [])
    assert "n’est plus conservé" in refused.text


@pytest.mark.parametrize("key", ["", "rien", "00000000-0000-0000-0000-000000000000", "1' or 1=1"])
def test_a_key_that_was_made_up_takes_nothing(talk, key):
    assert (talk([key]).status_code, Message.objects.count()) == (422, 0)


def test_nobody_takes_what_another_sent_nor_what_was_sent_to_another_place(client, talk, cast):
    own = stories.opened(cast)
    client.force_login(cast.client_admin)
    elsewhere = begin(client, own, place="conversation/formulaire").json()
    theirs = ahead(client, talk.file, "conversation")
    there = ahead(client, own, "conversation", b"Ailleurs.\n", name="ailleurs.txt")
    assert elsewhere["received"] == 0
    client.force_login(cast.support)
    note = ahead(client, talk.file, "notes", field="note-documents")

    for key in (theirs, there, note):
        assert talk([key]).status_code == 422
    assert not Message.objects.exists()


def test_half_a_file_is_not_taken_for_a_whole_one(client, talk):
    begun = begin(client, talk.file, place="conversation/formulaire").json()
    part(client, begun["url"], BODY, 0)
    key = begun["url"].rstrip("/").rpartition("/")[2]

    assert client.post(f"{begun['url']}fin/").status_code == 409
    assert talk([key]).status_code == 422


def test_a_client_finds_no_place_for_notes_and_a_stranger_none_at_all(client, talk, cast):
    client.force_login(cast.client_admin)
    assert begin(client, talk.file, place="notes/formulaire").status_code == 404
    for person in (Cast().client_admin, cast.requester):
        client.force_login(person)
        assert begin(client, talk.file, place="conversation/formulaire").status_code == 404
    client.logout()
    assert begin(client, talk.file, place="conversation/formulaire").status_code == 302


def test_whose_turn_it_is_not_sends_nothing_ahead(client, cast):
    file = stories.specified(cast)
    client.force_login(cast.client_admin)

    answer = begin(client, file, place="decision/formulaire")

    assert (answer.status_code, bool(answer.json()["errors"])) == (409, True)


def test_room_is_asked_before_a_byte_is_sent(client, talk, settings):
    settings.DOCUMENTS_MAX_BYTES_PER_REQUEST = 40
    ahead(client, talk.file, "conversation")

    refused = begin(client, talk.file, place="conversation/formulaire", name="autre.txt")

    assert (refused.status_code, "autre.txt" in refused.json()["errors"][0]) == (422, True)


def test_storing_a_file_that_arrived_is_undone_with_its_act(talk, client, cast, monkeypatch):
    key = ahead(client, talk.file, "conversation")
    monkeypatch.setattr("requests_app.services.documents.engine.record", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        talk([key])
    monkeypatch.undo()

    assert (StoredFile.objects.count(), UploadPart.objects.count()) == (0, 4)
    assert store(SimpleUploadedFile("a.txt", b"a\n"), actor=cast.support)
    assert talk([key]).status_code == 302
