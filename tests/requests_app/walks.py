"""Whatever anybody does to two files of a client, in whatever order and over weeks: what must never happen does not.

No delivery without a valid ruling in force on the exact content, the client's decision on the exact whole, and every
blocking condition met; no acceptance with one open; no entry of a register that says another content than the one
delivered, or holds before the acceptance, or for the client without its adoption; no ruling by somebody who took
part, nor work on it by whoever ruled; what the portal does by itself moves nothing; and whoever is refused is refused in
one of the three ways, with nothing changed. What must hold is read here from the rows, by other means than the guards'.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.roles import Side
from privacy import services as registers
from privacy.models import VersionState
from privacy.registers import RegisterKind
from privacy.verdicts import Verdict
from requests_app.models import ChangeRequest, CheckKind
from requests_app.precedents import PARTS
from requests_app.progress import Progress
from requests_app.services import (
    decision,
    delivery,
    development,
    gdpr_sheet,
    handovers,
    reminders,
    requests,
    ruling,
    signatures,
    specification,
)
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from tests.requests_app.must_hold import MustHold, open_conditions
from workflow.errors import Missing, MovedOn, NotYourRole
from workflow.history import broken_files
from workflow.steps import Step

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
    stories.opened, stories.sent, stories.sent, stories.specified, stories.specified, stories.ruled, stories.validated, stories.green,
    stories.delivered, stories.closed,
)  # fmt: skip
BLOCKING = ("delivery", "acceptance", "after")
PRICES = (Decimal("100"), Decimal("570"), None)
# The deputy DPO may be support, or develop and test, beside.
HANDS = ((), ("support",), ("developer", "tester"), ("support", "developer", "tester"))
OTHER_NAME = "Registre des absences"
UNCHANGED = {"scope": {"changes": ["none"], "entry": "Registre des traitements"}}
UNDETERMINED = {
    **stories.ANALYSIS,
    "scope": {
        **stories.ANALYSIS["scope"],
        "purposes": [{"purpose": "Relire ses traitements", "legal_basis": "client_to_determine"}],
    },
}
TO_BUILD = {**stories.ANALYSIS, "measures": {"measures": [{"measure": "access_log", "state": "to_build"}]}}
# A special category without its exception: nobody may rule so.
GAPING = {**stories.ANALYSIS, "data": {"categories": [{"category": "health"}], "subjects": ["patients"]}}
# What the register has to say: the draft that starts from it names its entry, and little else.
NAMED = {"scope": {"changes": ["new_category"], "entry": "registre des traitements"}}
ANALYSES = (stories.ANALYSIS, stories.ANALYSIS, UNCHANGED, UNDETERMINED, TO_BUILD, GAPING, NAMED)
analyses = st.builds(
    lambda analysis, name: {**analysis, "scope": {**analysis["scope"], **name}},
    st.sampled_from(ANALYSES),
    st.sampled_from([{}, {}, {"entry": OTHER_NAME}]),
)
some_conditions = st.lists(st.sampled_from(BLOCKING), max_size=2)


def price(amount):
    """A quote of one day at `amount`, or none."""
    return [] if amount is None else [{**stories.quote_lines()[0], "days": 1, "unit_price": amount}]


def at(*steps):
    """An act of these steps: walks that go anywhere try it at every other step too, where it is refused."""
    return precondition(lambda walk: walk.goes_anywhere or walk.steps[walk.turn] in steps)


class Walk(MustHold, RuleBasedStateMachine):
    """People of every role who act on two files, mostly those whose turn it is."""

    files = ()
    # Whether the deputy DPO also writes, develops and tests whatever goes on.
    one_for_all = False

    @initialize(
        starts=st.tuples(st.sampled_from(STARTS), st.sampled_from(STARTS)),
        above=st.sampled_from([None, None, Decimal("200")]),
        hands=st.sampled_from(HANDS),
        goes_anywhere=st.sampled_from([False, False, False, True]),
    )
    def begin(self, starts, above, hands, goes_anywhere):
        """Two files somewhere on their way, of a client where two decide, perhaps two of them together."""
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.clock = time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=UTC))
        self.time = self.clock.start()
        self.cast = Cast().everybody()
        for role in HANDS[-1] if self.one_for_all else hands:
            setattr(self.cast.deputy_dpo, f"is_{role}", True)
        self.cast.deputy_dpo.save()
        self.files = [start(self.cast) for start in starts]
        self.turn, self.goes_anywhere = 0, goes_anywhere
        self.look()
        # Who wrote the specification of a file, developed or tested it, by the file's key.
        self.hands = defaultdict(set)
        self.cast.organisation.decider_roles = ["client_admin", "client_dpo"]
        self.cast.organisation.countersign_above = above
        self.cast.organisation.save()
        self.number = 0

    def teardown(self):
        if hasattr(self, "transaction"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def look(self):
        """See at which step each file is."""
        self.steps = [fresh(file).step for file in self.files]

    def do(self, service, subject, who, right, **said):
        """Have somebody do something. Returns what came of it, or None when it was refused, which changes nothing."""
        before = self.standing
        try:
            done = service(subject, actor=self.somebody(who, right), **said)
        except (MovedOn, NotYourRole, Missing):
            assert self.standing == before
            return None
        self.look()
        return done

    def somebody(self, who, right):
        """The person of the role `who`, or of the role that has the right."""
        return getattr(self.cast, right if who == RIGHT else who)

    def takes_part(self, person):
        """Somebody wrote the specification of the file, develops or tests it: they never ruled, nor will."""
        self.hands[self.file.pk].add(person)

    @property
    def standing(self):
        """How both files stand: their steps, how long their histories are, what is being drafted of a ruling."""
        return [
            (
                file.step,
                file.history_length,
                list(file.rulings.values_list("pk", "revision", "version", "analysis", "fell_at")),
                list(file.rulings.values_list("conditions__text", "conditions__position")),
            )
            for file in map(fresh, self.files)
        ]

    @property
    def file(self):
        return self.files[self.turn]

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

    @rule(
        which=st.integers(0, 1), verdict=st.sampled_from(Verdict), analysis=analyses, is_deputys=st.booleans()
    )
    def go_on(self, which, verdict, analysis, is_deputys):
        """Do what the step of each file waits for, so that walks come to its end and round again; turn to one of them."""
        people = ["deputy_dpo"] * 3 if is_deputys or self.one_for_all else ["support", "dpo", "developer"]
        for self.turn in (1 - which, which):
            self.take_a_step(*people, verdict, analysis)

    def take_a_step(self, writer, ruler, developer, verdict, analysis):
        match self.steps[self.turn]:
            case Step.REQUEST:
                self.send(RIGHT, True)
            case Step.SPECIFICATION:
                self.specify(RIGHT, writer, True, PRICES[0], True)
            case Step.RULING:
                self.rule_on_it(ruler, verdict, analysis, verdict.takes_conditions * ["after"], True, True)
            case Step.DECISION:
                self.decide(RIGHT, "validate", "client_admin", True, "Nous assumons.")
            case Step.DEVELOPMENT:
                self.split(RIGHT, developer)
                for rank in range(self.now.subtasks.count()):
                    self.end(RIGHT, rank)
                    self.check(RIGHT, rank, True, list(CheckKind), "tester")
                self.assess(RIGHT, "conforming", "Vu.", False)
                self.deliver(RIGHT)
            case Step.ACCEPTANCE:
                self.accept(RIGHT, True)

    # What the portal does by itself

    @rule(days=st.integers(1, 9))
    def days_pass(self, days):
        """Silence is never taken for consent, and nothing is said twice."""
        self.time.shift(timedelta(days=days))
        before = self.steps
        for by_itself in (
            reminders.remind_silent_clients,
            reminders.remind_dpos,
            reminders.remind_owing_clients,
            reminders.remind_due_actions,
            reminders.remind_forecast_ends,
            ruling.tell_where_nobody_can_rule,
        ):
            by_itself()
            assert not by_itself()
        self.look()
        assert self.steps == before

    # Steps 2 and 3

    @at(Step.REQUEST)
    @rule(who=anybody, is_new=mostly)
    def send(self, who, is_new):
        title = self.new("Exporter") if is_new else self.now.title
        fields = stories.request_fields(self.cast, title=title)
        self.do(requests.send_to_support, self.now, who, "client_admin", fields=fields)

    @at(Step.SPECIFICATION)
    @rule(who=anybody, reason=reasons)
    def return_to_client(self, who, reason):
        self.do(requests.return_to_client, self.now, who, "support", reason=reason)

    @at(Step.SPECIFICATION)
    @rule(
        who=anybody,
        right=st.sampled_from(["support", "support", "deputy_dpo"]),
        is_new=st.booleans(),
        amount=st.sampled_from(PRICES),
        is_sent=mostly,
    )
    def specify(self, who, right, is_new, amount, is_sent):
        fields = {"solution": self.new("Un bouton") if is_new else "Un bouton d’export par service."}
        typed = {
            "fields": fields,
            "criteria": [{"text": "Une ligne par traitement."}],
            "quote": price(amount),
        }
        service = specification.save_specification
        if is_sent:
            service = specification.send_specification
            typed["planned_date"] = timezone.localdate() + timedelta(days=60)
        if self.do(service, self.now, who, right, **typed):
            self.takes_part(self.somebody(who, right))

    @at(Step.RULING, Step.DECISION, Step.DEVELOPMENT)
    @rule(who=anybody, days=st.integers(-1, 90), reason=reasons)
    def change_date(self, who, days, reason):
        day = timezone.localdate() + timedelta(days=days)
        self.do(specification.change_planned_date, self.now, who, "lead", planned_date=day, reason=reason)

    # Step 4

    @staticmethod
    def tampered(condition):
        """A condition that the answers made, sent back as somebody who would not wait for it would send it."""
        said = {"text": condition.text, "origin": condition.origin, "owner": "vendor"}
        return said | {"blocks": "after", "days_after": 30}

    def form(self, who, verdict, analysis, blocks, *, is_read=True):
        """A ruling as its page sends it, read on the last version or on one before, and saved by nobody meanwhile."""
        draft = self.now.rulings.filter(ruled_at=None).first()
        last = self.version.number if self.version else 0
        return {
            "fields": {
                "personal_data": "no" if verdict is Verdict.NO_PERSONAL_DATA else "yes",
                "analysis": analysis,
                "verdict": verdict,
                "conclusions": "Vu.",
                "standing_in_for": self.cast.dpo if who == "deputy_dpo" else None,
            },
            "conditions": [
                {"text": self.new(one), "blocks": one, "days_after": 30 if one == "after" else None}
                for one in blocks
            ]
            + [self.tampered(one) for one in (draft.conditions.exclude(origin="") if draft else ())],
            "revision": draft.revision if draft else 0,
            "version": last if is_read else last - 1,
        }

    @at(Step.RULING)
    @rule(
        who=st.sampled_from(["dpo", "dpo", "deputy_dpo", "support", "client_admin"]),
        verdict=st.sampled_from(Verdict),
        analysis=analyses,
        blocks=some_conditions,
        is_read=mostly,
        is_given=mostly,
    )
    def rule_on_it(self, who, verdict, analysis, blocks, is_read, is_given):
        day = timezone.localdate() if is_given else timezone.localdate() + timedelta(days=1)
        typed = self.form(who, verdict, analysis, blocks, is_read=is_read)
        if self.do(ruling.rule, self.now, who, "dpo", validation_date=day, **typed):
            assert (is_read, is_given) == (True, True)
            self.must_be_ruled_rightly()

    @at(Step.RULING)
    @rule(
        who=st.sampled_from(["dpo", "dpo", "deputy_dpo", "support"]),
        verdict=st.sampled_from(Verdict),
        analysis=analyses,
        blocks=some_conditions,
        is_read=mostly,
        is_fresh=mostly,
        service=st.sampled_from([ruling.save_ruling, ruling.start_from_entry]),
    )
    def draft(self, who, verdict, analysis, blocks, is_read, is_fresh, service):
        typed = self.form(who, verdict, analysis, blocks, is_read=is_read)
        typed["revision"] += not is_fresh
        draft = self.do(service, self.now, who, "dpo", **typed)
        if draft:
            assert (is_read, is_fresh) == (True, True)
            assert (draft.ruled_at, draft.version) == (None, self.version)

    @at(Step.RULING)
    @rule(
        who=st.sampled_from(["dpo", "dpo", "deputy_dpo"]),
        verdict=st.sampled_from(Verdict),
        part=st.sampled_from(list(PARTS)),
    )
    def reuse(self, who, verdict, part):
        """Take over from the latest ruling on the other file."""
        precedent = self.files[1 - self.turn].rulings.given().last()
        if precedent:
            typed = self.form(who, verdict, stories.ANALYSIS, [])
            self.do(ruling.reuse, self.now, who, "dpo", precedent=precedent, part=part, **typed)

    @at(Step.RULING)
    @rule(who=anybody, is_read=mostly)
    def rule_on_both(self, who, is_read):
        last = [file.versions.last() for file in self.files]
        chosen = [
            (fresh(file), (version.number if version else 0) - (not is_read))
            for file, version in zip(self.files, last, strict=True)
        ]
        given = self.do(
            ruling.rule_several,
            chosen,
            who,
            "dpo",
            conclusions="Rien de personnel.",
            validation_date=timezone.localdate(),
            standing_in_for=self.cast.dpo if who == "deputy_dpo" else None,
        )
        if given:
            assert is_read
            assert len({event.change_request_id for event in given}) == 2
            for self.turn in (1, 0):
                self.must_be_ruled_rightly()

    @at(Step.RULING)
    @rule(who=anybody, reason=reasons)
    def return_to_support(self, who, reason):
        self.do(ruling.return_to_support, self.now, who, "dpo", reason=reason)

    # Step 5

    @at(Step.DECISION)
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

    @at(Step.DECISION)
    @rule(who=anybody)
    def withdraw(self, who):
        self.do(signatures.withdraw_signature, self.now, who, "client_admin")

    @at(Step.DECISION)
    @rule(who=anybody, reason=reasons)
    def ask_for_a_change(self, who, reason):
        self.do(decision.request_change, self.now, who, "client_admin", reason=reason)

    @rule(above=st.sampled_from([None, Decimal("200")]))
    def set_amount(self, above):
        self.cast.organisation.countersign_above = above
        self.cast.organisation.save()

    # Steps 6 and 7

    @at(Step.DEVELOPMENT)
    @rule(who=anybody, reason=reasons)
    def reopen(self, who, reason):
        self.do(decision.reopen_specification, self.now, who, "lead", reason=reason)

    @at(Step.DEVELOPMENT)
    @rule(who=anybody, developer=st.sampled_from(["developer", "developer", "deputy_dpo"]))
    def split(self, who, developer):
        said = {"fields": {"title": self.new("Écrire")}, "developers": [getattr(self.cast, developer)]}
        if self.do(development.add_subtask, self.now, who, "lead", **said):
            self.takes_part(getattr(self.cast, developer))
            self.must_have_ruled_nothing(getattr(self.cast, developer))

    @at(Step.DEVELOPMENT)
    @rule(who=anybody, rank=st.integers(0, 2))
    def end(self, who, rank):
        for subtask in self.now.subtasks.all()[rank : rank + 1]:
            today = timezone.localdate()
            if subtask.start_date is None:
                self.do(development.start_subtask, subtask, who, "developer", start_date=today)
            self.do(development.end_subtask, subtask, who, "developer", end_date=today)

    @at(Step.DEVELOPMENT)
    @rule(
        who=anybody,
        rank=st.integers(0, 2),
        is_passed=mostly,
        kinds=st.sampled_from([list(CheckKind), ["unit"]]),
        tester=st.sampled_from(["tester", "tester", "deputy_dpo"]),
    )
    def check(self, who, rank, is_passed, kinds, tester):
        for subtask in self.now.subtasks.all()[rank : rank + 1]:
            for kind in kinds:
                right = "dpo" if kind == CheckKind.GDPR else tester
                said = {"kind": kind, "is_passed": is_passed, "comment": "Vu."}
                event = self.do(development.make_check, subtask, who, right, **said)
                if event and kind != CheckKind.GDPR:
                    self.takes_part(event.actor)
                    self.must_have_ruled_nothing(event.actor)

    @at(Step.DEVELOPMENT)
    @rule(who=anybody, rank=st.integers(0, 2))
    def spare(self, who, rank):
        for subtask in self.now.subtasks.all()[rank : rank + 1]:
            self.do(development.mark_without_personal_data, subtask, who, "dpo")

    @at(Step.DEVELOPMENT)
    @rule(who=anybody)
    def pass_all(self, who):
        subtasks = list(self.now.subtasks.all())
        self.do(development.pass_gdpr_checks, self.now, who, "dpo", subtasks=subtasks)

    @at(Step.DEVELOPMENT, Step.ACCEPTANCE)
    @rule(
        who=anybody,
        conformity=st.sampled_from(["conforming", "conforming", "minor", "major", "not_applicable"]),
        comment=st.sampled_from(["Vu.", "Vu.", ""]),
        is_whole=st.booleans(),
    )
    def assess(self, who, conformity, comment, is_whole):
        keys = [line.key for line in Progress(self.now).sheet if is_whole or line.condition]
        action = ("À faire", Side.CLIENT, timezone.localdate() + timedelta(days=5))
        said = {"conformity": conformity, "comment": comment, "action": action}
        self.do(gdpr_sheet.assess, self.now, who, "dpo", lines=dict.fromkeys(keys, said))

    @at(Step.DEVELOPMENT, Step.ACCEPTANCE, Step.CLOSED)
    @rule(who=anybody, rank=st.integers(1, 3), how=reasons)
    def do_what_was_planned(self, who, rank, how):
        self.do(gdpr_sheet.complete_action, self.now, who, "client_admin", position=rank, how=how)

    @at(Step.DEVELOPMENT, Step.ACCEPTANCE)
    @rule(who=anybody, rank=st.integers(1, 2), right=st.sampled_from(["client_admin", "lead"]))
    def hand_over(self, who, rank, right):
        self.do(handovers.hand_over, self.now, who, right, position=rank, words=self.new("Fait"))

    @at(Step.DEVELOPMENT)
    @rule(who=anybody)
    def deliver(self, who):
        if self.do(delivery.deliver, self.now, who, "lead", release="4.2.0"):
            self.must_be_delivered_rightly()

    @at(Step.DEVELOPMENT)
    @rule(who=anybody)
    def deliver_to_qualification(self, who):
        if self.do(delivery.deliver_to_qualification, self.now, who, "lead", release="4.2.0-rc"):
            self.must_be_delivered_rightly()

    @at(Step.ACCEPTANCE)
    @rule(who=anybody, is_accepted=mostly)
    def accept(self, who, is_accepted):
        answers = stories.answers(self.now, accepted=is_accepted)
        if self.do(delivery.accept, self.now, who, "client_admin", answers=answers):
            assert is_accepted
            assert open_conditions(self.now, "acceptance") == []

    @at(Step.ACCEPTANCE)
    @rule(who=anybody, reason=reasons)
    def refuse(self, who, reason):
        answers = stories.answers(self.now, accepted=False)
        self.do(delivery.refuse, self.now, who, "client_admin", answers=answers, reason=reason)

    # The registers

    @at(Step.ACCEPTANCE, Step.CLOSED)
    @rule(who=anybody, right=st.sampled_from(["client_dpo", "client_admin"]))
    def adopt(self, who, right):
        for version in self.now.register_versions.filter(state=VersionState.AWAITED):
            event = self.do(registers.adopt, version, who, right)
            if event:
                assert event.actor.is_client_dpo or event.actor.is_client_admin

    @at(Step.ACCEPTANCE, Step.CLOSED)
    @rule(who=anybody, reason=reasons, dice=st.integers(0, 4))
    def archive(self, who, reason, dice):
        """Rarely, since an archived version is the end of it; one that does not hold is refused."""
        for version in self.now.register_versions.all()[: dice == 0]:
            right = "client_dpo" if version.entry.kind == RegisterKind.CONTROLLER else "dpo"
            self.do(registers.archive, version, who, right, reason=reason)

    # What ends a file; rarely, since nothing comes after

    @at(Step.REQUEST, Step.SPECIFICATION, Step.RULING, Step.DECISION, Step.DEVELOPMENT)
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

    # What must hold whatever was done

    @invariant()
    def history_is_whole_and_nothing_waits_where_it_cannot(self):
        keys = [file.pk for file in self.files]
        assert list(broken_files(ChangeRequest.objects.filter(pk__in=keys))) == []
        for file in map(fresh, self.files):
            self.must_stand(file)

    @invariant()
    def registers_say_what_was_delivered_and_hold_only_what_was_accepted(self):
        for file in map(fresh, self.files):
            self.must_be_registered_rightly(file)


class OneForAll(Walk):
    """The same with one person who would do everything."""

    one_for_all = True
