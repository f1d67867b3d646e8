"""The one door: every transition, every edit of a part and every line of the history pass here."""

from django.db import transaction
from django.utils import timezone
from django_fsm import can_proceed, has_transition_perm

from workflow.errors import Missing, MovedOn, NotYourRole
from workflow.history import head_of, seal_of
from workflow.machine import PARTS, transition_names
from workflow.models import Event


def lock(instance):
    """The same file, fresh and locked until the transaction ends. Must run inside one."""
    files = type(instance).objects.select_for_update(of=("self",))
    # The organisation says who decides, and every message names it.
    locked = files.select_related("organisation").get(pk=instance.pk)
    locked.is_locked = True
    return locked


def hold(instance, part, *, actor):
    """Lock the file for an edit of `part` (a key of `machine.PARTS`) by `actor`; returns the locked file.

    Raises `MovedOn` when the part is not open at this step, `NotYourRole` when it is somebody else's.
    """
    locked = instance if getattr(instance, "is_locked", False) else lock(instance)
    return require(locked, part, actor=actor)


def may_edit(instance, part, actor):
    """Whether `part` is open to `actor` now: what a page shows as theirs to fill in."""
    return instance.step in PARTS[part].steps and PARTS[part].who(instance, actor)


def offered(instance, actor):
    """The names of the moves that the step and the roles allow `actor` now, in the machine's order."""
    return [
        name for name in transition_names() if _is_this_step(instance, name) and _may(instance, name, actor)
    ]


def require(instance, name, *, actor):
    """Raise unless the step and the roles allow `actor` the part or the move `name` now; returns `instance`.

    The step comes first: a lost race is not a missing right. Raises `MovedOn`, `NotYourRole`.
    """
    part = PARTS.get(name)
    if not (instance.step in part.steps if part else _is_this_step(instance, name)):
        raise moved_on(instance)
    if not (part.who(instance, actor) if part else _may(instance, name, actor)):
        raise NotYourRole(name)
    return instance


def check(instance, name, *, actor, data=None):
    """Raise unless `actor` may make the move `name` now; calling a transition would check none of it.

    Raises `MovedOn`, `NotYourRole`, `Missing`.
    """
    require(instance, name, actor=actor)
    reasons = instance.missing(name, actor=actor, data=data or {})
    if reasons:
        raise Missing(reasons)


@transaction.atomic
def run(instance, name, *, actor, reason="", data=None):
    """Lock, check the step, the right and the guards, move, save, append to the history.

    `instance` is a saved file, or an unsaved one for `create`; `data` (JSON-able dict) is what the move
    brings, kept in the history. Returns the `Event`. Raises `MovedOn`, `NotYourRole`, `Missing`.
    """
    is_new = instance._state.adding
    locked = instance if is_new or getattr(instance, "is_locked", False) else lock(instance)
    check(locked, name, actor=actor, data={**(data or {}), "reason": reason})
    from_step = locked.step
    getattr(locked, name)()
    locked.step_since = timezone.now()
    if is_new:
        locked.save(force_insert=True)
    return _append(
        locked, name, actor=actor, reason=reason, data=data, from_step=from_step, to_step=locked.step
    )


def record(locked, name, *, actor, reason="", data=None):
    """Append an act that moves nothing to the history of a file that `hold` or `lock` returned."""
    if not getattr(locked, "is_locked", False):
        raise ValueError("record() needs a locked file")
    return _append(locked, name, actor=actor, reason=reason, data=data)


def moved_on(instance):
    """The error that tells who last moved the file, and when."""
    last = Event.objects.moves().filter(change_request=instance.pk).select_related("actor").last()
    return MovedOn(by=last.actor, at=last.at) if last else MovedOn()


def _append(locked, name, *, actor, reason, data, from_step="", to_step=""):
    event = Event(
        change_request=locked,
        sequence=locked.history_length + 1,
        name=name,
        actor=actor,
        at=timezone.now(),
        from_step=from_step,
        to_step=to_step,
        reason=reason,
        data=data or {},
    )
    event.seal = seal_of(event, locked.history_seal)
    event.save()
    locked.history_length, locked.history_seal = event.sequence, head_of(event.seal)
    locked.save()
    return event


def _is_this_step(instance, name):
    return can_proceed(getattr(instance, name), check_conditions=False)


def _may(instance, name, actor):
    return has_transition_perm(getattr(instance, name), actor)
