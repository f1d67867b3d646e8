"""What past files took, and when those in progress may end."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import role_required
from planning.forecast import FEWEST, LEVELS, percentile
from planning.periods import month_of
from planning.workdays import today
from requests_app import planning_pages
from requests_app.forecasts import PAST, cycles, prospects
from requests_app.models import ChangeRequest
from requests_app.views.lists import SEES_FILES
from ui import plots
from ui.formats import short_day_text

PER_PAGE = 50
KINDS = ("done", "neutral", "warning")


@role_required(*SEES_FILES)
@require_safe
def forecasts(request):
    """The files in progress that the person may see, each with its date range, and the past it is drawn from."""
    visible = ChangeRequest.objects.visible_to(request.user)
    past = cycles(visible)
    running = visible.in_progress().filter(sent_at__isnull=False)
    page = Paginator(running.select_related("organisation").order_by("deadline", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    levels = [
        (level, percentile([cycle.days for cycle in past], level)) for level in LEVELS if len(past) >= FEWEST
    ]
    context = {
        "tabs": planning_pages.tabs("requests:forecasts", request.user),
        "page": page,
        "prospects": prospects(page.object_list, past),
        "past": past[::-1],
        "levels": levels,
        "fewest": FEWEST,
        "plot": _plot(past, levels) if past else None,
    }
    return render(request, "requests_app/forecasts.html", context)


def _plot(past, levels):
    """Each past file as a dot: when it ended, how long it took."""
    first, span = past[0].ended_on, max((today() - past[0].ended_on).days, 1)
    months = [month_of(first + timedelta(days=span * rank // 4)).name for rank in range(5)]
    return plots.scatter(
        _("Working days from sending to the end, by date of the end"),
        months if span > PAST.days // 6 else [short_day_text(first), short_day_text(today())],
        [
            plots.Point(
                (cycle.ended_on - first).days / span,
                cycle.days,
                cycle.file.number,
                "vendor",
            )
            for cycle in past
        ],
        [
            (_("%(level)d%% within %(days)d working days") % {"level": level, "days": days}, kind, days)
            for (level, days), kind in zip(levels, KINDS, strict=False)
        ],
    )
