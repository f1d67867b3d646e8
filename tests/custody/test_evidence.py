"""Documents of cancelled requests, and requests of clients whose contract has ended: what goes, what stays, what still proves itself."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from custody import retention
from custody.models import RemovedFile
from documents.models import Issued, Preview, StoredFile
from documents.storage import document_storage
from notifications.models import OutgoingMessage
from privacy.models import RegisterVersion
from privacy.verdicts import Verdict
from requests_app import making
from requests_app.models import Attachment, ChangeRequest, NumberSequence, Proof, Section
from requests_app.services import conversation, documents, requests
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.models import Event

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=366)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """A context whose commit happens: bytes leave the storage then."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def applied(key, *, later=timedelta()):
    """(due, done) of a run of the rule `key`, so much later."""
    with time_machine.travel(timezone.now() + later):
        run = retention.apply(retention.BY_KEY[key])
    return run.due, run.done


def put(file, actor, section, name, content=None):
    """A document on a tab; returns its row."""
    upload = ContentFile(content or f"Contenu de {name}\n".encode(), name=name)
    [attachment], _refusals = documents.add_documents(
        fresh(file), actor=actor, section=section, uploads=[upload]
    )
    return attachment


def is_kept(attachment):
    stored = StoredFile.objects.get(pk=attachment.file_id)
    return document_storage().exists(stored.content.name)


def said(file, actor, name):
    """A document of the conversation."""
    upload = ContentFile(f"Contenu de {name}\n".encode(), name=name)
    message, _refusals = conversation.post_message(
        fresh(file), actor=actor, text="Voir.", is_note=False, uploads=[upload]
    )
    return message.attachments.get()


@pytest.fixture
def cast():
    return Cast()


def test_documents_of_a_request_cancelled_before_any_ruling_go_after_a_year(cast, client, committed):
    file = stories.opened(cast)
    attachment = put(file, cast.client_admin, Section.REQUEST, "courrier.txt")
    requests.cancel(fresh(file), actor=cast.client_admin, category="too_late", reason="Trop tard.")

    assert applied("documents", later=timedelta(days=360)) == (0, 0)
    with committed():
        assert applied("documents", later=YEAR) == (1, 1)
    assert applied("documents", later=YEAR) == (0, 0)

    assert not is_kept(attachment)
    assert not Preview.objects.exists()
    client.force_login(cast.client_admin)
    tab = client.get(reverse("requests:request_documents", args=[file.number])).text
    assert "courrier.txt" in tab
    assert "retirée, sa durée de conservation étant passée" in tab
    address = [file.number, attachment.file_id]
    assert "Cette pièce a été retirée" in client.get(reverse("requests:document", args=address)).text
    assert client.get(reverse("requests:document_download", args=address)).status_code == 404
    call_command("verify_history")


def test_what_belongs_to_a_version_that_was_ruled_on_stays_and_the_rest_goes(cast, committed):
    file = stories.opened(cast)
    asked = put(file, cast.client_admin, Section.REQUEST, "besoin.txt")
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    answered = put(file, cast.support, Section.SPECIFICATION, "solution.txt")
    quoted = put(file, cast.support, Section.QUOTE, "devis.txt")
    stories.specify(fresh(file), cast)
    stories.give_ruling(fresh(file), cast)
    chat = said(file, cast.support, "bavardage.txt")
    order = put(file, cast.client_admin, Section.DECISION, "brouillon.txt")
    requests.cancel(fresh(file), actor=cast.client_admin, category="too_late", reason="Trop tard.")

    with committed():
        assert applied("documents", later=YEAR) == (2, 2)

    assert [is_kept(one) for one in (asked, answered, quoted, chat, order)] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_the_same_content_elsewhere_keeps_its_bytes_and_its_pages(cast, committed):
    running, cancelled = stories.sent(cast), stories.opened(cast)
    kept = said(running, cast.support, "commun.txt")
    twin = put(cancelled, cast.client_admin, Section.REQUEST, "commun.txt")
    requests.cancel(fresh(cancelled), actor=cast.client_admin, category="other", reason="Doublon.")
    assert kept.file.sha256 == twin.file.sha256

    with committed():
        assert applied("documents", later=YEAR) == (1, 1)

    assert (is_kept(kept), is_kept(twin)) == (True, False)
    assert Preview.objects.of(kept.file).exists()


def test_documents_of_requests_that_were_not_cancelled_stay(cast):
    attachment = said(stories.closed(cast), cast.support, "note.txt")

    assert applied("documents", later=3 * YEAR) == (0, 0)
    assert is_kept(attachment)


def ended(cast, day):
    Organisation.objects.filter(pk=cast.organisation.pk).update(contract_ended_on=day)


def test_requests_of_a_client_go_as_a_whole_five_years_after_its_contract_and_the_others_prove_themselves(
    cast, committed
):
    other = Cast()
    # Without personal data: no register is made of it.
    file = stories.closed(cast, verdict=Verdict.NO_PERSONAL_DATA)
    theirs = stories.closed(other)
    attachment = said(file, cast.support, "note.txt")
    making.make_proof(Proof.objects.filter(event__change_request=file).first().pk)
    before, key = fresh(file), attachment.file.content.name
    messages = OutgoingMessage.objects.filter(event__change_request=theirs).count()
    ended(cast, timezone.localdate())

    assert applied("evidence", later=5 * YEAR - timedelta(days=20)) == (0, 0)
    with committed():
        assert applied("evidence", later=5 * YEAR) == (1, 1)
    assert applied("evidence", later=5 * YEAR) == (0, 0)

    assert list(ChangeRequest.objects.all()) == [theirs]
    assert not Event.objects.filter(change_request=file.pk).exists()
    assert not StoredFile.objects.filter(pk=attachment.file_id).exists()
    assert not document_storage().exists(key)
    assert OutgoingMessage.objects.count() == messages
    # The printed code is answered for, without the paper.
    assert Issued.objects.get().file is None
    left = RemovedFile.objects.get()
    assert (left.number, left.history_length, left.history_seal) == (
        before.number,
        before.history_length,
        before.history_seal,
    )
    call_command("verify_history")


def test_request_on_which_a_register_rests_is_kept_with_it(cast):
    file = stories.closed(cast)
    ended(cast, timezone.localdate())
    assert RegisterVersion.objects.filter(change_request=file).exists()

    assert applied("evidence", later=6 * YEAR) == (0, 0)
    assert fresh(file).rulings.exists()


def test_number_of_a_removed_request_is_not_given_again(cast):
    file = stories.opened(cast)
    ChangeRequest.objects.filter(pk=file.pk).update(step_since=timezone.now() - 6 * YEAR)
    ended(cast, timezone.localdate() - 6 * YEAR)
    assert applied("evidence") == (1, 1)

    assert stories.opened(cast).number != file.number
    assert NumberSequence.objects.get().last == 2


@pytest.mark.parametrize("step", stories.AT)
def test_a_request_at_any_step_leaves_nothing_behind(cast, step):
    file = stories.AT[step](cast)
    RegisterVersion._base_manager.all()._raw_delete("default")
    ended(cast, timezone.localdate())

    assert applied("evidence", later=6 * YEAR) == (1, 1)

    assert not ChangeRequest.objects.filter(pk=file.pk).exists()
    left = [model for model in (Event, Attachment, Proof) if model.objects.exists()]
    assert left == []


def test_request_that_moved_since_the_contract_ended_is_kept_as_long_after_that(cast):
    stories.opened(cast)
    ended(cast, timezone.localdate() - 10 * YEAR)

    assert applied("evidence") == (0, 0)
    assert applied("evidence", later=5 * YEAR) == (1, 1)


def test_organisation_page_takes_the_day_the_contract_ended_and_refuses_one_to_come(client, cast):
    client.force_login(UserFactory(portal_admin=True))
    page = reverse("organisations:edit", args=[cast.organisation.pk])
    data = {"name": "Valmont", "decider_roles": ["client_admin"], "is_active": "on"}
    tomorrow = timezone.localdate() + timedelta(days=1)

    refused = client.post(page, data | {"contract_ended_on": tomorrow.isoformat()})
    assert "Ce jour est encore à venir." in refused.text
    assert tomorrow.isoformat() in refused.text
    client.post(page, data | {"contract_ended_on": timezone.localdate().isoformat()})
    cast.organisation.refresh_from_db()
    assert cast.organisation.contract_ended_on == timezone.localdate()
    client.post(page, data)
    cast.organisation.refresh_from_db()
    assert cast.organisation.contract_ended_on is None
