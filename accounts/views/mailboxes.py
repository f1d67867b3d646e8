"""The shared mailboxes, for the portal administrator."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import sections, services
from accounts.access import role_required
from accounts.forms import MailboxesForm
from accounts.roles import Role


@role_required(Role.PORTAL_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request):
    """Where the messages to helpdesk and information go, and in which language."""
    form = MailboxesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.update_mailboxes(actor=request.user, mailboxes=form.mailboxes())
        messages.success(request, _("The mailboxes have been saved."))
        return redirect("mailboxes:edit")
    return render(request, "accounts/mailboxes.html", {"form": form, "tabs": sections.tabs("mailboxes")})
