"""The two tabs of documents: added to, and withdrawn from."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.forms.documents import DocumentsForm
from requests_app.models import Album, Section
from requests_app.page import FilePage
from requests_app.services import documents as services
from requests_app.tabs import TAB_OF
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
    """A tab of documents: a list and a form for each of its `sections`; one POST adds to one of them."""
    page = FilePage(get_file(request, number), request.user, tab)
    forms = dict.fromkeys(sections)
    if page.is_mine or request.method == "POST":
        forms = {section: documents_form(request, page, section, sections) for section in sections}
    if request.method == "POST":
        form = next(form for form in forms.values() if form.is_bound)
        added = add_uploads(request, page, form)
        if added and not form.errors:
            return redirect(f"requests:{tab}", number=number)
        # What was added meanwhile shows in the lists.
        page.__dict__.pop("attachments", None)
    albums = own_albums(page) if page.is_mine else {}
    parts = [
        {
            "section": section,
            "title": TITLES[section],
            "documents": page.documents(section),
            "form": form,
            "album": albums.get(section),
        }
        for section, form in forms.items()
    ]
    return render(
        request,
        "requests_app/documents.html",
        {"page": page, "parts": parts, "forms": [form for form in forms.values() if form]},
        status=status_of(*forms.values()),
    )


def own_albums(page):
    """The reader's own pictures of papers, by the part of the file of which they will be a document."""
    return {one.section: one for one in Album.objects.filter(change_request=page.file, owner=page.user)}


def documents_form(request, page, section, sections):
    """The form that adds to `section`, bound when this POST is its own."""
    own = posted_section(request, sections) == section
    return DocumentsForm(
        request.POST if own else None,
        request.FILES if own else None,
        prefix=section.value,
        room=services.room_for(page.file, page.user) if own else None,
        upload_url=reverse("requests:upload_begin", args=[page.file.number, section, "documents"]),
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
    if added:
        messages.success(
            request,
            ngettext("%(count)d document added.", "%(count)d documents added.", len(added))
            % {"count": len(added)},
        )
    return added


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
