"""Clients of the vendor, for the portal administrator."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import sections, services
from accounts.access import role_required
from accounts.forms import EditOrganisationForm, OrganisationForm
from accounts.models import Organisation
from accounts.roles import Role
from accounts.views import attempt


@role_required(Role.PORTAL_ADMIN)
@require_safe
def list_organisations(request):
    """Every client, with the number of its people."""
    return render(
        request,
        "accounts/organisations.html",
        {"organisations": Organisation.objects.for_list(), "tabs": sections.tabs("organisations")},
    )


@role_required(Role.PORTAL_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    """A new client: the one moment when its code is given."""
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        organisation = attempt(form, services.create_organisation, actor=request.user, **form.cleaned_data)
        if organisation:
            messages.success(
                request, _("The organisation “%(name)s” has been created.") % {"name": organisation}
            )
            return redirect("organisations:list")
    return render(
        request, "accounts/organisation.html", {"form": form, "tabs": sections.tabs("organisations")}
    )


@role_required(Role.PORTAL_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """A client's name, who decides there, and whether its people may sign in."""
    organisation = get_object_or_404(Organisation, pk=pk)
    form = EditOrganisationForm(
        request.POST if request.method == "POST" else None, instance=get_object_or_404(Organisation, pk=pk)
    )
    if form.is_valid() and attempt(
        form, services.update_organisation, organisation, actor=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The organisation has been saved."))
        return redirect("organisations:list")
    return render(
        request,
        "accounts/organisation.html",
        {"form": form, "organisation": organisation, "tabs": sections.tabs("organisations")},
    )
