"""A person's dates as an iCalendar feed (RFC 5545), for their own calendar program."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from planning.workdays import today
from requests_app import agenda
from requests_app.models import ChangeRequest

BEFORE, AFTER = timedelta(days=92), timedelta(days=400)
REFRESHED_EVERY = timedelta(hours=4)


def of(person):
    """The feed of `person` as bytes: the dates of the files that are theirs, and for a client their organisation's."""
    files = ChangeRequest.objects.visible_to(person)
    if person.is_vendor_side:
        files = files.of(person)
    now, day = timezone.now(), today()
    calendar = Calendar()
    calendar.add("prodid", "-//CDC portal//calendar//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("CDC portal"))
    calendar.add("refresh-interval", vDuration(REFRESHED_EVERY), parameters={"VALUE": "DURATION"})
    host = urlsplit(settings.PORTAL_URL).hostname
    for item in agenda.items(files, day - BEFORE, day + AFTER, user=person, is_own=True):
        event = Event()
        event.add("uid", f"{item.mark}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", item.day)
        event.add("dtend", (item.last or item.day) + timedelta(days=1))
        event.add("summary", " · ".join(filter(None, (str(item.kind.label), item.number, item.text))))
        event.add("transp", "TRANSPARENT")
        if item.url:
            event.add("url", settings.PORTAL_URL + item.url)
        calendar.add_component(event)
    return calendar.to_ical()
