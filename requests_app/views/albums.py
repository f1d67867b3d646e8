"""Papers photographed on a phone, or pictures of them chosen: put in order, turned, and made one PDF of."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.forms.albums import AlbumForm, PicturesForm
from requests_app.models import AlbumPicture, Section
from requests_app.page import FilePage
from requests_app.services import albums as services
from requests_app.services.documents import PART_OF
from requests_app.tabs import TAB_OF
from requests_app.views.files import get_file
from requests_app.views.moves import closed
from requests_app.views.reading import shown
from requests_app.views.refusals import attempt, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def album(request, number, section):
    """The pictures of the reader for one part of a file. A POST adds some, does something to one, or has the PDF made."""
    section = section_of(section)
    page = FilePage(get_file(request, number), request.user, TAB_OF[section])
    if not page.may_edit(PART_OF[section]):
        return closed(request, page, PART_OF[section])
    if request.method == "POST" and (
        act := next((one for one in services.ACTS if one in request.POST), None)
    ):
        return arranged(request, page, section, act)
    own = services.album_of(page.file, section, request.user)
    is_asked = "make" in request.POST
    naming = AlbumForm(request.POST if is_asked else None, initial={"name": own.name.removesuffix(".pdf")})
    adding = pictures_form(request, page, section, own) if request.method == "POST" and not is_asked else None
    if adding is not None and (answer := added(request, page, section, adding)):
        return answer
    if naming.is_bound and naming.is_valid() and asked(request, page, section, naming):
        messages.success(request, _("The document is being made. It shows here as soon as it is ready."))
        return redirect(f"requests:{TAB_OF[section]}", number=number)
    return render(
        request,
        "requests_app/album.html",
        {
            "page": page,
            "album": services.album_of(page.file, section, request.user),
            "section": section,
            "adding": adding or pictures_form(request, page, section),
            "naming": naming,
            "tab_name": f"requests:{TAB_OF[section]}",
        },
        status=status_of(adding, naming),
    )


def section_of(name):
    """The part of the file that an address names; 404 for one of which no pictures are taken."""
    if name not in services.SECTIONS:
        raise Http404("No pictures are taken for such a part.")
    return Section(name)


def pictures_form(request, page, section, own=None):
    """The form that takes pictures in, bound when `own`, the album that they go to, is given."""
    url = reverse("requests:upload_begin", args=[page.file.number, section, "photos"])
    if own is None:
        return PicturesForm(upload_url=url)
    room = services.room_in(own, page.file)
    return PicturesForm(request.POST, request.FILES, room=room, upload_url=url)


def arranged(request, page, section, act):
    """Do something to one picture, and lead back to the album."""
    form = AlbumForm({})
    try:
        key = UUID(request.POST[act])
    except ValueError as error:
        raise Http404("A picture has no such key.") from error
    attempt(form, services.arrange, page.file, actor=request.user, section=section, act=act, key=key)
    for error in form.non_field_errors():
        messages.error(request, error)
    return redirect("requests:album", page.file.number, section)


def added(request, page, section, form):
    """Add the good pictures of the form; the answer when that is all there is to say, else None."""
    accepted = form.accepted
    if accepted:
        attempt(form, services.add_pictures, page.file, actor=request.user, section=section, uploads=accepted)
    return None if form.errors else redirect("requests:album", page.file.number, section)


def asked(request, page, section, form):
    """Have the document made, under the name of the form; the album, or None when it is refused."""
    name = form.cleaned_data["name"]
    return attempt(form, services.ask_for_document, page.file, actor=request.user, section=section, name=name)


@require_safe
def album_picture(request, number, section, key):
    """One of the reader's own pictures, as small as a list shows it."""
    file = get_file(request, number)
    picture = get_object_or_404(
        AlbumPicture.objects.select_related("file__scan", "file__removal", "album"),
        album__change_request=file,
        album__section=section_of(section),
        album__owner=request.user,
        file=key,
    )
    [found] = [one for one in picture.album.shown if one.pk == picture.pk]
    if found.is_bad or found.waits:
        raise Http404("This picture cannot be seen.")
    return shown(found.page.thumbnail)
