"""What the portal says by itself while a file waits for somebody. Silence is never taken for consent."""

from django.conf import settings
from django.db import transaction

from notifications.dispatch import announce
from planning.workdays import day_of, is_working, today, working_days
from requests_app.guards import who_can_rule
from requests_app.models import Action, ChangeRequest
from requests_app.services.gdpr_sheet import told_of
from workflow import engine
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


def remind_due_actions():
    """Remind the owner of each dated action whose day has come; on working days alone. Returns how many.

    Safe to run twice: each is told once for its day, also when its file is closed.
    """
    if not is_working(today()):
        return 0
    due = Action.objects.open().filter(due__lte=today(), reminded_at=None)
    return sum(
        remind_of_action(action) is not None for action in due.select_related("change_request").order_by("pk")
    )


@transaction.atomic
def remind_of_action(action):
    """Remind the owner of one action that is due, unless it was done or told meanwhile. Returns the event, or None."""
    locked = engine.lock(action.change_request)
    due = locked.actions.open().filter(pk=action.pk, due__lte=today(), reminded_at=None).first()
    if due is None or locked.step in STOPPED:
        return None
    event = engine.record(locked, "remind_action", actor=None, data=told_of(due))
    due.reminded_at = event.at
    due.save(update_fields=["reminded_at"])
    announce(event)
    return event


def _remind(steps, threshold, remind):
    if not is_working(today()):
        return 0
    waiting = ChangeRequest.objects.filter(step__in=steps).order_by("pk")
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
    days = _days(file)
    return max((number for number in settings.SILENCE_REMINDER_DAYS if 0 < number <= days), default=None)


def _threshold_to_rule(file):
    """The highest number of the settings that is reached: working days after the due date, negative before it."""
    due, day = file.ruling_due, today()
    over = working_days(due, day) - working_days(day, due)
    return max((number for number in settings.RULING_REMINDER_DAYS if number <= over), default=None)


def _days(file):
    return working_days(day_of(file.step_since), today())
