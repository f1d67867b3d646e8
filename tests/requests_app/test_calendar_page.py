"""The general development calendar: who sees which dates, and the feed to people's own calendars."""

from datetime import date, timedelta

import pytest
import vobject
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from planning.models import CalendarKey
from planning.services import add_leave
from planning.workdays import today
from requests_app.models import Release, Specification, Subtask
from requests_app.services import delivery, release
from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db
MARCH = "/calendrier/?view=list&month=2027-03"


def dates(person, address=MARCH):
    """What the list of a month shows a person: `(day, kind, number)`, holidays left out."""
    client = Client()
    client.force_login(person)
    days = client.get(address).context["days"]
    return [
        (item.day.day, str(item.kind), item.number)
        for items in days.values()
        for item in items
        if item.number
    ]


@pytest.fixture
def cast():
    return Cast().everybody()


def in_march(cast):
    """A file at step 6 whose dates are all in March 2027."""
    file = stories.sent(cast, deadline=date(2027, 3, 31))
    stories.specify(file, cast, planned_date=date(2027, 3, 20))
    stories.give_ruling(fresh(file), cast)
    stories.decision.validate(fresh(file), actor=cast.client_admin, version=1)
    forecast = {"forecast_start": date(2027, 3, 3), "forecast_end": date(2027, 3, 9)}
    subtask = stories.split(fresh(file), cast)
    Subtask.objects.filter(pk=subtask.pk).update(**forecast)
    return fresh(file)


def test_everybody_who_sees_the_file_sees_its_dates(cast):
    number = in_march(cast).number
    expected = [(3, "starts", number), (9, "ends", number), (20, "planned", number), (31, "deadline", number)]

    for who in ("client_auditor", "support", "developer", "tester", "dpo"):
        assert dates(getattr(cast, who)) == expected
    assert dates(Cast().client_admin) == []


def test_what_happened_to_a_subtask_takes_the_place_of_its_forecast(cast):
    file = in_march(cast)
    number = file.number
    file.subtasks.update(start_date=date(2027, 3, 4))
    others = [(20, "planned", number), (31, "deadline", number)]

    assert dates(cast.client_auditor) == [(4, "started", number), (9, "ends", number), *others]
    file.subtasks.update(end_date=date(2027, 3, 11))
    assert dates(cast.client_auditor) == [(4, "started", number), (11, "ended", number), *others]
    file.subtasks.update(start_date=date(2027, 2, 26))
    assert dates(cast.client_auditor) == [(11, "ended", number), *others]


def releasing(*files, planned_on=date(2027, 3, 15)):
    """A coming delivery of `files`, whoever they are of."""
    return release.save_release(
        Release(),
        actor=UserFactory(lead=True),
        fields={"name": "4.3.0", "environment": "qualification", "planned_on": planned_on, "notes": ""},
        files=list(files),
    )


def test_coming_delivery_stands_on_its_day_for_each_client_with_its_own_requests(client, cast):
    other = Cast(OrganisationFactory(name="Brienne"))
    own, foreign = stories.validated(cast), stories.validated(other)
    coming = releasing(own, foreign)

    both = sorted([own.number, foreign.number])
    assert dates(cast.support) == [(15, "coming", number) for number in both]
    assert dates(cast.client_admin) == [(15, "coming", own.number)]
    client.force_login(cast.client_admin)
    page = client.get("/calendrier/?month=2027-03").text
    assert "qualification 4.3.0" in page
    assert "Brienne" not in page
    assert foreign.number not in page
    Release.objects.filter(pk=coming.pk).update(delivered_at=timezone.now(), delivered_by=cast.lead)
    assert dates(cast.support) == []


def test_coming_delivery_of_what_was_delivered_alone_leaves_the_calendar_and_the_feed(client, cast):
    file = stories.green(cast)
    releasing(file, planned_on=today() + timedelta(days=20))
    month = f"/calendrier/?view=list&month={today() + timedelta(days=20):%Y-%m}"
    kinds = [kind for _day, kind, _number in dates(cast.client_admin, month)]
    assert kinds.count("coming") == 1

    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")

    assert "coming" not in [kind for _day, kind, _number in dates(cast.client_admin, month)]
    _key, events = feed_of(cast.client_admin, client)
    assert not any("4.3.0" in summary for _day, summary in events)


def test_feed_brings_coming_deliveries_without_a_number_that_counts(client, cast):
    file, foreign = stories.green(cast), stories.validated(Cast())
    delivery.deliver_to_qualification(file, actor=cast.lead, release="4.2.0")
    releasing(fresh(file), foreign, planned_on=today() + timedelta(days=20))

    _key, events = feed_of(cast.client_admin, client)

    shown = {summary: event for (_day, summary), event in events.items() if "4." in summary}
    assert set(shown) == {
        f"Livraison · {file.number} · qualification 4.2.0",
        f"Livraison à venir · {file.number} · qualification 4.3.0",
    }
    marks = [event.uid.value.partition("@")[0].rpartition("-")[2] for event in shown.values()]
    assert [len(mark) for mark in marks] == [16, 16]


def test_leave_stands_on_each_of_its_days_for_the_vendor_alone(client, cast):
    add_leave(cast.developer, first_day=date(2027, 2, 20), last_day=date(2027, 3, 3))
    in_march(cast)

    def away(person, view):
        client.force_login(person)
        days = client.get(f"/calendrier/?month=2027-03&view={view}").context["days"]
        return [day for day, items in days.items() if "leave" in [item.kind for item in items]]

    march = [date(2027, 3, number) for number in (1, 2, 3)]
    assert away(cast.support, "list") == march
    assert away(cast.support, "") == march
    assert away(cast.client_admin, "list") == []


def test_tentative_date_is_the_vendors_alone(cast):
    file = stories.sent(cast, deadline=date(2027, 3, 31))
    Specification.objects.update_or_create(change_request=file, defaults={"tentative_date": date(2027, 3, 5)})

    assert dates(cast.support) == [(5, "tentative", file.number), (31, "deadline", file.number)]
    assert dates(cast.client_admin) == [(31, "deadline", file.number)]


def test_delivery_stands_on_the_portals_day_and_cancelled_files_nowhere(cast):
    file = stories.green(cast)
    delivery.deliver_to_qualification(file, actor=cast.lead, release="4.2.0")
    gone = stories.cancelled(cast, deadline=today())

    shown = dates(cast.lead, f"/calendrier/?view=list&month={today():%Y-%m}")

    assert (today().day, "delivery", file.number) in shown
    assert gone.number not in {number for _day, _kind, number in shown}


def test_filters_narrow_the_month(cast):
    mine, other = in_march(cast), stories.sent(Cast(), deadline=date(2027, 3, 31))

    assert dates(cast.support, f"{MARCH}&kind=planned") == [(20, "planned", mine.number)]
    assert dates(cast.support, f"{MARCH}&organisation={other.organisation.code}") == [
        (31, "deadline", other.number)
    ]
    assert {number for _day, _kind, number in dates(cast.developer, f"{MARCH}&whose=mine")} == {mine.number}


@pytest.mark.parametrize("month", ["demain", "2027-13", "1999-01", "99999-01"])
def test_month_that_is_none_is_said_to_be_none(client, cast, month):
    client.force_login(cast.support)

    response = client.get("/calendrier/", {"month": month})

    assert response.status_code == 422
    assert "2027-03" in response.text


def test_full_day_says_how_many_more_there_are(client, cast):
    for _rank in range(7):
        stories.sent(cast, deadline=date(2027, 3, 17))
    client.force_login(cast.support)

    cells = [cell for week in client.get("/calendrier/?month=2027-03").context["weeks"] for cell in week]
    full = next(cell for cell in cells if cell.day == date(2027, 3, 17))

    assert (len(full.items), full.more) == (4, 3)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("view", ["", "list"])
def test_month_asks_the_database_the_same_for_any_number_of_dates(
    client, cast, django_assert_num_queries, number, view
):
    for _rank in range(number):
        in_march(cast)
    client.force_login(cast.support)

    with django_assert_num_queries(10):
        client.get(f"/calendrier/?month=2027-03&view={view}")


@pytest.mark.long
def test_year_of_five_thousand_dates_asks_no_more(client, cast, django_assert_num_queries):
    file = in_march(cast)
    days = [date(2027, 1, 1) + timedelta(days=number % 365) for number in range(5000)]
    Subtask.objects.bulk_create(
        Subtask(change_request=file, position=rank + 10, title="Une étape", forecast_end=day)
        for rank, day in enumerate(days)
    )
    client.force_login(cast.support)

    with django_assert_num_queries(10):
        assert client.get("/calendrier/?month=2027-03").status_code == 200


def feed_of(person, anybody):
    """The events of a person's feed, read back from its secret address by somebody who is not signed in."""
    signed_in = Client()
    signed_in.force_login(person)
    signed_in.post("/calendrier/abonnement/", {"act": "renew"})
    key = CalendarKey.objects.get(person=person).key
    response = anybody.get(f"/calendrier/abonnement/{key}.ics")
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    # By another library than the one that writes it.
    events = vobject.readOne(response.content.decode()).vevent_list
    return key, {
        (event.dtstart.value, event.summary.value): event for event in events if hasattr(event, "url")
    }


def test_feed_reads_back_as_the_dates_of_the_person(client, cast, settings):
    settings.PORTAL_URL = "https://portail.exemple.test"
    file = stories.sent(cast, deadline=today() + timedelta(days=40), title="Export, « tableur » ; suite")
    stories.sent(Cast(), deadline=today() + timedelta(days=40))

    _key, events = feed_of(cast.client_admin, client)

    [((day, summary), event)] = events.items()
    assert (day, summary) == (
        today() + timedelta(days=40),
        f"Échéance souhaitée · {file.number} · Export, « tableur » ; suite",
    )
    assert event.url.value == f"https://portail.exemple.test/demandes/{file.number}/"
    assert event.uid.value == f"deadline-{file.number}@portail.exemple.test"
    assert event.dtend.value == day + timedelta(days=1)


def test_renewed_closed_or_guessed_address_opens_nothing(client, cast):
    old, _events = feed_of(cast.support, client)
    new, _events = feed_of(cast.support, client)

    def status(key):
        return client.get(f"/calendrier/abonnement/{key}.ics").status_code

    assert (status(old), status(new)) == (404, 200)
    row = CalendarKey.objects.get(person=cast.support)
    assert [status(key) for key in (row.mark.hex, f"{row.mark.hex}.", f"{new}x", "x" * 500)] == [404] * 4
    client.force_login(cast.support)
    client.post("/calendrier/abonnement/", {"act": "close"})
    assert status(new) == 404


def test_feed_closes_with_the_account_and_with_the_last_role(client):
    gone, demoted = UserFactory(support=True), UserFactory(support=True)
    keys = [feed_of(person, client)[0] for person in (gone, demoted)]
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    demoted.is_support = False
    demoted.save(update_fields=["is_support"])

    assert [client.get(f"/calendrier/abonnement/{key}.ics").status_code for key in keys] == [404, 404]


def test_guessing_addresses_is_slowed_down(client):
    cache.clear()

    answers = [client.get("/calendrier/abonnement/essai.ics").status_code for _attempt in range(31)]

    assert answers == [404] * 30 + [429]
