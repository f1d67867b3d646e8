"""Files sent in parts by the pages' script, which goes on after a failed network from what has arrived.

    POST …/envois/request/documents/             name, size, mark      {"url": …, "received": 0, "part": 1048576}
    GET  …/envois/request/documents/KEY/                               {"received": 1048576}
    POST …/envois/request/documents/KEY/         Upload-Offset, bytes  {"received": 2097152}; 409 with the same elsewhere
    POST …/envois/request/documents/KEY/fin/                           the row of the document

Whatever is refused is answered by {"errors": […]}. Without the script files go with their form.

A file of a form that also says something else is sent ahead of it (…/envois/conversation/formulaire/): the answer at the
end is a box, ticked, which names it when the form is posted.
"""

from functools import partial

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from documents.errors import Refused as FileRefused
from documents.models import Upload
from documents.receiving import Announced, OutOfStep, append
from requests_app.models import Section
from requests_app.page import FilePage
from requests_app.services import uploads
from requests_app.services.documents import PART_OF
from requests_app.tabs import TAB_OF
from requests_app.views.files import get_file
from requests_app.views.refusals import STATUS, refusal_lines
from workflow import engine
from workflow.errors import Refused

LONGEST_NUMBER = 15
# How the boxes of files that were sent ahead are called, after the field.
SENT = "-sent"


@require_POST
def upload_begin(request, number, section, purpose):
    """Begin to send a file, or learn how much of it has arrived."""
    file = get_file(request, number)
    place = place_of(request.user, section, purpose)
    size = request.POST.get("size", "")
    if not (size.isascii() and size.isdigit() and len(size) <= LONGEST_NUMBER):
        return JsonResponse({"errors": []}, status=400)
    announced = Announced(request.POST.get("name", ""), int(size))
    return answered(
        request,
        lambda: begun(
            file,
            uploads.begin(
                file, announced, actor=request.user, mark=request.POST.get("mark", "")[:40], **place
            ),
            place,
        ),
    )


def begun(file, upload, place):
    """Where to send the parts of an upload, how large they are, and how much of it is there."""
    url = reverse("requests:upload", args=[file.number, *place.values(), upload.pk])
    return JsonResponse({"url": url, "received": upload.received, "part": settings.DOCUMENT_PART_BYTES})


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request, number, section, purpose, key):
    """How much of a file has arrived; a POST sends its next part."""
    file = get_file(request, number)
    found = own_upload(request, file, key, **place_of(request.user, section, purpose))
    if request.method != "POST":
        return JsonResponse({"received": found.received})
    length, start = request.META.get("CONTENT_LENGTH") or "", request.headers.get("Upload-Offset", "")
    if not (length.isdecimal() and start.isdecimal() and len(start) <= LONGEST_NUMBER):
        return JsonResponse({"errors": []}, status=400)
    if int(length) > settings.DOCUMENT_PART_BYTES:
        return JsonResponse({"errors": []}, status=413)

    def add():
        engine.require(file, PART_OF[Section(section)], actor=request.user)
        return JsonResponse({"received": append(found, request.body, start=int(start))})

    return answered(request, add)


@require_POST
def upload_finish(request, number, section, purpose, key):
    """Have a file that has wholly arrived added where it goes."""
    file = get_file(request, number)
    place = place_of(request.user, section, purpose)
    found = own_upload(request, file, key, **place)
    return answered(request, partial(finished, request, file, found, place))


def finished(request, file, found, place):
    """The row of the document, or why there is none; nothing but that it is there for a picture."""
    added, refusals = uploads.finish(file, found, actor=request.user, **place)
    if refusals:
        raise refusals[0]
    if place["purpose"] == "photos":
        return HttpResponse()
    if place["purpose"] == uploads.AHEAD:
        context = {"name": request.POST.get("field", ""), "one": found}
        return HttpResponse(render_to_string("components/sent_ahead.html", context, request=request))
    page = FilePage(file, request.user, TAB_OF[place["section"]])
    rows = [
        render_to_string("requests_app/_document.html", {"item": page.document(one)}, request=request)
        for one in added
    ]
    return HttpResponse("".join(rows))


def place_of(person, section, purpose):
    """The part of the file and what it takes, as an address names them; 404 for what takes no uploads of `person`."""
    is_hidden = section == Section.NOTES and person.is_client_side
    if section not in uploads.PURPOSES.get(purpose, ()) or is_hidden:
        raise Http404("Nothing is sent in parts there.")
    return {"section": Section(section), "purpose": purpose}


def own_upload(request, file, key, **place):
    """The upload that this person began in this place; 404 for all else."""
    found = Upload.objects.filter(person=request.user, place=uploads.place_of(file, **place))
    return get_object_or_404(found, pk=key)


def ahead(form, file, section):
    """Have the pages' script send the files of `form` ahead of it, as files of `section`; returns the form."""
    form.ahead_url = reverse("requests:upload_begin", args=[file.number, section, uploads.AHEAD])
    return form


def files_of(request, file, *sections):
    """The files of a posted form, with those that were sent ahead of it to one of `sections`; all close with the request.

    A file goes with one field, once: each is put together on the disk.
    """
    named = set()
    for name, keys in request.POST.lists():
        if name.endswith(SENT):
            keys = [key for key in keys if key not in named]
            named.update(keys)
            for one in uploads.sent_ahead(file, keys, actor=request.user, sections=sections):
                request.FILES.appendlist(name.removesuffix(SENT), one)
    return request.FILES


def answered(request, act):
    """What `act` answers, or why it is refused."""
    try:
        return act()
    except OutOfStep as error:
        return JsonResponse({"received": error.received}, status=409)
    except FileRefused as refusal:
        return JsonResponse({"errors": [str(refusal)]}, status=422)
    except Refused as refusal:
        said = [str(message) for _field, message in refusal_lines(refusal, reader=request.user)]
        return JsonResponse({"errors": said}, status=STATUS[type(refusal)])
