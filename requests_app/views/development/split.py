"""A whole split pasted at once, and the templates of splits that the lead keeps."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import role_required
from accounts.roles import Role
from requests_app.forms.split import PastedListForm, TemplateForm
from requests_app.models import Nature, SubtaskTemplate
from requests_app.page import FilePage
from requests_app.progress import Progress
from requests_app.services import split
from requests_app.views.files import get_file
from requests_app.views.moves import closed, refuse_closed
from requests_app.views.refusals import attempt, status_of

PREVIEW = "preview"


@require_http_methods(["GET", "POST"])
def split_list(request, number):
    """A list of subtasks to paste; `preview` shows how it is understood and adds nothing."""
    file = get_file(request, number)
    page, progress = FilePage(file, request.user, "development"), Progress(file)
    posted = request.POST if request.method == "POST" else None
    if posted is None and not page.may_edit("split"):
        return closed(request, page, "split")
    form = PastedListForm(posted, progress=progress, initial=start_of(request, file, progress))
    if (
        posted is not None
        and not refuse_closed(form, page, "split")
        and form.is_valid()
        and PREVIEW not in posted
        and (event := attempt(form, split.add_list, file, actor=request.user, **typed(form)))
    ):
        count = event.data["number"]
        said = ngettext("%(count)d subtask is added.", "%(count)d subtasks are added.", count)
        messages.success(request, said % {"count": count})
        return redirect("requests:development", number=number)
    progress = Progress(file)
    take_note(form, progress)
    context = {
        "page": page,
        "form": form,
        "lines": form.cleaned_data.get("lines", ()) if form.is_bound else (),
        "existing": progress.tree,
        "criteria": progress.criteria,
        "is_overtaken": getattr(form, "status", 200) == 409,
        "templates": split.templates_for(file),
    }
    return render(request, "requests_app/split_list.html", context, status=status_of(form))


def start_of(request, file, progress):
    """What the page starts with: the template of the address, if it names one."""
    chosen = request.GET.get("modele", "")
    named = (
        split.templates_for(file).filter(pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 10 else ()
    )
    return {"edition": progress.edition, "text": named[0].text if named else ""}


def typed(form):
    """What was typed, as the service takes it."""
    data = form.cleaned_data
    return {
        "text": data["text"],
        "developers": list(data["developers"]),
        "testers": list(data["testers"]),
        "edition": data["edition"],
        "key": str(data["key"]),
    }


def take_note(form, progress):
    """Where the split was changed meanwhile, the page shows it as it is now: a conflict, not a mistake."""
    if getattr(form, "status", 200) == 422 and form.cleaned_data.get("edition") != progress.edition:
        form.status = 409
        form.data = form.data.copy()
        form.data["edition"] = progress.edition


@role_required(Role.LEAD)
@require_safe
def template_list(request):
    """The templates of splits."""
    natures = dict(Nature.choices)
    rows = [
        (one, natures.get(one.nature, "")) for one in SubtaskTemplate.objects.select_related("changed_by")
    ]
    return render(request, "requests_app/templates.html", {"rows": rows})


@role_required(Role.LEAD)
@require_http_methods(["GET", "POST"])
def template(request, pk=None):
    """A template, a new one without `pk`; `delete` forgets it."""
    kept = get_object_or_404(SubtaskTemplate, pk=pk) if pk else SubtaskTemplate()
    posted = request.POST if request.method == "POST" else None
    form = TemplateForm(posted, instance=kept)
    if pk and posted is not None and "delete" in posted:
        edition = posted.get("edition", "")
        if attempt(form, split.delete_template, kept, actor=request.user, edition=edition):
            messages.success(request, _("The template is deleted; what was split with it stays."))
            return redirect("requests:templates")
    elif form.is_valid() and attempt(
        form,
        split.save_template,
        SubtaskTemplate(pk=pk),
        actor=request.user,
        **{name: form.cleaned_data[name] for name in ("name", "nature", "text", "edition")},
    ):
        messages.success(request, _("The template is saved."))
        return redirect("requests:templates")
    return render(request, "requests_app/template.html", {"form": form, "kept": kept}, status=status_of(form))
