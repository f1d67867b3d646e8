"""What waits for somebody who is away, on the desk of whoever stands in for them.

Their subtasks, the checks that are theirs and the dated actions that name them; what waits for a role waits for all who
hold it, who have it already. Standing in gives no rights: a subtask is worked on by those assigned to it.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.roles import Role
from planning.away import absences
from planning.workdays import today
from requests_app.desk import (
    ACTION_LINES,
    ACTION_ROLES,
    SHOWN,
    SUBTASK_LINES,
    acts_on_subtasks,
    untouched,
    waiting_actions,
)
from requests_app.desk_items import item_of_action, item_of_subtask
from requests_app.models import ChangeRequest

WANTED = Coalesce("forecast_end", "change_request__planned_date", "change_request__deadline")


@dataclass(frozen=True)
class Handed:
    """What waits for `person`, away until a date: `Item`s, at most `SHOWN` for all, and how many more there are."""

    person: User
    until: date
    items: list
    more: int


def handed_to(desk):
    """What waits for those for whom the person of `desk` (a `Desk`) stands in today, and is not on it: a list of `Handed`."""
    user = desk.user
    if not user.is_vendor_side:
        return []
    until = {key: one.until for key, one in absences(today()).items() if one.stand_in == user.pk}
    people = User.objects.active().filter(pk__in=until).order_by("last_name", "first_name", "pk")
    people = list(people) if until else []
    rows = [
        part.filter(change_request__in=ChangeRequest.objects.visible_to(user).order_by().values("pk"))
        .order_by()
        .annotate(kind=Value(kind), act=Value(act), day=day, whose=Value(person.pk))
        .values_list("kind", "pk", "act", "day", "whose")
        for person in people
        for kind, act, day, part in _acts(person, user)
    ]
    found = list(rows[0].union(*rows[1:])) if rows else []
    found = sorted(
        (one for one in found if one[:2] not in desk.keys), key=lambda one: (one[3] or date.max, one)
    )
    subtasks = _rows(SUBTASK_LINES, "subtask", found[:SHOWN])
    actions = _rows(ACTION_LINES, "action", found[:SHOWN])
    items, number = {}, {}
    for rank, (kind, key, act, day, whose) in enumerate(found):
        number[whose] = number.get(whose, 0) + 1
        if rank < SHOWN:
            item = (
                item_of_subtask(subtasks[key], act, day)
                if kind == "subtask"
                else item_of_action(actions[key])
            )
            items.setdefault(whose, []).append(item)
    return [
        Handed(person, until[person.pk], shown, number[person.pk] - len(shown))
        for person in people
        if (shown := items.get(person.pk, []))
    ]


def _acts(person, user):
    """What waits for `person` by name and `user` may see to: tuples of a kind, an act, its day, and what wants it."""
    for act, subtasks in acts_on_subtasks(person):
        if act == "develop" and user.has_role(Role.LEAD):
            yield "subtask", act, WANTED, subtasks
        elif act == "develop":
            yield "subtask", "follow", WANTED, subtasks
        elif user.has_role(Role.TESTER):
            yield "subtask", act, WANTED, untouched(subtasks, user)
    if user.has_role(*ACTION_ROLES):
        yield "action", "act", F("due"), waiting_actions(person).filter(person=person)


def _rows(lines, kind, found):
    keys = [key for one, key, *_rest in found if one == kind]
    return lines.in_bulk(keys) if keys else {}
