"""The development's tab: how far it is, what it waits for, and the moves of step 6."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from requests_app import consequences
from requests_app.burnup import burn_up
from requests_app.forecasts import prospect
from requests_app.forms.development import (
    AgreeForm,
    DeliveryForm,
    PassGdprForm,
    SubtaskForm,
)
from requests_app.forms.fields import ReasonForm
from requests_app.forms.split import ApplyTemplateForm
from requests_app.models import CheckKind, Environment
from requests_app.page import FilePage
from requests_app.progress import Progress, State
from requests_app.services import decision, delivery, development, split
from requests_app.views.development.acts import Act, carry_out, named
from requests_app.views.development.desk import Desk
from requests_app.views.files import get_file
from requests_app.views.refusals import status_of
from ui import plots
from ui.formats import brief_day_text
from workflow import engine
from workflow.steps import Step


def deliver(file, *, actor, environment, **typed):
    """Deliver where the form says; to production the step itself refuses a second time."""
    if environment == Environment.QUALIFICATION:
        return delivery.deliver_to_qualification(file, actor=actor, **typed)
    del typed["key"]
    return delivery.deliver(file, actor=actor, **typed)


def delivered(form):
    if form.cleaned_data["environment"] == Environment.QUALIFICATION:
        return _("Delivered to qualification. The request stays at this step.")
    return _("Delivered to production. It is the client's turn to test.")


def reason(form):
    return {"reason": form.cleaned_data["reason"]}


ACTS = {
    "split": Act(
        "split",
        lambda desk, file, data: SubtaskForm(data, progress=desk.progress, auto_id="split-%s"),
        development.add_subtask,
        gettext_lazy("The subtask is added."),
        lambda form: {
            **form.typed,
            "parent": form.cleaned_data["parent"],
            "key": str(form.cleaned_data["key"]),
        },
    ),
    "apply_template": Act(
        "split",
        lambda desk, file, data: ApplyTemplateForm(
            data, templates=split.templates_for(file), auto_id="template-%s"
        ),
        split.apply_template,
        gettext_lazy("The subtasks of the template are added; assign them."),
        lambda form: form.cleaned_data,
    ),
    "pass_gdpr": Act(
        "checks",
        lambda desk, file, data: PassGdprForm(
            data, progress=desk.progress, nodes=desk.gdpr_passes, auto_id="gdpr-%s"
        ),
        development.pass_gdpr_checks,
        gettext_lazy("The GDPR checks are kept, one for each subtask."),
        lambda form: {"subtasks": list(form.cleaned_data["subtasks"])},
    ),
    "deliver": Act(
        "deliver",
        lambda desk, file, data: DeliveryForm(data, auto_id="deliver-%s"),
        deliver,
        delivered,
        lambda form: {**form.cleaned_data, "key": str(form.cleaned_data["key"])},
    ),
    "reopen_specification": Act(
        "reopen_specification",
        lambda desk, file, data: ReasonForm(data, auto_id="reopen-%s"),
        decision.reopen_specification,
        gettext_lazy("The specification is open again; work pauses."),
        reason,
    ),
    "propose_to_abandon": Act(
        "abandonment",
        lambda desk, file, data: ReasonForm(data, auto_id="propose-%s"),
        decision.propose_to_abandon,
        gettext_lazy("The client is asked to agree."),
        reason,
    ),
    "agree_to_abandon": Act(
        "abandonment_agreement",
        lambda desk, file, data: AgreeForm(
            data, auto_id="agree-%s", initial={"proposal": decision.proposal_of(file)}
        ),
        decision.agree_to_abandon,
        gettext_lazy("You agreed that the development stops."),
        lambda form: form.cleaned_data,
    ),
    "abandon": Act(
        "abandon",
        lambda desk, file, data: ReasonForm(
            data, auto_id="abandon-%s", initial={"reason": file.abandonment_reason}
        ),
        decision.abandon,
        gettext_lazy("The request is abandoned."),
        reason,
    ),
}
TWO = 2
MOVES_AWAY = ("deliver", "reopen_specification", "abandon")


@require_http_methods(["GET", "POST"])
def development_tab(request, number):
    """The subtasks for everybody who sees the file, and the moves of step 6 for those whose they are."""
    file = get_file(request, number)
    name = form = None
    if request.method == "POST":
        act, name = named(ACTS, request)
        desk = Desk(FilePage(file, request.user, "development"), Progress(file))
        form = act.form(desk, file, request.POST)
        if carry_out(act, form, file, desk.page, request):
            moved = name in MOVES_AWAY and form.cleaned_data.get("environment") != Environment.QUALIFICATION
            return redirect("requests:list") if moved else redirect("requests:development", number=number)
        file = get_file(request, number)
    file.read_progress = Progress(file)
    desk = Desk(FilePage(file, request.user, "development"), file.read_progress)
    told = context(desk, name, form)
    return render(request, "requests_app/development.html", told, status=status_of(form))


def context(desk, name, refused):
    """Everything the page of the tab takes; `refused` is the form of the act `name` that was not made, if any."""
    file, progress = desk.file, desk.progress
    is_on = file.step == Step.DEVELOPMENT
    missing = file.missing("deliver", actor=desk.user, data={}) if is_on else []
    # The tree below shows which subtasks are not green; what it does not show comes first.
    missing.sort(key=lambda reason: reason.code == "not_green")
    # What qualification alone lacks does not keep it from being delivered there.
    acts = offered(desk, [reason for reason in missing if reason.code != "qualification"])
    forms = {act: ACTS[act].form(desk, file, None) for act in acts}
    if refused:
        forms[name] = refused
        # What was typed stays in sight; without the act being offered there is no button.
        refused.is_closed = getattr(refused, "is_closed", False) or name not in acts
    left_aside = progress.left_aside if is_on else []
    untied = progress.untied if desk.may_split and progress.live else []
    return {
        "page": desk.page,
        "desk": desk,
        "is_on": is_on,
        "rows": desk.rows(),
        "green": progress.counts[State.GREEN],
        "live": len(progress.live),
        "blocked": len(progress.blocked),
        "estimate": progress.estimate,
        "burn_up": burn_up_of(desk),
        "prospect": prospect(file, desk.user),
        "templates": split.templates_for(file) if desk.may_split and not progress.nodes else [],
        "counts": [(state, count) for state, count in progress.counts.items() if count],
        "missing": missing,
        "untied": [one for one in untied if one.pk not in {answer.criterion_id for answer in left_aside}],
        "left_aside": left_aside,
        "sheet_counts": desk.sheet_counts,
        "forms": forms,
        "refused": refused,
        "if_done": {act: if_done(desk, act) if act in acts else {} for act in forms},
    }


def burn_up_of(desk):
    """The stands of the file over time with their plot; None before there are two days with an estimate."""
    stands = burn_up(desk.progress, with_spent=desk.sees_hours)
    if len(stands) < TWO:
        return None
    series = [
        plots.Series(_("Estimated"), "neutral", tuple(float(one.total) for one in stands), is_dashed=True),
        plots.Series(pgettext("hours", "Done"), "done", tuple(float(one.done) for one in stands)),
    ]
    if desk.sees_hours:
        spent = tuple(float(one.spent) for one in stands)
        series.append(plots.Series(pgettext("hours", "Spent"), "vendor", spent))
    days = [brief_day_text(one.day) for one in stands]
    return stands, plots.curves(_("Hours done against all that are estimated, by day"), days, series)


def offered(desk, missing):
    """The acts of the tab that the reader may make now."""
    file, page = desk.file, desk.page
    acts = []
    if desk.may_split:
        acts.append("split")
    if desk.gdpr_passes:
        acts.append("pass_gdpr")
    if "deliver" in page.offered and not missing:
        acts.append("deliver")
    if "reopen_specification" in page.offered:
        acts.append("reopen_specification")
    if file.abandonment_agreed_by_id:
        return acts + (["abandon"] if "abandon" in page.offered else [])
    if engine.may_edit(file, "abandonment", desk.user):
        acts.append("propose_to_abandon")
    if file.abandonment_reason and engine.may_edit(file, "abandonment_agreement", desk.user):
        acts.append("agree_to_abandon")
    return acts


def if_done(desk, name):
    """What an act of the tab does, as lines; for a delivery by the place where it goes."""
    if name == "split":
        return [("user-plus", _("The developers whom you choose are told.")), NOT_GREEN]
    if name == "pass_gdpr":
        waits_for_it = [node for node in desk.gdpr_passes if node.due == [CheckKind.GDPR]]
        return [
            ("circle-check", _("Each subtask keeps its own check, with your name.")),
            *desk.if_green(waits_for_it),
        ]
    file, mailboxes = desk.file, desk.mailboxes
    if name == "deliver":
        told = consequences.told(file, "deliver_to_qualification", mailboxes=mailboxes)
        return {
            Environment.QUALIFICATION: [
                ("map-pin", _("The request stays at step 6; the client may try it out.")),
                *told,
            ],
            Environment.PRODUCTION: consequences.of(file, "deliver", mailboxes=mailboxes),
        }
    if name in ("propose_to_abandon", "agree_to_abandon"):
        line = (
            ("pause", _("Nothing stops yet: somebody at the client who may decide has to agree here first."))
            if name == "propose_to_abandon"
            else ("info", _("The development lead may then end the request. Until then work goes on."))
        )
        return [line, *consequences.told(file, name, mailboxes=mailboxes)]
    return consequences.of(file, name, mailboxes=mailboxes)


NOT_GREEN = ("list-checks", gettext_lazy("Delivery then waits for it too."))
