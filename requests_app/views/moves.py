"""The acts that need a reason and little else: folded on their tab, on a page of their own when refused."""

from dataclasses import dataclass
from functools import partial

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from requests_app import consequences
from requests_app.forms.decision import CancelForm
from requests_app.forms.fields import ReasonForm
from requests_app.forms.specification import DeclineForm, PlannedDateForm
from requests_app.page import FilePage
from requests_app.services import requests, ruling, specification
from requests_app.tabs import FIRST_TAB
from requests_app.views.files import get_file
from requests_app.views.refusals import attempt, refusal_lines, status_of
from workflow import engine
from workflow.errors import MovedOn, NotYourRole
from workflow.machine import label_of


@dataclass(frozen=True)
class Act:
    """A move or an edit with a form of its own. Its fields are what `service` takes."""

    form: type[forms.Form]
    service: object
    done: Promise
    icon: str
    label: Promise | str = ""
    is_final: bool = False


ACTS = {
    "return_to_client": Act(
        ReasonForm, requests.return_to_client, _("%(number)s was returned to the client."), "undo-2"
    ),
    "decline": Act(DeclineForm, requests.decline, _("%(number)s was declined."), "ban", is_final=True),
    "return_to_support": Act(
        ReasonForm, ruling.return_to_support, _("%(number)s was returned to support."), "undo-2"
    ),
    "cancel": Act(CancelForm, requests.cancel, _("%(number)s was cancelled."), "ban", is_final=True),
    "change_planned_date": Act(
        PlannedDateForm,
        specification.change_planned_date,
        _("The planned date of %(number)s was changed."),
        "calendar-clock",
        label=_("Change the planned date"),
    ),
}
# What an act asks of the step and the role, where that is not the move of its name.
PART_OF = {"change_planned_date": "planned_date"}


@dataclass(frozen=True)
class Offer:
    """An act as a page shows it: its form, where it is posted, and what it will do."""

    name: str
    act: Act
    form: forms.Form
    url: str
    then: list

    @property
    def label(self):
        """What its button says."""
        return self.act.label or label_of(self.name)


def offer_of(page, name, form=None):
    """The act `name` on the file of `page` as an `Offer`, with an empty form unless one is given."""
    look_ahead = consequences.told if name in PART_OF else consequences.of
    return Offer(
        name=name,
        act=ACTS[name],
        form=form or ACTS[name].form(auto_id=f"{name}_%s"),
        url=reverse(f"requests:{name}", args=[page.file.number]),
        then=look_ahead(page.file, name, mailboxes=page.mailboxes),
    )


def offers_of(page, *names):
    """The `Offer`s of those of `names` that the reader of `page` may make now, in that order."""
    return [offer_of(page, name) for name in names if is_open(page, name)]


def is_open(page, name):
    """Whether the step and the roles allow the reader of `page` the act `name`."""
    return page.may_edit(PART_OF[name]) if name in PART_OF else name in page.offered


def refuse_closed(form, page, name):
    """Whether the step and the roles refuse what was posted on `form`; then it says so, its typed text kept.

    `name` is a part or a move of the machine. Nothing that only its own side may read is loaded for it.
    """
    form.is_valid()
    return attempt(form, partial(engine.require, page.file, name), actor=page.user) is None


def status_of_sheet(sheet):
    """The HTTP status of a page with a sheet (a form and its rows), or with None."""
    if sheet is None:
        return 200
    status = status_of(sheet.form)
    return status if status != 200 or sheet.is_sound else 422


@require_http_methods(["GET", "POST"])
def make(request, number, name):
    """One act on a page of its own: where its folded form is posted, and where it is read again when refused."""
    file = get_file(request, number)
    act, tab = ACTS[name], "specification" if name in PART_OF else FIRST_TAB[file.step]
    page = FilePage(file, request.user, tab)
    posted = request.POST if request.method == "POST" else None
    form = act.form(posted, auto_id=f"{name}_%s")
    if posted is None and not is_open(page, name):
        return closed(request, page, PART_OF.get(name, name))
    if (
        posted is not None
        and not refuse_closed(form, page, PART_OF.get(name, name))
        and form.is_valid()
        and attempt(form, act.service, file, actor=request.user, **form.cleaned_data)
    ):
        messages.success(request, act.done % {"number": file.number})
        stays = name in PART_OF
        return redirect("requests:specification", file.number) if stays else redirect("requests:list")
    offer = offer_of(page, name, form)
    return render(request, "requests_app/move.html", {"page": page, "offer": offer}, status=status_of(form))


def closed(request, page, name):
    """The answer to whoever opens the page of an act that is not theirs, or not of this step."""
    try:
        engine.require(page.file, name, actor=request.user)
    except (MovedOn, NotYourRole) as refusal:
        status = 409 if isinstance(refusal, MovedOn) else 403
        why = [message for _field, message in refusal_lines(refusal, reader=request.user)]
    return render(request, "requests_app/move.html", {"page": page, "offer": None, "why": why}, status=status)
