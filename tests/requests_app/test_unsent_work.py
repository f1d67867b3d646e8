"""Whatever is asked or posted, what is not sent yet stays its own side's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from requests_app.services import decision, requests, specification
from requests_app.services.conversation import post_message
from tests.factories.requests import Cast, fresh, sent, split, validated
from workflow.steps import Step

pytestmark = pytest.mark.django_db

UNSENT = "Le critère que personne n’a envoyé."
TABS = ("specification", "ruling", "decision", "development", "delivery", "history")
# What is posted to each tab, and the answer: at step 3 the specification alone is open, to somebody else.
FORGED = {
    "specification": ({"solution": "Autre chose"}, 403),
    "ruling": ({"verdict": "favourable"}, 409),
    "decision": ({"choice": "validate"}, 409),
    "development": ({"act": "split", "title": "Écrire l’export"}, 409),
    "delivery": ({"decision": "accept"}, 409),
}


def reopened(cast):
    """A file whose specification is open again, its criterion reworded and not sent; and its subtask."""
    file = validated(cast)
    subtask = split(file, cast, criteria=list(file.specification.criteria.all()))
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Un cas a été oublié.")
    [row] = file.specification.criteria.all()
    specification.save_specification(
        fresh(file),
        actor=cast.support,
        fields={"solution": "Autre chose."},
        criteria=[{"id": row.pk, "text": UNSENT}],
    )
    return fresh(file), subtask


@pytest.fixture
def cast(client):
    cast = Cast()
    client.force_login(cast.client_admin)
    return cast


@pytest.mark.parametrize("tab", TABS)
def test_no_tab_shows_the_client_a_criterion_reworded_and_not_sent(client, cast, tab):
    file, _subtask = reopened(cast)

    page = client.get(reverse(f"requests:{tab}", args=[file.number]))

    assert (page.status_code, UNSENT in page.content.decode()) == (200, False)


def test_a_subtask_shows_its_criteria_in_the_words_that_were_sent(client, cast):
    file, subtask = reopened(cast)
    address = reverse("requests:subtask", args=[file.number, subtask.position])

    before = client.get(address).content.decode()
    specification.send_specification(file, actor=cast.support, planned_date=file.deadline)
    after = client.get(address).content.decode()

    assert (UNSENT in before, UNSENT in after) == (False, True)


def test_a_file_that_ended_meanwhile_keeps_the_unsent_words_to_itself(client, cast):
    file, subtask = reopened(cast)
    requests.cancel(file, actor=cast.client_admin, category="too_late", reason="Trop tard.")

    page = client.get(reverse("requests:subtask", args=[file.number, subtask.position]))

    assert (fresh(file).step, UNSENT in page.content.decode()) == (Step.CANCELLED, False)


@pytest.mark.parametrize("tab", FORGED)
def test_a_forged_post_brings_the_client_nothing_of_a_specification_being_written(client, cast, tab):
    file = sent(cast)
    specification.save_specification(
        file, actor=cast.support, fields={"solution": "Autre chose."}, criteria=[{"text": UNSENT}]
    )

    posted, status = FORGED[tab]
    page = client.post(reverse(f"requests:{tab}", args=[file.number]), posted)

    assert (page.status_code, UNSENT in page.content.decode()) == (status, False)


def test_a_forged_edit_of_a_subtask_brings_the_client_nothing_of_a_specification_being_reworked(client, cast):
    file, subtask = reopened(cast)

    page = client.post(
        reverse("requests:subtask", args=[file.number, subtask.position]), {"act": "edit", "title": "Autre"}
    )

    assert (page.status_code, UNSENT in page.content.decode()) == (409, False)


def test_the_room_left_for_documents_says_nothing_of_the_vendors_own(client, cast, settings):
    settings.DOCUMENTS_MAX_PER_REQUEST = 1
    file = sent(cast)
    note = SimpleUploadedFile("note.txt", b"Entre nous.")
    post_message(file, actor=cast.support, text="Voir la note.", is_note=True, uploads=[note])

    address = reverse("requests:conversation", args=[file.number])
    order = SimpleUploadedFile("commande.txt", b"Notre commande.")
    page = client.post(address, {"message-text": "Voici.", "message-documents": order})

    assert page.status_code == 302
    assert fresh(file).attachments.count() == 2
