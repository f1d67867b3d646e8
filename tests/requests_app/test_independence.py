"""Who may rule on what, told before anybody tries: GDPR art. 38(6)."""

import pytest

from accounts.services import deactivate_person
from notifications.models import OutgoingMessage
from requests_app import consequences
from requests_app.desk import Desk
from requests_app.guards import who_can_rule
from requests_app.models import ChangeRequest
from requests_app.page import FilePage
from requests_app.services import decision, specification
from requests_app.tasks import tell_where_nobody_can_rule
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.steps import Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    cast = Cast()
    assert cast.dpo
    return cast


@pytest.fixture
def file(cast):
    return stories.specified(cast)


def page_of(file, person, tab):
    """The page of `file` on `tab` as `person` opens it."""
    read = ChangeRequest.objects.visible_to(person).with_message_count(person)
    return FilePage(read.get(pk=file.pk), person, tab)


def said(file):
    """What the history says of who can rule, in order."""
    names = ("nobody_can_rule", "can_be_ruled_again")
    return list(file.events.filter(name__in=names).order_by("sequence").values_list("name", flat=True))


def test_a_dpo_who_leaves_while_files_wait_is_told_to_the_portal_administrator_once(cast, file):
    other = stories.specified(Cast())
    admin = cast.portal_admin
    tell_where_nobody_can_rule()
    assert said(file) == []

    deactivate_person(cast.dpo, actor=admin)
    tell_where_nobody_can_rule()
    tell_where_nobody_can_rule()

    assert (said(file), said(other)) == (["nobody_can_rule"], ["nobody_can_rule"])
    told = OutgoingMessage.objects.filter(event__change_request=file, event__name="nobody_can_rule")
    assert [row.recipient for row in told] == [admin]


def test_once_a_deputy_is_named_the_history_says_so_and_would_tell_anew(cast, file):
    cast.dpo.is_dpo = False
    cast.dpo.save()
    tell_where_nobody_can_rule()

    deputy = cast.deputy_dpo
    tell_where_nobody_can_rule()
    assert said(file) == ["nobody_can_rule", "can_be_ruled_again"]

    deactivate_person(deputy, actor=cast.portal_admin)
    tell_where_nobody_can_rule()
    assert said(file) == ["nobody_can_rule", "can_be_ruled_again", "nobody_can_rule"]


def test_what_was_told_at_the_sending_is_not_told_again(cast):
    cast.support = cast.dpo
    cast.dpo.is_support = True
    cast.dpo.save()
    file = stories.specified(cast)

    tell_where_nobody_can_rule()

    assert said(file) == ["nobody_can_rule"]


def test_a_file_at_another_step_is_nobody_s_to_rule_on(cast):
    file = stories.ruled(cast)
    deactivate_person(cast.dpo, actor=cast.portal_admin)

    tell_where_nobody_can_rule()

    assert said(file) == []


def test_every_way_to_take_part_bars_and_both_directions_of_the_rule_agree(cast):
    cast.lead = UserFactory(lead=True, deputy_dpo=True)
    cast.tester = UserFactory(tester=True, deputy_dpo=True)
    cast.developer = UserFactory(developer=True, deputy_dpo=True)
    cast.support = UserFactory(support=True, deputy_dpo=True)
    writer, named = UserFactory(support=True, deputy_dpo=True), UserFactory(tester=True, deputy_dpo=True)
    file = stories.green(cast)
    stories.split(file, cast, "Autre", testers=[named])
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Un cas de plus.")
    specification.save_specification(fresh(file), actor=writer, fields={"solution": "Autre."})
    stories.specify(fresh(file), cast, solution="Une autre solution.")
    file = fresh(file)

    took_part = {cast.tester, cast.developer, cast.support, writer, named}
    assert set(who_can_rule(file)) == {cast.lead, cast.dpo}
    for person in [*took_part, cast.lead, cast.dpo]:
        rulable = ChangeRequest.objects.rulable_by(person).filter(pk=file.pk).exists()
        assert rulable == (person not in took_part)
    assert file.step == Step.RULING


def test_a_dpo_who_took_part_does_not_read_that_the_ruling_is_theirs(cast, file):
    free = UserFactory(dpo=True)
    file.specification.writers.add(cast.dpo)

    barred, able = page_of(file, cast.dpo, "ruling"), page_of(file, free, "ruling")

    assert (barred.is_my_turn, able.is_my_turn) == (False, True)
    assert (barred.is_mine, able.is_mine) == (False, True)
    assert [tab.state for tab in barred.tabs if tab.current] == ["locked"]
    assert barred.turn != able.turn
    assert (Desk(cast.dpo).total, Desk(free).total) == (0, 1)


def test_support_reads_before_it_sends_that_nobody_can_rule(cast):
    file = stories.sent(cast)
    admin = cast.portal_admin
    assert str(admin) not in str(consequences.of(file, "send_to_dpo"))
    deactivate_person(cast.dpo, actor=admin)

    assert str(admin) in str(consequences.of(fresh(file), "send_to_dpo"))


def test_a_client_asked_to_agree_to_stop_finds_where_to_answer(cast):
    file = stories.validated(cast)
    before = page_of(file, cast.client_admin, "development")
    assert (before.is_my_turn, before.turn_side) == (False, "vendor")

    decision.propose_to_abandon(file, actor=cast.lead, reason="Plus de besoin.")

    page = page_of(file, cast.client_admin, "development")
    assert (page.is_my_turn, page.turn_side) == (True, "client")
    assert [tab.state for tab in page.tabs if tab.current] == ["mine"]
    assert [item.act for item in Desk(cast.client_admin).items] == ["agree"]
    assert not page_of(file, cast.client_auditor, "development").is_my_turn
    decision.agree_to_abandon(fresh(file), actor=cast.client_admin)
    assert not page_of(file, cast.client_admin, "development").is_my_turn
