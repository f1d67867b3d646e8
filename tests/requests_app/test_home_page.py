"""« À faire »: what waits for whom, with the one act it wants; what they wait for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from notifications.models import OutgoingMessage
from privacy import services
from privacy.models import RegisterVersion, VersionState
from privacy.verdicts import Verdict
from requests_app.desk import Desk, waiting_count
from requests_app.models import ChangeRequest, CheckKind, Subtask
from requests_app.page import FilePage
from requests_app.progress import Progress
from requests_app.services import decision, delivery, development, gdpr_sheet, invitations, requests
from requests_app.views.development.desk import Desk as Workbench
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory
from tests.factories.requests import AT, Cast, fresh
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def wanted(person):
    """`[(act, number)]` of what waits for a person, in the order shown."""
    return [(item.act, item.number) for item in Desk(again(person)).items]


def awaited(person):
    """The numbers of what a person waits for."""
    return [file.number for file in Desk(again(person)).awaited]


def again(person):
    """The same person as another page would have them."""
    return type(person).objects.get(pk=person.pk)


# Who has to do what, at each step.


@pytest.mark.parametrize(
    ("step", "who", "act"),
    [
        (Step.REQUEST, "client_admin", "send"),
        (Step.SPECIFICATION, "support", "take"),
        (Step.RULING, "dpo", "rule"),
        (Step.RULING, "deputy_dpo", "rule"),
        (Step.DECISION, "client_admin", "decide"),
        (Step.DEVELOPMENT, "lead", "deliver"),
        (Step.ACCEPTANCE, "client_admin", "accept"),
    ],
)
def test_a_file_waits_at_each_step_for_whose_turn_it_is_and_for_nobody_else(step, who, act):
    cast = Cast().everybody()
    file = AT[step](cast)
    turns = {"dpo", "deputy_dpo"} if step == Step.RULING else {who}

    found = {role.value: wanted(cast.person(role)) for role in Role}

    assert found == {role.value: [(act, file.number)] if role.value in turns else [] for role in Role}


@pytest.mark.parametrize("step", [Step.CLOSED, Step.DECLINED, Step.CANCELLED])
def test_a_file_that_is_over_waits_for_nobody_but_for_the_adoption_of_what_it_changed(step):
    cast = Cast().everybody()
    file = AT[step](cast)

    found = {role.value: wanted(cast.person(role)) + awaited(cast.person(role)) for role in Role}

    left = {"client_dpo": [("adopt", file.number)]} if step == Step.CLOSED else {}
    assert {name: items for name, items in found.items() if items} == left


def test_a_version_of_the_register_waits_for_the_administrators_where_the_client_has_no_dpo(client):
    cast = Cast()
    file = stories.closed(cast)
    [item] = Desk(again(cast.client_admin)).items
    assert (item.act, item.title, item.number) == ("adopt", "Registre des traitements", file.number)
    client.force_login(cast.client_admin)
    assert f'href="{item.url}"' in client.get("/").text
    assert client.get(item.url).status_code == 200

    UserFactory(client_dpo=True, organisation=cast.organisation)
    assert wanted(cast.client_admin) == []
    services.adopt(RegisterVersion.objects.get(state=VersionState.AWAITED), actor=cast.client_admin)
    assert not RegisterVersion.objects.filter(state=VersionState.AWAITED).exists()


# Dated actions.


def act_on(file, cast, owner, days=10, key="notice"):
    action = "Nommer la durée dans la notice.", owner, timezone.localdate() + timedelta(days=days)
    stories.assess(fresh(file), cast, "minor", [key], action=action)


def test_a_dated_action_waits_for_its_side_at_every_step_that_takes_it_and_once_the_file_is_closed(client):
    cast = Cast().everybody()
    file = stories.validated(cast)
    stories.end(stories.split(file, cast), cast)
    act_on(file, cast, "client", days=400)
    act_on(file, cast, "vendor", days=3, key="retention")

    theirs = {role.value for role in Role if ("act", file.number) in wanted(cast.person(role))}
    assert theirs == {"client_admin", "client_auditor", "client_dpo", "lead"}
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Un cas a été oublié.")
    assert "act" not in [act for act, _number in wanted(cast.lead) + wanted(cast.client_admin)]

    closed = stories.green(cast)
    act_on(closed, cast, "client", days=-3)
    delivery.deliver(fresh(closed), actor=cast.lead, release="4.2.0")
    delivery.accept(fresh(closed), actor=cast.client_admin, answers=stories.answers(closed))
    client.force_login(cast.client_auditor)
    [item] = client.get("/").context["mine"]
    assert (item.act, item.title, item.number) == ("act", "Nommer la durée dans la notice.", closed.number)
    gdpr_sheet.complete_action(fresh(closed), actor=cast.client_auditor, position=1, how="Fait.")
    assert wanted(cast.client_auditor) == []


def test_a_dated_action_of_somebody_waits_for_them_alone_and_for_their_side_once_they_left():
    cast = Cast().everybody()
    file = stories.validated(cast)
    act_on(file, cast, cast.client_auditor)
    act_on(file, cast, cast.dpo, key="retention")

    def owners():
        return {role.value for role in Role if ("act", file.number) in wanted(cast.person(role))}

    assert owners() == {"client_auditor", "dpo"}
    cast.client_auditor.is_active = False
    cast.client_auditor.save()
    cast.dpo.is_dpo, cast.dpo.is_tester = False, True
    cast.dpo.save()
    assert owners() - {"client_auditor"} == {"client_admin", "client_dpo", "lead"}


def test_each_item_leads_to_the_tab_where_its_act_is_done(client):
    cast = Cast()
    file = stories.ruled(cast)
    client.force_login(cast.client_admin)

    response = client.get("/")

    assert f'href="/demandes/{file.number}/decision/"' in response.text


def test_the_oldest_deadline_comes_first_and_what_has_none_last():
    cast = Cast()
    today = timezone.localdate()
    late, soon = (stories.sent(cast, deadline=today + timedelta(days=days)) for days in (60, 3))
    undated = requests.open_request(actor=cast.support, organisation=cast.organisation)

    assert wanted(cast.support) == [
        ("take", soon.number),
        ("take", late.number),
        ("send", undated.number),
    ]


def test_dpo_reads_by_when_each_ruling_is_due_and_finds_the_first_one_due_first(settings):
    cast, today = Cast(), timezone.localdate()
    settings.RULING_DUE_DAYS = 5
    late, soon = (stories.specified(cast, deadline=today + timedelta(days=days)) for days in (90, 60))
    # Sent twenty days before the other, though its client wishes it for later.
    ChangeRequest.objects.filter(pk=late.pk).update(step_since=timezone.now() - timedelta(days=20))

    items = Desk(cast.dpo).items

    assert [(item.act, item.number) for item in items] == [("rule", late.number), ("rule", soon.number)]
    assert [item.by for item in items] == [fresh(late).ruling_due, fresh(soon).ruling_due]
    assert items[0].by < today < items[1].by


def test_support_specifies_its_own_files_and_sees_apart_those_nobody_took(client):
    cast = Cast()
    mine, theirs, free = (stories.sent(cast) for _number in range(3))
    requests.take_in_charge(mine, actor=cast.support, person=cast.support)
    requests.take_in_charge(theirs, actor=cast.support, person=UserFactory(support=True))
    client.force_login(cast.support)

    response = client.get("/")

    assert [item.number for item in response.context["mine"]] == [mine.number]
    assert [item.number for item in response.context["unclaimed"]] == [free.number]


def test_a_file_whose_person_in_charge_left_is_offered_again():
    cast = Cast()
    file = stories.sent(cast)
    requests.take_in_charge(file, actor=cast.support, person=cast.support)
    colleague = UserFactory(support=True)
    assert wanted(colleague) == []

    cast.support.is_active = False
    cast.support.save()

    assert wanted(colleague) == [("take", file.number)]


def test_a_draft_waits_for_its_author_and_not_for_colleagues_of_the_client():
    cast = Cast()
    file = stories.opened(cast, requester=cast.requester)

    assert wanted(cast.client_admin) == [("send", file.number)]
    assert wanted(cast.client_dpo) == []
    assert awaited(cast.client_dpo) == [file.number]


def test_a_draft_whose_author_left_waits_for_the_administrators():
    cast = Cast()
    file = requests.open_request(actor=cast.client_dpo, organisation=cast.organisation)
    assert wanted(cast.client_admin) == []

    cast.client_dpo.is_active = False
    cast.client_dpo.save()

    assert wanted(cast.client_admin) == [("send", file.number)]


def test_a_decision_waits_for_whoever_the_organisation_lets_decide():
    cast = Cast()
    cast.organisation.decider_roles = [Role.CLIENT_DPO]
    cast.organisation.save()
    file = stories.ruled(cast)

    assert wanted(cast.client_dpo) == [("decide", file.number)]
    assert wanted(cast.client_admin) == []
    assert awaited(cast.client_admin) == [file.number]


def test_a_proposal_to_stop_waits_for_the_client_then_its_agreement_for_the_lead():
    cast = Cast()
    file = stories.validated(cast)
    stories.split(file, cast)
    decision.propose_to_abandon(file, actor=cast.lead, reason="Le besoin a disparu.")
    assert (wanted(cast.client_admin), wanted(cast.lead)) == ([("agree", file.number)], [])

    decision.agree_to_abandon(file, actor=cast.client_admin)

    assert (wanted(cast.client_admin), wanted(cast.lead)) == ([], [("abandon", file.number)])


def test_an_invitation_waits_for_the_invited_until_it_is_used():
    cast = Cast()
    invitation = invitations.invite(
        actor=cast.support,
        organisation=cast.organisation,
        person=cast.client_admin,
        ticket_reference="884213",
        subject="Exporter le registre",
    )
    [item] = Desk(cast.client_admin).items
    assert (item.act, item.title, item.url) == ("open", "Exporter le registre", invitation.get_absolute_url())
    assert wanted(cast.client_dpo) == []

    file = requests.open_request(
        actor=cast.client_admin, organisation=cast.organisation, invitation=invitation
    )

    assert wanted(cast.client_admin) == [("send", file.number)]


def test_a_dpo_who_took_part_is_not_asked_to_rule():
    cast = Cast()
    cast.support.is_deputy_dpo = True
    cast.support.save()
    file = stories.specified(cast)

    assert wanted(cast.dpo) == [("rule", file.number)]
    assert wanted(cast.support) == []


# Step 6, from the first subtask to the delivery.


def test_the_lead_splits_then_assigns_then_delivers():
    cast = Cast()
    file = stories.validated(cast)
    assert wanted(cast.lead) == [("split", file.number)]

    subtask = development.add_subtask(file, actor=cast.lead, fields={"title": "Écrire l’export"})
    assert wanted(cast.lead) == [("assign", file.number)]

    development.edit_subtask(subtask, actor=cast.lead, fields={}, developers=[cast.developer])
    assert (wanted(cast.lead), awaited(cast.lead)) == ([], [file.number])

    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    assert wanted(cast.lead) == [("deliver", file.number)]


def test_developers_see_their_own_subtasks_and_what_each_wants():
    cast = Cast()
    file = stories.validated(cast)
    today = timezone.localdate()
    first = stories.split(file, cast)
    assert wanted(cast.developer) == [("start", file.number)]

    development.start_subtask(first, actor=cast.developer, start_date=today)
    assert wanted(cast.developer) == [("end", file.number)]

    development.end_subtask(first, actor=cast.developer, end_date=today)
    assert (wanted(cast.developer), awaited(cast.developer)) == ([], [file.number])

    development.make_check(
        first, actor=cast.tester, kind=CheckKind.UNIT, is_passed=False, comment="Deux pages manquent."
    )
    assert wanted(cast.developer) == [("again", file.number)]
    assert wanted(UserFactory(developer=True)) == []


def test_testers_see_what_was_ended_unless_others_are_named_or_their_hands_touched_it():
    cast = Cast()
    file = stories.validated(cast)
    open_to_all = stories.split(file, cast)
    named = stories.split(file, cast, title="Pour une seule", testers=[UserFactory(tester=True)])
    cast.developer.is_tester = True
    cast.developer.save()
    assert wanted(cast.tester) == []

    stories.end(open_to_all, cast)
    stories.end(named, cast)

    assert [item.title for item in Desk(again(cast.tester)).items] == [open_to_all.title]
    assert wanted(cast.developer) == []


def test_the_dpo_sees_gdpr_checks_due_and_conditions_that_hold_a_delivery_back():
    cast = Cast()
    file = stories.validated(cast, Verdict.CONDITIONAL)
    subtask = stories.split(file, cast)
    stories.end(subtask, cast)
    assert wanted(cast.dpo) == [("gdpr_check", file.number)]

    stories.pass_checks(subtask, cast)
    assert (wanted(cast.dpo), wanted(cast.lead)) == ([("assess", file.number)], [])

    stories.assess(file, cast)
    assert (wanted(cast.dpo), wanted(cast.lead)) == ([], [("deliver", file.number)])

    stories.assess(file, cast, "major", ["encryption"])
    assert (wanted(cast.dpo), wanted(cast.lead)) == ([("assess", file.number)], [])


def test_client_sees_what_it_owes_until_the_dpo_finds_it_met():
    cast = Cast()
    file = stories.specified(cast)
    owed = {"text": "L’analyse d’impact est faite.", "owner": "client"}
    stories.give_ruling(
        file, cast, Verdict.CONDITIONAL, conditions=[{"text": "L’accès est journalisé."}, owed]
    )
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    people = (cast.client_admin, cast.client_auditor, cast.client_dpo)

    assert [wanted(person) for person in people] == [[("owe", file.number)]] * 3
    stories.assess(fresh(file), cast, "conforming", ["condition-2"])

    assert [wanted(person) for person in people] == [[]] * 3


def test_a_refused_delivery_waits_for_something_new_and_not_for_the_same_again():
    cast = Cast()
    file = stories.delivered(cast)
    file.subtasks.get().criteria.clear()
    delivery.refuse(
        file, actor=cast.client_admin, answers=stories.answers(file, accepted=False), reason="Illisible."
    )
    assert wanted(cast.lead) == [("split", file.number)]

    development.reopen_subtask(file.subtasks.get(), actor=cast.lead, reason="Refusé.")

    assert (wanted(cast.lead), wanted(cast.developer)) == ([], [("again", file.number)])


def test_work_that_is_paused_waits_for_nobody_who_works():
    cast = Cast()
    file = stories.validated(cast)
    stories.split(file, cast)
    decision.reopen_specification(file, actor=cast.lead, reason="Le besoin a changé.")

    assert (wanted(cast.developer), awaited(cast.developer)) == ([], [file.number])


def green_by_half(cast):
    file = stories.validated(cast)
    parent = stories.split(file, cast, title="Découpée")
    children = [stories.split(file, cast, title=title, parent=parent) for title in ("Une", "Deux")]
    stories.end(children[0], cast)
    stories.pass_checks(children[0], cast)
    return file, children


def parent_left_empty(cast):
    file, children = green_by_half(cast)
    for child in children:
        development.cancel_subtask(child, actor=cast.lead, reason="Inutile.")
    alone = stories.split(file, cast, title="Seule")
    stories.end(alone, cast)
    stories.pass_checks(alone, cast)


def parent_cancelled(cast):
    file, _children = green_by_half(cast)
    development.cancel_subtask(file.subtasks.get(title="Découpée"), actor=cast.lead, reason="Fait autrement.")
    stories.split(file, cast, title="Autrement")


def without_personal_data(cast):
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    development.mark_without_personal_data(subtask, actor=cast.dpo)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast, gdpr=False)


def test_the_desk_and_the_page_of_a_file_say_the_same_of_every_subtask():
    cast = Cast().everybody()
    for make in (green_by_half, parent_left_empty, parent_cancelled, without_personal_data):
        make(cast)
    for verdict in (Verdict.NO_IMPACT, Verdict.FAVOURABLE, Verdict.CONDITIONAL):
        stories.green(cast, verdict)
        ended = stories.split(stories.validated(cast, verdict), cast)
        stories.end(ended, cast)
        development.make_check(ended, actor=cast.tester, kind=CheckKind.UNIT, is_passed=True)
    files = {one.change_request for one in Subtask.objects.all()}

    green, checks, gdpr = set(), set(), set()
    for file in files:
        progress = Progress(file)
        if progress.is_all_green:
            green.add(file.number)
        tester, dpo = (
            Workbench(FilePage(file, person, "development"), progress) for person in (cast.tester, cast.dpo)
        )
        checks |= {
            (file.number, node.subtask.title) for node in progress.nodes.values() if tester.makeable(node)
        }
        if any(CheckKind.GDPR in dpo.makeable(node) for node in progress.nodes.values()):
            gdpr.add(file.number)

    assert {number for act, number in wanted(cast.dpo) if act == "gdpr_check"} == gdpr
    assert {(item.number, item.title) for item in Desk(again(cast.tester)).items} == checks
    said = {number for act, number in wanted(cast.lead) if act == "deliver"}
    held_back = {number for act, number in wanted(cast.dpo) if act == "assess"}
    assert said | held_back == green


# The page itself.


def test_the_count_of_the_top_bar_is_what_the_page_lists():
    cast = Cast().everybody()
    for make in AT.values():
        make(cast)
    green_by_half(cast)

    for role in Role:
        person = cast.person(role)
        assert waiting_count(again(person)) == len(wanted(person)), role


def test_more_than_a_page_waits_and_the_rest_is_counted(client):
    cast = Cast()
    file = stories.validated(cast)
    for number in range(53):
        stories.split(file, cast, title=f"Partie {number}")
    client.force_login(cast.developer)

    response = client.get("/")

    assert (len(response.context["mine"]), response.context["left_out"]) == (50, 3)


def test_a_client_sees_its_own_requests_in_progress_and_none_of_another(client):
    cast, other = Cast(), Cast()
    mine, theirs = stories.sent(cast), stories.sent(other)
    client.force_login(cast.client_auditor)

    response = client.get("/")

    assert [line["number"] for line in response.context["awaited"]] == [mine.number]
    assert theirs.number not in response.text
    assert other.organisation.name not in response.text


def test_a_request_being_reworked_bears_its_new_title_for_its_own_side_and_its_sent_one_for_the_vendor(
    client,
):
    cast = Cast()
    file = stories.sent(cast, title="Titre envoyé")
    requests.take_in_charge(file, actor=cast.support, person=cast.support)
    requests.return_to_client(file, actor=cast.support, reason="Précisez.")
    requests.save_request(fresh(file), actor=cast.client_admin, fields={"title": "Titre repris"})
    seen = {}
    for person in (cast.client_admin, cast.support):
        client.force_login(person)
        seen[person] = client.get("/").text

    assert ("Titre repris" in seen[cast.client_admin], "Titre envoyé" in seen[cast.client_admin]) == (
        True,
        False,
    )
    assert ("Titre repris" in seen[cast.support], "Titre envoyé" in seen[cast.support]) == (False, True)


def test_home_does_not_exist_for_a_client_without_a_role_who_can_still_leave(client):
    cast = Cast()
    client.force_login(cast.requester)

    response = client.get("/")

    assert response.status_code == 404
    assert "/demandes/" not in response.text
    assert client.get("/profil/").status_code == 200
    assert 'action="/deconnexion/"' in response.text


def test_a_portal_administrator_without_a_file_role_lands_on_people(client):
    client.force_login(Cast().portal_admin)

    response = client.get("/")

    assert (response.status_code, response.url) == (302, "/administration/personnes/")


def test_support_is_told_of_messages_that_will_not_arrive(client):
    cast = Cast()
    client.force_login(cast.support)
    assert client.get("/").context["stuck"] == 0

    MessageFactory(uncertain=True)
    MessageFactory(state=OutgoingMessage.State.QUEUED)

    response = client.get("/")
    assert response.context["stuck"] == 1
    assert 'href="/demandes/messages/"' in response.text


QUERIES = {
    Role.CLIENT_ADMIN: 7,
    Role.CLIENT_AUDITOR: 4,
    Role.CLIENT_DPO: 5,
    Role.SUPPORT: 7,
    Role.DPO: 6,
    Role.DEPUTY_DPO: 6,
    Role.LEAD: 6,
    Role.DEVELOPER: 6,
    Role.TESTER: 6,
}


@pytest.mark.parametrize("rows", [1, 3])
def test_home_asks_the_same_number_of_queries_for_one_row_and_for_three(
    client, django_assert_num_queries, rows
):
    cast = Cast()
    for _row in range(rows):
        for make in AT.values():
            make(cast)
        file = stories.validated(cast)
        stories.split(file, cast)
        stories.end(stories.split(file, cast, title="Finie"), cast)
        invitations.invite(
            actor=cast.support,
            organisation=cast.organisation,
            person=cast.client_admin,
            ticket_reference="884213",
            subject="Exporter le registre",
        )

    for role, queries in QUERIES.items():
        client.force_login(cast.person(role))
        client.get("/")
        with django_assert_num_queries(queries, info=role):
            assert client.get("/").status_code == 200


def test_somebody_with_every_role_of_the_vendor_still_has_a_quick_home(client, django_assert_max_num_queries):
    cast = Cast()
    person = UserFactory(support=True, dpo=True, lead=True, developer=True, tester=True, portal_admin=True)
    for make in AT.values():
        make(cast)
    stories.end(stories.split(stories.validated(cast), cast), cast)
    client.force_login(person)

    with django_assert_max_num_queries(10):
        assert client.get("/").status_code == 200


def test_whoever_has_no_place_is_led_from_nothing_to_their_profile(client):
    client.force_login(UserFactory(requester=True))
    nothing = client.get("/")
    assert (nothing.status_code, 'href="/profil/"' in nothing.text, 'href="/"' in nothing.text) == (
        404,
        True,
        False,
    )

    client.force_login(UserFactory(client_admin=True))
    assert 'href="/"' in client.get("/demandes/ZZ-2026-0001/").text


def test_the_stuck_messages_are_a_page_of_administration(client):
    client.force_login(UserFactory(portal_admin=True))

    places = client.get("/demandes/messages/").context["frame"].places

    assert [place["key"] for place in places if place["current"]] == ["administration"]
