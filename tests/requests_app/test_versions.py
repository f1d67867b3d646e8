"""The two hashes of a version, what a ruling and a decision hold for, and what falls."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from privacy.verdicts import Verdict
from requests_app.models import CheckKind, Nature, Section
from requests_app.progress import Progress, State
from requests_app.services import decision, development, requests, ruling, specification
from requests_app.services.documents import add_documents, withdraw_document
from requests_app.versions import content_of, quote_of, sha256
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.errors import Missing, NotYourRole
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def hashes(file):
    """The content's and the whole's hash of what would be sent now."""
    content = content_of(file)
    return sha256(content), sha256(content, quote_of(file))


def text(name, content):
    """A small text file."""
    return SimpleUploadedFile(name, content, content_type="text/plain")


@pytest.fixture
def file(cast):
    """At step 3, with a solution, a criterion, a quote line, and a document on each tab."""
    file = stories.opened(cast)
    add_documents(
        file, actor=cast.client_admin, section=Section.REQUEST, uploads=[text("besoin.txt", b"un besoin")]
    )
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    file = fresh(file)
    for section in (Section.SPECIFICATION, Section.QUOTE):
        add_documents(
            file, actor=cast.support, section=section, uploads=[text(f"{section}.txt", b"un document")]
        )
    save(fresh(file), cast)
    return fresh(file)


def save(file, cast, **changes):
    """Save the working copy, with `changes`."""
    specification.save_specification(
        file,
        actor=cast.support,
        fields={"solution": changes.get("solution", "Un bouton d’export.")},
        criteria=changes.get("criteria", [{"text": "Une ligne par traitement."}]),
        quote=changes.get("quote", stories.quote_lines()),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Un autre titre"),
        ("nature", Nature.FIX),
        ("ticket_reference", "884214"),
        ("deadline", timezone.localdate().replace(year=timezone.localdate().year + 2, day=1)),
        ("description", "Chaque service relit ses traitements deux fois par an."),
    ],
)
def test_each_field_of_the_request_as_sent_changes_both_hashes(file, name, value):
    before = hashes(file)
    setattr(file, name, value)
    after = hashes(file)
    assert after[0] != before[0]
    assert after[1] != before[1]


def test_another_requester_changes_both_hashes(file, cast):
    before = hashes(file)
    file.requester = cast.requester
    after = hashes(file)
    assert after[0] != before[0]
    assert after[1] != before[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"solution": "Un bouton d’export "},
        {"criteria": [{"text": "Une ligne par traitement !"}]},
        {"criteria": []},
    ],
    ids=["one character of the solution", "one character of a criterion", "a criterion less"],
)
def test_a_changed_solution_or_criterion_changes_both_hashes(file, cast, changes):
    before = hashes(file)
    save(file, cast, **changes)
    after = hashes(fresh(file))
    assert after[0] != before[0]
    assert after[1] != before[1]


@pytest.mark.parametrize(
    "change",
    [
        {"label": "Dévelopement"},
        {"days": Decimal("6.01")},
        {"unit_price": Decimal("570.01")},
        {"vat_rate": Decimal("10")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_quote_line_changes_the_whole_and_leaves_the_content(file, cast, change):
    before = hashes(file)
    save(file, cast, quote=[{**stories.quote_lines()[0], **change}])
    after = hashes(fresh(file))
    assert after[0] == before[0]
    assert after[1] != before[1]


@pytest.mark.parametrize(
    ("section", "content_changes"),
    [(Section.REQUEST, True), (Section.SPECIFICATION, True), (Section.QUOTE, False)],
    ids=str,
)
def test_one_byte_of_a_document_changes_the_hashes_it_belongs_to(file, cast, section, content_changes):
    before = hashes(file)
    old = file.attachments.get(section=section)
    if section == Section.REQUEST:
        requests.return_to_client(file, actor=cast.support, reason="Le bon document.")
    actor = cast.client_admin if section == Section.REQUEST else cast.support
    withdraw_document(old, actor=actor)
    with old.file.content.open() as content:
        changed = content.read()[:-1] + b"T"
    add_documents(fresh(file), actor=actor, section=section, uploads=[text(old.file.name, changed)])
    if section == Section.REQUEST:
        requests.send_to_support(fresh(file), actor=actor)

    after = hashes(fresh(file))

    assert (after[0] != before[0]) is content_changes
    assert after[1] != before[1]


def test_the_same_text_sent_again_has_the_same_hashes_whatever_its_planned_date(file, cast):
    first = stories.specify(file, cast)
    ruling.return_to_support(fresh(file), actor=cast.dpo, reason="Une question.")
    second = stories.specify(fresh(file), cast, planned_date=timezone.localdate())

    assert first.data["whole_sha256"] == second.data["whole_sha256"]
    assert [version.number for version in file.versions.all()] == [1, 2]


def test_a_version_keeps_what_was_sent_when_the_working_copy_changes(file, cast):
    stories.specify(file, cast, solution="La première solution.")
    ruling.return_to_support(fresh(file), actor=cast.dpo, reason="Une question.")
    save(fresh(file), cast, solution="La seconde.")

    version = file.versions.get()
    assert version.solution == "La première solution."
    assert (version.content_sha256, version.whole_sha256) == (
        sha256(version.content),
        sha256(version.content, version.quote),
    )


def test_a_changed_quote_keeps_the_ruling_and_asks_the_client_again(cast):
    file = stories.ruled(cast)
    decision.request_change(file, actor=cast.client_admin, reason="Un jour de moins.")

    event = stories.specify(fresh(file), cast, quote=[])

    assert (event.name, event.data["fell"]) == ("send_to_client", [])
    assert fresh(file).rulings.in_force().exists()
    with pytest.raises(Missing):
        decision.validate(fresh(file), actor=cast.client_admin, version=1)
    decision.validate(fresh(file), actor=cast.client_admin, version=2)


def test_another_content_makes_the_ruling_fall_and_goes_back_to_the_dpo(cast):
    file = stories.ruled(cast)
    decision.request_change(file, actor=cast.client_admin, reason="Autrement.")

    event = stories.specify(fresh(file), cast, solution="Une autre solution.")

    assert (event.name, event.data["fell"]) == ("send_to_dpo", ["ruling"])
    assert not fresh(file).rulings.in_force().exists()
    assert fresh(file).rulings.given().get().fell_at == event.at


def test_an_infringing_ruling_never_sends_the_same_content_past_the_dpo(cast):
    file = stories.ruled(cast, Verdict.INFRINGING)
    with pytest.raises(Missing) as refusal:
        decision.validate(file, actor=cast.client_admin, version=1)
    assert [reason.code for reason in refusal.value.reasons] == ["verdict"]
    decision.request_change(file, actor=cast.client_admin, reason="Autrement.")

    assert stories.specify(fresh(file), cast).name == "send_to_dpo"
    stories.give_ruling(fresh(file), cast)
    assert fresh(file).rulings.in_force().get().verdict == Verdict.FAVOURABLE


def test_a_changed_planned_date_touches_neither_the_ruling_nor_the_decision(cast):
    file = stories.validated(cast)
    before = hashes(file)

    specification.change_planned_date(
        file, actor=cast.lead, planned_date=timezone.localdate(), reason="Plus tôt que prévu."
    )

    assert hashes(fresh(file)) == before
    assert fresh(file).rulings.in_force().exists()
    assert fresh(file).decisions.in_force().exists()


def test_reopening_ends_the_decision_at_once_and_the_ruling_only_with_another_content(cast):
    file = stories.green(cast)
    event = decision.reopen_specification(file, actor=cast.lead, reason="Un cas oublié.")

    assert event.data["fell"] == ["decision"]
    assert not file.decisions.in_force().exists()
    assert file.rulings.in_force().exists()
    assert file.subtasks.count() == 1

    assert stories.specify(fresh(file), cast, solution="Avec le cas oublié.").data["fell"] == ["ruling"]


def test_a_ruling_that_falls_takes_the_gdpr_passes_with_it_and_leaves_the_other_checks(cast):
    file = stories.green(cast)
    decision.reopen_specification(file, actor=cast.lead, reason="Un cas oublié.")
    stories.specify(fresh(file), cast, solution="Avec le cas oublié.")
    stories.give_ruling(fresh(file), cast)
    decision.validate(fresh(file), actor=cast.client_admin, version=2)

    node = Progress(fresh(file)).live[0]
    assert (node.state, node.due) == (State.CHECKS, [CheckKind.GDPR])

    development.make_check(node.subtask, actor=cast.dpo, kind=CheckKind.GDPR, is_passed=True)
    assert Progress(fresh(file)).is_all_green


def test_a_verdict_without_impact_asks_for_three_checks_and_the_others_for_four(cast):
    plain = stories.split(stories.validated(cast, Verdict.NO_IMPACT), cast)
    full = stories.split(stories.validated(Cast(), Verdict.FAVOURABLE), cast)

    assert len(Progress(plain.change_request).live[0].required) == 3
    assert CheckKind.GDPR in Progress(full.change_request).live[0].required


def test_the_planned_date_alone_moves_the_specification(file, cast):
    save(file, cast)
    assert fresh(file).step == Step.SPECIFICATION
    with pytest.raises(Missing):
        specification.send_specification(fresh(file), actor=cast.support, planned_date=None)
    assert (fresh(file).step, file.versions.count()) == (Step.SPECIFICATION, 0)


def test_nobody_independent_left_to_rule_is_told_to_the_portal_administrator(file, cast):
    both = UserFactory(support=True, dpo=True)
    cast.support = both

    stories.specify(file, cast)

    assert fresh(file).events.filter(name="nobody_can_rule").exists()
    with pytest.raises(Missing) as refusal:
        stories.give_ruling(fresh(file), cast, actor=both)
    assert [reason.code for reason in refusal.value.reasons] == ["independence"]


def test_whoever_wrote_any_of_the_specification_does_not_rule_on_it(file, cast):
    both = UserFactory(support=True, dpo=True)
    specification.save_specification(file, actor=both, fields={"solution": "Écrite par qui statuera."})
    stories.specify(fresh(file), cast)

    with pytest.raises(Missing) as refusal:
        stories.give_ruling(fresh(file), cast, actor=both)
    assert [reason.code for reason in refusal.value.reasons] == ["independence"]


def test_the_signed_order_of_a_decision_taken_stays(cast):
    file = stories.ruled(cast)
    add_documents(
        file, actor=cast.client_admin, section=Section.DECISION, uploads=[text("commande.txt", b"signe")]
    )
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Un cas oublié.")
    stories.specify(fresh(file), cast, quote=[])

    with pytest.raises(NotYourRole):
        withdraw_document(file.attachments.get(), actor=cast.client_admin)
