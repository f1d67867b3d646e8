"""What people say to one another on a file."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageQuerySet(models.QuerySet):
    def shown_to(self, user):
        """Messages of a file that `user` may see; the vendor's notes are the vendor's."""
        return self.filter(is_note=False) if user.is_client_side else self

    def for_list(self):
        """Everything a line of the conversation reads but its documents, which the file's page has; the last first."""
        return self.select_related("author").order_by("-posted_at", "-pk")


class Message(models.Model):
    """A message to everybody on the file, or a note for the vendor's side only."""

    change_request = models.ForeignKey("requests_app.ChangeRequest", models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("message"))
    is_note = models.BooleanField(_("note for the vendor's side only"), default=False)
    posted_at = models.DateTimeField(default=timezone.now)
    # Given with the page that posted it, so that the same page sent twice says it once.
    posting_key = models.UUIDField(null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        ordering = ["posted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change_request", "author", "posting_key"], name="message_posted_once_per_page"
            ),
        ]

    def __str__(self):
        return f"{self.change_request_id} {self.posted_at:%Y-%m-%d}"
