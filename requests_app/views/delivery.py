"""Step 7: what was delivered, the client's test sheet, its decision and the documents of the delivery."""

from dataclasses import dataclass

from django.contrib import messages
from django.forms import BoundField
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from notifications.dispatch import open_mailboxes
from requests_app import consequences
from requests_app.forms.delivery import ACCEPT, REFUSE, TestSheetForm
from requests_app.models import AcceptanceCriterion, AcceptanceDraft, Environment, Section
from requests_app.page import FilePage
from requests_app.progress import Progress, progress_of
from requests_app.proofs import with_proofs
from requests_app.services import delivery
from requests_app.services.documents import PART_OF
from requests_app.views.documents import add_uploads, documents_form, posted_section
from requests_app.views.files import get_file
from requests_app.views.moves import refuse_closed
from requests_app.views.refusals import attempt, status_of
from requests_app.views.uploads import ahead, files_of
from workflow.steps import Step

DOCUMENTS = {
    Section.DELIVERY: gettext_lazy("Documents of the delivery"),
    Section.ACCEPTANCE: gettext_lazy("Documents of the client's tests"),
}


@dataclass(frozen=True)
class SheetLine:
    """A criterion on the test sheet, with its fields; `kept`: the evidence that waits for the answer to be sent.

    `goes_back`: the titles of what its refusal sends back.
    """

    criterion: AcceptanceCriterion
    answer: BoundField
    comment: BoundField
    documents: BoundField
    kept: list
    goes_back: list


@require_http_methods(["GET", "POST"])
def delivery_tab(request, number):
    """Deliveries and answers for everybody who sees the file; the test sheet for those who may decide."""
    if is_upload(request):
        return add_documents(request, number)
    file = get_file(request, number)
    page = FilePage(file, request.user, "delivery")
    if request.method != "POST":
        return show(request, page)
    files = files_of(request, file, Section.ACCEPTANCE)
    form = sheet_of(page, blocking(page), request.POST, files)
    if not refuse_closed(form, page, "acceptance") and form.is_valid():
        if form.is_kept and keep(form, file, request):
            return redirect("requests:delivery", number=number)
        if not form.is_kept and decide(form, file, request):
            return redirect("requests:list")
    page = FilePage(get_file(request, number), request.user, "delivery")
    return show(request, page, form=form)


def keep(form, file, request):
    """Keep the answers for later; whether it was done."""
    done = attempt(
        form,
        delivery.keep_answers,
        file,
        actor=request.user,
        answers=form.kept,
        evidence=form.evidence,
        comment=form.cleaned_data["reason"],
        delivery=form.cleaned_data["delivery"],
        revision=form.cleaned_data["revision"],
    )
    if done:
        messages.success(request, _("Saved. Nothing was sent."))
    return done


def decide(form, file, request):
    """Accept or refuse the delivery as the form says; whether it was done."""
    words = form.cleaned_data["reason"]
    typed = {
        "answers": form.answers,
        "evidence": form.evidence,
        "delivery": form.cleaned_data["delivery"],
    }
    if form.cleaned_data["decision"] == ACCEPT:
        done = attempt(form, delivery.accept, file, actor=request.user, comment=words, **typed)
        said = _("You accepted the delivery of %(number)s: the request is closed.")
    else:
        done = attempt(form, delivery.refuse, file, actor=request.user, reason=words, **typed)
        said = _("You refused the delivery of %(number)s: it goes back to development.")
    if done:
        messages.success(request, said % {"number": file.number})
    return done


def is_upload(request):
    """Whether this POST brings documents, and not the decision."""
    return request.method == "POST" and (
        request.POST.get("section") in DOCUMENTS
        or any(f"{section.value}-documents" in request.FILES for section in DOCUMENTS)
    )


def add_documents(request, number):
    """Add documents of the delivery or of its test."""
    page = FilePage(get_file(request, number), request.user, "delivery")
    form = documents_form(request, page, posted_section(request, [*DOCUMENTS]), [*DOCUMENTS])
    added = add_uploads(request, page, form)
    if added and not form.errors:
        return redirect("requests:delivery", number=number)
    return show(request, FilePage(get_file(request, number), request.user, "delivery"), uploads=form)


def sheet_of(page, stops, data=None, files=None):
    """The test sheet of the file's criteria, with what was kept of it for whoever may fill it in.

    `stops` are what blocks the acceptance (`blocking`).
    """
    draft = None
    if page.may_edit("acceptance"):
        draft = AcceptanceDraft.objects.filter(change_request=page.file).select_related("edited_by").first()
    form = TestSheetForm(
        data,
        files,
        criteria=progress_of(page.file).criteria,
        draft=draft,
        delivery=delivery.rank_of_delivery(page.file),
        is_blocked=bool(stops),
        is_kept=data is not None and "keep" in data,
    )
    return ahead(form, page.file, Section.ACCEPTANCE)


def blocking(page):
    """The conditions of the ruling that stop the acceptance now, as the machine's own reasons."""
    if page.file.step != Step.ACCEPTANCE:
        return []
    if not hasattr(page.file, "read_progress"):
        page.file.read_progress = Progress(page.file)
    reasons = page.file.missing("accept", actor=page.user, data={})
    return [reason for reason in reasons if reason.code == "condition"]


def show(request, page, *, form=None, uploads=None):
    """The tab, with the `form` or the `uploads` that were refused, if any."""
    file = page.file
    may_decide = page.may_edit("acceptance")
    stops = blocking(page)
    if form is None and may_decide:
        form = sheet_of(page, stops)
    deliveries = deliveries_of(page)
    in_production = (one for one in deliveries if one.environment == Environment.PRODUCTION)
    context = {
        "page": page,
        "form": form,
        "to_accept": next(in_production, None) if file.step == Step.ACCEPTANCE else None,
        "rows": [sheet_line(page, form, criterion) for criterion in form.criteria] if form else [],
        "criteria": progress_of(file).criteria if not form else [],
        "is_on": file.step == Step.ACCEPTANCE,
        "stops": stops,
        "details": details(stops),
        "if_decided": if_decided(page) if may_decide else {},
        "deciders": [] if may_decide or file.step != Step.ACCEPTANCE else file.audiences().deciders(),
        "deliveries": deliveries,
        "parts": [part(request, page, section, uploads, is_sheet_shown=bool(form)) for section in DOCUMENTS],
        "refused": [one for one in (form, uploads) if one and one.is_bound],
    }
    return render(request, "requests_app/delivery.html", context, status=status_of(form, uploads))


def sheet_line(page, form, criterion):
    """A criterion of the test sheet `form`, as `SheetLine`."""
    fields = (form[f"{name}_{criterion.position}"] for name in ("criterion", "comment", "documents"))
    kept = [page.document(one) for one in page.current if one.criterion_id == criterion.pk]
    return SheetLine(criterion, *fields, kept, sent_back(page, criterion))


def part(request, page, section, uploads, *, is_sheet_shown):
    """The documents of a `section` of the tab, with the form that adds to them for whoever may.

    What proves one criterion is beside it, on the test sheet or in the answer.
    """
    form = uploads if uploads and uploads.prefix == section else None
    if form is None and page.may_edit(PART_OF[section]):
        form = documents_form(request, page, section, [*DOCUMENTS])
    return {
        "section": section,
        "title": DOCUMENTS[section],
        "documents": [
            page.document(one)
            for one in page.current
            if one.section == section and one.answer_id is None and not (is_sheet_shown and one.criterion_id)
        ],
        "form": form,
        # What becomes of pictures of papers is on their own page: this one asks enough of the database.
        "album": None,
    }


def deliveries_of(page):
    """Every delivery, the latest first, each with the client's answer, and what proves them."""
    file, proving = page.file, {}
    for one in page.current:
        proving.setdefault(one.answer_id, []).append(one)
    made = file.deliveries.select_related(
        "event", "delivered_by", "acceptance__event", "acceptance__answered_by"
    )
    deliveries = list(made.prefetch_related("acceptance__answers").order_by("-pk"))
    answers = [one.acceptance for one in deliveries if hasattr(one, "acceptance")]
    for answer in (one for acceptance in answers for one in acceptance.answers.all()):
        answer.documents = [page.document(one) for one in proving.get(answer.pk, [])]
    with_proofs(file, deliveries + [one for one in answers if one.is_accepted])
    return deliveries


def sent_back(page, criterion):
    """The titles of the subtasks that go back to their developers if this criterion is refused."""
    return [node.subtask.title for node, _tied in progress_of(page.file).sent_back_by({criterion.pk})]


def details(stops):
    """The line under each decision."""
    return {
        ACCEPT: _("Not possible yet: a condition of the DPO's ruling blocks it.")
        if stops
        else _("Every criterion has to be accepted."),
        REFUSE: _("The criteria that you refuse say which subtasks are worked on again."),
    }


def if_decided(page):
    """What each decision does."""
    mailboxes = open_mailboxes()
    brought = {"to_adopt": page.entry_to_adopt}
    return {
        ACCEPT: consequences.of(page.file, "accept", data=brought, mailboxes=mailboxes),
        REFUSE: consequences.of(page.file, "refuse", mailboxes=mailboxes),
    }
