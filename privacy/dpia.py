"""Must a data protection impact assessment be made? A rule of four cases, without any judgement of its own.

Sources: GDPR art. 35; the nine criteria of WP248 rev.01; CNIL, délibérations 2018-327 (types of processing that
always need one) and 2018-326 (exempt ones). The facts come from the DPO.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy


class Criterion(models.IntegerChoices):
    """The nine criteria of WP248 rev.01, by their numbers."""

    EVALUATION = 1, gettext_lazy("evaluation or scoring")
    AUTOMATED_DECISION = 2, gettext_lazy("automated decision with legal effect")
    MONITORING = 3, gettext_lazy("systematic monitoring")
    SENSITIVE_DATA = 4, gettext_lazy("sensitive or highly personal data")
    LARGE_SCALE = 5, gettext_lazy("large scale")
    MATCHING = 6, gettext_lazy("matching of datasets")
    VULNERABLE_PEOPLE = 7, gettext_lazy("vulnerable people")
    INNOVATIVE_USE = 8, gettext_lazy("innovative use")
    PREVENTS_A_RIGHT = 9, gettext_lazy("prevents a right, a service or a contract")


class Outcome(models.TextChoices):
    """What the rule says."""

    REQUIRED = "required", pgettext_lazy("impact assessment", "required")
    DPO_DECIDES = "dpo_decides", gettext_lazy("the DPO decides")
    NOT_REQUIRED = "not_required", pgettext_lazy("impact assessment", "not required")


COUNTED = (
    gettext_lazy("no criterion is met"),
    gettext_lazy("one criterion: %(criteria)s"),
    gettext_lazy("two criteria: %(criteria)s"),
    gettext_lazy("three criteria: %(criteria)s"),
    gettext_lazy("four criteria: %(criteria)s"),
    gettext_lazy("five criteria: %(criteria)s"),
    gettext_lazy("six criteria: %(criteria)s"),
    gettext_lazy("seven criteria: %(criteria)s"),
    gettext_lazy("eight criteria: %(criteria)s"),
    gettext_lazy("all nine criteria: %(criteria)s"),
)


@dataclass(frozen=True)
class Screening:
    """The rule's answer: its `Outcome`, whether the DPO may overrule it, and why, in a sentence."""

    outcome: Outcome
    overrulable: bool
    reason: str


def screen(
    *,
    article_35_3: bool,
    on_cnil_list: bool,
    exempt: bool,
    criteria: Collection[int],
    because: Mapping[int, str] | None = None,
) -> Screening:
    """Apply the rule to the facts; the reason is in the language being read.

    Args:
        article_35_3: one of the triggers a, b, c of art. 35(3) applies.
        on_cnil_list: the processing is of a type that always needs an assessment (CNIL 2018-327).
        exempt: it is of a type that never does (CNIL 2018-326).
        criteria: the numbers, 1 to 9, of the criteria of WP248 that are met; one given twice counts once.
        because: by a criterion's number, why it is met, for the sentence alone.

    Raises:
        ValueError: a criterion is not one of 1 to 9.
    """
    met = sorted({Criterion(number) for number in criteria})
    words = criteria_in_words(met, because)
    if article_35_3:
        return Screening(
            Outcome.REQUIRED, False, _("a case of art. 35(3) of the GDPR; %(words)s") % {"words": words}
        )
    if on_cnil_list:
        return Screening(
            Outcome.REQUIRED,
            False,
            _("a type of processing on the CNIL's list; %(words)s") % {"words": words},
        )
    if exempt:
        return Screening(
            Outcome.NOT_REQUIRED,
            False,
            _("a type of processing that the CNIL exempts; %(words)s") % {"words": words},
        )
    if len(met) >= 2:
        return Screening(Outcome.REQUIRED, True, words)
    return Screening(Outcome.DPO_DECIDES if met else Outcome.NOT_REQUIRED, False, words)


def criteria_in_words(criteria, because=None):
    """The criteria met (distinct numbers) in words: "two criteria: 4 because health data, 7 because minors"."""
    said = [_criterion_in_words(Criterion(number), (because or {}).get(number)) for number in criteria]
    return str(COUNTED[len(said)]) % {"criteria": ", ".join(said)}


def _criterion_in_words(criterion, why):
    if why:
        # The sentence goes on after it.
        return _("%(number)d because %(why)s") % {"number": criterion, "why": why.rstrip(" .")}
    return _("%(number)d (%(criterion)s)") % {"number": criterion, "criterion": criterion.label}
