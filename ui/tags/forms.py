"""Forms: a field with its label, help and errors; choices with what they entail; rows; the bar that decides."""

from django import template
from django.forms import BaseForm, CheckboxInput, FileInput
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.utils.translation import gettext

from ui.tags.layout import one_of

register = template.Library()

WIDTHS = frozenset({"full", "medium", "short"})


def _kind(bound):
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    if bound.use_fieldset:
        return "group"
    return "file" if isinstance(widget, FileInput) else "line"


@register.inclusion_tag("components/field.html")
def field(bound, *, label="", help="", width="full", suffix="", requirement=None, bare=False):
    """`{% field form.title %}`. width: full, medium, short; suffix: a unit after the input ("€ HT").

    requirement: a word in place of "required" ("needed to send"), or "" for none, where the form asks for nothing
    else; bare: label and help for the ear alone, as in rows.
    """
    if label:
        bound.label = label
    if help:
        bound.help_text = help
    if requirement is None:
        requirement = gettext("required") if bound.field.required else ""
    return {
        "field": bound,
        "kind": _kind(bound),
        "width": one_of("field", "width", width, WIDTHS),
        "suffix": suffix,
        "requirement": requirement,
        "bare": bare,
        "kept": getattr(bound, "kept", ()),
    }


@register.inclusion_tag("components/choice_cards.html")
def choice_cards(bound, *, details=None, consequences=None, side="neutral", title=""):
    """`{% choice_cards form.decision details=details consequences=consequences side="client" %}`: one card a choice.

    details: {value: sentence}; consequences: {value: [(icon, text), …]}, shown under the chosen card, under
    every card while none is chosen or where the browser cannot tell.
    """
    details = {str(key): text for key, text in (details or {}).items()}
    consequences = {str(key): items for key, items in (consequences or {}).items()}
    options = []
    for index, option in enumerate(bound):
        option.data["attrs"]["data-choice"] = index
        value = str(option.data["value"])
        if value in details:
            option.data["attrs"]["aria-describedby"] = f"{option.id_for_label}_detail"
        options.append(
            {
                "tag": option.tag(),
                "id": option.id_for_label,
                "label": option.choice_label,
                "detail": details.get(value, ""),
                "consequences": consequences.get(value, ()),
                "index": index,
            }
        )
    return {"field": bound, "options": options, "side": side, "title": title or bound.label}


@register.inclusion_tag("components/consequences.html")
def consequences(items, *, title="", choice=None):
    """`{% consequences items title=_("If you validate") choice=0 %}`: what pressing the button will do.

    items: [(icon, text), …]. choice: shown only while the choice of that rank (from 0) is ticked in the same form.
    """
    return {"items": items, "title": title, "choice": choice}


@register.simple_block_tag
def act(content, *, sticky=False):
    """`{% act %}{% consequences … %}{% buttons %}…{% endbuttons %}{% endact %}`: the bar at the bottom of a form."""
    return render_to_string("components/act.html", {"content": content, "sticky": sticky})


@register.simple_block_tag
def buttons(content, *, align="end"):
    """A row of buttons; the one that matters comes last."""
    return render_to_string(
        "components/buttons.html",
        {"content": content, "align": one_of("buttons", "align", align, {"start", "end"})},
    )


@register.simple_block_tag
def fields(content, legend="", *, help="", columns=1):
    """`{% fields _("Requester") columns=2 %}{% field … %}{% endfields %}`: a group of fields as a card."""
    return render_to_string(
        "components/fields.html",
        {
            "content": content,
            "legend": legend,
            "help": help,
            "columns": one_of("fields", "columns", columns, {1, 2, 3}),
        },
    )


def _first_id(bound):
    # A group of radios has no element of its own id: the link goes to its first one.
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label or bound.auto_id


def _form_errors(form):
    for message in form.non_field_errors():
        yield {"id": "", "label": "", "message": message}
    # In the order of the page, not in that of the checks.
    for name in form.fields:
        if name in form.errors:
            bound = form[name]
            for message in bound.errors:
                target = "" if bound.is_hidden else _first_id(bound)
                yield {"id": target, "label": bound.label, "message": message}


def _all_errors(form):
    if isinstance(form, BaseFormSet):
        for message in form.non_form_errors():
            yield {"id": "", "label": "", "message": message}
        for number, row in enumerate(form.forms, start=1):
            for error in _form_errors(row):
                yield {**error, "label": gettext("Row %(number)d, %(label)s") % {"number": number, **error}}
    elif isinstance(form, BaseForm):
        yield from _form_errors(form)
    else:
        raise template.TemplateSyntaxError("error_summary takes forms and formsets.")


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms):
    """`{% error_summary form lines %}` on top of the page: what is wrong, each linked to its field. Nothing when all is well.

    Each may be a list of forms and formsets too.
    """
    flat = [one for form in forms for one in (form if isinstance(form, list) else [form])]
    return {"errors": [error for form in flat if form.is_bound for error in _all_errors(form)]}


@register.inclusion_tag("components/formset.html")
def formset_rows(formset, *, caption, add_label="", hint="", numbered=False, stacked=False):
    """`{% formset_rows lines caption=_("Quote lines") add_label=_("Add a line") %}`: rows; a script adds and removes them.

    Without a script there are the formset's `extra` spare rows and its delete boxes. numbered: each shows its
    rank; stacked: each is a card with its labels, for rows that hold sentences.
    """
    return {
        "formset": formset,
        "caption": caption,
        "add_label": add_label or gettext("Add a row"),
        "hint": hint,
        "numbered": numbered,
        "stacked": stacked,
        "heads": [bound for bound in formset.empty_form.visible_fields() if bound.name != "DELETE"],
    }


@register.inclusion_tag("components/formset_row.html")
def formset_row(form, caption):
    """One row of `formset_rows`, and its empty model; `caption` says for the ear what the rows are."""
    shown = [bound for bound in form.visible_fields() if bound.name != "DELETE"]
    delete = form["DELETE"] if "DELETE" in form.fields else None
    return {"form": form, "caption": caption, "shown": shown, "delete": delete}
