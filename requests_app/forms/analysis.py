"""The analysis of a ruling as a form: its fields and rows are those of `privacy.schema`, no other.

A part that stands alone or in a grid is a field of the ruling's own form, named `section-part` or
`section-part-row-field`; rows are formsets with the prefix `section-part`.
"""

from dataclasses import dataclass

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from privacy.dpia import Criterion
from privacy.schema import SECTIONS, Field, Grid, Kind, Rows
from privacy.screening import suggested
from requests_app.forms.fields import DayField, LineField, LongTextField, capitalised
from requests_app.forms.rows import RowForm, rows_of
from ui.widgets import QuickSelect


def form_field(field):
    """The Django field of a schema `Field`; nothing is needed as long as the ruling is a draft."""
    given = {"label": field.label, "help_text": field.help, "required": False}
    match field.kind:
        case Kind.TEXT:
            return LongTextField(rows=3, max_length=field.limit, **given)
        case Kind.DAY:
            return DayField(**given)
        case Kind.YES:
            return forms.BooleanField(**given)
        case Kind.CHOICE:
            choices = [("", "—"), *capitalised(field.choices.choices)]
            return forms.ChoiceField(choices=choices, widget=QuickSelect, **given)
        case Kind.SEVERAL:
            return forms.MultipleChoiceField(
                choices=capitalised(field.choices.choices), widget=forms.CheckboxSelectMultiple, **given
            )
    return LineField(max_length=field.limit, **given)


def named(section, part, row=None, field=None):
    """The name of a form's field: `section-part`, or `section-part-row-field` in a grid."""
    return "-".join(str(one) for one in (section, part, row, field) if one is not None)


def cells(part):
    """The cells of a grid: `(row, its label, [field, …])`."""
    return [(str(value), label, part.fields) for value, label in part.choices.choices]


def analysis_fields():
    """The fields of the ruling's form that come from the schema, by name, in the order of the page."""
    fields = {}
    for section in SECTIONS:
        for part in section.parts:
            if isinstance(part, Field):
                fields[named(section.name, part.name)] = form_field(part)
            elif isinstance(part, Grid):
                for row, label, columns in cells(part):
                    for field in columns:
                        one = fields[named(section.name, part.name, row, field.name)] = form_field(field)
                        one.label = format_lazy(_("{row}: {field}"), row=label, field=field.label)
    return fields


FIELDS = analysis_fields()


def initial_of(analysis):
    """What fills those fields in, from an analysis."""
    initial = {}
    for section in SECTIONS:
        said = analysis.get(section.name, {})
        for part in section.parts:
            if isinstance(part, Field):
                initial[named(section.name, part.name)] = said.get(part.name)
            elif isinstance(part, Grid):
                for row in said.get(part.name, []):
                    for field in part.fields:
                        name = named(section.name, part.name, row[part.row], field.name)
                        initial[name] = row.get(field.name)
    return initial


class AnalysisRow(RowForm):
    """One of the rows of a schema `Rows`."""

    IN_ORDER = ()

    def clean(self):
        cleaned = super().clean()
        days = [cleaned.get(name) for name in self.IN_ORDER]
        if all(days) and days != sorted(days):
            first, last = (self.fields[name].label for name in self.IN_ORDER)
            self.add_error(
                self.IN_ORDER[1],
                _("“%(last)s” comes before “%(first)s”: give the same day or a later one.")
                % {"first": first, "last": last},
            )
        return cleaned


def _row_form(part):
    """The form of the rows of a schema `Rows`."""
    fields = {field.name: form_field(field) for field in part.fields}
    return type(
        "AnalysisRowForm", (AnalysisRow,), {"NEEDED": part.needed, "IN_ORDER": part.in_order, **fields}
    )


ROWS = {
    named(section.name, part.name): rows_of(_row_form(part), spare=1)
    for section in SECTIONS
    for part in section.parts
    if isinstance(part, Rows)
}


def formsets_of(data, analysis):
    """The formsets of the rows by name, bound to `data` (a POST, or None to fill them from `analysis`)."""
    return {
        named(section.name, part.name): ROWS[named(section.name, part.name)](
            data,
            prefix=named(section.name, part.name),
            initial=analysis.get(section.name, {}).get(part.name, []),
        )
        for section in SECTIONS
        for part in section.parts
        if isinstance(part, Rows)
    }


def typed_analysis(cleaned, formsets):
    """The analysis as JSON, from the form's clean data and the formsets that are valid; what is empty is left out."""
    analysis = {}
    for section in SECTIONS:
        said = {part.name: _typed(section, part, cleaned, formsets) for part in section.parts}
        said = {name: value for name, value in said.items() if value not in ("", [], None, False)}
        if said:
            analysis[section.name] = said
    return analysis


def _typed(section, part, cleaned, formsets):
    if isinstance(part, Rows):
        formset = formsets.get(named(section.name, part.name))
        return [_filled(row) for row in formset.rows] if formset else []
    if isinstance(part, Field):
        return _json(cleaned.get(named(section.name, part.name)))
    rows = []
    for row, _label, columns in cells(part):
        said = _filled(
            {field.name: cleaned.get(named(section.name, part.name, row, field.name)) for field in columns}
        )
        if said:
            rows.append({part.row: row, **said})
    return rows


def _filled(row):
    return {name: _json(value) for name, value in row.items() if value not in ("", None, False, [])}


def _json(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


@dataclass(frozen=True)
class ShownPart:
    """A part as the page shows it: a bound field, a formset, or the lines of a grid (label, fields, hint, findings).

    `findings`: the words of the texts that speak to it (`privacy.reader.Finding`).
    """

    part: object
    field: object = None
    formset: object = None
    lines: tuple = ()
    findings: tuple = ()

    @property
    def has_errors(self):
        """Whether something in it was refused."""
        if self.field is not None:
            return bool(self.field.errors)
        if self.formset is not None:
            return self.formset.is_bound and not self.formset.is_valid()
        return any(field.errors for _label, fields, *_hints in self.lines for field, _head in fields)


@dataclass(frozen=True)
class ShownSection:
    """A section with its parts, for the page; `is_open` unless nothing is said or refused in it.

    `sources`: the marks (dicts of `Ruling.reused`) of what filled in some of it.
    """

    section: object
    parts: list
    is_open: bool
    sources: list

    @property
    def is_always(self):
        """Whether some of it is asked too where nothing changes."""
        return any(part.part.always for part in self.parts)


# What no ruling on a change does without stands open; the rest unfolds.
NEEDED = frozenset({"scope", "data", "dpia"})


def shown_sections(form, formsets, analysis, marks, found):
    """The sections of the page, in order; `analysis` is what was saved, which suggests the criteria, `marks` what filled it in.

    `found`: the findings of `privacy.reader.beside`, shown beside what they speak to.
    """
    hints = {str(int(criterion)): why for criterion, why in suggested(analysis).items()}
    for section in SECTIONS:
        parts = [_shown(section, part, form, formsets, hints, found) for part in section.parts]
        is_open = section.name in NEEDED or section.name in analysis or any(part.has_errors for part in parts)
        sources = [mark for mark in marks if section.name in mark.get("sections", ())]
        yield ShownSection(section, parts, is_open, sources)


def _shown(section, part, form, formsets, hints, found):
    name = named(section.name, part.name)
    if isinstance(part, Field):
        return ShownPart(part, field=form[name], findings=found.get(name, ()))
    if isinstance(part, Rows):
        return ShownPart(part, formset=formsets[name], findings=found.get(name, ()))
    lines = tuple(
        (
            f"{row}. {label}" if part.choices is Criterion else label,
            [(form[named(section.name, part.name, row, field.name)], field.label) for field in columns],
            hints.get(row, ""),
            found.get(named(section.name, part.name, row), ()),
        )
        for row, label, columns in cells(part)
    )
    return ShownPart(part, lines=lines)
