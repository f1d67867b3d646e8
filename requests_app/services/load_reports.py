"""The load of the developers, told to each lead at the start of every fortnight."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from notifications.dispatch import tell
from notifications.facts import Fact
from notifications.messages import LoadToldForLead
from notifications.rendering import reading
from planning.periods import fortnight_of
from planning.workdays import is_working, today
from requests_app.loads import Team
from requests_app.models import LoadReport
from requests_app.services.proofs import hand_over
from ui.formats import number_text


def tell_load():
    """Tell every active lead the load, from the first working day of each fortnight on. Returns how many were told.

    Safe to run twice: a lead is told once a fortnight.
    """
    if not is_working(today()):
        return 0
    first_day = fortnight_of(today()).first
    told = LoadReport.objects.filter(first_day=first_day).values("reader")
    leads = list(User.objects.active().with_role(Role.LEAD).exclude(pk__in=told).order_by("pk"))
    team = Team() if leads else None
    return sum(tell_load_to(lead, team, first_day) for lead in leads)


@transaction.atomic
def tell_load_to(lead, team, first_day):
    """Tell one lead the load of `team`, and have its PDF made, unless it was done; whether it was now."""
    report, is_new = LoadReport.objects.get_or_create(
        reader=lead, first_day=first_day, defaults={"language": lead.language}
    )
    if not is_new:
        return False
    with reading(lead.language, lead.time_zone):
        period = fortnight_of(today())
        context = {
            "title": period.name,
            "brought": [_line(person, cell) for person, [cell] in team.table([period])],
            "url": settings.PORTAL_URL + reverse("requests:load"),
            "url_label": _("Open the load"),
            "hours": number_text(team.unassigned) if team.unassigned else "",
        }
        tell(
            LoadToldForLead,
            recipient=lead,
            context=context,
            subject=f"{LoadToldForLead.subject} · {period.name}",
        )
    hand_over("requests_app.tasks.make_load_report", report.pk)
    return True


def _line(person, cell):
    said = _("%(load)s h of %(capacity)s h") % {
        "load": number_text(cell.load),
        "capacity": number_text(cell.capacity),
    }
    return Fact(str(person), value=f"{said} ({_('too much')})" if cell.is_over else said)
