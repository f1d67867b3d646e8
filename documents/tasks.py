"""What the worker does for this room. Celery may lose any of it: the sweeps find it again."""

from celery import shared_task
from django.conf import settings

from documents import orphans, previews, quarantine, workplace


@shared_task
def clean_orphans():
    """Delete what dead processes left behind, once it is older than a day. Safe to run twice."""
    orphans.clean_orphans()
    orphans.clean_uploads()
    workplace.clean_workplaces()


@shared_task
def scan_file(pk):
    """Ask for the verdict on the scan `pk` if it waits, and have its pages made when it is good. Safe to run twice."""
    released = quarantine.scan(pk)
    if released:
        preview, is_new = previews.ask(released)
        if is_new:
            make_preview.delay(preview.pk)


@shared_task
def sweep_scans():
    """Every `settings.SWEEP_SECONDS`: ask for the verdicts that did not come."""
    for pk in quarantine.due():
        scan_file.apply_async((pk,), expires=settings.SWEEP_SECONDS)


@shared_task
def make_preview(pk):
    """Make the pages of the preview `pk` if it is due, then have those made that waited behind it. Safe to run twice."""
    if previews.make(pk):
        sweep_previews()


@shared_task
def sweep_previews():
    """Every `settings.SWEEP_SECONDS`: settle what a worker left undone and have made what waits."""
    for pk in previews.sweep():
        # Asked again by the next sweep: a copy that waited that long only fills the broker.
        make_preview.apply_async((pk,), expires=settings.SWEEP_SECONDS)
