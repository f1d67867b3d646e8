"""The load of the developers, and what a planned date would do to it."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from accounts.models import User
from planning.periods import fortnights
from planning.services import add_leave, set_pace
from planning.workdays import after_working_days, today
from requests_app.loads import Team, planned_hours
from requests_app.models import Assignment, Subtask, TimeEntry
from requests_app.progress import Progress
from requests_app.services import decision, hours
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db


def under_development(cast, *titles):
    """A file of six man-days split into subtasks, all the developer's."""
    file = stories.validated(cast)
    for title in titles or ("Écrire l’export",):
        stories.split(fresh(file), cast, title)
    return fresh(file)


def date_load(client, file, **asked):
    return client.get(f"/demandes/{file.number}/cahier-des-charges/charge/", asked)


def test_load_is_what_is_left_of_the_files_under_development(settings):
    settings.HOURS_PER_DAY = 8
    cast = Cast()
    file = under_development(cast, "Une", "Deux", "Trois")
    stories.end(file.subtasks.first(), cast)
    stories.validated(cast)

    team = Team()

    assert team.load.total == Fraction(6 * 8 * 2, 3)
    assert team.unassigned == 6 * 8
    assert team.load.of(cast.developer.pk, today(), today() + timedelta(days=400)) == {file.number: 32}


def test_estimates_less_the_hours_spent_come_first_and_the_quote_fills_in_the_rest(settings):
    settings.HOURS_PER_DAY = 8
    cast = Cast()
    file = under_development(cast, "Estimée", "Passée", "Une", "Deux")
    estimated, spent, one, _other = file.subtasks.all()
    file.subtasks.filter(pk=estimated.pk).update(estimate=Decimal("10.5"))
    file.subtasks.filter(pk=spent.pk).update(estimate=Decimal("1.5"))

    def left():
        return Team().load.of(cast.developer.pk, today(), today() + timedelta(days=400))

    assert left() == {file.number: 48}
    hours.enter_day(estimated, actor=cast.developer, day=today(), hours=10)
    hours.enter_day(spent, actor=cast.developer, day=today(), hours=8)
    hours.enter_day(one, actor=cast.developer, day=today(), hours=4)
    # Of 10.5 hours 2.5 are spent, of 1.5 more than all; of the 36 that the quote leaves to two, one.
    assert left() == {file.number: 8 + 0 + 35}
    assert Progress(file).spent == Decimal("5.5")
    file.subtasks.filter(pk=estimated.pk).update(estimate=100)
    assert left() == {file.number: Fraction("97.5")}


@pytest.fixture
def team_of_four():
    """Three developers and a lead who was one, and three subtasks of one file."""
    cast = Cast()
    under_development(cast, "Une", "Deux", "Trois")
    people = [cast.developer, UserFactory(developer=True), UserFactory(developer=True), cast.lead]
    return cast, list(Subtask.objects.order_by("pk")), people


# The team is the same for every example, which assigns anew and says who has left.
@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sets(st.integers(0, 3)), st.none() | st.integers(1, 200), st.none() | st.integers(-40, 400)
        ),
        min_size=3,
        max_size=3,
    ),
    st.sets(st.integers(0, 2)),
)
def test_hours_on_the_page_and_those_that_wait_for_somebody_are_all_that_is_left(team_of_four, drawn, gone):
    cast, subtasks, people = team_of_four
    Assignment.objects.all().delete()
    for subtask, (ranks, estimate, days) in zip(subtasks, drawn, strict=True):
        subtask.estimate = estimate
        subtask.forecast_end = None if days is None else today() + timedelta(days=days)
        subtask.save()
        for rank in ranks:
            Assignment.objects.create(subtask=subtask, person=people[rank], assigned_by=cast.lead)
    for rank in range(3):
        User.objects.filter(pk=people[rank].pk).update(is_active=rank not in gone)

    team = Team()
    always = fortnights(today(), today() + timedelta(days=500))
    shown = sum(cell.load for _person, cells in team.table(always) for cell in cells)

    left = sum(planned_hours(Fraction(42), subtasks))
    assert shown + team.unassigned == sum(work.hours for work in team.works) == left
    able = set(range(3)) - gone
    waiting = [
        hours
        for hours, (ranks, _estimate, _days) in zip(planned_hours(Fraction(42), subtasks), drawn, strict=True)
        if not ranks & able
    ]
    assert team.unassigned == sum(waiting)


@given(
    st.integers(0, 400),
    st.lists(st.none() | st.integers(1, 400).map(lambda quarters: Decimal(quarters) / 4), max_size=8),
)
def test_hours_planned_for_subtasks_add_up_to_the_quote_or_to_the_estimates_beyond_it(quoted, estimates):
    planned = planned_hours(Fraction(quoted), [Subtask(estimate=hours) for hours in estimates])

    estimated = sum(hours for hours in estimates if hours is not None)
    assert sum(planned) == (max(quoted, estimated) if None in estimates else estimated)
    assert len({share for share, estimate in zip(planned, estimates, strict=True) if estimate is None}) <= 1


def test_load_page_shows_hours_against_capacity_without_leave(client):
    cast = Cast()
    under_development(cast)
    set_pace(cast.developer, hours_per_day=Decimal("5.5"), stand_in=None)
    client.force_login(cast.lead)

    def capacity():
        context = client.get("/charge/").context
        [(person, cells)] = context["table"]
        assert person == cast.developer
        return cells[1].capacity, context["periods"][1]

    before, period = capacity()
    add_leave(cast.developer, first_day=period.first, last_day=period.last)

    assert before > 0
    assert before % Fraction(11, 2) == 0
    assert capacity()[0] == 0


def test_plot_of_the_load_shows_the_totals_of_its_table(client):
    cast = Cast()
    under_development(cast)
    client.force_login(cast.support)

    page = client.get("/charge/")

    soup = BeautifulSoup(page.content, "html.parser")
    names = [cell.get_text() for cell in soup.select("thead th")][1:]
    totals = [cell.get_text().partition(" / ")[0] for cell in soup.select("tfoot td")]
    bars = [bar.get_text().replace("\u00a0", " ") for bar in soup.select("svg[role=img] > rect title")]
    shown = [bar.rpartition(", Charge : ") for bar in bars]
    expected = [(name, int(total)) for name, total in zip(names, totals, strict=True) if total != "0"]
    assert [(name, round(float(hours.replace(",", ".")))) for name, _of, hours in shown] == expected
    assert bars != []
    assert [item.get_text() for item in soup.select(".plot__legend li")] == ["Charge", "Capacité"]


@pytest.mark.parametrize("number", [1, 3])
def test_load_page_asks_the_same_for_any_number_of_files(client, django_assert_num_queries, number):
    cast = Cast()
    for _rank in range(number):
        under_development(cast, "Une", "Deux")
    client.force_login(cast.support)

    with django_assert_num_queries(12):
        client.get("/charge/")


def test_date_answers_with_loads_the_first_that_fits_and_the_gap(client, settings):
    settings.HOURS_PER_DAY = 7
    cast = Cast()
    UserFactory(developer=True)
    file = stories.sent(cast)
    client.force_login(cast.support)

    last = after_working_days(today(), 30)
    answer = date_load(client, file, days="6", date=last.isoformat()).context["answer"]

    assert answer.is_in_time
    # One developer alone, seven hours a day.
    assert answer.fits_on <= after_working_days(today(), 6)
    assert sum(cell.added for _person, cells in answer.table for cell in cells) == 42
    assert not date_load(client, file, days="200", date=last.isoformat()).context["answer"].is_in_time


def closed_with_hours(cast, quarters, **fields):
    """A closed request on which `quarters` were spent."""
    file = stories.closed(cast, **fields)
    TimeEntry.objects.create(
        subtask=file.subtasks.get(), person=cast.developer, day=today(), quarters=quarters
    )


def test_date_page_shows_what_similar_requests_took_of_the_same_client_first(client):
    cast, other = Cast(), Cast()
    file = stories.sent(cast)
    client.force_login(cast.support)

    def similar():
        found = date_load(client, file).context["similar"]
        return found and (found.median, found.low, found.high, found.number, found.is_same_client)

    for quarters in (40, 8, 20, 12):
        closed_with_hours(cast, quarters)
    closed_with_hours(cast, 80, nature="fix")
    assert similar() is None
    closed_with_hours(other, 60)
    assert similar() == (5, 3, 10, 5, False)
    closed_with_hours(cast, 16)
    assert similar() == (4, 3, 5, 5, True)


def test_date_page_starts_from_what_support_wrote_and_saves_nothing(client):
    cast = Cast()
    file = stories.ruled(cast)
    client.force_login(cast.support)

    form = date_load(client, file).context["form"]

    assert (form.cleaned_data["days"], form.cleaned_data["date"]) == (6, file.planned_date)
    assert date_load(client, file, days="6", date=today().isoformat()).status_code == 200
    assert fresh(file).planned_date == file.planned_date


@pytest.mark.parametrize(
    ("days", "date", "said"),
    [
        ("-3", "", "supérieure ou égale"),
        ("6", "2020-01-01", "Donnez un jour entre aujourd’hui et dans un an."),
        ("6", "9999-12-31", "Donnez une année"),
        ("beaucoup", "demain", "pas un jour du calendrier"),
    ],
)
def test_what_cannot_be_asked_is_said_and_kept(client, days, date, said):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.support)

    response = date_load(client, file, days=days, date=date)

    assert response.status_code == 422
    assert said in response.text
    assert f'value="{days}"' in response.text


def test_date_counts_what_is_promised_and_what_nobody_was_given_yet(client, settings):
    settings.HOURS_PER_DAY = 8
    cast = Cast()
    promised, decided = stories.specified(cast), stories.ruled(cast)
    unsplit = stories.validated(cast)
    under_development(cast)
    asked = stories.sent(cast)
    client.force_login(cast.support)
    last = after_working_days(today(), 20)
    numbers = [promised.number, decided.number, unsplit.number]

    def answer(file=asked, days="3"):
        response = date_load(client, file, days=days, date=last.isoformat())
        return response, response.context["answer"]

    for file in (promised, decided, unsplit):
        type(file).objects.filter(pk=file.pk).update(planned_date=after_working_days(today(), 4))
    response, said = answer()

    # One developer, eight hours a day; three times six man-days are promised, and six are laid until day 60.
    assert [(work.name, work.hours) for work in said.waiting] == [(number, 48) for number in numbers]
    assert said.team.unassigned == 144
    assert said.fits_on > after_working_days(today(), 18 + 3)
    assert not said.is_in_time
    assert "144 heures de 3 autres demandes" in response.text
    assert all(f'href="/demandes/{number}/"' in response.text for number in numbers)
    assert sum(cell.load for cell in said.totals) == 144 + sum(
        cell.load for _person, cells in said.table for cell in cells
    )
    # Of the file asked about nothing is counted beside what is asked.
    assert [work.name for work in answer(promised)[1].waiting] == numbers[1:]
    assert answer(unsplit)[1].team.unassigned == 96


def test_promise_without_man_days_is_said_to_tell_nothing(client):
    cast = Cast()
    file = stories.sent(cast)
    stories.specify(file, cast, quote=[])
    client.force_login(cast.support)

    response = date_load(client, stories.sent(cast), days="1")

    assert [work.hours for work in response.context["answer"].waiting] == [0]
    assert "aucun jour-homme au devis" in response.text


def test_paused_work_is_promised_with_what_is_left_of_it(client, settings):
    settings.HOURS_PER_DAY = 8
    cast = Cast()
    file = under_development(cast)
    hours.enter_day(file.subtasks.get(), actor=cast.developer, day=today(), hours=8)
    decision.reopen_specification(file, actor=cast.lead, reason="Un cas oublié.")
    stories.specify(fresh(file), cast)
    client.force_login(cast.support)

    answer = date_load(client, stories.sent(cast), days="1").context["answer"]

    assert [(work.name, work.hours) for work in answer.waiting] == [(file.number, 46)]
    assert answer.team.load.total == 0


@pytest.mark.parametrize("number", [1, 3])
def test_date_asks_the_same_for_any_number_of_promises(client, django_assert_num_queries, number):
    cast = Cast()
    for _rank in range(number):
        under_development(cast, "Une", "Deux")
        stories.ruled(cast)
    file = stories.sent(cast)
    client.force_login(cast.support)

    with django_assert_num_queries(20):
        date_load(client, file, days="6", date=after_working_days(today(), 10).isoformat())
