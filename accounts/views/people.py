"""The people of both sides, for the portal administrator."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import sections, services
from accounts.access import role_required
from accounts.forms import PeopleFilterForm, PersonForm
from accounts.invitations import LIFE
from accounts.models import User
from accounts.roles import Role
from accounts.views import attempt

PER_PAGE = 50


@role_required(Role.PORTAL_ADMIN)
@require_safe
def list_people(request):
    """Everybody who is active, or whom the filters ask for."""
    asked = {"state": PeopleFilterForm.State.ACTIVE, **request.GET.dict()}
    form = PeopleFilterForm(asked)
    page = Paginator(form.narrow(User.objects.for_list()), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "accounts/people.html", {"form": form, "page": page, "tabs": sections.tabs("people")}
    )


@role_required(Role.PORTAL_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    """A new person, who is invited by mail at once."""
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        initial={"organisation": request.GET.get("organisation")},
    )
    if form.is_valid():
        person = attempt(form, services.create_person, actor=request.user, **form.details())
        if person:
            messages.success(
                request,
                _("%(name)s has been invited at %(email)s.") % {"name": person, "email": person.email},
            )
            return redirect("people:list")
    invited = [
        (
            "mail",
            ngettext(
                "The person receives a message, in the language chosen here, with a link that works for %(days)d day.",
                "The person receives a message, in the language chosen here, with a link that works for %(days)d days.",
                LIFE.days,
            )
            % {"days": LIFE.days},
        ),
        ("key-round", _("By that link they choose their password and are signed in.")),
    ]
    return render(
        request, "accounts/person.html", {"form": form, "invited": invited, "tabs": sections.tabs("people")}
    )


@role_required(Role.PORTAL_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """Who a person is and what they may do; beside it, their invitation and deactivation."""
    person = get_object_or_404(User.objects.for_list(), pk=pk)
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        instance=get_object_or_404(User.objects.for_list(), pk=pk),
    )
    if form.is_valid() and attempt(
        form, services.update_person, person, actor=request.user, **form.details()
    ):
        messages.success(request, _("The person has been saved."))
        return redirect("people:list")
    context = {
        "form": form,
        "person": person,
        "links": sections.person_links(person),
        "tabs": sections.tabs("people"),
    }
    return render(request, "accounts/person.html", context)


def _act(request, pk, verb, done):
    person = get_object_or_404(User, pk=pk)
    try:
        verb(person, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done % {"name": person, "email": person.email})
    return redirect("people:edit", pk=person.pk)


@role_required(Role.PORTAL_ADMIN)
@require_POST
def invite(request, pk):
    """Send the invitation again; the link sent before stops working."""
    return _act(request, pk, services.invite_person, _("The invitation has been sent to %(email)s."))


@role_required(Role.PORTAL_ADMIN)
@require_POST
def deactivate(request, pk):
    """Close a person's account."""
    return _act(request, pk, services.deactivate_person, _("%(name)s can no longer sign in."))


@role_required(Role.PORTAL_ADMIN)
@require_POST
def reactivate(request, pk):
    """Open a person's account again."""
    return _act(request, pk, services.reactivate_person, _("%(name)s can sign in again."))
