"""What changes people, and what is refused."""

import logging

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from accounts import services
from accounts.models import Mailbox, User
from accounts.roles import Role
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return UserFactory(portal_admin=True)


def details(person, **changes):
    """What a form about `person` holds, but for `changes`."""
    return {
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "position": person.position,
        "organisation": person.organisation,
        "roles": list(person.roles),
        "language": person.language,
    } | changes


def refusal_of(verb, *args, **data):
    with pytest.raises(ValidationError) as refusal:
        verb(*args, **data)
    error = refusal.value
    return set(error.message_dict) if hasattr(error, "error_dict") else {error.code}


def test_create_person_keeps_the_address_in_lower_case_and_waits_for_a_password(administrator):
    organisation = OrganisationFactory()

    person = services.create_person(
        actor=administrator,
        email=" Camille.Roy@Exemple.test ",
        first_name="Camille",
        last_name="Roy",
        organisation=organisation,
        roles=[Role.CLIENT_DPO, Role.CLIENT_AUDITOR],
        language="en",
    )

    person = User.objects.get(pk=person.pk)
    assert person.email == "camille.roy@exemple.test"
    assert person.roles == {Role.CLIENT_DPO, Role.CLIENT_AUDITOR}
    assert (person.organisation, person.language) == (organisation, "en")
    assert person.is_invited
    assert person.invited_at is not None


def test_create_person_without_invitation_sends_none(administrator):
    person = services.create_person(
        actor=administrator, email="a@exemple.test", first_name="A", last_name="B", invite=False
    )

    assert person.invited_at is None


def test_create_person_refuses_an_address_that_somebody_has(administrator):
    UserFactory(email="camille@exemple.test")

    refused = refusal_of(
        services.create_person,
        actor=administrator,
        email="CAMILLE@exemple.test",
        first_name="Camille",
        last_name="Roy",
    )

    assert refused == {"email"}


@pytest.mark.parametrize(
    ("at_client", "roles", "field"),
    [(True, [Role.CLIENT_ADMIN, Role.SUPPORT], "vendor_roles"), (False, [Role.CLIENT_ADMIN], "client_roles")],
)
def test_create_person_refuses_roles_of_the_other_side(administrator, at_client, roles, field):
    refused = refusal_of(
        services.create_person,
        actor=administrator,
        email="camille@exemple.test",
        first_name="Camille",
        last_name="Roy",
        organisation=OrganisationFactory() if at_client else None,
        roles=roles,
    )

    assert refused == {field}
    assert not User.objects.filter(email="camille@exemple.test").exists()


def test_update_person_changes_everything_but_the_organisation(administrator):
    person = UserFactory(client_admin=True)

    services.update_person(
        person,
        actor=administrator,
        **details(person, email="Nouvelle@exemple.test", last_name="d’Été", roles=[Role.CLIENT_DPO]),
    )

    person = User.objects.get(pk=person.pk)
    assert (person.email, person.last_name) == ("nouvelle@exemple.test", "d’Été")
    assert person.roles == {Role.CLIENT_DPO}


@pytest.mark.parametrize("to_vendor", [True, False])
def test_update_person_never_changes_an_organisation(administrator, to_vendor):
    person = UserFactory(requester=True)
    other = None if to_vendor else OrganisationFactory()

    refused = refusal_of(
        services.update_person, person, actor=administrator, **details(person, organisation=other)
    )

    assert refused == {"organisation"}
    assert User.objects.get(pk=person.pk).organisation == person.organisation


def test_update_person_who_has_worked_for_the_vendor_joins_no_client(administrator):
    newcomer, veteran = UserFactory(), UserFactory(last_login=administrator.date_joined)
    organisation = OrganisationFactory()

    services.update_person(newcomer, actor=administrator, **details(newcomer, organisation=organisation))
    refused = refusal_of(
        services.update_person, veteran, actor=administrator, **details(veteran, organisation=organisation)
    )

    assert User.objects.get(pk=newcomer.pk).organisation == organisation
    assert refused == {"organisation"}


def test_update_person_forgets_the_former_address(administrator):
    person = UserFactory()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)

    services.update_person(person, actor=administrator, **details(person, email="nouvelle@exemple.test"))

    assert not EmailAddress.objects.filter(user=person).exists()


def test_last_administrator_stays(administrator):
    UserFactory(portal_admin=True, is_active=False)
    UserFactory(portal_admin=True, password="!")

    demoted = refusal_of(
        services.update_person, administrator, actor=administrator, **details(administrator, roles=[])
    )
    deactivated = refusal_of(services.deactivate_person, administrator, actor=administrator)

    assert demoted == deactivated == {"last_administrator"}
    assert User.objects.get(pk=administrator.pk).has_role(Role.PORTAL_ADMIN)


def test_administrator_leaves_once_there_is_another(administrator):
    UserFactory(portal_admin=True)

    services.deactivate_person(administrator, actor=administrator)

    assert not User.objects.get(pk=administrator.pk).is_active


def test_update_organisation_keeps_its_code(administrator):
    organisation = OrganisationFactory(code="VALM")

    services.update_organisation(
        organisation,
        actor=administrator,
        name="Mairie de Valmont",
        decider_roles=[Role.CLIENT_DPO, Role.CLIENT_ADMIN],
        countersign_above=None,
        sees_hours=True,
        is_active=False,
    )

    organisation.refresh_from_db()
    assert (organisation.code, organisation.name, organisation.is_active) == (
        "VALM",
        "Mairie de Valmont",
        False,
    )
    assert organisation.sees_hours
    assert organisation.decider_roles == ["client_admin", "client_dpo"]


def test_create_organisation_refuses_a_code_that_is_taken(administrator):
    OrganisationFactory(code="VALM")

    refused = refusal_of(
        services.create_organisation,
        actor=administrator,
        code="VALM",
        name="Autre",
        decider_roles=[Role.CLIENT_ADMIN],
    )

    assert refused == {"code"}


def test_update_mailboxes_makes_and_changes_them(administrator):
    for address in ("aide@exemple.test", "support@exemple.test"):
        services.update_mailboxes(
            actor=administrator,
            mailboxes={Mailbox.Kind.HELPDESK: (address, "fr"), Mailbox.Kind.INFORMATION: ("", "en")},
        )

    assert list(Mailbox.objects.values_list("kind", "address", "language")) == [
        ("helpdesk", "support@exemple.test", "fr"),
        ("information", "", "en"),
    ]


def test_logs_carry_ids_and_nothing_else(administrator, caplog):
    caplog.set_level(logging.INFO, logger="accounts")

    person = services.create_person(
        actor=administrator, email="secrete@exemple.test", first_name="Camille", last_name="Secrète"
    )
    services.deactivate_person(person, actor=administrator)

    assert f"person {person.pk} deactivated by {administrator.pk}" in caplog.messages
    for word in ("Camille", "Secrète", "secrete@exemple.test"):
        assert word not in caplog.text
