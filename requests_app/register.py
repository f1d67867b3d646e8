"""The registers as the pages and exports read them: who answers for an entry, what a version changed."""

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import DPO_ROLES, Role
from privacy.registers import as_texts
from requests_app.changes import Change
from requests_app.models import RegisterExport
from requests_app.proofs import document_of


def parties(entry):
    """Who answers for `entry` (art. 30, first letter): the DPOs of the client and of the vendor, two lists of people."""
    of_client = Q(**{Role.CLIENT_DPO.column: True}, organisation=entry.organisation_id)
    people = (
        User.objects.active().filter(of_client | Q(**{Role.DPO.column: True})).order_by("last_name", "pk")
    )
    return {
        "client": [person for person in people if person.is_client_side],
        "vendor": [person for person in people if person.has_role(*DPO_ROLES)],
    }


def exports_of(user):
    """The registers made or being made for `user`, as `{"making": RegisterExport or None, "ready": [ui.items.Document]}`."""
    own = list(
        RegisterExport.objects.filter(Q(issued=None) | Q(issued__file__isnull=False), reader=user)
        .select_related("issued__file")
        .order_by("-asked_at", "-pk")
    )
    return {
        "making": next((one for one in own if one.issued_id is None), None),
        "ready": [
            document_of(one, reverse("requests:register_export", args=[one.file_format]))
            for one in own
            if one.is_ready
        ],
    }


def changes_between(before, after):
    """The `Change`s from one version of an entry to another, heading by heading; an empty list when none."""
    kind = after.entry.kind
    pairs = zip(as_texts(kind, before.content), as_texts(kind, after.content), strict=True)
    return [Change(label, old, new) for (label, old), (_label, new) in pairs if old != new]
