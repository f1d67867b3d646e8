"""Values as people read them: dates with the exact time behind them, amounts, sizes, durations, Markdown."""

import datetime
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language

from ui import formats
from ui.markdown import render

register = template.Library()

DAY_TEXTS = {"long": formats.day_text, "short": formats.short_day_text, "brief": formats.brief_day_text}


# A list shows the same few dates over and over, and formatting one costs more than the rest of its cell.
# The language, the zone and the year are in the key alone: the text depends on them.
@lru_cache(maxsize=4096)
def _time_element(value, style, language, zone, year):
    text = formats.moment_text(value) if style == "moment" else DAY_TEXTS[style](value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), formats.exact_text(value), text
    )


def time_element(value, style):
    """A date or datetime as `<time>`; nothing for nothing. `style`: long, short, brief or moment."""
    if not value:
        return ""
    year = timezone.localdate().year if style == "brief" else None
    if isinstance(value, datetime.datetime):
        return _time_element(
            formats.local(value), style, get_language(), timezone.get_current_timezone_name(), year
        )
    return _time_element(value, style, get_language(), None, year)


@register.simple_tag
def day(value, style="long"):
    """`{% day request.deadline %}`: 12 mars 2027, exact on hover. style="short" in columns, "brief" without the year."""
    if style not in DAY_TEXTS:
        raise template.TemplateSyntaxError(f"day: style {style!r} is not one of {', '.join(DAY_TEXTS)}.")
    return time_element(value, style)


@register.simple_tag
def moment(value):
    """`{% moment event.at %}`: 12 mars 2027, 16 h 20."""
    return time_element(value, "moment")


@register.filter
def since(value):
    """`{{ step.since|since }}`: depuis 2 jours. Only beside a date or as an addition."""
    return formats.since_text(value) if value else ""


@register.filter
def ago(value):
    """`{{ event.at|ago }}`: il y a 2 jours."""
    return formats.ago_text(value) if value else ""


@register.filter
def days(value):
    """`{{ 3|days }}`: 3 jours."""
    return formats.days_text(value)


@register.filter
def working_days(value):
    """`{{ 3|working_days }}`: 3 jours ouvrés."""
    return formats.working_days_text(value)


@register.filter
def money(value):
    """`{{ quote.total|money }}`: 3 420,00 €; nothing for None."""
    return "" if value is None else formats.money_text(value)


@register.filter
def number(value, decimals=0):
    """`{{ count|number }}`: 1 204. `{{ days|number:1 }}`: 2,5."""
    return "" if value is None else formats.number_text(value, decimals)


@register.filter
def hours(value):
    """`{{ subtask.estimate|hours }}`: 1,5 h."""
    return formats.hours_text(value)


@register.filter
def filesize(value):
    """`{{ document.size|filesize }}`: 1,2 Mo."""
    return formats.size_text(value)


@register.filter
def initials(name):
    """`{{ person.name|initials }}`: CM."""
    return formats.initials(str(name))


@register.filter
def markdown(text):
    """`{{ request.description|markdown }}`: sanitised; wrap it in `<div class="prose">`."""
    return render(text)


@lru_cache(maxsize=1024)
def _toned(tone, text):
    return render_to_string("components/toned.html", {"tone": tone, "text": text})


@register.filter
def marked(text):
    """`{{ version.marked_solution|marked }}`: as `markdown`, with the `==passages==` that its author marked."""
    return render(text, is_marked=True)


@register.simple_tag
def gap(actual, wished):
    """`{% gap request.planned_on request.deadline %}`: 19 jours d'avance, told by word, icon and tone. Nothing if one is missing."""
    if not actual or not wished:
        return ""
    return _toned(*formats.gap_text(actual, wished))


@register.simple_tag
def overdue(wished):
    """`{% overdue request.deadline %}`: 4 jours de retard, and nothing as long as the day is not past."""
    today = timezone.localdate()
    if not wished or formats.as_date(wished) >= today:
        return ""
    return _toned(*formats.gap_text(today, wished))


@register.inclusion_tag("components/fingerprint.html")
def fingerprint(value):
    """`{% fingerprint version.sha256 %}`: 9f3a…c21e, whole on hover and to the clipboard."""
    value = str(value)
    return {"value": value, "short": f"{value[:4]}…{value[-4:]}" if len(value) > 9 else value}


@register.inclusion_tag("components/copy.html")
def copy(text, label=""):
    """`{% copy request.number %}`: the text, and a button that copies it. `label` is shown in place of the text."""
    return {"text": str(text), "label": label or text}


@register.filter
def is_day(value):
    """Whether a value is a date, to show it as one."""
    return isinstance(value, datetime.date)
