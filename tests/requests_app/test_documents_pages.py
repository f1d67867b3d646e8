"""The documents of a file: added, read, withdrawn, and never shown to whoever may not know of them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import strip_tags

from requests_app.models import Attachment, Section
from requests_app.papers import documents_then
from requests_app.services import conversation, documents, requests
from requests_app.versions import content_of
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def upload(name="note.txt", body=b"Une note.\n"):
    return SimpleUploadedFile(name, body)


def add(file, person, section=Section.REQUEST, *uploads):
    """Add documents by the service; returns the first."""
    added, _refusals = documents.add_documents(
        fresh(file), actor=person, section=section, uploads=uploads or [upload()]
    )
    return Attachment.objects.get(pk=added[0].pk)


def tab(file, name="documents"):
    return f"/demandes/{file.number}/{name}/"


def names(file):
    return [one.file.name for one in file.attachments.select_related("file").order_by("pk")]


def test_several_documents_are_added_at_once(client):
    cast = Cast()
    file = stories.opened(cast)
    client.force_login(cast.client_admin)

    response = client.post(
        tab(file), {"request-documents": [upload("écran.png", PNG), upload("besoin.pdf", PDF), upload()]}
    )

    assert (response.status_code, response.url) == (302, tab(file))
    assert names(file) == ["écran.png", "besoin.pdf", "note.txt"]


def test_the_place_to_add_comes_before_the_documents_that_are_there(client):
    cast = Cast()
    file = stories.opened(cast)
    add(file, cast.client_admin, Section.REQUEST, *(upload(f"annexe-{number}.txt") for number in range(5)))
    client.force_login(cast.client_admin)

    text = client.get(tab(file)).text

    assert text.index('name="request-documents"') < text.index("annexe-0.txt")


def test_documents_are_not_said_to_be_required_where_nobody_has_to_add_any(client):
    cast = Cast()
    file = stories.delivered(cast)
    client.force_login(cast.client_admin)

    text = client.get(tab(file, "livraison")).text

    label = re.search(r'<label[^>]*for="id_acceptance-documents"[^>]*>(.*?)</label>', text, re.DOTALL)
    assert strip_tags(label[1]).strip() == "Ajouter des pièces jointes"


@pytest.mark.parametrize(
    "bad",
    [
        upload("vide.pdf", b""),
        upload("photo.png", b"MZ\x90\x00 un programme"),
        upload("gros.txt", b"x" * 2000),
    ],
    ids=["empty", "disguised", "too large"],
)
def test_a_bad_file_is_named_next_to_the_field_and_does_not_lose_the_others(client, settings, bad):
    settings.DOCUMENT_MAX_BYTES = 1000
    cast = Cast()
    file = stories.opened(cast)
    client.force_login(cast.client_admin)

    response = client.post(tab(file), {"request-documents": [upload("bon.txt"), bad]})

    assert response.status_code == 422
    [form] = response.context["forms"]
    assert len(form.errors["documents"]) == 1
    assert bad.name in form.errors["documents"][0]
    assert names(file) == ["bon.txt"]
    assert [one.name for one in response.context["parts"][0]["documents"]] == ["bon.txt"]


def test_adding_nothing_says_so(client):
    cast = Cast()
    file = stories.opened(cast)
    client.force_login(cast.client_admin)

    response = client.post(tab(file), {"section": "request"})

    assert response.status_code == 422
    assert list(response.context["forms"][0].errors) == ["documents"]


def test_one_file_too_many_is_refused_and_what_there_is_room_for_is_kept(client, settings):
    settings.DOCUMENTS_MAX_PER_REQUEST = 2
    cast = Cast()
    file = stories.opened(cast)
    add(file, cast.client_admin)
    client.force_login(cast.client_admin)

    response = client.post(tab(file), {"request-documents": [upload("deux.txt"), upload("trois.txt")]})

    assert response.status_code == 422
    assert names(file) == ["note.txt", "deux.txt"]
    assert "trois.txt" in response.context["forms"][0].errors["documents"][0]


@pytest.mark.parametrize("limit", ["DOCUMENTS_MAX_BYTES_PER_REQUEST", "DOCUMENTS_QUOTA_BYTES"])
def test_what_weighs_too_much_is_named_next_to_the_field_and_the_rest_is_kept(client, settings, limit):
    cast = Cast()
    file = stories.opened(cast)
    add(file, cast.client_admin, Section.REQUEST, upload("un.txt", b"x" * 600))
    setattr(settings, limit, 1000)
    client.force_login(cast.client_admin)

    response = client.post(
        tab(file), {"request-documents": [upload("deux.txt", b"x" * 600), upload("trois.txt", b"x" * 400)]}
    )

    assert response.status_code == 422
    assert names(file) == ["un.txt", "trois.txt"]
    [error] = response.context["forms"][0].errors["documents"]
    assert "deux.txt" in error


def test_hidden_marks_and_paths_leave_a_name_and_its_quotes_stay(client):
    cast = Cast()
    file = stories.opened(cast)
    client.force_login(cast.client_admin)

    client.post(tab(file), {"request-documents": [upload("l’« état » \u202ecivil\x00.txt")]})

    assert names(file) == ["l’« état » civil.txt"]
    assert client.get(tab(file)).status_code == 200


def test_same_content_twice_on_one_request_is_said_and_never_that_of_another(client):
    cast, other = Cast(), Cast()
    file = stories.opened(cast)
    add(stories.opened(other), other.client_admin, Section.REQUEST, upload("ailleurs.txt"))
    client.force_login(cast.client_admin)

    client.post(tab(file), {"request-documents": upload("un.txt")})
    client.post(tab(file), {"request-documents": upload("deux.txt")})

    first, second = client.get(tab(file)).context["parts"][0]["documents"]
    assert (first.note, second.note) == (
        "pas encore envoyée",
        "pas encore envoyée · même contenu que « un.txt »",
    )


@pytest.mark.parametrize("section", ["specification", "quote"])
def test_support_adds_to_the_specification_or_to_the_quote(client, section):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.support)

    client.post(tab(file, "documents-cdc"), {f"{section}-documents": upload("devis.txt")})

    assert [one.section for one in file.attachments.all()] == [section]


def test_a_forged_post_adds_nothing_where_it_is_not_ones_turn(client):
    cast = Cast()
    sent = stories.sent(cast)
    for person, name, field in [
        (cast.client_admin, "documents", "request-documents"),
        (cast.client_admin, "documents-cdc", "quote-documents"),
        (cast.dpo, "documents-cdc", "specification-documents"),
        (cast.support, "documents", "request-documents"),
    ]:
        client.force_login(person)
        response = client.post(tab(sent, name), {field: upload()})
        assert response.status_code in (403, 409)
    assert not sent.attachments.exists()


def test_a_document_not_sent_yet_says_so_and_the_vendor_reaches_it_by_no_address(client):
    cast = Cast()
    file = stories.sent(cast)
    requests.return_to_client(file, actor=cast.support, reason="Précisez.")
    document = add(file, cast.client_admin, Section.REQUEST, upload("ecran.png", PNG))

    client.force_login(cast.client_admin)
    [row] = client.get(tab(file)).context["parts"][0]["documents"]
    assert row.note

    for person in (cast.support, cast.dpo, cast.lead):
        client.force_login(person)
        assert_unreachable(client, file, document)
        assert "ecran.png" not in client.get(tab(file)).text


def test_vendor_documents_not_sent_and_notes_are_reached_by_no_address_of_a_client(client):
    cast = Cast()
    file = stories.sent(cast)
    unsent = add(file, cast.support, Section.QUOTE, upload("devis.pdf", PDF))
    note, _refusals = conversation.post_message(
        fresh(file), actor=cast.support, text="Entre nous", is_note=True, uploads=[upload("interne.txt")]
    )
    client.force_login(cast.client_admin)

    for document in (unsent, note.attachments.get()):
        assert_unreachable(client, file, document)


def test_another_client_reaches_nothing_even_through_a_file_of_their_own(client):
    cast, other = Cast(), Cast()
    file, own = stories.sent(cast), stories.sent(other)
    document = add(file, cast.support, Section.CONVERSATION)
    client.force_login(other.client_admin)

    assert_unreachable(client, file, document)
    assert_unreachable(client, own, document)


def assert_unreachable(client, file, document):
    """Nothing at any address of `document`, and it stays where it is."""
    address = f"/demandes/{file.number}/documents/{document.file_id}/"
    for end in ("", "pages/1/", "vignettes/1/", "contenu/", "telecharger/"):
        assert client.get(address + end).status_code == 404
    assert client.post(f"{address}retirer/").status_code == 404
    document.refresh_from_db()
    assert document.withdrawn_at is None


def test_a_document_is_withdrawn_while_its_tab_is_open_and_no_longer_after(client):
    cast = Cast()
    file = stories.opened(cast)
    kept, gone = add(file, cast.client_admin), add(file, cast.client_admin)
    client.force_login(cast.client_admin)

    client.post(f"/demandes/{file.number}/documents/{gone.file_id}/retirer/")
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    client.post(f"/demandes/{file.number}/documents/{kept.file_id}/retirer/")

    assert list(file.attachments.kept()) == [kept]
    client.force_login(cast.support)
    assert client.get(f"/demandes/{file.number}/documents/{kept.file_id}/").status_code == 200
    assert client.get(f"/demandes/{file.number}/documents/{gone.file_id}/").status_code == 404


def test_what_was_sent_stays_readable_for_the_vendor_until_the_next_sending(client):
    cast = Cast()
    file = stories.opened(cast)
    document = add(file, cast.client_admin)
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    requests.return_to_client(fresh(file), actor=cast.support, reason="Précisez.")
    documents.withdraw_document(document, actor=cast.client_admin)
    address = f"/demandes/{file.number}/documents/{document.file_id}/"

    client.force_login(cast.client_admin)
    [row] = client.get(tab(file)).context["parts"][0]["documents"]
    assert (bool(row.withdrawn), row.withdraw_url) == (True, "")
    client.force_login(cast.support)
    assert client.get(address).status_code == 200

    requests.send_to_support(fresh(file), actor=cast.client_admin)
    assert client.get(address).status_code == 404


def test_a_link_withdraws_nothing(client):
    cast = Cast()
    file = stories.opened(cast)
    document = add(file, cast.client_admin)
    client.force_login(cast.client_admin)

    assert client.get(f"/demandes/{file.number}/documents/{document.file_id}/retirer/").status_code == 405
    document.refresh_from_db()
    assert document.withdrawn_at is None


@pytest.mark.parametrize(("name", "queries"), [("documents", 6), ("documents-cdc", 7)])
def test_a_tab_of_documents_asks_the_database_the_same_for_one_and_for_three(
    client, django_assert_num_queries, name, queries
):
    cast = Cast()
    file = stories.sent(cast)
    add(file, cast.support, Section.QUOTE)
    client.force_login(cast.support)
    client.get(tab(file, name))

    with django_assert_num_queries(queries):
        client.get(tab(file, name))
    add(file, cast.support, Section.QUOTE)
    add(file, cast.support, Section.SPECIFICATION)
    with django_assert_num_queries(queries):
        client.get(tab(file, name))


def replace(client, file, document, name, body):
    """Post a newer version of a document from its page."""
    address = f"/demandes/{file.number}/documents/{document.file_id}/"
    return client.post(address, {"document": upload(name, body)})


def rows(client, file, name="documents"):
    """The names of the documents on a tab."""
    return [one.name for part in client.get(tab(file, name)).context["parts"] for one in part["documents"]]


def test_a_newer_version_takes_a_documents_place_and_the_older_one_stays_reachable(client):
    cast = Cast()
    file = stories.opened(cast)
    first = add(file, cast.client_admin, Section.REQUEST, upload("besoin.txt", b"Un."))
    client.force_login(cast.client_admin)

    response = replace(client, file, first, "besoin-2.txt", b"Deux.")

    second = Attachment.objects.get(replaces=first)
    assert (response.status_code, response.url) == (302, f"{tab(file)}{second.file_id}/")
    assert rows(client, file) == ["besoin-2.txt"]
    page = client.get(response.url)
    assert [one.file.name for one in page.context["versions"]] == ["besoin.txt", "besoin-2.txt"]
    older = client.get(f"{tab(file)}{first.file_id}/")
    assert (older.context["newer"], older.context["form"]) == (second, None)
    assert file.events.last().data["former"] == "besoin.txt"
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    assert [one.name for one in fresh(file).files_to_send()] == ["besoin-2.txt"]


def test_the_other_side_reads_the_older_version_until_the_newer_one_is_sent(client):
    cast = Cast()
    file = stories.opened(cast)
    first = add(file, cast.client_admin, Section.REQUEST, upload("besoin.txt", b"Un."))
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    requests.return_to_client(fresh(file), actor=cast.support, reason="Précisez.")
    documents.replace_document(first, actor=cast.client_admin, upload=upload("besoin-2.txt", b"Deux."))
    client.force_login(cast.support)
    address = f"{tab(file)}{first.file_id}/"

    assert (rows(client, file), client.get(address).context["newer"]) == (["besoin.txt"], None)

    requests.send_to_support(fresh(file), actor=cast.client_admin)
    assert rows(client, file) == ["besoin-2.txt"]
    assert client.get(address).context["newer"].file.name == "besoin-2.txt"


def test_a_newer_version_that_is_withdrawn_gives_its_place_back(client):
    cast = Cast()
    file = stories.opened(cast)
    first = add(file, cast.client_admin, Section.REQUEST, upload("un.txt", b"Un."))
    second = documents.replace_document(first, actor=cast.client_admin, upload=upload("deux.txt", b"Deux."))
    documents.withdraw_document(second, actor=cast.client_admin)
    client.force_login(cast.client_admin)
    assert rows(client, file) == ["un.txt"]

    replace(client, file, first, "trois.txt", b"Trois.")

    assert rows(client, file) == ["trois.txt"]


def test_a_version_counts_once_in_what_is_ruled_on():
    cast = Cast()
    file = stories.sent(cast)
    first = add(file, cast.support, Section.SPECIFICATION, upload("cdc.txt", b"Un."))
    documents.replace_document(first, actor=cast.support, upload=upload("cdc-2.txt", b"Deux."))

    assert [one["name"] for one in content_of(fresh(file))["documents"]] == ["cdc-2.txt"]


@pytest.mark.parametrize("who", ["client_admin", "support"], ids=["sent already", "other side"])
def test_only_its_side_replaces_a_document_while_its_tab_is_open(client, who):
    cast = Cast()
    file = stories.opened(cast)
    first = add(file, cast.client_admin)
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    client.force_login(getattr(cast, who))

    response = replace(client, file, first, "faux.txt", b"Faux.")

    assert response.status_code == 409
    assert names(file) == ["note.txt"]
    assert client.get(f"{tab(file)}{first.file_id}/").context["form"] is None


def test_a_newer_version_that_is_refused_says_why_and_changes_nothing(client):
    cast = Cast()
    file = stories.opened(cast)
    first = add(file, cast.client_admin)
    client.force_login(cast.client_admin)

    refused = replace(client, file, first, "vide.txt", b"")
    nothing = client.post(f"{tab(file)}{first.file_id}/")

    assert (refused.status_code, nothing.status_code) == (422, 422)
    assert "vide.txt" in refused.context["form"].errors["document"][0]
    assert names(file) == ["note.txt"]


def test_a_proof_names_the_version_that_stood_when_its_event_happened():
    cast = Cast()
    file = stories.opened(cast)
    first = add(file, cast.client_admin, Section.REQUEST, upload("un.txt", b"Un."))
    second = documents.replace_document(first, actor=cast.client_admin, upload=upload("deux.txt", b"Deux."))
    sent = requests.send_to_support(fresh(file), actor=cast.client_admin)
    requests.return_to_client(fresh(file), actor=cast.support, reason="Précisez.")
    documents.withdraw_document(Attachment.objects.get(pk=second.pk), actor=cast.client_admin)
    again = requests.send_to_support(fresh(file), actor=cast.client_admin)

    assert [[one["name"] for one in documents_then(event, Section.REQUEST)] for event in (sent, again)] == [
        ["deux.txt"],
        ["un.txt"],
    ]
