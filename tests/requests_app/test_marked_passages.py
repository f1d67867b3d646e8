"""Support marks the passages of its specification that concern personal data; the DPO sees them, the hashes do not."""

import pytest

from notifications.models import OutgoingMessage
from requests_app.services import decision
from tests.factories import requests as stories
from tests.factories.requests import fresh
from workflow.steps import Step

pytestmark = pytest.mark.django_db

MARKED = "Un export avec ==le nom et l’âge== de chaque agent, et ==son matricule==."
PLAIN = "Un export avec le nom et l’âge de chaque agent, et son matricule."


@pytest.fixture
def file(cast):
    file = stories.sent(cast)
    stories.specify(file, cast, solution=MARKED)
    return fresh(file)


def tab(client, file, person, name):
    client.force_login(person)
    return client.get(f"/demandes/{file.number}/{name}/").text


def test_dpo_sees_the_passages_with_their_number_and_in_their_place(client, cast, file):
    page = tab(client, file, cast.dpo, "avis-dpo")

    assert "<mark>le nom et l’âge</mark> de chaque agent" in page
    assert page.count("<mark>son matricule</mark>") == 2
    assert "Passages que le support a marqués" in page
    assert "==" not in page


def test_version_keeps_the_marks_beside_its_words(cast, file):
    version = file.versions.get()

    assert (version.solution, version.marked_solution) == (PLAIN, MARKED)
    assert version.marked_passages == ["le nom et l’âge", "son matricule"]


def test_support_goes_on_from_its_marks(client, cast, file):
    decision_tab = tab(client, file, cast.support, "cahier-des-charges")
    assert "<mark>son matricule</mark>" in decision_tab

    stories.ruling.return_to_support(file, actor=cast.dpo, reason="Quelles données ?")

    assert MARKED in tab(client, file, cast.support, "cahier-des-charges")


@pytest.mark.parametrize("solution", [PLAIN, PLAIN.replace("chaque agent", "==chaque agent==")])
def test_ruling_holds_when_the_marks_alone_change(cast, file, solution):
    stories.give_ruling(file, cast)
    decision.request_change(fresh(file), actor=cast.client_admin, reason="Le prix.")

    stories.specify(fresh(file), cast, solution=solution)

    first, second = file.versions.all()
    assert fresh(file).step == Step.DECISION
    assert (first.content_sha256, first.whole_sha256) == (second.content_sha256, second.whole_sha256)
    assert second.marked_passages == (["chaque agent"] if "==" in solution else [])


def test_messages_say_the_words_without_the_signs(cast, file):
    written = OutgoingMessage.objects.filter(kind__startswith="specification_sent").values_list(
        "text", flat=True
    )

    assert any("le nom et l’âge de chaque agent" in " ".join(text.split()) for text in written)
    assert not any("==" in text for text in written)


def test_what_is_marked_is_still_made_safe(client, cast):
    file = stories.sent(cast)
    stories.specify(file, cast, solution="Le ==<script>alert(1)</script> **nom**== est lu.")

    page = tab(client, file, cast.dpo, "avis-dpo")

    assert "<script>alert" not in page
    assert "<mark>&lt;script&gt;alert(1)&lt;/script&gt; <strong>nom</strong></mark>" in page
