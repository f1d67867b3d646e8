"""What changed from one version of a specification to another: fields, texts word by word, quote, documents."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from privacy.intake import readable
from requests_app.models import Look, Nature, SpecificationVersion
from ui.formats import day_text, money_text, number_text


@dataclass(frozen=True)
class Change:
    """Something that is not what it was: its name, and what it said before and after."""

    label: str
    before: str
    after: str


def changes(before, after, dates=None):
    """The `Change`s between two `SpecificationVersion`s, in the order of the file; an empty list when none.

    `dates`: the planned dates to compare, in words, where they are not those with which the versions were sent.
    """
    keys = {version.content["request"]["requester"] for version in (before, after)}
    people = User.objects.in_bulk(keys) if len(keys) > 1 else {}
    dates = dates or (day_text(before.planned_date), day_text(after.planned_date))
    said = (
        [*_said(one, people), (_("Planned date"), day)]
        for one, day in zip((before, after), dates, strict=True)
    )
    pairs = zip(*said, strict=True)
    return [Change(label, old, new) for (label, old), (_label, new) in pairs if old != new]


def _said(version, people):
    """Everything that a version says: pairs of a name and a text. `people`: the requesters, where they differ."""
    content, request = version.content, version.content["request"]
    yield _("Title"), request["title"]
    yield _("Nature"), str(Nature(request["nature"]).label)
    yield _("Requester"), str(people.get(request["requester"], ""))
    yield _("Helpdesk ticket"), request["ticket_reference"]
    yield _("Wished deadline"), _day(request["deadline"])
    yield _("Description"), request["description"]
    yield _("Personal data"), "\n".join(" ".join(pair) for pair in readable(request.get("intake", {})))
    yield _("Request documents"), _documents(request["documents"])
    yield _("Solution"), content["solution"]
    yield _("Acceptance criteria"), "\n".join(content["criteria"])
    yield _("Specification documents"), _documents(content["documents"])
    yield _("Quote"), _quote(version)
    yield _("Quote documents"), _documents(version.quote["documents"])


def _day(iso):
    return day_text(date.fromisoformat(iso)) if iso else ""


def _documents(documents):
    """Their names with the beginning of their SHA-256: the same name with another content is a change."""
    return "\n".join(f"{one['name']} ({one['sha256'][:8]})" for one in documents)


def _quote(version):
    offer = version.offer
    lines = [
        _("%(label)s: %(days)s days at %(price)s, VAT %(rate)s%%")
        % {
            "label": line.label,
            "days": number_text(line.days, 2),
            "price": money_text(line.unit_price),
            "rate": number_text(line.vat_rate, 1),
        }
        for line in offer.lines
    ]
    return "\n".join([*lines, _("Total, VAT included: %(total)s") % {"total": money_text(offer.total)}])


# Since when: each side compares with the version that it last decided on, or that its reader read before this one.

ANSWERS_OF_DPO = ("rule", "return_to_support")
ANSWERS_OF_CLIENT = ("validate", "sign", "request_change")
PLANNING = ("send_to_dpo", "send_to_client", "change_planned_date")


@dataclass(frozen=True)
class Seen:
    """A version as it was last seen, and when: its planned date may have changed since."""

    version: SpecificationVersion
    at: datetime


def last_seen(file, version, events, answers, *, person=None, draft=None):
    """What is compared with `version`: the one before it that a side last answered on or `person` read; or None.

    `version`: the last one, or None, `seen_by` that person. `events`: the file's history; `answers`: the names of the
    side's own in it. `draft`: a `Ruling` that was begun, or None. Where there is none before, it is `version` as it was
    first read.
    """
    if version is None:
        return None
    answered = [event.at for event in events if event.name in answers]
    earlier = [at for at in answered if at < version.sent_at]
    seen = Q(looked_at__isnull=False) | Q(pk=draft and draft.version_id)
    if earlier:
        seen |= Q(sent_at__lte=earlier[-1])
    before = None
    if version.number > 1:
        before = file.versions.seen_by(person).filter(seen).exclude(pk=version.pk).last()
    if before:
        moments = [*earlier[-1:], before.looked_at, draft and draft.edited_at]
        return Seen(before, max(at for at in moments if at and at >= before.sent_at))
    at = version.looked_at or next((at for at in answered if at >= version.sent_at), None)
    return Seen(version, at) if at else None


def changes_since(seen, version, events):
    """The changes that `version` brings to what was `seen` (or None), its planned date included; None for nothing to compare.

    `events`: the file's history, which knows the planned date of each moment.
    """
    if seen is None:
        return None
    dates = _planned_date(events, seen.at), _planned_date(events)
    if seen.version.pk == version.pk and dates[0] == dates[1]:
        return None
    return changes(seen.version, version, dates)


def _planned_date(events, at=None):
    """The date planned by `events` up to the moment `at` (None for now), as a day in words; "" for none."""
    planned = [event.data for event in events if event.name in PLANNING and (at is None or event.at <= at)]
    return _day(planned[-1].get("planned_date")) if planned else ""


def look(version, person):
    """Keep that `person` read `version` (`seen_by` them), the first time."""
    if version.looked_at is None:
        Look.objects.bulk_create([Look(version=version, person=person)], ignore_conflicts=True)
