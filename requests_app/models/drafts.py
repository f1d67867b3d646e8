"""What several people fill in over days."""

from django.conf import settings
from django.db import models

from workflow.errors import MovedOn


class Draft(models.Model):
    """Who saved a text last, and a number that counts the saves."""

    revision = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def edit(self, fields, *, actor, at, revision=None):
        """Set `fields` (a dict) and save; as `change`."""
        self.change(fields, actor=actor, at=at, revision=revision)
        self.save()

    def change(self, fields, *, actor, at, revision=None):
        """Set `fields` (a dict), unless somebody saved since the page of `revision` was read; the caller saves.

        `revision` None means that the caller did not read first. Raises `workflow.errors.MovedOn` with
        whoever was faster.
        """
        if revision is not None and revision != self.revision:
            raise MovedOn(by=self.edited_by, at=self.edited_at, is_save=True)
        for name, value in fields.items():
            setattr(self, name, value)
        self.revision, self.edited_by, self.edited_at = self.revision + 1, actor, at
