"""The Celery application. Tasks are found in each room's `tasks` module."""

import logging
import os

from celery import Celery
from celery.signals import setup_logging, worker_ready

logger = logging.getLogger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdc_portal.settings")

app = Celery("cdc_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_logging(**signal):
    """Logs are as the settings say: a receiver, whatever it does, keeps Celery from setting up its own."""


@worker_ready.connect
def say_ready(**signal):
    """One line for whoever waits for the worker; Celery's own lines stay out of the logs."""
    logger.info("worker ready")
