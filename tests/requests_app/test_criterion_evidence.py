"""What proves the client's answer to a criterion: kept beside that criterion, from its test to its certificate."""

import io

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from requests_app import making
from requests_app.history import words
from requests_app.models import Acceptance, AcceptanceDraft, Attachment, CriterionAnswer, Proof, ProofKind
from requests_app.papers import manifest_of
from requests_app.services import delivery
from requests_app.services.documents import add_documents, replace_document, withdraw_document
from tests.factories import requests as stories
from tests.factories.requests import fresh
from tests.pdf import text_of
from tests.requests_app.test_delivery_page import CRITERIA, delivered, sheet, tab
from workflow.errors import Missing, MovedOn
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def upload(name="essai.txt", content=b"Tout y est.\n"):
    return ContentFile(content, name=name)


def proved(file):
    """`{a criterion of the client's last answer: the names of its evidence}`."""
    answers = CriterionAnswer.objects.filter(acceptance=file.acceptances.last())
    return {one.text: [proof.file.name for proof in one.evidence.all()] for one in answers}


def test_evidence_sent_with_the_answer_is_that_of_its_criterion_for_everybody(client, cast):
    file = delivered(cast)
    client.force_login(cast.client_admin)

    response = client.post(
        tab(file), {**sheet(file, "accept", "accept", "accept"), "documents_2": [upload(), upload("vue.txt")]}
    )

    assert (response.status_code, fresh(file).step) == (302, Step.CLOSED)
    first, second = (criterion["text"] for criterion in CRITERIA)
    assert proved(file) == {first: [], second: ["essai.txt", "vue.txt"]}
    [added] = fresh(file).events.filter(name="add_document", data__name="essai.txt")
    said = f"a ajouté la pièce jointe «\u00a0essai.txt\u00a0» pour le critère «\u00a0{second}\u00a0»"
    assert words(added) == said
    kept = Attachment.objects.get(file__name="essai.txt")
    for person in (cast.lead, cast.developer, cast.client_auditor):
        client.force_login(person)
        page = client.get(tab(file))
        [made] = page.context["deliveries"]
        shown = [[document.name for document in one.documents] for one in made.acceptance.answers.all()]
        assert shown == [[], ["essai.txt", "vue.txt"]]
        # Not once more among the documents of the answer as a whole.
        assert [[one.name for one in part["documents"]] for part in page.context["parts"]] == [[], []]
        address = reverse("requests:document", args=[file.number, kept.file_id])
        assert (address in page.text, client.get(address).status_code) == (True, 200)


def test_evidence_kept_for_later_stays_the_clients_until_the_answer_is_sent(client, cast):
    file = delivered(cast)
    client.force_login(cast.client_admin)
    half = {"delivery": 1, "revision": 0, "keep": "1", "criterion_1": "refuse", "documents_1": upload()}

    assert client.post(tab(file), half).status_code == 302

    page = client.get(tab(file))
    assert [[one.name for one in row.kept] for row in page.context["rows"]] == [["essai.txt"], []]
    kept = Attachment.objects.get()
    assert reverse("requests:document_withdraw", args=[file.number, kept.file_id]) in page.text
    client.force_login(cast.lead)
    assert "essai.txt" not in client.get(tab(file)).text
    # Whoever may not decide reads it among the documents of their own side.
    client.force_login(cast.client_auditor)
    assert "essai.txt" in client.get(tab(file)).text
    replaced = replace_document(kept, actor=cast.client_admin, upload=upload("essai-2.txt", b"Mieux.\n"))
    assert replaced.criterion == kept.criterion
    add_documents(
        file, actor=cast.client_admin, section="acceptance", uploads=[upload("tout.txt", b"Tout.\n")]
    )

    delivery.refuse(
        fresh(file), actor=cast.client_admin, reason="Non.", answers=stories.answers(file, accepted=False)
    )

    assert proved(file)[CRITERIA[0]["text"]] == ["essai.txt", "essai-2.txt"]
    client.force_login(cast.lead)
    page = client.get(tab(file))
    assert [[one.name for one in part["documents"]] for part in page.context["parts"]] == [[], ["tout.txt"]]
    [made] = page.context["deliveries"]
    assert [[one.name for one in answer.documents] for answer in made.acceptance.answers.all()] == [
        ["essai-2.txt"],
        [],
    ]
    replaced.refresh_from_db()
    with pytest.raises(MovedOn):
        withdraw_document(replaced, actor=cast.client_admin)


def test_each_answer_to_a_criterion_keeps_its_own_evidence(cast):
    file = delivered(cast)
    first, second = file.specification.criteria.all()
    answers = {first.pk: (False, "Vide."), second.pk: (True, "")}
    delivery.refuse(
        file,
        actor=cast.client_admin,
        reason="Non.",
        answers=answers,
        evidence={first.pk: [upload("1.txt", b"1")]},
    )
    assert proved(file) == {first.text: ["1.txt"], second.text: []}
    export = file.subtasks.get(title="Export")
    stories.end(export, cast)
    stories.pass_checks(export, cast)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.1")

    delivery.accept(
        fresh(file),
        actor=cast.client_admin,
        answers=stories.answers(file),
        evidence={first.pk: [upload("2.txt", b"2")]},
    )

    assert proved(file) == {first.text: ["2.txt"], second.text: []}
    assert [one.evidence.count() for one in CriterionAnswer.objects.filter(text=first.text)] == [1, 1]


def test_evidence_that_is_refused_stops_the_answer_and_what_was_typed_stays(client, cast, settings):
    file = delivered(cast)
    settings.DOCUMENT_MAX_BYTES = 10
    client.force_login(cast.client_admin)
    sent = sheet(file, "refuse", "accept", "refuse", reason="Les droits.", comment_2="Je vois tout.")

    for way in ({}, {"keep": "1", "revision": 0, "delivery": 1}):
        response = client.post(tab(file), {**sent, **way, "documents_2": upload(content=b"x" * 11)})

        assert (response.status_code, set(response.context["form"].errors)) == (422, {"documents_2"})
        assert "Je vois tout." in response.text
    assert (Attachment.objects.count(), Acceptance.objects.count(), AcceptanceDraft.objects.count()) == (
        0,
        0,
        0,
    )


@pytest.mark.parametrize("said", [{"comment_2": "Je vois tout."}, {"documents_2": True}])
def test_criterion_that_was_commented_or_proved_is_also_accepted_or_refused(client, cast, said):
    file = delivered(cast)
    client.force_login(cast.client_admin)
    said = {name: upload() if value is True else value for name, value in said.items()}

    response = client.post(tab(file), {**sheet(file, "refuse", "accept", reason="Les droits."), **said})

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"criterion_2"})
    assert fresh(file).step == Step.ACCEPTANCE


def test_evidence_of_a_criterion_left_without_an_answer_stays_with_the_answer_as_a_whole(client, cast):
    file = delivered(cast)
    first, second = file.specification.criteria.all()
    delivery.keep_answers(file, actor=cast.client_admin, answers={}, evidence={second.pk: [upload()]})

    delivery.refuse(fresh(file), actor=cast.client_admin, reason="Non.", answers={first.pk: (False, "")})

    assert proved(file) == {first.text: []}
    client.force_login(cast.lead)
    assert "essai.txt" in client.get(tab(file)).text


def test_nobody_proves_a_criterion_of_another_file(cast):
    file, other = delivered(cast), stories.delivered(type(cast)(cast.organisation))
    foreign = other.specification.criteria.get()

    with pytest.raises(Missing):
        delivery.keep_answers(file, actor=cast.client_admin, answers={}, evidence={foreign.pk: [upload()]})


def test_certificate_names_the_evidence_of_each_criterion_with_its_fingerprint(cast):
    file = delivered(cast)
    _first, second = file.specification.criteria.all()
    event = delivery.accept(
        file, actor=cast.client_admin, answers=stories.answers(file), evidence={second.pk: [upload()]}
    )

    [proof] = Proof.objects.filter(event=event, kind=ProofKind.CERTIFICATE)

    making.make_proof(proof.pk)
    proof.refresh_from_db()
    with proof.issued.file.content.open() as made:
        text = "".join(text_of(pikepdf.open(io.BytesIO(made.read()))).split())
    sha256 = Attachment.objects.get().file.sha256
    assert "essai.txt" in text
    assert sha256 in text
    criteria = manifest_of(event)["acceptance"]["criteria"]
    assert [one["documents"] for one in criteria] == [[], [{"name": "essai.txt", "sha256": sha256}]]
