"""Who may know that a file exists: one rule, read from both ends."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.roles import Role
from requests_app.models import ChangeRequest
from requests_app.services import decision, requests
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.steps import Step

pytestmark = pytest.mark.django_db

CLIENTS = {"client_admin", "client_auditor", "client_dpo"}
VENDOR = {"support", "dpo", "deputy_dpo", "lead"}
BUILDERS = {"developer", "tester"}

# Written by hand from the table of roles.
SEEN = {
    Step.REQUEST: CLIENTS,
    Step.SPECIFICATION: CLIENTS | VENDOR,
    Step.RULING: CLIENTS | VENDOR,
    Step.DECISION: CLIENTS | VENDOR,
    Step.DEVELOPMENT: CLIENTS | VENDOR | BUILDERS,
    Step.ACCEPTANCE: CLIENTS | VENDOR | BUILDERS,
    Step.CLOSED: CLIENTS | VENDOR | BUILDERS,
    Step.DECLINED: CLIENTS | VENDOR,
    Step.CANCELLED: CLIENTS | VENDOR,
}


def seers(file):
    """The roles of those who see `file`, asked from the people's end and checked from the file's."""
    people = User.objects.active()
    seen = {
        person for person in people if ChangeRequest.objects.visible_to(person).filter(pk=file.pk).exists()
    }
    assert set(file.viewers()) == seen
    return {role.value for person in seen for role in person.roles}


@pytest.mark.parametrize("step", list(SEEN), ids=str)
def test_each_role_sees_the_files_of_its_steps_and_other_clients_never(step):
    cast = Cast().everybody()
    for role in CLIENTS:
        UserFactory(**{role: True})  # another organisation each
    file, _cast = stories.file_at(step, cast)

    assert seers(file) == SEEN[step]
    assert all(person.organisation_id in (None, file.organisation_id) for person in file.viewers())


def test_what_support_enters_is_support_s_alone_until_it_is_sent():
    cast = Cast().everybody()
    file = requests.open_request(
        actor=cast.support, organisation=cast.organisation, fields=stories.request_fields(cast)
    )
    assert seers(file) == {"support"}

    requests.send_to_support(file, actor=cast.support)
    assert seers(fresh(file)) == CLIENTS | VENDOR


def test_developers_keep_seeing_a_file_that_was_reopened():
    cast = Cast().everybody()
    file = stories.green(cast)
    decision.reopen_specification(file, actor=cast.lead, reason="Un cas oublié.")

    assert seers(fresh(file)) == CLIENTS | VENDOR | BUILDERS


def test_a_request_never_sent_and_cancelled_stays_unknown_to_the_vendor():
    cast = Cast().everybody()
    file = stories.opened(cast)
    requests.cancel(file, actor=cast.client_admin, category="no_longer_needed", reason="Erreur.")

    assert seers(fresh(file)) == CLIENTS


def test_a_person_of_several_roles_sees_what_any_of_them_opens():
    cast = Cast()
    file = stories.sent(cast)
    both = UserFactory(developer=True, lead=True)

    assert ChangeRequest.objects.visible_to(both).get() == file


@pytest.mark.parametrize("change", [{"is_active": False}, {Role.CLIENT_ADMIN.column: False}])
def test_a_person_deactivated_or_without_role_sees_nothing(change):
    cast = Cast()
    stories.sent(cast)
    User.objects.filter(pk=cast.client_admin.pk).update(**change)
    person = User.objects.get(pk=cast.client_admin.pk)

    assert list(ChangeRequest.objects.visible_to(person)) == []


def test_somebody_signed_out_sees_nothing():
    stories.sent(Cast())
    assert list(ChangeRequest.objects.visible_to(AnonymousUser())) == []


def test_the_unsent_rework_of_a_returned_request_is_its_own_side_s_alone():
    cast = Cast()
    file = stories.sent(cast)
    requests.return_to_client(file, actor=cast.support, reason="Précisez.")
    requests.save_request(fresh(file), actor=cast.client_admin, fields={"title": "Pas encore envoyé"})
    file = fresh(file)

    assert file.text_for(cast.client_auditor).title == "Pas encore envoyé"
    assert file.text_for(cast.support).title == file.title == "Exporter le registre dans un tableur"
