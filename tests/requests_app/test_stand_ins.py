"""Stand-ins: who is told what instead of somebody who is away, in words that are true for them."""

import itertools
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from notifications.models import OutgoingMessage
from planning.away import _present, absences
from planning.services import add_leave, set_pace
from requests_app.models import Action, Assignment
from requests_app.services import decision
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 17)
BACK = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel(datetime(2026, 3, 17, 9, tzinfo=ZoneInfo("Europe/Paris")), tick=False) as clock:
        yield clock


@pytest.fixture
def cast():
    cast = Cast()
    cast.developer = UserFactory(developer=True, first_name="Léa", last_name="Nguyen")
    return cast


def stands_in(person, stand_in):
    set_pace(person, hours_per_day=7, stand_in=stand_in)


def away(person, first_day=TODAY, last_day=BACK):
    add_leave(person, first_day=first_day, last_day=last_day)


def assigned(cast, file):
    """The messages of a subtask newly assigned to the developer, by their address."""
    OutgoingMessage.objects.all().delete()
    stories.split(fresh(file), cast, "Écrire l’export")
    rows = OutgoingMessage.objects.filter(kind="subtask_assigned_for_developers")
    return {row.address: row for row in rows}


def words(message):
    return " ".join(message.text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_stand_in_is_told_while_somebody_is_away_and_reads_for_whom_and_until_when(cast, tuesday):
    file, colleague = stories.validated(cast), UserFactory(developer=True)
    stands_in(cast.developer, colleague)
    away(cast.developer)

    told = assigned(cast, file)

    assert set(told) == {cast.developer.email, colleague.email}
    own, copied = told[cast.developer.email], told[colleague.email]
    assert own.subject == f"[{file.number}] Une sous-tâche vous est imputée · {file.title}"
    assert copied.subject == (
        f"[{file.number}] Pour Léa Nguyen : Une sous-tâche vous est imputée · {file.title}"
    )
    said = (
        "Ce message s’adresse à Léa Nguyen, dont l’absence dure jusqu’au 20 mars 2026 : « vous » y désigne cette "
        "personne. Vous remplacez Léa Nguyen : merci de voir ce qui ne peut attendre."
    )
    assert said in words(copied)
    assert "Vous recevez ce message parce que vous remplacez Léa Nguyen." in words(copied)
    assert "parce que la sous-tâche vous est imputée" not in words(copied)
    assert "dont l’absence dure jusqu’au 20 mars 2026" in copied.html.replace("\u00a0", " ")
    assert "Vous recevez ce message parce que la sous-tâche vous est imputée." in words(own)
    assert "remplacez" not in words(own)
    tuesday.move_to(datetime(2026, 3, 21, 9, tzinfo=ZoneInfo("Europe/Paris")))
    assert set(assigned(cast, file)) == {cast.developer.email}


def test_stand_in_who_is_away_too_hands_over_to_their_own(cast):
    file, second, third = stories.validated(cast), UserFactory(developer=True), UserFactory(developer=True)
    stands_in(cast.developer, second)
    stands_in(second, third)
    away(cast.developer)
    away(second)

    told = assigned(cast, file)

    assert set(told) == {cast.developer.email, third.email}
    assert "vous remplacez Léa Nguyen" in words(told[third.email])


@pytest.mark.parametrize("why", ["nobody named", "a circle", "left"])
def test_lead_is_told_where_nobody_stands_in(cast, why):
    file, colleague = stories.validated(cast), UserFactory(developer=True)
    if why != "nobody named":
        stands_in(cast.developer, colleague)
    if why == "a circle":
        stands_in(colleague, cast.developer)
        away(colleague)
    if why == "left":
        colleague.is_active = False
        colleague.save(update_fields=["is_active"])
    away(cast.developer)

    told = assigned(cast, file)

    assert set(told) == {cast.developer.email, cast.lead.email}
    assert told[cast.lead.email].subject.startswith(f"[{file.number}] Pour Léa Nguyen : ")
    assert "Personne ne remplace : merci d’imputer à quelqu’un d’autre ce qui ne peut attendre." in words(
        told[cast.lead.email]
    )
    assert (
        "Vous recevez ce message comme responsable du développement, parce que Léa Nguyen s’absente et que personne "
        "ne remplace." in words(told[cast.lead.email])
    )


def test_stand_in_of_a_named_tester_is_told_of_the_checks_and_nobody_else_of_those_not_named(cast):
    file, colleague, other = stories.validated(cast), UserFactory(tester=True), UserFactory(tester=True)
    subtask = stories.split(file, cast)
    subtask.testers.set([cast.tester])
    stands_in(cast.tester, colleague)
    away(cast.tester)

    stories.end(subtask, cast)

    told = {row.address: row for row in OutgoingMessage.objects.filter(kind="subtask_ended_for_testers")}
    assert set(told) == {cast.tester.email, colleague.email}
    assert f"vous remplacez {cast.tester}" in words(told[colleague.email])
    unnamed = stories.split(fresh(file), cast, "Sans contrôleur nommé")
    OutgoingMessage.objects.all().delete()
    stories.end(unnamed, cast)
    rows = OutgoingMessage.objects.filter(kind="subtask_ended_for_testers")
    assert {row.address for row in rows} == {cast.tester.email, colleague.email, other.email}
    assert all("remplacez" not in row.text for row in rows)


def test_who_is_told_in_their_own_right_reads_their_own_words(cast):
    file, colleague = stories.validated(cast), UserFactory(developer=True)
    subtask = stories.split(file, cast)
    Assignment.objects.create(subtask=subtask, person=colleague, assigned_by=cast.lead)
    stands_in(cast.developer, colleague)
    away(cast.developer)
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Un cas oublié.")
    OutgoingMessage.objects.all().delete()
    stories.specify(fresh(file), cast)
    decision.validate(fresh(file), actor=cast.client_admin, version=2)

    rows = OutgoingMessage.objects.filter(kind="specification_validated_for_developers")

    assert {row.address for row in rows} == {cast.developer.email, colleague.email}
    assert all("remplacez" not in row.text for row in rows)


def test_who_stands_in_is_asked_in_one_query(cast, django_assert_num_queries):
    people = [UserFactory(developer=True) for _rank in range(4)]
    for person, stand_in in itertools.pairwise(people):
        stands_in(person, stand_in)
        away(person)
    away(people[0], TODAY + timedelta(days=4), TODAY + timedelta(days=9))

    with django_assert_num_queries(1):
        found = absences(TODAY)

    assert {key: (one.stand_in, one.until) for key, one in found.items()} == {
        person.pk: (people[3].pk, BACK) for person in people[:3]
    }


@given(st.dictionaries(st.integers(0, 6), st.none() | st.integers(0, 9)))
def test_nobody_away_stands_in_for_anybody_whatever_the_circles(named):
    for person in named:
        found = _present(person, named)

        assert found is None or found not in named


def handed(client, person):
    """What stands on the home of `person` for others: who, until when, and each act with its title."""
    client.force_login(person)
    page = client.get("/")
    found = [
        (str(one.person), one.until, [(item.act, item.title) for item in one.items])
        for one in page.context["handed"]
    ]
    return page, found


def test_what_already_waits_for_somebody_stands_on_the_stand_ins_desk_while_they_are_away(
    client, cast, tuesday
):
    file, colleague = stories.validated(cast), UserFactory(developer=True)
    stories.split(file, cast, "Écrire l’export")
    done = stories.split(fresh(file), cast, "Finie")
    stories.end(done, cast)
    stands_in(cast.developer, colleague)
    assert handed(client, colleague)[1] == []
    away(cast.developer)

    page, found = handed(client, colleague)

    assert found == [("Léa Nguyen", BACK, [("follow", "Écrire l’export")])]
    assert "Pour Léa Nguyen" in page.text
    assert "20 mars 2026" in page.text
    assert "Voir où elle en est" in page.text
    assert page.context["mine"] == []
    for other in (cast.tester, cast.support, cast.client_admin, cast.developer):
        assert handed(client, other)[1] == []
    tuesday.move_to(datetime(2026, 3, 21, 9, tzinfo=ZoneInfo("Europe/Paris")))
    assert handed(client, colleague)[1] == []


def test_subtask_that_is_the_stand_ins_too_is_on_their_own_desk_alone(client, cast):
    file, colleague = stories.validated(cast), UserFactory(developer=True)
    subtask = stories.split(file, cast)
    Assignment.objects.create(subtask=subtask, person=colleague, assigned_by=cast.lead)
    stands_in(cast.developer, colleague)
    away(cast.developer)

    page, found = handed(client, colleague)

    assert found == []
    assert [item.title for item in page.context["mine"]] == [subtask.title]


def test_checks_named_for_somebody_away_wait_for_a_stand_in_who_may_make_them(client, cast):
    file, colleague = stories.validated(cast), UserFactory(tester=True)
    subtask = stories.split(file, cast, "Finie")
    subtask.testers.set([cast.tester])
    stories.end(subtask, cast)
    stands_in(cast.tester, colleague)
    away(cast.tester)

    assert handed(client, colleague)[1] == [(str(cast.tester), BACK, [("check", "Finie")])]
    Assignment.objects.create(subtask=subtask, person=colleague, assigned_by=cast.lead)
    assert handed(client, colleague)[1] == []


def test_dated_action_that_names_somebody_away_waits_for_their_stand_in(client, cast):
    file, dpo = stories.validated(cast), UserFactory(dpo=True)
    for position, person in enumerate([cast.dpo, None]):
        Action.objects.create(
            change_request=file,
            text=f"Relire {person or 'tout'}",
            owner="vendor",
            person=person,
            due=BACK,
            ruling=file.rulings.get(),
            position=position,
        )
    stands_in(cast.dpo, dpo)
    away(cast.dpo)

    assert handed(client, dpo)[1] == [(str(cast.dpo), BACK, [("act", f"Relire {cast.dpo}")])]


@pytest.mark.parametrize("number", [1, 3])
def test_desk_of_a_stand_in_asks_the_same_for_any_number_of_people(
    client, cast, django_assert_num_queries, number
):
    colleague, file = UserFactory(developer=True), stories.validated(cast)
    for _rank in range(number):
        person = UserFactory(developer=True)
        subtask = stories.split(fresh(file), cast)
        Assignment.objects.create(subtask=subtask, person=person, assigned_by=cast.lead)
        stands_in(person, colleague)
        away(person)
    client.force_login(colleague)
    client.get("/")

    with django_assert_num_queries(8):
        assert len(client.get("/").context["handed"]) == number
