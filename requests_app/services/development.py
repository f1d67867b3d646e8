"""Step 6: split, assign, work, check."""

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import DPO_ROLES, Role
from notifications.dispatch import announce
from requests_app.dependencies import circle
from requests_app.models import TESTER_CHECKS, Assignment, Check, CheckKind, Section, Subtask
from requests_app.progress import Progress, State
from requests_app.services.documents import add_evidence
from workflow import engine
from workflow.errors import Missing, MovedOn, NotYourRole, Reason

# What a form says of it too, beside whatever else it lacks.
FAILS_ALONE = gettext_lazy(
    "One check that failed sends the subtask back, and the next round makes every check again: tick the one that "
    "failed, alone. Those that passed can be saved before it."
)


@transaction.atomic
def add_subtask(file, *, actor, fields, parent=None, key="", **people):
    """Add a subtask, under `parent` (a `Subtask` of the first level) where given. Returns it.

    `fields`: a dict of `title`, `description`, `estimate`, `forecast_start`, `forecast_end`. `people` and what
    it hangs together with: as `_staff` takes them. `key`: the page's own mark, with which the same page adds
    only once.
    """
    locked = engine.hold(file, "split", actor=actor)
    only_once(locked, "split", key)
    progress = Progress(locked)
    if parent is not None:
        must_take_children(progress, parent)
    position = len(progress.nodes) + 1
    subtask = Subtask.objects.create(
        change_request=locked, parent=parent, position=position, place=position, **fields
    )
    engine.record(locked, "split", actor=actor, data={"subtask": _said(subtask), **_keyed(key)})
    _staff(locked, subtask, actor=actor, **people)
    # Not the locked file: it would pass for locked, with a history that stands still, in later transactions.
    subtask.change_request = file
    return subtask


@transaction.atomic
def edit_subtask(subtask, *, actor, fields, edition=None, **people):
    """Change a subtask's words, forecast and people; whoever is taken off it stays barred from its checks.

    `edition` is the node's mark when the page was read, None for whoever did not read first. `people` as
    `_staff` takes them.
    """
    locked, node = _hold(subtask, "split", actor=actor)
    _must_live(locked, node)
    if edition is not None and edition != node.edition:
        raise MovedOn(what=_("This subtask was changed since you opened the page."))
    before = _as_edited(node.subtask, fields)
    for name, value in fields.items():
        setattr(node.subtask, name, value)
    node.subtask.save()
    _staff(locked, node.subtask, actor=actor, **people)
    after = _as_edited(node.subtask, fields)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changed:
        engine.record(
            locked, "edit_subtask", actor=actor, data={"subtask": _said(node.subtask), "changed": changed}
        )
    node.subtask.change_request = subtask.change_request
    return node.subtask


@transaction.atomic
def cancel_subtask(subtask, *, actor, reason):
    """Cancel a subtask with a reason: it neither blocks nor counts any more. Returns the event."""
    locked, node = _hold(subtask, "split", actor=actor)
    _must_live(locked, node)
    _must_say_why(reason)
    was_all_green = Progress(locked).is_all_green
    node.subtask.cancelled_at, node.subtask.cancel_reason = timezone.now(), reason
    node.subtask.save(update_fields=["cancelled_at", "cancel_reason"])
    event = engine.record(
        locked, "cancel_subtask", actor=actor, reason=reason, data={"subtask": _said(node.subtask)}
    )
    tell_when_all_green(locked, was_all_green=was_all_green)
    return event


@transaction.atomic
def block_subtask(subtask, *, actor, reason):
    """Say that work on a subtask waits for something, and for what. Returns the event."""
    locked, node = _hold(subtask, "work", actor=actor)
    _must_be_worked_on(locked, node, actor)
    _must_say_why(reason)
    node.subtask.blocked_at, node.subtask.blocked_reason = timezone.now(), reason
    node.subtask.save(update_fields=["blocked_at", "blocked_reason"])
    return engine.record(
        locked, "block_subtask", actor=actor, reason=reason, data={"subtask": _said(node.subtask)}
    )


@transaction.atomic
def unblock_subtask(subtask, *, actor):
    """Say that work on a blocked subtask can go on. Returns the event."""
    locked, node = _hold(subtask, "work", actor=actor)
    _must_be_workable(locked, node, actor)
    if not node.is_blocked:
        raise _overtaken(locked, node.subtask, "unblock_subtask")
    node.subtask.blocked_at, node.subtask.blocked_reason = None, ""
    node.subtask.save(update_fields=["blocked_at", "blocked_reason"])
    return engine.record(locked, "unblock_subtask", actor=actor, data={"subtask": _said(node.subtask)})


@transaction.atomic
def start_subtask(subtask, *, actor, start_date):
    """Enter the day on which work began (a date, not in the future)."""
    locked, node = _hold(subtask, "work", actor=actor)
    _must_be_worked_on(locked, node, actor)
    if start_date > timezone.localdate():
        raise _missing("start_date", _("Work cannot start in the future: give today or a day before."))
    if start_date == node.subtask.start_date and not node.rounds:
        raise _overtaken(locked, node.subtask, "start_subtask")
    node.subtask.start_date = start_date
    node.subtask.save(update_fields=["start_date"])
    return engine.record(
        locked, "start_subtask", actor=actor, data={"subtask": _said(node.subtask), "start_date": start_date}
    )


@transaction.atomic
def end_subtask(subtask, *, actor, end_date):
    """Enter the day on which work ended: the checks open. Returns the event."""
    locked, node = _hold(subtask, "work", actor=actor)
    _must_be_worked_on(locked, node, actor)
    if node.subtask.start_date is None:
        raise _missing("end_date", _("Enter the start date first."))
    if end_date > timezone.localdate():
        raise _missing("end_date", _("Work cannot end in the future: give today or a day before."))
    if end_date < node.subtask.start_date:
        raise _missing("end_date", _("The end date is not before the start date."))
    node.subtask.end_date = end_date
    node.subtask.save(update_fields=["end_date"])
    node.subtask.rounds.create(number=len(node.rounds) + 1, end_date=end_date, ended_by=actor)
    due = Progress(locked).nodes[subtask.pk].due
    event = engine.record(
        locked,
        "enter_end_date",
        actor=actor,
        data={
            "subtask": _said(node.subtask),
            "end_date": end_date,
            "checks": list(due),
            "gdpr_check_due": CheckKind.GDPR in due,
        },
    )
    announce(event)
    return event


@transaction.atomic
def make_check(subtask, *, actor, kind, is_passed, **said):
    """Make the check `kind` (a `CheckKind`) of an ended subtask; a failed one sends it back. Returns the event.

    Nobody checks a subtask to which they were ever assigned or whose end date they entered; the GDPR
    check is the DPO's, the three others a tester's who did not rule on the request. `said`: a `comment`, which a
    failed one needs; the `build` that was checked; `documents`, uploads that prove it, kept whole or the check is
    not made.
    """
    _check, event = _make_check(subtask, actor=actor, kind=kind, is_passed=is_passed, **said)
    return event


@transaction.atomic
def make_checks(subtask, *, actor, kinds, is_passed, documents=(), **said):
    """Make the checks `kinds` of an ended subtask with one result, each with its own record: all, or none.

    A check that failed sends the subtask back, so it is made alone. `documents` prove all of them; the first holds
    them. The rest as `make_check` takes it. Returns the events.
    """
    kinds = list(dict.fromkeys(kinds))
    if not kinds:
        raise _missing("kind", _("Tick at least one check."))
    if not is_passed and len(kinds) > 1:
        raise _missing("kind", FAILS_ALONE)
    said |= {"actor": actor, "is_passed": is_passed}
    first, event = _make_check(subtask, kind=kinds[0], documents=documents, **said)
    others = [_make_check(subtask, kind=kind, made_with=first, **said) for kind in kinds[1:]]
    return [event, *(event for _check, event in others)]


@transaction.atomic
def pass_gdpr_checks(file, *, actor, subtasks):
    """Pass the GDPR check of several `subtasks` (of the file), each with its own record: all, or none.

    Returns the events.
    """
    engine.hold(file, "checks", actor=actor)
    if not subtasks:
        raise _missing("subtasks", _("Choose at least one subtask."))
    events = []
    for subtask in subtasks:
        try:
            events.append(make_check(subtask, actor=actor, kind=CheckKind.GDPR, is_passed=True))
        except Missing as refusal:
            raise Missing(
                [
                    Reason(
                        reason.code,
                        _("“%(title)s”: %(reason)s") % {"title": subtask.title, "reason": reason},
                        "subtasks",
                    )
                    for reason in refusal.reasons
                ]
            ) from refusal
    return events


@transaction.atomic
def mark_without_personal_data(subtask, *, actor):
    """Say, as DPO, that a subtask touches no personal data: it needs no GDPR check under this ruling."""
    locked, node = _hold(subtask, "checks", actor=actor)
    if not actor.has_role(*DPO_ROLES):
        raise NotYourRole("gdpr")
    _must_live(locked, node)
    if node.is_spared:
        raise _overtaken(locked, node.subtask, "mark_without_personal_data")
    bar = why_barred(node, actor, CheckKind.GDPR)
    if bar:
        raise _missing("independence", bar, field=None)
    was_all_green = Progress(locked).is_all_green
    node.subtask.spared_under = node.ruling
    node.subtask.save(update_fields=["spared_under"])
    event = engine.record(
        locked, "mark_without_personal_data", actor=actor, data={"subtask": _said(node.subtask)}
    )
    tell_when_all_green(locked, was_all_green=was_all_green)
    return event


@transaction.atomic
def reopen_subtask(subtask, *, actor, reason):
    """Send an ended subtask back to its developers, as the lead, with a reason. Returns the event."""
    locked, node = _hold(subtask, "split", actor=actor)
    _must_live(locked, node)
    _must_say_why(reason)
    if node.round is None:
        raise _no_round(node)
    return _send_back(locked, node, actor=actor, reason=reason, data={})


def send_back_refused(locked, *, actor, reasons):
    """Send back the subtasks tied to refused criteria, a parent's children in its place.

    `reasons`: `{criterion's key: the client's words}`. Part of refusing a delivery.
    """
    for node, criteria in Progress(locked).sent_back_by(set(reasons)):
        said = [reasons[criterion.pk] for criterion in criteria]
        _send_back(locked, node, actor=actor, reason="\n".join(said), data={"refused": True})


def why_barred(node, person, kind):
    """Why `person` may not make the check `kind` of this subtask, in words; empty when they may."""
    if person.pk in node.hands:
        return _("You worked on this subtask: somebody else checks it.")
    if kind in TESTER_CHECKS and person.pk in node.progress.rulers:
        return _("You ruled on this request as its DPO: somebody else makes this check.")
    return ""


def barred(node):
    """Everybody who may not make the checks of a subtask, each with why: `[(person, sentence)]`."""
    found = {}
    for row in node.subtask.assignments.all():
        on_it = _("is assigned to it") if row.removed_at is None else _("was assigned to it")
        found[row.person] = on_it if row.removed_at is None else found.get(row.person, on_it)
    for row in node.of_parent:
        found.setdefault(row.person, _("is or was assigned to the subtask that it is a part of"))
    for round in node.rounds:
        found.setdefault(round.ended_by, _("entered an end date"))
    if any(kind in TESTER_CHECKS for kind in node.required):
        for ruling in node.progress.given:
            found.setdefault(ruling.ruled_by, _("ruled on the request, and makes the GDPR check alone"))
    return list(found.items())


def _make_check(subtask, *, actor, kind, is_passed, comment="", build="", documents=(), made_with=None):
    """Make one check, saved in one form with `made_with` where that is given. Returns it and its event."""
    locked, node = _hold(subtask, "checks", actor=actor)
    _must_live(locked, node)
    kind = CheckKind(kind)
    if not actor.has_role(*roles_for(kind)):
        raise NotYourRole(kind)
    _must_be_due(node, kind)
    bar = why_barred(node, actor, kind)
    if bar:
        raise _missing("independence", bar, field=None)
    if not is_passed and not comment.strip():
        raise _missing("comment", _("Say why the check failed."))
    check = Check.objects.create(
        round=node.round,
        kind=kind,
        is_passed=is_passed,
        comment=comment,
        build=build,
        made_with=made_with,
        ruling=node.ruling if kind is CheckKind.GDPR else None,
        made_by=actor,
    )
    add_evidence(locked, actor=actor, section=Section.EVIDENCE, uploads=documents, evidence_for=check)
    event = engine.record(
        locked,
        "pass_check" if is_passed else "fail_check",
        actor=actor,
        reason=comment,
        data={"subtask": _said(node.subtask), "check": kind, "round": node.round.number},
    )
    if not is_passed:
        return check, _send_back(locked, node, actor=actor, reason=comment, data={"check": kind})
    tell_when_all_green(locked)
    return check, event


def _hold(subtask, part, *, actor):
    """The locked file, and the subtask's fresh node in it."""
    locked = engine.hold(subtask.change_request, part, actor=actor)
    return locked, Progress(locked).nodes[subtask.pk]


def _must_live(locked, node):
    if node.is_cancelled:
        gone = node.subtask if node.subtask.cancelled_at else node.subtask.parent
        refusal = _overtaken(locked, gone, "cancel_subtask")
        refusal.what = _("This subtask is cancelled.")
        raise refusal


def _must_say_why(reason):
    if not reason.strip():
        raise _missing("reason", _("Give a reason."))


def must_take_children(progress, parent):
    """Refuse to put subtasks under `parent` (a `Subtask`) where it cannot be split."""
    node = progress.nodes.get(parent.pk)
    if node is None:
        raise _missing("parent", _("Choose a subtask of this request."))
    if parent.parent_id is not None:
        raise _missing("parent", _("A subtask is split only once."))
    if node.is_cancelled:
        raise _missing("parent", _("“%(title)s” is cancelled.") % {"title": parent.title})
    if not node.may_be_split:
        raise _missing(
            "parent", _("“%(title)s” was started: it can no longer be split.") % {"title": parent.title}
        )


def _must_be_worked_on(locked, node, actor):
    _must_be_workable(locked, node, actor)
    if node.is_blocked:
        raise _missing(
            "blocked",
            _("This subtask is blocked: “%(reason)s”. Unblock it first.")
            % {"reason": node.subtask.blocked_reason},
            field=None,
        )


def _must_be_workable(locked, node, actor):
    _must_live(locked, node)
    if node.children:
        raise _missing("children", _("The work is on its own subtasks."), field=None)
    if not actor.has_role(Role.LEAD) and actor.pk not in {person.pk for person in node.developers}:
        raise NotYourRole("work")
    if node.state in (State.CHECKS, State.GREEN):
        raise MovedOn(
            by=node.round.ended_by,
            at=node.round.opened_at,
            what=_("This subtask is ended; its checks are under way or made."),
        )


def _must_be_due(node, kind):
    """Refuse a check that is already made, not yet open, or not needed."""
    if kind in node.due:
        return
    if node.round is None:
        raise _no_round(node)
    made = node.passed.get(kind)
    if made is None:
        raise _missing("kind", _("This subtask does not need this check."))
    raise MovedOn(
        by=made.made_by,
        at=made.made_at,
        what=_("“%(check)s”: this check is made.") % {"check": capfirst(kind.label)},
    )


def _no_round(node):
    """The refusal of whoever wants to check, or send back, a subtask whose checks are not open."""
    if node.children:
        return _missing("children", _("The checks are on its own subtasks."), field=None)
    if not node.rounds:
        return _missing(
            "not_ended", _("This subtask is not ended: its checks open with its end date."), field=None
        )
    last = node.rounds[-1]
    return MovedOn(
        by=last.sent_back_by,
        at=last.sent_back_at,
        what=_("This subtask was sent back to its developers."),
    )


def _overtaken(locked, subtask, name):
    """The refusal that tells who did `name` to the subtask, and when."""
    done = (
        locked.events.filter(name=name, data__subtask__id=subtask.pk)
        .select_related("actor")
        .order_by("sequence")
        .last()
    )
    return MovedOn(by=done.actor, at=done.at) if done else MovedOn()


def roles_for(kind):
    """Whose a kind of check is: the DPO's or a tester's (a tuple of `Role`)."""
    return DPO_ROLES if kind == CheckKind.GDPR else (Role.TESTER,)


def only_once(locked, name, key):
    """Refuse the act `name` when the page marked `key` has made it already: the second of a double click."""
    done = key and locked.events.filter(name=name, data__key=key).select_related("actor").first()
    if done:
        raise MovedOn(by=done.actor, at=done.at)


def _keyed(key):
    return {"key": key} if key else {}


def _staff(
    locked, subtask, *, actor, developers=(), accountable=None, testers=(), criteria=(), depends_on=()
):
    """Set the people and criteria of a subtask and what it waits for, and tell those newly assigned.

    `accountable` is assigned whether `developers` has them or not; without one, whoever was, or the first.
    """
    progress = Progress(locked)
    developers = list(dict.fromkeys([*developers, *([accountable] if accountable else [])]))
    if any(criterion.specification.change_request_id != locked.pk for criterion in criteria):
        raise _missing("criteria", _("Choose criteria of this request."))
    must_be_able(progress, developers=developers, testers=testers)
    _depend(progress, subtask, depends_on)
    subtask.testers.set(testers)
    subtask.criteria.set(criteria)
    now = timezone.now()
    current = {row.person_id: row for row in subtask.assignments.current()}
    wanted = [person.pk for person in developers]
    answering = accountable.pk if accountable else _still_accountable(current, wanted)
    off = subtask.assignments.current()
    off.exclude(person__in=wanted).update(removed_at=now)
    off.exclude(person=answering).update(is_accountable=False)
    off.filter(person=answering).update(is_accountable=True)
    new = sorted(set(wanted) - set(current))
    Assignment.objects.bulk_create(
        Assignment(
            subtask=subtask,
            person_id=person,
            assigned_by=actor,
            assigned_at=now,
            is_accountable=person == answering,
        )
        for person in new
    )
    if new:
        announce(
            engine.record(
                locked, "assign_subtask", actor=actor, data={"subtask": _said(subtask), "developers": new}
            )
        )


def must_be_able(progress, *, developers, testers):
    """Refuse people who cannot develop or test the file of `progress`: not active, of another role, or its DPO."""
    for person in developers:
        if not person.has_role(Role.DEVELOPER):
            raise _missing("developers", _("%(name)s is not an active developer.") % {"name": person})
    for person in testers:
        if not person.has_role(Role.TESTER):
            raise _missing("testers", _("%(name)s is not an active tester.") % {"name": person})
    for field, people in (("developers", developers), ("testers", testers)):
        for person in people:
            if person.pk in progress.rulers:
                raise _missing(
                    field,
                    _("%(name)s ruled on this request and keeps out of its work and tests.")
                    % {"name": person},
                )


def _still_accountable(current, wanted):
    """The key of whoever of `wanted` answered for the subtask until now, or else of the first."""
    kept = (key for key in wanted if key in current and current[key].is_accountable)
    return next(kept, wanted[0] if wanted else None)


def _depend(progress, subtask, depends_on):
    """Set what a subtask waits for, unless nobody could then get out of a circle; nobody waits for what is cancelled."""
    nodes = progress.nodes
    if any(one.pk not in nodes for one in depends_on):
        raise _missing("depends_on", _("Choose subtasks of this request."))
    live = {key: node.subtask for key, node in nodes.items() if not node.is_cancelled}
    waits = {key: [one.pk for one in live[key].depends_on.all()] for key in live}
    waits[subtask.pk] = [one.pk for one in depends_on]
    waits = {key: [one for one in waited if one in live] for key, waited in waits.items()}
    found = circle({key: one.parent_id for key, one in live.items()}, waits)
    if found:
        titles = [_("“%(title)s”") % {"title": nodes[key].subtask.title} for key in (*found, found[0])]
        raise _missing(
            "depends_on", _("They would wait for one another: %(titles)s.") % {"titles": " → ".join(titles)}
        )
    subtask.depends_on.set(depends_on)


def _as_edited(subtask, fields):
    """What an edit of `fields` may change of a subtask, as the history keeps it."""
    current = dict(subtask.assignments.current().order_by("person").values_list("person", "is_accountable"))
    return {
        **{name: getattr(subtask, name) for name in fields},
        "accountable": [person for person, is_accountable in current.items() if is_accountable],
        "developers": list(current),
        "depends_on": list(subtask.depends_on.order_by("pk").values_list("title", flat=True)),
        "testers": sorted(subtask.testers.values_list("pk", flat=True)),
        "criteria": list(subtask.criteria.values_list("text", flat=True)),
    }


def _send_back(locked, node, *, actor, reason, data):
    """Close the round as failed and clear the end date; the round stays readable."""
    round = node.round
    round.sent_back_at, round.sent_back_by, round.sent_back_reason = timezone.now(), actor, reason
    round.save(update_fields=["sent_back_at", "sent_back_by", "sent_back_reason"])
    node.subtask.end_date = None
    node.subtask.save(update_fields=["end_date"])
    event = engine.record(
        locked, "send_back_subtask", actor=actor, reason=reason, data={"subtask": _said(node.subtask), **data}
    )
    announce(event)
    return event


def tell_when_all_green(locked, *, was_all_green=False):
    """Tell that all subtasks are green, when they are and were not before this act."""
    if not was_all_green and Progress(locked).is_all_green:
        announce(engine.record(locked, "all_green", actor=None))


def _said(subtask):
    """How the history names a subtask."""
    return {"id": subtask.pk, "title": subtask.title}


def _missing(code, message, field=""):
    return Missing([Reason(code, message, code if field == "" else field)])
