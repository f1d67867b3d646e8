"""The general development calendar, and the feed that takes it to people's own calendars."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import role_required
from planning.models import CalendarKey
from planning.periods import month_of
from planning.services import drop_calendar_key, renew_calendar_key
from planning.workdays import is_working, today
from requests_app import agenda, feed, planning_pages
from requests_app.forms.calendar import CalendarForm
from requests_app.models import ChangeRequest
from requests_app.views.lists import SEES_FILES, with_parameters
from ui.items import Chip

SHOWN_PER_DAY = 4
WEEKDAYS = tuple(date(2024, 1, rank) for rank in range(1, 8))
FEED_RATE = "30/m/ip"


@dataclass(frozen=True)
class Cell:
    """A day of the month page: what fits of its items, and how many more there are."""

    day: date
    items: list
    more: int
    is_off: bool
    is_today: bool
    is_outside: bool


@role_required(*SEES_FILES)
@require_safe
def calendar(request):
    """A month of the dates that the person may see, as weeks or as a list."""
    form = CalendarForm(request.GET, user=request.user)
    context = {"form": form, "tabs": planning_pages.tabs("requests:calendar", request.user)}
    if not form.is_valid():
        return render(request, "requests_app/calendar.html", {**context, "month": None}, status=422)
    month, is_list = month_of(form.cleaned_data["month"]), form.cleaned_data["view"] == "list"
    weeks = Calendar().monthdatescalendar(month.first.year, month.first.month)
    span = (month.first, month.last) if is_list else (weeks[0][0], weeks[-1][-1])
    files = form.narrow(ChangeRequest.objects.visible_to(request.user), request.user)
    items = agenda.items(
        files, *span, user=request.user, kinds=form.kinds, is_own=bool(form.cleaned_data["whose"])
    )
    by_day = agenda.by_day(items, span[1])
    context |= {
        "month": month,
        "is_list": is_list,
        "views": [
            Chip(
                label=_("Month"), url=with_parameters(request, view=""), current=not is_list, icon="calendar"
            ),
            Chip(label=_("List"), url=with_parameters(request, view="list"), current=is_list, icon="list"),
        ],
        "previous": with_parameters(request, month=f"{month.first - timedelta(days=1):%Y-%m}"),
        "next": with_parameters(request, month=f"{month.last + timedelta(days=1):%Y-%m}"),
        "this": with_parameters(request, month=""),
        "list_url": with_parameters(request, view="list"),
        "kinds": form.kinds_offered,
        "days": by_day,
        "count": sum(len(found) for day, found in by_day.items() if day.month == month.first.month),
        "weekdays": WEEKDAYS,
        "weeks": [[_cell(day, by_day.get(day, []), month) for day in week] for week in weeks],
    }
    return render(request, "requests_app/calendar.html", context)


@role_required(*SEES_FILES)
@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request):
    """The secret address of the person's feed: made, renewed, closed."""
    if request.method == "POST":
        if request.POST.get("act") == "close":
            drop_calendar_key(request.user)
            messages.success(request, _("The address is closed."))
        else:
            renew_calendar_key(request.user)
            messages.success(request, _("The address is new; the one before opens nothing any more."))
        return redirect("requests:calendar_subscription")
    row = CalendarKey.objects.filter(person=request.user).first()
    address = settings.PORTAL_URL + reverse("requests:calendar_feed", args=[row.key]) if row else ""
    context = {
        "row": row,
        "address": address,
        "tabs": planning_pages.tabs("requests:calendar", request.user),
    }
    return render(request, "requests_app/calendar_subscription.html", context)


@require_safe
@never_cache
@login_not_required
def calendar_feed(request, key):
    """The feed behind a secret address; 404 for any other, and for whoever sees no requests any more."""
    refused = ratelimit.consume_or_429(
        request, action="calendar_feed", config={"calendar_feed": FEED_RATE}, limit_get=True
    )
    if refused:
        return refused
    row = CalendarKey.objects.find(key)
    if row is None or not row.person.sees_requests:
        raise Http404("No calendar has this address.")
    with translation.override(row.person.language):
        return HttpResponse(feed.of(row.person), content_type="text/calendar; charset=utf-8")


def _cell(day, items, month):
    # One line more is no longer than the words that say so.
    shown = items if len(items) == SHOWN_PER_DAY + 1 else items[:SHOWN_PER_DAY]
    return Cell(
        day=day,
        items=shown,
        more=len(items) - len(shown),
        is_off=not is_working(day),
        is_today=day == today(),
        is_outside=not month.first <= day <= month.last,
    )
