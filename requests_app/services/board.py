"""The board's own setting; its moves are those of `requests_app.services.development`."""

from django.db import transaction

from accounts.roles import Role
from requests_app.models import ColumnLimit
from workflow.errors import NotYourRole


@transaction.atomic
def set_limits(*, actor, limits):
    """Keep how many subtasks each column should hold, as a lead: `{a state's value: number, or None}`."""
    if not actor.has_role(Role.LEAD):
        raise NotYourRole("split")
    ColumnLimit.objects.all().delete()
    return ColumnLimit.objects.bulk_create(
        ColumnLimit(state=state, most=most) for state, most in limits.items() if most
    )
