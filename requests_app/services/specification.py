"""Step 3: the solution, its criteria and quote; sending makes a numbered version."""

from django.db import transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from notifications.dispatch import announce
from privacy.passages import taken_out
from requests_app.guards import who_can_rule
from requests_app.models import AcceptanceCriterion, QuoteLine, Section, SpecificationVersion
from requests_app.services.documents import publish
from requests_app.services.proofs import owe
from requests_app.services.ruling import NOBODY
from requests_app.versions import content_of, quote_of, sha256
from workflow import engine
from workflow.errors import Missing, Reason


class Sending:
    """Sending the specification of `file` as it is saved now: what the service does, and a page says beforehand."""

    def __init__(self, file):
        self.file = file
        self.ruling = file.rulings.in_force().select_related("version").first()

    @cached_property
    def content(self):
        """What the ruling holds for."""
        return content_of(self.file)

    @cached_property
    def quote(self):
        """What the client decides on beside the content."""
        return quote_of(self.file)

    @cached_property
    def content_sha256(self):
        return sha256(self.content)

    @cached_property
    def whole_sha256(self):
        return sha256(self.content, self.quote)

    @property
    def ruling_falls(self):
        """Whether the ruling in force is on another content."""
        return self.ruling is not None and self.ruling.version.content_sha256 != self.content_sha256

    @property
    def name(self):
        """The move: `send_to_client` while a ruling holds for this content and may be validated, else `send_to_dpo`."""
        holds = self.ruling is not None and not self.ruling_falls
        return "send_to_client" if holds and self.ruling.outcome.may_be_validated else "send_to_dpo"


@transaction.atomic
def save_specification(file, *, actor, fields, criteria=None, quote=None, revision=None):
    """Save the working copy; it stays the vendor's alone.

    `fields`: a dict with `solution` and `tentative_date`. `criteria`: None to leave them, or the list of
    `{"id": key or None, "text": sentence}` in order. `quote`: None to leave it, or the list of
    `{"label", "days", "unit_price", "vat_rate"}` (decimals, euros, per cent) in order.
    Returns the `Specification`.
    """
    locked = engine.hold(file, "specification", actor=actor)
    specification = locked.specification
    specification.edit(fields, actor=actor, at=timezone.now(), revision=revision)
    specification.writers.add(actor)
    if criteria is not None:
        _replace_criteria(specification, criteria)
    if quote is not None:
        specification.quote_lines.all().delete()
        QuoteLine.objects.bulk_create(
            QuoteLine(specification=specification, position=position, **line)
            for position, line in enumerate(quote, 1)
        )
    return specification


@transaction.atomic
def send_specification(file, *, actor, planned_date, fields=None, criteria=None, quote=None, revision=None):
    """Make version n and send it: to the DPO, or straight to the client when the ruling still holds.

    `planned_date` is a date or None; the rest is saved first as in `save_specification`. Returns the event.
    """
    locked = engine.hold(file, "specification", actor=actor)
    if fields is not None:
        save_specification(
            locked, actor=actor, fields=fields, criteria=criteria, quote=quote, revision=revision
        )
    sending = Sending(locked)
    number = locked.versions.count() + 1
    locked.planned_date = planned_date
    event = engine.run(
        locked,
        sending.name,
        actor=actor,
        data={
            "version": number,
            "planned_date": planned_date.isoformat() if planned_date else None,
            "content_sha256": sending.content_sha256,
            "whole_sha256": sending.whole_sha256,
            "fell": ["ruling"] if sending.ruling_falls else [],
        },
    )
    publish(locked, Section.SPECIFICATION, Section.QUOTE)
    SpecificationVersion.objects.create(
        change_request=locked,
        event=event,
        number=number,
        content=sending.content,
        quote=sending.quote,
        content_sha256=sending.content_sha256,
        whole_sha256=sending.whole_sha256,
        passages=taken_out(locked.specification.solution)[1],
        planned_date=planned_date,
        author=actor,
        sent_at=event.at,
    )
    if sending.ruling_falls:
        sending.ruling.fell_at = event.at
        sending.ruling.save(update_fields=["fell_at"])
    announce(event)
    owe(event)
    if event.name == "send_to_dpo" and not who_can_rule(locked).exists():
        announce(engine.record(locked, NOBODY, actor=None))
    return event


@transaction.atomic
def change_planned_date(file, *, actor, planned_date, reason):
    """Change the planned date (a date) after sending, with a reason: it voids nothing and is told."""
    locked = engine.hold(file, "planned_date", actor=actor)
    reasons = list(_missing_for_new_date(locked, planned_date, reason))
    if reasons:
        raise Missing(reasons)
    previous, locked.planned_date = locked.planned_date, planned_date
    event = engine.record(
        locked,
        "change_planned_date",
        actor=actor,
        reason=reason,
        data={"planned_date": planned_date, "previous_planned_date": previous},
    )
    announce(event)
    return event


def _missing_for_new_date(file, planned_date, reason):
    if planned_date < timezone.localdate():
        yield Reason("planned_date", _("The planned date has passed; give one to come."), "planned_date")
    elif planned_date == file.planned_date:
        yield Reason("planned_date", _("This is the planned date already."), "planned_date")
    if not reason.strip():
        yield Reason("reason", _("Give a reason."), "reason")


def _replace_criteria(specification, criteria):
    """Keep the rows that stay, since subtasks are tied to them."""
    kept = {row.pk: row for row in specification.criteria.all()}
    for position, criterion in enumerate(criteria, 1):
        row = kept.pop(criterion.get("id"), None) or AcceptanceCriterion(specification=specification)
        row.position, row.text = position, criterion["text"]
        row.save()
    AcceptanceCriterion.objects.filter(pk__in=kept).delete()
