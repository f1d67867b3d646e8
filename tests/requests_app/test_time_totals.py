"""Totals of hours: what they are added up by, their filters, and the same as CSV."""

import csv
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from planning.periods import fortnight_of
from requests_app.models import Nature, TimeEntry
from requests_app.totals import By, Spent, spent, sum_of, totals
from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.requests import Cast, fresh

HERE = "/temps/totaux/"
MONDAY = date(2026, 3, 16)
ROWS = st.lists(
    st.builds(
        Spent,
        number=st.sampled_from(["AUBA-2026-0001", "AUBA-2026-0002", "BRIE-2026-0001"]),
        title=st.just("Exporter"),
        client=st.sampled_from(["Aubance", "Brienne"]),
        nature=st.sampled_from(Nature.values),
        fortnight=st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(fortnight_of),
        quarters=st.integers(1, 96),
    ),
    max_size=40,
)


@pytest.fixture
def friday():
    with time_machine.travel(datetime(2026, 3, 20, 18, tzinfo=ZoneInfo("Europe/Paris")), tick=False):
        yield


def enter(subtask, person, day, quarters):
    return TimeEntry.objects.create(subtask=subtask, person=person, day=day, quarters=quarters)


def two_clients():
    """Two requests of Aubance and one of Brienne with hours in two fortnights, by one developer and another."""
    own, other = Cast(OrganisationFactory(name="Aubance")), Cast(OrganisationFactory(name="Brienne"))
    found = []
    for cast, nature, quarters in ((own, Nature.NEW, 5), (own, Nature.FIX, 6), (other, Nature.NEW, 7)):
        file = stories.validated(cast, nature=nature)
        subtask = stories.split(fresh(file), cast)
        enter(subtask, cast.developer, MONDAY, quarters)
        enter(subtask, cast.developer, MONDAY - timedelta(days=1), 2)
        found.append(file)
    return own, found


@given(ROWS, st.sampled_from(By))
def test_totals_equal_the_sum_of_their_entries_by_whatever_they_are_added_up(rows, by):
    found = totals(rows, by)

    assert sum(one.hours for one in found) == sum_of(rows) == Decimal(sum(row.quarters for row in rows)) / 4
    assert Counter(row for one in found for row in one.parts) == Counter(rows)


# The subtasks are the same for every example, which clears their hours first.
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.tuples(st.integers(0, 1), st.integers(0, 60)), st.integers(1, 96), max_size=20),
    st.integers(0, 60),
)
def test_hours_read_for_the_totals_are_those_entered_between_the_days(subtasks, kept, span):
    TimeEntry.objects.all().delete()
    for (rank, after), quarters in kept.items():
        subtask, person = subtasks[rank]
        enter(subtask, person, MONDAY + timedelta(days=after), quarters)
    last = MONDAY + timedelta(days=span)

    files = type(subtasks[0][0].change_request).objects.all()

    within = sum(quarters for (_rank, after), quarters in kept.items() if after <= span)
    assert sum_of(spent(files, MONDAY, last)) == Decimal(within) / 4


@pytest.fixture
def subtasks(db):
    found = []
    for _rank in range(2):
        cast = Cast()
        found.append((stories.split(stories.validated(cast), cast), cast.developer))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ("client", [("Aubance", 3.75), ("Brienne", 2.25)]),
        ("nature", [("Correction", 2), ("Nouvelle fonction", 4)]),
        ("fortnight", [("1–15\u00a0mars", 1.5), ("16–31\u00a0mars", 4.5)]),
    ],
)
def test_lead_reads_the_hours_by_client_nature_and_fortnight(client, friday, asked, lines):
    own, _files = two_clients()
    client.force_login(own.lead)

    context = client.get(f"{HERE}?by={asked}").context

    assert [
        (one.name.replace(" ", "\u00a0") if asked == "fortnight" else one.name, one.hours)
        for one in context["totals"]
    ] == lines
    assert context["total"] == 6


@pytest.mark.django_db
def test_totals_are_by_request_at_first_and_narrowed_by_what_the_lead_chooses(client, friday):
    own, files = two_clients()
    client.force_login(own.lead)

    def read(**asked):
        return {one.name: float(one.hours) for one in client.get(HERE, asked).context["totals"]}

    assert read() == {files[0].number: 1.75, files[1].number: 2, files[2].number: 2.25}
    assert read(organisation=own.organisation.code) == {files[0].number: 1.75, files[1].number: 2}
    assert read(nature="fix") == {files[1].number: 2}
    assert read(person=own.developer.pk, first="2026-03-16") == {files[0].number: 1.25, files[1].number: 1.5}
    assert read(last="2026-03-15") == dict.fromkeys((file.number for file in files), 0.5)
    assert read(person=UserFactory(developer=True).pk) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"first": "2026-03-16", "last": "2026-03-01"}, "Le dernier jour ne précède pas le premier."),
        ({"first": "demain"}, "pas un jour du calendrier"),
        ({"person": "personne"}, "choix"),
    ],
)
def test_days_that_cannot_be_are_refused_and_kept(client, friday, asked, said):
    client.force_login(UserFactory(lead=True))

    response = client.get(HERE, asked)

    assert response.status_code == 422
    assert said in response.text
    assert client.get(f"{HERE}export/", asked).status_code == 302
    for text in asked.values():
        assert text == "personne" or f'value="{text}"' in response.text


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "comma", "delimiter"), [("fr", ",", ";"), ("en", ".", ",")])
def test_export_opens_in_a_spreadsheet_of_the_readers_language_and_computes_nothing(
    client, friday, language, comma, delimiter
):
    cast = Cast(OrganisationFactory(name="@Aubance"))
    file = stories.validated(cast, title='=HYPERLINK("http://exemple.test")')
    enter(stories.split(file, cast), cast.developer, MONDAY, 5)
    User.objects.filter(pk=cast.lead.pk).update(language=language)
    client.force_login(cast.lead)

    response = client.get(f"{HERE}export/")

    text = response.content.decode("utf-8-sig")
    [_head, row] = csv.reader(StringIO(text), delimiter=delimiter)
    assert row[:3] == [file.number, '\'=HYPERLINK("http://exemple.test")', "'@Aubance"]
    assert row[5] == f"1{comma}25"
    assert response["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_totals_ask_the_same_for_any_number_of_requests(client, friday, django_assert_num_queries, number):
    cast = Cast()
    for _rank in range(number):
        enter(stories.split(stories.validated(cast), cast), cast.developer, MONDAY, 5)
    client.force_login(cast.lead)

    with django_assert_num_queries(6):
        client.get(HERE)


@pytest.mark.django_db
def test_client_reads_the_totals_of_its_own_requests_once_its_organisation_is_set_so(client, friday):
    own, files = two_clients()
    client.force_login(own.client_admin)
    assert client.get(HERE).status_code == 404
    assert client.get(f"{HERE}export/").status_code == 404
    assert "temps/totaux" not in client.get("/calendrier/").text
    type(own.organisation).objects.filter(pk=own.organisation.pk).update(sees_hours=True)

    page = client.get(HERE)

    assert {one.name: one.hours for one in page.context["totals"]} == {
        files[0].number: Decimal("1.75"),
        files[1].number: 2,
    }
    assert page.context["total"] == Decimal("3.75")
    assert "temps/totaux" in client.get("/calendrier/").text
    by_nature = client.get(HERE, {"by": "nature"}).context["totals"]
    assert [(one.name, one.hours) for one in by_nature] == [
        ("Correction", 2),
        ("Nouvelle fonction", Decimal("1.75")),
    ]
    assert [one.hours for one in client.get(HERE, {"by": "fortnight"}).context["totals"]] == [
        1,
        Decimal("2.75"),
    ]
    pages = [
        page.text,
        client.get(f"{HERE}export/").content.decode(),
        client.get(HERE, {"nature": "fix"}).text,
    ]
    for text in pages:
        assert str(own.developer) not in text
        assert "Brienne" not in text
        assert files[2].number not in text
    # What a client is not offered, its address asks in vain.
    asked = client.get(HERE, {"organisation": files[2].organisation.code, "person": own.developer.pk})
    assert asked.context["total"] == Decimal("3.75")
    assert client.get(HERE, {"by": "client"}).status_code == 422
    client.force_login(own.requester)
    assert client.get(HERE).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["support", "dpo", "developer", "tester", "portal_admin"])
def test_totals_are_the_leads_alone_on_the_vendors_side(client, role):
    client.force_login(Cast().everybody().person(Role(role)))

    assert client.get(HERE).status_code == 404
