"""What an entry of a register says: made from a ruling's analysis, read in the words of art. 30.

A version's content is a part of an analysis, in the same shape (`privacy.analysis`), so that a ruling may start from
it. `ARTICLE_30` says which parts each register keeps, under which letter of the article, and which columns of rows.
"""

from dataclasses import dataclass, replace

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from privacy.analysis import ReadPart, ReadSection, completed, read_part, rows
from privacy.schema import SECTIONS, Field
from privacy.verdicts import Conformity
from privacy.vocabulary import MeasureState


class RegisterKind(models.TextChoices):
    """Whose register: the entry's controller's own, or the vendor's as its processor."""

    CONTROLLER = "controller", gettext_lazy("the client's, as controller (art. 30(1))")
    PROCESSOR = "processor", gettext_lazy("the vendor's, as processor (art. 30(2))")


@dataclass(frozen=True)
class Part:
    """A part of an analysis under a heading; of rows, only `columns` where they are named, under a `label` of its own."""

    section: str
    name: str
    columns: tuple = ()
    label: Promise | None = None


@dataclass(frozen=True)
class Heading:
    """What a letter of art. 30 asks for, and the parts that answer it."""

    letter: str
    label: Promise
    parts: tuple


# The first letter, the names of controller, processor and their DPOs, is read from people and organisations.
ARTICLE_30 = {
    RegisterKind.CONTROLLER: (
        Heading("b", gettext_lazy("(b) Purposes of the processing"), (Part("scope", "purposes"),)),
        Heading(
            "c",
            gettext_lazy("(c) Categories of data subjects and of personal data"),
            (
                Part("data", "subjects"),
                Part("data", "subject_count"),
                Part("data", "categories", ("category", "examples", "collected", "source", "justification")),
                Part("data", "article_9"),
                Part("data", "collection"),
            ),
        ),
        Heading(
            "d",
            gettext_lazy("(d) Recipients"),
            (Part("recipients", "recipients"), Part("recipients", "sub_processors")),
        ),
        Heading("e", gettext_lazy("(e) Transfers outside the EU"), (Part("transfers", "transfers"),)),
        Heading(
            "f",
            gettext_lazy("(f) Time limits for erasure"),
            (
                Part(
                    "data", "categories", ("category", "active", "from_event", "archive", "fate", "by_software"),
                    gettext_lazy("Retention of each category")
                ),
            ),
        ),
        Heading("g", gettext_lazy("(g) Security measures (art. 32)"), (Part("measures", "measures"),)),
        Heading(
            "rights",
            gettext_lazy("Information and rights (art. 13 to 22)"),
            (Part("lawfulness", "information"), Part("lawfulness", "rights")),
        ),
    ),
    RegisterKind.PROCESSOR: (
        Heading(
            "b",
            gettext_lazy("(b) Processing carried out on behalf of the controller"),
            (
                Part("scope", "purposes", ("purpose",)),
                Part("data", "categories", ("category",)),
                Part("recipients", "vendor_access"),
                Part("recipients", "sub_processors"),
            ),
        ),
        Heading("c", gettext_lazy("(c) Transfers outside the EU"), (Part("transfers", "transfers"),)),
        Heading("d", gettext_lazy("(d) Security measures (art. 32)"), (Part("measures", "measures"),)),
    ),
}  # fmt: skip
SCHEMA = {(section.name, part.name): part for section in SECTIONS for part in section.parts}


def content_of(kind, analysis, *, before, found, started=frozenset()):
    """What an entry of `kind` (a `RegisterKind`) says once `analysis` is carried out.

    `before`: the content that it changes, `{}` for a new entry, which stays where the analysis answers nothing.
    `found`: how each measure of the analysis that was to build was found, a `{measure: Conformity}`. `started`: the parts,
    as `"section-part"`, that the analysis started from; those that it states no more were taken out, and leave the entry.
    """
    analysis = {**analysis, "measures": {"measures": _in_place(analysis, found)}}
    kept = {(part.section, part.name) for heading in ARTICLE_30[kind] for part in heading.parts}
    said = {
        section: {
            name: value for name, value in parts.items() if value not in ("", []) and (section, name) in kept
        }
        for section, parts in analysis.items()
    }
    stays = {
        section: {name: value for name, value in parts.items() if f"{section}-{name}" not in started}
        for section, parts in before.items()
    }
    content = completed(said, stays)
    return {section: parts for section, parts in content.items() if parts}


def _in_place(analysis, found):
    """The measures that apply, those that were `found` built no longer to build."""
    return [
        {**row, "state": MeasureState.EXISTING.value}
        if found.get(row["measure"]) is Conformity.CONFORMING
        else row
        for row in rows(analysis, "measures", "measures")
        if row.get("state") != MeasureState.NOT_APPLICABLE
        and found.get(row["measure"]) is not Conformity.NOT_APPLICABLE
    ]


def article_30(kind, content):
    """`content` under the headings of art. 30, each of which says something, as `ReadSection`s in the language read."""
    return [
        ReadSection(
            heading.letter, str(heading.label), tuple(_read(heading, content)) or (_nothing(heading),)
        )
        for heading in ARTICLE_30[kind]
    ]


def _read(heading, content):
    for part in heading.parts:
        value = content.get(part.section, {}).get(part.name)
        if value:
            yield read_part(_narrowed(part), value)


def _narrowed(part):
    """The part of the schema, with the columns that its heading asks for."""
    whole = SCHEMA[part.section, part.name]
    if isinstance(whole, Field) or not part.columns:
        return whole
    fields = tuple(field for field in whole.fields if field.name in part.columns)
    return replace(whole, label=part.label or whole.label, fields=fields)


def _nothing(heading):
    first = heading.parts[0]
    return ReadPart(
        str(SCHEMA[first.section, first.name].label), texts=(pgettext("register", "None stated"),)
    )


def as_texts(kind, content):
    """The same as pairs of a heading and one text, to be compared or laid in a cell."""
    for section in article_30(kind, content):
        yield section.label, "\n".join(_lines(section))


def _lines(section):
    for part in section.parts:
        if part.texts:
            yield _("%(label)s: %(text)s") % {"label": part.label, "text": ", ".join(part.texts)}
        for line in part.lines:
            yield " · ".join(
                _("%(label)s: %(text)s") % {"label": head, "text": text} for head, text in line if text
            )
