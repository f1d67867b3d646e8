"""The DPIA screen against its rule: every one of the 4 096 cases, and what the answer says."""

from collections import Counter
from itertools import combinations, product

import pytest
from django.utils.translation import override

from privacy.dpia import Criterion, screen

# The rule's own words, a line a case, read from the top; a dot stands for either.
# art. 35(3)  CNIL's list  exempt  criteria met  →  outcome, overrulable
RULE = """
    yes       .            .       .             required       no
    .         yes          .       .             required       no
    .         .            no      two_or_more   required       yes
    .         .            no      one           dpo_decides    no
    .         .            .       .             not_required   no
"""
ROWS = [line.split() for line in RULE.strip().splitlines()]
SUBSETS = [set(chosen) for size in range(10) for chosen in combinations(range(1, 10), size)]
YES_NO = {False: "no", True: "yes"}


def expected(trigger, listed, exempt, criteria):
    """What the first line that fits says."""
    how_many = ["none", "one"][len(criteria)] if len(criteria) < 2 else "two_or_more"
    case = (YES_NO[trigger], YES_NO[listed], YES_NO[exempt], how_many)
    for *pattern, outcome, overrulable in ROWS:
        if all(asked in (".", is_so) for asked, is_so in zip(pattern, case, strict=True)):
            return outcome, overrulable == "yes"
    raise AssertionError(case)


def test_all_4096_cases():
    seen = Counter()
    for trigger, listed, exempt in product([False, True], repeat=3):
        for criteria in SUBSETS:
            said = screen(article_35_3=trigger, on_cnil_list=listed, exempt=exempt, criteria=criteria)
            assert (said.outcome, said.overrulable) == expected(trigger, listed, exempt, criteria)
            assert said.reason
            seen[said.outcome, said.overrulable] += 1

    # 3 of 4 pairs of trigger and list always need one; of the rest, with no exemption, 502 sets of two or more.
    assert seen == {
        ("required", False): 3_072,
        ("required", True): 502,
        ("dpo_decides", False): 9,
        ("not_required", False): 513,
    }


def facts(*criteria, **changes):
    return {"article_35_3": False, "on_cnil_list": False, "exempt": False, "criteria": criteria, **changes}


def test_a_criterion_given_twice_counts_once():
    assert screen(**facts(4, 4)).outcome == "dpo_decides"


@pytest.mark.parametrize("wrong", [0, 10, -1, "4", None, 4.5])
def test_a_criterion_out_of_1_to_9_is_refused_whatever_else_holds(wrong):
    for changes in ({}, {"article_35_3": True}, {"exempt": True}):
        with pytest.raises(ValueError, match=str(wrong)):
            screen(**facts(4, wrong, **changes))


def test_the_answer_cannot_be_changed():
    with pytest.raises(AttributeError):
        screen(**facts()).outcome = "required"


def test_the_reason_names_the_criteria_in_words():
    with override("en"):
        assert screen(**facts(7, 4)).reason == (
            "two criteria: 4 (sensitive or highly personal data), 7 (vulnerable people)"
        )
        assert (
            screen(**facts(4, 7, because={4: "health data.", 7: "minors"})).reason
            == "two criteria: 4 because health data, 7 because minors"
        )
        assert screen(**facts()).reason == "no criterion is met"
    with override("fr"):
        assert screen(**facts(8)).reason == "un critère\u00a0: 8 (usage innovant)"


@pytest.mark.parametrize(
    ("fact", "words"), [("article_35_3", "35(3)"), ("on_cnil_list", "CNIL"), ("exempt", "CNIL")]
)
def test_the_reason_names_what_decided(fact, words):
    assert words in screen(**facts(1, **{fact: True})).reason


def test_the_nine_criteria_are_those_of_wp248():
    assert [criterion.value for criterion in Criterion] == list(range(1, 10))
