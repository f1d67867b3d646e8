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
    """Add the subtasks of a pasted `text` (`requests_app.pasted`); those that name nobody are for these people.

    The first of a subtask's developers is accountable; each is told of their own. `edition` is the split's mark when the page was read, None for
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
    must_be_able(progress, developers=developers, testers=testers)
    lines = _lines(text, len(progress.nodes))
    pieces = _taken(pasted.pieces, progress, lines, developers=developers, testers=testers)
    created = _create(locked, pieces, first=len(progress.nodes) + 1)
    event = engine.record(
        locked,
        "split_list",
        actor=actor,
        data={
            "number": len(created),
            "titles": [subtask.title for subtask in created],
            **({"key": key} if key else {}),
        },
    )
    _assign(locked, list(zip(created, pieces, strict=True)), actor=actor)
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
def save_template(template, *, actor, name, nature, text, edition=""):
    """Keep a `SubtaskTemplate`, new or not, as `actor`, a lead, wrote it. Returns it.

    `edition` is the template's mark when its page was read.
    """
    _must_lead(actor)
    _taken(pasted.read_template, text)
    template = _as_read(template, edition) if template.pk else template
    template.name, template.nature, template.text = name, nature, text
    template.changed_by, template.changed_at = actor, timezone.now()
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as taken:
        raise Missing([Reason("name", _("Another template has this name."), "name")]) from taken
    return template


@transaction.atomic
def delete_template(template, *, actor, edition):
    """Forget a template; what was split with it stays. Returns how many were forgotten; `edition` as `save_template`."""
    _must_lead(actor)
    return _as_read(template, edition).delete()[0]


def templates_for(file):
    """The templates of the nature of `file`, and those of every nature."""
    return SubtaskTemplate.objects.filter(nature__in=["", file.nature])


def _as_read(template, edition):
    """The template under a lock, if it is still the one whose page was read."""
    locked = SubtaskTemplate.objects.select_for_update(of=("self",)).filter(pk=template.pk).first()
    if locked is None:
        raise MovedOn(what=_("This template was deleted since you opened the page."))
    if locked.edition != edition:
        raise MovedOn(
            by=locked.changed_by,
            at=locked.changed_at,
            is_save=True,
            what=_("This template was changed since you opened the page."),
        )
    return locked


def _must_lead(actor):
    if not actor.has_role(Role.LEAD):
        raise NotYourRole("split")


def _taken(read, *args, **kwargs):
    """What `read` (of `pasted`) makes of a list, or the refusal that says of each line why it cannot be taken."""
    try:
        return read(*args, **kwargs)
    except pasted.Unreadable as refusal:
        raise Missing([Reason("text", message, "text") for message in refusal.messages]) from refusal


def _lines(text, existing):
    lines = _taken(pasted.read, text)
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


def _create(locked, pieces, *, first):
    created = []
    for position, piece in enumerate(pieces, first):
        subtask = Subtask.objects.create(
            change_request=locked,
            parent=None if piece.parent is None else created[piece.parent],
            position=position,
            place=position,
            title=piece.title,
            estimate=piece.estimate,
        )
        created.append(subtask)
    return created


def _assign(locked, made, *, actor):
    """Give each of `made` (a subtask and its `pasted.Piece`) its people and criteria; tell each developer of theirs."""
    now = timezone.now()
    Assignment.objects.bulk_create(
        Assignment(
            subtask=subtask,
            person=person,
            assigned_by=actor,
            assigned_at=now,
            is_accountable=rank == 0,
        )
        for subtask, piece in made
        for rank, person in enumerate(piece.developers)
    )
    naming, tying = Subtask.testers.through, Subtask.criteria.through
    naming.objects.bulk_create(
        naming(subtask_id=subtask.pk, user_id=person.pk)
        for subtask, piece in made
        for person in piece.testers
    )
    tying.objects.bulk_create(
        tying(subtask_id=subtask.pk, acceptancecriterion_id=criterion.pk)
        for subtask, piece in made
        for criterion in piece.criteria
    )
    theirs = {}
    for subtask, piece in made:
        for person in piece.developers:
            theirs.setdefault(person.pk, []).append(subtask.title)
    for key, titles in theirs.items():
        announce(
            engine.record(
                locked,
                "assign_subtasks",
                actor=actor,
                data={"number": len(titles), "titles": titles, "developers": [key]},
            )
        )
