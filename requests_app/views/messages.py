"""Messages that will not arrive unless a person looks at them: uncertain, or given up."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import sections
from accounts.access import role_required
from accounts.roles import Role
from notifications import outbox
from notifications.models import OutgoingMessage
from requests_app.history import fate
from requests_app.models import ChangeRequest
from requests_app.views.history import ANSWERS

PER_PAGE = 50


@role_required(Role.SUPPORT, Role.PORTAL_ADMIN)
@require_safe
def stuck_messages(request):
    """Every stuck message, the oldest first; of a file, only what the person may know of it."""
    user = request.user
    stuck = (
        OutgoingMessage.objects.needing_staff()
        .for_list()
        .select_related("recipient", "event__change_request")
    )
    page = Paginator(stuck, PER_PAGE).get_page(request.GET.get("page"))
    files = {message.event.change_request_id for message in page if message.event}
    known = set(ChangeRequest.objects.visible_to(user).filter(pk__in=files).values_list("pk", flat=True))
    return render(
        request,
        "requests_app/stuck_messages.html",
        {
            "page": page,
            "rows": [row(message, user, known) for message in page],
            "tabs": sections.tabs("messages") if user.has_role(Role.PORTAL_ADMIN) else (),
        },
    )


@role_required(Role.SUPPORT, Role.PORTAL_ADMIN)
@require_POST
def settle_message(request, pk):
    """Say what became of an uncertain message, have it sent again, or have a dead one tried again."""
    message = get_object_or_404(OutgoingMessage, pk=pk)
    answer = ANSWERS.get(request.POST.get("answer"))
    if answer is None:
        raise PermissionDenied
    try:
        answer(message, request.user)
    except outbox.AlreadyResolved:
        messages.error(request, _("Somebody was faster: this message is settled already."))
    else:
        messages.success(request, _("Noted for the message to %(address)s.") % {"address": message.address})
    return redirect("requests:stuck_messages")


def row(message, user, known):
    """What `user` may read of a stuck message, as a dict; `known` are the keys of the files they may see."""
    file = message.event.change_request if message.event else None
    tone, words = fate(message)
    return {
        "message": message,
        # What happened to a file is for those to know who may see it.
        "label": message.label if file is None or file.pk in known else _("Message about a request"),
        "file": file if file is not None and file.pk in known else None,
        "tone": tone,
        "words": words,
        "may_resolve": outbox.may_resolve(message, user),
        # The words of a message that is forgotten are gone: whoever needs it asks for a new one.
        "may_revive": not message.is_secret,
    }
