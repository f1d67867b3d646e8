"""The page of a subtask: all that is known of it, and all that may be done to it."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from requests_app.forms.development import CheckForm, SubtaskForm
from requests_app.models import Section
from requests_app.page import FilePage
from requests_app.progress import Progress
from requests_app.services import development, hours, split
from requests_app.views.development.acts import Act, carry_out, named
from requests_app.views.development.desk import Desk
from requests_app.views.development.tab import reason
from requests_app.views.files import get_file
from requests_app.views.refusals import status_of
from requests_app.views.uploads import files_of


def desk_form(name):
    """The maker of the form that the desk knows by this name."""
    return lambda desk, node, data: desk.form(name, node, data)


def checked(form):
    data = form.cleaned_data
    return {
        "kinds": data["kind"],
        "is_passed": data["verdict"] == CheckForm.PASSED,
        "comment": data["comment"],
        "build": data["build"],
        "documents": data["documents"],
    }


def checks_kept(form):
    count = len(form.cleaned_data["kind"])
    return ngettext("The check is kept.", "%(count)s checks are kept.", count) % {"count": count}


ACTS = {
    "start": Act(
        "work",
        desk_form("start"),
        development.start_subtask,
        gettext_lazy("The start date is kept."),
        lambda form: form.cleaned_data,
    ),
    "end": Act(
        "work",
        desk_form("end"),
        development.end_subtask,
        gettext_lazy("The end date is kept: the checks are open."),
        lambda form: form.cleaned_data,
    ),
    "block": Act(
        "work",
        desk_form("block"),
        development.block_subtask,
        gettext_lazy("The subtask is marked as blocked."),
        reason,
    ),
    "unblock": Act(
        "work",
        desk_form("unblock"),
        development.unblock_subtask,
        gettext_lazy("The subtask is no longer blocked."),
    ),
    "hours": Act(
        "hours",
        desk_form("hours"),
        hours.enter_day,
        gettext_lazy("The hours are kept."),
        lambda form: form.cleaned_data,
    ),
    "check": Act("checks", desk_form("check"), development.make_checks, checks_kept, checked),
    "no_personal_data": Act(
        "checks",
        desk_form("no_personal_data"),
        development.mark_without_personal_data,
        gettext_lazy("The subtask is marked as touching no personal data."),
    ),
    "edit": Act(
        "split",
        lambda desk, node, data: SubtaskForm(data, progress=desk.progress, node=node, auto_id="edit-%s"),
        development.edit_subtask,
        gettext_lazy("The subtask is saved."),
        lambda form: {**form.typed, "edition": form.cleaned_data["edition"]},
    ),
    "up": Act(
        "split",
        desk_form("up"),
        split.move_subtask,
        gettext_lazy("The subtask is one place higher."),
        lambda form: {"up": True},
    ),
    "down": Act(
        "split",
        desk_form("down"),
        split.move_subtask,
        gettext_lazy("The subtask is one place lower."),
        lambda form: {"up": False},
    ),
    "send_back": Act(
        "split",
        desk_form("send_back"),
        development.reopen_subtask,
        gettext_lazy("The subtask is sent back to its developers."),
        reason,
    ),
    "cancel": Act(
        "split",
        desk_form("cancel"),
        development.cancel_subtask,
        gettext_lazy("The subtask is cancelled."),
        reason,
    ),
}


@require_http_methods(["GET", "POST"])
def subtask(request, number, rank):
    """One subtask. The short forms of the tab are posted here too, and lead back there."""
    desk, node = open_desk(request, number, rank)
    posted = {}
    if request.method == "POST":
        act, name = named(ACTS, request)
        files_of(request, desk.file, Section.EVIDENCE)
        form = act.form(desk, node, request.POST)
        if carry_out(act, form, node.subtask, desk.page, request):
            return redirect(after(request, node))
        posted = {name: form}
        desk, node = open_desk(request, number, rank)
    acts = desk.may_do(node)
    for name, form in posted.items():
        # What was typed stays in sight; without the act being offered there is no button.
        form.is_closed = getattr(form, "is_closed", False) or name not in acts
    forms = {name: ACTS[name].form(desk, node, None) for name in acts} | posted
    return render(
        request,
        "requests_app/development_subtask.html",
        {
            "page": desk.page,
            "desk": desk,
            "row": desk.row(node, acts=()),
            "barred": development.barred(node) if node.required else [],
            "parent": desk.progress.nodes.get(node.subtask.parent_id),
            "entries": desk.entries_of(node),
            "corrections": desk.corrections_of(node),
            "forms": forms,
            "refused": next(iter(posted.values()), None),
            "if_ended": desk.if_ended(node) if "end" in acts else [],
            "if_checked": desk.if_checked(node) if "check" in forms else {},
            "if_sent_back": desk.if_sent_back(node) if "send_back" in acts else [],
            "if_cancelled": desk.if_cancelled(node) if "cancel" in acts else [],
        },
        status=status_of(*posted.values()),
    )


def open_desk(request, number, rank):
    """The reader's desk on the file and the node of its subtask of that rank; 404 when there is none."""
    file = get_file(request, number)
    desk = Desk(FilePage(file, request.user, "development"), Progress(file), files=request.FILES)
    node = next((node for node in desk.progress.nodes.values() if node.subtask.position == rank), None)
    if node is None:
        raise Http404("no such subtask")
    return desk, node


def after(request, node):
    """Where to go once an act is made: back to its line of the tab, when it was made there."""
    file, rank = node.subtask.change_request, node.subtask.position
    if request.POST.get("from") == "tab":
        return reverse("requests:development", args=[file.number]) + f"#subtask-{rank}"
    return reverse("requests:subtask", args=[file.number, rank])
