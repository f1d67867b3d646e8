"""The whole file as one PDF: a cover with its contents, the proofs as they were issued, the documents page by page.

What is made of a document is the pages that the portal shows of it. What has none is named with its SHA-256.
"""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Side
from documents import binding, previews
from documents.models import Preview
from documents.pdf import pdf_of
from documents.services import preview_of
from documents.workplace import workplace
from requests_app.gathering import NotReady, gathered
from requests_app.making import page_of, went_on
from requests_app.models import ProofKind, Section
from requests_app.papers import Paper
from requests_app.reading import lines_of

# Laid out together: their pictures are all in memory.
PAGES_AT_ONCE = 20
# Beyond it documents are named only: nobody reads on, and few programs open it.
MAX_PAGES = 2000
# What a picture may take of a sheet, in millimetres, upright and lying.
UPRIGHT, LYING = (170, 228), (257, 138)


@dataclass(frozen=True)
class Bound:
    """A part of the volume as its contents show it; `start`: its first page in the volume."""

    part: binding.Part
    note: str
    sha256: str
    pages: int
    start: int = 0


@dataclass(frozen=True)
class Unshown:
    """A document that has no pages here, and why."""

    name: str
    sha256: str
    why: str


def write_volume(target, dossier, code):
    """Write the PDF that bears `code` into `target`, a binary file, telling how far it is. Raises `NotReady`."""
    parts = gathered(dossier)
    # The certificate for the archives has the pages of the other one: what it carries beside them is in the folder.
    owed = [(event, kind) for event, kind in parts.owed if kind != ProofKind.ARCHIVE]
    shown, unshown = sorted_documents(parts.attachments)
    dossier.total = len(owed) + len(shown)
    with workplace() as folder:
        folder = Path(folder)
        bound = []
        for event, kind in owed:
            path = folder / f"proof-{event.sequence}-{kind}.pdf"
            bound.append(bound_proof(parts.proof(event, kind), parts.file.number, path))
            went_on(dossier)
        promised = [
            Bound(
                binding.Part(_("Documents"), titled(rank, one), ()), "", one.file.sha256, preview.page_count
            )
            for rank, one, preview in shown
        ]
        # Laid out once to know how many pages it takes, and again when it is known where the others begin.
        write_front = partial(write_cover, folder / "front.pdf", parts, code, unshown=unshown)
        write_front([*bound, *promised])
        front = binding.pages_in(folder / "front.pdf")
        before = front + sum(one.pages for one in bound)
        for rank, attachment, preview in shown:
            paths = document_pages(folder, parts.file, code, titled(rank, attachment), preview, before)
            bound.append(bound_document(rank, attachment, preview, paths))
            before += bound[-1].pages
            went_on(dossier)
        bound = with_starts(bound, front)
        write_front(bound)
        binding.bind(folder / "front.pdf", [one.part for one in bound], target)
    target.flush()


def sorted_documents(attachments):
    """([(rank, attachment, preview)] that have pages, [`Unshown`] of the others); raises `NotReady`."""
    shown, unshown, pages = [], [], 0
    for rank, attachment in attachments:
        preview = None if attachment.file.quarantine else made_preview(attachment.file)
        if preview is not None and preview.is_ready and pages + preview.page_count <= MAX_PAGES:
            shown.append((rank, attachment, preview))
            pages += preview.page_count
        else:
            why = why_unshown(attachment.file, preview)
            unshown.append(Unshown(titled(rank, attachment), attachment.file.sha256, why))
    return shown, unshown


def made_preview(stored):
    """The pages of a stored file, made now if nobody did; None for what has none. Raises `NotReady`."""
    preview = preview_of(stored)
    if preview is None or preview.is_ready or preview.has_failed:
        return preview
    previews.make(preview.pk)
    preview = Preview.objects.get(pk=preview.pk)
    if preview.is_ready or preview.has_failed:
        return preview
    raise NotReady(preview.pk)


def why_unshown(stored, preview):
    """Why a document has no pages here, in words."""
    if stored.quarantine:
        return stored.quarantine.get_state_display()
    if preview is None:
        return _("no pages are made of this kind of file")
    if preview.has_failed:
        return preview.get_failure_display()
    return _("the whole file would have too many pages")


def titled(rank, attachment):
    """What a document is called in the volume."""
    return f"{rank:03d} {attachment.file.name}"


def bound_proof(stored, number, path):
    """A proof of the file of this number, copied to `path` as it was issued."""
    with path.open("wb") as file:
        for piece in stored.content.storage.stream(stored.content.name):
            file.write(piece)
    title = stored.name.removeprefix(f"{number} ").removesuffix(".pdf")
    part = binding.Part(_("Proofs"), title, (path,))
    return Bound(part, "", stored.sha256, binding.pages_in(path))


def bound_document(rank, attachment, preview, paths):
    """A document, whose pages are in `paths`."""
    part = binding.Part(_("Documents"), titled(rank, attachment), tuple(paths))
    note = str(Section(attachment.section).label)
    if preview.is_partial:
        note = _("%(section)s, its first pages") % {"section": note}
    return Bound(part, note, attachment.file.sha256, sum(map(binding.pages_in, paths)))


def with_starts(bound, front):
    """The parts, each with the page of the volume on which it begins after `front` others."""
    placed, start = [], front + 1
    for one in bound:
        placed.append(replace(one, start=start))
        start += one.pages
    return placed


def write_cover(path, parts, code, bound, *, unshown):
    """Write the cover and the contents of the volume to `path`."""
    facts = {"bound": bound, "unshown": unshown, "reader": parts.reader, "now": timezone.now()}
    paper = Paper(_("Whole file"), "", parts.reader.side, "documents/volume.html", facts)
    path.write_bytes(pdf_of(page_of(paper, parts.file, code)))


def document_pages(folder, file, code, title, preview, before):
    """Write the pages of a document into `folder`, which stand after `before` others; returns the paths, in order."""
    paths = []
    for start in range(0, preview.page_count, PAGES_AT_ONCE):
        pages = preview.pages.all()[start : start + PAGES_AT_ONCE]
        facts = {"pages": [sheet(page) for page in pages], "count": preview.page_count, "first": before + 1}
        paper = Paper(_("Whole file"), title, Side.VENDOR, "documents/volume_pages.html", facts)
        path = folder / f"{before:05d}.pdf"
        path.write_bytes(pdf_of(page_of(paper, file, code)))
        paths.append(path)
        before += binding.pages_in(path)
    return paths


def sheet(page):
    """A page of a document as its template takes it."""
    drawn = {"page": page, "number": page.number}
    if not page.picture:
        return drawn
    is_lying = page.width > page.height
    wide, high = LYING if is_lying else UPRIGHT
    scale = min(wide / page.width, high / page.height)
    return {
        **drawn,
        "is_lying": is_lying,
        "picture": binding.as_jpeg(page.picture),
        "width": f"{page.width * scale:.1f}mm",
        "height": f"{page.height * scale:.1f}mm",
        "lines": lines_of(page),
    }
