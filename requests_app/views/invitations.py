"""Step 1: support invites somebody of a client to open a request."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import role_required
from accounts.roles import Role
from requests_app.forms.creation import OrganisationForm
from requests_app.forms.invitations import InvitationForm
from requests_app.history import fate
from requests_app.models import Invitation
from requests_app.services.invitations import invite as send_invitation
from requests_app.views.creation import chosen_organisation
from requests_app.views.refusals import attempt, status_of

PER_PAGE = 30
WHAT_IT_DOES = (
    ("mail", gettext_lazy("The person gets a message in their language, with a link that is theirs alone.")),
    (
        "file-plus",
        gettext_lazy("The link opens a new request that already bears the ticket and the subject."),
    ),
    ("arrow-right", gettext_lazy("The request exists, with its number, once they save it.")),
)


@role_required(Role.SUPPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request):
    """The organisation first, then whom of it, from which ticket; below, what became of each invitation."""
    organisation = chosen_organisation(request)
    asked = request.GET if request.GET.get("organisation") else None
    choice, form = OrganisationForm(asked), None
    if organisation:
        form = InvitationForm(
            request.POST if request.method == "POST" else None,
            organisation=organisation,
            initial={"ticket_reference": request.GET.get("ticket", "")[:60]},
        )
    if request.method == "POST" and form and form.is_valid():
        made = attempt(
            form, send_invitation, actor=request.user, organisation=organisation, **form.cleaned_data
        )
        if made:
            messages.success(request, _("%(name)s is invited.") % {"name": made.person})
            return redirect("requests:invite")
    sent = Paginator(Invitation.objects.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "requests_app/invite.html",
        {
            "choice": choice,
            "organisation": organisation,
            "form": form,
            "what_it_does": WHAT_IT_DOES,
            "sent": sent,
            "lines": [(one, *(fate(one.message) if one.message else ("", ""))) for one in sent],
        },
        status=status_of(choice, form),
    )
