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
    """A list of rows of the same fields; `needed` are those that every row needs.

    `key`: the columns that tell what a row is of, so that lists of two sources are merged (`privacy.analysis.merged`).
    `in_order`: two of its days, the second of which does not come before the first.
    """

    name: str
    label: Promise
    add_label: Promise
    fields: tuple
    needed: tuple
    key: tuple
    help: Promise | str = ""
    always: bool = False
    in_order: tuple = ()


@dataclass(frozen=True)
class Grid:
    """The same fields for each value of `choices`; a row says which in `row`. `key` as in `Rows`; () is one answer, whole."""

    name: str
    label: Promise
    row: str
    row_label: Promise
    choices: type
    fields: tuple
    help: Promise | str = ""
    always: bool = False
    key: tuple = ()


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
                    "name makes a new entry, and none makes one of the request's title (art. 30)."
                ),
                limit=200,
                always=True,
            ),
            Rows(
                "purposes",
                _("Purposes and their legal basis"),
                _("Add a purpose"),
                (
                    Field(
                        "purpose",
                        _("Purpose"),
                        help=_("Precise and explicit (art. 5(1)(b))."),
                        limit=300,
                    ),
                    Field(
                        "legal_basis",
                        _("Legal basis"),
                        Kind.CHOICE,
                        LegalBasis,
                        help=_(
                            "One for each purpose (art. 6(1)); left to the client, it blocks the delivery."
                        ),
                    ),
                    Field(
                        "reference",
                        _("Reference text"),
                        help=_("The law or the decision that it rests on (art. 6(3))."),
                    ),
                ),
                needed=("purpose",),
                key=("purpose",),
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
                    Field(
                        "category",
                        _("Category"),
                        Kind.CHOICE,
                        DataCategory,
                        help=_("What the data say of people (art. 4(1), 9(1), 10)."),
                    ),
                    Field("examples", _("Examples"), help=_("The data themselves (art. 5(1)(c)).")),
                    Field(
                        "collected",
                        _("Mandatory or optional"),
                        Kind.CHOICE,
                        Collected,
                        help=_("People are told which (art. 13(2)(e))."),
                    ),
                    Field(
                        "source",
                        pgettext_lazy("of data", "Source"),
                        help=_("Where they come from, if not from the person (art. 14(2)(f))."),
                    ),
                    Field(
                        "justification",
                        _("Why it is needed"),
                        help=_("Nothing that the purpose can do without (art. 5(1)(c))."),
                    ),
                    Field(
                        "active", _("Kept in the active base"), help=_("As long as it serves (art. 5(1)(e)).")
                    ),
                    Field(
                        "from_event",
                        _("Counted from"),
                        help=_("The event that starts that time (art. 5(1)(e))."),
                    ),
                    Field(
                        "archive",
                        _("Then in the archive"),
                        help=_("Only where a duty or a claim wants it (art. 17(3))."),
                    ),
                    Field(
                        "fate",
                        _("Final fate"),
                        Kind.CHOICE,
                        Fate,
                        help=_("What ends the retention (art. 5(1)(e), 89(1))."),
                    ),
                    Field(
                        "by_software",
                        _("The software does it"),
                        Kind.YES,
                        help=_("By itself rather than by hand (art. 25(1))."),
                    ),
                ),
                needed=("category",),
                key=("category",),
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
            Field(
                "subject_count",
                _("How many people"),
                Kind.CHOICE,
                SubjectCount,
                help=_("Large scale counts for the impact assessment (art. 35(3)(b); WP248 rev.01)."),
            ),
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
                (
                    Field("recipient", _("Recipient"), help=_("Their name, or what they are (art. 4(9)).")),
                    Field("reason", _("What for"), help=_("The purpose that needs it (art. 5(1)(b)).")),
                ),
                needed=("recipient",),
                key=("recipient",),
                help=_("Those to whom the data are disclosed (art. 4(9), 30(1)(d))."),
            ),
            Rows(
                "sub_processors",
                _("Sub-processors"),
                _("Add a sub-processor"),
                (
                    Field("name", _("Name"), help=_("Whoever processes for the vendor (art. 28(2)).")),
                    Field("country", _("Country"), help=_("Where the data are, or are read from (art. 44).")),
                    Field(
                        "service",
                        pgettext_lazy("of a sub-processor", "Service"),
                        help=_("What it does with the data (art. 28(3))."),
                    ),
                    Field(
                        "contract",
                        pgettext_lazy("of a sub-processor", "Contract"),
                        help=_("It binds it as the vendor is bound (art. 28(4))."),
                    ),
                    Field(
                        "told_on", _("Client told on"), Kind.DAY, help=_("Before any change (art. 28(2)).")
                    ),
                    Field(
                        "objection_until",
                        _("Objection until"),
                        Kind.DAY,
                        help=_("The client may refuse it until then (art. 28(2))."),
                    ),
                    Field(
                        "is_new",
                        pgettext_lazy("sub-processor", "New"),
                        Kind.YES,
                        help=_("Not authorised by the client yet (art. 28(2))."),
                    ),
                ),
                needed=("name", "country"),
                key=("name",),
                in_order=("told_on", "objection_until"),
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
            Field(
                "test_exception",
                _("The written exception"),
                help=_("Who allows real data, why, until when and how protected (art. 5(1)(b), 32)."),
                limit=500,
            ),
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
                    Field("country", _("Country"), help=_("The third country (art. 30(1)(e)).")),
                    Field("recipient", _("Recipient"), help=_("Who gets or reads them there (art. 44).")),
                    Field(
                        "tool",
                        _("Tool"),
                        Kind.CHOICE,
                        TransferTool,
                        help=_("What makes it lawful (art. 45 to 49)."),
                    ),
                ),
                needed=("country", "recipient", "tool"),
                key=("country", "recipient"),
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
                key=("measure",),
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
                help=_("One of them always needs an assessment (art. 35(3))."),
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
                help=_(
                    "Needed where the choice is yours; 200 characters to overrule the rule (art. 5(2), 35(1))."
                ),
                limit=5_000,
            ),
        ),
    ),
)
