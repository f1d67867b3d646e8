"""Step 2, the request: opened, filled in over days, sent."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app import consequences
from requests_app.forms.request import RequestForm
from requests_app.page import FilePage
from requests_app.services import requests
from requests_app.views.files import get_file
from requests_app.views.moves import offers_of, refuse_closed
from requests_app.views.refusals import attempt, status_of


@require_http_methods(["GET", "POST"])
def request_tab(request, number):
    """The request as a form for its own side while it is open, as a text for all others."""
    file = get_file(request, number)
    page = FilePage(file, request.user, "request")
    form = None
    if page.is_mine or request.method == "POST":
        posted = request.POST if request.method == "POST" else None
        form = RequestForm(posted, organisation=file.organisation, text=page.text)
    if request.method == "POST" and not refuse_closed(form, page, "request") and form.is_valid():
        typed = {"fields": form.request_fields, "revision": form.cleaned_data["revision"]}
        if form.cleaned_data["send"]:
            if attempt(form, requests.send_to_support, file, actor=request.user, **typed):
                messages.success(request, _("%(number)s was sent to the hot line.") % {"number": file.number})
                return redirect("requests:list")
        elif attempt(form, requests.save_request, file, actor=request.user, **typed):
            messages.success(request, _("Saved. Nothing was sent."))
            return redirect("requests:request", number=file.number)
    return render(
        request,
        "requests_app/request.html",
        {
            "page": page,
            "form": form,
            "if_sent": consequences.of(file, "send_to_support", mailboxes=page.mailboxes, sender=request.user)
            if page.is_mine
            else (),
            "offers": offers_of(page, "cancel"),
        },
        status=status_of(form),
    )
