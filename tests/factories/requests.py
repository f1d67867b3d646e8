"""Files at every step, brought there by the services, as people would."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from accounts.models import Organisation, User
from privacy.verdicts import PersonalData, Verdict
from requests_app.models import TESTER_CHECKS, CheckKind, Nature
from requests_app.progress import Progress
from requests_app.services import (
    decision,
    delivery,
    development,
    gdpr_sheet,
    requests,
    ruling,
    specification,
)
from tests.factories.accounts import OrganisationFactory, UserFactory
from workflow.steps import Step


@dataclass
class Cast:
    """One person for each role of a file, made when first asked for."""

    organisation: Organisation = field(default_factory=OrganisationFactory)

    @cached_property
    def client_admin(self) -> User:
        return UserFactory(client_admin=True, organisation=self.organisation)

    @cached_property
    def client_auditor(self) -> User:
        return UserFactory(client_auditor=True, organisation=self.organisation)

    @cached_property
    def client_dpo(self) -> User:
        return UserFactory(client_dpo=True, organisation=self.organisation)

    @cached_property
    def requester(self) -> User:
        return UserFactory(requester=True, organisation=self.organisation)

    @cached_property
    def support(self) -> User:
        return UserFactory(support=True)

    @cached_property
    def dpo(self) -> User:
        return UserFactory(dpo=True)

    @cached_property
    def deputy_dpo(self) -> User:
        return UserFactory(deputy_dpo=True)

    @cached_property
    def lead(self) -> User:
        return UserFactory(lead=True)

    @cached_property
    def developer(self) -> User:
        return UserFactory(developer=True)

    @cached_property
    def tester(self) -> User:
        return UserFactory(tester=True)

    @cached_property
    def portal_admin(self) -> User:
        return UserFactory(portal_admin=True)

    def person(self, role):
        """The person of a `Role`."""
        return getattr(self, role.value)

    def everybody(self):
        """Make one person of each role."""
        for name in (
            "client_admin", "client_auditor", "client_dpo", "requester", "support", "dpo", "deputy_dpo",
            "lead", "developer", "tester", "portal_admin",
        ):  # fmt: skip
            getattr(self, name)
        return self


def request_fields(cast, **fields):
    """What step 2 asks for, complete."""
    return {
        "title": "Exporter le registre dans un tableur",
        "nature": Nature.NEW,
        "requester": cast.client_admin,
        "ticket_reference": "884213",
        "deadline": timezone.localdate() + timedelta(days=90),
        "description": "Chaque service relit ses traitements une fois par an.",
        **fields,
    }


def quote_lines():
    """A quote of one line: 3 420,00 € before VAT."""
    return [
        {
            "label": "Développement",
            "days": Decimal("6"),
            "unit_price": Decimal("570"),
            "vat_rate": Decimal("20"),
        }
    ]


def opened(cast, **fields):
    """A request at step 2, filled in and unsent."""
    return requests.open_request(
        actor=cast.client_admin, organisation=cast.organisation, fields=request_fields(cast, **fields)
    )


def sent(cast, **fields):
    """A request at step 3."""
    file = opened(cast, **fields)
    requests.send_to_support(file, actor=cast.client_admin)
    return fresh(file)


def specify(
    file, cast, *, solution="Un bouton d’export par service.", criteria=None, quote=None, planned_date=None
):
    """Send a version of the specification; returns the event."""
    if criteria is None:
        criteria = [{"id": row.pk, "text": row.text} for row in file.specification.criteria.all()] or [
            {"text": "L’export contient une ligne par traitement."}
        ]
    return specification.send_specification(
        file,
        actor=cast.support,
        planned_date=planned_date or timezone.localdate() + timedelta(days=60),
        fields={"solution": solution},
        criteria=criteria,
        quote=quote_lines() if quote is None else quote,
    )


def specified(cast, **fields):
    """A file at step 4, with its version 1."""
    file = sent(cast, **fields)
    specify(file, cast)
    return fresh(file)


# Nothing is missing of it, and it makes no condition.
ANALYSIS = {
    "scope": {
        "changes": ["new_category"],
        "entry": "Registre des traitements",
        "purposes": [{"purpose": "Relire ses traitements", "legal_basis": "legal_obligation"}],
    },
    "data": {"categories": [{"category": "contact"}], "subjects": ["contacts"]},
}


def give_ruling(file, cast, verdict=Verdict.FAVOURABLE, *, actor=None, conditions=None, **fields):
    """Rule on the current version; returns the event."""
    none = verdict == Verdict.NO_PERSONAL_DATA
    actor = actor or cast.dpo
    for_whom = None if actor.is_dpo else User.objects.active().filter(is_dpo=True).first()
    return ruling.rule(
        file,
        actor=actor,
        validation_date=timezone.localdate(),
        fields={
            "personal_data": PersonalData.NO if none else PersonalData.YES,
            "analysis": ANALYSIS,
            "verdict": verdict,
            "conclusions": "Les mesures prévues suffisent.",
            "standing_in_for": for_whom,
            **fields,
        },
        conditions=[{"text": "L’accès est journalisé."}]
        if conditions is None and verdict == Verdict.CONDITIONAL
        else conditions,
    )


def ruled(cast, verdict=Verdict.FAVOURABLE, **fields):
    """A file at step 5."""
    file = specified(cast, **fields)
    give_ruling(file, cast, verdict)
    return fresh(file)


def validated(cast, verdict=Verdict.FAVOURABLE, **fields):
    """A file at step 6, not split yet."""
    file = ruled(cast, verdict, **fields)
    decision.validate(
        file,
        actor=cast.client_admin,
        version=file.versions.last().number,
        against_advice="Nous assumons ce choix." if verdict == Verdict.UNFAVOURABLE else "",
    )
    return fresh(file)


def split(file, cast, title="Écrire l’export", **extra):
    """Add a subtask assigned to the developer."""
    return development.add_subtask(
        file, actor=cast.lead, fields={"title": title}, developers=[cast.developer], **extra
    )


def end(subtask, cast):
    """Start and end a subtask today."""
    today = timezone.localdate()
    development.start_subtask(subtask, actor=cast.developer, start_date=today)
    return development.end_subtask(subtask, actor=cast.developer, end_date=today)


def pass_checks(subtask, cast, *, gdpr=True):
    """Make every check of an ended subtask pass."""
    for kind in TESTER_CHECKS:
        development.make_check(subtask, actor=cast.tester, kind=kind, is_passed=True)
    if gdpr:
        development.make_check(subtask, actor=cast.dpo, kind=CheckKind.GDPR, is_passed=True)


def assess(file, cast, conformity="conforming", keys=None, **typed):
    """The DPO finds lines of the sheet so, by default each condition of the ruling; returns the events."""
    if keys is None:
        keys = [line.key for line in Progress(file).sheet if line.condition]
    lines = {key: {"conformity": conformity, **typed} for key in keys}
    return gdpr_sheet.assess(file, actor=cast.dpo, lines=lines)


def green(cast, verdict=Verdict.FAVOURABLE, **fields):
    """A file at step 6 with its only subtask green."""
    file = validated(cast, verdict, **fields)
    subtask = split(file, cast, criteria=file.specification.criteria.all())
    end(subtask, cast)
    pass_checks(subtask, cast, gdpr=verdict.calls_for_check)
    return fresh(file)


def delivered(cast, verdict=Verdict.FAVOURABLE, **fields):
    """A file at step 7."""
    file = green(cast, verdict, **fields)
    delivery.deliver(file, actor=cast.lead, release="4.2.0")
    return fresh(file)


def answers(file, *, accepted=True, words=""):
    """The client's answer to every criterion."""
    return {row.pk: (accepted, words) for row in file.specification.criteria.all()}


def closed(cast, **fields):
    """A file that the client accepted."""
    file = delivered(cast, **fields)
    delivery.accept(file, actor=cast.client_admin, answers=answers(file))
    return fresh(file)


def declined(cast, **fields):
    """A file that support declined."""
    file = sent(cast, **fields)
    requests.decline(file, actor=cast.support, category="out_of_scope", reason="Hors du périmètre.")
    return fresh(file)


def cancelled(cast, **fields):
    """A file that the client cancelled at step 5."""
    file = ruled(cast, **fields)
    requests.cancel(file, actor=cast.client_admin, category="too_late", reason="Trop tard pour nous.")
    return fresh(file)


AT = {
    Step.REQUEST: opened,
    Step.SPECIFICATION: sent,
    Step.RULING: specified,
    Step.DECISION: ruled,
    Step.DEVELOPMENT: green,
    Step.ACCEPTANCE: delivered,
    Step.CLOSED: closed,
    Step.DECLINED: declined,
    Step.CANCELLED: cancelled,
}


def file_at(step, cast=None):
    """A file at `step`, and its cast."""
    cast = cast or Cast()
    return AT[step](cast), cast


def fresh(file):
    """The same file as the database has it, unlocked."""
    return type(file).objects.get(pk=file.pk)
