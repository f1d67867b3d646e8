"""The seven steps of a file, and its three ends."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Side


class Step(models.TextChoices):
    """Where a file stands. `TICKET` is only ever the state of a file that is not created yet."""

    TICKET = "ticket", _("Helpdesk ticket")
    REQUEST = "request", pgettext_lazy("step", "Request")
    SPECIFICATION = "specification", pgettext_lazy("step", "Specification")
    RULING = "ruling", _("DPO ruling")
    DECISION = "decision", _("Client decision")
    DEVELOPMENT = "development", pgettext_lazy("step", "Development")
    ACCEPTANCE = "acceptance", pgettext_lazy("step", "Acceptance")
    CLOSED = "closed", pgettext_lazy("step", "Closed")
    DECLINED = "declined", pgettext_lazy("step", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("step", "Cancelled")

    @property
    def number(self):
        """1 to 7, or None for an end."""
        return PLACES[self].number if self in PLACES else None

    @property
    def side(self):
        """The `Side` whose turn it is, or None for an end."""
        return PLACES[self].side if self in PLACES else None

    @property
    def turn(self):
        """Whose turn it is in words; empty for an end."""
        return PLACES[self].turn if self in PLACES else ""


@dataclass(frozen=True)
class Place:
    """What the tracker says of one of the seven steps."""

    number: int
    side: Side
    turn: Promise


PLACES = {
    Step.TICKET: Place(1, Side.CLIENT, _("Client, support")),
    Step.REQUEST: Place(2, Side.CLIENT, pgettext_lazy("turn", "Client")),
    Step.SPECIFICATION: Place(3, Side.VENDOR, pgettext_lazy("turn", "Support")),
    Step.RULING: Place(4, Side.VENDOR, pgettext_lazy("turn", "DPO")),
    Step.DECISION: Place(5, Side.CLIENT, pgettext_lazy("turn", "Client")),
    Step.DEVELOPMENT: Place(6, Side.VENDOR, pgettext_lazy("turn", "Development")),
    Step.ACCEPTANCE: Place(7, Side.CLIENT, pgettext_lazy("turn", "Client")),
}
SEVEN = tuple(PLACES)
ENDS = (Step.CLOSED, Step.DECLINED, Step.CANCELLED)
OPEN_STEPS = tuple(step for step in SEVEN if step is not Step.TICKET)
