"""The two tabs of documents: added to, and withdrawn from."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.forms.documents import DocumentsForm
from requests_app.models import Section
from requests_app.page import TAB_OF, FilePage
from requests_app.services import documents as services
from requests_app.views.files import get_attachment, get_file
from requests_app.views.moves import refuse_closed
from requests_app.views.refusals import act_refused_text, attempt, status_of
from workflow.errors import Refused

TITLES = {
    Section.REQUEST: gettext_lazy("Documents of the request"),
    Section.SPECIFICATION: gettext_lazy("Documents of the specification"),
    Section.QUOTE: gettext_lazy("Documents of the quote"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def request_documents_tab(request, number):
    """What the client gives with its request."""
    return documents_tab(request, number, "request_documents", [Section.REQUEST])


@require_http_methods(["GET", "HEAD", "POST"])
def specification_documents_tab(request, number):
    """What support gives with its specification, and with its quote."""
    return documents_tab(request, number, "specification_documents", [Section.SPECIFICATION, Section.QUOTE])


def documents_tab(request, number, tab, sections):
    """A tab of documents: a list and a form for each of its `sections`; one POST adds to one of them.

    The script that sends files one by one is answered by the new row, or by JSON that says why not.
    """
    page = FilePage(get_file(request, number), request.user, tab)
    forms = dict.fromkeys(sections)
    if page.is_mine or request.method == "POST":
        forms = {section: documents_form(request, page, section, sections) for section in sections}
    if request.method == "POST":
        form = next(form for form in forms.values() if form.is_bound)
        added = add_uploads(request, page, form)
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return answer_to_script(request, page, form, added)
        if added and not form.errors:
            return redirect(f"requests:{tab}", number=number)
        # What was added meanwhile shows in the lists.
        page.__dict__.pop("attachments", None)
    parts = [
        {
            "section": section,
            "title": TITLES[section],
            "documents": page.documents(section),
            "form": form,
        }
        for section, form in forms.items()
    ]
    return render(
        request,
        "requests_app/documents.html",
        {"page": page, "parts": parts, "forms": [form for form in forms.values() if form]},
        status=status_of(*forms.values()),
    )


def documents_form(request, page, section, sections):
    """The form that adds to `section`, bound when this POST is its own."""
    own = posted_section(request, sections) == section
    return DocumentsForm(
        request.POST if own else None,
        request.FILES if own else None,
        prefix=section.value,
        room=services.room_for(page.file, page.user) if own else None,
        upload_url=request.path,
        into=f"#documents-{section.value}",
    )


def posted_section(request, sections):
    """To which of `sections` this POST adds: the prefix of its files' field says so. None for a GET."""
    if request.method != "POST":
        return None
    named = [section for section in sections if f"{section.value}-documents" in request.FILES]
    asked = [section for section in sections if request.POST.get("section") == section.value]
    return (named or asked or sections)[0]


def add_uploads(request, page, form):
    """Add the good files of a `DocumentsForm`, also when others of it are refused, and say so; returns them."""
    if refuse_closed(form, page, services.PART_OF[Section(form.prefix)]):
        return []
    accepted = form["documents"].accepted
    if not accepted:
        return []
    done = attempt(
        form,
        services.add_documents,
        page.file,
        actor=request.user,
        section=Section(form.prefix),
        uploads=accepted,
    )
    added = done[0] if done else []
    if added and request.headers.get("X-Requested-With") != "XMLHttpRequest":
        messages.success(
            request,
            ngettext("%(count)d document added.", "%(count)d documents added.", len(added))
            % {"count": len(added)},
        )
    return added


def answer_to_script(request, page, form, added):
    """A row for each document added, or why there is none."""
    if form.errors or not added:
        said = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"errors": said}, status=status_of(form))
    rows = [
        render_to_string("requests_app/_document.html", {"item": page.document(one)}, request=request)
        for one in added
    ]
    return HttpResponse("".join(rows))


@require_POST
def document_withdraw(request, number, key):
    """Take a document off its tab, and lead back to it."""
    found = get_attachment(request, number, key)
    try:
        services.withdraw_document(found, actor=request.user)
    except Refused as refusal:
        messages.error(request, act_refused_text(refusal))
    else:
        messages.success(request, _("“%(name)s” was withdrawn.") % {"name": found.file.name})
    return redirect(f"requests:{TAB_OF[Section(found.section)]}", number=number)
