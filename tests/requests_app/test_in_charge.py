"""Who of support is in charge of a file."""

import pytest

from requests_app.services.requests import take_in_charge
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.errors import Missing
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def put(client, file, person, **more):
    return client.post(f"/demandes/{file.number}/en-charge/", {"person": person.pk, **more})


def test_support_takes_a_file_in_charge_and_comes_back_to_the_tab_it_read(client):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.support)
    assert f"/demandes/{file.number}/en-charge/" in client.get(f"/demandes/{file.number}/demande/").text

    response = put(client, file, cast.support, tab="conversation")

    assert (response.status_code, response.url) == (302, f"/demandes/{file.number}/conversation/")
    assert fresh(file).in_charge == cast.support


def test_support_gives_a_file_to_a_colleague_and_the_history_says_to_whom(client):
    cast, colleague = Cast(), UserFactory(support=True)
    file = stories.sent(cast)
    client.force_login(cast.support)

    put(client, file, colleague)

    assert fresh(file).in_charge == colleague
    assert str(colleague) in client.get(f"/demandes/{file.number}/historique/").context["acts"][0].what


@pytest.mark.parametrize("role", ["dpo", "client_admin"])
def test_only_active_support_is_put_in_charge(client, role):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.support)

    put(client, file, getattr(cast, role))
    put(client, file, UserFactory(support=True, is_active=False))

    assert fresh(file).in_charge is None


def test_somebody_who_left_meanwhile_is_refused_in_words():
    cast = Cast()
    file = stories.sent(cast)
    for person in (UserFactory(support=True, is_active=False), cast.lead):
        with pytest.raises(Missing) as refusal:
            take_in_charge(file, actor=cast.support, person=person)
        assert [reason.field for reason in refusal.value.reasons] == ["person"]


@pytest.mark.parametrize("role", ["dpo", "lead", "client_admin"])
def test_a_forged_post_of_another_role_changes_nothing(client, role):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(getattr(cast, role))

    put(client, file, cast.support)

    assert fresh(file).in_charge is None
    assert "/en-charge/" not in client.get(f"/demandes/{file.number}/demande/").text


def test_a_file_that_is_over_keeps_whoever_was_in_charge(client):
    file, cast = stories.file_at(Step.CLOSED)
    client.force_login(cast.support)

    put(client, file, cast.support)

    assert fresh(file).in_charge is None


@pytest.mark.parametrize("person", ["", "x", "99999999999999999999", "\x00"])
def test_nobody_that_there_is_can_be_named(client, person):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.support)

    response = client.post(f"/demandes/{file.number}/en-charge/", {"person": person, "tab": "../"})

    assert (response.status_code, response.url) == (302, f"/demandes/{file.number}/")
    assert fresh(file).in_charge is None


def test_a_file_taken_twice_by_the_same_press_is_taken_once(client):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.support)

    put(client, file, cast.support)
    put(client, file, cast.support)

    assert file.events.filter(name="take_in_charge").count() == 1
