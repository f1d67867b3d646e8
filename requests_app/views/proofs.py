"""The proofs of a file: handed over, or asked for in a language in which they were not made yet."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents import serving
from requests_app.models import Dossier, Proof, ProofKind
from requests_app.models.proofs import PROVED_BY
from requests_app.services import proofs as services
from requests_app.views.files import get_file

# The tab that shows the proofs of each kind.
TAB_OF_KIND = {
    ProofKind.SPECIFICATION: "specification",
    ProofKind.RULING: "ruling",
    ProofKind.DECISION: "decision",
    ProofKind.DELIVERY: "delivery",
    ProofKind.CERTIFICATE: "delivery",
    ProofKind.ARCHIVE: "delivery",
}


@require_http_methods(["GET", "HEAD", "POST"])
def proof(request, number, rank, kind, language):
    """A proof as an attachment; a POST asks for it. 404 for what the act of this rank does not prove."""
    file = get_file(request, number)
    event = get_object_or_404(file.events.filter(name__in=PROVED_BY), sequence=rank)
    if kind not in PROVED_BY[event.name] or language not in dict(settings.LANGUAGES):
        raise Http404("This act proves nothing of the kind.")
    if request.method == "POST":
        services.ask(event, kind, language)
        messages.success(request, _("The document is being made. It shows here as soon as it is ready."))
        return redirect(f"requests:{TAB_OF_KIND[kind]}", number=number)
    made = get_object_or_404(
        Proof.objects.select_related("issued__file"),
        event=event,
        kind=kind,
        language=language,
        issued__file__isnull=False,
    )
    return handed_over(made, request)


@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request, number, form):
    """The whole file as the reader may read it, the last one made for them in this form; a POST asks for a new one."""
    file = get_file(request, number)
    if form not in Dossier.Form:
        raise Http404("The whole file has no such form.")
    if request.method == "POST":
        services.ask_for_dossier(file, actor=request.user, form=form)
        messages.success(request, _("The whole file is being made. You find it here once it is ready."))
        return redirect("requests:history", number=number)
    ready = Dossier.objects.filter(
        change_request=file, reader=request.user, form=form, issued__file__isnull=False
    )
    made = ready.select_related("issued__file").first()
    if made is None:
        raise Http404("Nothing was made for this person.")
    return handed_over(made, request)


def handed_over(made, request):
    """The file of a `Made` as an attachment; 404 when its bytes are lost."""
    try:
        return serving.download(made.issued.file, request)
    except FileNotFoundError as error:
        raise Http404("The storage has lost this document.") from error
