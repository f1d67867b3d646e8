"""Who may move what from where: the table of transitions, written by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from privacy.verdicts import PersonalData, Verdict
from requests_app.models import ChangeRequest
from requests_app.services import decision, requests, specification
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow import engine
from workflow.errors import Missing, MovedOn, NotYourRole
from workflow.machine import PARTS, transition_names
from workflow.steps import Step

pytestmark = pytest.mark.django_db

CLIENTS = {Role.CLIENT_ADMIN, Role.CLIENT_AUDITOR, Role.CLIENT_DPO}
DECIDERS = {Role.CLIENT_ADMIN}
DPOS = {Role.DPO, Role.DEPUTY_DPO}

# (move, from): (to, who). A file that a client opened; what support entered has its own test below.
TABLE = {
    ("create", Step.TICKET): (Step.REQUEST, CLIENTS),
    ("send_to_support", Step.REQUEST): (Step.SPECIFICATION, CLIENTS),
    ("return_to_client", Step.SPECIFICATION): (Step.REQUEST, {Role.SUPPORT}),
    ("send_to_dpo", Step.SPECIFICATION): (Step.RULING, {Role.SUPPORT}),
    ("send_to_client", Step.SPECIFICATION): (Step.DECISION, {Role.SUPPORT}),
    ("decline", Step.SPECIFICATION): (Step.DECLINED, {Role.SUPPORT}),
    ("return_to_support", Step.RULING): (Step.SPECIFICATION, DPOS),
    ("rule", Step.RULING): (Step.DECISION, DPOS),
    ("validate", Step.DECISION): (Step.DEVELOPMENT, DECIDERS),
    ("request_change", Step.DECISION): (Step.SPECIFICATION, CLIENTS),
    ("cancel", Step.REQUEST): (Step.CANCELLED, DECIDERS),
    ("cancel", Step.SPECIFICATION): (Step.CANCELLED, DECIDERS),
    ("cancel", Step.RULING): (Step.CANCELLED, DECIDERS),
    ("cancel", Step.DECISION): (Step.CANCELLED, DECIDERS),
    ("reopen_specification", Step.DEVELOPMENT): (Step.SPECIFICATION, {Role.LEAD, Role.SUPPORT}),
    ("abandon", Step.DEVELOPMENT): (Step.CANCELLED, {Role.LEAD}),
    ("deliver", Step.DEVELOPMENT): (Step.ACCEPTANCE, {Role.LEAD}),
    ("accept", Step.ACCEPTANCE): (Step.CLOSED, DECIDERS),
    ("refuse", Step.ACCEPTANCE): (Step.DEVELOPMENT, DECIDERS),
}
MOVES = sorted({name for name, _step in TABLE})
ALLOWED = [(name, step, role) for (name, step), (_to, roles) in TABLE.items() for role in sorted(roles)]


def file_before(name, step, cast):
    """A file from which `name` is possible at `step`, with all that it needs but the data of the move."""
    if step is Step.TICKET:
        return ChangeRequest(
            organisation=cast.organisation, number="ZZ-2026-0001", created_by=cast.client_admin
        )
    if name == "send_to_client":
        file = stories.ruled(cast)
        decision.request_change(file, actor=cast.client_admin, reason="Le devis est trop élevé.")
        return fresh(file)
    file, _cast = stories.file_at(step, cast)
    if name == "send_to_dpo":
        specification.save_specification(file, actor=cast.support, fields={"solution": "Un bouton d’export."})
    if name == "abandon":
        decision.propose_to_abandon(file, actor=cast.lead, reason="Plus de sens.")
        decision.agree_to_abandon(fresh(file), actor=cast.client_admin)
    return fresh(file)


def data_for(name, file):
    """What the move brings when all is well."""
    today = timezone.localdate()
    if name in {"send_to_dpo", "send_to_client"}:
        return {"planned_date": (today + timedelta(days=30)).isoformat()}
    if name == "rule":
        return {
            "personal_data": PersonalData.YES,
            "verdict": Verdict.FAVOURABLE,
            "conclusions": "Rien à redire.",
            "validation_date": today.isoformat(),
        }
    if name == "validate":
        return {"version": file.versions.last().number}
    if name == "accept":
        return {"accepted_criteria": [row.pk for row in file.specification.criteria.all()]}
    return {}


def test_the_table_names_every_transition():
    assert set(MOVES) == set(transition_names())


@pytest.mark.parametrize(("name", "step", "role"), ALLOWED)
def test_whoever_the_table_names_moves_the_file(name, step, role):
    cast = Cast()
    file = file_before(name, step, cast)

    event = engine.run(file, name, actor=cast.person(role), reason="Un motif.", data=data_for(name, file))

    assert (event.name, event.from_step, event.to_step) == (name, step, TABLE[name, step][0])
    assert (event.actor, fresh(file).step) == (cast.person(role), TABLE[name, step][0])


@pytest.fixture
def everybody():
    """One person of each role, somebody of the organisation without a role, and another client's administrator."""
    cast = Cast().everybody()
    people = {role.value: cast.person(role) for role in Role}
    return cast, {**people, "requester": cast.requester, "foreign": UserFactory(client_admin=True)}


@pytest.mark.parametrize("step", list(Step), ids=str)
@pytest.mark.parametrize("name", MOVES)
def test_nobody_else_moves_it_from_anywhere_else(name, step, everybody):
    cast, people = everybody
    file = ChangeRequest(
        organisation=cast.organisation, number="ZZ-2026-0001", created_by=cast.client_admin, step=step
    )
    if step is not Step.TICKET:
        now = timezone.now()
        file.sent_at, file.development_at = now, now
        file.ended_at = now if file.is_over else None
        file.save()
    allowed = TABLE[name, step][1] if (name, step) in TABLE else None

    for who, person in people.items():
        if allowed is None:
            with pytest.raises(MovedOn):
                engine.check(file, name, actor=person)
        elif who not in {role.value for role in allowed}:
            with pytest.raises(NotYourRole):
                engine.run(file, name, actor=person)
    if step is not Step.TICKET:
        assert (fresh(file).step, file.events.count()) == (step, 0)


@pytest.mark.parametrize("name", ["create", "send_to_support"])
def test_support_opens_and_sends_only_what_it_enters_itself(name, everybody):
    cast, people = everybody
    step = Step.TICKET if name == "create" else Step.REQUEST
    file = ChangeRequest(organisation=cast.organisation, created_by=cast.support, step=step)
    with pytest.raises(NotYourRole):
        engine.check(file, name, actor=cast.support)

    file.is_entered_by_vendor = True
    assert {who for who, person in people.items() if name in engine.offered(file, person)} == {Role.SUPPORT}
    for who in people.keys() - {Role.SUPPORT}:
        with pytest.raises(NotYourRole):
            engine.check(file, name, actor=people[who])

    # Once sent and returned, the client may finish it too.
    file.sent_at = timezone.now()
    allowed = {who for who, person in people.items() if name in engine.offered(file, person)}
    assert allowed == {*CLIENTS, Role.SUPPORT}


@pytest.mark.parametrize("entered", [True, False])
def test_nobody_acts_on_a_file_that_does_not_exist_for_them(entered, everybody):
    cast, people = everybody
    fields = stories.request_fields(cast)
    file = requests.open_request(
        actor=cast.support if entered else cast.client_admin, organisation=cast.organisation, fields=fields
    )
    for person in people.values():
        sees = ChangeRequest.objects.visible_to(person).exists()
        acts = bool(engine.offered(file, person)) or any(
            engine.may_edit(file, part, person) for part in PARTS
        )
        assert acts == sees


def test_an_organisation_may_let_its_dpo_decide_instead_of_its_administrators():
    cast = Cast()
    cast.organisation.decider_roles = [Role.CLIENT_DPO]
    cast.organisation.save()
    file = stories.ruled(cast)

    assert "validate" not in engine.offered(file, cast.client_admin)
    assert "validate" in engine.offered(file, cast.client_dpo)


def test_a_deactivated_person_moves_nothing():
    cast = Cast()
    file = stories.sent(cast)
    cast.support.is_active = False

    with pytest.raises(NotYourRole):
        engine.run(file, "return_to_client", actor=cast.support, reason="Précisez.")


@pytest.mark.parametrize(
    ("name", "step", "codes"),
    [
        ("send_to_support", Step.REQUEST, ["title", "nature", "requester", "description", "deadline"]),
        ("return_to_client", Step.SPECIFICATION, ["reason"]),
        ("send_to_dpo", Step.SPECIFICATION, ["solution", "planned_date"]),
        ("send_to_client", Step.SPECIFICATION, ["solution", "planned_date", "ruling"]),
        ("decline", Step.SPECIFICATION, ["reason"]),
        ("return_to_support", Step.RULING, ["reason"]),
        ("rule", Step.RULING, ["personal_data", "verdict", "conclusions", "validation_date"]),
        ("validate", Step.DECISION, ["version"]),
        ("request_change", Step.DECISION, ["reason"]),
        ("cancel", Step.DECISION, ["reason"]),
        ("reopen_specification", Step.DEVELOPMENT, ["reason"]),
        ("abandon", Step.DEVELOPMENT, ["reason", "agreement"]),
        ("accept", Step.ACCEPTANCE, ["criterion"]),
        ("refuse", Step.ACCEPTANCE, ["reason"]),
    ],
)
def test_a_move_without_what_it_needs_says_what_is_missing_by_name(name, step, codes):
    cast = Cast()
    blank = {"title": "", "nature": "", "requester": None, "deadline": None, "description": ""}
    file = stories.opened(cast, **blank) if step is Step.REQUEST else stories.file_at(step, cast)[0]
    actor = cast.person(min(TABLE[name, step][1]))

    with pytest.raises(Missing) as refusal:
        engine.run(file, name, actor=actor)

    assert [reason.code for reason in refusal.value.reasons] == codes
    assert fresh(file).step == step


def test_a_refused_move_tells_who_moved_the_file_and_when():
    cast = Cast()
    file = stories.sent(cast)
    event = engine.run(file, "return_to_client", actor=cast.support, reason="Précisez.")

    with pytest.raises(MovedOn) as refusal:
        engine.run(file, "decline", actor=UserFactory(support=True), reason="Trop tard.")

    assert (refusal.value.by, refusal.value.at) == (cast.support, event.at)


def test_the_step_is_written_by_the_engine_alone():
    cast = Cast()
    file = stories.sent(cast)
    with pytest.raises(AttributeError):
        file.step = Step.CLOSED


def test_a_file_just_opened_is_locked_anew_by_the_next_act():
    file = stories.opened(Cast())
    requests.save_request(fresh(file), actor=file.created_by, fields={"title": "Changé entre-temps"})

    event = requests.send_to_support(file, actor=file.created_by)

    assert (event.sequence, fresh(file).title) == (2, "Changé entre-temps")
