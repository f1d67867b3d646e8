"""The room that keeps files."""

from celery.signals import task_postrun
from django.apps import AppConfig
from django.core.signals import request_finished
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Stored files: bytes, type, fingerprint. What they are about is their owner's business."""

    name = "documents"
    verbose_name = _("documents")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Tidy up after rolled back transactions when a request or a task ends."""
        # Here, since it needs models that are not loaded before.
        from documents.unsettled import settle

        request_finished.connect(settle, dispatch_uid="documents.settle")
        task_postrun.connect(settle, dispatch_uid="documents.settle")
