"""Working days: Monday to Friday, without the public holidays of the country of the settings.

All dates are the portal's own (`settings.TIME_ZONE`): both sides count the same days, wherever they read.
"""

from bisect import bisect_right
from datetime import datetime, time, timedelta
from functools import lru_cache

import holidays
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

WEEK, WEEKDAYS = 7, 5


def day_of(moment):
    """The portal's calendar day of a datetime."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def start_of(day):
    """The moment at which the portal's calendar day `day` begins."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def today():
    """The portal's own day now."""
    return day_of(timezone.now())


def holidays_of(year):
    """The public holidays of `year`, as `{date: name}`, in the language being read where the library has it."""
    return _holidays_of(settings.HOLIDAYS_COUNTRY, settings.HOLIDAYS_SUBDIVISION, year, get_language() or "")


def is_working(day):
    """Whether people work on `day` (a date)."""
    return day.weekday() < WEEKDAYS and day.toordinal() not in _days_off(day.year)


def working_days(after, until):
    """How many working days come after the date `after`, up to and with `until`; 0 when `until` is not later.

    The day of arrival is not counted and the day of leaving is, so that spans that follow one another add up.
    """
    if until <= after:
        return 0
    first, last = after.toordinal(), until.toordinal()
    off = sum(
        bisect_right(_days_off(year), last) - bisect_right(_days_off(year), first)
        for year in range(after.year, until.year + 1)
    )
    return _weekdays(last) - _weekdays(first) - off


def after_working_days(day, number):
    """The date `number` working days after `day`; `day` itself for 0."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working(day)
    return day


def dates(first, last):
    """The days from `first` to `last`, both included, as a list of dates."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def working_dates(first, last):
    """Those of them that are working days."""
    return [day for day in dates(first, last) if is_working(day)]


def _weekdays(ordinal):
    """How many days from Monday to Friday there are up to and with the day `ordinal`; 1 is a Monday."""
    weeks, rest = divmod(ordinal, WEEK)
    return weeks * WEEKDAYS + min(rest, WEEKDAYS)


def _days_off(year):
    return _ordinals(settings.HOLIDAYS_COUNTRY, settings.HOLIDAYS_SUBDIVISION, year)


@lru_cache(maxsize=256)
def _ordinals(country, subdivision, year):
    days = _holidays_of(country, subdivision, year, "")
    return tuple(sorted(day.toordinal() for day in days if day.weekday() < WEEKDAYS))


@lru_cache(maxsize=256)
def _holidays_of(country, subdivision, year, language):
    known = holidays.country_holidays(country, subdiv=subdivision or None).supported_languages
    spoken = next((name for name in known if language and name.startswith(language[:2])), None)
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=spoken)
    return dict(sorted(found.items()))
