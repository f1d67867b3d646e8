"""Who of support is in charge of a file: taken, or given to a colleague."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests_app.forms.in_charge import InChargeForm
from requests_app.services.requests import take_in_charge
from requests_app.tabs import TABS
from requests_app.views.files import get_file
from requests_app.views.refusals import attempt


@require_POST
def put_in_charge(request, number):
    """Put somebody of support in charge, and lead back to the tab that was read."""
    file = get_file(request, number)
    form = InChargeForm(request.POST)
    if form.is_valid() and attempt(
        form, take_in_charge, file, actor=request.user, person=form.cleaned_data["person"]
    ):
        messages.success(
            request, _("%(name)s is in charge of the request.") % {"name": form.cleaned_data["person"]}
        )
    for errors in form.errors.values():
        messages.error(request, " ".join(errors))
    asked = request.POST.get("tab")
    tab = asked if asked in [name for name, *_rest in TABS] else "detail"
    return redirect(f"requests:{tab}", number=number)
