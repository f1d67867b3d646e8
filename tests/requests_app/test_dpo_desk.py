"""The DPO's desk: what is to be ruled on by when, the open conditions of all rulings, the answers of a quarter."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from privacy.models import RegisterVersion, VersionState
from privacy.services import adopt
from privacy.verdicts import Verdict
from requests_app.services import delivery, gdpr_sheet, requests, ruling, specification
from requests_app.services.handovers import hand_over
from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db

DESK, GIVEN = "/avis/", "/avis/rendus/"


@pytest.fixture
def dpo(client, cast):
    client.force_login(cast.dpo)
    return client


def elsewhere(cast):
    """The same vendor, another client."""
    other = Cast(organisation=OrganisationFactory())
    other.__dict__ |= {"support": cast.support, "dpo": cast.dpo}
    return other


def on(day):
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Paris"))
    return time_machine.travel(moment, tick=False)


def test_queue_has_every_clients_requests_with_age_and_due_date_the_late_first(dpo, cast):
    with on(date(2026, 4, 27)):
        early = stories.specified(cast)
    with on(date(2026, 5, 11)):
        late = stories.specified(elsewhere(cast))
        stories.ruled(cast)
        stories.sent(cast)

    with on(date(2026, 5, 15)):
        response = dpo.get(DESK)

    queue = response.context["queue"]
    assert [(one.file, one.days, one.due, one.is_mine) for one in queue] == [
        (early, 11, date(2026, 5, 13), True),
        (late, 3, date(2026, 5, 27), True),
    ]
    assert "2\u00a0jours de retard" in response.text
    assert f"/demandes/{early.number}/avis-dpo/" in response.text


def test_queue_says_on_which_request_another_dpo_rules(dpo, cast):
    cast.dpo.is_support = True
    cast.dpo.save()
    file = stories.sent(cast)
    specification.save_specification(file, actor=cast.dpo, fields={"solution": "Une piste."})
    stories.specify(fresh(file), cast)

    response = dpo.get(DESK)

    assert [one.is_mine for one in response.context["queue"]] == [False]
    assert "Un autre DPO statue" in response.text


def conditions(*blocks):
    return [
        {"text": f"Condition {one}", "blocks": one, "days_after": 30 if one == "after" else None}
        for one in blocks
    ]


def develop(file, cast):
    stories.decision.validate(fresh(file), actor=cast.client_admin, version=1)
    return fresh(file)


def conditional(cast, *blocks):
    file = stories.specified(cast)
    stories.give_ruling(file, cast, Verdict.CONDITIONAL, conditions=conditions(*blocks))
    return develop(file, cast)


def open_texts(response):
    return [one.text for one in response.context["page"]]


def test_conditions_of_all_requests_are_open_until_they_are_met_or_their_ruling_falls(dpo, cast):
    one = conditional(cast, "delivery", "after")
    other = conditional(elsewhere(cast), "acceptance")
    assert sorted(open_texts(dpo.get(DESK))) == [
        "Condition acceptance",
        "Condition after",
        "Condition delivery",
    ]

    stories.assess(one, cast, keys=["condition-1"])
    stories.decision.reopen_specification(other, actor=cast.lead, reason="Autre chose.")
    stories.specify(fresh(other), cast, solution="Tout autre.")

    assert open_texts(dpo.get(DESK)) == ["Condition after"]


def test_conditions_left_by_an_accepted_request_are_still_owed_and_those_of_a_cancelled_one_are_not(
    dpo, cast
):
    file = conditional(cast, "after")
    subtask = stories.split(file, cast, criteria=file.specification.criteria.all())
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    stopped = stories.specified(cast)
    stories.give_ruling(stopped, cast, Verdict.CONDITIONAL, conditions=conditions("delivery"))
    requests.cancel(fresh(stopped), actor=cast.client_admin, category="other", reason="Tant pis.")

    assert open_texts(dpo.get(DESK)) == ["Condition after"]


def test_conditions_are_narrowed_to_what_they_block(dpo, cast):
    conditional(cast, "delivery", "acceptance")

    response = dpo.get(DESK, {"bloque": "acceptance"})

    assert open_texts(response) == ["Condition acceptance"]
    assert [(chip.count, chip.current) for chip in response.context["blocks"]] == [
        (2, False), (1, False), (1, True), (0, False),
    ]  # fmt: skip
    assert len(open_texts(dpo.get(DESK, {"bloque": "inconnu"}))) == 2


def test_figures_count_the_answers_of_the_quarter_and_the_days_that_rulings_took(dpo, cast):
    with on(date(2026, 4, 1)):
        before = stories.specified(cast)
        files = [stories.specified(cast) for _rank in range(3)]
    with on(date(2026, 3, 31)):
        stories.ruled(cast)
    # One, two and twelve working days later, Easter Monday being none of them.
    for file, day in zip(files, (date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 20)), strict=True):
        with on(day):
            stories.give_ruling(fresh(file), cast)
    with on(date(2026, 4, 20)):
        ruling.return_to_support(fresh(before), actor=cast.dpo, reason="Quelles données ?")
        figures = dpo.get(DESK).context["figures"]

        assert (figures.numbers, figures.given, figures.half) == (
            {Verdict.FAVOURABLE: 3, "returned": 1}, 3, 2,
        )  # fmt: skip


def test_each_figure_leads_to_the_answers_that_it_counts(dpo, cast):
    unfavourable = stories.ruled(cast, Verdict.UNFAVOURABLE)
    stories.ruled(cast)
    returned = stories.specified(cast)
    ruling.return_to_support(returned, actor=cast.dpo, reason="Quelles données ?")

    for chip in dpo.get(DESK).context["outcomes"]:
        page = dpo.get(chip.url).context["page"]
        assert page.paginator.count == chip.count, chip.label

    shown = dpo.get(GIVEN, {"issue": "unfavourable"})
    assert [line.event.change_request for line in shown.context["lines"]] == [unfavourable]
    shown = dpo.get(GIVEN, {"issue": "returned"})
    assert [(line.event.change_request, line.days) for line in shown.context["lines"]] == [(returned, None)]


def test_answers_of_another_quarter_are_one_address_away(dpo, cast):
    with on(date(2025, 2, 3)):
        file = stories.ruled(cast)

    assert dpo.get(GIVEN).context["page"].paginator.count == 0
    assert [
        line.event.change_request for line in dpo.get(GIVEN, {"trimestre": "2025-1"}).context["lines"]
    ] == [file]


@pytest.mark.parametrize("asked", ["trimestre=2026-5", "trimestre=hier", "issue=parfait", "page=x"])
def test_address_that_asks_for_nothing_known_shows_this_quarter_whole(dpo, cast, asked):
    stories.ruled(cast)

    assert dpo.get(f"{GIVEN}?{asked}").context["page"].paginator.count == 1


def test_place_of_rulings_is_for_dpos_alone(client, cast):
    for person, status in ((cast.deputy_dpo, 200), (cast.support, 404), (cast.client_dpo, 404)):
        client.force_login(person)
        assert client.get(DESK).status_code == status
        assert (f'href="{DESK}"' in client.get("/").text) is (status == 200)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [(DESK, 11), (GIVEN, 5)])
def test_desk_asks_the_same_for_any_number_of_rows(
    dpo, cast, django_assert_num_queries, number, path, queries
):
    for _rank in range(number):
        stories.specified(cast)
        conditional(cast, "delivery", "after")
        ruling.return_to_support(stories.specified(cast), actor=cast.dpo, reason="Quelles données ?")
    dpo.get("/")

    with django_assert_num_queries(queries):
        dpo.get(path)


def test_dated_actions_and_awaited_adoptions_of_all_clients_are_on_the_desk(dpo, cast):
    due = date(2027, 1, 4)
    file = stories.green(cast)
    stories.assess(file, cast, "minor", ["notice"], action=("Relire la notice.", cast.client_admin, due))
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    late = stories.validated(elsewhere(cast))
    action = "Écourter la durée.", "vendor", date(2026, 1, 5)
    stories.assess(late, cast, "minor", ["retention"], action=action)

    response = dpo.get(DESK)

    assert [(one.text, one.owner_named) for one in response.context["actions"]] == [
        ("Écourter la durée.", "éditeur"),
        ("Relire la notice.", str(cast.client_admin)),
    ]
    assert [one.change_request for one in response.context["adoptions"]] == [file]
    assert f"/demandes/{file.number}/developpement/fiche-rgpd/#actions" in response.text
    gdpr_sheet.complete_action(fresh(file), actor=cast.client_admin, position=1, how="Relue.")
    adopt(RegisterVersion.objects.get(state=VersionState.AWAITED), actor=cast.client_admin)
    response = dpo.get(DESK)
    assert [one.text for one in response.context["actions"]] == ["Écourter la durée."]
    assert list(response.context["adoptions"]) == []


def test_open_condition_says_that_something_was_handed_over_for_it(dpo, cast):
    file = stories.validated(cast, Verdict.CONDITIONAL)
    assert [one.is_answered for one, _found in dpo.get(DESK).context["conditions"]] == [False]

    hand_over(file, actor=cast.lead, position=1, words="Chaque lecture laisse une ligne.")

    assert [one.is_answered for one, _found in dpo.get(DESK).context["conditions"]] == [True]
