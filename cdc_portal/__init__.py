"""Wiring of the portal: settings, addresses, processes. No business rule lives here."""

from cdc_portal.celery import app as celery_app

__all__ = ["celery_app"]
