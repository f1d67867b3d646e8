"""The analysis: what each path asks for, what is missing, what it entails, how it reads."""

import pytest
from django.utils.translation import override

from privacy import analysis as analyses
from privacy.schema import SECTIONS, Field, Grid, Kind, Rows
from privacy.screening import suggested

UNCHANGED = {"scope": {"changes": ["none"], "entry": "État civil"}}


def full(**sections):
    """An analysis of the full path with nothing missing, and `sections` in place of its own."""
    return {
        "scope": {
            "changes": ["new_category"],
            "entry": "Inscriptions",
            "purposes": [{"purpose": "Inscrire les élèves", "legal_basis": "public_task"}],
        },
        "data": {"categories": [{"category": "contact"}], "subjects": ["customers"]},
        **sections,
    }


def places(personal_data, analysis):
    return [place for place, _sentence in analyses.gaps(personal_data, analysis)]


def test_nothing_is_missing_of_the_three_paths():
    assert places("no", {}) == places("yes", UNCHANGED) == places("indirectly", full()) == []


@pytest.mark.parametrize(
    ("analysis", "missing"),
    [
        ({}, ["scope-changes"]),
        ({"scope": {"changes": ["none", "export"]}}, ["scope-changes"]),
        ({"scope": {"changes": ["export"]}}, ["scope-purposes", "data-categories", "data-subjects"]),
        (
            full(scope={"changes": ["export"], "purposes": [{"purpose": "Compter"}]}),
            ["scope-purposes"],
        ),
        (
            full(data={"categories": [{"category": "health"}], "subjects": ["customers"]}),
            ["data-article_9", "dpia-conclusion"],
        ),
        (full(recipients={"test_data": "real"}), ["recipients-test_exception"]),
    ],
)
def test_what_is_missing_is_named_by_its_part(analysis, missing):
    assert places("yes", analysis) == missing


def health(**assessment):
    """Two criteria, 4 because health data and 7 because minors."""
    return full(
        data={
            "categories": [{"category": "health"}, {"category": "nir"}],
            "article_9": "h",
            "subjects": ["minors"],
        },
        dpia=assessment,
    )


def test_the_criteria_are_suggested_with_their_reasons():
    with override("en"):
        assert suggested(health()) == {4: "health, social security number (NIR)", 7: "minors"}
        assert analyses.screened(health()).reason == (
            "two criteria: 4 because health, social security number (NIR), 7 because minors"
        )


@pytest.mark.parametrize(
    ("assessment", "missing"),
    [
        ({}, ["dpia-conclusion"]),
        ({"conclusion": "required_new"}, []),
        ({"conclusion": "covered"}, ["dpia-justification"]),
        ({"conclusion": "covered", "justification": "AIPD des inscriptions, 3 mars 2026."}, []),
        ({"exempt": True, "conclusion": "covered"}, ["dpia-justification"]),
        ({"conclusion": "not_required"}, ["dpia-justification"]),
        ({"conclusion": "recommended", "justification": "x" * 199}, ["dpia-justification"]),
        ({"conclusion": "recommended", "justification": "x" * 200}, []),
        (
            {"conclusion": "not_required", "justification": "x" * 200, "on_cnil_list": True},
            ["dpia-conclusion"],
        ),
        ({"exempt": True}, []),
        ({"exempt": True, "conclusion": "required_new"}, ["dpia-conclusion"]),
        ({"criteria": [{"criterion": "7", "answer": "no"}]}, ["dpia-criteria-7-why", "dpia-conclusion"]),
        ({"criteria": [{"criterion": "7", "answer": "no", "why": "Majeurs."}]}, ["dpia-conclusion"]),
        (
            {
                "criteria": [{"criterion": "7", "answer": "no", "why": "Majeurs."}],
                "conclusion": "not_required",
            },
            ["dpia-justification"],
        ),
        (
            {
                "criteria": [{"criterion": "7", "answer": "no", "why": "Majeurs."}],
                "conclusion": "not_required",
                "justification": "Un seul critère.",
            },
            [],
        ),
    ],
)
def test_the_rule_of_the_assessment_is_kept(assessment, missing):
    assert places("yes", health(**assessment)) == missing


def test_an_overruled_criterion_counts_as_the_dpo_says():
    said = {
        "criteria": [
            {"criterion": "5", "answer": "yes", "why": "Toute la ville"},
            {"criterion": "4", "answer": "no", "why": "x"},
        ]
    }

    with override("en"):
        assert (
            analyses.screened(health(**said)).reason
            == "two criteria: 5 because Toute la ville, 7 because minors"
        )


def test_a_ruling_is_given_with_the_rule_s_answer_and_without_what_it_does_not_ask_for():
    assert analyses.sealed("no", health()) == {}
    assert analyses.sealed("yes", {**health(), **UNCHANGED}) == UNCHANGED
    assert analyses.sealed("yes", full())["dpia"] == {
        "conclusion": "not_required",
        "screening": {
            "outcome": "not_required", "overrulable": False, "criteria": [],
            "reason": "aucun critère n’est rempli",
        },
    }  # fmt: skip
    assert analyses.sealed("yes", health(conclusion="required_new"))["dpia"]["screening"]["criteria"] == [
        4,
        7,
    ]


def said_by_the_rule(analysis):
    [section] = [one for one in analyses.readable(analysis) if one.name == "dpia"]
    return section.parts[0].texts[0]


def test_what_the_rule_said_is_read_in_the_readers_language_and_not_in_that_of_whoever_ruled():
    with override("fr"):
        given = analyses.sealed("yes", health(conclusion="required_new"))

    with override("en"):
        assert (
            said_by_the_rule(given)
            == "Required (two criteria: 4 because health, social security number (NIR), 7 because minors)"
        )
    with override("fr"):
        assert given["dpia"]["screening"]["reason"] in said_by_the_rule(given)


def test_ruling_that_the_rule_would_answer_otherwise_by_now_reads_as_it_was_given():
    with override("fr"):
        given = analyses.sealed("yes", health(conclusion="required_new"))
    given["dpia"]["screening"] |= {"criteria": [4], "reason": "un critère, à l’époque"}

    with override("en"):
        assert said_by_the_rule(given) == "Required (un critère, à l’époque)"


def test_what_entails_a_condition_makes_one():
    analysis = health(conclusion="required_update") | {
        "scope": {
            "changes": ["export"],
            "purposes": [{"purpose": "Compter", "legal_basis": "client_to_determine"}],
        },
        "measures": {
            "measures": [
                {"measure": "masking", "state": "to_build", "note": "écran de recherche"},
                {"measure": "backup", "state": "existing"},
            ]
        },
    }

    assert [(one.origin, one.owner) for one in analyses.entailed_conditions(analysis)] == [
        ("legal_basis", "client"),
        ("measure:masking", "vendor"),
        ("dpia", "client"),
    ]


def test_every_part_reads_and_what_is_empty_is_left_out():
    """One value for every field of the schema: nothing of it is lost on the reader."""
    analysis = {section.name: {part.name: sample(part) for part in section.parts} for section in SECTIONS}

    read = analyses.readable(analysis)

    assert [section.name for section in read] == [section.name for section in SECTIONS]
    for section, said in zip(SECTIONS, read, strict=True):
        assert [part.label for part in said.parts] == [str(part.label) for part in section.parts]
        for part, shown in zip(section.parts, said.parts, strict=True):
            columns = 0 if isinstance(part, Field) else len(part.fields) + isinstance(part, Grid)
            assert len(shown.heads) == columns
            assert shown.texts or all(text for line in shown.lines for _head, text in line)
    assert analyses.readable({"scope": {"entry": "", "changes": []}, "data": {}}) == []


def sample(part):
    if isinstance(part, Field):
        return value(part)
    row = {field.name: value(field) for field in part.fields}
    return [row] if isinstance(part, Rows) else [{part.row: str(one.value), **row} for one in part.choices]


def value(field):
    return {
        Kind.LINE: "Un mot",
        Kind.TEXT: "Une phrase.",
        Kind.CHOICE: field.choices and next(iter(field.choices)).value,
        Kind.SEVERAL: field.choices and [one.value for one in field.choices],
        Kind.DAY: "2027-03-12",
        Kind.YES: True,
    }[field.kind]


def test_the_rule_s_answer_reads_first_in_its_section():
    read = analyses.readable(analyses.sealed("yes", health(conclusion="required_new")))

    (assessment,) = [section for section in read if section.name == "dpia"]
    assert assessment.parts[0].texts == (
        "Requise (deux critères\xa0: 4 parce que santé, numéro de sécurité sociale (NIR), 7 parce que mineurs)",
    )
