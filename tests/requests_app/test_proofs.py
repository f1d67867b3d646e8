"""Proofs: owed with the act, made once by the worker, shown on their tab, true to what was."""

import io
import json
from datetime import timedelta

import pikepdf
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from documents import issuing
from documents.models import Issued
from requests_app import making, tasks
from requests_app.models import Proof, ProofKind
from requests_app.models.proofs import LEASE, MINUTES_BEFORE_RETRY
from requests_app.services import delivery, proofs, requests
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from tests.pdf import ACCESSIBLE, ARCHIVE, broken_rules, outline_of, text_of, untold

pytestmark = pytest.mark.django_db
TYPED = """## Ce qui manque

- un export
    - par service
    - par année

1. relire
2. signer

| colonne | sens |
|---|---|
| A | nom |

> Une demande, [détaillée](https://exemple.fr/page).

### Détail

`code` et **gras**"""


def owed(file):
    """The kinds of the proofs of a file, in order."""
    return list(Proof.objects.filter(event__change_request=file).values_list("kind", flat=True))


def made(file, kind, language="fr"):
    """The proof of a kind of the file, made; as a `Proof`."""
    event = Proof.objects.get(event__change_request=file, kind=kind, language="fr").event
    proof = proofs.ask(event, kind, language)
    assert making.make_proof(proof.pk)
    proof.refresh_from_db()
    return proof


def opened(proof):
    """The PDF of a proof."""
    with proof.issued.file.content.open() as file:
        return pikepdf.open(io.BytesIO(file.read()))


def test_each_act_that_makes_something_true_owes_its_proofs():
    assert owed(stories.closed(Cast())) == [
        "specification",
        "ruling",
        "decision",
        "delivery",
        "certificate",
        "archive",
    ]


def test_act_that_is_refused_owes_nothing():
    cast = Cast()
    file = stories.delivered(cast)

    delivery.refuse(
        file, actor=cast.client_admin, answers=stories.answers(file, accepted=False), reason="Non."
    )

    assert owed(file) == ["specification", "ruling", "decision", "delivery"]


def test_worker_is_told_after_the_commit(monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda name, args, *more, **options: told.append((name, args))
    )
    cast = Cast()
    file = stories.sent(cast)

    with django_capture_on_commit_callbacks() as callbacks:
        stories.specify(file, cast)
    assert told == []
    for callback in callbacks:
        callback()

    assert (tasks.make_proof.name, [Proof.objects.get().pk]) in told


def test_proof_is_made_once_and_bears_its_code():
    file = stories.specified(Cast())
    proof = made(file, ProofKind.SPECIFICATION)

    assert making.make_proof(proof.pk) is None
    assert Issued.objects.count() == 1
    with opened(proof) as pdf:
        text = text_of(pdf)
        assert issuing.shown(proof.issued.code) in text
        assert file.versions.get().whole_sha256 in text
        assert str(pdf.docinfo.Title) == f"{file.number} – Cahier des charges et devis version\u00a01"


def test_same_proof_cannot_be_promised_twice():
    file = stories.specified(Cast())
    proof = Proof.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Proof.objects.create(event=proof.event, kind=proof.kind, language=proof.language)
    assert owed(file) == ["specification"]


def test_two_workers_issue_one_document():
    stories.specified(Cast())
    proof = Proof.objects.get()
    slow = making.claim(Proof, proof.pk)

    assert making.claim(Proof, proof.pk) is None
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        assert making.make_proof(proof.pk)

    late = making.issue(slow, *making.written(slow), actor=slow.event.actor)
    assert late is None
    assert Issued.objects.count() == 1


def test_failure_is_noted_tried_again_and_given_up_until_somebody_asks(monkeypatch):
    stories.specified(Cast())
    proof = Proof.objects.get()
    with monkeypatch.context() as broken:
        broken.setattr(making, "pdf_of", lambda *args, **kwargs: 1 / 0)
        now = timezone.now()
        for minutes in (0, *MINUTES_BEFORE_RETRY):
            now += timedelta(minutes=minutes, seconds=1)
            with time_machine.travel(now):
                assert making.due(Proof) == [proof.pk]
                assert making.make_proof(proof.pk) is None
                assert making.due(Proof) == []
    proof.refresh_from_db()
    assert (proof.is_given_up, proof.error) == (True, "ZeroDivisionError")

    proofs.ask(proof.event, proof.kind, proof.language)

    assert making.make_proof(proof.pk)


def test_burst_is_made_by_one_thread_and_leaves_the_others_free():
    stories.ruled(Cast())
    first, second = Proof.objects.values_list("pk", flat=True)

    with making.drawing:
        making.make_some(first)
    assert making.due(Proof) == [first, second]

    making.make_some(first)
    assert making.due(Proof) == []


def test_what_a_broker_lost_is_found_by_the_sweep():
    stories.ruled(Cast())

    assert making.due(Proof) == list(Proof.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_proof_is_tagged_in_its_language_and_nothing_is_found_wrong_in_it(closed_file, language):
    for kind in ProofKind:
        proof = made(closed_file, kind, language)
        is_archive = kind == ProofKind.ARCHIVE
        with proof.issued.file.content.open() as content:
            assert broken_rules(content.read(), ACCESSIBLE, *[ARCHIVE] * is_archive) == []
        with opened(proof) as pdf:
            assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == (language, True)
            assert untold(pdf) == []
            tags = outline_of(pdf)
            assert tags.count("/H1") == 1
            assert {"/H2", "/Figure", "/P"} <= set(tags)
            with pdf.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"
                assert metadata.get("pdfaid:part") == ("3" if is_archive else None)


@pytest.fixture
def closed_file():
    """A file whose texts hold all that people may type."""
    return stories.closed(Cast(), description=TYPED)


def test_archive_carries_its_manifest(closed_file):
    with opened(made(closed_file, ProofKind.ARCHIVE)) as pdf:
        manifest = json.loads(pdf.attachments["manifest.json"].get_file().read_bytes())

    accepted = closed_file.events.get(name="accept")
    assert manifest["number"] == closed_file.number
    assert manifest["specification"]["whole_sha256"] == closed_file.versions.get().whole_sha256
    assert manifest["history"] == {"length": accepted.sequence, "seal": accepted.seal}


def test_delivery_note_tells_what_was_green_then_and_not_what_happened_since():
    cast = Cast()
    file = stories.delivered(cast)
    delivery.refuse(
        file, actor=cast.client_admin, answers=stories.answers(file, accepted=False), reason="Non."
    )
    stories.split(fresh(file), cast, title="Ajoutée après le refus")

    with opened(made(file, ProofKind.DELIVERY)) as pdf:
        text = text_of(pdf)

    assert "Écrire l’export" in text
    assert text.count("✓") == 4
    assert "Ajoutée après le refus" not in text


def test_delivery_note_tells_the_notes_on_the_request_from_those_on_the_version():
    cast = Cast()
    file = stories.green(cast)
    notes = {"notes": "Videz le cache des postes.", "shared_notes": "Un redémarrage suffit."}
    delivery.deliver(file, actor=cast.lead, release="4.3.0", **notes)

    with opened(made(file, ProofKind.DELIVERY)) as pdf:
        text = "".join(text_of(pdf).split())

    own, shared = (
        f"Notes de livraison {notes['notes']}",
        f"Sur l’ensemble de la version {notes['shared_notes']}",
    )
    assert 0 < text.find("".join(own.split())) < text.find("".join(shared.split()))


def test_markup_that_people_type_reaches_no_pdf_as_markup():
    cast = Cast()
    typed = (
        'Voir <img src="file:///etc/passwd"> <link rel="attachment" href="file:///etc/hosts"> @import "x";'
    )
    file = stories.opened(cast, description=typed)
    requests.send_to_support(file, actor=cast.client_admin)
    stories.specify(fresh(file), cast)

    with opened(made(file, ProofKind.SPECIFICATION)) as pdf:
        assert list(pdf.attachments) == []
        assert '<img src="file:///etc/passwd">' in text_of(pdf)


def test_tab_shows_what_is_being_made_then_hands_it_over(client):
    cast = Cast()
    file = stories.specified(cast)
    client.force_login(cast.client_admin)
    tab = reverse("requests:specification", args=[file.number])
    address = reverse(
        "requests:proof", args=[file.number, file.versions.get().event.sequence, "specification", "fr"]
    )

    assert "en préparation" in client.get(tab).text
    assert client.get(address).status_code == 404

    made(file, ProofKind.SPECIFICATION)

    assert address in client.get(tab).text
    response = client.get(address)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_reader_asks_for_the_other_language(client):
    cast = Cast()
    file = stories.specified(cast)
    cast.client_admin.language = "en"
    cast.client_admin.save()
    client.force_login(cast.client_admin)
    address = reverse(
        "requests:proof", args=[file.number, file.versions.get().event.sequence, "specification", "en"]
    )
    tab = reverse("requests:specification", args=[file.number])
    assert f'formaction="{address}"' in client.get(tab).text

    assert client.post(address).status_code == 302

    assert Proof.objects.filter(language="en").count() == 1
    assert f'formaction="{address}"' not in client.get(tab).text


@pytest.mark.parametrize(
    ("kind", "language"), [("ruling", "fr"), ("certificate", "fr"), ("specification", "xx")]
)
def test_what_an_act_does_not_prove_is_not_found(client, kind, language):
    cast = Cast()
    file = stories.specified(cast)
    client.force_login(cast.client_admin)
    rank = file.versions.get().event.sequence

    assert client.post(reverse("requests:proof", args=[file.number, rank, kind, language])).status_code == 404
    assert client.post(reverse("requests:proof", args=[file.number, 1, kind, language])).status_code == 404
    assert owed(file) == ["specification"]
