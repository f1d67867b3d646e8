"""Time counted in minutes of office hours, so that nobody of the volume works at night."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2000, 1, 3)
DAY = 540
WEEK = 5 * DAY


def moment(minute):
    """The aware datetime of a minute of office hours."""
    days, rest = divmod(minute, DAY)
    weeks, weekday = divmod(days, 5)
    day = MONDAY + timedelta(days=weeks * 7 + weekday)
    return datetime(day.year, day.month, day.day, 8, 30, minute * 37 % 60, tzinfo=PARIS) + timedelta(
        minutes=rest
    )


def minute_of(day):
    """The minute at which the office opens on `day`, or on the Monday after a week-end."""
    weeks, weekday = divmod((day - MONDAY).days, 7)
    return weeks * WEEK + min(weekday, 5) * DAY
