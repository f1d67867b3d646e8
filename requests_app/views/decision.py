"""Step 5, the client's decision on the version that it read."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from privacy.verdicts import Verdict
from requests_app import consequences
from requests_app.changes import ANSWERS_OF_CLIENT, changes_since, last_seen, look
from requests_app.forms.decision import CHOICES, DecisionForm
from requests_app.history import entries
from requests_app.models import Section
from requests_app.page import FilePage
from requests_app.proofs import with_proofs
from requests_app.services import signatures
from requests_app.services.decision import decide
from requests_app.views.files import get_file
from requests_app.views.moves import refuse_closed
from requests_app.views.refusals import act_refused_text, attempt, status_of
from requests_app.views.uploads import ahead, files_of
from workflow.errors import Refused
from workflow.steps import Step

DETAILS = {
    "sign": gettext_lazy(
        "Your organisation asks for two signatures at this amount: somebody else who may decide validates."
    ),
    "request_change": gettext_lazy("Say in the comment what has to change."),
    "cancel": gettext_lazy("Choose a reason, and say it in the comment."),
}
DONE = {
    "sign": gettext_lazy("You signed %(number)s first; those who can countersign are told."),
    "validate": gettext_lazy("You validated the specification of %(number)s."),
    "request_change": gettext_lazy("Support was asked to change the specification of %(number)s."),
    "cancel": gettext_lazy("%(number)s was cancelled."),
}
INSTRUCTIONS = ("sign", "validate")
ANSWERS = ("request_change", "cancel")


@require_http_methods(["GET", "POST"])
def decision_tab(request, number):
    """The version with its ruling, and the choice for those of the client who may make it."""
    file = get_file(request, number)
    page = FilePage(file, request.user, "decision")
    reader = request.user if request.user.is_client_side else None
    version = file.versions.seen_by(reader).last()
    ruling = file.rulings.in_force().select_related("version").prefetch_related("conditions").first()
    first = page.first_signature
    offered = _choices(page, version, ruling, first)
    form = None
    if request.method == "POST" or page.is_mine:
        posted = (
            (request.POST, files_of(request, file, Section.DECISION))
            if request.method == "POST"
            else (None, None)
        )
        form = DecisionForm(*posted, offered=offered, verdict=ruling and ruling.verdict, first=first)
        ahead(form, file, Section.DECISION)
    if (
        request.method == "POST"
        and not refuse_closed(form, page, "decision")
        and form.is_valid()
        and attempt(form, decide, file, actor=request.user, **form.cleaned_data)
    ):
        messages.success(request, DONE[form.cleaned_data["choice"]] % {"number": file.number})
        return redirect("requests:list")
    if getattr(form, "status", 200) == 422 and form.cleaned_data.get("version") != version.number:
        # The page now shows the version sent meanwhile, and what was typed: a conflict, not a mistake.
        form.status = 409
    is_open, seen = file.step == Step.DECISION, None
    if is_open:
        seen = last_seen(file, version, page.events, ANSWERS_OF_CLIENT, person=reader)
    context = {
        "page": page,
        "form": form,
        "version": version,
        "before": seen and seen.version,
        "is_same": seen is not None and seen.version.pk == version.pk,
        "changes": changes_since(seen, version, page.events),
        "ruling": ruling if version and ruling and ruling.holds_for(version) else None,
        "is_open": is_open,
        "first": first,
        "is_own_signature": first is not None and first.signed_by_id == request.user.pk,
        "rank": {name: rank for rank, name in enumerate(offered)},
        "instructs": next((rank for rank, name in enumerate(offered) if name in INSTRUCTIONS), None),
        "deciders": file.audiences().deciders() if page.is_mine and "cancel" not in offered else None,
        "others": _countersigners(page, first),
        "details": DETAILS,
        "consequences": _consequences(page, offered),
        **_past(page),
    }
    if is_open and reader:
        look(version, reader)
    return render(request, "requests_app/decision.html", context, status=status_of(form))


@require_POST
def withdraw_signature(request, number):
    """Take one's own first signature back, and lead back to the tab."""
    file = get_file(request, number)
    try:
        signatures.withdraw_signature(file, actor=request.user)
    except Refused as refusal:
        messages.error(request, act_refused_text(refusal))
    else:
        messages.success(request, _("You withdrew your first signature."))
    return redirect("requests:decision", number)


def _choices(page, version, ruling, first):
    """The answers that the reader is offered: by step and role, and validating only where the ruling lets them.

    Where two sign, the first one is offered to sign instead, and then nothing more of it.
    """
    offered = [name for name in CHOICES if page.is_mine and name in page.offered]
    if "validate" not in offered:
        return offered
    if ruling and ruling.outcome is Verdict.INFRINGING:
        offered.remove("validate")
    elif page.file.organisation.asks_two(version.offer.net):
        if first is None:
            offered[offered.index("validate")] = "sign"
        elif first.signed_by_id == page.user.pk:
            offered.remove("validate")
    return offered


def _countersigners(page, first):
    """Who can give the second signature, while the first one waits; None otherwise."""
    if first is None or not page.user.is_client_side:
        return None
    return [one for one in page.file.audiences().deciders() if one.pk != first.signed_by_id]


def _consequences(page, offered):
    """What each of the answers `offered` will do."""
    return {
        name: consequences.of_signature(page.file, page.user)
        if name == "sign"
        else consequences.of(page.file, name, mailboxes=page.mailboxes)
        for name in offered
    }


def _past(page):
    """The validations, the latest first, the other answers, and the documents that came with them."""
    validations = page.file.decisions.select_related(
        "event", "version", "ruling", "decided_by", "first_signature__signed_by"
    )
    validations = validations.defer("version__content").order_by("-pk")
    answers = [event for event in page.events if event.name in ANSWERS]
    validations = with_proofs(page.file, validations)
    endings = {event.at: event for event in page.events if event.name == "reopen_specification"}
    for decision in validations:
        decision.ending = endings.get(decision.ended_at)
    return {
        "validations": validations,
        "answers": entries(page.file, page.user, answers)[::-1],
        "documents": page.documents(Section.DECISION),
    }
