"""The shared clock: on a file, and totalled by client and quarter."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory
from tests.factories.requests import Cast

pytestmark = pytest.mark.django_db


def story(cast):
    """Sent on Monday 2 March 2026, specified on the 9th, ruled on the 11th; decided by nobody."""
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Paris")), tick=False) as clock:
        file = stories.sent(cast)
        clock.move_to(datetime(2026, 3, 9, 9, tzinfo=ZoneInfo("Europe/Paris")))
        stories.specify(file, cast)
        clock.move_to(datetime(2026, 3, 11, 9, tzinfo=ZoneInfo("Europe/Paris")))
        stories.give_ruling(stories.fresh(file), cast)
    return file


@pytest.fixture
def in_april():
    with time_machine.travel(datetime(2026, 4, 2, 9, tzinfo=ZoneInfo("Europe/Paris")), tick=False):
        yield


def test_both_sides_read_the_same_days_on_the_file(client, in_april):
    cast = Cast()
    file = story(cast)
    read = []
    for person in (cast.client_admin, cast.support):
        person.time_zone = "Pacific/Auckland" if person.is_client_side else "Europe/Paris"
        person.save(update_fields=["time_zone"])
        client.force_login(person)
        clock = client.get(f"/demandes/{file.number}/historique/").context["page"].clock
        read.append((clock.vendor, clock.client, clock.total))

    assert read == [(7, 16, 23)] * 2


def test_totals_are_by_client_and_quarter_and_a_client_reads_its_own(client, in_april):
    own = Cast(OrganisationFactory(name="Aubance"))
    other = Cast(OrganisationFactory(name="Brienne"))
    for cast in (own, own, other):
        story(cast)

    def totals(person):
        client.force_login(person)
        return [
            (line.name, line.files, [(days.vendor, days.client) for days in line.quarters][:2])
            for line in client.get("/horloge/?annee=2026").context["lines"]
        ]

    assert totals(own.support) == [
        ("Aubance", 2, [(14, 28), (0, 4)]),
        ("Brienne", 1, [(7, 14), (0, 2)]),
    ]
    assert totals(other.client_admin) == [("Brienne", 1, [(7, 14), (0, 2)])]


@pytest.mark.parametrize("number", [1, 3])
def test_totals_ask_the_database_the_same_for_any_number_of_files(
    client, in_april, django_assert_num_queries, number
):
    cast = Cast()
    for _rank in range(number):
        stories.sent(cast)
    client.force_login(cast.support)

    with django_assert_num_queries(6):
        client.get("/horloge/")
