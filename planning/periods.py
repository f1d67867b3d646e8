"""Quarters, fortnights and weeks: the spans of dates in which days and hours are counted."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from planning.workdays import dates
from ui.formats import day_month_text, month_text, short_day_text

HALF = 15


@dataclass(frozen=True, order=True)
class Period:
    """A span of dates, both included, and how it is called."""

    first: date
    last: date
    name: str


def quarters_of(year):
    """The four quarters of `year`, as `Period`s."""
    return [
        Period(
            date(year, 3 * rank + 1, 1),
            _last_of_month(date(year, 3 * rank + 3, 1)),
            _("Q%(number)d %(year)d") % {"number": rank + 1, "year": year},
        )
        for rank in range(4)
    ]


def quarter_of(day):
    """The quarter that `day` is in, as a `Period`."""
    return quarters_of(day.year)[(day.month - 1) // 3]


def fortnight_of(day):
    """The half of a month, up to the 15th or from the 16th on, that `day` is in, as a `Period`."""
    first, last = (
        (day.replace(day=1), day.replace(day=HALF))
        if day.day <= HALF
        else (day.replace(day=HALF + 1), _last_of_month(day))
    )
    return Period(first, last, f"{first.day}–{day_month_text(last)}")


def fortnights(first, last):
    """The fortnights that the dates from `first` to `last` touch, as `Period`s."""
    found, day = [], first
    while day <= last:
        found.append(fortnight_of(day))
        day = found[-1].last + timedelta(days=1)
    return found


def week_of(day):
    """The week, from Monday to Sunday, that `day` is in, as a `Period`."""
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    return Period(first, last, f"{day_month_text(first)} – {short_day_text(last)}")


def dates_of(period):
    """The dates of a `Period`, as a list."""
    return dates(period.first, period.last)


def month_of(day):
    """The month that `day` is in, as a `Period`."""
    return Period(day.replace(day=1), _last_of_month(day), month_text(day))


def shifted(moment, months):
    """The date or datetime `months` calendar months later (earlier, when negative): at the latest on a month's last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _last_of_month(day):
    return day.replace(day=monthrange(day.year, day.month)[1])
