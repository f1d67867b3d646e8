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
    kept = {state: limits[state] for state in sorted(limits) if limits[state]}
    ColumnLimit.objects.exclude(state__in=kept).delete()
    # Over what somebody else may have saved at the same moment.
    return ColumnLimit.objects.bulk_create(
        (ColumnLimit(state=state, most=most) for state, most in kept.items()),
        update_conflicts=True,
        unique_fields=["state"],
        update_fields=["most"],
    )
