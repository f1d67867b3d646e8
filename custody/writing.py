"""A person's export as a ZIP folder: what is held of them as JSON, and the documents that they handed over."""

import tempfile
import zipfile

from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from custody.models import PersonExport
from custody.portrait import portrait_of
from documents import issuing
from notifications.rendering import reading
from requests_app import making
from requests_app.dossiers import held_line, put
from requests_app.making import as_json
from requests_app.models import Attachment
from requests_app.models.proofs import KEPT_FOR
from requests_app.services.proofs import let_go


def make(pk):
    """Make the export `pk`, as `making.make_one`."""
    return making.make_one(PersonExport, pk, issue)


def issue(export):
    """Write the folder of a person and issue it, in the place of the one before. Returns its `Issued`, or None."""
    person = export.person
    with reading(export.language, person.time_zone), tempfile.TemporaryFile() as folder:
        fill(folder, person)
        name = _("My data on the portal")
        made = making.issue(
            export,
            issuing.new_code(),
            f"{name}.zip",
            File(folder),
            "application/zip",
            actor=export.asked_by,
        )
    let_go(PersonExport.objects.filter(person=person).exclude(pk=export.pk))
    return made


def fill(folder, person):
    """Write the ZIP about `person` into `folder`, a binary file."""
    given, held = [], []
    with zipfile.ZipFile(folder, "w", zipfile.ZIP_DEFLATED) as archive:
        own = Attachment.objects.filter(added_by=person).for_list().select_related("change_request")
        for rank, attachment in enumerate(own, 1):
            number, stored = attachment.change_request.number, attachment.file
            path = f"{_('documents')}/{number}/{rank:03d} {stored.name}"
            if stored.quarantine:
                held.append(held_line(path, stored))
            else:
                given.append(put(archive, path, stored))
        archive.writestr("person.json", as_json(portrait_of(person) | {"documents": given, "held": held}))
    folder.flush()


def let_go_of_old():
    """Remove the exports that were kept long enough."""
    let_go(PersonExport.objects.filter(issued__issued_at__lt=timezone.now() - KEPT_FOR))
