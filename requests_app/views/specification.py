"""Step 3, the specification and its quote: written over days, sent as a numbered version."""

from functools import partial

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import DPO_ROLES
from requests_app import consequences
from requests_app.changes import look
from requests_app.forms.specification import SpecificationSheet
from requests_app.page import FilePage
from requests_app.proofs import with_proofs
from requests_app.services import specification
from requests_app.views.files import get_file
from requests_app.views.moves import offers_of, refuse_closed, status_of_sheet
from requests_app.views.refusals import attempt
from workflow.steps import Step

# As long as the number of a version may be; beyond it no database could look it up.
DIGITS = 4


@require_http_methods(["GET", "POST"])
def specification_tab(request, number):
    """The working copy as a form for support at step 3; for all others what they may read of it."""
    file = get_file(request, number)
    page = FilePage(file, request.user, "specification")
    asked = request.GET.get("version")
    sheet = None
    if page.is_mine or request.method == "POST":
        prefetch_related_objects([file.specification], "criteria", "quote_lines")
    if request.method == "POST":
        sheet = SpecificationSheet(request.POST, specification=file.specification)
        answer = not refuse_closed(sheet.form, page, "specification") and _save_or_send(request, file, sheet)
        if answer:
            return answer
    elif page.is_mine and asked is None:
        sheet = SpecificationSheet(None, specification=file.specification)
    return render(
        request,
        "requests_app/specification.html",
        {
            "page": page,
            "sheet": sheet,
            **_reading(page, asked),
            **_sending(page, sheet),
            "offers": _offers(page),
        },
        status=status_of_sheet(sheet),
    )


def _save_or_send(request, file, sheet):
    """Do what the page said: the redirection after it, None when it was refused."""
    if not sheet.is_valid():
        return None
    if not sheet.planned_date:
        if not attempt(sheet.form, specification.save_specification, file, actor=request.user, **sheet.typed):
            return None
        messages.success(request, _("Saved. Nothing was sent."))
        return redirect("requests:specification", file.number)
    event = attempt(
        sheet.form,
        specification.send_specification,
        file,
        actor=request.user,
        planned_date=sheet.planned_date,
        **sheet.typed,
    )
    if event is None:
        return None
    said = {
        "send_to_dpo": _("Version %(version)s of %(number)s was sent to the DPO."),
        "send_to_client": _("Version %(version)s of %(number)s was sent to the client."),
    }
    messages.success(request, said[event.name] % {"version": event.data["version"], "number": file.number})
    return redirect("requests:list")


def _reading(page, asked):
    """The versions sent, without their texts, and what is read: the version asked for, the copy, or the last one.

    Raises `Http404` for a version that was never sent.
    """
    reader = page.user if page.user.is_client_side or page.user.has_role(*DPO_ROLES) else None
    versions = page.file.versions.seen_by(reader).select_related("author").order_by("-number")
    sent = list(versions.defer("content", "quote"))
    shown, copy = None, None
    if asked is not None:
        if not (asked.isascii() and asked.isdecimal() and len(asked) <= DIGITS):
            raise Http404
        number = int(asked)
    elif reads_working_copy(page, sent):
        number, copy = None, page.file.specification
    else:
        number = sent[0].number if sent else None
    if number is not None:
        shown = next(
            iter(with_proofs(page.file, versions.filter(number=number).select_related("event"))), None
        )
        if shown is None:
            raise Http404
        if reader:
            look(shown, reader)
    return {
        "versions": sent,
        "shown": shown,
        "copy": copy,
        "read_number": shown.number if shown else None,
        "is_asked": asked is not None,
        "is_being_written": page.file.step == Step.SPECIFICATION,
    }


def reads_working_copy(page, sent):
    """Whether the reader is of the vendor's side, and the text is being written or never came further."""
    being_written = page.file.step in (Step.REQUEST, Step.SPECIFICATION)
    return page.user.is_vendor_side and (being_written or not sent)


def _sending(page, sheet):
    """What saving with the planned date will do, for whoever may."""
    if sheet is None or not page.is_mine:
        return {"sending": None, "saved_quote": None}
    sending = specification.Sending(page.file)
    straight = sending.name == "send_to_client"
    look_ahead = partial(consequences.of, page.file, mailboxes=page.mailboxes)
    return {
        "sending": sending,
        "saved_quote": page.file.specification.offer,
        "if_sent": look_ahead(sending.name),
        "otherwise": look_ahead("send_to_dpo") if straight else (),
    }


def _offers(page):
    """The other acts of this tab that the reader may make."""
    return offers_of(page, "return_to_client", "decline", "change_planned_date", "cancel")
