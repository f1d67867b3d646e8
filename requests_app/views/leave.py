"""Leave and capacity: everybody their own, the lead everybody's."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import role_required
from accounts.models import User
from accounts.roles import Role
from planning.models import Leave, Pace
from planning.services import add_leave, remove_leave, set_pace
from planning.workdays import today
from requests_app import planning_pages
from requests_app.forms.leave import LeaveForm, PaceForm
from requests_app.planning_pages import WORKERS
from requests_app.views.lists import whole
from requests_app.views.refusals import attempt


@role_required(*WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request):
    """Days away, hours a day and stand-in of one person; the lead chooses whose."""
    person, act = _whose(request), request.POST.get("act")
    leave_form = LeaveForm(request.POST if act == "add" else None)
    pace = Pace.objects.filter(person=person).first() or Pace(person=person)
    pace_form = PaceForm(request.POST if act == "pace" else None, instance=pace, person=person)
    done = ""
    if act == "add" and leave_form.is_valid():
        if attempt(leave_form, add_leave, person, **leave_form.cleaned_data):
            done = _("The leave is noted.")
    elif act == "pace" and pace_form.is_valid():
        set_pace(person, **pace_form.cleaned_data)
        done = _("The capacity is saved.")
    elif act == "remove":
        remove_leave(get_object_or_404(Leave, person=person, pk=whole(request.POST.get("leave"))))
        done = _("The leave is taken back.")
    elif request.method == "POST" and act not in ("add", "pace"):
        raise BadRequest("A form that names no act.")
    if done:
        messages.success(request, done)
        return redirect(_address(request, person))
    is_lead = request.user.has_role(Role.LEAD)
    context = {
        "tabs": planning_pages.tabs("requests:leave", request.user),
        "person": person,
        "is_own": person.pk == request.user.pk,
        "leave_form": leave_form,
        "pace_form": pace_form,
        "leaves": Leave.objects.filter(person=person, last_day__gte=today()),
        "team": _team() if is_lead else [],
        "here": _address(request, person),
    }
    return render(
        request, "requests_app/leave.html", context, status=422 if request.method == "POST" else 200
    )


def _whose(request):
    """The person whose leave is shown: oneself, or for the lead whoever the address names."""
    asked = request.GET.get("person")
    if not asked:
        return request.user
    if not request.user.has_role(Role.LEAD):
        raise Http404("Only the lead keeps the leave of others.")
    return get_object_or_404(User.objects.active().with_role(*WORKERS), pk=whole(asked))


def _address(request, person):
    own = reverse("requests:leave")
    return own if person.pk == request.user.pk else f"{own}?person={person.pk}"


def _team():
    """Each of the vendor's people with their pace and coming leave, by name, in two queries."""
    people = User.objects.active().with_role(*WORKERS).order_by("last_name", "first_name", "pk")
    people = list(people.select_related("pace__stand_in"))
    coming = {}
    for row in Leave.objects.filter(person__in=people, last_day__gte=today()):
        coming.setdefault(row.person_id, []).append(row)
    paces = {person.pk: getattr(person, "pace", None) or Pace(person=person) for person in people}
    return [(person, paces[person.pk], coming.get(person.pk, [])) for person in people]
