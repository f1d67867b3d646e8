"""The three refusals of a transition, and what each tells."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Reason:
    """Something missing for a move: its name, a sentence for people, the form's field it concerns."""

    code: str
    message: str | Promise
    field: str | None = None

    def __str__(self):
        return str(self.message)


class Refused(Exception):
    """A move or an edit did not happen; nothing was saved."""


class MovedOn(Refused):
    """It is not this step any more, or somebody saved first: `by` (a person or None) and `at` (or None).

    `what` is a sentence that says what happened meanwhile, where the step alone does not; `is_save`: a text was
    saved since it was read, by the same person too, who may have typed something else.
    """

    def __init__(self, *, by=None, at=None, what="", is_save=False):
        super().__init__("moved on")
        self.by, self.at, self.what, self.is_save = by, at, what, is_save


class NotYourRole(Refused):
    """The step is right, the person is not."""

    def __str__(self):
        return _("Your role does not allow this.")


class Missing(Refused):
    """The step and the person are right; `reasons` (a list of `Reason`) says what is missing."""

    def __init__(self, reasons):
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = list(reasons)
