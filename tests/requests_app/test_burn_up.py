"""How far a request is over time: the hours of its estimates that are done, against all of them."""

from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup

from requests_app.models import Subtask
from requests_app.services import development
from requests_app.services.hours import enter_day
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db


@contextmanager
def on(day):
    """The portal on a day of March 2026."""
    with time_machine.travel(datetime(2026, 3, day, 9, tzinfo=ZoneInfo("Europe/Paris")), tick=False):
        yield


def add(file, cast, title, estimate):
    subtask = stories.split(fresh(file), cast, title)
    Subtask.objects.filter(pk=subtask.pk).update(estimate=estimate)
    return subtask


def story(cast):
    """6 and 5 hours planned on the 9th, 4 more on the 11th; the 5 cancelled on the 12th, the 6 green on the 13th."""
    with on(9):
        file = stories.validated(cast)
        first, dropped = add(file, cast, "Une", 6), add(file, cast, "Deux", 5)
        add(file, cast, "Sans estimation", None)
    with on(11):
        add(file, cast, "Trois", 4)
        enter_day(first, actor=cast.developer, day=date(2026, 3, 10), hours=10)
    with on(12):
        development.cancel_subtask(dropped, actor=cast.lead, reason="Plus demandé.")
    with on(13):
        stories.end(first, cast)
        stories.pass_checks(first, cast)
    return fresh(file)


def stands(client, person, file):
    client.force_login(person)
    shown = client.get(f"/demandes/{file.number}/developpement/").context["burn_up"]
    return [(one.day.day, one.total, one.done, one.spent) for one in shown[0]] if shown else None


def test_vendor_reads_what_is_done_and_spent_day_by_day_against_what_was_estimated(client):
    cast = Cast()
    file = story(cast)

    with on(14):
        assert stands(client, cast.lead, file) == [
            (9, 11, 0, 0),
            (10, 11, 0, 2.5),
            (11, 15, 0, 2.5),
            (12, 10, 0, 2.5),
            (13, 10, 6, 2.5),
            (14, 10, 6, 2.5),
        ]


def test_client_reads_what_was_spent_only_where_its_organisation_is_set_so(client):
    cast = Cast()
    file = story(cast)

    with on(13):
        assert {spent for *_rest, spent in stands(client, cast.client_admin, file)} == {None}
        type(cast.organisation).objects.update(sees_hours=True)
        assert [spent for *_rest, spent in stands(client, cast.client_admin, file)] == [0, 2.5, 2.5, 2.5, 2.5]


def test_plot_has_the_first_day_the_last_and_room_for_what_is_between(client):
    cast = Cast()
    file = story(cast)

    with time_machine.travel(datetime(2026, 9, 1, 9, tzinfo=ZoneInfo("Europe/Paris")), tick=False):
        client.force_login(cast.lead)
        shown, plot = client.get(f"/demandes/{file.number}/developpement/").context["burn_up"]

    assert (shown[0].day, shown[-1].day) == (date(2026, 3, 9), date(2026, 9, 1))
    assert len(shown) <= 13
    assert [name for name, _kind in plot.legend] == ["Estimées", "Terminées", "Passées"]


def test_table_under_the_plot_has_its_figures(client):
    cast = Cast()
    file = story(cast)

    with on(14):
        client.force_login(cast.lead)
        page = client.get(f"/demandes/{file.number}/developpement/")

    soup = BeautifulSoup(page.content, "html.parser").select_one("#burn-up")
    rows = [[cell.get_text().replace("\u00a0", " ") for cell in row] for row in soup.select("tbody tr")]
    assert rows[0] == ["9 mars 2026", "11 h", "0 h", "0 h"]
    assert rows[-1] == ["14 mars 2026", "10 h", "6 h", "2,5 h"]
    assert len(rows) == 6
    assert [item.get_text() for item in soup.select(".plot__legend li")] == [
        "Estimées",
        "Terminées",
        "Passées",
    ]
    # Three lines from day to day, none interrupted.
    assert len(soup.select("line.line")) == 3 * 5


def test_each_day_is_drawn_with_the_estimates_and_the_split_of_that_day(client):
    cast = Cast()
    with on(9):
        file = stories.validated(cast)
        first, second = add(file, cast, "Une", 6), add(file, cast, "Deux", 5)

    def edit(subtask, estimate):
        development.edit_subtask(
            subtask, actor=cast.lead, fields={"estimate": estimate}, developers=[cast.developer]
        )

    with on(10):
        edit(first, Decimal(8))
    with on(11):
        edit(first, Decimal(3))
        edit(first, Decimal(9))
        add(file, cast, "Moitié", 2)
        Subtask.objects.filter(title="Moitié").update(parent=second)
    with on(12):
        edit(first, None)

    with on(13):
        assert [(day, total) for day, total, *_rest in stands(client, cast.lead, file)] == [
            (9, 11),
            (10, 13),
            (11, 11),  # 9, and 2 of the half in place of what was split
            (12, 2),
            (13, 2),
        ]


def test_what_was_green_stays_so_on_the_days_before_it_was_sent_back(client):
    cast = Cast()
    with on(9):
        file = stories.validated(cast)
        subtask = add(file, cast, "Une", 6)
    with on(10):
        stories.end(subtask, cast)
        stories.pass_checks(subtask, cast, gdpr=False)
    with on(11):
        development.mark_without_personal_data(fresh_subtask(subtask), actor=cast.dpo)
    with on(12):
        development.reopen_subtask(fresh_subtask(subtask), actor=cast.lead, reason="Un cas oublié.")
    with on(13):
        stories.end(fresh_subtask(subtask), cast)
        stories.pass_checks(fresh_subtask(subtask), cast, gdpr=False)

        done = [(day, done) for day, _total, done, _spent in stands(client, cast.lead, file)]
        assert done == [(9, 0), (10, 0), (11, 6), (12, 0), (13, 6)]


def fresh_subtask(subtask):
    return Subtask.objects.select_related("change_request").get(pk=subtask.pk)


def test_nothing_is_drawn_on_the_first_day_or_without_an_estimate(client):
    cast = Cast()
    with on(9):
        file = stories.validated(cast)
        add(file, cast, "Une", 6)
        assert stands(client, cast.lead, file) is None
    with on(20):
        Subtask.objects.update(estimate=None)
        assert stands(client, cast.lead, file) is None
