"""Step 5 on its page: validating, asking for a change, cancelling; and cancelling before."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.models import StoredFile
from notifications.models import OutgoingMessage
from privacy.verdicts import Verdict
from requests_app.models import Attachment, Decision, Section
from requests_app.page import FilePage
from tests.factories import requests as stories
from tests.factories.requests import Cast, file_at, fresh
from workflow.models import Event
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def address(file):
    return f"/demandes/{file.number}/decision/"


def posted(choice, **changes):
    """What the browser would post on version 1."""
    return {
        "choice": choice, "comment": "", "order_number": "", "category": "", "version": 1, **changes
    }  # fmt: skip


def signed_order(name="commande.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7\n%%EOF\n", "application/pdf")


@pytest.fixture
def file(cast):
    return stories.ruled(cast)


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.client_admin)
    return client


def test_head_of_the_page_says_yours_to_decide_to_those_alone_who_may(cast):
    decided, delivered = stories.ruled(cast), stories.delivered(cast)

    def said(file, person):
        page = FilePage(file, person, "decision")
        at = next(step for step in page.tracker if step.state == "current")
        return page.turn, page.turn_side, page.is_my_turn, at.is_mine

    others = "Tour\u00a0: les personnes de votre organisation habilitées à décider"
    assert said(decided, cast.client_admin) == ("À vous de décider", "client", True, True)
    assert said(decided, cast.client_auditor) == (others, "client", False, False)
    assert said(decided, cast.support) == ("Tour\u00a0: Client", "client", False, False)
    assert said(delivered, cast.client_auditor) == (others, "client", False, False)


def test_validating_keeps_what_was_read_and_what_was_answered(admin, cast, file):
    response = admin.post(
        address(file),
        posted("validate", comment="Allez-y.", order_number="BC-12", documents=[signed_order()]),
    )

    one = Decision.objects.get(change_request=file)
    assert (response.status_code, response.url) == (302, "/demandes/")
    assert (fresh(file).step, one.version.number, one.ruling.verdict) == (
        Step.DEVELOPMENT,
        1,
        Verdict.FAVOURABLE,
    )
    assert (one.comment, one.order_number, one.decided_by) == ("Allez-y.", "BC-12", cast.client_admin)
    order = Attachment.objects.get(change_request=file, section=Section.DECISION)
    assert (order.file.name, order.published_at is None) == ("commande.pdf", False)


def test_asking_for_a_change_needs_its_words(admin, file):
    refused = admin.post(address(file), posted("request_change", comment=" "))
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"comment"})

    admin.post(address(file), posted("request_change", comment="Ajoutez les sous-traitants."))

    assert fresh(file).step == Step.SPECIFICATION
    assert (
        Event.objects.get(change_request=file, name="request_change").reason == "Ajoutez les sous-traitants."
    )


def test_cancelling_needs_a_reason_of_the_list_and_words_and_keeps_the_documents(admin, file):
    refused = admin.post(address(file), posted("cancel"))
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"category", "comment"})

    admin.post(
        address(file),
        posted("cancel", category="too_expensive", comment="Hors budget.", documents=[signed_order()]),
    )

    event = Event.objects.get(change_request=file, name="cancel")
    assert (fresh(file).step, event.data["category"]) == (Step.CANCELLED, "too_expensive")
    assert Attachment.objects.get(change_request=file, section=Section.DECISION).published_at


def test_every_choice_shows_what_it_will_do_before_it_is_made(admin, file):
    response = admin.get(address(file))

    assert set(response.context["consequences"]) == {"validate", "request_change", "cancel"}
    for lines in response.context["consequences"].values():
        assert lines


def test_validating_against_an_unfavourable_advice_needs_a_written_reason(admin, cast):
    file = stories.ruled(cast, Verdict.UNFAVOURABLE)
    refused = admin.post(address(file), posted("validate", comment="Gardez-moi", against_advice=" "))
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"against_advice"})
    assert "Gardez-moi" in refused.text

    admin.post(address(file), posted("validate", against_advice="Nous assumons."))

    assert Decision.objects.get(change_request=file).against_advice == "Nous assumons."


def test_an_infringing_instruction_is_not_offered_for_validation_and_a_forged_one_is_refused(admin, cast):
    file = stories.ruled(cast, Verdict.INFRINGING)

    page = admin.get(address(file))
    forged = admin.post(address(file), posted("validate"))

    assert [value for value, _label in page.context["form"].fields["choice"].widget.choices] == [
        "request_change",
        "cancel",
    ]
    assert (forged.status_code, set(forged.context["form"].errors)) == (422, {"choice"})
    assert fresh(file).step == Step.DECISION


def test_an_answer_without_a_choice_says_what_to_do_and_keeps_what_was_typed(admin, file):
    refused = admin.post(address(file), posted("", comment="Pour janvier."))

    assert (refused.status_code, refused.context["form"].errors) == (
        422,
        {"choice": ["Choisissez l’une des réponses."]},
    )
    assert "Pour janvier." in refused.text


def test_who_may_not_decide_asks_for_a_change_and_reads_who_may(client, cast, file):
    client.force_login(cast.client_auditor)

    page = client.get(address(file))
    forged = client.post(address(file), posted("validate"))

    assert list(page.context["consequences"]) == ["request_change"]
    assert page.context["deciders"] == [cast.client_admin]
    assert str(cast.client_admin) in page.text
    assert (forged.status_code, fresh(file).step) == (403, Step.DECISION)


def test_the_organisation_says_who_decides(client, cast, file):
    cast.organisation.decider_roles = ["client_auditor"]
    cast.organisation.save()
    client.force_login(cast.client_auditor)

    client.post(address(file), posted("validate"))

    assert fresh(file).step == Step.DEVELOPMENT


@pytest.mark.parametrize("choice", ["validate", "request_change", "cancel"])
def test_an_answer_on_a_version_that_was_not_read_is_refused_and_keeps_what_was_typed(
    admin, cast, file, choice
):
    stories.decision.request_change(file, actor=cast.client_admin, reason="Autre chose.")
    stories.specify(fresh(file), cast, quote=[])
    assert fresh(file).step == Step.DECISION

    response = admin.post(
        address(file), posted(choice, comment="Gardez-moi", category="other", documents=[signed_order()])
    )

    assert (response.status_code, "Gardez-moi" in response.text) == (409, True)
    assert (fresh(file).step, StoredFile.objects.count()) == (Step.DECISION, 0)
    assert 'name="version" value="2"' in response.text


@pytest.mark.parametrize("version", ["", "x", "9" * 60])
def test_an_answer_on_no_version_is_refused(admin, file, version):
    assert admin.post(address(file), posted("validate", version=version)).status_code in (409, 422)
    assert fresh(file).step == Step.DECISION


def test_a_double_click_decides_once(admin, file):
    admin.post(address(file), posted("validate"))
    messages = OutgoingMessage.objects.count()

    response = admin.post(address(file), posted("validate", comment="Gardez-moi"))

    assert (response.status_code, "Gardez-moi" in response.text) == (409, True)
    assert (Decision.objects.count(), OutgoingMessage.objects.count()) == (1, messages)


def test_a_refused_document_refuses_the_whole_answer(admin, file):
    empty = SimpleUploadedFile("vide.pdf", b"", "application/pdf")

    response = admin.post(
        address(file), posted("validate", comment="Gardez-moi", documents=[signed_order(), empty])
    )

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"documents"})
    assert "Gardez-moi" in response.text
    assert (fresh(file).step, StoredFile.objects.count()) == (Step.DECISION, 0)


def test_too_many_documents_leave_nothing_behind(admin, file, settings):
    settings.DOCUMENTS_MAX_PER_REQUEST = 1

    response = admin.post(
        address(file), posted("validate", documents=[signed_order("a.pdf"), signed_order("b.pdf")])
    )

    assert (response.status_code, set(response.context["form"].errors)) == (422, {"documents"})
    assert (fresh(file).step, StoredFile.objects.count()) == (Step.DECISION, 0)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"choice": ""}, "choice"),
        ({"choice": "accept"}, "choice"),
        ({"comment": "x" * 1_000_000}, "comment"),
        ({"order_number": "x" * 61}, "order_number"),
        ({"order_number": "BC\u202e12"}, "order_number"),
        ({"choice": "cancel", "comment": "Oui", "category": "parce que"}, "category"),
    ],
)
def test_what_is_wrong_is_said_next_to_its_field_and_nothing_is_saved(admin, file, changes, wrong):
    response = admin.post(address(file), posted("validate") | changes)

    assert (response.status_code, set(response.context["form"].errors)) == (422, {wrong})
    assert fresh(file).step == Step.DECISION


@pytest.mark.parametrize("who", ["support", "dpo", "lead"])
def test_the_vendor_reads_the_page_and_decides_nothing(client, cast, file, who):
    client.force_login(getattr(cast, who))

    assert client.get(address(file)).context["form"] is None
    assert client.post(address(file), posted("request_change", comment="Non")).status_code == 403
    assert fresh(file).step == Step.DECISION


def test_past_decisions_stay_readable_with_their_version_hashes_and_end(client, cast):
    file = stories.validated(cast)
    stories.decision.reopen_specification(file, actor=cast.lead, reason="Revoir.")
    stories.specify(fresh(file), cast, quote=[])
    stories.decision.request_change(fresh(file), actor=cast.client_admin, reason="Le devis manque.")
    client.force_login(cast.support)

    response = client.get(address(file))

    one = Decision.objects.get()
    assert one.version.whole_sha256 in response.text
    assert one.version.content_sha256 in response.text
    assert str(cast.client_admin) in response.text
    assert "Le devis manque." in response.text
    assert list(response.context["validations"]) == [one]
    assert one.ended_at
    assert f"{cast.lead} a repris le cahier des charges" in response.text
    assert "Revoir." in response.text


@pytest.mark.parametrize("step", [Step.REQUEST, Step.SPECIFICATION, Step.RULING, Step.DECISION])
def test_a_decider_cancels_from_step_2_to_step_5(client, step):
    file, cast = file_at(step)
    client.force_login(cast.client_admin)

    assert client.get(f"/demandes/{file.number}/annuler/").status_code == 200
    response = client.post(
        f"/demandes/{file.number}/annuler/", {"category": "no_longer_needed", "reason": "Plus besoin."}
    )

    assert (response.status_code, response.url) == (302, "/demandes/")
    assert fresh(file).step == Step.CANCELLED


@pytest.mark.parametrize("tab", ["demande", "cahier-des-charges", "avis-dpo"])
def test_cancelling_is_folded_on_the_tabs_of_those_who_may_and_of_nobody_else(client, cast, tab):
    file = stories.specified(cast)
    seen = {}
    for who in ("client_admin", "client_auditor", "support", "dpo"):
        client.force_login(getattr(cast, who))
        seen[who] = f"/demandes/{file.number}/annuler/" in client.get(f"/demandes/{file.number}/{tab}/").text

    assert seen == {"client_admin": True, "client_auditor": False, "support": False, "dpo": False}


def test_cancelling_says_what_is_missing_and_once_development_runs_it_is_no_longer_possible(client, cast):
    file = stories.specified(cast)
    client.force_login(cast.client_admin)
    incomplete = client.post(f"/demandes/{file.number}/annuler/", {"category": "", "reason": ""})
    assert set(incomplete.context["offer"].form.errors) == {"category", "reason"}

    running = stories.validated(Cast(cast.organisation))
    late = client.post(f"/demandes/{running.number}/annuler/", {"category": "other", "reason": "Gardez-moi"})

    assert (late.status_code, "Gardez-moi" in late.text) == (409, True)


def test_who_may_not_decide_cannot_cancel(client, cast):
    file = stories.specified(cast)
    client.force_login(cast.client_auditor)

    response = client.post(f"/demandes/{file.number}/annuler/", {"category": "other", "reason": "Non"})

    assert (response.status_code, fresh(file).step) == (403, Step.RULING)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_database_as_often_for_one_row_as_for_three(
    admin, cast, count, django_assert_num_queries
):
    file = stories.sent(cast)
    for rank in range(count):
        stories.specify(fresh(file), cast, solution=f"Version {rank}")
        stories.give_ruling(
            fresh(file),
            cast,
            Verdict.CONDITIONAL,
            conditions=[{"text": f"Condition {n}"} for n in range(count)],
        )
        stories.decision.validate(fresh(file), actor=cast.client_admin, version=rank + 1)
        stories.decision.reopen_specification(fresh(file), actor=cast.lead, reason="Encore.")
    stories.specify(fresh(file), cast, solution=f"Version {count - 1}", quote=[])
    assert admin.get(address(file)).context["form"]

    with django_assert_num_queries(17):
        admin.get(address(file))
