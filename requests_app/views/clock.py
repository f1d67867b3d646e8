"""The shared clock of all files: who waited for whom, by client and quarter."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import role_required
from planning.periods import quarters_of
from requests_app import planning_pages
from requests_app.clocks import sum_of, yearly, years_of
from requests_app.models import ChangeRequest
from requests_app.views.lists import SEES_FILES, whole
from ui import plots
from ui.items import Chip


@role_required(*SEES_FILES)
@require_safe
def clock(request):
    """A year of the files that the person may see: a client its own, the vendor everybody's."""
    files = ChangeRequest.objects.visible_to(request.user)
    years = years_of(files)
    year = whole(request.GET.get("annee"))
    year = year if year in years else years[0]
    lines, quarters = yearly(files, year), quarters_of(year)
    totals = [sum_of(line.quarters[rank] for line in lines) for rank in range(4)]
    context = {
        "tabs": planning_pages.tabs("requests:clock", request.user),
        "years": [Chip(label=str(one), url=f"?annee={one}", current=one == year) for one in years],
        "year": year,
        "quarters": quarters,
        "lines": lines,
        "totals": totals,
        "total": sum_of(totals),
        "plot": plots.columns(
            _("Working days of each side, by quarter"),
            [quarter.name for quarter in quarters],
            [
                plots.Series(_("Vendor"), "vendor", tuple(days.vendor for days in totals)),
                plots.Series(_("Client"), "client", tuple(days.client for days in totals)),
            ],
        ),
    }
    return render(request, "requests_app/clock.html", context)
