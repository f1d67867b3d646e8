"""Steps 2 to 5 of a file of the volume: asked for, specified, ruled on, decided."""

from datetime import timedelta
from decimal import Decimal

from accounts.roles import DPO_ROLES, Role
from demo.volume import words
from demo.volume.chronicle import Chronicle
from privacy.verdicts import Blocks, PersonalData, Verdict
from requests_app.models import (
    AcceptanceCriterion,
    CancelReason,
    Condition,
    Decision,
    DeclineReason,
    Message,
    Nature,
    QuoteLine,
    RequestDraft,
    Ruling,
    Specification,
    SpecificationVersion,
)
from requests_app.quote import Line, Quote
from requests_app.versions import sha256
from workflow.steps import Step

VERDICTS = {
    Verdict.NO_PERSONAL_DATA: 25,
    Verdict.NO_IMPACT: 30,
    Verdict.FAVOURABLE: 22,
    Verdict.CONDITIONAL: 15,
    Verdict.UNFAVOURABLE: 5,
    Verdict.INFRINGING: 3,
}
NATURES = {Nature.NEW: 45, Nature.CHANGE: 35, Nature.FIX: 20}


class Agreement(Chronicle):
    """A file up to the client's decision."""

    # Step 2

    def open(self):
        draw = self.draw
        self.nature = draw.choices(list(NATURES), NATURES.values())[0]
        self.title = draw.choice(words.TITLES[self.nature]).format(object=draw.choice(words.OBJECTS))
        self.description = "\n\n".join(draw.sample(words.NEEDS, 2) + draw.sample(words.WISHES, 2))
        self.requester = draw.choice(self.client.people)
        self.ticket = str(draw.randint(800_000, 999_999)) if draw.random() < 0.7 else ""
        self.deadline = self.today + timedelta(days=draw.randint(30, 180))
        self.author = draw.choice(self.client.seers)
        self.by_vendor = draw.random() < 0.08
        self.created_by = self._vendor(Role.SUPPORT) if self.by_vendor else self.author
        self.created_at = self.at
        self.specification = Specification(id=self.world.key(Specification), change_request_id=self.pk)
        self._append("create", self.created_by)

    def send(self):
        self.sent_by = self.created_by if self.sent_at is None else self.author
        self.sent_at = self.sent_at or self.at
        self._append(
            "send_to_support",
            self.sent_by,
            data={"deadline": self.deadline.isoformat(), "requester": self.requester.pk},
        )

    def take(self):
        self.in_charge = self._vendor(Role.SUPPORT)
        self._append("take_in_charge", self.in_charge, data={"person": self.in_charge.pk})

    def give_back(self):
        self._append("return_to_client", self._support(), self.draw.choice(words.QUESTIONS))

    def rework(self):
        self.draft = RequestDraft(
            change_request_id=self.pk,
            **self._text() | {"description": f"{self.description}\n\n{self.draw.choice(words.NEEDS)}"},
            revision=1,
            edited_by_id=self.author.pk,
            edited_at=self.at,
        )

    def decline(self):
        category = self.draw.choice(DeclineReason.values)
        self._append("decline", self._support(), self.draw.choice(words.ENDINGS), data={"category": category})

    def cancel(self):
        self._append(
            "cancel",
            self._decider(),
            self.draw.choice(words.ENDINGS),
            data={"category": self.draw.choice(CancelReason.values), "was_sent": self.sent_at is not None},
        )

    def talk(self):
        said = [(self._support(), words.SAID[0], False), (self.author, words.SAID[1], False)]
        if self.draw.random() < 0.5:
            said.append((self._support(), self.draw.choice(words.NOTES), True))
        for author, text, is_note in said:
            self._keep_row(
                Message(
                    change_request_id=self.pk,
                    author_id=author.pk,
                    text=text,
                    is_note=is_note,
                    posted_at=self.at,
                )
            )
            self.minute += 3

    # Steps 3 to 5

    def write_specification(self):
        draw = self.draw
        self.specification.solution = "\n\n".join(draw.sample(words.SOLUTIONS, 2))
        for position, text in enumerate(draw.sample(words.CRITERIA, draw.randint(1, 4)), 1):
            self.criteria.append(
                AcceptanceCriterion(
                    id=self.world.key(AcceptanceCriterion),
                    specification_id=self.specification.pk,
                    position=position,
                    text=text,
                )
            )
        price = draw.choice((570, 620, 650))
        for position, label in enumerate(words.LINES[: draw.randint(0, 5)], 1):
            self.quote_lines.append(
                QuoteLine(
                    specification_id=self.specification.pk,
                    position=position,
                    label=label,
                    days=Decimal(draw.randint(1, 16)) / 2,
                    unit_price=Decimal(price),
                    vat_rate=Decimal("20.00"),
                )
            )
        self._edited(self._support())

    def change_solution(self):
        self.specification.solution += f"\n\n{self.draw.choice(words.SOLUTIONS)}"
        self._edited(self._support())

    def lower_quote(self):
        for line in self.quote_lines:
            line.unit_price -= 20
        self._edited(self._support())
        self.send_specification()

    def send_specification(self):
        content, quote = self._content(), self._quote()
        content_hash, whole_hash = sha256(content), sha256(content, quote)
        holds = self.ruling is not None and self.ruling.version.content_sha256 == content_hash
        falls = self.ruling is not None and not holds
        if holds and not self.ruling.outcome.may_be_validated:
            holds = False
        self.planned_date = self.today + timedelta(days=self.draw.randint(20, 90))
        author, at = self._support(), self.at
        event = self._append(
            "send_to_client" if holds else "send_to_dpo",
            author,
            data={
                "version": len(self.versions) + 1,
                "planned_date": self.planned_date.isoformat(),
                "content_sha256": content_hash,
                "whole_sha256": whole_hash,
                "fell": ["ruling"] if falls else [],
            },
        )
        self.versions.append(
            SpecificationVersion(
                id=self.world.key(SpecificationVersion),
                change_request_id=self.pk,
                event_id=event.pk,
                number=len(self.versions) + 1,
                content=content,
                quote=quote,
                content_sha256=content_hash,
                whole_sha256=whole_hash,
                planned_date=self.planned_date,
                author_id=author.pk,
                sent_at=at,
            )
        )
        if falls:
            self.ruling.fell_at = at
        self._keep_row(self.versions[-1])

    def ask_support(self):
        self.planned_date = None
        self._append("return_to_support", self._vendor(*DPO_ROLES), self.draw.choice(words.QUESTIONS))

    def rule(self):
        draw, version, at, previous = self.draw, self.versions[-1], self.at, self.ruling
        stops_here = self.outcome in (Step.DECISION, Step.CANCELLED) and previous is None
        verdicts = {
            verdict: weight for verdict, weight in VERDICTS.items() if stops_here or verdict.may_be_validated
        }
        verdict = draw.choices(list(verdicts), verdicts.values())[0]
        by = self._vendor(*DPO_ROLES)
        chief = self.world.vendor[Role.DPO][0]
        conditions = (
            draw.sample(words.CONDITIONS, draw.randint(1, 3)) if verdict == Verdict.CONDITIONAL else []
        )
        none = verdict == Verdict.NO_PERSONAL_DATA
        personal_data = PersonalData.NO if none else draw.choice((PersonalData.YES, PersonalData.INDIRECTLY))
        instead_of = None if by.is_dpo else chief.pk
        event = self._append(
            "rule",
            by,
            data={
                "version": version.number,
                "content_sha256": version.content_sha256,
                "personal_data": personal_data.value,
                "verdict": verdict.value,
                "conclusions": words.CONCLUSIONS[verdict],
                "conditions": [{"text": text, "blocks": Blocks.DELIVERY.value} for text in conditions],
                "validation_date": at.date().isoformat(),
                "standing_in_for": instead_of,
            },
        )
        if previous is not None and previous.fell_at is None:
            previous.fell_at = at
        self.ruled_on_line = event.sequence
        self.ruling = Ruling(
            id=self.world.key(Ruling),
            change_request_id=self.pk,
            version=version,
            event_id=event.pk,
            personal_data=personal_data.value,
            verdict=verdict.value,
            conclusions=words.CONCLUSIONS[verdict],
            validation_date=at.date(),
            ruled_by_id=by.pk,
            standing_in_for_id=instead_of,
            ruled_at=at,
            revision=1,
            edited_by_id=by.pk,
            edited_at=at,
        )
        self._keep_row(self.ruling)
        self.conditions = [
            Condition(
                id=self.world.key(Condition),
                ruling_id=self.ruling.pk,
                position=position,
                text=text,
                blocks=Blocks.DELIVERY,
            )
            for position, text in enumerate(conditions, 1)
        ]
        for condition in self.conditions:
            self._keep_row(condition)

    def ask_change(self):
        self.planned_date = None
        self._append("request_change", self.author, self.draw.choice(words.CHANGES))

    def validate(self):
        by, at, version = self._decider(), self.at, self.versions[-1]
        against = (
            "Nous assumons ce choix, au vu du besoin." if self.ruling.verdict == Verdict.UNFAVOURABLE else ""
        )
        order = f"BC-{at:%Y}-{self.draw.randint(100, 9999)}" if self.quote_lines else ""
        self.development_at = self.development_at or at
        event = self._append(
            "validate",
            by,
            against,
            data={
                "version": version.number,
                "content_sha256": version.content_sha256,
                "whole_sha256": version.whole_sha256,
                "ruling": self.ruled_on_line,
                "verdict": self.ruling.verdict,
                "comment": "",
                "against_advice": against,
                "order_number": order,
            },
        )
        self._keep_row(
            Decision(
                change_request_id=self.pk,
                event_id=event.pk,
                version_id=version.pk,
                ruling_id=self.ruling.pk,
                against_advice=against,
                order_number=order,
                decided_by_id=by.pk,
                decided_at=at,
            )
        )

    def _content(self):
        return {
            "request": {
                "number": self.number,
                "title": self.title,
                "nature": self.nature.value,
                "requester": self.requester.pk,
                "ticket_reference": self.ticket,
                "deadline": self.deadline.isoformat(),
                "description": self.description,
                "documents": [],
            },
            "solution": self.specification.solution,
            "criteria": [criterion.text for criterion in self.criteria],
            "documents": [],
        }

    def _quote(self):
        lines = tuple(
            Line(line.label, line.days, line.unit_price, line.vat_rate) for line in self.quote_lines
        )
        return {"lines": Quote(lines).stored(), "documents": []}

    def _text(self):
        return {
            "title": self.title,
            "nature": self.nature.value,
            "requester_id": self.requester.pk,
            "ticket_reference": self.ticket,
            "deadline": self.deadline,
            "description": self.description,
        }

    def _edited(self, by):
        self.specification.revision += 1
        self.specification.edited_by_id, self.specification.edited_at = by.pk, self.at
