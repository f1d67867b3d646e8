"""The development's tab and the page of a subtask."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from privacy.verdicts import Verdict
from requests_app.models import CheckKind, Delivery, Environment, Subtask
from requests_app.progress import Progress, State
from requests_app.services import decision, development
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.errors import Missing
from workflow.steps import Step

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def tab(file):
    return f"/demandes/{file.number}/developpement/"


def page_of(subtask):
    return f"{tab(subtask.change_request)}{subtask.position}/"


def post(client, person, url, act, **data):
    client.force_login(person)
    return client.post(url, {"act": act, **data})


def at_work(**extra):
    """A file at step 6 with one subtask of the developer, the subtask, and the cast."""
    cast = Cast()
    file = stories.validated(cast)
    return file, stories.split(file, cast, **extra), cast


def errors(response):
    return set(response.context["refused"].errors)


def test_the_lead_splits_the_specification_with_people_criteria_and_forecast(client):
    cast = Cast()
    file = stories.validated(cast)
    parent = stories.split(file, cast, "Écran")
    criterion = file.specification.criteria.get()

    response = post(
        client,
        cast.lead,
        tab(file),
        "split",
        title="Bouton d’export",
        description="Sur la liste.",
        parent=parent.pk,
        developers=[cast.developer.pk],
        testers=[cast.tester.pk],
        criteria=[criterion.pk],
        forecast_start="2027-03-01",
        forecast_end="31/03/2027",
    )

    assert (response.status_code, response.url) == (302, tab(file))
    child = Subtask.objects.get(parent=parent)
    assert (child.title, child.forecast_end.isoformat()) == ("Bouton d’export", "2027-03-31")
    assert list(child.testers.all()) == [cast.tester]
    assert list(child.criteria.all()) == [criterion]
    assert [row.person for row in child.assignments.all()] == [cast.developer]


def test_the_second_of_a_double_click_on_add_is_refused_kindly_and_nothing_is_doubled(client):
    cast = Cast()
    file = stories.validated(cast)
    client.force_login(cast.lead)
    key = client.get(tab(file)).context["forms"]["split"]["key"].value()
    sent = {"title": "Une seule fois", "key": str(key)}
    assert post(client, cast.lead, tab(file), "split", **sent).status_code == 302

    response = post(client, cast.lead, tab(file), "split", **sent)

    assert (response.status_code, file.subtasks.count()) == (409, 1)
    assert "Une seule fois" in response.text
    assert response.context["refused"].is_closed is True


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 1_000_000}, "description"),
        ({"forecast_start": "2027-02-30"}, "forecast_start"),
        ({"forecast_start": "2027-03-02", "forecast_end": "2027-03-01"}, "forecast_end"),
        ({"parent": "999999999999999999999"}, "parent"),
        ({"parent": "abc"}, "parent"),
        ({"criteria": ["123456"]}, "criteria"),
    ],
)
def test_a_bad_subtask_says_so_next_to_its_field_and_keeps_what_was_typed(client, changes, field):
    cast = Cast()
    file = stories.validated(cast)

    response = post(
        client,
        cast.lead,
        tab(file),
        "split",
        **{"title": "Titre gardé", "description": "Gardé aussi", **changes},
    )

    assert (response.status_code, errors(response)) == (422, {field})
    assert file.subtasks.count() == 0
    if field != "description":
        assert "Gardé aussi" in response.text


def test_titles_of_200_characters_are_kept_whole(client):
    cast = Cast()
    file = stories.validated(cast)
    title = "é" * 200

    assert post(client, cast.lead, tab(file), "split", title=title).status_code == 302
    client.force_login(cast.client_admin)

    assert title in client.get(tab(file)).text


def test_a_parent_of_another_file_is_refused_next_to_its_field(client):
    cast = Cast()
    foreign = stories.split(stories.validated(Cast()), cast)
    file = stories.validated(cast)

    response = post(client, cast.lead, tab(file), "split", title="Écrire", parent=foreign.pk)

    assert (response.status_code, errors(response), file.subtasks.count()) == (422, {"parent"}, 0)


def test_a_subtask_of_another_file_has_no_page_here(client):
    cast = Cast()
    _other, foreign, _cast = at_work()
    file = stories.validated(cast)
    client.force_login(cast.lead)

    for method in (client.get, client.post):
        assert method(f"{tab(file)}{foreign.pk}/", {"act": "cancel", "reason": "Non."}).status_code == 404
    assert client.get(f"{tab(file)}999999999999999999999/").status_code == 404
    assert Subtask.objects.get().cancelled_at is None


def test_whoever_may_not_see_the_file_finds_neither_tab_nor_subtask(client):
    file, subtask, cast = at_work()
    for person in (Cast().client_admin, cast.requester, cast.portal_admin):
        client.force_login(person)
        for url in (tab(file), page_of(subtask)):
            assert client.get(url).status_code == 404
            assert client.post(url, {"act": "start"}).status_code == 404


@pytest.mark.parametrize("field", ["developers", "testers"])
def test_a_forged_post_does_not_put_whoever_ruled_on_the_subtask(client, field):
    cast = Cast()
    cast.dpo = UserFactory(dpo=True, is_developer=True, is_tester=True)
    file = stories.validated(cast)

    response = post(client, cast.lead, tab(file), "split", title="Écrire", **{field: [cast.dpo.pk]})

    assert (response.status_code, errors(response), file.subtasks.count()) == (422, {field}, 0)
    assert str(cast.dpo) in str(response.context["refused"].errors[field])


@pytest.mark.parametrize("person", [{"is_active": False, "is_developer": True}, {"is_tester": True}])
def test_a_developer_deactivated_or_of_another_role_is_refused_next_to_the_field(client, person):
    cast = Cast()
    file = stories.validated(cast)
    chosen = UserFactory(**person)

    response = post(client, cast.lead, tab(file), "split", title="Écrire", developers=[chosen.pk])

    assert (response.status_code, errors(response), file.subtasks.count()) == (422, {"developers"}, 0)


def test_head_of_the_page_names_the_work_of_its_reader(client):
    file, subtask, cast = at_work()
    several = UserFactory(developer=True, is_tester=True)
    former = UserFactory(developer=True, is_tester=True)
    people = (cast.lead, cast.developer, cast.tester, cast.dpo, several, former, cast.client_admin)
    development.edit_subtask(subtask, actor=cast.lead, fields={}, developers=[former])
    development.edit_subtask(subtask, actor=cast.lead, fields={}, developers=[cast.developer])

    def said():
        found = []
        for person in people:
            client.force_login(person)
            page = client.get(tab(file)).context["page"]
            assert page.is_my_turn == page.turn.startswith("À vous")
            found.append(page.turn)
        return found

    lead, others = "À vous de découper, de suivre et de livrer", "Tour\u00a0: Développement"
    develop, check = "À vous de développer", "À vous de tester"
    assert said() == [lead, develop, *[others] * 5]
    stories.end(subtask, cast)
    # Whoever was ever on it checks nothing of it.
    assert said() == [lead, others, check, check, check, others, others]
    stories.pass_checks(subtask, cast, gdpr=False)
    assert said() == [lead, others, others, check, others, others, others]
    development.add_subtask(fresh(file), actor=cast.lead, fields={"title": "Encore"}, developers=[several])
    development.make_check(subtask, actor=cast.dpo, kind=CheckKind.GDPR, is_passed=False, comment="Non.")
    assert said() == [lead, develop, others, others, develop, others, others]
    stories.end(subtask, cast)
    assert said()[4] == "À vous de développer et de tester"


def test_the_place_to_add_a_subtask_comes_before_those_that_are_there(client):
    file, subtask, cast = at_work()
    client.force_login(cast.lead)

    text = client.get(tab(file)).text

    assert text.index('name="act" value="split"') < text.index(f'id="subtask-{subtask.position}"')


def test_a_developer_enters_start_and_end_and_the_checks_open(client):
    file, subtask, cast = at_work()

    assert post(client, cast.developer, page_of(subtask), "start", start_date=TODAY()).url == page_of(subtask)
    response = post(client, cast.developer, page_of(subtask), "end", end_date=TODAY(), **{"from": "tab"})

    assert response.url == f"{tab(file)}#subtask-{subtask.position}"
    assert Progress(fresh(file)).nodes[subtask.pk].state == State.CHECKS


@pytest.mark.parametrize(
    ("act", "field", "value"),
    [
        ("start", "start_date", "2099-01-01"),
        ("start", "start_date", "2026-02-30"),
        ("start", "start_date", ""),
        ("end", "end_date", "2099-01-01"),
        ("end", "end_date", "2001-01-01"),
        ("end", "end_date", "30/02/2026"),
    ],
)
def test_impossible_dates_are_refused_next_to_the_field_and_kept(client, act, field, value):
    _file, subtask, cast = at_work()
    if act == "end":
        development.start_subtask(subtask, actor=cast.developer, start_date=TODAY())

    response = post(client, cast.developer, page_of(subtask), act, **{field: value})

    assert (response.status_code, errors(response)) == (422, {field})
    assert response.context["refused"][field].value() == value
    assert Subtask.objects.get().end_date is None


def test_an_end_date_without_a_start_is_refused(client):
    _file, subtask, cast = at_work()

    response = post(client, cast.developer, page_of(subtask), "end", end_date=TODAY())

    assert (response.status_code, errors(response)) == (422, {"end_date"})


def test_the_second_of_a_double_click_on_the_end_date_is_told_and_opens_no_second_round(client):
    _file, subtask, cast = at_work()
    stories.end(subtask, cast)

    response = post(client, cast.developer, page_of(subtask), "end", end_date=TODAY())

    assert (response.status_code, subtask.rounds.count()) == (409, 1)


def test_somebody_else_does_not_enter_the_dates_of_a_developer(client):
    _file, subtask, _cast = at_work()

    response = post(client, UserFactory(developer=True), page_of(subtask), "start", start_date=TODAY())

    assert (response.status_code, Subtask.objects.get().start_date) == (403, None)


def test_entering_the_end_date_says_beforehand_which_checks_open_and_who_is_told(client):
    file, subtask, cast = at_work()
    named, other = UserFactory(tester=True), UserFactory(tester=True)
    development.edit_subtask(
        subtask, actor=cast.lead, fields={}, developers=[cast.developer], testers=[named]
    )
    development.start_subtask(subtask, actor=cast.developer, start_date=TODAY())
    client.force_login(cast.developer)

    (row,) = client.get(tab(file)).context["rows"]
    said = " ".join(str(text) for _icon, text in row.if_ended)

    assert all(str(kind.label) in said for kind in CheckKind)
    assert str(named) in said
    assert str(cast.dpo) in said
    assert str(other) not in said
    event = development.end_subtask(subtask, actor=cast.developer, end_date=TODAY())
    told = {message.recipient for message in event.outgoing_messages.all()}
    assert told == {named, cast.dpo}


def test_a_tester_passes_and_fails_checks_and_a_failure_needs_words(client):
    file, subtask, cast = at_work()
    stories.end(subtask, cast)
    url = page_of(subtask)

    assert post(client, cast.tester, url, "check", kind="unit", verdict="passed").status_code == 302
    wordless = post(client, cast.tester, url, "check", kind="functional", verdict="failed", comment="  ")
    assert (wordless.status_code, errors(wordless)) == (422, {"comment"})
    failed = post(
        client, cast.tester, url, "check", kind="functional", verdict="failed", comment="Page vide."
    )

    assert failed.status_code == 302
    assert [(one.kind, one.is_passed) for one in subtask.rounds.get().checks.all()] == [
        ("unit", True),
        ("functional", False),
    ]
    client.force_login(cast.developer)
    assert "Page vide." in client.get(tab(file)).text


def test_a_tester_records_several_checks_of_one_result_at_once(client):
    file, subtask, cast = at_work()
    stories.end(subtask, cast)
    typed = {"verdict": "passed", "comment": "Rien à redire.", "build": "4.2.0"}
    evidence = ContentFile(b"Tout est conforme.\n", name="essais.txt")

    response = post(
        client,
        cast.tester,
        page_of(subtask),
        "check",
        kind=["unit", "functional", "integration"],
        documents=[evidence],
        **typed,
    )

    assert response.status_code == 302
    checks = subtask.rounds.get().checks.all()
    assert [(one.kind, one.is_passed, one.comment, one.build, one.made_by) for one in checks] == [
        (kind, True, "Rien à redire.", "4.2.0", cast.tester) for kind in ("unit", "functional", "integration")
    ]
    assert [one.evidence.count() for one in checks] == [1, 0, 0]
    page = client.get(page_of(subtask))
    shown = [[document.name for document in line.evidence] for line in page.context["row"].checks]
    assert shown == [["essais.txt"]] * 3 + [[]]
    assert fresh(file).events.filter(name="pass_check").count() == 3
    assert "3 tests sont enregistrés." in page.text


def test_no_check_is_ticked_beforehand_but_the_only_one_due(client):
    _file, subtask, cast = at_work()
    stories.end(subtask, cast)
    client.force_login(cast.tester)
    several = client.get(page_of(subtask)).context["forms"]["check"]
    client.force_login(cast.dpo)
    one = client.get(page_of(subtask)).context["forms"]["check"]

    none_ticked = post(client, cast.tester, page_of(subtask), "check", verdict="passed")

    assert [box.data["selected"] for box in several["kind"]] == [False] * 3
    assert one["kind"].value() == ["gdpr"]
    assert (none_ticked.status_code, errors(none_ticked)) == (422, {"kind"})


def test_a_failed_check_is_recorded_alone(client):
    _file, subtask, cast = at_work()
    stories.end(subtask, cast)

    response = post(
        client,
        cast.tester,
        page_of(subtask),
        "check",
        kind=["unit", "functional"],
        verdict="failed",
        comment="Page vide.",
    )

    assert (response.status_code, errors(response)) == (422, {"kind"})
    assert "Page vide." in response.text
    assert not subtask.rounds.get().checks.exists()
    with pytest.raises(Missing):
        development.make_checks(
            subtask, actor=cast.tester, kinds=CheckKind.values[:2], is_passed=False, comment="Page vide."
        )


def test_several_checks_of_which_one_is_made_already_are_all_refused(client):
    _file, subtask, cast = at_work()
    stories.end(subtask, cast)
    other = UserFactory(tester=True)
    development.make_check(subtask, actor=other, kind=CheckKind.FUNCTIONAL, is_passed=True)

    response = post(
        client, cast.tester, page_of(subtask), "check", kind=["unit", "functional"], verdict="passed"
    )

    assert response.status_code == 409
    assert "Test fonctionnel" in response.context["refused"].non_field_errors()[0]
    assert [one.made_by for one in subtask.rounds.get().checks.all()] == [other]


def test_page_says_that_all_is_green_once_every_check_due_is_ticked(client):
    _file, subtask, cast = at_work()
    stories.end(subtask, cast)
    client.force_login(cast.tester)

    def said():
        lines = client.get(page_of(subtask)).context["if_checked"]["passed"]
        return [str(text) for _icon, text in lines]

    assert len(said()) == 1
    development.make_check(subtask, actor=cast.dpo, kind=CheckKind.GDPR, is_passed=True)
    assert said()[1:3] == [
        "Si vous les cochez tous :".replace(" :", "\u00a0:"),
        "Toutes les sous-tâches sont alors au vert\u00a0: la livraison devient possible.",
    ]


@pytest.mark.parametrize("kind", [*CheckKind, "nonsense"], ids=str)
def test_a_forged_check_by_whoever_worked_on_it_gets_the_refusal(client, kind):
    cast = Cast()
    cast.developer = UserFactory(developer=True, is_tester=True, is_deputy_dpo=True)
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    stories.end(subtask, cast)

    response = post(client, cast.developer, page_of(subtask), "check", kind=kind, verdict="passed")

    assert response.status_code == 422
    assert subtask.rounds.get().checks.count() == 0


def test_whoever_is_barred_reads_why_and_gets_no_button(client):
    cast = Cast()
    cast.developer = UserFactory(developer=True, is_tester=True)
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    stories.end(subtask, cast)
    client.force_login(cast.developer)

    (row,) = client.get(tab(file)).context["rows"]
    response = client.get(page_of(subtask))

    assert (len(row.bars), "check" in row.forms) == (1, False)
    assert "check" not in response.context["forms"]
    assert row.bars[0].replace("'", "&#x27;") in response.text


def test_whoever_ruled_gets_the_refusal_for_a_forged_unit_check(client):
    cast = Cast()
    cast.dpo = UserFactory(dpo=True, is_tester=True)
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    stories.end(subtask, cast)

    refused = post(client, cast.dpo, page_of(subtask), "check", kind="unit", verdict="passed")
    made = post(client, cast.dpo, page_of(subtask), "check", kind="gdpr", verdict="passed")

    assert (refused.status_code, made.status_code) == (422, 302)
    assert [one.kind for one in subtask.rounds.get().checks.all()] == ["gdpr"]


def test_a_check_on_a_cancelled_subtask_is_refused_and_the_words_are_kept(client):
    _file, subtask, cast = at_work()
    stories.end(subtask, cast)
    development.cancel_subtask(subtask, actor=cast.lead, reason="Hors sujet.")

    response = post(
        client, cast.tester, page_of(subtask), "check", kind="unit", verdict="failed", comment="À garder"
    )

    assert (response.status_code, "À garder" in response.text) == (409, True)
    assert str(cast.lead) in response.text
    assert subtask.rounds.get().checks.count() == 0


def test_a_check_made_twice_is_told_as_done_already(client):
    _file, subtask, cast = at_work()
    stories.end(subtask, cast)
    sent = {"kind": "unit", "verdict": "passed"}
    assert post(client, cast.tester, page_of(subtask), "check", **sent).status_code == 302

    response = post(client, cast.tester, page_of(subtask), "check", **sent)

    assert (response.status_code, subtask.rounds.get().checks.count()) == (409, 1)


def test_the_dpo_passes_several_gdpr_checks_from_the_tab(client):
    cast = Cast()
    file = stories.validated(cast)
    subtasks = [stories.split(fresh(file), cast, f"Partie {number}") for number in range(3)]
    for subtask in subtasks:
        stories.end(subtask, cast)
    keys = [subtask.pk for subtask in subtasks]

    response = post(client, cast.dpo, tab(file), "pass_gdpr", subtasks=keys[:2])

    assert response.status_code == 302
    assert [subtask.rounds.get().checks.count() for subtask in subtasks] == [1, 1, 0]
    again = post(client, cast.dpo, tab(file), "pass_gdpr", subtasks=keys)
    assert again.status_code == 409
    assert [subtask.rounds.get().checks.count() for subtask in subtasks] == [1, 1, 0]
    assert post(client, cast.dpo, tab(file), "pass_gdpr").status_code == 422
    assert post(client, cast.tester, tab(file), "pass_gdpr", subtasks=keys[2:]).status_code == 403


def test_a_forged_gdpr_pass_of_another_file_is_refused(client):
    cast = Cast()
    _other, foreign, other_cast = at_work()
    stories.end(foreign, other_cast)
    file = stories.validated(cast)

    response = post(client, cast.dpo, tab(file), "pass_gdpr", subtasks=[foreign.pk])

    assert (response.status_code, foreign.rounds.get().checks.count()) == (422, 0)


def test_the_dpo_marks_a_subtask_as_touching_no_personal_data(client):
    file, subtask, cast = at_work()

    assert post(client, cast.tester, page_of(subtask), "no_personal_data").status_code == 403
    assert post(client, cast.dpo, page_of(subtask), "no_personal_data").status_code == 302

    assert Subtask.objects.get().spared_under == file.rulings.get()
    assert post(client, cast.dpo, page_of(subtask), "no_personal_data").status_code == 409


def test_the_lead_edits_and_a_page_read_before_is_refused(client):
    _file, subtask, cast = at_work()
    client.force_login(cast.lead)
    form = client.get(page_of(subtask)).context["forms"]["edit"]
    sent = {"title": "Nouveau titre", "developers": [cast.developer.pk], "edition": form["edition"].value()}
    assert post(client, cast.lead, page_of(subtask), "edit", **sent).status_code == 302

    response = post(client, cast.lead, page_of(subtask), "edit", **{**sent, "title": "Trop tard"})

    assert (response.status_code, "Trop tard" in response.text) == (409, True)
    assert Subtask.objects.get().title == "Nouveau titre"


@pytest.mark.parametrize("act", ["edit", "cancel", "send_back"])
def test_only_the_lead_edits_cancels_and_sends_back(client, act):
    _file, subtask, cast = at_work()
    stories.end(subtask, cast)
    for person in (cast.developer, cast.tester, cast.dpo, cast.support, cast.client_admin):
        response = post(client, person, page_of(subtask), act, reason="Non.", title="Non")
        assert response.status_code == 403
    assert Subtask.objects.get().title == "Écrire l’export"


def test_the_lead_cancels_with_a_reason_and_sends_back_a_green_one(client):
    cast = Cast()
    file = stories.green(cast)
    subtask = file.subtasks.get()

    assert post(client, cast.lead, page_of(subtask), "send_back", reason="").status_code == 422
    assert post(client, cast.lead, page_of(subtask), "send_back", reason="Un oubli.").status_code == 302
    assert post(client, cast.lead, page_of(subtask), "send_back", reason="Un oubli.").status_code == 409
    assert post(client, cast.lead, page_of(subtask), "cancel", reason="Reporté.").status_code == 302
    assert post(client, cast.lead, page_of(subtask), "cancel", reason="Reporté.").status_code == 409

    client.force_login(cast.client_admin)
    text = client.get(page_of(subtask)).text
    assert "Un oubli." in text
    assert "Reporté." in text


def test_delivery_lists_by_name_what_is_missing_and_has_no_button_until_then(client):
    cast = Cast()
    file = stories.green(cast, Verdict.CONDITIONAL)
    stories.split(file, cast, "Encore à faire")
    client.force_login(cast.lead)
    response = client.get(tab(file))

    assert [reason.code for reason in response.context["missing"]] == ["condition", "not_green"]
    assert "Encore à faire" in response.context["missing"][1].message
    assert "deliver" not in response.context["forms"]
    forged = post(client, cast.lead, tab(file), "deliver", environment="production", release="4.2.0")
    assert (forged.status_code, "4.2.0" in forged.text) == (422, True)
    assert (fresh(file).step, Delivery.objects.count()) == (Step.DEVELOPMENT, 0)


def test_the_lead_delivers_to_production_once_and_is_back_on_the_list(client):
    cast = Cast()
    file = stories.green(cast)
    sent = {"environment": "production", "release": "4.2.0", "notes": "Nouveau bouton."}

    response = post(client, cast.lead, tab(file), "deliver", **sent)

    assert (response.status_code, response.url) == (302, "/demandes/")
    assert fresh(file).step == Step.ACCEPTANCE
    again = post(client, cast.lead, tab(file), "deliver", **sent)
    assert (again.status_code, Delivery.objects.count()) == (409, 1)
    assert "Nouveau bouton." in again.text


def test_a_delivery_to_qualification_stays_at_the_step_and_is_made_once(client):
    cast = Cast()
    file = stories.green(cast)
    client.force_login(cast.lead)
    key = client.get(tab(file)).context["forms"]["deliver"]["key"].value()
    sent = {"environment": "qualification", "release": "4.2.0-rc1", "key": str(key)}

    assert post(client, cast.lead, tab(file), "deliver", **sent).url == tab(file)
    again = post(client, cast.lead, tab(file), "deliver", **sent)

    assert (again.status_code, fresh(file).step) == (409, Step.DEVELOPMENT)
    assert [made.environment for made in Delivery.objects.all()] == [Environment.QUALIFICATION]


@pytest.mark.parametrize("name", ["developer", "tester", "dpo", "support", "client_admin"])
def test_nobody_but_the_lead_delivers(client, name):
    cast = Cast()
    file = stories.green(cast)

    response = post(
        client, getattr(cast, name), tab(file), "deliver", environment="production", release="4.2.0"
    )

    assert (response.status_code, fresh(file).step) == (403, Step.DEVELOPMENT)


def test_the_consequences_of_each_delivery_stand_beside_it_from_the_start(client):
    cast = Cast()
    file = stories.green(cast)
    client.force_login(cast.lead)

    told = client.get(tab(file)).context["if_done"]["deliver"]

    assert set(told) == {Environment.QUALIFICATION, Environment.PRODUCTION}
    assert str(cast.client_admin) in str(told[Environment.PRODUCTION][-1][1])


@pytest.mark.parametrize("name", ["lead", "support"])
def test_lead_and_support_reopen_the_specification_with_a_reason_and_the_tab_says_paused(client, name):
    file, _subtask, cast = at_work()
    person = getattr(cast, name)

    assert post(client, person, tab(file), "reopen_specification", reason=" ").status_code == 422
    assert (
        post(client, person, tab(file), "reopen_specification", reason="Une règle manque.").status_code == 302
    )

    assert fresh(file).step == Step.SPECIFICATION
    response = client.get(tab(file))
    assert (response.context["desk"].paused_because != "", response.context["forms"]) == (True, {})
    assert str(response.context["desk"].paused_because).replace("'", "&#x27;") in response.text
    assert post(client, person, tab(file), "reopen_specification", reason="Encore.").status_code == 409


def test_abandoning_needs_the_clients_agreement_on_the_tab(client):
    file, _subtask, cast = at_work()
    reason = {"reason": "L’annuaire sera remplacé."}

    assert post(client, cast.lead, tab(file), "abandon", **reason).status_code == 422
    assert post(client, cast.lead, tab(file), "propose_to_abandon", **reason).status_code == 302
    assert post(client, cast.lead, tab(file), "propose_to_abandon", **reason).status_code == 409
    assert post(client, cast.lead, tab(file), "agree_to_abandon").status_code == 403
    assert post(client, cast.client_auditor, tab(file), "agree_to_abandon").status_code == 403
    assert "agree_to_abandon" in seen_by(client, cast.client_admin, tab(file)).context["forms"]
    read = {"proposal": decision.proposal_of(file)}
    assert post(client, cast.client_admin, tab(file), "agree_to_abandon", **read).status_code == 302
    assert post(client, cast.client_admin, tab(file), "agree_to_abandon", **read).status_code == 409
    form = seen_by(client, cast.lead, tab(file)).context["forms"]["abandon"]
    assert form["reason"].value() == reason["reason"]
    assert post(client, cast.lead, tab(file), "abandon", **reason).url == "/demandes/"

    assert fresh(file).step == Step.CANCELLED


def seen_by(client, person, url):
    client.force_login(person)
    return client.get(url)


@pytest.mark.parametrize("act", ["", "validate", "__class__"])
def test_an_act_that_does_not_exist_is_a_bad_request(client, act):
    file, subtask, cast = at_work()

    assert post(client, cast.lead, tab(file), act).status_code == 400
    assert post(client, cast.lead, page_of(subtask), act).status_code == 400


def test_a_browser_that_checks_its_token_can_press_every_button():
    file, subtask, cast = at_work()
    stories.end(subtask, cast)
    decision.propose_to_abandon(fresh(file), actor=cast.lead, reason="Plus de besoin.")
    for person in (cast.lead, cast.developer, cast.tester, cast.dpo, cast.client_admin):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(person)
        for url in (tab(file), page_of(subtask)):
            text = browser.get(url).text
            assert text.count('<form method="post"') + text.count("<form class=") > 0
            assert text.count('method="post"') == text.count("csrfmiddlewaretoken")


@pytest.mark.parametrize(
    ("name", "queries"),
    [("lead", 22), ("developer", 21), ("tester", 21), ("dpo", 21), ("client_admin", 18)],
)
def test_the_tab_asks_the_same_number_of_queries_for_1_3_and_40_subtasks(
    client, name, queries, django_assert_num_queries
):
    cast = Cast()
    file = stories.validated(cast, Verdict.CONDITIONAL)
    person = getattr(cast, name)
    criteria = list(file.specification.criteria.all())
    named = [cast.tester]
    client.force_login(person)

    def add():
        subtask = stories.split(fresh(file), cast, criteria=criteria, testers=named)
        development.start_subtask(subtask, actor=cast.developer, start_date=TODAY() - timedelta(days=1))
        development.end_subtask(subtask, actor=cast.developer, end_date=TODAY())
        return subtask

    development.make_check(add(), actor=cast.tester, kind=CheckKind.UNIT, is_passed=True)
    client.get(tab(file))
    for total in (1, 3, 40):
        missing = total - file.subtasks.count()
        for _number in range(min(missing, 2)):
            add()
        Subtask.objects.bulk_create(
            Subtask(change_request=file, title=f"Partie {number}", position=number)
            for number in range(file.subtasks.count() + 1, total + 1)
        )
        with django_assert_num_queries(queries):
            response = client.get(tab(file))
        assert len(response.context["rows"]) == total
