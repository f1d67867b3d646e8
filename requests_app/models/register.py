"""A register in one file, made for whoever asks for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from requests_app.models.proofs import Made


class ExportFormat(models.TextChoices):
    """What a register is written as."""

    PDF = "pdf", "PDF"
    ODS = "ods", "ODS"
    CSV = "csv", "CSV"
    JSON = "json", "JSON"

    @property
    def media_type(self):
        """The media type of the file."""
        return {
            "pdf": "application/pdf",
            "ods": "application/vnd.oasis.opendocument.spreadsheet",
            "csv": "text/csv",
            "json": "application/json",
        }[self.value]


class RegisterExport(Made):
    """The entries that one person may see, of one controller or of all: made when they ask, and kept a few days."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("controller")
    )
    file_format = models.CharField(_("format"), max_length=4, choices=ExportFormat)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("exported register")
        verbose_name_plural = _("exported registers")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reader"], condition=Q(issued=None), name="register_export_one_in_the_making"
            ),
        ]

    def __str__(self):
        return f"{self.reader_id} {self.file_format} {self.asked_at:%Y-%m-%d}"
