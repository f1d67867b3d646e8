"""One document of a file, read in the page: its pages, their pictures, and the bytes as they were handed over."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents import serving
from documents.errors import Held
from documents.models import Preview, PreviewPage
from documents.services import preview_of
from requests_app.forms.documents import NewVersionForm
from requests_app.models import Section
from requests_app.page import FilePage
from requests_app.reading import Reading
from requests_app.services.documents import PART_OF, replace_document, room_for
from requests_app.tabs import TAB_OF
from requests_app.views.files import get_attachment, get_file
from requests_app.views.moves import refuse_closed
from requests_app.views.refusals import attempt, status_of
from requests_app.views.uploads import ahead, files_of


@require_http_methods(["GET", "HEAD", "POST"])
def document(request, number, key):
    """One document in the page, between the one before and the one after of its tab; a POST puts a newer version there."""
    file = get_file(request, number)
    found = get_attachment(request, number, key)
    tab = TAB_OF[Section(found.section)]
    page = FilePage(file, request.user, tab)
    form = new_version_form(request, page, found)
    if request.method == "POST" and (newer := replaced(form, page, found)):
        messages.success(request, _("“%(name)s” is there as a newer version.") % {"name": newer.file.name})
        return redirect("requests:document", number=number, key=newer.file_id)
    around = [one for one in page.attachments if TAB_OF[Section(one.section)] == tab]
    around = [one for one in around if one.pk == found.pk or one.pk not in page.newer]
    rank = [one.pk for one in around].index(found.pk)
    preview = preview_of(found.file)
    return render(
        request,
        "requests_app/document.html",
        {
            "page": page,
            "attachment": around[rank],
            "item": page.document(around[rank]),
            "versions": page.versions(around[rank]),
            "newer": page.newer.get(found.pk),
            "form": form,
            "preview": preview,
            "reading": Reading(preview, request.GET) if preview and preview.is_ready else None,
            "tab_name": f"requests:{tab}",
            "number": rank + 1,
            "total": len(around),
            "before": around[rank - 1] if rank else None,
            "after": around[rank + 1] if rank + 1 < len(around) else None,
        },
        status=status_of(form),
    )


def new_version_form(request, page, found):
    """The form that replaces a document, for whoever may now or has posted it; else None."""
    if request.method == "POST":
        files = files_of(request, page.file, found.section)
        form = NewVersionForm(request.POST, files, room=room_for(page.file, page.user))
    else:
        form = NewVersionForm() if page.may_replace(found) else None
    return ahead(form, page.file, found.section) if form else None


def replaced(form, page, found):
    """The newer version that was posted, once it has taken the document's place; None when it is refused."""
    if found.message_id is not None:
        raise PermissionDenied
    if refuse_closed(form, page, PART_OF[Section(found.section)]) or not form.is_valid():
        return None
    [upload] = form.cleaned_data["document"]
    return attempt(form, replace_document, found, actor=page.user, upload=upload)


@require_safe
def document_page(request, number, key, page):
    """The picture of one page of a document."""
    return shown(get_page(request, number, key, page).picture)


@require_safe
def document_thumbnail(request, number, key, page):
    """The small picture of one page of a document."""
    return shown(get_page(request, number, key, page).thumbnail)


def get_page(request, number, key, page):
    """The page of a document that this person may read, if it is a picture; 404 for all else."""
    stored = get_attachment(request, number, key).file
    if stored.quarantine:
        raise Http404("A scan holds this document.")
    pages = PreviewPage.objects.filter(preview__in=Preview.objects.of(stored), number=page)
    return get_object_or_404(pages.exclude(picture=""))


def shown(picture):
    """The response with a picture of a page; 404 when its bytes are lost."""
    try:
        return serving.page_picture(picture)
    except FileNotFoundError as error:
        raise Http404("The storage has lost this picture.") from error


@require_safe
def document_content(request, number, key):
    """The bytes of a document, or a stretch of them, for the page's player."""
    return served(request, number, key, serving.play)


@require_safe
def document_download(request, number, key):
    """The bytes of a document, to keep."""
    return served(request, number, key, serving.download)


def served(request, number, key, answer):
    """The response `answer` (of `documents.serving`) for a document; 404 when its bytes are lost, or held."""
    try:
        return answer(get_attachment(request, number, key).file, request)
    except (FileNotFoundError, Held) as error:
        raise Http404("The storage has lost this document, or a scan holds it.") from error
