"""The portal's own duties: how long it keeps what, what it holds of a person, and what becomes of one who leaves.

For its administrator; what it holds of oneself, for everybody.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import sections
from accounts.access import role_required
from accounts.models import User
from accounts.roles import Role
from accounts.views import attempt
from custody import retention as rules
from custody.duties import duties_of
from custody.erasure import erase
from custody.exports import ask_for_export, exports_of
from custody.forms import ErasureForm
from custody.holdings import holdings_of
from custody.models import Erasure, RuleRun
from requests_app.proofs import document_of
from requests_app.views.proofs import handed_over

PER_PAGE = 50


@role_required(Role.PORTAL_ADMIN)
@require_safe
def retention(request):
    """Each rule with its period and what the next run would take; below, what the runs before took."""
    page = Paginator(RuleRun.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "forecast": rules.forecast(),
        "page": page,
        "runs": [(run, rules.label_of(run.rule)) for run in page],
        "tabs": sections.tabs("custody"),
    }
    return render(request, "custody/retention.html", context)


@role_required(Role.PORTAL_ADMIN)
@require_safe
def erasures(request):
    """The ledger of erasures, the last one first."""
    page = Paginator(Erasure.objects.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "custody/erasures.html", {"page": page, "tabs": sections.tabs("custody")})


@role_required(Role.PORTAL_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def erase_person(request, pk):
    """What goes, what stays and why, what the person leaves open; then, with a tick, their erasure."""
    person = get_object_or_404(User.objects.for_list(), pk=pk)
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (erasure := attempt(form, erase, person, actor=request.user)):
        messages.success(
            request,
            _("The person has been erased. The histories call them “%(name)s”.") % {"name": erasure.person},
        )
        return redirect("custody:erase", pk=pk)
    context = {
        "form": form,
        "person": person,
        "erasure": Erasure.objects.for_list().filter(person=person).first(),
        "duties": [] if person.is_erased else duties_of(person),
        "holdings": holdings_of(person),
        "tabs": sections.tabs("people"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "custody/erase.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request):
    """What the portal holds of the person who looks; a POST has it made into a folder."""
    return data_page(request, request.user, reverse("custody:own_export"), ())


@role_required(Role.PORTAL_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def person_data(request, pk):
    """The same of anybody who is not erased, to hand over to somebody who cannot sign in."""
    person = get_object_or_404(User.objects.not_erased().for_list(), pk=pk)
    return data_page(request, person, reverse("custody:person_export", args=[pk]), sections.tabs("people"))


@require_safe
def own_export(request):
    """The last export of the person who looks, as an attachment; 404 while there is none."""
    return export_of(request.user, request)


@role_required(Role.PORTAL_ADMIN)
@require_safe
def person_export(request, pk):
    """The last export of somebody, as an attachment; 404 while there is none."""
    return export_of(get_object_or_404(User.objects.not_erased(), pk=pk), request)


def data_page(request, person, download_url, tabs):
    """The page of a person's export, whose folder is at `download_url`; a POST asks for a new one."""
    if request.method == "POST":
        ask_for_export(person, actor=request.user)
        messages.success(request, _("The export is being made. You find it here once it is ready."))
        return redirect(request.path)
    making, ready = exports_of(person)
    documents = [document_of(ready, download_url)] if ready else []
    context = {"person": person, "is_own": not tabs, "making": making, "documents": documents, "tabs": tabs}
    return render(request, "custody/data.html", context)


def export_of(person, request):
    """The folder of the last export of `person`; 404 when there is none."""
    _making, ready = exports_of(person)
    if ready is None:
        raise Http404("Nothing was made for this person.")
    return handed_over(ready, request)
