"""Step 1: support invites somebody of a client to open a request."""

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation


def new_key():
    """A key nobody can guess, for the address in the mail."""
    return secrets.token_urlsafe(24)


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Not yet used."""
        return self.filter(change_request=None)

    def for_list(self):
        """Everything a line of the list of invitations reads."""
        return self.select_related("organisation", "person", "invited_by", "message", "change_request")


class Invitation(models.Model):
    """From a helpdesk ticket to the request that it becomes."""

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations", verbose_name=_("person")
    )
    ticket_reference = models.CharField(_("helpdesk ticket"), max_length=60)
    subject = models.CharField(_("subject"), max_length=200)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    message = models.ForeignKey("notifications.OutgoingMessage", models.SET_NULL, related_name="+", null=True)
    # Given with the page, so that the same page sent twice invites once.
    page_key = models.UUIDField(null=True, editable=False)
    change_request = models.OneToOneField(
        "requests_app.ChangeRequest", models.PROTECT, related_name="invitation", null=True, blank=True
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(fields=["invited_by", "page_key"], name="invitation_once_per_page"),
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return f"{reverse('requests:create')}?invitation={self.key}"
