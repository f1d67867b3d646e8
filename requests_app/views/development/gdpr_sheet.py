"""The sheet of the fourth check: the DPO fills it in, everybody who sees the file reads it."""

from dataclasses import dataclass

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.roles import DPO_ROLES
from privacy.verdicts import Conformity
from requests_app.forms.gdpr_sheet import DoneForm, HandoverForm, LineFields, SheetForm
from requests_app.gdpr_sheet import Line, lines_of
from requests_app.models import Action, Finding, Section
from requests_app.page import FilePage
from requests_app.progress import Progress
from requests_app.services import gdpr_sheet as services
from requests_app.services import handovers
from requests_app.views.development.acts import Act, carry_out, named
from requests_app.views.development.desk import TONES, Desk
from requests_app.views.development.tab import ACTS as ACTS_OF_TAB
from requests_app.views.development.tab import if_done
from requests_app.views.files import get_file
from requests_app.views.refusals import status_of
from requests_app.views.uploads import ahead, files_of
from workflow import engine
from workflow.steps import Step

ACTS = {
    "assess": Act(
        "gdpr_sheet",
        lambda desk, file, data: ahead(
            SheetForm(
                data,
                desk.files,
                progress=desk.progress,
                actions=file.actions.open().select_related("person"),
            ),
            file,
            Section.SHEET,
        ),
        services.assess,
        gettext_lazy("The sheet is saved."),
        lambda form: form.typed,
    ),
    "hand_over": Act(
        "handovers",
        lambda desk, file, data: ahead(HandoverForm(data, desk.files), file, Section.HANDED_OVER),
        handovers.hand_over,
        gettext_lazy("Handed over: the DPO is told."),
        lambda form: form.cleaned_data,
    ),
    "complete_action": Act(
        "actions",
        lambda desk, file, data: DoneForm(data),
        services.complete_action,
        gettext_lazy("The action is done."),
        lambda form: form.cleaned_data,
    ),
    "pass_gdpr": ACTS_OF_TAB["pass_gdpr"],
}
# The acts of which each line that takes one has a form of its own, named by its rank.
OF_LINES = ("hand_over", "complete_action")


@dataclass(frozen=True)
class Found:
    """A finding as a reader sees it, with its evidence as `Desk` gives the proofs of the sheet."""

    finding: Finding
    tone: str
    evidence: list


@dataclass(frozen=True)
class SheetLine:
    """A line as a reader sees it: the finding that holds (or None), those before, what its owner handed over, the fields of whoever fills it in."""

    line: Line
    tone: str
    current: Found | None
    past: list
    handed: list
    fields: LineFields | None

    @property
    def may_want_action(self):
        """Whether it takes a dated action when it is found minor."""
        return self.line.wants_action(Conformity.MINOR)


@dataclass(frozen=True)
class OwedLine:
    """A condition that the reader's side owes, with what was handed over for it, and the form that hands over more."""

    line: Line
    handed: list
    form: HandoverForm


@dataclass(frozen=True)
class ActionLine:
    """A dated action, with the form of whoever may say that it is done."""

    action: Action
    form: DoneForm | None


@require_http_methods(["GET", "POST"])
def gdpr_sheet(request, number):
    """The standard list and each condition of the ruling in force, and the DPO's checks of subtasks."""
    file = get_file(request, number)
    posted = {}
    if request.method == "POST":
        act, name = named(ACTS, request)
        files = files_of(request, file, Section.SHEET, Section.HANDED_OVER)
        desk = Desk(FilePage(file, request.user, "development"), Progress(file), files=files)
        form = act.form(desk, file, request.POST)
        if carry_out(act, form, file, desk.page, request):
            return redirect("requests:gdpr_sheet", number=number)
        posted, file = {name: form}, get_file(request, number)
    file.read_progress = Progress(file)
    desk = Desk(FilePage(file, request.user, "development"), file.read_progress)
    acts = offered(desk)
    for name, form in posted.items():
        # What was typed stays in sight; without the act being offered there is no button.
        form.is_closed = getattr(form, "is_closed", False) or name not in (*acts, *OF_LINES)
    forms = {name: ACTS[name].form(desk, file, None) for name in acts} | posted
    done = posted.get("complete_action")
    context = {
        "page": desk.page,
        "desk": desk,
        "forms": forms,
        "rows": rows(desk, forms.get("assess")),
        "owed": owed(desk, posted.get("hand_over")),
        "fallen": fallen(desk),
        "actions": [
            action_line(desk, one, done)
            for one in file.actions.in_force().select_related("done_by", "person")
        ],
        "sheet_counts": desk.sheet_counts,
        "held_back": held_back(desk),
        "locked_because": "" if "assess" in forms else locked_because(desk),
        "if_done": {"pass_gdpr": if_done(desk, "pass_gdpr") if "pass_gdpr" in acts else []},
        "refused": next(iter(posted.values()), None),
    }
    return render(request, "requests_app/gdpr_sheet.html", context, status=status_of(*posted.values()))


def offered(desk):
    """The acts of the page that the reader may make now."""
    acts = ["assess"] if desk.may_assess else []
    return acts + (["pass_gdpr"] if desk.gdpr_passes else [])


def rows(desk, form):
    """The lines of the sheet in force, with the fields of `form` (or None) in them, as `SheetLine`.

    What was typed on the sheet of a ruling that fell stays under its own lines.
    """
    is_of_another = form is not None and form.ruling != desk.progress.ruling
    lines = form.lines if is_of_another else desk.progress.sheet
    return [row(desk, line, form) for line in lines]


def row(desk, line, form=None):
    """One line as the reader sees it."""
    found = [
        Found(one, TONES.get(one.conformity, "neutral"), desk.evidence_of_findings.get(one.pk, []))
        for one in (line.finding, *line.past)
        if one is not None
    ]
    return SheetLine(
        line=line,
        tone=TONES.get(line.conformity, "neutral"),
        current=found[0] if found else None,
        past=found[1:],
        handed=desk.handovers.get(line.condition.pk, []) if line.condition else [],
        fields=form.fields_of(line) if form and line in form.lines else None,
    )


def owed(desk, posted):
    """The conditions of the ruling in force that the reader's side owes and may answer now, as `OwedLine`.

    The DPO, who finds whether they are met, answers none; `posted` is the form that was refused.
    """
    if desk.may_assess or not engine.may_edit(desk.file, "handovers", desk.user):
        return []
    return [
        OwedLine(
            line, desk.handovers.get(line.condition.pk, []), handover_form(desk.file, line.condition, posted)
        )
        for line in desk.progress.sheet
        if line.condition and line.condition.owner == desk.user.side and not line.conformity.is_met
    ]


def handover_form(file, condition, posted):
    """The form that hands over for `condition`: that which was refused, or an empty one."""
    if posted and posted["position"].value() == str(condition.position):
        return posted
    form = HandoverForm(
        initial={"position": condition.position}, auto_id=f"condition-{condition.position}-%s"
    )
    return ahead(form, file, Section.HANDED_OVER)


def action_line(desk, action, posted):
    """A dated action, with the form that says it is done for whoever may; `posted` is the one that was refused."""
    is_theirs = desk.user.side == action.owner or desk.user.has_role(*DPO_ROLES)
    form = None
    if posted and posted["position"].value() == str(action.position):
        form = posted
    elif action.done_at is None and is_theirs and engine.may_edit(desk.file, "actions", desk.user):
        form = DoneForm(initial={"position": action.position}, auto_id=f"action-{action.position}-%s")
    return ActionLine(action, form)


def fallen(desk):
    """The sheets that fell with their rulings, the latest first: pairs of the ruling and the lines that were assessed."""
    sheets = [
        (ruling, [row(desk, line) for line in lines_of(ruling) if line.findings])
        for ruling in reversed(desk.progress.given)
        if ruling.fell_at is not None
    ]
    return [(ruling, lines) for ruling, lines in sheets if lines]


def held_back(desk):
    """What of the sheet stops the file's next move now, as the machine's own reasons."""
    move = {Step.DEVELOPMENT: "deliver", Step.ACCEPTANCE: "accept"}.get(desk.file.step)
    reasons = desk.file.missing(move, actor=desk.user, data={}) if move else []
    return [reason for reason in reasons if reason.code in ("condition", "major")]


def locked_because(desk):
    """The one line above the greyed sheet."""
    if desk.file.is_over:
        return desk.page.locked_because
    return _("The DPO fills in this sheet at steps 6 and 7.")
