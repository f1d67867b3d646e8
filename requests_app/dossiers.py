"""The whole file as one person may read it: one PDF, or proofs, documents, history and manifest in one ZIP folder."""

import tempfile
import zipfile
from contextlib import closing
from pathlib import PurePosixPath

from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import issuing
from notifications.rendering import reading
from requests_app import history, making
from requests_app.gathering import gathered
from requests_app.making import as_json, went_on
from requests_app.models import Dossier, Section
from requests_app.models.proofs import KEPT_FOR
from requests_app.services import proofs as services
from requests_app.volumes import write_volume


def make(pk):
    """Make the whole file `pk`, as `making.make_one`."""
    return making.make_one(Dossier, pk, issue)


def issue(dossier):
    """Write the whole file and issue it, in the place of the one before. Returns its `Issued`, or None."""
    reader = dossier.reader
    with reading(dossier.language, reader.time_zone), tempfile.TemporaryFile() as target:
        code = issuing.new_code()
        write, extension, media_type = WRITERS[dossier.form]
        write(target, dossier, code)
        name = _("%(number)s, whole file") % {"number": dossier.change_request.number}
        made = making.issue(dossier, code, f"{name}.{extension}", File(target), media_type, actor=reader)
    replace_earlier(dossier)
    return made


def write_folder(target, dossier, code):
    """Write the ZIP folder into `target`, a binary file, telling how far it is."""
    parts = gathered(dossier)
    dossier.total = len(parts.owed) + len(parts.attachments)
    manifest, held = [], []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for event, kind in parts.owed:
            stored = parts.proof(event, kind)
            manifest.append(put(archive, f"{_('proofs')}/{event.sequence:03d} {stored.name}", stored))
            went_on(dossier)
        for rank, attachment in parts.attachments:
            part = PurePosixPath(_("documents"), str(Section(attachment.section).label))
            path = f"{part}/{rank:03d} {attachment.file.name}"
            if attachment.file.quarantine:
                held.append(held_line(path, attachment.file))
            else:
                manifest.append(put(archive, path, attachment.file))
            went_on(dossier)
        lines = [line_of(event) for event in history.readable(parts.file, parts.reader, parts.events)]
        archive.writestr("history.json", as_json(lines))
        said = {"number": parts.file.number, "files": manifest, "held": held}
        archive.writestr("manifest.json", as_json(said))
    target.flush()


def put(archive, path, stored):
    """Copy a stored file into the ZIP, a piece at a time; returns its line of the manifest."""
    with (
        closing(stored.content.storage.stream(stored.content.name)) as pieces,
        archive.open(path, "w", force_zip64=True) as target,
    ):
        for piece in pieces:
            target.write(piece)
    return {"path": path, "size": stored.size, "sha256": stored.sha256}


def held_line(path, stored):
    """The line of the manifest for a document that a scan for viruses holds: it is named, and not handed over."""
    return {
        "path": path,
        "size": stored.size,
        "sha256": stored.sha256,
        "why": stored.quarantine.get_state_display(),
    }


def line_of(event):
    """An act of the history, for people and for machines."""
    return {
        "rank": event.sequence,
        "at": event.at,
        "by": str(event.actor) if event.actor else "",
        "act": event.name,
        "words": history.words(event, history.named_in([event])),
        "from": event.from_step,
        "to": event.to_step,
        "details": history.details(event),
    }


def replace_earlier(dossier):
    """Let go of what was made before in the same form for the same reader of the same file."""
    same = Dossier.objects.filter(
        change_request=dossier.change_request, reader=dossier.reader, form=dossier.form
    )
    services.let_go(same.exclude(pk=dossier.pk))


def let_go_of_old():
    """Remove the whole files that were kept long enough; their codes stay answered for."""
    services.let_go(Dossier.objects.filter(issued__issued_at__lt=timezone.now() - KEPT_FOR))


# How each form is written, the extension of its name, its media type.
WRITERS = {
    Dossier.Form.FOLDER: (write_folder, "zip", "application/zip"),
    Dossier.Form.VOLUME: (write_volume, "pdf", making.PDF),
}
