"""Deliveries, the client's test sheet and its decision, on their tab."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from privacy.verdicts import Verdict
from requests_app.models import Acceptance, AcceptanceDraft, Condition, CriterionAnswer, Section
from requests_app.progress import Progress, State
from requests_app.services import decision, delivery, development
from requests_app.services.documents import withdraw_document
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.errors import Missing, MovedOn
from workflow.steps import Step

pytestmark = pytest.mark.django_db

CRITERIA = [{"text": "Une ligne par traitement."}, {"text": "Chaque service ne voit que les siens."}]


def tab(file):
    return f"/demandes/{file.number}/livraison/"


def delivered(cast, verdict=Verdict.FAVOURABLE):
    """A file at step 7 with two criteria: the first on a subtask, the second on a parent with two children."""
    file = stories.sent(cast)
    stories.specify(file, cast, criteria=CRITERIA)
    stories.give_ruling(fresh(file), cast, verdict)
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    first, second = file.specification.criteria.all()
    parent = stories.split(fresh(file), cast, "Droits", criteria=[second])
    leaves = [
        stories.split(fresh(file), cast, "Export", criteria=[first]),
        stories.split(fresh(file), cast, "Lecture", parent=parent),
        stories.split(fresh(file), cast, "Écriture", parent=parent),
    ]
    for leaf in leaves:
        stories.end(leaf, cast)
        stories.pass_checks(leaf, cast)
    Condition.objects.filter(ruling__change_request=file).update(blocks="acceptance")
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0", notes="Nouvel **export**.")
    return fresh(file)


def sheet(file, decision, *answers, **more):
    """What the browser posts: an answer for each criterion in order, then the decision."""
    criteria = list(file.specification.criteria.all())
    said = {f"criterion_{one.position}": answer for one, answer in zip(criteria, answers, strict=False)}
    return {**said, "decision": decision, **more}


def test_accepting_every_criterion_closes_the_request_once(client):
    cast = Cast()
    file = delivered(cast)
    client.force_login(cast.client_admin)
    sent = sheet(file, "accept", "accept", "accept", reason="Merci.")

    response = client.post(tab(file), sent)

    assert (response.status_code, response.url, fresh(file).step) == (302, "/demandes/", Step.CLOSED)
    assert [(one.text, one.is_accepted) for one in CriterionAnswer.objects.all()] == [
        (criterion["text"], True) for criterion in CRITERIA
    ]
    again = client.post(tab(file), sent)
    assert (again.status_code, Acceptance.objects.count(), "Merci." in again.text) == (409, 1, True)


def test_accepting_with_a_criterion_refused_or_unanswered_names_it_next_to_its_field(client):
    cast = Cast()
    file = delivered(cast)
    client.force_login(cast.client_admin)

    for answers, field in (
        (("accept", "refuse"), "criterion_2"),
        (("", "accept"), "criterion_1"),
    ):
        response = client.post(tab(file), sheet(file, "accept", *answers, reason="À garder"))
        assert (response.status_code, set(response.context["form"].errors)) == (422, {field})
        assert "À garder" in response.text
    assert fresh(file).step == Step.ACCEPTANCE


def test_refusing_sends_back_what_is_tied_to_the_refused_criteria_and_says_so_beforehand(client):
    cast = Cast()
    file = delivered(cast)
    client.force_login(cast.client_admin)
    announced = {row.criterion.text: row.goes_back for row in client.get(tab(file)).context["rows"]}

    response = client.post(
        tab(file),
        sheet(
            file,
            "refuse",
            "accept",
            "refuse",
            reason="Les droits.",
            **{"comment_2": "Je vois tout."},
        ),
    )

    assert (response.status_code, fresh(file).step) == (302, Step.DEVELOPMENT)
    assert announced == {CRITERIA[0]["text"]: ["Export"], CRITERIA[1]["text"]: ["Lecture", "Écriture"]}
    states = {node.subtask.title: node.state for node in Progress(fresh(file)).live}
    assert states == {"Export": State.GREEN, "Lecture": State.SENT_BACK, "Écriture": State.SENT_BACK}
    reasons = {node.rounds[-1].sent_back_reason for node in Progress(fresh(file)).live if node.round is None}
    assert reasons == {"Je vois tout."}


def test_refusing_needs_a_reason(client):
    cast = Cast()
    file = delivered(cast)
    client.force_login(cast.client_admin)

    response = client.post(tab(file), sheet(file, "refuse", "accept", "refuse", reason="  "))

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"reason"})
    assert fresh(file).step == Step.ACCEPTANCE


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"decision": ""}, "decision"),
        ({"decision": "peut-être"}, "decision"),
        ({"reason": "x" * 1_000_000}, "reason"),
    ],
)
def test_a_bad_decision_is_refused_next_to_its_field(client, changes, field):
    cast = Cast()
    file = delivered(cast)
    client.force_login(cast.client_admin)

    response = client.post(tab(file), {**sheet(file, "refuse", "accept", "accept", reason="Non."), **changes})

    assert (response.status_code, set(response.context["form"].errors)) == (422, {field})


def test_a_condition_that_blocks_acceptance_is_named_and_nothing_else_opens_the_way(client):
    cast = Cast()
    file = delivered(cast, Verdict.CONDITIONAL)
    client.force_login(cast.client_admin)
    (stop,) = client.get(tab(file)).context["stops"]

    response = client.post(tab(file), sheet(file, "accept", "accept", "accept"))

    assert (response.status_code, fresh(file).step) == (422, Step.ACCEPTANCE)
    assert stop.message in str(response.context["form"].non_field_errors()[0])
    stories.assess(fresh(file), cast)
    assert client.post(tab(file), sheet(file, "accept", "accept", "accept")).status_code == 302


@pytest.mark.parametrize("name", ["client_auditor", "support", "dpo", "lead", "developer", "tester"])
def test_whoever_may_not_decide_reads_who_may_and_a_forged_answer_is_refused(client, name):
    cast = Cast()
    file = delivered(cast)
    client.force_login(getattr(cast, name))

    response = client.get(tab(file))
    forged = client.post(tab(file), sheet(file, "accept", "accept", "accept", reason="Moi"))

    assert (response.context["form"], response.context["deciders"]) == (None, [cast.client_admin])
    assert str(cast.client_admin) in response.text
    assert (forged.status_code, fresh(file).step) == (403, Step.ACCEPTANCE)


def test_nobody_of_another_organisation_finds_the_tab(client):
    file = delivered(Cast())
    client.force_login(Cast().client_admin)

    assert client.get(tab(file)).status_code == 404
    assert client.post(tab(file), sheet(file, "accept", "accept", "accept")).status_code == 404
    assert fresh(file).step == Step.ACCEPTANCE


def test_past_answers_and_deliveries_stay_readable_for_all(client):
    cast = Cast()
    file = delivered(cast)
    answers = {row.pk: (False, "Sans les archives.") for row in file.specification.criteria.all()}
    delivery.refuse(file, actor=cast.client_admin, reason="Il manque tout.", answers=answers)
    for person in (cast.client_auditor, cast.developer, cast.support):
        client.force_login(person)
        text = client.get(tab(file)).text
        for words in ("4.2.0", "Nouvel", "Il manque tout.", "Sans les archives.", CRITERIA[0]["text"]):
            assert words in text


def test_after_a_refusal_delivery_waits_for_something_new():
    cast = Cast()
    file = delivered(cast)
    delivery.refuse(file, actor=cast.client_admin, reason="Trop lent.", answers=stories.answers(file))

    with pytest.raises(Missing) as refusal:
        delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")

    assert [reason.code for reason in refusal.value.reasons] == ["nothing_new"]
    subtask = file.subtasks.get(title="Export")
    development.reopen_subtask(subtask, actor=cast.lead, reason="Plus vite.")
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.1")


def test_the_lead_adds_documents_of_the_delivery_and_only_the_lead(client):
    cast = Cast()
    file = stories.green(cast)

    def upload(person):
        client.force_login(person)
        return client.post(
            tab(file),
            {"section": "delivery", "delivery-documents": SimpleUploadedFile("notes.txt", b"4.2.0")},
        )

    for person in (cast.developer, cast.client_admin, cast.support):
        assert upload(person).status_code == 403
    assert upload(cast.lead).status_code == 302

    assert [one.section for one in file.attachments.all()] == [Section.DELIVERY]
    client.force_login(cast.client_admin)
    assert "notes.txt" in client.get(tab(file)).text


def test_the_client_keeps_its_answers_comes_back_and_decides(client):
    cast = Cast()
    cast.organisation.decider_roles = ["client_admin", "client_dpo"]
    cast.organisation.save()
    file = delivered(cast)
    client.force_login(cast.client_admin)
    half = {
        "delivery": 1,
        "revision": 0,
        "keep": "1",
        "criterion_2": "refuse",
        "comment_1": "À revoir demain.",
    }

    response = client.post(tab(file), half)

    assert (response.status_code, response.url, fresh(file).step) == (302, tab(file), Step.ACCEPTANCE)
    assert client.post(tab(file), half).status_code == 409
    shown = {}
    for name in ("client_dpo", "client_auditor", "lead", "support"):
        client.force_login(getattr(cast, name))
        shown[name] = "À revoir demain." in client.get(tab(file)).text
    assert shown == {"client_dpo": True, "client_auditor": False, "lead": False, "support": False}
    client.force_login(cast.client_dpo)
    assert client.get(tab(file)).context["form"]["criterion_2"].value() == "refuse"
    client.post(tab(file), sheet(file, "accept", "accept", "accept", delivery=1, revision=1))
    assert (fresh(file).step, AcceptanceDraft.objects.count()) == (Step.CLOSED, 0)


def test_two_who_fill_the_sheet_in_the_second_is_told_who_was_faster(client):
    cast = Cast()
    file = delivered(cast)
    other = UserFactory(client_admin=True, organisation=cast.organisation)
    delivery.keep_answers(file, actor=other, answers={"comment_1": "La première."})
    client.force_login(cast.client_admin)

    response = client.post(tab(file), {"keep": "1", "revision": 0, "delivery": 1, "comment_1": "La seconde."})

    assert response.status_code == 409
    assert str(other) in response.text
    assert "La seconde." in response.text


@pytest.mark.parametrize("way", ["accept", "refuse", "keep"])
def test_an_old_page_does_not_answer_a_delivery_made_since(client, way):
    cast = Cast()
    file = delivered(cast)
    client.force_login(cast.client_admin)
    old = sheet(file, way, "accept", "accept", delivery=1, reason="Vu.")
    if way == "keep":
        old |= {"keep": "1", "revision": 0, "decision": ""}
    delivery.refuse(file, actor=cast.client_admin, reason="Non.", answers={})
    development.reopen_subtask(file.subtasks.get(title="Export"), actor=cast.lead, reason="Plus vite.")
    subtask = file.subtasks.get(title="Export")
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.1")

    response = client.post(tab(file), old)

    assert (response.status_code, fresh(file).step) == (409, Step.ACCEPTANCE)
    assert (Acceptance.objects.count(), AcceptanceDraft.objects.count()) == (1, 0)


def upload(client, file, person, section, name="preuve.txt"):
    client.force_login(person)
    return client.post(
        tab(file), {"section": section, f"{section}-documents": SimpleUploadedFile(name, b"une preuve")}
    )


def test_the_client_adds_evidence_while_it_tests_and_it_is_sent_with_its_answer(client):
    cast = Cast()
    file = delivered(cast)
    for person in (cast.client_auditor, cast.lead, cast.support):
        assert upload(client, file, person, "acceptance").status_code == 403

    assert upload(client, file, cast.client_admin, "acceptance").status_code == 302

    client.force_login(cast.lead)
    assert "preuve.txt" not in client.get(tab(file)).text
    delivery.refuse(fresh(file), actor=cast.client_admin, reason="Voyez.", answers={})
    assert "preuve.txt" in client.get(tab(file)).text
    with pytest.raises(MovedOn):
        withdraw_document(file.attachments.get(), actor=cast.client_admin)


def test_the_lead_still_adds_documents_while_the_client_tests(client):
    cast = Cast()
    file = delivered(cast)

    assert upload(client, file, cast.lead, "delivery", "notice.txt").status_code == 302

    client.force_login(cast.client_admin)
    assert "notice.txt" in client.get(tab(file)).text


def test_before_any_delivery_the_tab_says_who_fills_it_and_when(client):
    cast = Cast()
    file = stories.validated(cast)
    client.force_login(cast.client_admin)

    response = client.get(tab(file))

    assert (response.status_code, response.context["deliveries"]) == (200, [])
    assert client.post(tab(file), sheet(file, "accept", "accept")).status_code == 409


@pytest.mark.parametrize(("name", "queries"), [("client_admin", 24), ("lead", 14), ("client_auditor", 15)])
def test_the_tab_asks_the_same_number_of_queries_for_1_3_and_40_subtasks(
    client, name, queries, django_assert_num_queries
):
    for criteria, subtasks, rounds in ((1, 1, 2), (3, 3, 2), (3, 40, 3)):
        cast = Cast()
        file = stories.sent(cast)
        stories.specify(file, cast, criteria=[{"text": f"Critère {number}"} for number in range(criteria)])
        stories.give_ruling(fresh(file), cast, Verdict.NO_IMPACT)
        decision.validate(fresh(file), actor=cast.client_admin, version=1)
        made = [
            stories.split(fresh(file), cast, criteria=file.specification.criteria.all())
            for _number in range(min(subtasks, 3))
        ]
        for subtask in made:
            stories.end(subtask, cast)
            stories.pass_checks(subtask, cast, gdpr=False)
        for _number in range(rounds - 1):
            delivery.deliver(fresh(file), actor=cast.lead, release="1")
            answers = stories.answers(file)
            delivery.refuse(fresh(file), actor=cast.client_admin, reason="Non.", answers=answers)
            development.reopen_subtask(made[0], actor=cast.lead, reason="Non.")
            stories.end(made[0], cast)
            stories.pass_checks(made[0], cast, gdpr=False)
        delivery.deliver(fresh(file), actor=cast.lead, release="2")
        type(made[0]).objects.bulk_create(
            type(made[0])(change_request=file, title=f"Partie {number}", position=number)
            for number in range(len(made) + 1, subtasks + 1)
        )
        client.force_login(getattr(cast, name))
        client.get(tab(file))
        with django_assert_num_queries(queries):
            client.get(tab(file))
