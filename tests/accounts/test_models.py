"""What is always true of organisations and people, in the database itself."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Mailbox, Organisation, User
from accounts.roles import CLIENT_ROLES, VENDOR_ROLES, Role, Side
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize("role", VENDOR_ROLES)
def test_person_of_a_client_cannot_hold_a_vendor_role(role):
    person = UserFactory(requester=True)

    with refused("vendor_roles_exclude_an_organisation"), transaction.atomic():
        User.objects.filter(pk=person.pk).update(**{role.column: True})


@pytest.mark.parametrize("role", CLIENT_ROLES)
def test_person_of_the_vendor_cannot_hold_a_client_role(role):
    person = UserFactory()

    with refused("client_roles_need_an_organisation"), transaction.atomic():
        User.objects.filter(pk=person.pk).update(**{role.column: True})


def test_person_holds_every_role_of_one_side():
    person = UserFactory(**{role.column: True for role in VENDOR_ROLES})
    client = UserFactory(requester=True, **{role.column: True for role in CLIENT_ROLES})

    assert person.roles == frozenset(VENDOR_ROLES)
    assert client.roles == frozenset(CLIENT_ROLES)


def test_email_is_kept_in_lower_case():
    with refused("person_email_is_lower_case"), transaction.atomic():
        UserFactory(email="Camille@exemple.test")


def test_email_is_unique_whatever_its_case():
    UserFactory(email="camille@exemple.test")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("Camille@Exemple.test", first_name="Camille", last_name="Roy")


@pytest.mark.parametrize("code", ["V", "VALMVALMV", "valm", "VAL1", "VÀLM", "VA LM", "VALM\n", ""])
def test_organisation_code_is_two_to_eight_capitals(code):
    with pytest.raises(DatabaseError), transaction.atomic():
        OrganisationFactory(code=code)
    with pytest.raises(ValidationError) as refusal:
        Organisation(code=code, name="Valmont").full_clean()
    assert set(refusal.value.message_dict) == {"code"}


def test_organisation_code_never_changes():
    organisation = OrganisationFactory(code="VALM")
    organisation.code = "AUTRE"

    with pytest.raises(ValidationError) as refusal:
        organisation.full_clean()

    assert set(refusal.value.message_dict) == {"code"}


@pytest.mark.parametrize("roles", [[], ["support"], ["client_admin", "dpo"], ["unknown"]])
def test_organisation_deciders_are_its_own_roles(roles):
    with pytest.raises(ValidationError) as refusal:
        Organisation(code="VALM", name="Valmont", decider_roles=roles).full_clean()

    assert set(refusal.value.message_dict) == {"decider_roles"}


def test_organisation_administrators_decide_unless_it_says_otherwise():
    assert OrganisationFactory().deciders == {Role.CLIENT_ADMIN}
    assert OrganisationFactory(decider_roles=["client_dpo", "client_auditor"]).deciders == {
        Role.CLIENT_DPO,
        Role.CLIENT_AUDITOR,
    }


def test_person_belongs_to_the_side_of_their_organisation():
    client, vendor = UserFactory(client_dpo=True), UserFactory(support=True)

    assert (client.side, client.is_client_side, client.is_vendor_side) == (Side.CLIENT, True, False)
    assert (vendor.side, vendor.is_client_side, vendor.is_vendor_side) == (Side.VENDOR, False, True)


@pytest.mark.parametrize(
    ("traits", "sees"),
    [
        ({"requester": True}, False),
        ({"portal_admin": True}, False),
        ({}, False),
        ({"portal_admin": True, "support": True}, True),
        ({"client_auditor": True}, True),
        ({"tester": True}, True),
    ],
)
def test_requests_exist_for_people_with_a_role_on_them(traits, sees):
    assert UserFactory(**traits).sees_requests is sees


def test_role_of_a_deactivated_person_counts_no_more():
    person = UserFactory(support=True, is_active=False)

    assert not person.has_role(Role.SUPPORT)
    assert list(User.objects.active().with_role(Role.SUPPORT)) == []


def test_active_people_leave_out_those_of_an_inactive_organisation():
    UserFactory(client_admin=True, organisation=OrganisationFactory(is_active=False))
    vendor, client = UserFactory(support=True), UserFactory(client_admin=True)

    assert set(User.objects.active()) == {vendor, client}


def test_people_are_found_by_any_of_several_roles():
    support, both = UserFactory(support=True), UserFactory(support=True, dpo=True)
    UserFactory(lead=True)

    assert set(User.objects.with_role(Role.SUPPORT, Role.DPO)) == {support, both}


def test_mailbox_exists_once_a_kind():
    Mailbox.objects.create(kind=Mailbox.Kind.HELPDESK, address="aide@exemple.test")

    with pytest.raises(IntegrityError), transaction.atomic():
        Mailbox.objects.create(kind=Mailbox.Kind.HELPDESK, address="autre@exemple.test")
