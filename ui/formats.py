"""Dates, durations, amounts and sizes as people read them, in the language being read. Plain text, no HTML."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils import dateformat, timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

NARROW_SPACE = "\u202f"
SPACE = "\u00a0"
CENT = Decimal("0.01")


def _is_french():
    return (get_language() or "").startswith("fr")


def local(value):
    """`value` in the reader's time zone; dates and naive datetimes as they are."""
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def as_date(value):
    """The calendar day of a date or datetime, where the reader is."""
    value = local(value)
    return value.date() if isinstance(value, datetime.datetime) else value


def _first(text, value):
    # French writes the first of a month "1er", every other day as a plain number.
    return f"1er{text[1:]}" if _is_french() and value.day == 1 else text


def _day_and_short_month(value):
    if not _is_french():
        return dateformat.format(value, "j M")
    # Django shortens these three in its own way.
    month = dateformat.format(value, "N")
    month = {"jan.": "janv.", "fév.": "févr.", "juil.": "juill."}.get(month, month)
    return f"{_first(str(value.day), value)} {month}"


def day_text(value):
    """12 mars 2027, 12 March 2027."""
    value = as_date(value)
    return _first(dateformat.format(value, "j F Y"), value)


def short_day_text(value):
    """15 déc. 2026, 15 Dec 2026: for the columns of tables."""
    value = as_date(value)
    return f"{_day_and_short_month(value)} {value.year}"


def day_month_text(value):
    """15 déc., 15 Dec: beside a year that is said already."""
    return _day_and_short_month(as_date(value))


def month_text(value):
    """Mars 2027, March 2027: as a heading."""
    return capfirst(dateformat.format(value, "F Y"))


def brief_day_text(value):
    """4 nov. in the current year, with the year otherwise: for the tracker."""
    value = as_date(value)
    if value.year != timezone.localdate().year:
        return short_day_text(value)
    return _day_and_short_month(value)


def time_text(value):
    """16 h 20, 16:20."""
    return dateformat.format(local(value), rf"G{SPACE}\h{SPACE}i" if _is_french() else "H:i")


def moment_text(value):
    """12 mars 2027, 16 h 20."""
    return f"{day_text(value)}, {time_text(value)}"


def exact_text(value):
    """What hovering shows: the weekday, and for a datetime the second and the zone."""
    value = local(value)
    weekday = dateformat.format(value, "l")
    if not isinstance(value, datetime.datetime):
        return f"{weekday} {day_text(value)}"
    zone = dateformat.format(value, "T") if timezone.is_aware(value) else ""
    return f"{weekday} {day_text(value)}, {value:%H:%M:%S} {zone}".strip()


def _elapsed(value):
    """(unit, number) between `value` and now: the coarsest unit that is not zero."""
    days = (timezone.localdate() - as_date(value)).days
    if days >= 1 or not isinstance(value, datetime.datetime):
        return "day", max(days, 0)
    minutes = int((timezone.now() - value).total_seconds() // 60)
    return ("hour", minutes // 60) if minutes >= 60 else ("minute", max(minutes, 0))


def since_text(value):
    """depuis 2 jours; counted in calendar days, then hours, then minutes."""
    unit, number = _elapsed(value)
    if number == 0:
        return gettext("since today") if unit == "day" else gettext("just now")
    if unit == "day":
        return ngettext("for %(count)d day", "for %(count)d days", number) % {"count": number}
    if unit == "hour":
        return ngettext("for %(count)d hour", "for %(count)d hours", number) % {"count": number}
    return ngettext("for %(count)d minute", "for %(count)d minutes", number) % {"count": number}


def ago_text(value):
    """il y a 2 jours; counted as `since_text`."""
    unit, number = _elapsed(value)
    if number == 0:
        return gettext("today") if unit == "day" else gettext("just now")
    if unit == "day":
        return ngettext("%(count)d day ago", "%(count)d days ago", number) % {"count": number}
    if unit == "hour":
        return ngettext("%(count)d hour ago", "%(count)d hours ago", number) % {"count": number}
    return ngettext("%(count)d minute ago", "%(count)d minutes ago", number) % {"count": number}


def days_text(number):
    """3 jours, 1 jour."""
    return ngettext("%(count)d day", "%(count)d days", number) % {"count": number}


def working_days_text(number):
    """3 jours ouvrés, 1 jour ouvré."""
    return ngettext("%(count)d working day", "%(count)d working days", number) % {"count": number}


def gap_text(actual, wished):
    """The days between what is planned and what was wished, as (tone, sentence).

    Args: two dates or datetimes. The tone is done (early or on time) or warning (late).
    """
    days = (as_date(wished) - as_date(actual)).days
    if days == 0:
        return "done", gettext("on time")
    if days > 0:
        return "done", ngettext("%(count)d day early", "%(count)d days early", days) % {"count": days}
    return "warning", ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}


def _decimal(value):
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / value.denominator
    return Decimal(value)


def number_text(value, decimals=0):
    """1 204 or 1,204; French groups with a narrow space that does not break."""
    amount = _decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{amount:,f}"
    if _is_french():
        text = text.replace(",", NARROW_SPACE).replace(".", ",")
    return text.replace("-", "\u2212")


def hours_text(value):
    """6 h, 1,5 h in French, 1.5 h in English: no more decimals than there are."""
    amount = _decimal(value).normalize()
    return f"{number_text(amount, max(-amount.as_tuple().exponent, 0))}{SPACE}h"


def money_text(value):
    """3 420,00 € in French, €3,420.00 in English; exact decimals, halves rounded up."""
    text = number_text(Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP), 2)
    if _is_french():
        return f"{text}{SPACE}€"
    return f"\u2212€{text[1:]}" if text.startswith("\u2212") else f"€{text}"


def size_text(size):
    """1,2 Mo, 1.2 MB, 25 Mo: the size of a file, as desktops show it, with no decimal that says nothing."""
    units = ("o", "ko", "Mo", "Go") if _is_french() else ("B", "KB", "MB", "GB")
    amount, rank = Decimal(size), 0
    while amount >= 1024 and rank < len(units) - 1:
        amount, rank = amount / 1024, rank + 1
    tenths = amount.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    is_round = not rank or tenths >= 100 or tenths == int(tenths)
    return f"{number_text(amount, 0 if is_round else 1)}{SPACE}{units[rank]}"


def initials(name):
    """CM for Claire Morel: the first letter of the first and of the last word."""
    letters = [next((char for char in word if char.isalnum()), "") for word in name.split()]
    letters = [letter for letter in letters if letter]
    return "".join(letters[:1] + letters[1:][-1:]).upper() or "?"
