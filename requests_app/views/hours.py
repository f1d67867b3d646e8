"""Hours spent: one's own week, the team's, which the lead closes and reopens, and the totals."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import only_if, role_required
from accounts.models import User
from accounts.roles import Role
from planning.workdays import today
from requests_app import planning_pages
from requests_app.forms.development import ConfirmForm
from requests_app.forms.fields import DayField, ReasonForm
from requests_app.forms.hours import TotalsForm, WeekForm, named_subtasks
from requests_app.hours import WeekOfHours, lines_of, team
from requests_app.models import ChangeRequest
from requests_app.planning_pages import HAVE_HOURS, reads_totals
from requests_app.services.hours import close_week, edition_of, enter_hours, reopen_week
from requests_app.sheets import csv_response
from requests_app.totals import By, spent, sum_of, totals
from requests_app.views.lists import with_parameters
from requests_app.views.refusals import attempt, status_of
from ui import plots
from ui.items import Chip, Entry

WEEK = timedelta(days=7)
LONGEST_KEY = 19
IF_CLOSED = (
    (
        "lock",
        gettext_lazy("Nobody enters or corrects its hours any more, until you open it again with a reason."),
    ),
)


@role_required(*HAVE_HOURS)
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request):
    """A week of hours, saved at once: one's own, or for the lead those of whoever the address names."""
    files = ChangeRequest.objects.visible_to(request.user)
    person, day = whose(request), asked_day(request)
    form = form_of(person, day, files, request.POST if request.method == "POST" else None)
    if form.is_valid():
        typed = {"cells": form.cells, "edition": form.cleaned_data["edition"]}
        number = attempt(form, enter_hours, person, actor=request.user, **typed)
        if number is not None:
            messages.success(request, saved(number))
            return redirect(request.get_full_path())
        take_note(form)
    context = {
        "tabs": planning_pages.tabs("requests:hours", request.user),
        "person": person,
        "is_own": person.pk == request.user.pk,
        "form": form,
        "week": form.week,
        "ways": ways(request, form.week.period.first),
    }
    return render(request, "requests_app/hours.html", context, status=status_of(form))


@role_required(Role.LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def team_hours(request):
    """A week of everybody's hours, of those that they had; a POST closes it or opens it again."""
    day, act = asked_day(request), request.POST.get("act")
    if request.method == "POST" and act not in ("close", "reopen"):
        raise BadRequest("A form that names no act.")
    close_form = ConfirmForm(request.POST if act == "close" else None)
    reopen_form = ReasonForm(request.POST if act == "reopen" else None)
    done = ""
    if close_form.is_valid() and attempt(close_form, close_week, day, actor=request.user):
        done = _("The week is closed: its hours stay as they are.")
    if reopen_form.is_valid() and attempt(
        reopen_form, reopen_week, day, actor=request.user, **reopen_form.cleaned_data
    ):
        done = _("The week is open again.")
    if done:
        messages.success(request, done)
        return redirect(request.get_full_path())
    week = WeekOfHours(day)
    context = {
        "tabs": planning_pages.tabs("requests:team_hours", request.user),
        "week": week,
        "rows": [
            (line, [(day, line.on(day.date)) for day in week.days], had, own_week(line.what, week))
            for line, had in team(week)
        ],
        "may_close": week.period.first <= today(),
        "if_closed": IF_CLOSED,
        "acts": [entry_of(act) for act in week.acts],
        "close_form": close_form,
        "reopen_form": reopen_form,
        "ways": ways(request, week.period.first),
    }
    return render(request, "requests_app/team_hours.html", context, status=status_of(close_form, reopen_form))


@only_if(reads_totals)
@require_safe
def time_totals(request):
    """Hours spent, added up by request, client, nature or fortnight."""
    form = TotalsForm(request.GET, user=request.user)
    context = {"form": form, "tabs": planning_pages.tabs("requests:time_totals", request.user)}
    if not form.is_valid():
        return render(request, "requests_app/time_totals.html", {**context, "by": None}, status=422)
    rows, by = spent_of(request, form), form.grouped_by
    fortnights = totals(rows, By.FORTNIGHT)
    context |= {
        "by": by,
        "groups": [
            Chip(label=str(one.label), url=with_parameters(request, by=one), current=one is by)
            for one in form.offered
        ],
        "totals": totals(rows, by),
        "total": sum_of(rows),
        "export_url": f"{reverse('requests:time_totals_export')}?{request.GET.urlencode()}",
        "plot": plots.columns(
            _("Hours spent in each fortnight"),
            [one.name for one in fortnights],
            [plots.Series(_("Hours"), "vendor", tuple(float(one.hours) for one in fortnights))],
        ),
    }
    return render(request, "requests_app/time_totals.html", context)


@only_if(reads_totals)
@require_safe
def time_totals_export(request):
    """The same hours as CSV, by request and fortnight: whoever adds them up finds each total of the page."""
    form = TotalsForm(request.GET, user=request.user)
    if not form.is_valid():
        return redirect(f"{reverse('requests:time_totals')}?{request.GET.urlencode()}")
    head = [_("Request"), _("Title"), _("Client"), _("Nature"), _("Fortnight"), _("Hours")]
    rows = [
        (row.number, row.title, row.client, row.nature_name, row.fortnight.name, row.hours)
        for row in spent_of(request, form)
    ]
    return csv_response(_("hours"), head, rows)


def spent_of(request, form):
    """The hours that a `TotalsForm` asks for, of the requests that the reader may see."""
    data, files = form.cleaned_data, form.narrow(ChangeRequest.objects.visible_to(request.user))
    return spent(files, data["first"], data["last"], person=data.get("person"))


def whose(request):
    """The person whose hours are shown: oneself, or for the lead whoever the address names."""
    asked = request.GET.get("person")
    if not asked or asked == str(request.user.pk):
        return request.user
    if not request.user.has_role(Role.LEAD):
        raise Http404("Only the lead reads the hours of others.")
    # Of somebody who left too: what they spent is corrected by the lead or by nobody.
    known = asked.isdecimal() and len(asked) < LONGEST_KEY
    return get_object_or_404(User.objects.with_role(*HAVE_HOURS), pk=asked if known else None)


def asked_day(request):
    """The day that the address names, or today for one that cannot be read."""
    try:
        return DayField(required=False).clean(request.GET.get("semaine", "")) or today()
    except ValidationError:
        return today()


def form_of(person, day, files, posted):
    """The form of a person's week; of what was `posted` also the lines that the page offers no more."""
    week = WeekOfHours(day, [person])
    lines = lines_of(week, person, files, also=named_subtasks(posted or ()))
    return WeekForm(posted, week=week, lines=lines, edition=edition_of(person, week.period.first))


def take_note(form):
    """Where the hours were changed meanwhile, saving again is meant: a conflict, not a mistake."""
    if form.has_error("edition"):
        form.status = 409
        form.data = form.data.copy()
        form.data["edition"] = form.initial["edition"]


def saved(number):
    """What is said once `number` days of subtasks are kept."""
    if not number:
        return _("Nothing had changed.")
    return ngettext("%(count)d change is saved.", "%(count)d changes are saved.", number) % {"count": number}


def ways(request, monday):
    """The addresses of the week before, this week and the week after."""
    return [with_parameters(request, semaine=day) for day in (monday - WEEK, "", monday + WEEK)]


def own_week(person, week):
    """The address of the week of one person."""
    return f"{reverse('requests:hours')}?{urlencode({'person': person.pk, 'semaine': week.period.first})}"


def entry_of(act):
    """A `WeekAct` as a line of a history."""
    return Entry(
        who=str(act.actor),
        what=_("closed the week") if act.is_closing else _("opened the week again"),
        when=act.at,
        side="vendor",
        detail=act.reason,
        icon="lock" if act.is_closing else "lock-open",
    )
