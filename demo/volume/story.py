"""One file of the volume data: its acts in order, as rows ready for the database.

The services are the one way in which files move; these rows only look as if they had moved, because a
service takes milliseconds an act and the volume counts hundreds of thousands. The tests hold that the two
cannot be told apart: constraints, seals, hashes, progress.
"""

from datetime import timedelta

from accounts.roles import DPO_ROLES, Role
from demo.volume import words
from demo.volume.agreement import Agreement
from demo.volume.chronicle import said
from demo.volume.hours import DAY
from privacy.verdicts import Conformity
from requests_app.models import (
    TESTER_CHECKS,
    Acceptance,
    Assignment,
    ChangeRequest,
    Check,
    CheckKind,
    CriterionAnswer,
    Delivery,
    Environment,
    Finding,
    Round,
    Subtask,
)


class Story(Agreement):
    """A whole file as its acts make it."""

    def play(self, acts):
        """Make the `acts` of `script`, then hand the file's own row over."""
        for name, days in acts:
            self.minute += max(60, int(days * DAY)) if days else 0
            name, _separator, count = name.partition("_") if name.startswith("split_") else (name, "", "")
            getattr(self, name)(*([int(count)] if count else []))
        self._keep()

    # Step 6

    def split(self, count):
        lead = self._vendor(Role.LEAD)
        self.developers = self.draw.sample(
            self.world.vendor[Role.DEVELOPER], min(2, len(self.world.vendor[Role.DEVELOPER]))
        )
        self.tester = self._vendor(Role.TESTER)
        self.leaves, self.ended = [], []
        parent = None
        titles = self.draw.sample(words.PIECES, count)
        if count > 3:
            parent = self._add_subtask(lead, "Socle commun", None)
        for rank, title in enumerate(titles):
            subtask = self._add_subtask(lead, title, parent if rank < 2 else None)
            developer = self.developers[rank % len(self.developers)]
            subtask.developer = developer
            self._keep_row(
                Assignment(
                    subtask_id=subtask.pk,
                    person_id=developer.pk,
                    assigned_by_id=lead.pk,
                    assigned_at=self.at,
                    is_accountable=True,
                )
            )
            criterion = self.criteria[rank % len(self.criteria)]
            self._keep_row(
                Subtask.criteria.through(subtask_id=subtask.pk, acceptancecriterion_id=criterion.pk)
            )
            if self.draw.random() < 0.85:
                self.named_testers.append(self.tester)
                self._keep_row(Subtask.testers.through(subtask_id=subtask.pk, user_id=self.tester.pk))
            self._append(
                "assign_subtask",
                lead,
                data={"subtask": said(subtask), "developers": [developer.pk]},
                developers=[developer],
            )
            self.leaves.append(subtask)
        self.todo = list(self.leaves)

    def start(self):
        subtask = self.todo[0]
        subtask.start_date = self.today
        self._append(
            "start_subtask",
            subtask.developer,
            data={"subtask": said(subtask), "start_date": self.today.isoformat()},
        )

    def end(self):
        self._end(self.todo[0])

    def end_again(self):
        for subtask in self.todo:
            self._end(subtask)

    def fail_check(self):
        subtask, reason = self.todo[0], self.draw.choice(words.FAILURES)
        self._check(subtask, CheckKind.FUNCTIONAL, comment=reason)
        self._send_back(subtask, self.tester, reason, {"check": CheckKind.FUNCTIONAL.value})

    def pass_checks(self):
        subtask = self.todo.pop(0)
        for kind in self._required():
            self._check(subtask, kind)
        if not self.todo:
            self._append("all_green", None)

    def check_again(self):
        while self.todo:
            self.pass_checks()

    def deliver(self):
        by = self._vendor(Role.LEAD)
        for condition in self.conditions:
            if condition.pk not in self.assessed:
                self._assess(condition)
        at, release, notes = (
            self.at,
            f"{self.at:%y}.{self.at:%m}.{self.draw.randint(0, 9)}",
            "Livré sans interruption.",
        )
        event = self._append("deliver", by, data={"release": release, "notes": notes})
        self.delivery = Delivery(
            id=self.world.key(Delivery),
            change_request_id=self.pk,
            event_id=event.pk,
            environment=Environment.PRODUCTION,
            release=release,
            notes=notes,
            delivered_by_id=by.pk,
            delivered_at=at,
        )
        self._keep_row(self.delivery)

    # Step 7

    def refuse(self):
        reason, refused, at = self.draw.choice(words.REFUSALS), self.criteria[0], self.at
        by = self._decider()
        event = self._append("refuse", by, reason, data={"refused_criteria": [refused.pk]})
        self._answer(event, by, at, reason, refused)
        # The first leaf is tied to the first criterion; so are others, which are sent back likewise.
        for rank, subtask in enumerate(self.leaves):
            if self.criteria[rank % len(self.criteria)] is refused:
                self.todo.append(subtask)
                self._send_back(subtask, by, reason, {"refused": True})

    def accept(self):
        at, comment = self.at, "Conforme à ce qui était convenu."
        by = self._decider()
        event = self._append(
            "accept", by, data={"accepted_criteria": [row.pk for row in self.criteria], "comment": comment}
        )
        self._answer(event, by, at, comment, None)

    def _add_subtask(self, lead, title, parent):
        subtask = Subtask(
            id=self.world.key(Subtask),
            change_request_id=self.pk,
            parent_id=parent.pk if parent else None,
            position=len(self.subtasks) + 1,
            place=len(self.subtasks) + 1,
            title=title,
            forecast_start=self.today,
            forecast_end=self.today + timedelta(days=self.draw.randint(5, 40)),
            created_at=self.at,
        )
        subtask.developer, subtask.round, subtask.number_of_rounds = None, None, 0
        self.subtasks.append(subtask)
        self._keep_row(subtask)
        self._append("split", lead, data={"subtask": said(subtask)})
        return subtask

    def _required(self):
        return (*TESTER_CHECKS, CheckKind.GDPR) if self.ruling.outcome.calls_for_check else TESTER_CHECKS

    def _end(self, subtask):
        subtask.end_date = self.today
        subtask.number_of_rounds += 1
        subtask.round = Round(
            id=self.world.key(Round),
            subtask_id=subtask.pk,
            number=subtask.number_of_rounds,
            end_date=self.today,
            ended_by_id=subtask.developer.pk,
            opened_at=self.at,
        )
        self._keep_row(subtask.round)
        due = [kind.value for kind in self._required()]
        self._append(
            "enter_end_date",
            subtask.developer,
            data={
                "subtask": said(subtask),
                "end_date": self.today.isoformat(),
                "checks": due,
                "gdpr_check_due": CheckKind.GDPR.value in due,
            },
            developers=[subtask.developer],
        )

    def _check(self, subtask, kind, comment=""):
        is_gdpr = kind is CheckKind.GDPR
        by = self._vendor(*DPO_ROLES) if is_gdpr else self.tester
        self._keep_row(
            Check(
                round_id=subtask.round.pk,
                kind=kind.value,
                is_passed=not comment,
                comment=comment,
                ruling_id=self.ruling.pk if is_gdpr else None,
                made_by_id=by.pk,
                made_at=self.at,
            )
        )
        self._append(
            "fail_check" if comment else "pass_check",
            by,
            comment,
            data={"subtask": said(subtask), "check": kind.value, "round": subtask.round.number},
        )

    def _send_back(self, subtask, by, reason, data):
        subtask.round.sent_back_at, subtask.round.sent_back_by_id = self.at, by.pk
        subtask.round.sent_back_reason = reason
        subtask.end_date = None
        self._append(
            "send_back_subtask",
            by,
            reason,
            data={"subtask": said(subtask), **data},
            developers=[subtask.developer],
        )

    def _assess(self, condition):
        by = self._vendor(*DPO_ROLES)
        finding = Finding(
            ruling_id=self.ruling.pk,
            condition_id=condition.pk,
            number=1,
            conformity=Conformity.CONFORMING.value,
            comment="Vérifié en qualification.",
            made_by_id=by.pk,
            made_at=self.at,
        )
        self._keep_row(finding)
        self.assessed.add(condition.pk)
        self._append(
            "assess_condition",
            by,
            finding.comment,
            data={"condition": condition.text, "conformity": finding.conformity, "build": finding.build},
        )

    def _answer(self, event, by, at, comment, refused):
        acceptance = Acceptance(
            id=self.world.key(Acceptance),
            change_request_id=self.pk,
            event_id=event.pk,
            delivery_id=self.delivery.pk,
            is_accepted=refused is None,
            comment=comment,
            answered_by_id=by.pk,
            answered_at=at,
        )
        self._keep_row(acceptance)
        for criterion in self.criteria:
            self._keep_row(
                CriterionAnswer(
                    acceptance_id=acceptance.pk,
                    criterion_id=criterion.pk,
                    text=criterion.text,
                    is_accepted=criterion is not refused,
                    comment=comment if criterion is refused else "",
                )
            )

    def _keep(self):
        for row in (self.specification, self.draft, *self.criteria, *self.quote_lines):
            if row is not None:
                self._keep_row(row)
        self._keep_row(
            ChangeRequest(
                id=self.pk,
                **self._text(),
                number=self.number,
                organisation_id=self.client.organisation.pk,
                step=self.step.value,
                step_since=self.step_since,
                sent_at=self.sent_at,
                sent_by=self.sent_by,
                development_at=self.development_at,
                ended_at=self.ended_at,
                is_entered_by_vendor=self.by_vendor,
                created_by=self.created_by,
                created_at=self.created_at,
                edited_by=self.created_by,
                edited_at=self.created_at,
                in_charge=self.in_charge,
                planned_date=self.planned_date,
                history_length=self.history_length,
                history_seal=self.history_seal,
            )
        )
