"""Step 2 begins: a request that is not opened yet. Reading the page creates nothing, the first save does."""

import re

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import role_required
from accounts.models import Organisation
from accounts.roles import CLIENT_ROLES, Role
from requests_app import consequences
from requests_app.forms.creation import CreationForm, OrganisationForm
from requests_app.models import Invitation
from requests_app.services import requests
from requests_app.views.refusals import attempt, status_of

KEY = re.compile(r"[\w-]{1,40}", re.ASCII)


@role_required(Role.SUPPORT, *CLIENT_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    """A new request: `?ticket=` fills in the ticket, `?invitation=` all that the invitation says."""
    invitation = get_invitation(request)
    if invitation and invitation.change_request and request.method != "POST":
        return redirect(invitation.change_request)
    organisation = request.user.organisation or chosen_organisation(request)
    if organisation is None:
        return choose_organisation(request)
    form = CreationForm(
        request.POST if request.method == "POST" else None,
        organisation=organisation,
        initial=already_known(request, invitation),
    )
    if request.method == "POST" and form.is_valid():
        send = form.cleaned_data["send"]
        file = attempt(
            form,
            requests.open_request,
            actor=request.user,
            organisation=organisation,
            fields=form.request_fields,
            invitation=invitation,
            key=form.cleaned_data["key"],
            send=send,
        )
        if file:
            return opened(request, file, send=send)
    return render(
        request,
        "requests_app/create.html",
        {
            "form": form,
            "organisation": organisation,
            "invitation": invitation,
            "on_behalf": request.user.is_vendor_side,
            "if_sent": consequences.of_new_request(request.user),
        },
        status=status_of(form),
    )


def get_invitation(request):
    """The invitation of the address, or None without one; 404 unless it is the signed-in person's own."""
    key = request.GET.get("invitation")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise Http404("No invitation has such a key.")
    mine = Invitation.objects.filter(person=request.user).select_related("change_request", "invited_by")
    return get_object_or_404(mine, key=key)


def chosen_organisation(request):
    """The client for which support enters a request, from the address; None while none is chosen."""
    form = OrganisationForm(request.GET)
    return form.cleaned_data["organisation"] if "organisation" in request.GET and form.is_valid() else None


def choose_organisation(request):
    """Support's first question: for which client?"""
    asked = request.GET if request.GET.get("organisation") else None
    form = OrganisationForm(asked)
    return render(
        request,
        "requests_app/choose_organisation.html",
        {
            "form": form,
            "ticket": request.GET.get("ticket", ""),
            "any": Organisation.objects.active().exists(),
        },
        status=status_of(form),
    )


def already_known(request, invitation):
    """What the address or the invitation fills in."""
    if invitation:
        return {"title": invitation.subject, "ticket_reference": invitation.ticket_reference}
    return {"ticket_reference": request.GET.get("ticket", "")[:60]}


def opened(request, file, *, send):
    """Say what was done, and lead back to the list, or on to the file while it is not sent."""
    if send:
        messages.success(request, _("%(number)s was sent to the hot line.") % {"number": file.number})
        return redirect("requests:list")
    messages.success(
        request,
        _("%(number)s is opened and saved. Nothing was sent; documents can be added now.")
        % {"number": file.number},
    )
    return redirect("requests:request", number=file.number)
