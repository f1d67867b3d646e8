"""What base.html itself needs."""

from django import template
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.templatetags.static import static
from django.utils.translation import gettext

register = template.Library()

MESSAGE_TONES = {"debug": "info", "info": "info", "success": "done", "warning": "warning", "error": "danger"}


def has_errors(value):
    """Whether `value` is a form or a set of forms that was sent and refused."""
    if isinstance(value, BaseForm):
        return value.is_bound and bool(value.errors)
    return isinstance(value, BaseFormSet) and value.is_bound and not value.is_valid()


def _values(context):
    for value in context.flatten().values():
        if isinstance(value, list | tuple):
            yield from value
        elif isinstance(value, dict):
            yield from value.values()
        else:
            yield value


@register.simple_tag(takes_context=True)
def error_prefix(context):
    """ "Error: " when any form of the page was refused, so that the title is the first to say it."""
    return gettext("Error: ") if any(has_errors(value) for value in _values(context)) else ""


@register.filter
def message_tone(level_tag):
    """The tone of one of Django's messages."""
    return MESSAGE_TONES.get(level_tag, "info")


@register.filter
def scripts(names):
    """The addresses of our own scripts, from their names."""
    return [static(f"js/{name}.js") for name in names.split()]
