"""A person's own data, asked for in one press: made by the worker, kept for some days."""

from django.db import transaction

from custody.models import PersonExport
from requests_app.services.proofs import hand_over


@transaction.atomic
def ask_for_export(person, *, actor):
    """Have what the portal holds of `person` made into a folder, for `actor`, unless it is being made. Returns the row."""
    export, _is_new = PersonExport.objects.get_or_create(
        person=person, issued=None, defaults={"language": actor.language, "asked_by": actor}
    )
    if export.is_given_up:
        export.ask_again()
    hand_over("custody.tasks.make_export", export.pk)
    return export


def exports_of(person):
    """The export of `person` that is being made and the last one that is ready, as `(making, ready)`; None for none."""
    own = list(PersonExport.objects.filter(person=person).select_related("issued__file")[:2])
    making = next((one for one in own if one.issued_id is None), None)
    return making, next((one for one in own if one.is_ready), None)
