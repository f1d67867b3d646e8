"""What the worker does for this room. Celery may lose any of it: a later run makes up for it."""

from celery import shared_task
from django.conf import settings

from custody import ledger, retention, writing
from custody.models import PersonExport
from requests_app import making


@shared_task(ignore_result=True)
def apply_retention():
    """Every night: have each rule of retention applied, and the ledger of erasures written anew. Safe to run twice."""
    for rule in retention.RULES:
        apply_rule.delay(rule.key)
    keep_ledger.delay()


@shared_task(ignore_result=True)
def apply_rule(key):
    """Apply the rule `key` of `retention.BY_KEY`. Safe to run twice: the second finds nothing left."""
    retention.apply(retention.BY_KEY[key])


@shared_task(ignore_result=True)
def keep_ledger():
    """Write the ledger of erasures to the file of the settings. Safe to run twice."""
    ledger.write(settings.ERASURES_FILE)


@shared_task(ignore_result=True)
def make_export(pk):
    """Make the export `pk` if it is due. Safe to run twice."""
    writing.make(pk)


@shared_task(ignore_result=True)
def sweep_exports():
    """Every `settings.SWEEP_SECONDS`: have made what a broker or a worker lost, and let go of what was kept long enough."""
    for pk in making.due(PersonExport):
        make_export.apply_async((pk,), expires=settings.SWEEP_SECONDS)
    writing.let_go_of_old()
