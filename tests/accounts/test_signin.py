"""Sign-in, forgotten passwords, invitations, deactivation, as people meet them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import invitations, services
from accounts.models import User
from notifications.models import OutgoingMessage
from tests.factories.accounts import PASSWORD, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "une-autre-phrase-longue"
PROFILE = "/profil/"


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password, **extra})


def is_signed_in(client):
    return client.get(PROFILE).status_code == 200


def link_in(message, start):
    """The path of the first link of a message that begins so."""
    return re.search(rf"https?://[^/\s]+({start}\S*)", message.text).group(1)


@pytest.mark.parametrize("email", ["camille@exemple.test", "Camille@Exemple.TEST", " camille@exemple.test "])
def test_sign_in_by_address_whatever_its_case(client, email):
    UserFactory(email="camille@exemple.test")

    response = sign_in(client, email)

    assert response.status_code == 302
    assert is_signed_in(client)


def test_sign_in_goes_on_to_the_page_that_was_asked_for(client):
    person = UserFactory()
    asked = client.get(PROFILE)

    response = client.post(asked.url, {"login": person.email, "password": PASSWORD, "next": PROFILE})

    assert (asked.status_code, response.url) == (302, PROFILE)


def test_sign_in_does_not_lead_to_other_sites(client):
    response = sign_in(client, UserFactory().email, next="https://ailleurs.example/")

    assert response.url == "/"


@pytest.mark.parametrize(
    ("email", "password"),
    [("camille@exemple.test", "faux"), ("personne@exemple.test", PASSWORD), ("invited@exemple.test", "x")],
)
def test_sign_in_never_says_which_part_is_wrong(client, email, password):
    UserFactory(email="camille@exemple.test")
    UserFactory(email="invited@exemple.test", password="!")

    nobody = sign_in(client, "personne-du-tout@exemple.test", "faux")
    response = sign_in(client, email, password)

    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"__all__"}
    assert response.context["form"].errors == nobody.context["form"].errors
    assert not is_signed_in(client)


def test_sign_in_stays_or_ends_with_the_browser(client):
    person = UserFactory()

    sign_in(client, person.email)
    assert client.session.get_expire_at_browser_close()
    client.logout()

    sign_in(client, person.email, remember="on")
    assert not client.session.get_expire_at_browser_close()


@pytest.mark.parametrize(
    "login", ["\x00", "é@exemple.test", "a" * 300 + "@x.fr", "x", "", "a@b\x00.fr", "\u202ea@b.fr"]
)
def test_sign_in_with_nonsense_is_an_error_beside_the_field(client, login):
    response = sign_in(client, login)

    assert response.status_code == 200
    assert "login" in response.context["form"].errors


def test_sign_in_with_an_endless_password_is_an_error_beside_the_field(client):
    response = sign_in(client, UserFactory().email, "x" * 100_000)

    assert set(response.context["form"].errors) == {"password"}


@pytest.mark.parametrize("whole_organisation", [True, False])
def test_sign_in_to_a_closed_account_says_so_only_with_the_password(client, whole_organisation):
    organisation = OrganisationFactory(is_active=not whole_organisation)
    person = UserFactory(client_admin=True, organisation=organisation, is_active=whole_organisation)

    wrong, right = sign_in(client, person.email, "faux"), sign_in(client, person.email)

    assert wrong.status_code == 200
    assert (right.status_code, right.url) == (302, reverse("account_inactive"))
    assert not is_signed_in(client)


def test_sign_in_is_limited(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/key"}
    person = UserFactory()

    for _attempt in range(3):
        sign_in(client, person.email, "faux")
    sign_in(client, person.email)

    assert not is_signed_in(client)


def test_too_many_requests_get_a_page_that_says_so(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    person = UserFactory()

    sign_in(client, person.email, "faux")
    response = sign_in(client, person.email)

    assert response.status_code == 429
    assert "429.html" in [template.name for template in response.templates]


def test_sign_out_ends_the_session(client):
    client.force_login(UserFactory())

    response = client.post(reverse("account_logout"))

    assert (response.status_code, response.url) == (302, reverse("account_login"))
    assert not is_signed_in(client)


def test_forgotten_password_by_mail(client):
    person = UserFactory(email="camille@exemple.test")

    asked = client.post(reverse("account_reset_password"), {"email": "Camille@exemple.test"})
    link = link_in(OutgoingMessage.objects.get(address="camille@exemple.test"), "/mot-de-passe/nouveau/")
    form_page = client.get(link)
    saved = client.post(form_page.url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert asked.url == reverse("account_reset_password_done")
    assert saved.url == reverse("account_reset_password_from_key_done")
    assert User.objects.get(pk=person.pk).check_password(NEW_PASSWORD)
    again = Client().get(link)
    assert (again.status_code, again.context["token_fail"]) == (200, True)


def test_link_of_a_forgotten_password_is_at_the_address_of_the_portal(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.PORTAL_URL = "https://portail.example"
    person = UserFactory()

    client.post(
        reverse("account_reset_password"), {"email": person.email}, headers={"host": "ailleurs.example"}
    )

    message = OutgoingMessage.objects.get(address=person.email)
    assert "https://portail.example/mot-de-passe/nouveau/" in message.text
    assert "ailleurs" not in message.text + message.html


@pytest.mark.parametrize("traits", [None, {"is_active": False}])
def test_forgotten_password_of_nobody_looks_the_same_and_sends_nothing(client, traits):
    if traits:
        UserFactory(email="camille@exemple.test", **traits)

    response = client.post(reverse("account_reset_password"), {"email": "camille@exemple.test"})

    assert (response.status_code, response.url) == (302, reverse("account_reset_password_done"))
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize(
    ("password1", "password2", "field"),
    [
        ("court", "court", "password1"),
        (NEW_PASSWORD, "autre", "password2"),
        ("", "", "password1"),
        ("x\x00" * 9, "", "password1"),
    ],
)
def test_new_password_is_refused_beside_the_field(client, password1, password2, field):
    person = UserFactory()
    client.force_login(person)

    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": password1, "password2": password2},
    )

    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)


def test_password_changes_with_the_present_one_and_other_sessions_end(client):
    person = UserFactory()
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(person)

    wrong = client.post(
        reverse("account_change_password"),
        {"oldpassword": "faux", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    right = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "next": PROFILE},
    )

    assert set(wrong.context["form"].errors) == {"oldpassword"}
    assert (right.status_code, right.url) == (302, PROFILE)
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


@pytest.fixture
def invited():
    return services.create_person(
        actor=UserFactory(portal_admin=True),
        email="camille@exemple.test",
        first_name="Camille",
        last_name="Roy",
        language="en",
    )


def test_invited_person_chooses_a_password_and_is_signed_in(client, invited):
    link = link_in(OutgoingMessage.objects.get(address=invited.email), "/invitation/")

    page = client.get(link)
    accepted = client.post(link, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert (page.status_code, page["Content-Language"]) == (200, "en")
    assert accepted.status_code == 302
    assert client.get(PROFILE).context["user"] == invited
    assert User.objects.get(pk=invited.pk).check_password(NEW_PASSWORD)


def test_invitation_serves_once(client, invited):
    link = reverse("invitations:accept", args=[invitations.token_for(User.objects.get(pk=invited.pk))])
    client.post(link, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    again = Client().post(link, {"password1": PASSWORD, "password2": PASSWORD})

    assert again.status_code == 410
    assert User.objects.get(pk=invited.pk).check_password(NEW_PASSWORD)


def test_invitation_expires(client, invited):
    link = reverse("invitations:accept", args=[invitations.token_for(User.objects.get(pk=invited.pk))])

    with time_machine.travel(timezone.now() + invitations.LIFE - timedelta(minutes=1)):
        in_time = client.get(link).status_code
    with time_machine.travel(timezone.now() + invitations.LIFE + timedelta(minutes=1)):
        too_late = client.get(link).status_code

    assert (in_time, too_late) == (200, 410)


@pytest.mark.parametrize("change", ["again", "address", "deactivated"])
def test_invitation_dies_with_what_replaces_it(client, invited, change):
    person = User.objects.get(pk=invited.pk)
    link = reverse("invitations:accept", args=[invitations.token_for(person)])
    actor = User.objects.get(is_portal_admin=True)

    match change:
        case "again":
            services.invite_person(person, actor=actor)
        case "address":
            User.objects.filter(pk=person.pk).update(email="autre@exemple.test")
        case "deactivated":
            services.deactivate_person(person, actor=actor)

    assert client.get(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "a:b:c", "WzEsICJ4Il0:1x:abc", "%00", "é"])
def test_forged_invitation_is_refused(client, token):
    assert client.get(f"/invitation/{token}/").status_code == 410


def test_invitation_does_not_lend_the_session_of_whoever_sat_there(client, invited):
    other = UserFactory()
    client.force_login(other)
    link = reverse("invitations:accept", args=[invitations.token_for(User.objects.get(pk=invited.pk))])

    client.post(link, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert client.get(PROFILE).context["user"] == invited


def test_invitation_refuses_a_password_like_the_name(client, invited):
    link = reverse("invitations:accept", args=[invitations.token_for(User.objects.get(pk=invited.pk))])

    response = client.post(link, {"password1": "camille@exemple.test", "password2": "camille@exemple.test"})

    assert set(response.context["form"].errors) == {"password1"}


def test_deactivated_person_is_signed_out_at_once_and_for_good(client):
    person, actor = UserFactory(), UserFactory(portal_admin=True)
    client.force_login(person)
    assert is_signed_in(client)

    services.deactivate_person(person, actor=actor)
    assert not is_signed_in(client)

    services.reactivate_person(person, actor=actor)
    assert not is_signed_in(client)
    sign_in(client, person.email)
    assert is_signed_in(client)


def test_session_of_before_a_deactivation_stays_closed_after_it(client):
    person, actor = UserFactory(), UserFactory(portal_admin=True)
    client.force_login(person)

    services.deactivate_person(person, actor=actor)
    services.reactivate_person(person, actor=actor)

    assert not is_signed_in(client)


def test_people_of_an_organisation_that_is_closed_are_signed_out(client):
    person, actor = UserFactory(client_admin=True), UserFactory(portal_admin=True)
    client.force_login(person)

    services.update_organisation(
        person.organisation,
        actor=actor,
        name="Valmont",
        decider_roles=["client_admin"],
        countersign_above=None,
        sees_hours=False,
        is_active=False,
    )

    assert not is_signed_in(client)
