"""A new request, from the page that creates nothing to the first save that does."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from requests_app.models import ChangeRequest, NumberSequence
from requests_app.services import requests
from requests_app.services.invitations import invite
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.requests import Cast
from workflow.errors import MovedOn
from workflow.steps import Step

pytestmark = pytest.mark.django_db
URL = "/demandes/nouvelle/"
QUERIES = 4


def typed(cast, **changes):
    """What the browser posts for a complete request."""
    return {
        "title": "Exporter le registre",
        "nature": "new",
        "requester": cast.requester.email,
        "ticket_reference": "884213",
        "deadline": timezone.localdate() + timedelta(days=30),
        "description": "Chaque service relit ses traitements.",
        "key": str(uuid.uuid4()),
        **changes,
    }


def invited(cast):
    return invite(
        actor=cast.support,
        organisation=cast.organisation,
        person=cast.client_admin,
        ticket_reference="884213",
        subject="Exporter le registre",
    )


def test_reading_the_page_creates_nothing_and_fills_in_the_ticket_of_the_address(client):
    cast = Cast()
    client.force_login(cast.client_admin)

    response = client.get(URL, {"ticket": "884213"})

    assert response.status_code == 200
    assert response.context["form"]["ticket_reference"].value() == "884213"
    assert not ChangeRequest.objects.exists()
    assert not NumberSequence.objects.exists()


def test_page_says_beforehand_whose_turn_sending_makes_it(client):
    cast = Cast()
    client.force_login(cast.client_admin)

    sentences = [sentence for _icon, sentence in client.get(URL).context["if_sent"]]

    assert (
        "La demande passe à l’étape\u00a03, Cahier des charges\u202f; c’est au support d’agir." in sentences
    )


def test_whoever_sends_too_early_reads_all_that_is_missing_at_once_and_what_they_typed(client):
    cast = Cast()
    client.force_login(cast.client_admin)

    response = client.post(URL, {"deadline": "30/02/2027", "description": "Relire.", "send": "on"})

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "deadline": [
            "«\u202f30/02/2027\u202f» n’est pas un jour du calendrier\u202f; donnez-en un comme 31/03/2027."
        ],
        "title": ["Donnez un titre à la demande."],
        "nature": ["Choisissez la nature de la demande."],
        "requester": ["Choisissez le demandeur."],
    }
    assert response.context["form"]["description"].value() == "Relire."
    assert not ChangeRequest.objects.exists()


def test_the_first_save_opens_the_request_with_its_number_for_its_own_side(client):
    cast = Cast()
    client.force_login(cast.client_admin)

    response = client.post(URL, typed(cast))

    file = ChangeRequest.objects.get()
    assert file.number == f"{cast.organisation.code}-{timezone.localdate().year}-0001"
    assert (response.status_code, response.url) == (302, f"/demandes/{file.number}/demande/")
    assert (file.step, file.title, file.is_entered_by_vendor) == (Step.REQUEST, "Exporter le registre", False)
    assert not ChangeRequest.objects.visible_to(cast.support).exists()


def test_an_empty_draft_is_allowed(client):
    cast = Cast()
    client.force_login(cast.client_dpo)

    assert client.post(URL, {"key": str(uuid.uuid4())}).status_code == 302
    assert ChangeRequest.objects.get().title == ""


def test_the_tick_opens_and_sends_in_one_save_and_leads_back_to_the_list(client):
    cast = Cast()
    client.force_login(cast.client_admin)

    response = client.post(URL, typed(cast, send="on"))

    assert (response.status_code, response.url) == (302, "/demandes/")
    assert ChangeRequest.objects.get().step == Step.SPECIFICATION


def test_a_tick_on_an_incomplete_request_creates_nothing_and_keeps_what_was_typed(client):
    cast = Cast()
    client.force_login(cast.client_admin)

    response = client.post(URL, typed(cast, send="on", description="", nature="", title="Gardez-moi"))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"nature", "description"}
    assert response.context["form"]["title"].value() == "Gardez-moi"
    assert not ChangeRequest.objects.exists()
    assert not NumberSequence.objects.exists()


@pytest.mark.parametrize("send", ["", "on"])
def test_a_double_click_opens_one_request(client, send):
    cast = Cast()
    client.force_login(cast.client_admin)
    post = typed(cast, send=send)

    first, second = client.post(URL, post), client.post(URL, post)

    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert ChangeRequest.objects.count() == 1
    assert NumberSequence.objects.get().last == 1


def test_two_people_with_the_same_key_open_two_requests():
    cast = Cast()
    key = uuid.uuid4()

    files = {
        requests.open_request(actor=person, organisation=cast.organisation, key=key).pk
        for person in (cast.client_admin, cast.client_auditor)
    }

    assert len(files) == 2


@pytest.mark.parametrize("key", ["", "pas-une-clé", "\x00"])
def test_a_damaged_key_does_not_stop_a_request(client, key):
    cast = Cast()
    client.force_login(cast.client_admin)

    assert client.post(URL, typed(cast, key=key)).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 201),
        ("title", "deux\nlignes"),
        ("title", "nul\x00"),
        ("title", "caché\u202egpj.exe"),
        ("nature", "autre"),
        ("requester", "999999999999999999999"),
        ("requester", "moi"),
        ("deadline", "2027-02-30"),
        ("deadline", "hier"),
        ("deadline", "0001-01-01"),
        ("deadline", "2020-01-01"),
        ("ticket_reference", "x" * 61),
        ("ticket_reference", "\x07"),
        ("description", "x" * 1_000_000),
    ],
)
def test_what_cannot_be_kept_is_said_next_to_its_field_and_nothing_is_lost(client, field, value):
    cast = Cast()
    client.force_login(cast.client_admin)

    response = client.post(URL, typed(cast, **{field: value}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"][field].value() == value
    assert "Chaque service" in response.text or field == "description"
    assert not ChangeRequest.objects.exists()


def test_quotes_and_scripts_in_a_title_stay_letters(client):
    cast = Cast()
    client.force_login(cast.client_admin)
    title = '« L’export » "d\'ici" <script>alert(1)</script>'

    client.post(URL, typed(cast, title=title))
    response = client.get(f"/demandes/{ChangeRequest.objects.get().number}/demande/")

    assert ChangeRequest.objects.get().title == title
    assert "<script>alert" not in response.text


def test_control_characters_that_nobody_sees_leave_a_long_text_and_its_lines_stay(client):
    cast = Cast()
    client.force_login(cast.client_admin)

    client.post(URL, typed(cast, description="un\x00\x1b\r\ndeux\ttrois\x0bquatre"))

    assert ChangeRequest.objects.get().description == "un\r\ndeux\ttrois\nquatre"


def test_a_requester_of_another_client_is_refused_without_saying_that_they_exist(client):
    cast, other = Cast(), Cast()
    client.force_login(cast.client_admin)

    response = client.post(URL, typed(cast, requester=other.requester.pk))

    assert list(response.context["form"].errors) == ["requester"]
    assert other.requester.last_name not in response.text


@pytest.mark.parametrize("role", ["requester", "dpo", "lead", "developer", "tester", "portal_admin"])
def test_the_page_does_not_exist_for_whoever_may_not_open_a_request(client, role):
    cast = Cast()
    client.force_login(getattr(cast, role))

    assert client.get(URL).status_code == 404
    assert client.post(URL, typed(cast)).status_code == 404
    assert not ChangeRequest.objects.exists()


def test_a_stranger_signs_in_first_and_comes_back_to_the_same_address(client):
    response = client.get(f"{URL}?ticket=884213")

    assert response.status_code == 302
    assert "next=/demandes/nouvelle/%3Fticket%3D884213" in response.url


def test_support_chooses_the_client_first_then_enters_the_request_on_its_behalf(client):
    cast = Cast()
    client.force_login(cast.support)

    choice = client.get(URL, {"ticket": "884213"})
    assert choice.templates[0].name == "requests_app/choose_organisation.html"
    assert "884213" in choice.text

    address = f"{URL}?organisation={cast.organisation.code}&ticket=884213"
    assert client.get(address).context["form"]["ticket_reference"].value() == "884213"
    client.post(address, typed(cast))

    file = ChangeRequest.objects.get()
    assert (file.organisation, file.is_entered_by_vendor) == (cast.organisation, True)
    assert not ChangeRequest.objects.visible_to(cast.client_admin).exists()
    assert client.get(f"/demandes/{file.number}/demande/").status_code == 200


@pytest.mark.parametrize("code", ["INCONNU", "%00", "", "valm"])
def test_support_is_asked_again_for_a_client_that_there_is_not(client, code):
    cast = Cast()
    client.force_login(cast.support)

    response = client.get(f"{URL}?organisation={code}")

    assert response.templates[0].name == "requests_app/choose_organisation.html"
    assert response.status_code in (200, 422)


def test_an_organisation_in_the_address_of_a_client_changes_nothing(client):
    cast, other = Cast(), OrganisationFactory()
    client.force_login(cast.client_admin)

    client.post(f"{URL}?organisation={other.code}", typed(cast))

    assert ChangeRequest.objects.get().organisation == cast.organisation


def test_the_link_of_an_invitation_bears_ticket_and_subject_and_works_once(client):
    cast = Cast()
    invitation = invited(cast)
    client.force_login(cast.client_admin)

    form = client.get(invitation.get_absolute_url()).context["form"]
    assert (form["title"].value(), form["ticket_reference"].value()) == ("Exporter le registre", "884213")
    client.post(invitation.get_absolute_url(), typed(cast))

    invitation.refresh_from_db()
    file = ChangeRequest.objects.get()
    assert invitation.change_request == file
    response = client.get(invitation.get_absolute_url())
    assert (response.status_code, response.url) == (302, f"/demandes/{file.number}/")


def test_a_used_invitation_opens_no_second_request_and_what_was_typed_is_kept(client):
    cast = Cast()
    invitation = invited(cast)
    client.force_login(cast.client_admin)
    client.post(invitation.get_absolute_url(), typed(cast))

    response = client.post(invitation.get_absolute_url(), typed(cast, title="Gardez-moi"))

    assert response.status_code == 409
    assert "Gardez-moi" in response.text
    assert ChangeRequest.objects.count() == 1


def test_a_used_invitation_is_refused_by_the_service_too():
    cast = Cast()
    invitation = invited(cast)
    requests.open_request(actor=cast.client_admin, organisation=cast.organisation, invitation=invitation)

    with pytest.raises(MovedOn), transaction.atomic():
        requests.open_request(actor=cast.client_admin, organisation=cast.organisation, invitation=invitation)


@pytest.mark.parametrize("who", ["client_auditor", "support", "stranger"])
def test_an_invitation_is_for_the_person_invited_alone(client, who):
    cast = Cast()
    invitation = invited(cast)
    client.force_login(UserFactory(client_admin=True) if who == "stranger" else getattr(cast, who))

    assert client.get(invitation.get_absolute_url()).status_code == 404
    assert client.post(invitation.get_absolute_url(), typed(cast)).status_code == 404


@pytest.mark.parametrize("key", ["", "inconnue", "%00", "é", "x" * 500])
def test_a_key_that_there_is_not_answers_404(client, key):
    client.force_login(Cast().client_admin)

    assert client.get(f"{URL}?invitation={key}").status_code == 404


def test_the_page_asks_the_database_the_same_whoever_may_be_chosen(client, django_assert_num_queries):
    cast = Cast()
    client.force_login(cast.client_admin)
    client.get(URL)

    with django_assert_num_queries(QUERIES):
        client.get(URL)
    UserFactory.create_batch(2, requester=True, organisation=cast.organisation)
    with django_assert_num_queries(QUERIES):
        client.get(URL)
