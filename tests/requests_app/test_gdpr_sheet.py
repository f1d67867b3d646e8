"""The fourth check: one sheet per request, what it holds back, and who is told when two fill it in at once."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from planning.workdays import after_working_days, is_working, today
from privacy.checklist import Point
from privacy.verdicts import Blocks, Conformity, Verdict
from requests_app.dpo_desk import open_conditions
from requests_app.models import Action, Attachment, Condition, Finding, Section
from requests_app.progress import Progress
from requests_app.services import decision, delivery, gdpr_sheet
from requests_app.tasks import remind_due_actions
from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.requests import fresh
from workflow.errors import Missing, MovedOn, NotYourRole
from workflow.steps import Step

pytestmark = pytest.mark.django_db

CONDITION = "condition-1"


def page_of(file):
    return reverse("requests:gdpr_sheet", args=[file.number])


def read(client, person, file):
    """The sheet's page as somebody reads it."""
    client.force_login(person)
    return client.get(page_of(file))


def form_of(response):
    """All that the form of a page would send as it stands, text by text."""
    form = response.context["forms"]["assess"]
    sent = {"act": "assess", "rank": form["rank"].value(), "build": form["build"].value() or ""}
    for row in (row for row in response.context["rows"] if row.fields):
        key, fields = row.line.key, row.fields
        sent |= {f"{key}-seen": fields.seen, f"{key}-conformity": fields.conformity.value()}
        sent |= {f"{key}-comment": fields.comment.value(), f"{key}-build": fields.build.value()}
        sent |= {f"{key}-action": fields.action.value(), f"{key}-owner": fields.owner.value()}
        sent |= {f"{key}-due": fields.due.value() or ""}
    return sent


def save(client, person, file, sent):
    client.force_login(person)
    return client.post(page_of(file), sent)


def wanted(owner="vendor", days=10):
    """A dated action as the DPO asks for it."""
    return "Nommer la durée dans la notice.", owner, timezone.localdate() + timedelta(days=days)


def stands(file):
    """How the lines of the sheet stand, those that were assessed."""
    return {line.key: line.conformity.value for line in Progress(fresh(file)).sheet if line.findings}


def missing(file, cast):
    return [(reason.code, str(reason)) for reason in fresh(file).missing("deliver", actor=cast.lead, data={})]


# The sheet itself.


def test_sheet_has_the_standard_list_then_each_condition_of_the_ruling(cast):
    file = stories.validated(cast, Verdict.CONDITIONAL)

    sheet = Progress(file).sheet

    assert [line.key for line in sheet] == [*Point.values, CONDITION]
    assert all(point.article for point in Point)
    assert sheet[-1].text == "L’accès est journalisé."


@pytest.mark.parametrize("verdict", [Verdict.NO_PERSONAL_DATA, Verdict.NO_IMPACT])
def test_ruling_that_calls_for_no_check_has_no_sheet(client, cast, verdict):
    file = stories.green(cast, verdict)

    response = read(client, cast.dpo, file)

    assert (response.status_code, response.context["rows"]) == (200, [])
    with pytest.raises(MovedOn):
        stories.assess(file, cast, "conforming", ["access"])


def test_dpo_saves_several_lines_at_once_and_only_those_that_changed(client, cast):
    file = stories.validated(cast, Verdict.CONDITIONAL)
    sent = form_of(read(client, cast.dpo, file))
    sent |= {
        "build": "4.2.0-rc1",
        "access-conformity": "conforming",
        "access-comment": "Vu avec deux profils.",
        "notice-conformity": "not_assessed",
        "notice-build": "4.2.0-rc2",
        f"{CONDITION}-conformity": "major",
    }

    assert save(client, cast.dpo, file, sent).url == page_of(file)

    found = {(one.point or CONDITION): one for one in Finding.objects.all()}
    assert {key: (one.conformity, one.comment, one.build) for key, one in found.items()} == {
        "access": ("conforming", "Vu avec deux profils.", "4.2.0-rc1"),
        "notice": ("not_assessed", "", "4.2.0-rc2"),
        CONDITION: ("major", "", "4.2.0-rc1"),
    }
    assert {one.made_by for one in found.values()} == {cast.dpo}
    said = read(client, cast.client_admin, file).text
    assert "Vu avec deux profils." in said
    assert "4.2.0-rc2" in said


def test_earlier_findings_stay_readable_on_the_sheet_and_in_the_history(client, cast):
    file = stories.validated(cast)
    stories.assess(file, cast, "major", ["isolation"], comment="Un autre client se lit.", build="4.1")
    stories.assess(file, cast, "conforming", ["isolation"], comment="Corrigé.", build="4.2")

    [row] = [row for row in read(client, cast.lead, file).context["rows"] if row.current]
    acts = client.get(reverse("requests:history", args=[file.number])).context["acts"]

    assert (row.current.finding.comment, [one.finding.comment for one in row.past]) == (
        "Corrigé.",
        ["Un autre client se lit."],
    )
    assert [(act.what, act.detail) for act in acts[:2]] == [
        (
            "a évalué «\u202fLe cloisonnement entre clients est démontré\u202f»\u00a0: "
            "conforme, sur la version 4.2",
            "Corrigé.",
        ),
        (
            "a évalué «\u202fLe cloisonnement entre clients est démontré\u202f»\u00a0: "
            "non-conformité majeure, sur la version 4.1",
            "Un autre client se lit.",
        ),
    ]


def test_evidence_stays_with_its_finding_and_shows_its_fingerprint_to_everybody_who_sees_the_file(
    client, cast
):
    file = stories.validated(cast)
    sent = form_of(read(client, cast.dpo, file))
    sent |= {
        "logs-conformity": "conforming",
        "logs-documents": [ContentFile(b"Journal lu.\n", name="journal.txt")],
    }

    assert save(client, cast.dpo, file, sent).status_code == 302

    evidence = Finding.objects.get().evidence.get()
    assert (evidence.section, evidence.file.name) == (Section.SHEET, "journal.txt")
    document = reverse("requests:document", args=[file.number, evidence.file_id])
    for person in (cast.client_admin, cast.developer):
        assert evidence.file.sha256 in read(client, person, file).text
        assert client.get(document).status_code == 200
    client.force_login(cast.dpo)
    client.post(reverse("requests:document_withdraw", args=[file.number, evidence.file_id]))
    evidence.refresh_from_db()
    assert evidence.withdrawn_at is None


def test_evidence_that_is_refused_keeps_every_line_from_being_saved_and_what_was_typed(
    client, cast, settings
):
    file = stories.validated(cast)
    settings.DOCUMENT_MAX_BYTES = 5
    sent = form_of(read(client, cast.dpo, file))
    sent |= {
        "access-conformity": "conforming",
        "logs-comment": "À relire.",
        "logs-documents": [ContentFile(b"Journal lu.\n", name="journal.txt")],
    }

    response = save(client, cast.dpo, file, sent)

    assert (response.status_code, set(response.context["refused"].errors)) == (422, {"logs-documents"})
    assert "À relire." in response.text
    assert (Finding.objects.count(), Attachment.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"notice-conformity": "not_applicable"}, "notice-comment"),
        ({"notice-conformity": "parfait"}, "notice-conformity"),
        ({"notice-build": "x" * 61}, "notice-build"),
        ({"notice-comment": "x" * 5_001}, "notice-comment"),
        ({"build": "x" * 61}, "build"),
        ({}, "__all__"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(client, cast, changes, wrong):
    file = stories.validated(cast)
    sent = form_of(read(client, cast.dpo, file))
    if changes:
        sent |= {"access-conformity": "conforming", "access-comment": "À garder."}

    response = save(client, cast.dpo, file, sent | changes)

    assert (response.status_code, set(response.context["refused"].errors)) == (422, {wrong})
    assert ("À garder." in response.text) == bool(changes)
    assert not Finding.objects.exists()


def test_line_that_does_not_apply_says_why_whatever_road_it_comes_by(cast):
    file = stories.validated(cast)

    with pytest.raises(Missing) as refusal:
        stories.assess(file, cast, "not_applicable", ["test_data"])

    assert [reason.field for reason in refusal.value.reasons] == ["test_data-comment"]


# Two at once.


def test_second_of_two_dpos_on_one_line_is_told_keeps_what_they_typed_and_may_save_it_again(client, cast):
    file = stories.validated(cast)
    deputy = UserFactory(deputy_dpo=True)
    sent = form_of(read(client, deputy, file))
    stories.assess(file, cast, "conforming", ["access", "export"])
    sent |= {
        "access-conformity": "major",
        "access-comment": "Tout le monde lit.",
        "notice-conformity": "major",
    }

    response = save(client, deputy, file, sent)

    assert response.status_code == 422
    [error] = response.context["refused"].errors["access-conformity"]
    assert str(cast.dpo) in error
    assert "Tout le monde lit." in response.text
    assert stands(file) == {"access": "conforming", "export": "conforming"}

    assert save(client, deputy, file, form_of(response)).status_code == 302
    # What the deputy had not touched stays as the other one found it meanwhile.
    assert stands(file) == {"access": "major", "export": "conforming", "notice": "major"}


def test_two_dpos_on_different_lines_do_not_disturb_one_another(client, cast):
    file = stories.validated(cast)
    sent = form_of(read(client, cast.deputy_dpo, file))
    stories.assess(file, cast, "conforming", ["access"])

    assert save(client, cast.deputy_dpo, file, sent | {"logs-conformity": "major"}).status_code == 302

    assert stands(file) == {"access": "conforming", "logs": "major"}


def test_same_press_twice_saves_once(client, cast):
    file = stories.validated(cast)
    sent = form_of(read(client, cast.dpo, file)) | {"access-conformity": "conforming", "build": "4.2"}

    assert [save(client, cast.dpo, file, sent).status_code for _press in range(2)] == [302, 409]

    assert Finding.objects.count() == 1


# Who, and when.


def test_only_the_dpo_fills_it_in_and_only_at_steps_6_and_7(client, cast):
    file = stories.green(cast)
    sent = form_of(read(client, cast.dpo, file)) | {"access-conformity": "conforming"}

    for person in (cast.lead, cast.tester, cast.developer, cast.client_admin, cast.support):
        assert read(client, person, file).context["forms"] == {}
        assert save(client, person, file, sent).status_code == 403
        with pytest.raises(NotYourRole):
            gdpr_sheet.assess(file, actor=person, lines={"access": {"conformity": "conforming"}})
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    assert save(client, cast.dpo, file, sent).status_code == 302
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    assert save(client, cast.dpo, file, sent | {"access-conformity": "major"}).status_code == 409
    # Nothing of it is due after the acceptance: the page offers no sheet to fill in.
    assert not read(client, cast.dpo, file).context["desk"].may_assess

    assert stands(file) == {"access": "conforming"}


def test_several_subtasks_are_passed_from_the_sheet(client, cast):
    file = stories.validated(cast)
    subtasks = [stories.split(file, cast, title) for title in ("Une", "Deux")]
    for subtask in subtasks:
        stories.end(subtask, cast)
    assert "pass_gdpr" in read(client, cast.dpo, file).context["forms"]

    sent = {"act": "pass_gdpr", "subtasks": [one.pk for one in subtasks]}
    assert save(client, cast.dpo, file, sent).url == page_of(file)

    assert "pass_gdpr" not in read(client, cast.dpo, file).context["forms"]


# What it holds back.


def test_major_line_makes_delivery_impossible_until_it_conforms(client, cast):
    file = stories.green(cast)
    stories.assess(file, cast, "major", ["encryption"])
    client.force_login(cast.lead)
    tab = client.get(reverse("requests:development", args=[file.number]))
    assert "«\u202fLes données sont chiffrées, au repos et en transit\u202f»" in tab.text
    assert "deliver" not in tab.context["forms"]
    for deliver in (delivery.deliver, delivery.deliver_to_qualification):
        with pytest.raises(Missing) as refusal:
            deliver(fresh(file), actor=cast.lead, release="4.2.0")
        assert [reason.code for reason in refusal.value.reasons] == ["major"]
    forged = {"act": "deliver", "environment": "production", "release": "4.2.0"}
    response = client.post(reverse("requests:development", args=[file.number]), forged)
    assert (response.status_code, fresh(file).step) == (422, Step.DEVELOPMENT)

    stories.assess(file, cast, "minor", ["encryption"], action=wanted())
    assert missing(file, cast) == []


@pytest.mark.parametrize("conformity", Conformity.values)
def test_condition_that_blocks_delivery_blocks_it_unless_it_conforms_or_does_not_apply(cast, conformity):
    file = stories.green(cast, Verdict.CONDITIONAL)
    if conformity != Conformity.NOT_ASSESSED:
        stories.assess(file, cast, conformity, comment="Vu.")

    codes = [code for code, _sentence in missing(file, cast)]

    met = conformity in (Conformity.CONFORMING, Conformity.NOT_APPLICABLE)
    assert codes == ([] if met else ["condition"])


@pytest.mark.parametrize("conformity", Conformity.values)
def test_condition_that_blocks_acceptance_lets_the_delivery_go_and_stops_the_acceptance(
    client, cast, conformity
):
    file = stories.green(cast, Verdict.CONDITIONAL)
    Condition.objects.update(blocks=Blocks.ACCEPTANCE)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    if conformity != Conformity.NOT_ASSESSED:
        stories.assess(fresh(file), cast, conformity, comment="Vu.")
    client.force_login(cast.client_admin)
    sent = {"decision": "accept", "delivery": 1, "criterion_1": "accept"}

    client.post(reverse("requests:delivery", args=[file.number]), sent)

    met = conformity in (Conformity.CONFORMING, Conformity.NOT_APPLICABLE)
    assert fresh(file).step == (Step.CLOSED if met else Step.ACCEPTANCE)


def test_sheet_falls_with_its_ruling_and_falls_due_again(client, cast):
    file = stories.green(cast, Verdict.CONDITIONAL)
    stories.assess(file, cast, "conforming", [*Point.values, CONDITION], comment="Vu.")
    opened = form_of(read(client, cast.dpo, file)) | {"access-conformity": "major", "access-comment": "Non."}
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Un cas a été oublié.")
    stories.specify(fresh(file), cast, solution="Une autre solution.")
    stories.give_ruling(fresh(file), cast, Verdict.CONDITIONAL)
    decision.validate(fresh(file), actor=cast.client_admin, version=2)

    assert stands(file) == {}
    assert "condition" in [code for code, _sentence in missing(file, cast)]
    # A page of the sheet that fell says nothing of the new one.
    response = save(client, cast.dpo, file, opened)
    assert (response.status_code, stands(file)) == (409, {})
    assert "Non." in response.text
    [(fallen, lines)] = read(client, cast.client_admin, file).context["fallen"]
    assert (fallen.version.number, len(lines)) == (1, len(Point) + 1)


def test_page_of_a_delivery_and_of_a_development_lead_to_the_sheet(client, cast):
    file = stories.green(cast, Verdict.CONDITIONAL)
    Condition.objects.update(blocks=Blocks.ACCEPTANCE)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    client.force_login(cast.client_admin)

    for tab in ("development", "delivery"):
        assert page_of(file) in client.get(reverse(f"requests:{tab}", args=[file.number])).text


# What is to be done by a day.


def test_minor_line_asks_for_a_dated_action_and_keeps_it_while_it_stays_minor(client, cast):
    file = stories.validated(cast)
    sent = form_of(read(client, cast.dpo, file)) | {"notice-conformity": "minor"}
    refused = save(client, cast.dpo, file, sent)
    assert (refused.status_code, set(refused.context["refused"].errors)) == (422, {"notice-action"})
    with pytest.raises(Missing):
        stories.assess(file, cast, "minor", ["notice"])
    past = {"notice-action": "Relire.", "notice-due": "2020-01-01"}
    assert set(save(client, cast.dpo, file, sent | past).context["refused"].errors) == {"notice-due"}

    due = timezone.localdate() + timedelta(days=9)
    sent |= {"notice-action": "Relire la notice.", "notice-owner": "client", "notice-due": due.isoformat()}
    assert save(client, cast.dpo, file, sent).status_code == 302
    later = form_of(read(client, cast.dpo, file)) | {"notice-comment": "En cours."}
    assert save(client, cast.dpo, file, later).status_code == 302

    action = Action.objects.get()
    assert (action.said, action.finding.number) == (("Relire la notice.", "client", due), 2)
    assert file.events.filter(name="plan_action").count() == 1
    stories.assess(fresh(file), cast, "conforming", ["notice"])
    assert list(file.actions.in_force()) == []


def test_minor_condition_that_blocks_needs_no_action_since_it_still_blocks(cast):
    file = stories.green(cast, Verdict.CONDITIONAL)

    stories.assess(file, cast, "minor")

    assert ([code for code, _sentence in missing(file, cast)], Action.objects.count()) == (["condition"], 0)


def test_owner_says_how_an_action_was_done_after_the_closure_too_and_nobody_else(client, cast):
    file = stories.green(cast)
    stories.assess(file, cast, "minor", ["notice"], action=wanted("client"))
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    sent = {"act": "complete_action", "position": 1, "how": "La notice nomme la durée."}

    assert save(client, cast.lead, file, sent).status_code == 403
    assert save(client, cast.tester, file, sent).status_code == 403
    assert save(client, cast.client_admin, file, sent | {"how": " "}).status_code == 422
    assert save(client, cast.client_admin, file, sent | {"position": 2}).status_code == 409
    assert [save(client, cast.client_admin, file, sent).status_code for _press in range(2)] == [302, 409]

    action = Action.objects.get()
    assert (action.done_by, action.done_how) == (cast.client_admin, "La notice nomme la durée.")
    assert "La notice nomme la durée." in read(client, cast.dpo, file).text


def test_conditions_to_be_met_after_acceptance_become_actions_then(cast):
    file = stories.specified(cast)
    rows = [
        {"text": text, "owner": "client", "blocks": "after", "days_after": 30} for text in ("Une", "Deux")
    ]
    stories.give_ruling(file, cast, Verdict.CONDITIONAL, conditions=rows)
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    subtask = stories.split(fresh(file), cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    stories.assess(fresh(file), cast, "conforming", [CONDITION])
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    assert not Action.objects.exists()

    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))

    assert [action.said for action in Action.objects.all()] == [
        ("Deux", "client", timezone.localdate() + timedelta(days=30))
    ]


def test_what_is_due_after_acceptance_is_found_met_after_the_closure_and_nothing_else_is_touched(
    client, cast
):
    file = stories.specified(cast)
    row = {"text": "Les comptes sont revus.", "owner": "client", "blocks": "after", "days_after": 30}
    stories.give_ruling(file, cast, Verdict.CONDITIONAL, conditions=[row])
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    subtask = stories.split(fresh(file), cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    gdpr_sheet.complete_action(fresh(file), actor=cast.client_admin, position=1, how="Revus en mars.")
    assert [one.text for one in open_conditions(cast.dpo)] == ["Les comptes sont revus."]

    page = read(client, cast.dpo, file)
    assert [line.line.key for line in page.context["rows"] if line.fields] == [CONDITION]
    with pytest.raises(MovedOn):
        stories.assess(fresh(file), cast, "major", ["access"])
    saved = save(client, cast.dpo, file, form_of(page) | {f"{CONDITION}-conformity": "conforming"})

    assert (saved.status_code, stands(file)) == (302, {CONDITION: "conforming"})
    assert not open_conditions(cast.dpo).exists()


@pytest.mark.parametrize("make", [stories.validated, stories.closed])
def test_owner_is_reminded_once_on_a_working_day_once_the_action_is_due(cast, make):
    file = stories.green(cast)
    stories.assess(file, cast, "minor", ["notice"], action=wanted("client", days=1))
    stories.assess(file, cast, "minor", ["logs"], action=wanted("vendor", days=400))
    if make is stories.closed:
        delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
        delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    day = after_working_days(today(), 5)
    off = next(one for number in range(8, 20) if not is_working(one := day + timedelta(days=number)))

    told = []
    for at in (today(), off, off + timedelta(days=4), off + timedelta(days=5)):
        with time_machine.travel(f"{at.isoformat()}T11:00:00+00:00", tick=False):
            remind_due_actions()
            told.append(file.events.filter(name="remind_action").count())

    assert told == [0, 0, 1, 1]
    [event] = file.events.filter(name="remind_action")
    assert [message.recipient for message in event.outgoing_messages.all()] == [cast.client_admin]


def test_dpo_names_somebody_as_the_owner_of_an_action_who_is_reminded_alone(client, cast):
    cast.everybody()
    file = stories.validated(cast)
    due = timezone.localdate() + timedelta(days=1)
    sent = form_of(read(client, cast.dpo, file)) | {"notice-conformity": "minor", "notice-action": "Relire."}
    sent |= {"notice-due": due.isoformat()}
    stranger = UserFactory(client_admin=True, organisation=OrganisationFactory())
    for nobody in (cast.developer.email, stranger.email, "personne"):
        refused = save(client, cast.dpo, file, sent | {"notice-owner": nobody})
        assert (refused.status_code, set(refused.context["refused"].errors)) == (422, {"notice-owner"})
    assert save(client, cast.dpo, file, sent | {"notice-owner": cast.client_auditor.email}).status_code == 302

    action = Action.objects.get()
    assert (action.said, action.owner) == (("Relire.", cast.client_auditor, due), "client")
    again = read(client, cast.dpo, file)
    assert form_of(again)["notice-owner"] == cast.client_auditor.email
    assert str(cast.client_auditor) in again.text
    with time_machine.travel(f"{after_working_days(today(), 5).isoformat()}T11:00:00+00:00", tick=False):
        remind_due_actions()
    [event] = file.events.filter(name="remind_action")
    assert [message.recipient for message in event.outgoing_messages.all()] == [cast.client_auditor]
    client.force_login(cast.dpo)
    acts = client.get(reverse("requests:history", args=[file.number])).context["acts"]
    assert str(cast.client_auditor) in acts[0].what


def test_whoever_owned_an_action_and_left_leaves_its_reminder_to_their_side(cast):
    cast.everybody()
    file = stories.validated(cast)
    action = "Relire.", UserFactory(lead=True), timezone.localdate()
    stories.assess(file, cast, "minor", ["notice"], action=action)
    action[1].is_active = False
    action[1].save()

    with time_machine.travel(f"{after_working_days(today(), 5).isoformat()}T11:00:00+00:00", tick=False):
        remind_due_actions()

    [event] = file.events.filter(name="remind_action")
    assert [message.recipient for message in event.outgoing_messages.all()] == [cast.lead]


def test_action_that_fell_with_its_ruling_reminds_nobody(cast):
    file = stories.validated(cast)
    stories.assess(file, cast, "minor", ["notice"], action=wanted(days=1))
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Un cas a été oublié.")
    stories.specify(fresh(file), cast, solution="Une autre solution.")
    stories.give_ruling(fresh(file), cast)

    with time_machine.travel(f"{after_working_days(today(), 5).isoformat()}T11:00:00+00:00", tick=False):
        remind_due_actions()

    assert not file.events.filter(name="remind_action").exists()


@pytest.mark.parametrize(("name", "queries"), [("dpo", 21), ("lead", 18), ("client_admin", 18)])
def test_sheet_asks_the_same_of_the_database_for_1_and_for_3_findings_of_each_line(
    client, cast, name, queries, django_assert_num_queries
):
    file = stories.green(cast, Verdict.CONDITIONAL)
    client.force_login(getattr(cast, name))
    client.get(page_of(file))
    for times in (1, 3):
        while Finding.objects.filter(point="access").count() < times:
            stories.assess(
                fresh(file),
                cast,
                "minor",
                [*Point.values, CONDITION],
                action=wanted(days=times),
                comment=f"Vue n° {Finding.objects.count()}.",
                documents=(ContentFile(b"Vu.", name="vu.txt"),) if times == 1 else (),
            )
        with django_assert_num_queries(queries):
            assert client.get(page_of(file)).status_code == 200
