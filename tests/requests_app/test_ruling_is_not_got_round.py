"""What a ruling asks for cannot be got round, by whatever is posted, chosen or taken over."""

import pytest

from privacy.verdicts import Verdict
from requests_app.services import decision, delivery
from tests.factories import requests as stories
from tests.factories.requests import ANALYSIS, Cast, fresh
from tests.requests_app.test_ruling_page import FULL, HEALTH, address, given, posted, rows
from workflow.errors import Missing
from workflow.steps import Step

pytestmark = pytest.mark.django_db
UNDETERMINED = FULL | rows("scope-purposes", {"purpose": "Soigner", "legal_basis": "client_to_determine"})
ASSESSED = HEALTH | {"dpia-conclusion": "required_new"}


@pytest.fixture
def dpo(client, cast):
    client.force_login(cast.dpo)
    return client


@pytest.mark.parametrize(("origin", "answers"), [("legal_basis", UNDETERMINED), ("dpia", ASSESSED)])
def test_what_the_client_owes_by_law_blocks_delivery_whatever_is_posted(dpo, cast, origin, answers):
    file = stories.specified(cast)
    row = {
        "text": "Dans mes mots.",
        "origin": origin,
        "owner": "vendor",
        "blocks": "after",
        "days_after": "30",
    }

    dpo.post(address(file), given([row], **answers, verdict=Verdict.CONDITIONAL))

    [made] = fresh(file).rulings.get().conditions.all()
    assert (made.text, made.owner, made.blocks, made.days_after) == (
        "Dans mes mots.",
        "client",
        "delivery",
        None,
    )
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    subtask = stories.split(fresh(file), cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    with pytest.raises(Missing) as refusal:
        delivery.deliver(fresh(file), actor=cast.lead)
    assert [reason.code for reason in refusal.value.reasons] == ["condition"]


def test_draft_keeps_no_verdict_that_nobody_chose(dpo, cast):
    file = stories.specified(cast)
    dpo.post(address(file), posted(verdict=""))
    assert fresh(file).rulings.get().verdict == ""

    # The answers change: the page asks for the verdict that it would have taken by itself before.
    shown = dpo.get(address(file)).context["sheet"].form["verdict"].value()
    refused = dpo.post(address(file), given(revision=1, **FULL, verdict=shown))

    assert (refused.status_code, fresh(file).step) == (422, Step.RULING)
    assert "verdict" in refused.context["sheet"].form.errors


def test_what_is_taken_over_brings_no_assessment_and_no_name_of_another_clients_register(dpo, cast):
    other = Cast()
    for name in ("support", "dpo", "lead", "developer", "tester"):
        setattr(other, name, getattr(cast, name))
    theirs, own = stories.specified(other), stories.specified(cast, title="Autre chose")
    said = {
        **ANALYSIS,
        "scope": {**ANALYSIS["scope"], "entry": "Suivi des patients de Saint-Luc"},
        "dpia": {"conclusion": "covered", "justification": "L’analyse de 2024."},
    }
    for file, whose in ((theirs, other), (own, cast)):
        stories.give_ruling(file, whose, analysis=said)
    file = stories.specified(cast)

    taken = []
    for revision, past in enumerate((theirs, own)):
        reuse = f"{past.rulings.get().pk}:analysis"
        dpo.post(address(file), posted(revision=revision, reuse=reuse, **{"scope-changes": []}))
        taken.append(fresh(file).rulings.get().analysis)

    assert [one.get("dpia") for one in taken] == [None, None]
    assert [one["scope"].get("entry") for one in taken] == [None, "Suivi des patients de Saint-Luc"]
    assert taken[0]["data"] == ANALYSIS["data"]


def test_major_line_found_during_the_acceptance_stops_it(cast):
    file = stories.delivered(cast)
    stories.assess(file, cast, "major", ["isolation"], comment="Un client en lit un autre.")

    with pytest.raises(Missing) as refusal:
        delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))

    assert [reason.code for reason in refusal.value.reasons] == ["major"]
    stories.assess(fresh(file), cast, "conforming", ["isolation"])
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    assert fresh(file).step == Step.CLOSED


@pytest.mark.parametrize(
    ("found", "registered"), [("conforming", [("masking", "existing")]), ("not_applicable", [])]
)
def test_measure_to_build_is_registered_as_it_was_found(cast, found, registered):
    file = stories.specified(cast)
    measures = {"measures": {"measures": [{"measure": "masking", "state": "to_build"}]}}
    stories.give_ruling(file, cast, Verdict.CONDITIONAL, conditions=[], analysis=ANALYSIS | measures)
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    subtask = stories.split(fresh(file), cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    stories.assess(fresh(file), cast, found, comment="Vu.")

    delivery.deliver(fresh(file), actor=cast.lead)

    for version in fresh(file).register_versions.all():
        rows_of = version.content.get("measures", {}).get("measures", [])
        assert [(row["measure"], row["state"]) for row in rows_of] == registered
