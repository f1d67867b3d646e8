"""How every page of a file begins: the file that the person may see, its documents, its first tab."""

from django.shortcuts import get_object_or_404, redirect

from requests_app.models import Attachment, ChangeRequest
from requests_app.page import FIRST_TAB


def get_file(request, number):
    """The file `number` as the signed-in person may see it; 404 when they may not know that it exists."""
    files = ChangeRequest.objects.visible_to(request.user).for_detail().with_message_count(request.user)
    return get_object_or_404(files, number=number)


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
