"""Coming deliveries for everybody, each reader with the requests that they may see; the lead prepares them."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import role_required
from accounts.roles import Role
from privacy.verdicts import Blocks
from requests_app.desk import HAS_MAJOR, all_green, refused_as_is, unmet
from requests_app.forms.development import ConfirmForm
from requests_app.forms.release import ReleaseForm
from requests_app.models import ChangeRequest, Release, ReleaseItem
from requests_app.services import release as services
from requests_app.views.lists import SEES_FILES
from requests_app.views.refusals import attempt, status_of
from workflow.steps import Step

PAST_SHOWN = 20


@role_required(*SEES_FILES)
@require_safe
def coming(request):
    """The deliveries to come and the last ones made, and what is planned without one yet."""
    files = ChangeRequest.objects.visible_to(request.user)
    # Found by the items, and filled with the same: a release of others alone is not there.
    items = ReleaseItem.objects.filter(change_request__in=files.order_by().values("pk"))
    to_come, is_lead = items.coming(), request.user.has_role(Role.LEAD)
    releases = Release.objects.filter(delivered_at=None)
    if not is_lead:
        # The lead alone meets one with nothing left to bring: to give it up.
        releases = releases.filter(pk__in=to_come.order_by().values("release"))
    made = Release.objects.filter(delivered_at__isnull=False, pk__in=items.order_by().values("release"))
    planned = files.filter(step=Step.DEVELOPMENT, planned_date__isnull=False)
    planned = planned.exclude(
        pk__in=ReleaseItem.objects.filter(release__delivered_at=None).order_by().values("change_request")
    )
    return render(
        request,
        "requests_app/releases.html",
        {
            "coming": releases.prefetch_related(filled_with(to_come)),
            "made": made.order_by("-delivered_at").prefetch_related(filled_with(items))[:PAST_SHOWN],
            "planned": planned.select_related("organisation").order_by("planned_date", "pk"),
            "is_lead": is_lead,
            "is_client": request.user.is_client_side,
        },
    )


def filled_with(items):
    """What fills releases with those of `items` that they hold."""
    return Prefetch("items", items.select_related("change_request__organisation"))


@role_required(Role.LEAD)
@require_http_methods(["GET", "POST"])
def release(request, pk=None):
    """A delivery to prepare, and to make; a new one without `pk`."""
    kept = get_object_or_404(Release, pk=pk) if pk else Release()
    act = request.POST.get("act", "save") if request.method == "POST" else ""
    form = ReleaseForm(request.POST if act == "save" else None, release=kept, user=request.user)
    confirm = ConfirmForm(request.POST if act in ("deliver", "drop") else None)
    if act == "save" and form.is_valid():
        saved = attempt(form, services.save_release, kept, actor=request.user, **form.typed)
        if saved:
            messages.success(request, _("The delivery is saved."))
            return redirect("requests:release", pk=saved.pk)
    if pk and act == "deliver" and attempt(confirm, services.deliver_release, kept, actor=request.user):
        messages.success(request, _("Delivered: each client is told of its own requests."))
        return redirect("requests:deliveries")
    if pk and act == "drop" and attempt(confirm, services.drop_release, kept, actor=request.user):
        messages.success(request, _("The delivery is given up; its requests stay in development."))
        return redirect("requests:deliveries")
    return render(
        request,
        "requests_app/release.html",
        {"release": kept, "form": form, "confirm": confirm, "items": items_of(kept)},
        status=status_of(form, confirm),
    )


def items_of(kept):
    """The requests of a release, each with whether nothing keeps it from being delivered."""
    if not kept.pk:
        return []
    files = ChangeRequest.objects.filter(release_items__release=kept, step=Step.DEVELOPMENT)
    ready = all_green(files.filter(~unmet(blocks=Blocks.DELIVERY), ~HAS_MAJOR))
    again = refused_as_is(files)
    ready = set(ready.values_list("pk", flat=True)) - set(again.values_list("pk", flat=True))
    items = kept.items.select_related("change_request__organisation", "delivery")
    return [(item, item.change_request_id in ready) for item in items]
