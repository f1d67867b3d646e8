"""What an analysis holds, said once: the form, the validation and every reading are made from it.

`SECTIONS` is the page from top to bottom. A part is a `Field`, `Rows` (as many as there are) or a `Grid` (one row
for each value of a list). Each says the article of the GDPR that it comes from in its help.
"""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from privacy.dpia import Criterion
from privacy.vocabulary import (
    Article9Exception,
    ChangeKind,
    Collected,
    CollectionWay,
    Compatibility,
    DataCategory,
    DataInTests,
    DataSubject,
    DpiaConclusion,
    Fate,
    FearedEvent,
    Information,
    LegalBasis,
    Level,
    Measure,
    MeasureState,
    ProductionAccess,
    Right,
    SubjectCount,
    TransferTool,
    Trigger,
    YesNo,
)
from ui.formats import day_text


class Kind(models.TextChoices):
    """How a field is filled in, and what it holds in the JSON."""

    LINE = "line"  # a string
    TEXT = "text"  # a string of several lines
    CHOICE = "choice"  # a value of its list
    SEVERAL = "several"  # a list of values
    DAY = "day"  # an ISO date
    YES = "yes"  # true, or left out


@dataclass(frozen=True)
class Field:
    """One answer. `choices` for a choice or several; `limit` is the longest text."""

    name: str
    label: Promise
    kind: Kind = Kind.LINE
    choices: type | None = None
    help: Promise | str = ""
    limit: int = 300
    # No ruling is given without it, where it is asked.
    needed: bool = False
    # Asked too where nothing changes in an existing processing.
    always: bool = False


@dataclass(frozen=True)
class Rows:
    """A list of rows of the same fields; `needed` are those that every row needs."""

    name: str
    label: Promise
    add_label: Promise
    fields: tuple
    needed: tuple
    help: Promise | str = ""
    always: bool = False


@dataclass(frozen=True)
class Grid:
    """The same fields for each value of `choices`; a row says which in `row`."""

    name: str
    label: Promise
    row: str
    row_label: Promise
    choices: type
    fields: tuple
    help: Promise | str = ""
    always: bool = False


@dataclass(frozen=True)
class Section:
    """A titled group of parts."""

    name: str
    label: Promise
    parts: tuple
    help: Promise | str = ""


def texts_of(field, value):
    """What `value` says to a `Field`, a tuple of texts in the language being read; empty for nothing."""
    if value in (None, "", [], False):
        return ()
    match field.kind:
        case Kind.SEVERAL:
            return tuple(_label(field.choices, one) for one in value)
        case Kind.CHOICE:
            return (_label(field.choices, value),)
        case Kind.DAY:
            return (day_text(date.fromisoformat(value)),)
        case Kind.YES:
            return (gettext("Yes"),)
    return (str(value),)


def _label(choices, value):
    """What a choice is called; the criteria are numbers, which a JSON object's rows keep as text."""
    return next(capfirst(str(label)) for one, label in choices.choices if str(one) == value)


SECTIONS = (
    Section(
        "scope",
        _("Scope"),
        (
            Field(
                "changes",
                _("What changes"),
                Kind.SEVERAL,
                ChangeKind,
                help=_("“No substantial change” alone keeps the ruling short (art. 35(11))."),
                needed=True,
                always=True,
            ),
            Field(
                "entry",
                _("Register entry concerned"),
                help=_(
                    "Its name in the client's register, from which saving fills in what you have not answered; a new "
                    "name makes a new entry, and none takes the request's title (art. 30)."
                ),
                limit=200,
                always=True,
            ),
            Rows(
                "purposes",
                _("Purposes and their legal basis"),
                _("Add a purpose"),
                (
                    Field("purpose", _("Purpose"), limit=300),
                    Field("legal_basis", _("Legal basis"), Kind.CHOICE, LegalBasis),
                    Field("reference", _("Reference text")),
                ),
                needed=("purpose",),
                help=_("As the client, who is the controller, states them (art. 5(1)(b), 6(1))."),
            ),
            Field(
                "compatibility",
                _("Compatible with the first purpose"),
                Kind.CHOICE,
                Compatibility,
                help=_("Where the data were collected for something else (art. 6(4))."),
            ),
            Field(
                "necessity",
                _("Necessity and proportionality"),
                Kind.TEXT,
                help=_("Why these data and no fewer, for that purpose (art. 5(1)(c), 35(7)(b))."),
                limit=5_000,
            ),
        ),
    ),
    Section(
        "data",
        _("Data and people"),
        (
            Rows(
                "categories",
                _("Data categories and their retention"),
                _("Add a category"),
                (
                    Field("category", _("Category"), Kind.CHOICE, DataCategory),
                    Field("examples", _("Examples")),
                    Field("collected", _("Mandatory or optional"), Kind.CHOICE, Collected),
                    Field("source", pgettext_lazy("of data", "Source")),
                    Field("justification", _("Why it is needed")),
                    Field("active", _("Kept in the active base")),
                    Field("from_event", _("Counted from")),
                    Field("archive", _("Then in the archive")),
                    Field("fate", _("Final fate"), Kind.CHOICE, Fate),
                    Field("by_software", _("The software does it"), Kind.YES),
                ),
                needed=("category",),
                help=_("One row a category: what, why, and for how long (art. 5(1)(c) and (e), 30(1))."),
            ),
            Field(
                "article_9",
                _("Exception for special categories"),
                Kind.CHOICE,
                Article9Exception,
                help=_("Needed as soon as a category of art. 9 is present (art. 9(2))."),
            ),
            Field(
                "subjects",
                _("Data subjects"),
                Kind.SEVERAL,
                DataSubject,
                help=_("Whose data they are (art. 30(1)(c))."),
                needed=True,
            ),
            Field("subject_count", _("How many people"), Kind.CHOICE, SubjectCount),
            Field(
                "collection",
                _("Way of collection"),
                Kind.SEVERAL,
                CollectionWay,
                help=_("It decides which notice people are owed (art. 13, 14)."),
            ),
        ),
    ),
    Section(
        "lawfulness",
        _("Information and rights"),
        (
            Field(
                "information",
                _("Information of people"),
                Kind.CHOICE,
                Information,
                help=_("The notice that people read (art. 13, 14)."),
            ),
            Field(
                "rights",
                _("Rights that the software supports"),
                Kind.SEVERAL,
                Right,
                help=_("Art. 15 to 22; art. 28(3)(e) for the vendor's help."),
            ),
        ),
    ),
    Section(
        "recipients",
        _("Recipients"),
        (
            Rows(
                "recipients",
                pgettext_lazy("of data", "Recipients"),
                _("Add a recipient"),
                (Field("recipient", _("Recipient")), Field("reason", _("What for"))),
                needed=("recipient",),
                help=_("Those to whom the data are disclosed (art. 4(9), 30(1)(d))."),
            ),
            Rows(
                "sub_processors",
                _("Sub-processors"),
                _("Add a sub-processor"),
                (
                    Field("name", _("Name")),
                    Field("country", _("Country")),
                    Field("service", pgettext_lazy("of a sub-processor", "Service")),
                    Field("contract", pgettext_lazy("of a sub-processor", "Contract")),
                    Field("told_on", _("Client told on"), Kind.DAY),
                    Field("objection_until", _("Objection until"), Kind.DAY),
                    Field("is_new", pgettext_lazy("sub-processor", "New"), Kind.YES),
                ),
                needed=("name", "country"),
                help=_("The client is told of each new one and may object (art. 28(2) and (4))."),
            ),
            Field(
                "vendor_access",
                _("The vendor's access to production data"),
                Kind.CHOICE,
                ProductionAccess,
                help=_("Art. 28(3)(b), 32(4)."),
            ),
            Field(
                "test_data",
                _("Data used in tests"),
                Kind.CHOICE,
                DataInTests,
                help=_("Real data need a written exception (art. 5(1)(b), 25)."),
            ),
            Field("test_exception", _("The written exception"), limit=500),
        ),
    ),
    Section(
        "transfers",
        _("Transfers outside the EU"),
        (
            Rows(
                "transfers",
                _("Transfers"),
                _("Add a transfer"),
                (
                    Field("country", _("Country")),
                    Field("recipient", _("Recipient")),
                    Field("tool", _("Tool"), Kind.CHOICE, TransferTool),
                ),
                needed=("country", "recipient", "tool"),
                help=_("Remote access from outside is one (art. 44 to 49)."),
            ),
        ),
    ),
    Section(
        "measures",
        _("Measures"),
        (
            Grid(
                "measures",
                _("Measures"),
                "measure",
                _("Measure"),
                Measure,
                (
                    Field("state", pgettext_lazy("of a measure", "State"), Kind.CHOICE, MeasureState),
                    Field("note", _("In a few words")),
                ),
                help=_("Each one to build becomes a condition (art. 25, 32)."),
            ),
        ),
    ),
    Section(
        "risk",
        pgettext_lazy("of an analysis", "Risk"),
        (
            Grid(
                "events",
                _("Feared events"),
                "event",
                _("Feared event"),
                FearedEvent,
                (
                    Field("severity_before", _("Severity before"), Kind.CHOICE, Level),
                    Field("likelihood_before", _("Likelihood before"), Kind.CHOICE, Level),
                    Field("severity_after", _("Severity after"), Kind.CHOICE, Level),
                    Field("likelihood_after", _("Likelihood after"), Kind.CHOICE, Level),
                ),
                help=_("For people, before and after the measures; positions, never summed (art. 35(7)(c))."),
            ),
        ),
    ),
    Section(
        "dpia",
        _("Impact assessment"),
        (
            Field(
                "triggers",
                _("Cases of art. 35(3)"),
                Kind.SEVERAL,
                Trigger,
                help=_("One of them always needs an assessment."),
            ),
            Field(
                "on_cnil_list",
                _("A type of processing that always needs one"),
                Kind.YES,
                help=_("The CNIL's list, délibération 2018-327 (art. 35(4))."),
            ),
            Field(
                "exempt",
                _("A type of processing that is exempt"),
                Kind.YES,
                help=_("The CNIL's list, délibération 2018-326 (art. 35(5))."),
            ),
            Grid(
                "criteria",
                _("The nine criteria"),
                "criterion",
                _("Criterion"),
                Criterion,
                (
                    Field("answer", _("Your answer"), Kind.CHOICE, YesNo),
                    Field("why", _("Why you differ")),
                ),
                help=_("Left alone, the suggestion stands; to overrule one, say why (WP248 rev.01)."),
            ),
            Field(
                "conclusion",
                pgettext_lazy("impact assessment", "Conclusion"),
                Kind.CHOICE,
                DpiaConclusion,
                help=_("The assessment is the client's to carry out, with your advice (art. 35(1) and (2))."),
            ),
            Field(
                "justification",
                _("Justification"),
                Kind.TEXT,
                help=_("Needed where the choice is yours; 200 characters to overrule the rule."),
                limit=5_000,
            ),
        ),
    ),
)
