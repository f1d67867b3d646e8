"""How every page of a file begins: the file that the person may see, its documents, its first tab."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from accounts.statements import rows
from requests_app.models import Attachment, ChangeRequest
from requests_app.tabs import FIRST_TAB


def get_file(request, number):
    """The file `number` as the signed-in person may see it; 404 when they may not know that it exists."""
    for file in rows(_file, number, request.user.sight):
        return file
    raise Http404(number)


def _file(number, sight):
    files = ChangeRequest.objects.visible_to(sight).for_detail().with_message_count(sight)
    return files.filter(number=number)


def get_attachment(request, number, key):
    """The document of the file `number` if this person may read both; 404 for all else."""
    files = ChangeRequest.objects.visible_to(request.user).filter(number=number)
    shown = Attachment.objects.filter(change_request__in=files).shown_to(request.user)
    return get_object_or_404(shown.select_related("file__scan", "file__removal", "change_request"), file=key)


def detail(request, number):
    """A file: lead to the tab whose turn it is."""
    file = get_object_or_404(
        ChangeRequest.objects.visible_to(request.user).only("number", "step"), number=number
    )
    return redirect(f"requests:{FIRST_TAB[file.step]}", number=file.number)
