"""Django's own administration, for emergencies."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def emergency(client):
    person = User.objects.create_superuser(
        "secours@exemple.test", "une-phrase-de-secours", first_name="Secours", last_name="Portail"
    )
    client.force_login(person)
    return person


def test_emergency_pages_do_not_exist_for_others(client):
    client.force_login(UserFactory(portal_admin=True))

    page = client.get(reverse("admin:accounts_user_changelist"), follow=True)

    assert page.status_code == 404


def test_emergency_pages_have_no_sign_in_of_their_own(client):
    page = client.get(reverse("admin:accounts_user_changelist"), follow=True)

    assert page.resolver_match.view_name == "account_login"
    assert page.context["redirect_field_value"] == reverse("admin:accounts_user_changelist")


@pytest.mark.parametrize("model", ["user", "organisation", "mailbox"])
def test_emergency_pages_open(client, emergency, model):
    OrganisationFactory()

    for page in ("changelist", "add"):
        assert client.get(reverse(f"admin:accounts_{model}_{page}")).status_code == 200


def test_person_saved_in_an_emergency_keeps_their_password(client, emergency):
    person = UserFactory(support=True)
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk]))
    form = page.context["adminform"].form
    data = {
        name: form[name].value()
        for name in form.fields
        if name != "password" and form[name].value() not in (None, False)
    }

    saved = client.post(
        reverse("admin:accounts_user_change", args=[person.pk]), data | {"email": "Autre@exemple.test"}
    )

    after = User.objects.get(pk=person.pk)
    assert saved.status_code == 302
    assert (after.email, after.password) == ("autre@exemple.test", person.password)
    assert "md5$" not in page.content.decode()


def test_person_of_both_sides_is_refused_in_an_emergency_too(client, emergency):
    person = UserFactory(support=True)
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk]))
    form = page.context["adminform"].form
    data = {
        name: form[name].value()
        for name in form.fields
        if name != "password" and form[name].value() not in (None, False)
    }

    refused = client.post(
        reverse("admin:accounts_user_change", args=[person.pk]),
        data | {"organisation": OrganisationFactory().pk},
    )

    assert refused.status_code == 200
    assert User.objects.get(pk=person.pk).organisation is None


def test_code_of_an_organisation_does_not_change_in_an_emergency(client, emergency):
    organisation = OrganisationFactory(code="VALM")

    page = client.get(reverse("admin:accounts_organisation_change", args=[organisation.pk]))

    assert "code" not in page.context["adminform"].form.fields


def test_nothing_is_deleted_in_an_emergency(client, emergency):
    person = UserFactory()

    assert client.get(reverse("admin:accounts_user_delete", args=[person.pk])).status_code == 403


def test_deactivation_in_an_emergency_closes_the_sessions_for_good(client, emergency):
    person = UserFactory()
    page = client.get(reverse("admin:accounts_user_change", args=[person.pk]))
    form = page.context["adminform"].form
    data = {
        name: form[name].value()
        for name in form.fields
        if name != "password" and form[name].value() not in (None, False)
    }
    del data["is_active"]

    client.post(reverse("admin:accounts_user_change", args=[person.pk]), data)

    assert User.objects.get(pk=person.pk).deactivated_at is not None
