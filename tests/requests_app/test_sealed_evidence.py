"""The sealed history holds by itself what was ruled and what the client saw: the rows could be held against it."""

import pytest

from privacy.verdicts import Verdict
from requests_app.services import decision, signatures
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db
CONDITIONS = [
    {"text": "L’accès est journalisé.", "verification": "Relire le journal.", "owner": "vendor"},
    {"text": "La notice est à jour.", "evidence": "La notice", "owner": "client", "blocks": "acceptance"},
    {"text": "Les comptes sont revus.", "owner": "client", "blocks": "after", "days_after": 30},
]


def ruled_with_conditions(cast):
    file = stories.specified(cast)
    stories.give_ruling(file, cast, Verdict.CONDITIONAL, conditions=CONDITIONS)
    return fresh(file)


def test_history_keeps_each_condition_of_a_ruling_whole():
    file = ruled_with_conditions(Cast())

    sealed = file.events.get(name="rule").data["conditions"]
    assert [(one["text"], one["owner"], one["blocks"], one["days_after"]) for one in sealed] == [
        ("L’accès est journalisé.", "vendor", "delivery", None),
        ("La notice est à jour.", "client", "acceptance", None),
        ("Les comptes sont revus.", "client", "after", 30),
    ]
    assert [(one["verification"], one["evidence"]) for one in sealed] == [
        ("Relire le journal.", ""),
        ("", "La notice"),
        ("", ""),
    ]


@pytest.mark.parametrize(("act", "name"), [(signatures.sign, "sign"), (decision.validate, "validate")])
def test_history_keeps_which_ruling_and_which_texts_a_client_answered(act, name):
    cast = Cast()
    cast.organisation.countersign_above = 0 if name == "sign" else None
    cast.organisation.save()
    file = ruled_with_conditions(cast)

    act(file, actor=cast.client_admin, version=1)

    said, version = file.events.get(name=name).data, file.versions.get()
    assert (said["content_sha256"], said["whole_sha256"]) == (version.content_sha256, version.whole_sha256)
    seen = file.events.get(sequence=said["ruling"])
    assert (seen.name, seen.data["content_sha256"]) == ("rule", version.content_sha256)
