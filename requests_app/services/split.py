"""Step 6: a whole split at once, its order, and the templates that it may come from."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role
from notifications.dispatch import announce
from requests_app import pasted
from requests_app.models import Assignment, Subtask, SubtaskTemplate
from requests_app.progress import Progress
from requests_app.services.development import must_be_able, only_once
from workflow import engine
from workflow.errors import Missing, MovedOn, NotYourRole, Reason

MOST_SUBTASKS = 500


@transaction.atomic
def add_list(file, *, actor, text, developers=(), testers=(), edition=None, key=""):
    """Add the subtasks of a pasted `text` (`requests_app.pasted`), those without children for these people.

    The first of `developers` is accountable. `edition` is the split's mark when the page was read, None for
    whoever did not read first; `key` the page's own, with which the same page adds only once. Returns the event.
    """
    locked = engine.hold(file, "split", actor=actor)
    only_once(locked, "split_list", key)
    progress = Progress(locked)
    if edition is not None and edition != progress.edition:
        raise Missing(
            [
                Reason(
                    "edition",
                    _(
                        "The split was changed since you opened the page: it is shown below as it is now. "
                        "Add your list all the same if it still fits."
                    ),
                )
            ]
        )
    lines = _lines(text, len(progress.nodes))
    must_be_able(progress, developers=developers, testers=testers)
    created = _create(locked, lines, first=len(progress.nodes) + 1)
    split = {line.parent for line in lines}
    leaves = [subtask for rank, subtask in enumerate(created) if rank not in split]
    _assign(leaves, actor=actor, developers=developers, testers=testers)
    event = engine.record(
        locked,
        "split_list",
        actor=actor,
        data={
            "number": len(created),
            "titles": [subtask.title for subtask in leaves],
            "developers": [person.pk for person in developers],
            **({"key": key} if key else {}),
        },
    )
    announce(event)
    return event


@transaction.atomic
def apply_template(file, *, actor, template):
    """Add the subtasks of a `SubtaskTemplate` to a file that has none yet. Returns the event."""
    locked = engine.hold(file, "split", actor=actor)
    if locked.subtasks.exists():
        raise MovedOn(what=_("The specification is split already."))
    return add_list(locked, actor=actor, text=template.text)


@transaction.atomic
def move_subtask(subtask, *, actor, up):
    """Put a subtask before the one above it, or after the one below, of its own level.

    Returns the event.
    """
    locked = engine.hold(subtask.change_request, "split", actor=actor)
    nodes = Progress(locked).nodes
    siblings = [node.subtask for node in nodes.values() if node.subtask.parent_id == subtask.parent_id]
    rank = siblings.index(subtask)
    other = rank - 1 if up else rank + 1
    if not 0 <= other < len(siblings):
        raise Missing([Reason("place", _("It is the last one of its level on that side."))])
    neighbour = siblings[other]
    siblings.insert(other, siblings.pop(rank))
    for place, one in enumerate(siblings, 1):
        one.place = place
    Subtask.objects.bulk_update(siblings, ["place"])
    return engine.record(
        locked,
        "move_subtask_up" if up else "move_subtask_down",
        actor=actor,
        data={"subtask": {"id": subtask.pk, "title": subtask.title}, "neighbour": neighbour.title},
    )


@transaction.atomic
def save_template(template, *, actor, name, nature, text):
    """Keep a `SubtaskTemplate`, new or not, as `actor`, a lead, wrote it. Returns it."""
    _must_lead(actor)
    _lines(text, 0)
    template.name, template.nature, template.text = name, nature, text
    template.changed_by, template.changed_at = actor, timezone.now()
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as taken:
        raise Missing([Reason("name", _("Another template has this name."), "name")]) from taken
    return template


def delete_template(template, *, actor):
    """Forget a template; what was split with it stays. Returns how many were forgotten."""
    _must_lead(actor)
    return template.delete()[0]


def templates_for(file):
    """The templates of the nature of `file`, and those of every nature."""
    return SubtaskTemplate.objects.filter(nature__in=["", file.nature])


def _must_lead(actor):
    if not actor.has_role(Role.LEAD):
        raise NotYourRole("split")


def _lines(text, existing):
    try:
        lines = pasted.read(text)
    except pasted.Unreadable as refusal:
        raise Missing([Reason("text", message, "text") for message in refusal.messages]) from refusal
    if existing + len(lines) > MOST_SUBTASKS:
        raise Missing(
            [
                Reason(
                    "text",
                    _("A request takes %(most)d subtasks at the most; there is room for %(room)d more.")
                    % {"most": MOST_SUBTASKS, "room": max(MOST_SUBTASKS - existing, 0)},
                    "text",
                )
            ]
        )
    return lines


def _create(locked, lines, *, first):
    created = []
    for position, line in enumerate(lines, first):
        created.append(
            Subtask.objects.create(
                change_request=locked,
                parent=None if line.parent is None else created[line.parent],
                position=position,
                place=position,
                title=line.title,
                estimate=line.estimate,
            )
        )
    return created


def _assign(subtasks, *, actor, developers, testers):
    now = timezone.now()
    Assignment.objects.bulk_create(
        Assignment(
            subtask=subtask,
            person=person,
            assigned_by=actor,
            assigned_at=now,
            is_accountable=rank == 0,
        )
        for subtask in subtasks
        for rank, person in enumerate(developers)
    )
    naming = Subtask.testers.through
    naming.objects.bulk_create(
        naming(subtask_id=subtask.pk, user_id=person.pk) for subtask in subtasks for person in testers
    )
