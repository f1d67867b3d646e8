"""How long the worker takes over documents, and how much memory: in a process of its own, since a peak is one's own.

python -m bench.papers TIMES     (started by `bench.measure`, which gives it the settings and a loaded database)
"""

import json
import resource
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from statistics import median

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from PIL import Image  # noqa: E402

from accounts.models import Organisation, User  # noqa: E402
from accounts.roles import DPO_ROLES  # noqa: E402
from cdc_portal.celery import app  # noqa: E402
from demo import analyses, sample_files  # noqa: E402
from documents import previews  # noqa: E402
from documents.conversion import program  # noqa: E402
from documents.intake import examine  # noqa: E402
from documents.models import StoredFile  # noqa: E402
from documents.pictures import bind_pictures  # noqa: E402
from notifications.rendering import reading  # noqa: E402
from privacy.models import RegisterEntry, RegisterVersion, VersionState  # noqa: E402
from privacy.registers import RegisterKind, content_of  # noqa: E402
from requests_app import exports, making  # noqa: E402
from requests_app.models import ExportFormat, Proof, ProofKind, RegisterExport, Ruling  # noqa: E402
from requests_app.models.proofs import PROVED_BY  # noqa: E402
from ui.folding import folded  # noqa: E402
from workflow.models import Event  # noqa: E402

OFFICE = ("doc", "docx", "odt", "xls", "xlsx", "ods", "ppt", "pptx", "odp")
ALONE = ("pdf", "jpg", "csv")
PICTURES = 10
ENTRIES = 500
SIZE = (2340, 1755)


def conversions():
    """`(name, act)` for each sample file whose pages can be made here."""
    for kind in (*(OFFICE if program() else ()), *ALONE):
        name, body = getattr(sample_files, kind)()
        content = ContentFile(body, name=name)
        known = examine(content)
        stored = StoredFile(name=known.name, size=known.size, media_type=known.media_type)
        stored.content.save(name, content, save=False)
        yield f"pages of .{kind}", lambda stored=stored: pages_of(stored)


def pages_of(stored):
    """Make the pages of a stored file, and keep none of them."""
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        previews.pages_of(stored, Path(folder))


def proofs():
    """`(name, act)` for each kind of proof of which the volume has an act; none of them is issued."""
    for kind in ProofKind:
        acts = [name for name, kinds in PROVED_BY.items() if kind in kinds]
        event = Event.objects.filter(name__in=acts).order_by("pk").last()
        if event is not None:
            proof = Proof(event=event, kind=kind, language=settings.LANGUAGE_CODE)
            yield f"PDF, {kind}", lambda proof=proof: lay_out(proof)


def lay_out(proof):
    """Lay out a proof."""
    with reading(proof.language, settings.TIME_ZONE):
        making.written(proof)


def album():
    """The PDF of photographed papers."""
    noise, drawn = BytesIO(), Image.effect_noise(SIZE, 40).convert("RGB")
    drawn.save(noise, "WEBP", quality=82)
    pages = [(ContentFile(noise.getvalue(), name="1.webp"), 90) for _number in range(PICTURES)]
    yield (
        f"PDF of {PICTURES} pictures",
        lambda: bind_pictures(pages, BytesIO(), title="Papiers", language="fr", words=str),
    )


def registers():
    """`(name, act)` for each table of a register of `ENTRIES` entries, which no database keeps; none of them is issued."""
    with transaction.atomic():
        ruling = Ruling.objects.given().select_related("change_request__organisation").last()
        organisation = Organisation.objects.create(name="Registre", code="BENCHREG")
        add_entries(organisation, ruling)
        reader = User.objects.active().with_role(*DPO_ROLES).first()
        for file_format in (ExportFormat.CSV, ExportFormat.ODS, ExportFormat.JSON):
            export = RegisterExport(reader=reader, organisation=organisation, file_format=file_format)
            yield f"register of {ENTRIES}, .{file_format}", lambda export=export: write_register(export)
        transaction.set_rollback(True)


def add_entries(organisation, ruling):
    """Entries in force of the client's register, each as full as the fullest of the demo."""
    now, content = timezone.now(), content_of(RegisterKind.CONTROLLER, analyses.EXPORT, before={}, found={})
    entries = RegisterEntry.objects.bulk_create(
        RegisterEntry(
            organisation=organisation, kind=RegisterKind.CONTROLLER, name=name, name_key=folded(name)
        )
        for name in (f"Traitement {rank:03d}" for rank in range(ENTRIES))
    )
    RegisterVersion.objects.bulk_create(
        RegisterVersion(
            entry=entry,
            number=1,
            state=VersionState.IN_FORCE,
            change_request=ruling.change_request,
            ruling=ruling,
            content_sha256=ruling.version.content_sha256,
            content=content,
            drawn_up_at=now,
            in_force_at=now,
        )
        for entry in entries
    )


def write_register(export):
    """Read a register and write it in its format."""
    with reading(settings.LANGUAGE_CODE, settings.TIME_ZONE):
        exports.WRITERS[export.file_format](export, exports.lots(export), "")


def seconds_of(act, times):
    """How long each of `times` runs of `act` takes, after one that counts for nothing."""
    taken = []
    for _time in range(times + 1):
        begun = time.monotonic()
        act()
        taken.append(time.monotonic() - begun)
    return taken[1:]


def main(times):
    """Measure all, and print it as JSON: lines of (name, median, longest), and two peaks in bytes."""
    app.loader.import_default_modules()
    lines = []
    for make in (conversions, album, proofs, registers):
        for name, act in make():
            taken = seconds_of(act, int(times))
            lines.append((name, median(taken), max(taken)))
    peaks = {
        name: resource.getrusage(who).ru_maxrss * 1024
        for name, who in (("worker", resource.RUSAGE_SELF), ("programs", resource.RUSAGE_CHILDREN))
    }
    print(json.dumps({"lines": lines, **peaks}))


if __name__ == "__main__":
    main(*sys.argv[1:])
