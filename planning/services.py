"""What people change of their own time."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from planning.models import CalendarKey, Leave, Pace
from ui.formats import day_text
from workflow.errors import Missing, Reason


@transaction.atomic
def renew_calendar_key(person):
    """Give `person` a new address for their calendar; the one before opens nothing any more. Returns the row."""
    key, _is_new = CalendarKey.objects.update_or_create(
        person=person, defaults={"mark": uuid.uuid4(), "renewed_at": timezone.now()}
    )
    return key


@transaction.atomic
def drop_calendar_key(person):
    """Close the address of `person`'s calendar, where there is one."""
    CalendarKey.objects.filter(person=person).delete()


@transaction.atomic
def add_leave(person, *, first_day, last_day):
    """Say that `person` is away on these dates, both included. Returns the row. Raises `Missing` where they are already."""
    # Two presses at once come one after the other.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    known = Leave.objects.within(first_day, last_day).filter(person=person).first()
    if known:
        said = {"first": day_text(known.first_day), "last": day_text(known.last_day)}
        raise Missing([Reason("leave", _("There is leave from %(first)s to %(last)s already.") % said)])
    return Leave.objects.create(person=person, first_day=first_day, last_day=last_day)


@transaction.atomic
def remove_leave(leave):
    """Say that the person is there after all."""
    leave.delete()


@transaction.atomic
def set_pace(person, *, hours_per_day, stand_in):
    """Say how many hours a day `person` gives to requests, and who stands in for them (or None). Returns the row."""
    pace, _is_new = Pace.objects.update_or_create(
        person=person, defaults={"hours_per_day": hours_per_day, "stand_in": stand_in}
    )
    return pace
