"""Leave, hours a day and stand-ins: everybody their own, the lead everybody's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from planning.models import Leave, Pace
from planning.services import add_leave, set_pace
from planning.workdays import today
from requests_app.models import ColumnLimit
from requests_app.services.board import set_limits
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast
from workflow.errors import Missing

pytestmark = pytest.mark.django_db
HERE = "/conges/"


def post(person, address=HERE, **data):
    client = Client()
    client.force_login(person)
    return client.post(address, data)


def leave_of(person):
    return list(Leave.objects.filter(person=person).values_list("first_day", "last_day"))


def test_leave_is_noted_and_taken_back():
    developer = UserFactory(developer=True)

    assert post(developer, act="add", first_day="2027-02-01", last_day="2027-02-05").status_code == 302
    assert leave_of(developer) == [(date(2027, 2, 1), date(2027, 2, 5))]

    post(developer, act="remove", leave=Leave.objects.get().pk)
    assert leave_of(developer) == []


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2027-02-05", "2027-02-01", "Le dernier jour ne précède pas le premier."),
        ("2027-03-04", "2027-03-12", "Il y a déjà une absence du 1er mars 2027 au 5 mars 2027."),
        ("2027-02-01", "2029-02-01", "Donnez un an au plus."),
        ("demain", "", "pas un jour du calendrier"),
    ],
)
def test_days_that_cannot_be_are_refused_and_kept(first, last, said):
    developer = UserFactory(developer=True)
    add_leave(developer, first_day=date(2027, 3, 1), last_day=date(2027, 3, 5))

    response = post(developer, act="add", first_day=first, last_day=last)

    assert response.status_code == 422
    assert said in response.text
    assert f'value="{first}"' in response.text
    assert len(leave_of(developer)) == 1


@pytest.mark.parametrize("hours", ["-3", "25", "beaucoup"])
def test_hours_that_no_day_has_are_refused(hours):
    developer = UserFactory(developer=True)

    response = post(developer, act="pace", hours_per_day=hours, stand_in="")

    assert response.status_code == 422
    assert f'value="{hours}"' in response.text
    assert not Pace.objects.exists()


def test_capacity_takes_a_comma_and_a_colleague_of_the_same_role():
    developer, colleague, support = (
        UserFactory(developer=True),
        UserFactory(developer=True),
        UserFactory(support=True),
    )

    assert post(developer, act="pace", hours_per_day="5,5", stand_in=support.pk).status_code == 422
    assert post(developer, act="pace", hours_per_day="5,5", stand_in=colleague.pk).status_code == 302

    pace = Pace.objects.get(person=developer)
    assert (pace.hours_per_day, pace.stand_in) == (Decimal("5.5"), colleague)


def test_lead_keeps_everybodys_leave_and_others_only_their_own():
    lead, developer, other = UserFactory(lead=True), UserFactory(developer=True), UserFactory(developer=True)
    theirs = f"{HERE}?person={developer.pk}"

    assert post(other, theirs, act="add", first_day="2027-02-01", last_day="2027-02-05").status_code == 404
    assert post(lead, theirs, act="add", first_day="2027-02-01", last_day="2027-02-05").status_code == 302
    assert post(other, act="remove", leave=Leave.objects.get().pk).status_code == 404
    assert leave_of(developer) == [(date(2027, 2, 1), date(2027, 2, 5))]
    assert post(lead, f"{HERE}?person={Cast().client_admin.pk}", act="add").status_code == 404


def test_leave_shows_to_the_vendor_alone(client):
    cast = Cast().everybody()
    add_leave(cast.developer, first_day=date(2027, 3, 1), last_day=date(2027, 3, 5))

    def shown(person):
        client.force_login(person)
        days = client.get("/calendrier/?view=list&month=2027-03").context["days"]
        return [item.text for items in days.values() for item in items if item.kind == "leave"]

    assert shown(cast.support) == [f"{cast.developer}, jusqu’au 5 mars 2027"] * 5
    assert shown(cast.client_admin) == []


@pytest.mark.parametrize("number", [1, 3])
def test_leads_page_asks_the_same_for_any_number_of_people(client, django_assert_num_queries, number):
    lead = UserFactory(lead=True)
    for _rank in range(number):
        person = UserFactory(developer=True)
        add_leave(person, first_day=today(), last_day=today())
        set_pace(person, hours_per_day=6, stand_in=lead)
    client.force_login(lead)

    with django_assert_num_queries(8):
        client.get(HERE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_two_presses_at_once_note_the_leave_once_and_keep_the_limits():
    person, lead = UserFactory(developer=True), UserFactory(lead=True)
    day = today()
    meeting = Barrier(2)

    def press(_rank):
        try:
            meeting.wait(timeout=5)
            set_limits(actor=lead, limits={"todo": 3, "checks": 2})
            return add_leave(person, first_day=day, last_day=day)
        except Missing as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, range(2)))

    assert sorted(isinstance(answer, Missing) for answer in answers) == [False, True]
    assert Leave.objects.filter(person=person).count() == 1
    assert dict(ColumnLimit.objects.values_list("state", "most")) == {"todo": 3, "checks": 2}
