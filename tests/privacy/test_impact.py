"""The export of the CNIL's PIA tool: what is read of it, what speaks against it, and files that are none."""

import copy
import json
from pathlib import Path

import pytest
from django.utils import translation

from privacy.impact import MOST_BYTES, Assessment, State, Unreadable, read

# Written after the tool's public model: all its sections, answers, measures and evaluations, of a validated assessment.
EXPORT = Path(__file__).with_name("pia_export.json").read_bytes()


@pytest.fixture
def whole():
    return json.loads(EXPORT)


def assessment(whole):
    return Assessment(read(json.dumps(whole).encode()))


def test_export_says_its_name_its_state_the_opinions_and_where_each_risk_stands():
    one = Assessment(read(EXPORT))

    with translation.override("en"):
        assert (one.name, one.updated_on.isoformat(), one.state) == (
            "Télésuivi des patients à domicile",
            "2026-10-21",
            State.SIGNED,
        )
        assert [(str(word), text) for word, text in (one.dpo, one.people)] == [
            (
                "favourable",
                "Les mesures prévues sont suffisantes au regard des risques ; à revoir dans un an.",
            ),
            ("favourable", "Les patients du panel acceptent le suivi."),
        ]
        assert [(row.label, row.before, row.after) for row in one.positions] == [
            (
                "illegitimate access",
                "severity maximal, likelihood significant",
                "severity maximal, likelihood negligible",
            ),
            ("unwanted change", "severity significant, likelihood limited", ""),
            ("disappearance", "severity limited, likelihood negligible", ""),
        ]
        assert one.against_it == []
    assert {name: one.content[name] for name in ("measures", "to_correct", "improvable")} == {
        "measures": 2,
        "to_correct": 0,
        "improvable": 1,
    }


def test_what_is_kept_of_it_is_json_and_names_nobody():
    kept = json.dumps(read(EXPORT), ensure_ascii=False)

    assert Assessment(json.loads(kept)).name == "Télésuivi des patients à domicile"
    assert [name for name in ("Diallo", "Petit", "Vidal", "Roche") if name in kept] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda whole: whole["pia"].update(status=0), ["It is not validated: in progress."]),
        (lambda whole: whole["pia"].update(status=1), ["It is not validated: refused."]),
        (lambda whole: whole["pia"].update(status="2"), []),
        (lambda whole: whole["pia"].update(dpo_status=False), ["The client's DPO is against it."]),
        (lambda whole: whole["evaluations"][0].update(status=1), ["1 part is still to be corrected."]),
        (
            lambda whole: whole["evaluations"][-3].update(gauges={"x": 4, "y": 3}),
            [
                "Illegitimate access: severity maximal, likelihood significant, both in the upper half of the scale."
            ],
        ),
        # Nobody placed it again: where it stood before the action plan counts.
        (
            lambda whole: whole["evaluations"][-3].update(gauges={"x": 0, "y": 0}),
            [
                "Illegitimate access: severity maximal, likelihood significant, both in the upper half of the scale."
            ],
        ),
        (
            lambda whole: whole.update(
                answers=[row for row in whole["answers"] if row["reference_to"] != 346]
            ),
            ["Disappearance: severity or likelihood is not said."],
        ),
    ],
)
def test_what_speaks_against_it_is_said_in_sentences(whole, change, said):
    change(whole)

    with translation.override("en"):
        assert assessment(whole).against_it == said


def test_assessment_that_was_just_begun_is_read_too():
    begun = {"pia": {"name": "Neuf", "status": 0}} | dict.fromkeys(
        ("answers", "measures", "evaluations", "comments")
    )

    one = assessment(begun)

    assert (one.updated_on, one.dpo[1], {row.before for row in one.positions}) == (None, "", {""})
    assert len(one.against_it) == 4


def test_list_that_the_tools_server_writes_is_read_when_it_holds_one(whole):
    parts = {name: whole[name] for name in ("answers", "measures", "evaluations", "comments")}
    one = {**whole["pia"], **parts}

    assert read(json.dumps([one]).encode()) == read(EXPORT)
    with pytest.raises(Unreadable):
        read(json.dumps([one, one]).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"{",
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b"9" * 5_000,
        b"null",
        b"[]",
        b"[1]",
        b"{}",
        b'{"pia": 1}',
        b'{"pia": {"name": "Sans suite", "status": 3}}',
        b'{"pia": {"name": 3, "status": 3}, "answers": [], "measures": [], "evaluations": [], "comments": []}',
        b'{"pia": {"name": "x", "status": 9}, "answers": [], "measures": [], "evaluations": [], "comments": []}',
        b'{"pia": {"name": "x", "status": 3}, "answers": [1], "measures": [], "evaluations": [], "comments": []}',
        b'{"pia": {"name": "x", "status": 3}, "answers": {}, "measures": [], "evaluations": [], "comments": []}',
        b" " * (MOST_BYTES + 1),
    ],
)
def test_file_that_is_no_export_is_refused_with_a_reason(content):
    with pytest.raises(Unreadable) as refusal:
        read(content)

    assert str(refusal.value)


def test_damaged_parts_of_an_export_are_read_as_not_said(whole):
    damaged = copy.deepcopy(whole)
    for row in damaged["answers"]:
        row["data"] = ["?"] if row["reference_to"] % 2 else {"gauge": {"x": [1]}}
    for row in damaged["evaluations"]:
        row["gauges"], row["status"] = {"x": "haut", "y": -3}, 1.5
    damaged["pia"] |= {"dpo_status": [], "dpo_opinion": 4, "updated_at": "hier", "created_at": None}

    one = assessment(damaged)

    assert [(row.before, row.after) for row in one.positions] == [("", "")] * 3
    assert (one.updated_on, one.dpo[1]) == (None, "")


def test_long_opinion_and_signs_that_no_database_keeps_are_cut(whole):
    whole["pia"] |= {"name": "a\x00b" * 200, "dpo_opinion": "mot " * 2_000}

    kept = read(json.dumps(whole).encode())

    assert (len(kept["name"]), len(kept["dpo_opinion"])) == (200, 2_000)
    assert "\x00" not in kept["name"]
