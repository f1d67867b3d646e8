"""What changed from one version of a specification to another: fields, texts word by word, quote, documents."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from privacy.intake import readable
from requests_app.models import Nature
from ui.formats import day_text, money_text, number_text


@dataclass(frozen=True)
class Change:
    """Something that is not what it was: its name, and what it said before and after."""

    label: str
    before: str
    after: str


def changes(before, after):
    """The `Change`s between two `SpecificationVersion`s, in the order of the file; an empty list when none."""
    keys = {version.content["request"]["requester"] for version in (before, after)}
    people = User.objects.in_bulk(keys) if len(keys) > 1 else {}
    pairs = zip(_said(before, people), _said(after, people), strict=True)
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
    yield _("Planned date"), day_text(version.planned_date)


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


# Since when: each side compares with the version that it last decided on.


def last_examined(file, version, events, draft):
    """The latest version before `version` that the DPO ruled on, returned to support, or began the `draft` on; or None.

    `events`: the file's history; `draft`: a `Ruling` or None.
    """
    examined = Q(rulings__ruled_at__isnull=False)
    returned = next((event for event in reversed(events) if event.name == "return_to_support"), None)
    if returned:
        examined |= Q(sent_at__lte=returned.at)
    if draft:
        examined |= Q(pk=draft.version_id)
    return file.versions.filter(examined).exclude(pk=version.pk).last()


def last_answered(file, events):
    """The version that the client last validated or wanted changed, by the file's `events`; None when there is none."""
    answer = next((event for event in reversed(events) if event.name in ("validate", "request_change")), None)
    return answer and file.versions.filter(sent_at__lte=answer.at).last()


def changes_since(before, version):
    """The changes that `version` brings to `before`, either of which may be None; None when there is nothing to compare."""
    if before is None or version is None or before.pk == version.pk:
        return None
    return changes(before, version)
