"""The history: every act, and what became of every message."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Role
from notifications import outbox
from requests_app import history
from requests_app.page import FilePage
from requests_app.proofs import dossiers_of
from requests_app.views.files import get_file

PER_PAGE = 50
ANSWERS = {
    "again": lambda message, actor: outbox.resolve_uncertain(message, actor=actor, again=True),
    "arrived": lambda message, actor: outbox.resolve_uncertain(message, actor=actor, again=False),
    "revive": lambda message, actor: outbox.revive(message, actor=actor),
}


@require_safe
def history_tab(request, number):
    """Every line that the reader may read, the last one first."""
    user, page = request.user, FilePage(get_file(request, number), request.user, "history")
    events = history.readable(page.file, user, page.events)[::-1]
    chosen = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    messages_told = list(history.messages_of(list(chosen), user, and_stuck_of=page.events))
    acts = history.whole_entries(list(chosen), messages_told)
    invitation = history.invitation_of(page.file)
    if invitation and invitation.message:
        messages_told.insert(0, invitation.message)
    if invitation and not chosen.has_next():
        acts.append(history.invitation_entry(invitation, user))
    stuck = [message for message in messages_told if message.needs_staff] if user.is_vendor_side else []
    return render(
        request,
        "requests_app/history.html",
        {
            "page": page,
            "chosen": chosen,
            "acts": acts,
            "dossiers": dossiers_of(page.file, request.user),
            "stuck": [(message, *history.fate(message)) for message in stuck],
            "may_resolve": user.has_role(Role.SUPPORT),
        },
    )


@require_POST
def resolve_message(request, number, pk):
    """Support says what became of a message whose fate is uncertain, or has a dead one tried again."""
    file = get_file(request, number)
    if request.user.is_client_side:
        raise Http404("Messages that are stuck are the vendor's business.")
    answer = ANSWERS.get(request.POST.get("answer"))
    message = get_object_or_404(history.messages_to_resolve(file), pk=pk)
    if answer is None:
        raise PermissionDenied
    try:
        answer(message, request.user)
    except outbox.AlreadyResolved:
        messages.error(request, _("Somebody was faster: this message is settled already."))
    else:
        messages.success(request, _("Noted. The history shows what becomes of the message."))
    return redirect("requests:history", number=number)
