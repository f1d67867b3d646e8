"""Five plain questions to the client about its request, all optional, and what the answers fill in for the DPO.

The answers are one JSON object, `{question: answer}`, with only those that were given.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.dpia import Criterion
from privacy.reader import Finding, read
from privacy.schema import Field, Kind, texts_of
from privacy.verdicts import PersonalData
from privacy.vocabulary import ChangeKind, DataCategory, DataSubject


class Answer(models.TextChoices):
    """Yes, no, or not known."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("I do not know")


class Novelty(models.TextChoices):
    """What is new in the data, as a client sees it."""

    DATA = "data", _("new data")
    RECIPIENTS = "recipients", _("new people or bodies who receive them")
    BOTH = "both", _("both")
    NEITHER = "neither", _("neither")
    UNKNOWN = "unknown", _("I do not know")


QUESTIONS = (
    Field(
        "about_people",
        _("Does it touch data about people?"),
        Kind.CHOICE,
        Answer,
        help=_("A name, an address, a photo, an account, a file number that leads to somebody…"),
    ),
    Field("people", _("Which people?"), help=_("Residents, employees, patients, children…")),
    Field("novelty", _("Are there new data, or new recipients?"), Kind.CHOICE, Novelty),
    Field(
        "sensitive",
        _("Are there sensitive data?"),
        Kind.CHOICE,
        Answer,
        help=_("Health, opinions, beliefs, origin, criminal records, social security number…"),
    ),
    Field(
        "outside_eu",
        _("Do data leave the European Union?"),
        Kind.CHOICE,
        Answer,
        help=_("Also when somebody reads them from outside."),
    ),
)
CHANGES = {
    Novelty.DATA: [ChangeKind.NEW_CATEGORY],
    Novelty.RECIPIENTS: [ChangeKind.NEW_RECIPIENT],
    Novelty.BOTH: [ChangeKind.NEW_CATEGORY, ChangeKind.NEW_RECIPIENT],
}


def personal_data_of(answers):
    """What the answers say of the ruling's first question: a `PersonalData` value, or "" where they do not tell."""
    known = {Answer.YES: PersonalData.YES.value, Answer.NO: PersonalData.NO.value}
    return known.get(answers.get("about_people"), "")


def analysis_of(answers, words=""):
    """What the answers fill in of an analysis (`privacy.analysis`), for the DPO to confirm.

    Which people they are is read by the dictionary in the answer; where the client says that there are sensitive data,
    which ones is read there and in `words`, its request.
    """
    changes = [kind.value for kind in CHANGES.get(answers.get("novelty"), ())]
    if answers.get("outside_eu") == Answer.YES:
        changes.append(ChangeKind.NEW_TRANSFER.value)
    if answers.get("novelty") == Novelty.NEITHER and not changes:
        changes = [ChangeKind.NONE.value]
    people = answers.get("people", "")
    subjects = [one.target.value for one in read(people) if isinstance(one.target, DataSubject)]
    is_sensitive = answers.get("sensitive") == Answer.YES
    found = [one.target for one in read(f"{people}\n{words}")] if is_sensitive else []
    categories = [
        {"category": one.value} for one in found if isinstance(one, DataCategory) and one.is_sensitive
    ]
    data = {name: value for name, value in (("categories", categories), ("subjects", subjects)) if value}
    return ({"scope": {"changes": changes}} if changes else {}) | ({"data": data} if data else {})


def texts_of_answers(answers):
    """The answers in the client's own words, for the dictionary: `{question: text}`."""
    return {
        str(question.label): answers[question.name]
        for question in QUESTIONS
        if question.kind == Kind.LINE and question.name in answers
    }


def findings_of(answers):
    """What the client says in so many words that the dictionary would have to find, as `Finding`s."""
    if answers.get("sensitive") != Answer.YES:
        return []
    question = next(one for one in QUESTIONS if one.name == "sensitive")
    (word,) = texts_of(question, Answer.YES)
    return [Finding(Criterion.SENSITIVE_DATA, word, "", "", str(question.label))]


def readable(answers):
    """The answers in the language being read: pairs of a question and a text."""
    read = [(question.label, texts_of(question, answers.get(question.name))) for question in QUESTIONS]
    return [(str(label), ", ".join(texts)) for label, texts in read if texts]
