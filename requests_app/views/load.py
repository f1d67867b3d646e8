"""The load of the developers, and what a planned date would do to it."""

from decimal import Decimal

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import role_required
from accounts.roles import Role
from planning.forecast import FEWEST
from requests_app import planning_pages
from requests_app.forms.load import DateLoadForm
from requests_app.loads import Answer, Team
from requests_app.models import ChangeRequest, LoadReport, Specification
from requests_app.page import FilePage
from requests_app.planning_pages import WORKERS
from requests_app.similar import similar_to
from requests_app.views.files import get_file
from requests_app.views.proofs import handed_over
from ui import plots

# The last half year.
REPORTS = 12


@role_required(*WORKERS)
@require_safe
def load(request):
    """Twelve weeks of load against capacity, by developer and fortnight."""
    team = Team()
    periods = team.coming()
    table = team.table(periods)
    totals = [
        (
            sum(cells[rank].load for _person, cells in table),
            sum(cells[rank].capacity for _person, cells in table),
        )
        for rank in range(len(periods))
    ]
    context = {
        "tabs": planning_pages.tabs("requests:load", request.user),
        "periods": periods,
        "table": table,
        "totals": totals,
        "unassigned": team.unassigned,
        "reports": LoadReport.objects.filter(reader=request.user).select_related("issued")[:REPORTS],
        "plot": plots.columns(
            _("Load of each fortnight against capacity, in hours"),
            [period.name for period in periods],
            [plots.Series(_("Load"), "vendor", tuple(float(laid) for laid, _had in totals))],
            line=plots.Series(_("Capacity"), "neutral", tuple(float(had) for _laid, had in totals)),
        ),
    }
    return render(request, "requests_app/load.html", context)


@role_required(Role.LEAD)
@require_safe
def load_report(request, day):
    """The PDF of the load that the reader was told at the start of a fortnight; 404 for any other."""
    made = get_object_or_404(
        LoadReport.objects.select_related("issued__file"),
        reader=request.user,
        first_day=day,
        issued__file__isnull=False,
    )
    return handed_over(made, request)


@require_safe
def date_load(request, number):
    """What a planned date typed here would cause: nothing is saved. For those of the vendor who give such dates."""
    file = get_file(request, number)
    if not request.user.has_role(Role.SUPPORT, Role.LEAD):
        raise Http404("Dates are given by support and the lead.")
    form = DateLoadForm(request.GET or _first_words(file))
    answer = None
    if form.is_valid():
        days, date = form.cleaned_data["days"], form.cleaned_data["date"]
        answer = Answer(Team(asked=file), days * settings.HOURS_PER_DAY, date)
    context = {
        "page": FilePage(file, request.user, "specification"),
        "form": form,
        "answer": answer,
        "similar": similar_to(file, ChangeRequest.objects.visible_to(request.user)),
        "fewest": FEWEST,
    }
    status = 422 if form.errors and request.GET else 200
    return render(request, "requests_app/date_load.html", context, status=status)


def _first_words(file):
    """What the form says before anybody typed: the working copy's man-days and tentative date, or the planned one."""
    copy = Specification.objects.filter(change_request=file).prefetch_related("quote_lines").first()
    days = sum((line.days for line in copy.quote_lines.all()), Decimal(0)) if copy else 0
    date = file.planned_date or (copy and copy.tentative_date)
    return {"days": f"{days or 1}", "date": date.isoformat() if date else ""}
