"""What the worker does for the outbox. Celery may lose any of it: the sweep finds it again."""

from celery import shared_task
from django.conf import settings

from notifications import outbox


@shared_task(ignore_result=True)
def send_message(pk):
    """Send the message `pk` if it is due. Safe to run twice."""
    outbox.attempt(pk)


@shared_task(ignore_result=True)
def send_messages(pks):
    """Have each of `pks` sent on its own: one publication from the page, whatever their number."""
    for pk in pks:
        send_message.delay(pk)


@shared_task(ignore_result=True)
def sweep():
    """Every `settings.SWEEP_SECONDS`: settle lost leases and have sent what is due."""
    for pk in outbox.sweep():
        # Asked again by the next sweep: a copy that waited that long only fills the broker.
        send_message.apply_async((pk,), expires=settings.SWEEP_SECONDS)
