"""Files that wait for ClamAV's verdict: held until it comes, for ever when it is bad."""

import logging
from contextlib import closing

from django.conf import settings
from django.utils import timezone

from documents import antivirus
from documents.models import Scan

logger = logging.getLogger(__name__)

SWEEP_SIZE = 100


def scan(pk):
    """Have the file of the scan `pk` looked at if it waits; returns that file once it is released, else None.

    Safe to call twice. Without a verdict the file goes on waiting, or is released unseen, as the setting CLAMD_AWAY says.
    """
    waiting = Scan.objects.filter(pk=pk, state=Scan.State.WAITING).select_related("file").first()
    if waiting is None:
        return None
    stored = waiting.file
    try:
        with closing(stored.content.storage.stream(stored.content.name, 0, stored.size)) as chunks:
            found = antivirus.signature_in(chunks)
    except antivirus.Away as error:
        logger.warning("scan %s: no verdict (%s)", pk, error)
        if settings.CLAMD_AWAY == "hold":
            return None
        return settle(waiting, Scan.State.RELEASED)
    if found:
        logger.error("scan %s: file %s is infected", pk, stored.pk)
        return settle(waiting, Scan.State.INFECTED, signature=found[:200])
    return settle(waiting, Scan.State.CLEAN)


def settle(waiting, state, **changes):
    """Write the verdict, unless another worker was faster; returns the file when that releases it."""
    mine = Scan.objects.filter(pk=waiting.pk, state=Scan.State.WAITING)
    is_written = mine.update(state=state, ended_at=timezone.now(), **changes)
    return waiting.file if is_written and state not in Scan.HELD else None


def due():
    """The pks of the scans that wait for a verdict, the longest waiting first."""
    return list(
        Scan.objects.filter(state=Scan.State.WAITING).order_by("pk").values_list("pk", flat=True)[:SWEEP_SIZE]
    )
