"""The pages about time, as the tabs of « Calendrier »."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import DPO_ROLES, Role
from ui.items import Tab

# The vendor's people who work on files.
WORKERS = (Role.SUPPORT, *DPO_ROLES, Role.LEAD, Role.DEVELOPER, Role.TESTER)
# Whose hours are entered, and who corrects them.
HAVE_HOURS = (Role.DEVELOPER, Role.LEAD)


def reads_totals(person):
    """Whether `person` reads totals of hours: the lead, and a client whose organisation reads those of its requests."""
    if person.is_client_side:
        return person.sees_requests and person.organisation.sees_hours
    return person.has_role(Role.LEAD)


# Each page: its label, its view's name, who has it.
PAGES = (
    (_("Calendar"), "requests:calendar", lambda person: True),
    (_("Load"), "requests:load", lambda person: person.has_role(*WORKERS)),
    (_("My hours"), "requests:hours", lambda person: person.has_role(Role.DEVELOPER)),
    (_("Hours of the team"), "requests:team_hours", lambda person: person.has_role(Role.LEAD)),
    (_("Totals of hours"), "requests:time_totals", reads_totals),
    (_("Forecasts"), "requests:forecasts", lambda person: True),
    (_("Leave and capacity"), "requests:leave", lambda person: person.has_role(*WORKERS)),
    (_("Shared clock"), "requests:clock", lambda person: True),
)


def tabs(current, person):
    """The pages that `person` has, with the one of the view named `current` marked."""
    return [
        Tab(label=str(label), url=reverse(name), current=name == current)
        for label, name, test in PAGES
        if test(person)
    ]
