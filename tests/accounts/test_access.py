"""Who may open which page of people and administration: a line for each address."""

import pytest
from django.urls import get_resolver, reverse

from accounts import invitations
from accounts.roles import Role
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

# GET by somebody not signed in, by anybody signed in without the role, by a portal administrator.
ACCESS = {
    "account_login": (200, 302, 302),
    "account_logout": (302, 200, 200),
    "account_inactive": (200, 200, 200),
    "account_reset_password": (200, 200, 200),
    "account_reset_password_done": (200, 200, 200),
    "account_reset_password_from_key": (200, 200, 200),
    "account_reset_password_from_key_done": (200, 200, 200),
    "account_change_password": (302, 200, 200),
    "profile:edit": (302, 200, 200),
    "invitations:accept": (200, 200, 200),
    "set_language": (405, 405, 405),
    "administration": (302, 404, 302),
    "people:list": (302, 404, 200),
    "people:create": (302, 404, 200),
    "people:edit": (302, 404, 200),
    "people:invite": (302, 404, 405),
    "people:deactivate": (302, 404, 405),
    "people:reactivate": (302, 404, 405),
    "organisations:list": (302, 404, 200),
    "organisations:create": (302, 404, 200),
    "organisations:edit": (302, 404, 200),
    "mailboxes:edit": (302, 404, 200),
}
OTHERS = ["requester", *(role.value for role in Role if role != Role.PORTAL_ADMIN)]


def names(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}"


def address(name):
    """The address of a page, on rows of its own where it is about one."""
    match name:
        case "people:edit" | "people:invite" | "people:deactivate" | "people:reactivate":
            return reverse(name, args=[UserFactory(requester=True, password="!").pk])
        case "organisations:edit":
            return reverse(name, args=[OrganisationFactory().pk])
        case "invitations:accept":
            return reverse(name, args=[invitations.token_for(UserFactory(password="!"))])
        case "account_reset_password_from_key":
            return reverse(name, kwargs={"uidb36": "1", "key": "cut-off"})
    return reverse(name)


def test_every_address_has_a_line():
    own = [pattern for pattern in get_resolver().url_patterns if getattr(pattern, "urlconf_name", None)]
    rooms = [pattern for pattern in own if getattr(pattern.urlconf_name, "__name__", "") == "accounts.urls"]

    assert sorted(names(rooms[0])) == sorted(ACCESS)


def column(number):
    return {name: statuses[number] for name, statuses in ACCESS.items()}


def test_who_is_not_signed_in(client):
    assert {name: client.get(address(name)).status_code for name in ACCESS} == column(0)


@pytest.mark.parametrize("trait", OTHERS)
def test_who_does_not_administer(client, trait):
    client.force_login(UserFactory(**{trait: True}))

    assert {name: client.get(address(name)).status_code for name in ACCESS} == column(1)


@pytest.mark.parametrize("trait", OTHERS)
def test_who_does_not_administer_posts_in_vain(client, trait):
    client.force_login(UserFactory(**{trait: True}))
    hidden = [name for name, statuses in ACCESS.items() if statuses[1] == 404]

    assert {client.post(address(name)).status_code for name in hidden} == {404}


def test_who_administers(client):
    client.force_login(UserFactory(portal_admin=True))

    assert {name: client.get(address(name)).status_code for name in ACCESS} == column(2)


def test_administrator_without_an_account_any_more_is_nobody(client):
    administrator = UserFactory(portal_admin=True)
    client.force_login(administrator)
    administrator.is_active = False
    administrator.save()

    assert client.get(reverse("people:list")).status_code == 302


@pytest.mark.parametrize("name", ["people:edit", "organisations:edit"])
@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_rows_that_do_not_exist_are_not_found(client, name, pk):
    client.force_login(UserFactory(portal_admin=True))

    assert client.get(reverse(name, args=[pk])).status_code == 404


@pytest.mark.parametrize("path", ["/inscription/", "/accounts/signup/", "/connexion/inscription/"])
def test_nobody_signs_up(client, path):
    assert client.get(path).status_code == 404
