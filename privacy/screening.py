"""Which of the nine criteria an analysis suggests, and why; the DPO confirms or overrules each.

What no field can tell (scoring, the loss of a right) is never suggested. Source: WP248 rev.01, III.B.
"""

from privacy.dpia import Criterion
from privacy.vocabulary import (
    ChangeKind,
    CollectionWay,
    DataCategory,
    DataSubject,
    Right,
    SubjectCount,
    YesNo,
)

LARGE_SCALE = (SubjectCount.TO_100000, SubjectCount.MORE)


def suggested(analysis):
    """The criteria that the answers point to: `{Criterion: why}`, in the language being read."""
    data = analysis.get("data", {})
    categories = [DataCategory(row["category"]) for row in data.get("categories", [])]
    subjects = [DataSubject(value) for value in data.get("subjects", [])]
    ways = data.get("collection", [])
    changes = analysis.get("scope", {}).get("changes", [])
    rights = analysis.get("lawfulness", {}).get("rights", [])
    reasons = {
        Criterion.AUTOMATED_DECISION: [Right.HUMAN_REVIEW] if Right.HUMAN_REVIEW in rights else [],
        Criterion.MONITORING: _monitoring(categories, ways),
        Criterion.SENSITIVE_DATA: [one for one in categories if one.counts_for_criterion_4],
        Criterion.LARGE_SCALE: [
            SubjectCount(count) for count in [data.get("subject_count")] if count in LARGE_SCALE
        ],
        Criterion.MATCHING: [CollectionWay.THIRD_PARTY]
        if CollectionWay.THIRD_PARTY in ways and len(ways) > 1
        else [],
        Criterion.VULNERABLE_PEOPLE: [one for one in subjects if one.is_vulnerable],
        Criterion.INNOVATIVE_USE: [ChangeKind.NEW_TECHNOLOGY] if ChangeKind.NEW_TECHNOLOGY in changes else [],
    }
    return {
        criterion: ", ".join(dict.fromkeys(str(one.label) for one in found))
        for criterion, found in reasons.items()
        if found
    }


def _monitoring(categories, ways):
    watched = [one for one in categories if one is DataCategory.LOCATION]
    if CollectionWay.AUTOMATIC in ways:
        watched += [one for one in categories if one is DataCategory.CONNECTION]
    return watched


def criteria_met(analysis):
    """The criteria after the DPO's own answers: `{number: why}`, the suggestion's words or the DPO's."""
    met = suggested(analysis)
    for row in analysis.get("dpia", {}).get("criteria", []):
        criterion = Criterion(int(row["criterion"]))
        if row.get("answer") == YesNo.NO:
            met.pop(criterion, None)
        elif row.get("answer") == YesNo.YES:
            met[criterion] = row.get("why") or met.get(criterion, "")
    return {int(criterion): why for criterion, why in sorted(met.items())}
