"""The registers of art. 30: entries, what each of their versions says and changed, adoption, archives, exports."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import role_required
from accounts.models import Organisation
from privacy.models import READER_ROLES, RegisterEntry, VersionState
from privacy.services import adopt, archive
from requests_app.consequences import of_adoption
from requests_app.forms.register import AdoptionForm, ArchiveForm, RegisterFilterForm
from requests_app.models import ExportFormat, RegisterExport
from requests_app.register import changes_between, exports_of, parties
from requests_app.services.register import ask_for_export
from requests_app.views.proofs import handed_over
from requests_app.views.refusals import attempt, status_of
from workflow.errors import MovedOn

PER_PAGE = 50
DIGITS = 4


@role_required(*READER_ROLES)
@require_safe
def register(request):
    """The entries that the person may see, as the address narrows them."""
    form = RegisterFilterForm(request.GET, user=request.user)
    entries = RegisterEntry.objects.visible_to(request.user)
    page = None
    if form.is_valid():
        page = Paginator(form.narrow(entries).for_list(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "requests_app/register.html",
        {
            "form": form,
            "page": page,
            "is_client": request.user.is_client_side,
            "exports": exports_of(request.user),
            "formats": ExportFormat,
            "only": form.organisation_shown,
        },
        status=status_of(form),
    )


@role_required(*READER_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def register_entry(request, key):
    """An entry: the version asked for or the last one, what it changed; adoption and archives for whoever keeps it."""
    entries = RegisterEntry.objects.visible_to(request.user).select_related("organisation")
    entry = get_object_or_404(entries, key=key)
    versions = list(entry.versions.select_related("change_request", "ruling", "adopted_by"))
    act = request.POST.get("act", "adopt") if request.method == "POST" else ""
    form = AdoptionForm(request.POST if act == "adopt" else None)
    ending = ArchiveForm(request.POST if act == "archive" else None)
    if form.is_valid():
        version = numbered(versions, form.cleaned_data["version"])
        if attempt(form, adopt, version, actor=request.user):
            messages.success(request, _("Adopted: this version is in force."))
            return redirect(entry)
    if ending.is_valid():
        version = numbered(versions, ending.cleaned_data["version"])
        if attempt(ending, archive, version, actor=request.user, reason=ending.cleaned_data["reason"]):
            messages.success(request, _("Archived: this version stays readable."))
            return redirect(entry)
    return show_entry(request, entry, versions, form, ending)


def show_entry(request, entry, versions, form, ending):
    """The page of `entry` with its `versions`, the last first, and the forms of its two acts."""
    is_keeper = entry.is_kept_by(request.user)
    shown = numbered(versions, asked(request, "version"), versions[0])
    earlier = [one for one in versions if one.number < shown.number]
    before = numbered(versions, asked(request, "with"), earlier[0] if earlier else None)
    standing = {one.state: one for one in versions}
    awaited = standing.get(VersionState.AWAITED)
    context = {
        "entry": entry,
        "versions": versions,
        "shown": shown,
        "before": before,
        "changes": changes_between(before, shown) if before else [],
        "parties": parties(entry),
        "awaited": awaited,
        "form": form,
        "if_adopted": of_adoption(awaited, versions) if awaited and is_keeper else [],
        "ending": ending,
        "in_force": standing.get(VersionState.IN_FORCE) if is_keeper else None,
    }
    return render(request, "requests_app/register_entry.html", context, status=status_of(form, ending))


@role_required(*READER_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def register_export(request, file_format):
    """The register in this format, the last one made for its reader; a POST asks for a new one, of a client or of all."""
    if file_format not in ExportFormat:
        raise Http404("No such format.")
    if request.method == "POST":
        code = request.POST.get("organisation") if request.user.is_vendor_side else None
        organisation = get_object_or_404(Organisation, code=code) if code else None
        try:
            ask_for_export(actor=request.user, file_format=file_format, organisation=organisation)
        except MovedOn:
            messages.warning(request, _("Your register is being made already: wait until it is ready."))
        else:
            messages.success(request, _("The register is being made. You find it here once it is ready."))
        return redirect("requests:register")
    ready = RegisterExport.objects.filter(
        reader=request.user, file_format=file_format, issued__file__isnull=False
    )
    return handed_over(get_object_or_404(ready.select_related("issued__file")), request)


def asked(request, name):
    """The number of a version that the address names, or None; raises `Http404` for what can be none."""
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
        raise Http404("No number of a version.")
    return int(text)


def numbered(versions, number, otherwise=None):
    """Of `versions` the one with this number, `otherwise` for None; raises `Http404` where there is none."""
    if number is None:
        return otherwise
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise Http404("The entry has no such version.")
    return found
