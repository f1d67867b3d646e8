"""A register handed over: asked for by its reader, made by the worker."""

from django.db import transaction

from requests_app.models import RegisterExport
from requests_app.services.proofs import hand_over
from workflow.errors import MovedOn


@transaction.atomic
def ask_for_export(*, actor, file_format, organisation=None):
    """Have the register that `actor` sees made, of one `organisation` or of all, in their language.

    `file_format`: an `ExportFormat`. One is made at a time for each person. Returns the `RegisterExport`. Raises
    `MovedOn` while another one is being made.
    """
    asked = {"file_format": file_format, "organisation": organisation, "language": actor.language}
    export, is_new = RegisterExport.objects.get_or_create(reader=actor, issued=None, defaults=asked)
    if not is_new:
        if not export.is_given_up:
            raise MovedOn(by=actor, at=export.asked_at)
        for name, value in {**asked, "done": 0, "total": 0}.items():
            setattr(export, name, value)
        export.save()
        export.ask_again()
    hand_over("requests_app.tasks.make_register_export", export.pk)
    return export
