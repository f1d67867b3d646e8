"""The floor's pages: the same rows and bytes as the portal's, and the same rows written, by plain Django."""

from calendar import Calendar
from collections import defaultdict
from datetime import date, timedelta
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Prefetch, Q
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from accounts.models import Organisation, User
from notifications.models import OutgoingMessage
from planning.models import Leave, Pace
from requests_app.models import (
    Assignment,
    ChangeRequest,
    Check,
    Delivery,
    NumberSequence,
    Round,
    Specification,
    Subtask,
    TimeEntry,
)
from requests_app.models.request import LINE
from workflow.models import Event
from workflow.steps import Step

# A year of numbers that the portal gives nobody.
YEAR = 1999


def filler(request, rows):
    """What each row adds so that the page is as long as the portal's."""
    return "x" * (int(request.GET.get("filler", 0)) // max(1, rows))


@login_required
def listed(request):
    """Fifty rows, or as many as are asked for, found as the portal finds them."""
    files = ChangeRequest.objects.filter(ended_at=None, sent_at__isnull=False)
    if "step" in request.GET:
        files = files.filter(step=request.GET["step"], nature=request.GET["nature"])
    if "q" in request.GET:
        files = ChangeRequest.objects.filter(sent_at__isnull=False, search_text__contains=request.GET["q"])
    count = int(request.GET["rows"])
    rows = list(files.select_related("organisation").only(*LINE).order_by("deadline", "pk")[:count])
    return render(request, "floor_list.html", {"rows": rows, "filler": filler(request, len(rows))})


class RequestForm(forms.ModelForm):
    """What is typed at step 2."""

    class Meta:
        model = ChangeRequest
        fields = ("title", "nature", "description", "requester", "deadline", "ticket_reference")
        widgets = {"nature": forms.RadioSelect}


class SubtaskForm(forms.ModelForm):
    """What is typed of a subtask."""

    developers = forms.ModelMultipleChoiceField(
        User.objects.filter(is_developer=True), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Subtask
        fields = ("title", "description", "parent", "testers", "criteria", "forecast_start", "forecast_end")
        widgets = {"testers": forms.CheckboxSelectMultiple, "criteria": forms.CheckboxSelectMultiple}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(widget=forms.Textarea)


class DayForm(forms.Form):
    """When work on a subtask begins or ends."""

    day = forms.DateField(initial=timezone.localdate)


def what_every_tab_shows(request, number):
    """The rows beside a tab: the file with its people, its history, its documents, its number of messages."""
    file = ChangeRequest.objects.select_related("organisation", "requester", "in_charge").get(number=number)
    events = list(file.events.select_related("actor").order_by("sequence"))
    return {
        "file": file,
        "events": events,
        "latest": events[-4:],
        "documents": file.attachments.select_related("file", "added_by"),
        "messages": file.messages.count(),
        "filler": filler(request, 1),
    }


@login_required
def page(request, number):
    """A file as text, with those who could be put in charge of it."""
    colleagues = User.objects.filter(is_support=True)
    context = what_every_tab_shows(request, number) | {"colleagues": colleagues}
    return render(request, "floor_page.html", context)


@login_required
def typed(request, number):
    """A file as the form of step 2."""
    context = what_every_tab_shows(request, number)
    form = RequestForm(instance=context["file"])
    form.fields["requester"].queryset = context["file"].organisation.people.all()
    return render(request, "floor_form.html", context | {"form": form})


@login_required
def history(request, number):
    """Every line of a file's history, with its messages."""
    context = what_every_tab_shows(request, number)
    messages = OutgoingMessage.objects.filter(event__in=context["events"]).select_related("recipient")
    told = {}
    for message in messages.defer("text", "html"):
        told.setdefault(message.event_id, []).append(message)
    for event in context["events"]:
        event.told = told.get(event.pk, [])
    context["colleagues"] = User.objects.filter(is_support=True)
    return render(request, "floor_history.html", context)


@login_required
def development(request, number):
    """A file's subtasks, with their people, rounds and checks, its ruling, and the forms of a lead."""
    context = what_every_tab_shows(request, number)
    file = context["file"]
    subtasks = list(
        file.subtasks.prefetch_related(
            "testers",
            "criteria",
            Prefetch("assignments", Assignment.objects.select_related("person")),
            Prefetch("rounds", Round.objects.select_related("ended_by")),
            Prefetch("rounds__checks", Check.objects.select_related("made_by")),
        )
    )
    for subtask in subtasks:
        subtask.form = None if subtask.end_date else DayForm(auto_id=f"day-{subtask.pk}-%s")
    form = SubtaskForm()
    form.fields["parent"].queryset = file.subtasks.all()
    form.fields["testers"].queryset = User.objects.filter(is_tester=True)
    form.fields["criteria"].queryset = file.specification.criteria.all()
    context |= {
        "subtasks": subtasks,
        "rulings": file.rulings.prefetch_related("conditions", "findings__made_by"),
        "form": form,
        "reasons": [ReasonForm(auto_id="reopen-%s"), ReasonForm(auto_id="stop-%s")],
    }
    return render(request, "floor_development.html", context)


@login_required
def board(request):
    """Every subtask under development, and as many of them as cards as the portal shows, each with a form."""
    under_work = Subtask.objects.filter(
        change_request__step=Step.DEVELOPMENT, children=None, cancelled_at=None
    )
    keys = list(under_work.order_by("forecast_end", "pk").values_list("pk", "start_date", "end_date"))
    cards = Subtask.objects.filter(pk__in=[key for key, *_dates in keys[: int(request.GET["cards"])]])
    cards = cards.select_related("change_request__organisation", "parent").prefetch_related(
        "testers",
        Prefetch("assignments", Assignment.objects.select_related("person")),
        Prefetch("rounds", Round.objects.select_related("ended_by")),
        Prefetch("rounds__checks", Check.objects.select_related("made_by")),
    )
    context = {
        "count": len(keys),
        "cards": list(cards),
        "people": User.objects.filter(is_developer=True),
        "organisations": Organisation.objects.all(),
    }
    context["filler"] = filler(request, len(context["cards"]))
    return render(request, "floor_board.html", context)


@login_required
def month(request):
    """The dates of a month of whole weeks, by day."""
    year, number = map(int, request.GET["month"].split("-"))
    weeks = Calendar().monthdatescalendar(year, number)
    span = (weeks[0][0], weeks[-1][-1])
    by_day = defaultdict(list)
    files = ChangeRequest.objects.filter(sent_at__isnull=False)
    subtasks = Subtask.objects.filter(cancelled_at=None).select_related("change_request__organisation")
    for rows, names in (
        (files.select_related("organisation").only(*LINE), ("deadline", "planned_date")),
        (subtasks, ("forecast_start", "forecast_end")),
    ):
        for row in rows.filter(Q(**{f"{names[0]}__range": span}) | Q(**{f"{names[1]}__range": span})):
            for name in names:
                by_day[getattr(row, name)].append((name, row))
    made = Delivery.objects.filter(delivered_at__date__range=span)
    for delivery in made.select_related("change_request__organisation"):
        by_day[timezone.localdate(delivery.delivered_at)].append(("delivery", delivery))
    for leave in Leave.objects.filter(first_day__lte=span[1], last_day__gte=span[0]).select_related("person"):
        for day in (span[0] + timedelta(days=rank) for rank in range((span[1] - span[0]).days + 1)):
            if leave.first_day <= day <= leave.last_day:
                by_day[day].append(("leave", leave))
    context = {
        "weeks": [[(day, by_day[day][:4], len(by_day[day])) for day in week] for week in weeks],
        "organisations": Organisation.objects.all(),
        "filler": filler(request, 1),
    }
    return render(request, "floor_month.html", context)


@login_required
def week(request):
    """The hours of everybody in a week, by day."""
    monday = date.fromisoformat(request.GET["monday"])
    days = [monday + timedelta(days=rank) for rank in range(7)]
    people = list(User.objects.filter(is_developer=True).order_by("last_name", "first_name"))
    paces = dict(Pace.objects.filter(person__in=people).values_list("person", "hours_per_day"))
    leaves = list(Leave.objects.filter(first_day__lte=days[-1], last_day__gte=monday, person__in=people))
    spent = defaultdict(int)
    for entry in TimeEntry.objects.filter(day__range=(monday, days[-1])).select_related("person"):
        spent[entry.person_id, entry.day] += entry.quarters
    context = {
        "days": days,
        "rows": [(one, paces.get(one.pk), [spent[one.pk, day] for day in days]) for one in people],
        "leaves": leaves,
        "filler": filler(request, len(people)),
    }
    return render(request, "floor_week.html", context)


@login_required
@transaction.atomic
def create(request):
    """The rows of a request that is opened."""
    organisation, now = request.user.organisation, timezone.now()
    NumberSequence.objects.get_or_create(organisation=organisation, year=YEAR)
    sequence = NumberSequence.objects.select_for_update().get(organisation=organisation, year=YEAR)
    sequence.last += 1
    sequence.save()
    file = ChangeRequest.objects.create(
        organisation=organisation,
        created_by=request.user,
        created_at=now,
        number=f"{organisation.code}-{YEAR}-{sequence.last:04d}",
        step=Step.REQUEST,
        title=request.POST["title"],
        nature=request.POST["nature"],
        requester_id=request.POST["requester"],
        deadline=request.POST["deadline"],
        description=request.POST["description"],
    )
    Event.objects.create(
        change_request=file, sequence=1, name="create", actor=request.user, at=now, to_step=Step.REQUEST
    )
    file.history_length = 1
    file.save()
    Specification.objects.create(change_request=file)
    return HttpResponseRedirect(f"/{file.number}/")


@login_required
@transaction.atomic
def send(request, number):
    """The rows of a request that is sent, its messages among them."""
    file = ChangeRequest.objects.select_for_update().get(number=number)
    file.sent_at = now = timezone.now()
    file.sent_by = request.user
    file.history_length += 1
    event = Event.objects.create(
        change_request=file,
        sequence=file.history_length,
        name="send_to_support",
        actor=request.user,
        at=now,
        from_step=Step.REQUEST,
        to_step=Step.SPECIFICATION,
    )
    file.save()
    OutgoingMessage.objects.bulk_create(
        OutgoingMessage(
            event=event,
            kind=f"message_{rank}",
            recipient=request.user,
            address=f"{rank}@floor.example",
            language="fr",
            subject=file.title,
            text="x" * int(request.POST["text"]),
            html="x" * int(request.POST["html"]),
            message_id=f"<{uuid4().hex}@floor.example>",
            thread_id=file.number,
        )
        for rank in range(int(request.POST["messages"]))
    )
    return HttpResponseRedirect("/")


urlpatterns = [
    path("", listed, name="list"),
    path("new/", create, name="create"),
    path("board/", board, name="board"),
    path("calendar/", month, name="month"),
    path("week/", week, name="week"),
    path("<str:number>/", page, name="page"),
    path("<str:number>/typed/", typed, name="typed"),
    path("<str:number>/history/", history, name="history"),
    path("<str:number>/development/", development, name="development"),
    path("<str:number>/send/", send, name="send"),
]
