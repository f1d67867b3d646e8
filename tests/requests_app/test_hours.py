"""Hours spent: a week at once, a day on a subtask, corrections with their trace, closed weeks."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date, datetime
from threading import Barrier, BrokenBarrierError
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client

from planning.services import add_leave
from requests_app.models import Subtask, TimeCorrection, TimeEntry, Week
from requests_app.services import development
from requests_app.services import hours as services
from requests_app.services.hours import Cell, close_week, enter_hours, reopen_week
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.errors import Missing, MovedOn, NotYourRole

pytestmark = pytest.mark.django_db

HERE, TEAM = "/temps/", "/temps/equipe/"
MONDAY, TUESDAY, FRIDAY = date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 20)


@contextmanager
def on(day, hour=9):
    """The portal on a day of March 2026."""
    with time_machine.travel(
        datetime(2026, 3, day, hour, tzinfo=ZoneInfo("Europe/Paris")), tick=False
    ) as clock:
        yield clock


@pytest.fixture(autouse=True)
def friday():
    """Friday 20 March 2026, late; development began on Monday the 9th."""
    with on(20, 18):
        yield


def at_work(cast, *titles, **fields):
    """The subtasks of a file in development since the 9th, all the developer's."""
    with on(9):
        file = stories.validated(cast, **fields)
        for title in titles or ("Écrire l’export",):
            stories.split(fresh(file), cast, title)
    subtasks = list(fresh(file).subtasks.all())
    return subtasks if titles else subtasks[0]


def post(person, address=HERE, **data):
    client = Client()
    client.force_login(person)
    return client.post(address, data)


def box(subtask, day):
    return f"hours-{subtask.pk}-{day}"


def kept(person):
    """The hours of a person by day."""
    rows = TimeEntry.objects.filter(person=person).order_by("day", "subtask")
    return [(row.day, row.subtask.title, float(row.hours)) for row in rows]


def enter(person, subtask, day, quarters, **more):
    return enter_hours(person, actor=more.pop("actor", person), cells=[Cell(subtask, day, quarters)], **more)


def test_week_is_saved_at_once_with_its_totals(client, cast):
    export, screen = at_work(cast, "Export", "Écran")

    response = post(
        cast.developer,
        **{box(export, MONDAY): "1,5", box(export, TUESDAY): "2h15", box(screen, MONDAY): "4:00"},
    )

    assert response.status_code == 302
    assert kept(cast.developer) == [
        (MONDAY, "Export", 1.5),
        (MONDAY, "Écran", 4.0),
        (TUESDAY, "Export", 2.25),
    ]
    client.force_login(cast.developer)
    page = client.get(HERE)
    assert [hours for _day, hours in page.context["week"].totals[:3]] == [5.5, 2.25, None]
    assert [line.total for line in page.context["form"].lines] == [3.75, 4]
    assert f'name="{box(export, MONDAY)}" value="1,5"' in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-3", "Donnez des heures au-dessus de zéro"),
        ("beaucoup", "Donnez des heures au-dessus de zéro"),
        ("25", "Une journée compte 24 heures."),
        ("1:20", "Donnez des heures par quarts"),
        ("1,33", "Donnez des heures par quarts"),
        ("1:75", "Donnez des heures au-dessus de zéro"),
    ],
)
def test_hours_that_no_day_has_are_refused_beside_their_box_and_kept(cast, typed, said):
    subtask = at_work(cast)

    response = post(cast.developer, **{box(subtask, MONDAY): typed, box(subtask, TUESDAY): "2"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {box(subtask, MONDAY)}
    assert said in response.text
    assert f'value="{typed}"' in response.text
    assert kept(cast.developer) == []


def test_day_of_more_than_24_hours_over_several_subtasks_is_refused_and_nothing_is_saved_by_half(cast):
    export, screen = at_work(cast, "Export", "Écran")
    enter(cast.developer, export, MONDAY, 4 * 13)

    response = post(
        cast.developer,
        **{box(export, MONDAY): "13", box(screen, MONDAY): "12", box(screen, TUESDAY): "1"},
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {
        box(screen, MONDAY): ["25\xa0h au total le 16 mars 2026 : une journée en compte 24."]
    }
    assert kept(cast.developer) == [(MONDAY, "Export", 13.0)]


def cancelled(cast, subtask):
    development.cancel_subtask(subtask, actor=cast.lead, reason="Plus demandé.")


def taken_off(cast, subtask):
    fields = {"title": subtask.title}
    development.edit_subtask(
        subtask, actor=cast.lead, fields=fields, developers=[UserFactory(developer=True)]
    )


def split_further(cast, subtask):
    stories.split(fresh(subtask.change_request), cast, "Une moitié", parent=subtask)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (cancelled, "Cette sous-tâche est annulée."),
        (taken_off, "ou ne l’est plus."),
        (split_further, "Cette sous-tâche est découpée : saisissez les heures sur ses propres sous-tâches."),
    ],
)
def test_subtask_that_takes_no_hours_any_more_says_so_beside_the_box_and_gives_back_what_it_has(
    cast, what, said
):
    subtask = at_work(cast)
    enter(cast.developer, subtask, MONDAY, 8)
    what(cast, subtask)

    response = post(cast.developer, **{box(subtask, MONDAY): "2", box(subtask, TUESDAY): "7,75"})

    assert response.status_code == 422
    [message] = response.context["form"].errors[box(subtask, TUESDAY)]
    assert message.endswith(said)
    assert 'value="7,75"' in response.text
    assert kept(cast.developer) == [(MONDAY, subtask.title, 2.0)]
    assert post(cast.developer, **{box(subtask, MONDAY): "1"}).status_code == 302
    assert kept(cast.developer) == [(MONDAY, subtask.title, 1.0)]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 3, 21), "Les heures se saisissent une fois passées : ce jour est à venir."),
        (date(2026, 3, 8), "n’avait pas commencé ce jour-là."),
    ],
)
def test_day_to_come_and_day_before_the_development_are_refused(cast, day, said):
    subtask = at_work(cast)

    response = post(cast.developer, f"{HERE}?semaine={day}", **{box(subtask, day): "2"})

    assert response.status_code == 422
    assert response.context["form"].errors[box(subtask, day)][0].endswith(said)
    assert kept(cast.developer) == []


def test_closed_week_takes_no_hours_until_the_lead_opens_it_again_with_a_reason(cast):
    subtask = at_work(cast)
    enter(cast.developer, subtask, MONDAY, 8)
    assert post(cast.lead, TEAM, act="close").status_code == 302

    refused = post(cast.developer, **{box(subtask, MONDAY): "3"})
    assert refused.status_code == 422
    assert refused.context["form"].errors == {
        box(subtask, MONDAY): [
            "La semaine du 16 mars 2026 est close : le responsable du développement peut la rouvrir."
        ]
    }
    assert post(cast.lead, TEAM, act="reopen", reason="  ").status_code == 422
    assert post(cast.lead, TEAM, act="reopen", reason="Un oubli lundi.").status_code == 302
    assert post(cast.developer, **{box(subtask, MONDAY): "3"}).status_code == 302
    assert kept(cast.developer) == [(MONDAY, subtask.title, 3.0)]


def test_page_of_the_team_tells_who_closed_and_reopened_and_why(client, cast):
    subtask = at_work(cast)
    enter(cast.developer, subtask, MONDAY, 8)
    close_week(FRIDAY, actor=cast.lead)
    reopen_week(FRIDAY, actor=cast.lead, reason="Un oubli lundi.")
    enter(cast.developer, subtask, MONDAY, 12)
    client.force_login(cast.lead)

    page = client.get(TEAM)

    assert [(act.who, act.what, act.detail) for act in page.context["acts"]] == [
        (str(cast.lead), "a rouvert la semaine", "Un oubli lundi."),
        (str(cast.lead), "a clos la semaine", ""),
    ]
    [(line, _boxes, had, url)] = page.context["rows"]
    assert (line.what, line.total, had) == (cast.developer, 3, 35)
    assert client.get(url).context["person"] == cast.developer
    assert "2 h</td>" in page.text.replace("\u00a0", " ")


def test_week_is_closed_once_and_only_by_a_lead_and_not_before_it_begins(cast):
    close_week(MONDAY, actor=cast.lead)

    with pytest.raises(MovedOn) as faster:
        close_week(FRIDAY, actor=UserFactory(lead=True))
    assert faster.value.by == cast.lead
    with pytest.raises(NotYourRole):
        reopen_week(MONDAY, actor=cast.developer, reason="Un oubli.")
    with pytest.raises(Missing):
        close_week(date(2026, 3, 23), actor=cast.lead)
    with pytest.raises(MovedOn):
        reopen_week(date(2026, 3, 9), actor=cast.lead, reason="Un oubli.")
    assert [week.monday for week in Week.objects.exclude(closed_at=None)] == [MONDAY]


def test_correction_leaves_who_before_after_and_when(client, cast):
    subtask = at_work(cast)
    enter(cast.developer, subtask, MONDAY, 8)
    enter(cast.developer, subtask, MONDAY, 8)
    enter(cast.developer, subtask, MONDAY, 6, actor=cast.lead)
    enter(cast.developer, subtask, MONDAY, 0)

    rows = TimeCorrection.objects.order_by("pk")
    assert [(row.actor, row.hours_before, row.hours_after) for row in rows] == [
        (cast.lead, 2, 1.5),
        (cast.developer, 1.5, 0),
    ]
    assert kept(cast.developer) == []
    client.force_login(cast.developer)
    assert list(client.get(HERE).context["week"].corrections) == list(rows)[::-1]
    page = client.get(f"/demandes/{subtask.change_request.number}/developpement/{subtask.position}/")
    assert page.context["corrections"] == list(rows)[::-1]


def test_note_that_is_changed_or_taken_back_leaves_a_trace_too(client, cast):
    subtask = at_work(cast)
    for hours, note in ((8, "Tri"), (8, "Tri"), (8, "Tri et filtre"), (0, None)):
        enter_hours(cast.developer, actor=cast.developer, cells=[Cell(subtask, TUESDAY, hours, note)])

    rows = TimeCorrection.objects.order_by("pk")
    assert [(one.before, one.after, one.note_before, one.note_after) for one in rows] == [
        (8, 8, "Tri", "Tri et filtre"),
        (8, 0, "Tri et filtre", ""),
    ]
    client.force_login(cast.developer)
    assert "Tri et filtre" in client.get(f"{HERE}?week={MONDAY}").text


def test_hours_taken_back_and_entered_again_are_told_from_those_entered_once(cast):
    subtask = at_work(cast)
    for quarters in (32, 0, 16):
        enter(cast.developer, subtask, MONDAY, quarters)

    rows = TimeCorrection.objects.order_by("pk")
    assert list(rows.values_list("before", "after")) == [(32, 0), (0, 16)]


def test_nobody_but_the_lead_reads_or_changes_the_hours_of_others(client, cast):
    subtask, other = at_work(cast), UserFactory(developer=True)
    theirs = f"{HERE}?person={cast.developer.pk}"

    with pytest.raises(NotYourRole):
        enter(cast.developer, subtask, MONDAY, 8, actor=other)
    assert post(other, theirs, **{box(subtask, MONDAY): "2"}).status_code == 404
    assert post(cast.lead, theirs, **{box(subtask, MONDAY): "2"}).status_code == 302
    assert kept(cast.developer) == [(MONDAY, subtask.title, 2.0)]
    assert post(cast.lead, f"{HERE}?person={cast.client_admin.pk}").status_code == 404
    assert post(cast.lead, f"{HERE}?person=personne").status_code == 404


def test_week_that_changed_in_another_window_is_not_overwritten_unasked(client, cast):
    subtask = at_work(cast)
    client.force_login(cast.developer)
    edition = client.get(HERE).context["form"]["edition"].value()
    enter(cast.developer, subtask, TUESDAY, 8)

    again = post(cast.developer, **{box(subtask, MONDAY): "3", "edition": edition})

    assert again.status_code == 409
    assert kept(cast.developer) == [(TUESDAY, subtask.title, 2.0)]
    assert 'value="3"' in again.text
    edition = again.context["form"]["edition"].value()
    typed = {box(subtask, MONDAY): "3", box(subtask, TUESDAY): "2"}
    assert post(cast.developer, **typed, edition=edition).status_code == 302
    assert kept(cast.developer) == [(MONDAY, subtask.title, 3.0), (TUESDAY, subtask.title, 2.0)]


def test_holidays_and_leave_show_in_the_week(client, cast):
    add_leave(cast.developer, first_day=date(2026, 4, 7), last_day=date(2026, 4, 8))
    client.force_login(cast.developer)

    days = client.get(f"{HERE}?semaine=2026-04-09").context["week"].days

    assert [(day.why, day.is_off) for day in days[:4]] == [
        ("Lundi de Pâques", True),
        ("Absence", True),
        ("Absence", True),
        ("", False),
    ]


@pytest.mark.parametrize("asked", ["demain", "2026-02-30", "9999-12-31", ""])
def test_week_that_cannot_be_read_is_this_one(client, cast, asked):
    client.force_login(cast.developer)

    assert client.get(f"{HERE}?semaine={asked}").context["week"].period.first == MONDAY


def test_delivered_yesterday_still_takes_the_hours_of_this_week(cast):
    with on(9):
        file = stories.validated(cast)
        subtask = stories.split(file, cast)
    with on(19):
        stories.end(subtask, cast)
        stories.pass_checks(subtask, cast)
        stories.delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")

    assert post(cast.developer, **{box(subtask, TUESDAY): "2"}).status_code == 302
    assert kept(cast.developer) == [(TUESDAY, subtask.title, 2.0)]


def page_of(subtask):
    return f"/demandes/{subtask.change_request.number}/developpement/{subtask.position}/"


def test_hours_of_a_day_are_entered_on_the_subtask_with_a_note_and_what_is_left(client, cast):
    subtask = at_work(cast)
    Subtask.objects.update(estimate=6)

    def say(**typed):
        return post(cast.developer, page_of(subtask), act="hours", day="2026-03-16", note="Tri", **typed)

    assert say(hours="2,5").status_code == 302
    assert say(hours="1:15").status_code == 302
    client.force_login(cast.support)
    page = client.get(page_of(subtask))
    node = page.context["row"].node
    assert (node.spent, node.remaining) == (1.25, 4.75)
    assert [(entry.person, entry.note) for entry in page.context["entries"]] == [(cast.developer, "Tri")]
    assert TimeCorrection.objects.get().hours_before == 2.5
    assert say(hours="7").status_code == 302
    client.force_login(cast.support)
    assert client.get(page_of(subtask)).context["row"].node.remaining == 0


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"hours": "-3"}, "hours"),
        ({"hours": "25"}, "hours"),
        ({"hours": "beaucoup"}, "hours"),
        ({"hours": ""}, "hours"),
        ({"hours": "2", "day": "2026-03-21"}, "day"),
        ({"hours": "2", "day": "2026-03-01"}, "hours"),
        ({"hours": "2", "day": "2026-02-30"}, "day"),
        ({"hours": "2", "note": "x" * 201}, "note"),
    ],
)
def test_day_of_hours_that_cannot_be_is_refused_beside_its_field_and_kept(cast, typed, field):
    subtask = at_work(cast)
    typed = {"day": "2026-03-17", "note": "Gardez ceci", **typed}

    response = post(cast.developer, page_of(subtask), act="hours", **typed)

    assert response.status_code == 422
    assert set(response.context["refused"].errors) == {field}
    assert all(f'value="{text}"' in response.text for text in typed.values() if text)
    assert kept(cast.developer) == []


def test_day_of_a_closed_week_is_refused_on_the_subtask_and_what_was_typed_is_kept(cast):
    subtask = at_work(cast)
    enter(cast.developer, subtask, MONDAY, 8)
    close_week(MONDAY, actor=cast.lead)
    typed = {"day": "2026-03-17", "hours": "2", "note": "Gardez ceci"}

    response = post(cast.developer, page_of(subtask), act="hours", **typed)

    assert response.status_code == 422
    [message] = response.context["refused"].errors["hours"]
    assert "close" in message
    assert all(f'value="{text}"' in response.text for text in typed.values())
    assert kept(cast.developer) == [(MONDAY, subtask.title, 2.0)]


def test_hours_of_a_cancelled_subtask_only_go_down_from_its_page_and_what_was_typed_is_kept(cast):
    subtask = at_work(cast)
    enter(cast.developer, subtask, MONDAY, 8)
    cancelled(cast, subtask)

    def say(hours):
        typed = {"day": "2026-03-16", "hours": hours, "note": "Gardez ceci"}
        return post(cast.developer, page_of(subtask), act="hours", **typed)

    more = say("3")
    assert more.status_code == 422
    [message] = more.context["refused"].errors["hours"]
    assert "annulée" in message
    assert 'value="3"' in more.text
    assert 'value="Gardez ceci"' in more.text
    assert kept(cast.developer) == [(MONDAY, subtask.title, 2.0)]
    assert not TimeCorrection.objects.exists()
    assert say("1").status_code == 302
    assert kept(cast.developer) == [(MONDAY, subtask.title, 1.0)]


def test_day_that_is_full_already_takes_no_more_from_the_page_of_a_subtask(cast):
    one, other = at_work(cast, "Export", "Écran")
    enter(cast.developer, one, MONDAY, 90)

    response = post(cast.developer, page_of(other), act="hours", day="2026-03-16", hours="2", note="Tri")

    assert response.status_code == 422
    assert set(response.context["refused"].errors) == {"hours"}
    assert 'value="Tri"' in response.text
    assert kept(cast.developer) == [(MONDAY, "Export", 22.5)]


def test_whoever_is_not_on_the_subtask_enters_no_hours_there(cast):
    subtask, other = at_work(cast), UserFactory(developer=True)
    typed = {"act": "hours", "day": "2026-03-16", "hours": "2"}

    assert post(other, page_of(subtask), **typed).status_code == 422
    assert post(cast.tester, page_of(subtask), **typed).status_code == 403
    assert not TimeEntry.objects.exists()


def test_client_reads_what_was_spent_only_where_its_organisation_is_set_so(client, cast):
    subtask = at_work(cast)
    enter(cast.developer, subtask, MONDAY, 10)
    tab = f"/demandes/{subtask.change_request.number}/developpement/"

    def reads():
        client.force_login(cast.client_admin)
        pages = [client.get(address).text.replace("\u00a0", " ") for address in (tab, page_of(subtask))]
        return ["2,5 h" in page for page in pages], str(cast.developer) in pages[1].split('id="hours"')[-1]

    assert reads()[0] == [False, False]
    cast.organisation.sees_hours = True
    cast.organisation.save()
    assert reads()[0] == [True, True]
    client.force_login(cast.client_admin)
    assert client.get(page_of(subtask)).context["entries"] == []


@pytest.mark.parametrize("number", [1, 3])
def test_own_week_asks_the_same_for_any_number_of_subtasks(client, cast, django_assert_num_queries, number):
    for _rank in range(number):
        [subtask] = at_work(cast, "Export")
        enter(cast.developer, subtask, MONDAY, 4)
        enter(cast.developer, subtask, MONDAY, 2)
    client.force_login(cast.developer)

    with django_assert_num_queries(9):
        client.get(HERE)


@pytest.mark.parametrize("number", [1, 3])
def test_week_of_the_team_asks_the_same_for_any_number_of_people(
    client, cast, django_assert_num_queries, number
):
    for _rank in range(number):
        own = Cast()
        [subtask] = at_work(own, "Export")
        enter(own.developer, subtask, MONDAY, 4)
        enter(own.developer, subtask, MONDAY, 2)
    client.force_login(cast.lead)

    with django_assert_num_queries(10):
        client.get(TEAM)


def test_week_of_thirty_people_asks_no_more(client, cast, django_assert_num_queries):
    subtasks = at_work(cast, "Export", "Écran")
    people = [UserFactory(developer=True) for _rank in range(30)]
    TimeEntry.objects.bulk_create(
        TimeEntry(subtask=subtask, person=person, day=day, quarters=6)
        for person in people
        for subtask in subtasks
        for day in (MONDAY, TUESDAY)
    )
    client.force_login(cast.lead)

    with django_assert_num_queries(10):
        page = client.get(TEAM)

    assert len(page.context["rows"]) == 31
    hours = [hours or 0 for _line, days, *_rest in page.context["rows"] for _day, hours in days]
    assert sum(hours) == 30 * 4 * 1.5


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_two_windows_at_once_never_fill_a_day_beyond_its_hours(monkeypatch):
    cast = Cast()
    subtasks = at_work(cast, "Export", "Écran")
    # A week that is there already: the making of its row is a lock of its own.
    Week.objects.create(monday=MONDAY)
    # Both stop once they hold the week, for as long as the lock lets the second come so far.
    meeting, lock = Barrier(2), services._lock_weeks

    def lock_and_meet(mondays):
        locked = lock(mondays)
        with suppress(BrokenBarrierError):
            meeting.wait(timeout=1)
        return locked

    def thirteen_hours(subtask):
        try:
            return enter(cast.developer, subtask, MONDAY, 4 * 13)
        except Missing as refusal:
            return refusal
        finally:
            connection.close()

    monkeypatch.setattr(services, "_lock_weeks", lock_and_meet)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(thirteen_hours, subtasks))

    assert sorted(isinstance(answer, Missing) for answer in answers) == [False, True]
    assert [hours for _day, _title, hours in kept(cast.developer)] == [13.0]
