"""The life of a register's entries: drawn up at delivery, in force by acceptance or by the client's adoption.

Each is called in the transaction of the act that it follows, with the file locked: entries are locked after files,
in the order of their keys.
"""

import itertools

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.analysis import answer
from privacy.models import RegisterEntry, RegisterVersion, VersionState
from privacy.registers import RegisterKind, content_of
from privacy.verdicts import Conformity
from ui.folding import folded
from workflow import engine
from workflow.errors import Missing, MovedOn, NotYourRole, Reason

# The origin of the conditions that measures to build make (`privacy.analysis.entailed_conditions`).
MEASURE = "measure:"
LONGEST_NAME = RegisterEntry._meta.get_field("name").max_length


def draw_up(file, ruling, *, at):
    """Make or update the two drafts that `ruling`, in force on `file`, calls for; those no longer called for are archived.

    `at` is the moment of the delivery. Returns the drafts, none where the ruling needs no fourth check.
    """
    drafts = []
    if ruling.outcome.calls_for_check:
        drafts = [_draft(file, ruling, _entry(file, ruling, kind), at) for kind in RegisterKind]
    _drafts_of(file).exclude(pk__in=[draft.pk for draft in drafts]).update(
        state=VersionState.ARCHIVED, ended_at=at
    )
    return drafts


def to_adopt(file):
    """The name of the client's entry of which the acceptance of `file` makes a version to adopt; "" when none."""
    drafts = _drafts_of(file).filter(entry__kind=RegisterKind.CONTROLLER)
    return drafts.values_list("entry__name", flat=True).first() or ""


def accepted(file, *, at):
    """Put the client's draft to its adoption and the vendor's in force, at the acceptance of `file`; returns the versions."""
    drafts = list(_drafts_of(file).select_related("ruling").order_by("entry"))
    for draft in drafts:
        draft.entry = _locked(draft.entry_id)
        is_controllers = draft.entry.kind == RegisterKind.CONTROLLER
        # Another request may have changed the entry since the delivery.
        draft.content = _content(draft.entry, draft.ruling)
        draft.number = _number_once_accepted(draft)
        _replace(draft.entry, VersionState.AWAITED if is_controllers else VersionState.IN_FORCE, at)
        if is_controllers:
            draft.state = VersionState.AWAITED
        else:
            draft.state, draft.in_force_at = VersionState.IN_FORCE, at
        draft.save()
    return drafts


def withdraw(file):
    """Archive the drafts of a `file` that ends without an acceptance; returns how many."""
    return _drafts_of(file).update(state=VersionState.ARCHIVED, ended_at=timezone.now())


@transaction.atomic
def adopt(version, *, actor):
    """Put a version in force that waits for the client's adoption; it replaces the one in force. Returns the event.

    Raises `MovedOn` when it does not wait any more, `NotYourRole` unless `actor` adopts for this client.
    """
    file, entry, version = _held(version)
    if version.state != VersionState.AWAITED:
        raise MovedOn(
            by=version.adopted_by, at=version.in_force_at, what=_("This version does not wait for adoption.")
        )
    if not entry.is_kept_by(actor):
        raise NotYourRole("adopt")
    event = engine.record(file, "adopt_register_entry", actor=actor, data=_told(entry, version))
    _replace(entry, VersionState.IN_FORCE, event.at)
    version.state, version.in_force_at, version.adopted_by = VersionState.IN_FORCE, event.at, actor
    version.save(update_fields=["state", "in_force_at", "adopted_by"])
    return event


@transaction.atomic
def archive(version, *, actor, reason):
    """Archive the version in force of an entry whose processing has ended. Returns the event.

    Raises `MovedOn` when it is not in force any more, `NotYourRole` unless `actor` keeps this register, `Missing`
    without a reason.
    """
    file, entry, version = _held(version)
    if version.state != VersionState.IN_FORCE:
        raise MovedOn(what=_("This version is not in force."))
    if not entry.is_kept_by(actor):
        raise NotYourRole("archive")
    if not reason.strip():
        raise Missing([Reason("reason", _("Give a reason."), "reason")])
    event = engine.record(
        file, "archive_register_entry", actor=actor, reason=reason, data=_told(entry, version)
    )
    version.state, version.ended_at = VersionState.ARCHIVED, event.at
    version.save(update_fields=["state", "ended_at"])
    return event


def _held(version):
    """The file, the entry and the version as they are now, the first two locked."""
    file = engine.lock(version.change_request)
    entry = _locked(version.entry_id)
    return file, entry, RegisterVersion.objects.select_related("adopted_by").get(pk=version.pk)


def _told(entry, version):
    return {"entry": entry.name, "number": version.number}


def _drafts_of(file):
    return RegisterVersion.objects.filter(change_request=file, state=VersionState.DRAFT)


def _locked(pk):
    return RegisterEntry.objects.select_for_update().get(pk=pk)


def _entry(file, ruling, kind):
    """The entry in the register of `kind` that `ruling` on `file` names, else one of the file's own; made where needed; locked."""
    for name in _names(file, ruling):
        entry, is_new = RegisterEntry.objects.get_or_create(
            organisation_id=file.organisation_id, kind=kind, name_key=folded(name), defaults={"name": name}
        )
        if is_new or _may_be(ruling, set(entry.versions.values_list("change_request", flat=True))):
            return _locked(entry.pk)


def _names(file, ruling):
    """The name that `ruling` gives the entry; where it gives none the file's title, then with its number, then counted on."""
    yield (answer(ruling.analysis, "scope", "entry") or file.title)[:LONGEST_NAME]
    for count in itertools.count(1):
        end = f" ({file.number})" if count == 1 else f" ({file.number}-{count})"
        yield file.title[: LONGEST_NAME - len(end)] + end


def _may_be(ruling, makers):
    """Whether `ruling` speaks of an entry of which the files `makers` made versions: it names it, or it is its file's own."""
    return bool(answer(ruling.analysis, "scope", "entry")) or makers <= {ruling.change_request_id}


def entry_to_be(file, ruling):
    """What the delivery will make of `ruling` in the client's register as it stands: an entry's name and a version's number.

    The number is 1 for an entry to be made.
    """
    for name in _names(file, ruling):
        versions = list(
            RegisterVersion.objects.named(file.organisation_id, name)
            .select_related("entry")
            .only("number", "state", "change_request_id", "entry__name")
            .order_by("-number")
        )
        if not versions:
            return name, 1
        if _may_be(ruling, {made.change_request_id for made in versions}):
            own = [made for made in versions if made.change_request_id == file.pk]
            drafts = [made.number for made in own if made.state == VersionState.DRAFT]
            return versions[0].entry.name, next(iter(drafts), versions[0].number + 1)


def _draft(file, ruling, entry, at):
    draft = _drafts_of(file).filter(entry=entry).first() or RegisterVersion(
        entry=entry, change_request=file, number=_next_number(entry)
    )
    draft.ruling, draft.content_sha256 = ruling, ruling.version.content_sha256
    draft.content, draft.drawn_up_at = _content(entry, ruling), at
    draft.save()
    return draft


def _content(entry, ruling):
    """What `ruling` makes of what the entry says now: the version put to the client's adoption, or else the one in force."""
    before = entry.versions.standing().values_list("content", flat=True).first()
    findings = ruling.findings.current().filter(condition__origin__startswith=MEASURE)
    found = {
        origin.removeprefix(MEASURE): Conformity(conformity)
        for origin, conformity in findings.values_list("condition__origin", "conformity")
    }
    return content_of(
        entry.kind, ruling.analysis, before=before or {}, found=found, started=ruling.started_parts
    )


def _next_number(entry):
    return (entry.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def _number_once_accepted(draft):
    """Its number, or the next one where another request was faster: versions hold in the order of their numbers."""
    settled = draft.entry.versions.exclude(state=VersionState.DRAFT)
    is_overtaken = settled.filter(number__gt=draft.number).exists()
    return _next_number(draft.entry) if is_overtaken else draft.number


def _replace(entry, state, at):
    """End the version of `entry` that is in `state`, if any: another takes its place."""
    entry.versions.filter(state=state).update(state=VersionState.REPLACED, ended_at=at)
