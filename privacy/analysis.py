"""A ruling's analysis: one JSON object, made and read by the same schema (`privacy.schema.SECTIONS`).

Shape, every key left out while it is empty, every choice a value of `privacy.vocabulary`, every day in ISO:

    {
      "scope": {
        "changes": ["new_category", …],            # ["none"]: nothing changes in an existing processing
        "entry": "Gestion de l'état civil",        # the name of the client's register entry, old or new
        "purposes": [{"purpose", "legal_basis", "reference"}, …],
        "compatibility", "necessity"
      },
      "data": {
        "categories": [{"category", "examples", "collected", "source", "justification",
                        "active", "from_event", "archive", "fate", "by_software": true}, …],
        "article_9": "h", "subjects": [...], "subject_count", "collection": [...]
      },
      "lawfulness": {"information", "rights": [...]},
      "recipients": {
        "recipients": [{"recipient", "reason"}, …],
        "sub_processors": [{"name", "country", "service", "contract", "told_on", "objection_until",
                            "is_new": true}, …],
        "vendor_access", "test_data", "test_exception"
      },
      "transfers": {"transfers": [{"country", "recipient", "tool"}, …]},
      "measures": {"measures": [{"measure", "state", "note"}, …]},
      "risk": {"events": [{"event", "severity_before", "likelihood_before",
                           "severity_after", "likelihood_after"}, …]},
      "dpia": {
        "triggers": ["b"], "on_cnil_list": true, "exempt": true,
        "criteria": [{"criterion": "4", "answer": "no", "why"}, …],   # the suggestions overruled, no others
        "conclusion", "justification",
        "screening": {"outcome", "overrulable", "reason", "criteria": [4, 7]}   # added when the ruling is given
      }
    }

A ruling without personal data has `{}`; one on an unchanged processing has the scope's `changes` and `entry`.
Once the ruling is given its analysis never changes.
"""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.roles import Side
from privacy.dpia import Outcome, screen
from privacy.schema import SECTIONS, Field, Grid, Kind, texts_of
from privacy.screening import criteria_met
from privacy.verdicts import PersonalData
from privacy.vocabulary import (
    ChangeKind,
    DataCategory,
    DataInTests,
    DpiaConclusion,
    LegalBasis,
    Measure,
    MeasureState,
)
from ui.folding import folded

OVERRULE_LENGTH = 200


def answer(analysis, section, name, default=None):
    """What `analysis` says to one part, `default` where it says nothing."""
    return analysis.get(section, {}).get(name, default)


def rows(analysis, section, name):
    """The rows of one part, a list of dicts."""
    return answer(analysis, section, name, [])


def is_unchanged(analysis):
    """Whether nothing changes in an existing processing: the short path with personal data."""
    return answer(analysis, "scope", "changes") == [ChangeKind.NONE]


def asked_parts(personal_data, changes):
    """The parts that the answers so far call for, as a set of `(section, part)`; `changes` is a list of values."""
    if personal_data not in (PersonalData.YES, PersonalData.INDIRECTLY):
        return set()
    is_short = not changes or list(changes) == [ChangeKind.NONE]
    return {
        (section.name, part.name)
        for section in SECTIONS
        for part in section.parts
        if part.always or not is_short
    }


def reduced(personal_data, analysis):
    """`analysis` without what its own first answers no longer ask for."""
    asked = asked_parts(personal_data, answer(analysis, "scope", "changes", []))
    kept = {
        section: {name: value for name, value in parts.items() if (section, name) in asked}
        for section, parts in analysis.items()
    }
    return {section: parts for section, parts in kept.items() if parts}


# What a ruling still needs


def gaps(personal_data, analysis):
    """What a ruling with this analysis cannot be given without: pairs of a part (`section-name`) and a sentence."""
    if personal_data not in (PersonalData.YES, PersonalData.INDIRECTLY):
        return
    changes = answer(analysis, "scope", "changes", [])
    if not changes:
        yield "scope-changes", _("Say what changes.")
        return
    if ChangeKind.NONE in changes and len(changes) > 1:
        yield "scope-changes", _("“No substantial change” goes with no other answer.")
        return
    if is_unchanged(analysis):
        return
    yield from _gaps_of_the_full_path(analysis)
    yield from _gaps_of_the_assessment(analysis)


def _gaps_of_the_full_path(analysis):
    purposes = rows(analysis, "scope", "purposes")
    if not purposes:
        yield "scope-purposes", _("Give at least one purpose.")
    elif not all(row.get("legal_basis") for row in purposes):
        yield "scope-purposes", _("Give each purpose its legal basis, or “client to determine”.")
    categories = {DataCategory(row["category"]) for row in rows(analysis, "data", "categories")}
    if not categories:
        yield "data-categories", _("Give at least one data category.")
    special = sorted(str(category.label) for category in categories if category.is_special)
    if special and not answer(analysis, "data", "article_9"):
        yield (
            "data-article_9",
            _("Choose the exception of art. 9(2) for: %(categories)s.") % {"categories": ", ".join(special)},
        )
    if not answer(analysis, "data", "subjects"):
        yield "data-subjects", _("Say whose data they are.")
    if answer(analysis, "recipients", "test_data") == DataInTests.REAL and not answer(
        analysis, "recipients", "test_exception"
    ):
        yield "recipients-test_exception", _("Real data in tests need a written exception: give it.")


def _gaps_of_the_assessment(analysis):
    for row in rows(analysis, "dpia", "criteria"):
        if row.get("answer") and not row.get("why"):
            yield f"dpia-criteria-{row['criterion']}-why", _("Say why you overrule the suggestion.")
    screening = screened(analysis)
    conclusion = answer(analysis, "dpia", "conclusion", "")
    said = answer(analysis, "dpia", "justification", "")
    values = {"reason": screening.reason, "length": len(said)}
    covers = (DpiaConclusion.REQUIRED_NEW, DpiaConclusion.REQUIRED_UPDATE, DpiaConclusion.COVERED)
    match screening.outcome:
        case Outcome.NOT_REQUIRED if conclusion and DpiaConclusion(conclusion).is_required:
            yield "dpia-conclusion", _("The rule asks for no assessment: %(reason)s.") % values
        case Outcome.DPO_DECIDES:
            if not conclusion:
                yield "dpia-conclusion", _("It is yours to choose, with a reason: %(reason)s.") % values
            elif not said:
                yield "dpia-justification", _("Say why: %(reason)s.") % values
        case Outcome.REQUIRED if conclusion not in covers:
            if not conclusion or not screening.overrulable:
                yield "dpia-conclusion", _("An assessment is required: %(reason)s.") % values
            elif len(said) < OVERRULE_LENGTH:
                yield (
                    "dpia-justification",
                    _(
                        "An assessment is required: %(reason)s. To overrule this, give your reasons in 200 "
                        "characters at least; there are %(length)d."
                    )
                    % values,
                )
    if conclusion == DpiaConclusion.COVERED and not said and screening.outcome is not Outcome.DPO_DECIDES:
        yield (
            "dpia-justification",
            _("Say which assessment covers this processing, and of which day: its reference."),
        )


# The impact assessment


def screened(analysis):
    """The `Screening` of the rule on this analysis, with the reasons of the criteria met."""
    met = criteria_met(analysis)
    return screen(
        article_35_3=bool(answer(analysis, "dpia", "triggers")),
        on_cnil_list=answer(analysis, "dpia", "on_cnil_list", False),
        exempt=answer(analysis, "dpia", "exempt", False),
        criteria=met.keys(),
        because={number: why for number, why in met.items() if why},
    )


def sealed(personal_data, analysis):
    """The analysis as the ruling is given with it: what is not asked left out, the rule's answer written down."""
    final = reduced(personal_data, analysis)
    if not final or is_unchanged(final):
        return final
    screening = screened(final)
    assessment = final.setdefault("dpia", {})
    assessment.setdefault("conclusion", DpiaConclusion.NOT_REQUIRED.value)
    assessment["screening"] = {
        "outcome": screening.outcome.value,
        "overrulable": screening.overrulable,
        "reason": screening.reason,
        "criteria": sorted(criteria_met(final)),
    }
    return final


def unsealed(analysis):
    """The answers of an analysis without the rule's: what another ruling may start from."""
    assessment = {name: value for name, value in analysis.get("dpia", {}).items() if name != "screening"}
    return {**analysis, "dpia": assessment} if assessment else analysis


def completed(analysis, past):
    """`analysis` with the answers of `past` to what it does not answer."""
    past = unsealed(past)
    return {
        section: {**past.get(section, {}), **analysis.get(section, {})} for section in {**past, **analysis}
    }


# The parts of which two lists are merged row by row, and the columns by which a row is known.
KEYS = {
    (section.name, part.name): part.key
    for section in SECTIONS
    for part in section.parts
    if not isinstance(part, Field) and part.key
}


def merged(analysis, past):
    """`completed`, row by row: each row of `past` is there too, and completes the one of `analysis` on the same thing."""
    whole = completed(analysis, past)
    for (section, name), key in KEYS.items():
        said, known = rows(analysis, section, name), rows(past, section, name)
        if said and known:
            whole[section][name] = _merged_rows(said, known, key)
    return whole


def _merged_rows(said, known, key):
    def of(row):
        return tuple(folded(row.get(name, "")) for name in key)

    past = {of(row): row for row in known}
    typed = {of(row) for row in said}
    return [past.get(of(row), {}) | row for row in said] + [row for row in known if of(row) not in typed]


# What the analysis makes of itself


@dataclass(frozen=True)
class Entailed:
    """A condition that an answer makes, before delivery: where it comes from, its text, who owns it."""

    origin: str
    text: str
    owner: str
    evidence: str = ""


def entailed_conditions(analysis):
    """The conditions that the answers make, as `Entailed`, in the order of the page."""
    if any(
        row.get("legal_basis") == LegalBasis.CLIENT_TO_DETERMINE
        for row in rows(analysis, "scope", "purposes")
    ):
        yield Entailed(
            "legal_basis", _("The client has determined the legal basis of each purpose."), Side.CLIENT.value
        )
    for row in rows(analysis, "measures", "measures"):
        if row.get("state") == MeasureState.TO_BUILD:
            label = capfirst(str(Measure(row["measure"]).label))
            note = row.get("note", "")
            text = _("To build: %(measure)s (%(note)s)") if note else _("To build: %(measure)s")
            yield Entailed(
                f"measure:{row['measure']}", text % {"measure": label, "note": note}, Side.VENDOR.value
            )
    conclusion = answer(analysis, "dpia", "conclusion")
    if conclusion and DpiaConclusion(conclusion).is_required:
        yield Entailed(
            "dpia",
            _("The impact assessment is done, and the residual risk is not high."),
            Side.CLIENT.value,
            _("The assessment, such as the export of the CNIL's PIA tool"),
        )


# Reading it

LONG = 80
MOST_COLUMNS = 5


@dataclass(frozen=True)
class ReadPart:
    """A label with texts, or with a table: its `heads`, and `lines` of pairs of a head and a text."""

    label: str
    texts: tuple = ()
    heads: tuple = ()
    lines: tuple = ()

    @property
    def is_long(self):
        """Whether its texts need a paragraph rather than a line."""
        return any(len(text) > LONG for text in self.texts)

    @property
    def is_wide(self):
        """Whether its rows say too much for the columns of a table."""
        return len(self.heads) > MOST_COLUMNS


@dataclass(frozen=True)
class ReadSection:
    """A section that says something."""

    name: str
    label: str
    parts: tuple

    @property
    def short_parts(self):
        """The parts that hold on a line."""
        return [part for part in self.parts if part.texts and not part.is_long]


def readable(analysis):
    """The analysis in the language being read, as `ReadSection`s; what says nothing is left out."""
    read = []
    for section in SECTIONS:
        said = analysis.get(section.name, {})
        parts = [read_part(part, said[part.name]) for part in section.parts if said.get(part.name)]
        if section.name == "dpia" and "screening" in said:
            parts.insert(0, _read_screening(analysis))
        if parts:
            read.append(ReadSection(section.name, str(section.label), tuple(parts)))
    return read


def read_part(part, value):
    """What `value` says to one part of the schema, as a `ReadPart`."""
    if isinstance(part, Field):
        return ReadPart(str(part.label), texts=texts_of(part, value))
    fields = [field for field in part.fields if any(row.get(field.name) for row in value)]
    if isinstance(part, Grid):
        fields.insert(0, Field(part.row, part.row_label, Kind.CHOICE, part.choices))
    heads = tuple(str(field.label) for field in fields)
    lines = tuple(
        tuple((str(field.label), ", ".join(texts_of(field, row.get(field.name)))) for field in fields)
        for row in value
    )
    return ReadPart(str(part.label), heads=heads, lines=lines)


def _read_screening(analysis):
    """What the rule said when the ruling was given: in the reader's language, as long as the rule would say the same."""
    given, now = analysis["dpia"]["screening"], screened(analysis)
    is_same = (now.outcome.value, sorted(criteria_met(analysis))) == (given["outcome"], given["criteria"])
    words = _("%(outcome)s (%(reason)s)") % {
        "outcome": capfirst(str(Outcome(given["outcome"]).label)),
        "reason": now.reason if is_same else given["reason"],
    }
    return ReadPart(_("What the rule says"), texts=(words,))


# What a message says of it: a part, and of rows the one column that tells most.
ESSENTIAL = {
    ("scope", "changes"): "",
    ("scope", "entry"): "",
    ("scope", "purposes"): "purpose",
    ("data", "categories"): "category",
    ("data", "subjects"): "",
    ("transfers", "transfers"): "country",
    ("dpia", "conclusion"): "",
    ("dpia", "justification"): "",
}


def essentials(analysis):
    """The analysis in short, for a message: `ReadPart`s with texts alone."""
    read = []
    for section in SECTIONS:
        for part in section.parts:
            value = answer(analysis, section.name, part.name)
            if not value or (section.name, part.name) not in ESSENTIAL:
                continue
            texts = texts_of(part, value) if isinstance(part, Field) else _column(part, section.name, value)
            if texts:
                read.append(ReadPart(str(part.label), texts=texts))
    return read


def _column(part, section, value):
    column = next(field for field in part.fields if field.name == ESSENTIAL[section, part.name])
    return tuple(text for row in value for text in texts_of(column, row.get(column.name)))
