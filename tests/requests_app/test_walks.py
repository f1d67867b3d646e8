"""Whatever anybody does to a file, in whatever order: what must never happen does not.

No delivery without a valid ruling in force on the exact content, the client's decision on the exact whole, and every
blocking condition met; no acceptance with one open; no entry of a register that says another content than the one
delivered, or holds before the acceptance, or for the client without its adoption; and whoever is refused is refused in
one of the three ways, with nothing changed. What must hold is read here from the rows, by other means than the guards'.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from privacy import services as registers
from privacy.models import VersionState
from privacy.registers import RegisterKind
from privacy.verdicts import Verdict
from requests_app.guards import GUARDS
from requests_app.models import ChangeRequest, CheckKind
from requests_app.progress import Progress
from requests_app.services import (
    decision,
    delivery,
    development,
    gdpr_sheet,
    handovers,
    requests,
    ruling,
    signatures,
    specification,
)
from requests_app.versions import content_of, quote_of, sha256
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from workflow.errors import Missing, MovedOn, NotYourRole
from workflow.history import broken_files
from workflow.steps import ENDS, Step

pytestmark = pytest.mark.django_db

RIGHT = "whoever may"
ROLES = (
    "client_admin", "client_auditor", "client_dpo", "requester", "support", "dpo", "deputy_dpo", "lead",
    "developer", "tester", "portal_admin",
)  # fmt: skip
# Whose turn it is acts more often than the others, so that files go somewhere.
anybody = st.one_of(*[st.just(RIGHT)] * 4, st.sampled_from(ROLES))
mostly = st.sampled_from([True, True, True, False])
reasons = st.sampled_from(["Il le faut.", "Il le faut.", "Il le faut.", " "])
STARTS = (
    stories.opened, stories.sent, stories.specified, stories.ruled, stories.validated, stories.green,
    stories.delivered, stories.closed,
)  # fmt: skip
BLOCKING = ("delivery", "acceptance", "after")
PRICES = (Decimal("100"), Decimal("570"), None)


def price(amount):
    """A quote of one day at `amount`, or none."""
    return [] if amount is None else [{**stories.quote_lines()[0], "days": 1, "unit_price": amount}]


class Walk(RuleBasedStateMachine):
    """People of every role who act on one file, mostly those whose turn it is."""

    @initialize(start=st.sampled_from(STARTS), above=st.sampled_from([None, None, Decimal("200")]))
    def begin(self, start, above):
        """A file somewhere on its way, of a client where two decide, perhaps two of them together."""
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.cast = Cast().everybody()
        self.file = start(self.cast)
        self.cast.organisation.decider_roles = ["client_admin", "client_dpo"]
        self.cast.organisation.countersign_above = above
        self.cast.organisation.save()
        self.number = 0

    def teardown(self):
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def do(self, service, subject, who, right, **said):
        """Have somebody do something. Returns what came of it, or None when it was refused, which changes nothing."""
        before = (self.now.step, self.now.history_length)
        try:
            return service(subject, actor=getattr(self.cast, right if who == RIGHT else who), **said)
        except (MovedOn, NotYourRole, Missing):
            assert (self.now.step, self.now.history_length) == before
            return None

    @property
    def now(self):
        return fresh(self.file)

    @property
    def version(self):
        return self.now.versions.last()

    def new(self, text):
        """A text that is another each time."""
        self.number += 1
        return f"{text} {self.number}"

    # Steps 2 and 3

    @rule(who=anybody, is_new=mostly)
    def send(self, who, is_new):
        title = self.new("Exporter") if is_new else self.now.title
        fields = stories.request_fields(self.cast, title=title)
        self.do(requests.send_to_support, self.now, who, "client_admin", fields=fields)

    @rule(who=anybody, reason=reasons)
    def return_to_client(self, who, reason):
        self.do(requests.return_to_client, self.now, who, "support", reason=reason)

    @rule(who=anybody, is_new=st.booleans(), amount=st.sampled_from(PRICES), is_sent=mostly)
    def specify(self, who, is_new, amount, is_sent):
        fields = {"solution": self.new("Un bouton") if is_new else "Un bouton d’export par service."}
        typed = {
            "fields": fields,
            "criteria": [{"text": "Une ligne par traitement."}],
            "quote": price(amount),
        }
        if is_sent:
            typed["planned_date"] = timezone.localdate() + timedelta(days=60)
            self.do(specification.send_specification, self.now, who, "support", **typed)
        else:
            self.do(specification.save_specification, self.now, who, "support", **typed)

    @rule(who=anybody, days=st.integers(-1, 90), reason=reasons)
    def change_date(self, who, days, reason):
        day = timezone.localdate() + timedelta(days=days)
        self.do(specification.change_planned_date, self.now, who, "lead", planned_date=day, reason=reason)

    # Step 4

    @rule(
        who=anybody, verdict=st.sampled_from(Verdict), blocks=st.lists(st.sampled_from(BLOCKING), max_size=2)
    )
    def rule_on_it(self, who, verdict, blocks):
        none = verdict is Verdict.NO_PERSONAL_DATA
        given = self.do(
            ruling.rule,
            self.now,
            who,
            "dpo",
            validation_date=timezone.localdate(),
            fields={
                "personal_data": "no" if none else "yes",
                "analysis": stories.ANALYSIS,
                "verdict": verdict,
                "conclusions": "Vu.",
                "standing_in_for": self.cast.dpo if who == "deputy_dpo" else None,
            },
            conditions=[
                {"text": self.new(one), "blocks": one, "days_after": 30 if one == "after" else None}
                for one in blocks
            ],
        )
        if given:
            assert given.actor.is_dpo or given.actor.is_deputy_dpo
            assert bool(blocks) <= verdict.takes_conditions

    @rule(who=anybody, reason=reasons)
    def return_to_support(self, who, reason):
        self.do(ruling.return_to_support, self.now, who, "dpo", reason=reason)

    # Step 5

    @rule(
        who=anybody,
        choice=st.sampled_from(["sign", "validate", "validate", "validate"]),
        right=st.sampled_from(["client_admin", "client_dpo"]),
        is_read=mostly,
        against=st.sampled_from(["", "Nous assumons."]),
    )
    def decide(self, who, choice, right, is_read, against):
        said = {"choice": choice, "version": self.version.number if is_read and self.version else 1}
        event = self.do(decision.decide, self.now, who, right, against_advice=against, **said)
        if event and choice == "validate":
            self.must_be_validated_rightly(event)

    @rule(who=anybody)
    def withdraw(self, who):
        self.do(signatures.withdraw_signature, self.now, who, "client_admin")

    @rule(who=anybody, reason=reasons)
    def ask_for_a_change(self, who, reason):
        self.do(decision.request_change, self.now, who, "client_admin", reason=reason)

    @rule(above=st.sampled_from([None, Decimal("200")]))
    def set_amount(self, above):
        self.cast.organisation.countersign_above = above
        self.cast.organisation.save()

    # Steps 6 and 7

    @rule(who=anybody, reason=reasons)
    def reopen(self, who, reason):
        self.do(decision.reopen_specification, self.now, who, "lead", reason=reason)

    @rule(who=anybody)
    def split(self, who):
        said = {"fields": {"title": self.new("Écrire")}, "developers": [self.cast.developer]}
        self.do(development.add_subtask, self.now, who, "lead", **said)

    @rule(who=anybody, rank=st.integers(0, 2))
    def end(self, who, rank):
        for subtask in self.now.subtasks.all()[rank : rank + 1]:
            today = timezone.localdate()
            if subtask.start_date is None:
                self.do(development.start_subtask, subtask, who, "developer", start_date=today)
            self.do(development.end_subtask, subtask, who, "developer", end_date=today)

    @rule(
        who=anybody,
        rank=st.integers(0, 2),
        is_passed=mostly,
        kinds=st.sampled_from([list(CheckKind), ["unit"]]),
    )
    def check(self, who, rank, is_passed, kinds):
        for subtask in self.now.subtasks.all()[rank : rank + 1]:
            for kind in kinds:
                right = "dpo" if kind == CheckKind.GDPR else "tester"
                said = {"kind": kind, "is_passed": is_passed, "comment": "Vu."}
                self.do(development.make_check, subtask, who, right, **said)

    @rule(
        who=anybody,
        conformity=st.sampled_from(["conforming", "conforming", "minor", "major", "not_applicable"]),
        comment=st.sampled_from(["Vu.", "Vu.", ""]),
        is_whole=st.booleans(),
    )
    def assess(self, who, conformity, comment, is_whole):
        keys = [line.key for line in Progress(self.now).sheet if is_whole or line.condition]
        lines = {key: {"conformity": conformity, "comment": comment} for key in keys}
        self.do(gdpr_sheet.assess, self.now, who, "dpo", lines=lines)

    @rule(who=anybody, rank=st.integers(1, 2), right=st.sampled_from(["client_admin", "lead"]))
    def hand_over(self, who, rank, right):
        self.do(handovers.hand_over, self.now, who, right, position=rank, words=self.new("Fait"))

    @rule(who=anybody)
    def deliver(self, who):
        if self.do(delivery.deliver, self.now, who, "lead", release="4.2.0"):
            self.must_be_delivered_rightly()

    @rule(who=anybody)
    def deliver_to_qualification(self, who):
        if self.do(delivery.deliver_to_qualification, self.now, who, "lead", release="4.2.0-rc"):
            self.must_be_delivered_rightly()

    @rule(who=anybody, is_accepted=mostly)
    def accept(self, who, is_accepted):
        answers = stories.answers(self.now, accepted=is_accepted)
        if self.do(delivery.accept, self.now, who, "client_admin", answers=answers):
            assert is_accepted
            assert open_conditions(self.now, "acceptance") == []

    @rule(who=anybody, reason=reasons)
    def refuse(self, who, reason):
        answers = stories.answers(self.now, accepted=False)
        self.do(delivery.refuse, self.now, who, "client_admin", answers=answers, reason=reason)

    # The registers

    @rule(who=anybody, right=st.sampled_from(["client_dpo", "client_admin"]))
    def adopt(self, who, right):
        for version in self.now.register_versions.filter(state=VersionState.AWAITED):
            event = self.do(registers.adopt, version, who, right)
            if event:
                assert event.actor.is_client_dpo or event.actor.is_client_admin

    @rule(who=anybody, reason=reasons, dice=st.integers(0, 4))
    def archive(self, who, reason, dice):
        """Rarely, since an archived version is the end of it; one that does not hold is refused."""
        for version in self.now.register_versions.all()[: dice == 0]:
            right = "client_dpo" if version.entry.kind == RegisterKind.CONTROLLER else "dpo"
            self.do(registers.archive, version, who, right, reason=reason)

    # What ends a file; rarely, since nothing comes after

    @rule(who=anybody, dice=st.integers(0, 19))
    def give_up(self, who, dice):
        said = {"category": "other", "reason": "Tant pis."}
        if dice == 0:
            self.do(requests.cancel, self.now, who, "client_admin", **said)
        elif dice == 1:
            self.do(requests.decline, self.now, who, "support", **said)
        elif dice == 2:
            self.do(decision.propose_to_abandon, self.now, who, "lead", reason=self.new("Plus de sens."))
            self.do(decision.agree_to_abandon, self.now, who, "client_admin")
        elif dice == 3:
            self.do(decision.abandon, self.now, who, "lead", reason="Plus de sens.")

    # What must hold

    def must_be_validated_rightly(self, event):
        """What the client validated is what it read and what the DPO ruled on; by two people where it asks for two."""
        taken, version = event.decision, self.version
        assert taken.version == version
        assert taken.ruling.version.content_sha256 == version.content_sha256
        assert taken.ruling.verdict != Verdict.INFRINGING
        assert taken.against_advice or taken.ruling.verdict != Verdict.UNFAVOURABLE
        above, first = self.cast.organisation.countersign_above, taken.first_signature
        if above is not None and version.offer.net > above:
            assert first is not None
            assert (first.version, first.ruling) == (version, taken.ruling)
            assert first.signed_by != taken.decided_by

    def must_be_delivered_rightly(self):
        """The exact content was ruled on, the exact whole validated, and nothing that blocks is open."""
        file = self.now
        content, whole = sha256(content_of(file)), sha256(content_of(file), quote_of(file))
        given = file.rulings.get(ruled_at__isnull=False, fell_at=None)
        taken = file.decisions.get(ended_at=None)
        assert (given.version.content_sha256, taken.version.whole_sha256) == (content, whole)
        assert given.verdict != Verdict.INFRINGING
        assert open_conditions(file, "delivery") == []
        assert not given.findings.current().filter(conformity="major").exists()
        assert file.subtasks.exists()

    @invariant()
    def history_is_whole_and_nothing_waits_where_it_cannot(self):
        if not hasattr(self, "file"):
            return
        assert list(broken_files(ChangeRequest.objects.filter(pk=self.file.pk))) == []
        file = self.now
        assert file.signatures.waiting().count() <= (file.step == Step.DECISION)
        if file.step in (Step.DEVELOPMENT, Step.ACCEPTANCE, Step.CLOSED):
            assert file.decisions.in_force().count() == 1

    @invariant()
    def registers_say_what_was_delivered_and_hold_only_what_was_accepted(self):
        if not hasattr(self, "file"):
            return
        file = self.now
        versions = list(file.register_versions.select_related("entry", "ruling__version", "adopted_by"))
        live = {version.entry.kind: version for version in versions if version.outcome.is_live}
        assert len(live) == sum(version.outcome.is_live for version in versions)
        if file.step == Step.CLOSED:
            states = {kind: version.state for kind, version in live.items()}
            assert VersionState.DRAFT not in states.values()
            assert states.get(RegisterKind.PROCESSOR) in (None, VersionState.IN_FORCE)
        else:
            assert {version.state for version in live.values()} <= {VersionState.DRAFT}
            assert file.step not in ENDS or not live
        if file.step == Step.ACCEPTANCE:
            given = file.rulings.get(ruled_at__isnull=False, fell_at=None)
            assert set(live) == (set(RegisterKind) if given.outcome.calls_for_check else set())
            assert {version.ruling for version in live.values()} <= {given}
        for version in versions:
            assert version.content_sha256 == version.ruling.version.content_sha256
            is_controllers = version.entry.kind == RegisterKind.CONTROLLER
            assert version.adopted_by is None or version.adopted_by.organisation_id == file.organisation_id
            assert (version.in_force_at is not None) <= (is_controllers == (version.adopted_by is not None))


def open_conditions(file, blocks):
    """The conditions of the ruling that holds which block so and were not found conforming or not applicable."""
    given = file.rulings.get(ruled_at__isnull=False, fell_at=None)
    met = given.findings.current().filter(conformity__in=["conforming", "not_applicable"])
    return [one for one in given.conditions.filter(blocks=blocks) if not met.filter(condition=one).exists()]


def walk(examples, steps, *, derandomize=True):
    """`examples` walks of `steps` acts each; one that fails is told as it went, since making it shorter takes hours."""
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=derandomize,
            phases=(Phase.generate,),
            # What takes long is what the people do, not the choosing of it.
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_no_walk_leads_to_what_must_never_happen():
    walk(6, 25)


@pytest.mark.long
def test_no_long_walk_leads_to_what_must_never_happen():
    walk(80, 50, derandomize=False)


@pytest.mark.long
def test_walks_find_a_delivery_that_forgot_its_guards(monkeypatch):
    monkeypatch.setitem(GUARDS, "deliver", [])

    with pytest.raises(AssertionError):
        walk(80, 50)
