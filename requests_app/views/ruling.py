"""Step 4, the DPO's ruling: drafted, given by its validation date."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from privacy.analysis import is_unchanged, reduced, screened
from privacy.services import entry_to_be
from privacy.verdicts import Verdict
from requests_app import consequences
from requests_app.changes import ANSWERS_OF_DPO, changes_since, last_seen, look
from requests_app.forms.ruling import RulingSheet
from requests_app.guards import who_can_rule
from requests_app.page import FilePage
from requests_app.precedents import PARTS, entry_of, known_entries, may_be_reused, precedents
from requests_app.proofs import with_proofs
from requests_app.services import ruling
from requests_app.views.files import get_file
from requests_app.views.moves import offers_of, refuse_closed, status_of_sheet
from requests_app.views.refusals import attempt
from requests_app.views.rulings import findings_of
from workflow.steps import Step

LONGEST_KEY = 18

# What each verdict leads to, in a sentence; the rest comes from the verdict itself.
LEADS_TO = {
    Verdict.NO_PERSONAL_DATA: gettext_lazy("The request touches no personal data at all."),
    Verdict.NO_IMPACT: gettext_lazy(
        "Personal data are touched, and nothing changes for the people concerned."
    ),
    Verdict.FAVOURABLE: gettext_lazy("What is planned protects the people concerned."),
    Verdict.CONDITIONAL: gettext_lazy("It does once your conditions are met."),
    Verdict.UNFAVOURABLE: gettext_lazy(
        "You advise against it; the client may go on under its own responsibility."
    ),
    Verdict.INFRINGING: gettext_lazy("It cannot be done lawfully as it is asked for (art. 28(3))."),
}


@require_http_methods(["GET", "POST"])
def ruling_tab(request, number):
    """The draft as a form for a DPO who may rule; for all others the rulings that were given."""
    file = get_file(request, number)
    page = FilePage(file, request.user, "ruling")
    rulings = list(
        file.rulings.select_related("version", "event", "ruled_by", "standing_in_for")
        .prefetch_related("conditions")
        .defer("version__content", "version__quote")
        .order_by("-pk")
    )
    draft = next((one for one in rulings if one.ruled_at is None), None)
    before = next((one for one in rulings if one.ruled_at), None)
    sheet = None
    # Whoever may not fill it in reads nothing of the draft, not even what it would suggest.
    start = {"draft": draft if page.is_mine else None, "before": before, "intake": file.intake}
    reader = request.user if page.is_mine else None
    version = file.versions.seen_by(reader).select_related("author").last()
    start["words"] = f"{file.title}\n{file.description}"
    start["findings"] = findings = findings_of(version) if page.is_mine and version else ()
    if request.method == "POST":
        sheet = RulingSheet(request.POST, person=request.user, **start)
        answer = not refuse_closed(sheet.form, page, "ruling") and _save_or_rule(request, file, sheet)
        if answer:
            return answer
    elif page.is_mine:
        sheet = RulingSheet(None, person=request.user, **start)
    seen = None
    if page.is_mine:
        seen = last_seen(file, version, page.events, ANSWERS_OF_DPO, person=reader, draft=draft)
    context = {
        "page": page,
        "sheet": sheet,
        "given": with_proofs(file, (one for one in rulings if one.ruled_at)),
        "replaced_at": {one.ruled_at for one in rulings},
        "draft": draft if request.user.is_vendor_side else None,
        "version": version,
        "before": seen and seen.version,
        "is_same": seen is not None and seen.version.pk == version.pk,
        "starts_from": before if page.is_mine and not draft else None,
        "changes": changes_since(seen, version, page.events),
        "findings": findings,
        "is_being_ruled": file.step == Step.RULING,
        "able": list(who_can_rule(file)) if page.is_barred else (),
        "nobody_can": _nobody_can(page),
        "precedents": (),
        "entries": (),
        "reused": draft.reused if draft and request.user.is_vendor_side else (),
        "offers": offers_of(page, *(() if page.is_barred else ("return_to_support",)), "cancel"),
    }
    if page.is_mine and sheet:
        context["entries"] = known_entries(file)
        context["precedents"] = precedents(version, request.user, entry=entry_of(draft))
        context |= {
            "entry_to_be": _entry_to_be(draft),
            "screening": screened(sheet.saved) if sheet.saved else None,
            "details": LEADS_TO,
            "verdicts": _of_each_verdict(page),
            "if_given": _if_given(page),
        }
    if reader and version:
        look(version, reader)
    return render(request, "requests_app/ruling.html", context, status=status_of_sheet(sheet))


def _save_or_rule(request, file, sheet):
    """Do what the page said: the redirection after it, None when it was refused."""
    if not sheet.is_valid():
        return None
    if "reuse" in request.POST:
        return _reuse(request, file, sheet)
    day = sheet.validation_date
    if not day or ruling.would_start(file, actor=request.user, fields=sheet.typed["fields"]):
        if not attempt(sheet.form, ruling.start_from_entry, file, actor=request.user, **sheet.typed):
            return None
        if day:
            messages.warning(
                request,
                _(
                    "Saved, not given yet: what is known of the register entry was added. Read it over, then date and "
                    "save it again to give it."
                ),
            )
        else:
            messages.success(request, _("Saved. Nothing was sent."))
        return redirect("requests:ruling", file.number)
    if not attempt(sheet.form, ruling.rule, file, actor=request.user, validation_date=day, **sheet.typed):
        return None
    messages.success(
        request, _("Your ruling on %(number)s was given to the client.") % {"number": file.number}
    )
    return redirect("requests:list")


def _reuse(request, file, sheet):
    """Save what is typed with a part of a past ruling that its reader may see; else there is no such ruling (404)."""
    key, _colon, part = request.POST["reuse"].partition(":")
    if not key.isdecimal() or len(key) > LONGEST_KEY or part not in PARTS:
        raise Http404("No such part of a ruling.")
    past = may_be_reused(file, request.user).select_related("change_request__organisation")
    precedent = get_object_or_404(past, pk=key)
    if not attempt(
        sheet.form, ruling.reuse, file, actor=request.user, precedent=precedent, part=part, **sheet.typed
    ):
        return None
    if precedent.change_request.organisation_id == file.organisation_id:
        messages.success(request, _("Taken over, and your draft is saved. Nothing was sent."))
    else:
        messages.warning(
            request,
            _("Taken over, and your draft is saved. It was written for another client: read it over."),
        )
    return redirect("requests:ruling", file.number)


def _entry_to_be(draft):
    """What the delivery makes of what is saved, as `entry_to_be`; None where it makes no entry, or nothing is saved."""
    if draft is None or not reduced(draft.personal_data, draft.analysis):
        return None
    makes_one = draft.outcome.calls_for_check if draft.verdict else not is_unchanged(draft.analysis)
    return entry_to_be(draft.change_request, draft) if makes_one else None


def _if_given(page):
    """What giving a ruling does whatever its verdict."""
    return consequences.of(page.file, "rule", data={"verdict": Verdict.FAVOURABLE}, mailboxes=page.mailboxes)


def _of_each_verdict(page):
    """What each verdict leads to beside that, as `{value: [(icon, sentence)]}`."""
    return {verdict.value: list(_of_verdict(page, verdict)) for verdict in Verdict}


def _of_verdict(page, verdict):
    if not verdict.may_be_validated:
        yield "octagon-x", _("The client can change or cancel its request, not validate it.")
        told = consequences.told(page.file, "rule", data={"verdict": verdict}, mailboxes=page.mailboxes)
        yield from (
            (icon, _("At once, with a text of its own: %(text)s") % {"text": text}) for icon, text in told
        )
        return
    if verdict is Verdict.UNFAVOURABLE:
        yield "circle-alert", _("The client can validate with a written reason, kept as its instruction.")
    else:
        yield "circle-check", _("The client can validate, ask for a change or cancel.")
    if verdict.calls_for_check and verdict.takes_conditions:
        yield "shield-check", _("Each subtask needs your GDPR check, and each condition is verified.")
    elif verdict.calls_for_check:
        yield "shield-check", _("Each subtask needs your GDPR check.")
    else:
        yield "shield-off", _("No GDPR check during the development.")


def _nobody_can(page):
    """Whether the history says that nobody can rule on the version in question, for the vendor's side to know."""
    since = [event.name for event in page.events if event.at >= page.file.step_since]
    said = [name for name in since if name in ruling.WHO_CAN_RULE]
    return page.user.is_vendor_side and page.file.step == Step.RULING and said[-1:] == [ruling.NOBODY]
