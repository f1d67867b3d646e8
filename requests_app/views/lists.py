"""« À faire » and the list of requests."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.access import role_required
from accounts.roles import CLIENT_ROLES, Role
from notifications.models import OutgoingMessage
from requests_app.desk import Desk
from requests_app.filters import RequestFilterForm, View
from requests_app.lines import lines
from requests_app.models import ChangeRequest
from requests_app.stand_ins import handed_to
from ui.items import Chip

PER_PAGE = 50
AWAITED_SHOWN = 20
SEES_FILES = tuple(role for role in Role if role is not Role.PORTAL_ADMIN)


@require_safe
def home(request):
    """What waits for the person, then what they wait for."""
    user = request.user
    if not user.sees_requests:
        if user.has_role(Role.PORTAL_ADMIN):
            return redirect("people:list")
        raise Http404("Requests do not exist for this person.")
    desk = Desk(user)
    awaited = lines(desk.awaited[: AWAITED_SHOWN + 1], user, timezone.localdate())
    is_support = user.has_role(Role.SUPPORT)
    return render(
        request,
        "requests_app/home.html",
        {
            "mine": [item for item in desk.items if item.act != "take"],
            "unclaimed": [item for item in desk.items if item.act == "take"],
            "may_rule_together": sum(item.act == "rule" for item in desk.items) > 1,
            "handed": handed_to(desk),
            "left_out": desk.total - len(desk.items),
            "awaited": awaited[:AWAITED_SHOWN],
            "has_more_awaited": len(awaited) > AWAITED_SHOWN,
            "stuck": OutgoingMessage.objects.needing_staff().count() if is_support else 0,
            "may_open": user.has_role(Role.SUPPORT, *CLIENT_ROLES),
            "is_support": is_support,
        },
    )


@role_required(*SEES_FILES)
@require_safe
def request_list(request):
    """The requests that the person may see, as the address narrows and orders them."""
    user, today = request.user, timezone.localdate()
    form = RequestFilterForm(request.GET, user=user)
    context = {
        "form": form,
        "may_open": user.has_role(Role.SUPPORT, *CLIENT_ROLES),
        "is_support": user.has_role(Role.SUPPORT),
    }
    if not form.is_valid():
        context |= {"views": views_of(request, None, {}), "page": None, "lines": []}
        return render(request, "requests_app/list.html", context, status=422)
    files = form.narrow(ChangeRequest.objects.visible_to(user))
    counts = form.counted(files, today)
    view = form.view_shown
    chosen = form.in_order(files.filter(dict(form.conditions(today))[view])).for_list()
    page = Counted(chosen, PER_PAGE, count=counts[view]).get_page(request.GET.get("page"))
    context |= {
        "views": views_of(request, view, counts),
        "view": view,
        "page": page,
        "lines": lines(page.object_list, user, today),
        "is_narrowed": bool(form.active_count),
        "all_count": counts[View.ALL],
    }
    return render(request, "requests_app/list.html", context)


class Counted(Paginator):
    """Pages of a list whose length is known already."""

    def __init__(self, *args, count):
        super().__init__(*args)
        self._count = count

    @cached_property
    def count(self):
        """The length that was given."""
        return self._count

    def get_page(self, number):
        """The page of the address; the nearest there is for a number beyond, the first for no number."""
        return self.page(min(max(whole(number), 1), self.num_pages))


def whole(text):
    """A page's number as an address has it; 1 for what is no number of a believable length."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 1


def with_parameters(request, **changed):
    """This address with some parameters changed; those that become empty leave it."""
    asked = {**{name: request.GET[name] for name in request.GET}, **changed}
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"


def views_of(request, current, counts):
    """The views as chips; the filters stay when one is chosen, the page does not."""
    kept = [
        (name, value)
        for name in (*RequestFilterForm.FILTERS, "sort")
        for value in request.GET.getlist(name)[-1:]
        if value and counts
    ]
    return [
        Chip(
            label=str(view.label),
            url=f"?{urlencode([('view', view.value), *kept])}",
            current=view is current,
            count=counts.get(view),
        )
        for view in View
    ]
