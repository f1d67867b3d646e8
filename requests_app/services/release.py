"""Deliveries of several requests at once, each moved by the one engine: all of them, or none."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role
from requests_app.models import ChangeRequest, Environment, Release, ReleaseItem
from requests_app.services.delivery import deliver, deliver_to_qualification
from requests_app.services.naming import must_name_no_other_client
from workflow.errors import Missing, MovedOn, NotYourRole, Reason
from workflow.steps import Step


@transaction.atomic
def save_release(release, *, actor, fields, files, own_notes=None, revision=0):
    """Keep what a release is to bring: its `fields` (name, environment, planned_on, notes) and `files`.

    `own_notes`: what the client of a file alone reads, `{file's key: text}`; the notes in `fields` are for all.
    `revision` is the one that its page read. Returns the release. Raises `MovedOn`, `NotYourRole`, `Missing`.
    """
    locked = _lock(release, actor=actor) if release.pk else release
    if locked.revision != revision:
        raise MovedOn(what=_("Somebody changed this delivery since you opened the page."))
    if not actor.has_role(Role.LEAD):
        raise NotYourRole("release")
    own_notes = own_notes or {}
    _must_hold(files, actor)
    _must_name_no_other_client(files, fields, own_notes)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.revision += 1
    if not locked.pk:
        locked.created_by = actor
    locked.save()
    locked.items.exclude(change_request__in=files).delete()
    kept = {item.change_request_id: item for item in locked.items.all()}
    items = [kept.get(file.pk) or ReleaseItem(release=locked, change_request=file) for file in files]
    for item in items:
        item.notes = own_notes.get(item.change_request_id, "")
    ReleaseItem.objects.bulk_update([item for item in items if item.pk], ["notes"])
    ReleaseItem.objects.bulk_create(item for item in items if not item.pk)
    return locked


@transaction.atomic
def deliver_release(release, *, actor):
    """Deliver every request of a release where it goes; when one cannot be, none is, and it says which and why.

    One that was delivered alone or has ended meanwhile is taken out of it, as long as another is left. Returns the release. Raises `MovedOn`, `NotYourRole`, `Missing`.
    """
    locked = _lock(release, actor=actor)
    items = list(locked.items.select_related("change_request").order_by("change_request"))
    if not items:
        raise Missing([Reason("requests", _("A delivery brings at least one request."))])
    gone = [item for item in items if item.is_left_out]
    if len(gone) < len(items):
        items = [item for item in items if not item.is_left_out]
        locked.items.filter(pk__in=[item.pk for item in gone]).delete()
    deliver_one = deliver_to_qualification if locked.environment == Environment.QUALIFICATION else deliver
    reasons = []
    for item in items:
        try:
            event = deliver_one(
                item.change_request,
                actor=actor,
                release=locked.name,
                notes=item.notes,
                shared_notes=locked.notes,
            )
        except Missing as refusal:
            reasons += [_of(item, reason) for reason in refusal.reasons]
        except MovedOn:
            reasons.append(_of(item, _("it is not in development any more.")))
        else:
            item.delivery = event.delivery
            item.save(update_fields=["delivery"])
    if reasons:
        raise Missing(reasons)
    locked.delivered_by, locked.delivered_at = actor, timezone.now()
    locked.save(update_fields=["delivered_by", "delivered_at"])
    return locked


@transaction.atomic
def drop_release(release, *, actor):
    """Forget a release that was not delivered; its requests stay as they are. Returns how many rows went."""
    return _lock(release, actor=actor).delete()[0]


def deliverable(user):
    """The files that `user` may put into a release: those under development."""
    return ChangeRequest.objects.visible_to(user).filter(step=Step.DEVELOPMENT)


def _lock(release, *, actor):
    if not actor.has_role(Role.LEAD):
        raise NotYourRole("release")
    locked = (
        Release.objects.select_for_update(of=("self",))
        .select_related("delivered_by")
        .filter(pk=release.pk)
        .first()
    )
    if locked is None:
        raise MovedOn(what=_("This delivery was given up meanwhile."))
    if locked.delivered_at:
        raise MovedOn(by=locked.delivered_by, at=locked.delivered_at)
    return locked


def _must_hold(files, actor):
    if not files:
        raise Missing([Reason("requests", _("Choose at least one request."), "requests")])
    known = set(deliverable(actor).filter(pk__in=[file.pk for file in files]).values_list("pk", flat=True))
    gone = [file.number for file in files if file.pk not in known]
    if gone:
        raise Missing(
            [
                Reason(
                    "requests",
                    _("Not in development any more: %(numbers)s.") % {"numbers": ", ".join(gone)},
                    "requests",
                )
            ]
        )


def _must_name_no_other_client(files, fields, own):
    """What all read names no client, unless there is but one; what is on one request, no other than its own."""
    clients = {file.organisation for file in files}
    texts = [(field, fields[field], clients) for field in ("name", "notes")]
    texts += [(f"notes_{file.pk}", own.get(file.pk, ""), {file.organisation}) for file in files]
    must_name_no_other_client(texts)


def _of(item, reason):
    return Reason(
        "request", _("%(number)s: %(reason)s") % {"number": item.change_request.number, "reason": reason}
    )
