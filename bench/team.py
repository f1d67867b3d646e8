"""What the pages of planning show and the volume does not hold: two thousand cards, thirty developers with hours."""

from datetime import timedelta

from django.db.models import Max

from accounts.models import User
from accounts.roles import Role
from planning.periods import dates_of, week_of
from planning.workdays import is_working, today
from requests_app.models import Assignment, ChangeRequest, Subtask, TimeEntry
from workflow.steps import Step

PEOPLE = 30
CARDS = 2_000
# So many files share the cards that are missing, and none is one of those that the other lines visit.
FILES = 40
SUBTASKS_A_DAY = 2


def last_week():
    """The week before this one: all of its days are spent."""
    return week_of(today() - timedelta(days=7))


def fill():
    """Bring the developers to `PEOPLE`, the cards to `CARDS`, and give hours of last week to whoever has none.

    Runs twice as well as once.
    """
    developers = User.objects.active().vendor_side().with_role(Role.DEVELOPER)
    User.objects.bulk_create(
        User(
            email=f"developpement{rank}@bench.example",
            first_name="Camille",
            last_name=f"Renfort {rank}",
            is_developer=True,
            password="!",
        )
        for rank in range(developers.count(), PEOPLE)
    )
    fill_board(list(developers))
    week = last_week()
    busy = TimeEntry.objects.within(week.first, week.last).values("person")
    subtasks = list(Subtask.objects.filter(children=None).order_by("-pk").values_list("pk", flat=True)[:200])
    TimeEntry.objects.bulk_create(
        TimeEntry(
            person=person,
            subtask_id=subtasks[(rank + part) % len(subtasks)],
            day=day,
            quarters=14,
        )
        for rank, person in enumerate(developers.exclude(pk__in=busy))
        for day in dates_of(week)
        if is_working(day)
        for part in range(min(SUBTASKS_A_DAY, len(subtasks)))
    )


def fill_board(developers):
    """Add subtasks to the files whose deadline comes last, until the board holds `CARDS`; not to a small volume."""
    files = ChangeRequest.objects.filter(step=Step.DEVELOPMENT)
    missing = (
        CARDS - Subtask.objects.filter(change_request__in=files, children=None, cancelled_at=None).count()
    )
    chosen = list(files.annotate(last=Max("subtasks__position")).order_by("-deadline", "-pk")[:FILES])
    if missing <= 0 or len(chosen) < FILES:
        return
    added = Subtask.objects.bulk_create(
        Subtask(
            change_request=chosen[rank % FILES],
            position=(chosen[rank % FILES].last or 0) + rank // FILES + 1,
            title=f"Reprendre la partie {rank}",
            forecast_end=today() + timedelta(days=rank % 60),
        )
        for rank in range(missing)
    )
    lead = User.objects.vendor_side().with_role(Role.LEAD).first()
    Assignment.objects.bulk_create(
        Assignment(
            subtask=subtask,
            person=developers[rank % len(developers)],
            assigned_by=lead,
            is_accountable=True,
        )
        for rank, subtask in enumerate(added)
    )
