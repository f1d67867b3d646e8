"""Somebody is erased: their data go, a pseudonym stands for them, what others' rights rest on stays."""

import re

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts import services as people
from accounts.models import User
from custody.erasure import erase
from custody.models import Erasure
from documents.models import StoredFile
from notifications.models import OutgoingMessage
from planning.models import CalendarKey, Leave, Pace
from planning.services import add_leave, renew_calendar_key, set_pace
from requests_app import dossiers, exports
from requests_app.models import ChangeRequest, Dossier
from requests_app.services import proofs, register
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory
from tests.factories.requests import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return UserFactory(portal_admin=True)


def signed_in(client, person):
    """`client`, in which `person` is signed in."""
    client.force_login(person)
    return client


def page_of(person):
    return reverse("custody:erase", args=[person.pk])


def test_nothing_of_the_person_is_left_but_a_pseudonym(admin):
    person = UserFactory(
        support=True, developer=True, first_name="Nadia", last_name="Benali", email="nadia@exemple.test"
    )

    erasure = erase(person, actor=admin)

    person = User.objects.get(pk=person.pk)
    assert str(person) == f"Personne effacée {erasure.pseudonym}"
    assert (person.first_name, person.position, person.last_login, person.invited_at) == ("", "", None, None)
    assert not person.is_active
    assert not person.has_usable_password()
    assert person.roles == frozenset()
    held = str(User.objects.filter(pk=person.pk).values().get()) + str(Erasure.objects.values().get())
    assert re.search("nadia|benali", held, re.IGNORECASE) is None
    assert (erasure.erased_by, erasure.person) == (admin, person)


def test_their_sessions_end_and_those_of_others_go_on(admin, client, django_user_model):
    person = UserFactory(support=True)
    signed_in(client, admin)
    other = type(client)()
    signed_in(other, person)

    erase(person, actor=admin)

    assert Session.objects.count() == 1
    assert client.get(reverse("people:list")).status_code == 200
    assert other.get(reverse("profile:edit")).status_code == 302


def test_leave_capacity_and_calendar_address_go_and_nobody_is_stood_in_for_by_them(admin):
    person, colleague = UserFactory(developer=True), UserFactory(developer=True)
    renew_calendar_key(person)
    add_leave(person, first_day="2027-03-01", last_day="2027-03-05")
    set_pace(person, hours_per_day=4, stand_in=None)
    set_pace(colleague, hours_per_day=7, stand_in=person)

    erase(person, actor=admin)

    assert (CalendarKey.objects.count(), Leave.objects.count()) == (0, 0)
    assert list(Pace.objects.values_list("person", "stand_in")) == [(colleague.pk, None)]


def test_messages_to_them_keep_their_fate_and_lose_address_and_words(admin):
    person = UserFactory(support=True, email="nadia@exemple.test")
    sent = MessageFactory(
        recipient=person,
        address=person.email,
        state="sent",
        sent_at=timezone.now(),
        handed_over_at=timezone.now(),
        subject="Votre demande",
    )
    waiting = MessageFactory(recipient=person, address=person.email)
    other = MessageFactory()

    erase(person, actor=admin)

    sent.refresh_from_db()
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert (sent.state, sent.subject, sent.text, sent.html) == ("sent", "Votre demande", "", "")
    assert (waiting.state, waiting.text) == ("dead", "")
    assert not OutgoingMessage.objects.filter(address=person.email).exists()
    assert other.text == "Its words.\n"
    # It does not wait for staff: there is nobody left to write to.
    assert list(OutgoingMessage.objects.needing_staff()) == []


def test_folders_and_registers_made_for_them_go(admin):
    cast = Cast()
    file = stories.specified(cast)
    dossiers.make(proofs.ask_for_dossier(file, actor=cast.dpo, form=Dossier.Form.FOLDER).pk)
    exports.make(register.ask_for_export(actor=cast.dpo, file_format="csv").pk)
    for suffix in (".zip", ".csv"):
        assert StoredFile.objects.filter(name__endswith=suffix).exists()

    erase(cast.dpo, actor=admin)

    for suffix in (".zip", ".csv"):
        assert not StoredFile.objects.filter(name__endswith=suffix).exists()


def test_emergency_log_forgets_their_name(admin):
    person = UserFactory(last_name="Benali")
    LogEntry.objects.create(
        user=admin,
        content_type=ContentType.objects.get_for_model(User),
        object_id=person.pk,
        object_repr=str(person),
        action_flag=CHANGE,
    )

    erasure = erase(person, actor=admin)

    assert LogEntry.objects.get().object_repr == erasure.pseudonym


def test_every_page_of_their_file_says_the_pseudonym_and_the_history_still_proves_itself(admin, client):
    cast = Cast().everybody()
    User.objects.filter(pk=cast.support.pk).update(first_name="Nadia", last_name="Zénobie")
    User.objects.filter(pk=cast.client_admin.pk).update(first_name="Claire", last_name="Quintefeuille")
    cast.support.refresh_from_db()
    cast.client_admin.refresh_from_db()
    file = stories.closed(cast)
    before = file.versions.last().content_sha256

    for person in (cast.support, cast.client_admin):
        erase(person, actor=admin)

    signed_in(client, cast.dpo)
    tabs = [
        "request",
        "specification",
        "ruling",
        "decision",
        "development",
        "delivery",
        "history",
        "conversation",
    ]
    for tab in tabs:
        text = client.get(reverse(f"requests:{tab}", args=[file.number])).text
        assert re.search("Nadia|Zénobie|Claire|Quintefeuille|effacee.invalid", text) is None, tab
    history = client.get(reverse("requests:history", args=[file.number])).text
    assert "Personne effacée" in history
    call_command("verify_history")
    assert file.versions.last().content_sha256 == before


def test_a_file_goes_on_after_its_author_and_its_support_were_erased(admin):
    cast = Cast().everybody()
    file = stories.ruled(cast, requester=cast.client_auditor)
    for person in (cast.support, cast.client_auditor):
        erase(person, actor=admin)

    stories.decision.validate(file, actor=cast.client_admin, version=1)

    assert stories.fresh(file).step == "development"
    assert not OutgoingMessage.objects.filter(state="queued", address__endswith="invalid").exists()


def test_the_same_person_is_not_erased_twice_nor_reopened(admin):
    person = UserFactory(support=True)
    erase(person, actor=admin)

    for verb in (lambda: erase(person, actor=admin), lambda: people.reactivate_person(person, actor=admin)):
        with pytest.raises(ValidationError, match="effacée"):
            verb()
    assert Erasure.objects.count() == 1


def test_the_last_administrator_and_oneself_are_refused(admin):
    with pytest.raises(ValidationError, match="soi-même"):
        erase(admin, actor=admin)
    with pytest.raises(ValidationError, match="dernier administrateur"):
        erase(admin, actor=UserFactory(portal_admin=True, password="!"))
    admin.refresh_from_db()
    assert admin.is_active
    assert not Erasure.objects.exists()


def test_page_names_nothing_of_which_there_is_none(admin, client):
    signed_in(client, admin)

    page = client.get(page_of(UserFactory(developer=True)))

    counted = [sentence for _icon, sentence in page.context["holdings"].goes + page.context["holdings"].stays]
    assert [sentence for sentence in counted if any(sign.isdigit() for sign in str(sentence))] == []


def test_page_says_what_goes_what_stays_and_what_is_still_open(admin, client):
    cast = Cast()
    file = stories.validated(cast)
    stories.split(file, cast)
    ChangeRequest.objects.filter(pk=file.pk).update(in_charge=cast.support)
    signed_in(client, admin)

    text = client.get(page_of(cast.support)).text
    assert "En charge de 1 demande en cours." in text
    assert "Dernière personne à avoir ce rôle\u00a0: support." in text
    assert "17(3)" in text
    assert "Imputée à 1 sous-tâche non terminée." in client.get(page_of(cast.developer)).text
    assert "Dernière personne de l’organisation qui peut décider et réceptionner." in (
        client.get(page_of(cast.client_admin)).text
    )


def test_without_the_tick_nothing_happens_and_the_page_says_so(admin, client):
    person = UserFactory(support=True)
    signed_in(client, admin)

    response = client.post(page_of(person))

    assert response.status_code == 422
    assert "Cochez cette case pour effacer la personne." in response.text
    person.refresh_from_db()
    assert person.is_active


def test_with_the_tick_the_person_is_erased_and_the_ledger_says_by_whom(admin, client):
    person = UserFactory(support=True, last_name="Benali")
    signed_in(client, admin)

    response = client.post(page_of(person), {"is_sure": "on"}, follow=True)

    pseudonym = Erasure.objects.get().pseudonym
    assert f"Personne effacée {pseudonym}" in response.text
    ledger = client.get(reverse("custody:erasures")).text
    assert pseudonym in ledger
    assert str(admin) in ledger
    assert "Benali" not in ledger
    page = client.get(reverse("people:edit", args=[person.pk])).text
    assert "Cette personne a été effacée." in page
    assert '<form class="form"' not in page


def test_pressed_twice_says_that_it_is_done(admin, client):
    person = UserFactory(support=True)
    signed_in(client, admin)
    client.post(page_of(person), {"is_sure": "on"})

    response = client.post(page_of(person), {"is_sure": "on"})

    assert response.status_code == 422
    assert "ne se défait pas" in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_ledger_costs_the_same_for_any_number_of_lines(admin, client, count, django_assert_num_queries):
    for _number in range(count):
        erase(UserFactory(), actor=admin)
    signed_in(client, admin)

    with django_assert_num_queries(4):
        assert client.get(reverse("custody:erasures")).text.count("<tr>") == count + 1
