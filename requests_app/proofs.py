"""The proofs of a file as its tabs show them: ready to download, being made, or to be asked for."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from documents.issuing import shown
from requests_app.models import Dossier, Proof, ProofKind
from requests_app.models.proofs import PROVED_BY
from ui.items import Document

# What is said while the whole file is being made in each form, on the button that asks for it, and its icon.
WORDS = {
    Dossier.Form.FOLDER: (
        gettext_lazy("folder being made"),
        gettext_lazy("Make the folder"),
        "folder-archive",
    ),
    Dossier.Form.VOLUME: (gettext_lazy("PDF being made"), gettext_lazy("Make the PDF"), "book-open"),
}


@dataclass
class Proofs:
    """The proofs of one act: those that are `ready` (`ui.items.Document`), and `others` that are not."""

    rank: int
    ready: list = field(default_factory=list)
    others: list = field(default_factory=list)

    @property
    def is_waiting(self):
        """Whether the page should look again by itself."""
        return any(other.state == "waiting" for other in self.others)


@dataclass(frozen=True)
class Other:
    """A proof that is not there yet, in the reader's language; `state`: waiting, given_up or absent."""

    label: str
    state: str
    url: str
    language: str


@dataclass(frozen=True)
class Whole:
    """The whole file in one form: the `Dossier` in the making or None, and the one that is ready as a list of documents."""

    form: Dossier.Form
    url: str
    making: Dossier | None
    ready: list

    @property
    def is_waiting(self):
        """Whether the page should look again by itself."""
        return self.making is not None and self.making.is_waiting

    @property
    def words(self):
        """What is being made, for who waits."""
        return WORDS[self.form][0]

    @property
    def act(self):
        """What the button says that asks for it."""
        return WORDS[self.form][1]

    @property
    def icon(self):
        """The button's."""
        return WORDS[self.form][2]


def with_proofs(file, objects):
    """Each of `objects` (what an act left, with its `event`), in one query, with its `proofs` as a `Proofs`."""
    objects = list(objects)
    made = {}
    if objects:
        known = Proof.objects.filter(event__in=[one.event_id for one in objects])
        for proof in known.select_related("issued__file").order_by("pk"):
            made.setdefault(proof.event_id, []).append(proof)
    for one in objects:
        one.proofs = _of_event(file, one.event, made.get(one.event_id, []))
    return objects


def dossiers_of(file, user):
    """The whole file for `user`, in each of its forms, as `Whole`."""
    own = Dossier.objects.filter(change_request=file, reader=user).select_related("issued__file")
    own = list(own.filter(Q(issued=None) | Q(issued__file__isnull=False)))
    return [_whole(file, form, [one for one in own if one.form == form]) for form in Dossier.Form]


def document_of(made, url):
    """What was made (a `Made` that is ready) as a `ui.items.Document` that is downloaded at `url`."""
    return Document(
        name=made.issued.file.name,
        size=made.issued.file.size,
        when=made.issued.issued_at,
        note=_("code %(code)s") % {"code": shown(made.issued.code)},
        download_url=url,
    )


def address_of(file, event, kind, language):
    """Where a proof is downloaded, or asked for."""
    return reverse("requests:proof", args=[file.number, event.sequence, kind, language])


def _whole(file, form, own):
    url = reverse("requests:dossier", args=[file.number, form])
    documents = [document_of(one, url) for one in own if one.is_ready]
    making = next((one for one in own if one.issued_id is None), None)
    return Whole(form, url, making, documents[:1])


def _of_event(file, event, made):
    proofs = Proofs(event.sequence)
    for kind in PROVED_BY[event.name]:
        own = {proof.language: proof for proof in made if proof.kind == kind}
        for language, _name in settings.LANGUAGES:
            proof = own.get(language)
            if proof is not None and proof.is_ready:
                proofs.ready.append(_document(file, event, proof))
            elif language == get_language():
                proofs.others.append(_other(file, event, kind, proof, language))
    return proofs


def _document(file, event, proof):
    return Document(
        name=proof.issued.file.name,
        size=proof.issued.file.size,
        note=f"{_language(proof.language)} · {_('code %(code)s') % {'code': shown(proof.issued.code)}}",
        download_url=address_of(file, event, proof.kind, proof.language),
    )


def _other(file, event, kind, proof, language):
    return Other(
        label=ProofKind(kind).label,
        state="absent" if proof is None else "waiting" if proof.is_waiting else "given_up",
        url=address_of(file, event, kind, language),
        language=_language(language),
    )


def _language(code):
    return get_language_info(code)["name_local"]
