"""The demo's past: what the services write is dated as if it had happened then."""

from contextlib import contextmanager
from unittest.mock import patch

from django.utils import timezone

from notifications.models import OutgoingMessage
from requests_app.models import Check, Invitation, Message, Round, Subtask

# Rows dated by a column's default, which holds the real clock.
DATED = [
    (Subtask, "created_at"),
    (Round, "opened_at"),
    (Check, "made_at"),
    (Message, "posted_at"),
    (Invitation, "invited_at"),
    (OutgoingMessage, "created_at"),
    (OutgoingMessage, "due_at"),
]


class Past:
    """Acts at given moments, each later than the one before; `began` is the real time at which loading began."""

    def __init__(self):
        self.began = timezone.now()

    @contextmanager
    def at(self, moment):
        """Do something as if `moment` (an aware datetime in the past) were now."""
        with patch.object(timezone, "now", return_value=moment):
            yield
        for model, column in DATED:
            model.objects.filter(**{f"{column}__gte": self.began}).update(**{column: moment})
