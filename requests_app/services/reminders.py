"""What the portal says by itself while a file waits for somebody. Silence is never taken for consent."""

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.roles import Side
from notifications.dispatch import announce
from planning.workdays import day_of, is_working, today, working_days
from requests_app.desk import leaves
from requests_app.guards import who_can_rule
from requests_app.models import Action, Assignment, ChangeRequest, Condition, Subtask
from requests_app.services.gdpr_sheet import told_of
from workflow import engine
from workflow.models import Event
from workflow.steps import Step

AWAITED = (Step.DECISION, Step.ACCEPTANCE)
# What ended without a delivery wants nothing any more.
STOPPED = (Step.DECLINED, Step.CANCELLED)


def remind_silent_clients():
    """Remind the client of each file that has waited for it long enough; on working days alone. Returns how many.

    Safe to run twice: each threshold of `settings.SILENCE_REMINDER_DAYS` is told once per stay.
    """
    return _remind(AWAITED, _threshold, remind_of_silence)


@transaction.atomic
def remind_of_silence(file):
    """Remind the client of one file if a threshold is reached and was not told yet. Returns the event, or None.

    After a stop of the portal only the highest threshold that was passed is told.
    """
    locked = engine.lock(file)
    reached = _threshold(locked) if locked.step in AWAITED else None
    if not _is_untold(locked, "remind_client", reached):
        return None
    event = engine.record(
        locked, "remind_client", actor=None, data={"threshold": reached, "days": _days(locked)}
    )
    announce(event)
    return event


def remind_dpos():
    """Remind those who can rule of each file whose ruling is near its due date or past it. Returns how many files.

    On working days alone, and safe to run twice: each number of `settings.RULING_REMINDER_DAYS` is told once per
    version that waits.
    """
    return _remind([Step.RULING], _threshold_to_rule, remind_of_ruling)


@transaction.atomic
def remind_of_ruling(file):
    """Remind those who can rule on one file, if a threshold is reached and was not told yet. Returns the event, or None.

    Where nobody can, nobody is reminded: the portal administrator has been told (`ruling.tell_where_nobody_can_rule`).
    """
    locked = engine.lock(file)
    reached = _threshold_to_rule(locked) if locked.step == Step.RULING else None
    if not _is_untold(locked, "remind_dpo", reached) or not who_can_rule(locked).exists():
        return None
    data = {"threshold": reached, "due_date": locked.ruling_due.isoformat()}
    event = engine.record(locked, "remind_dpo", actor=None, data=data)
    announce(event)
    return event


def remind_owing_clients():
    """Remind the client of each file at step 6 of the conditions of its ruling that are its own. Returns how many files.

    On working days alone, and safe to run twice: each number of `settings.OWED_REMINDER_DAYS` is told once per stay.
    """
    owed = Condition.objects.owed_by(Side.CLIENT).values("ruling__change_request")
    return _remind([Step.DEVELOPMENT], _threshold_of_owed, remind_of_owed, pk__in=owed.order_by())


@transaction.atomic
def remind_of_owed(file):
    """Remind the client of what it owes on one file, if a threshold is reached and was not told yet. Returns the event, or None."""
    locked = engine.lock(file)
    reached = _threshold_of_owed(locked) if locked.step == Step.DEVELOPMENT else None
    if not _is_untold(locked, "remind_owed", reached):
        return None
    owed = Condition.objects.owed_by(Side.CLIENT).filter(ruling__change_request=locked)
    texts = [condition.text for condition in owed]
    if not texts:
        return None
    data = {"threshold": reached, "conditions": texts, "number": len(texts)}
    event = engine.record(locked, "remind_owed", actor=None, data=data)
    announce(event)
    return event


def remind_due_actions():
    """Remind the owner of each dated action whose day comes, has come or has passed; on working days alone. Returns how many.

    Safe to run twice, also when its file is closed: each number of `settings.ACTION_REMINDER_DAYS`, and each stretch of
    `settings.ACTION_LATE_EVERY_DAYS` that it is late, is told once.
    """
    if not is_working(today()):
        return 0
    waiting = Action.objects.open().select_related("change_request").order_by("pk")
    return sum(remind_of_action(action) is not None for action in waiting if _is_to_be_told(action))


@transaction.atomic
def remind_of_action(action):
    """Remind the owner of one action, unless it was done or told meanwhile. Returns the event, or None."""
    locked = engine.lock(action.change_request)
    due = locked.actions.open().filter(pk=action.pk).first()
    if due is None or locked.step in STOPPED or not _is_to_be_told(due):
        return None
    event = engine.record(
        locked, "remind_action", actor=None, data=told_of(due) | {"days": _days_over(due.due, today())}
    )
    due.reminded_at = event.at
    due.save(update_fields=["reminded_at"])
    announce(event)
    return event


def remind_forecast_ends():
    """Remind the developers of each subtask whose forecast end has passed without an end date. Returns how many subtasks.

    On working days alone, and safe to run twice: once for each date that was forecast.
    """
    if not is_working(today()):
        return 0
    late = list(_late(Subtask.objects.all()).select_related("change_request").order_by("pk"))
    told = Event.objects.filter(
        name="remind_forecast", change_request__in={one.change_request for one in late}
    )
    told = {(data["subtask"]["id"], data["due_date"]) for data in told.values_list("data", flat=True)}
    late = [one for one in late if (one.pk, one.forecast_end.isoformat()) not in told]
    return sum(remind_of_forecast_end(subtask) is not None for subtask in late)


@transaction.atomic
def remind_of_forecast_end(subtask):
    """Remind the developers of one subtask, unless it was ended, planned anew or told meanwhile. Returns the event, or None."""
    locked = engine.lock(subtask.change_request)
    late = _late(locked.subtasks).filter(pk=subtask.pk).first()
    if late is None:
        return None
    data = {"subtask": {"id": late.pk, "title": late.title}, "due_date": late.forecast_end.isoformat()}
    told = locked.events.filter(name="remind_forecast", data__subtask__id=late.pk)
    if told.filter(data__due_date=data["due_date"]).exists():
        return None
    event = engine.record(locked, "remind_forecast", actor=None, data=data)
    announce(event)
    return event


def _late(subtasks):
    """Those of `subtasks` under development that somebody works on and that were to be ended before today."""
    able = Assignment.objects.current().filter(person__is_active=True, person__is_developer=True)
    return leaves(subtasks).filter(
        Exists(able.filter(subtask=OuterRef("pk"))),
        change_request__step=Step.DEVELOPMENT,
        end_date=None,
        forecast_end__lt=today(),
    )


def _is_to_be_told(action):
    """Whether a threshold was reached since the owner was last told of an open action."""
    reached = _threshold_of_action(action, today())
    if reached is None:
        return False
    if action.reminded_at is None and reached >= 0:
        return True
    # One that was planned within the days before gets no word of what was said a moment ago.
    known = _threshold_of_action(action, day_of(action.reminded_at or action.planned_at))
    return known is None or known < reached


def _threshold_of_action(action, day):
    """The highest number of the settings that is reached on `day`: working days after its own, negative before; or None."""
    over, every = _days_over(action.due, day), settings.ACTION_LATE_EVERY_DAYS
    late = [over - over % every] if every and over >= every else []
    return max([number for number in settings.ACTION_REMINDER_DAYS if number <= over] + late, default=None)


def _remind(steps, threshold, remind, **which):
    if not is_working(today()):
        return 0
    waiting = ChangeRequest.objects.filter(step__in=steps, **which).order_by("pk")
    return sum(remind(file) is not None for file in waiting if threshold(file) is not None)


def _is_untold(locked, name, reached):
    """Whether the threshold `reached` (None for none) is above those that `name` told since the file arrived."""
    if reached is None:
        return False
    arrived = locked.events.moves().values_list("sequence", flat=True).last()
    told = locked.events.filter(name=name, sequence__gt=arrived)
    return all(event.data["threshold"] < reached for event in told)


def _threshold(file):
    """The highest number of working days of the settings that the silence has lasted; None for none yet."""
    return _passed(settings.SILENCE_REMINDER_DAYS, file)


def _threshold_of_owed(file):
    """The same of the days that the development has lasted."""
    return _passed(settings.OWED_REMINDER_DAYS, file)


def _threshold_to_rule(file):
    """The highest number of the settings that is reached: working days after the due date, negative before it."""
    over = _days_over(file.ruling_due, today())
    return max((number for number in settings.RULING_REMINDER_DAYS if number <= over), default=None)


def _passed(numbers, file):
    days = _days(file)
    return max((number for number in numbers if 0 < number <= days), default=None)


def _days_over(due, day):
    """How many working days `day` is after `due` (dates); negative before it."""
    return working_days(due, day) - working_days(day, due)


def _days(file):
    return working_days(day_of(file.step_since), today())
