"""Dates, durations, amounts and sizes, in the two languages."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone, translation

from ui import formats

DAY = datetime.date(2027, 3, 12)
NARROW, HARD = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("fr", DAY, "12 mars 2027"),
        ("en", DAY, "12 March 2027"),
        ("fr", datetime.date(2027, 1, 1), "1er janvier 2027"),
        ("en", datetime.date(2027, 1, 1), "1 January 2027"),
    ],
)
def test_day_is_written_in_words(language, value, expected):
    with translation.override(language):
        assert formats.day_text(value) == expected


@pytest.mark.parametrize(("language", "expected"), [("fr", "15 déc. 2026"), ("en", "15 Dec 2026")])
def test_short_day_abbreviates_the_month(language, expected):
    with translation.override(language):
        assert formats.short_day_text(datetime.date(2026, 12, 15)) == expected


@pytest.mark.parametrize(
    ("month", "expected"),
    [(1, "1er janv. 2027"), (2, "1er févr. 2027"), (5, "1er mai 2027"), (7, "1er juill. 2027")],
)
def test_short_day_abbreviates_as_french_people_do(month, expected):
    with translation.override("fr"):
        assert formats.short_day_text(datetime.date(2027, month, 1)) == expected


@time_machine.travel(datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC))
def test_brief_day_leaves_the_year_out_only_when_it_is_this_one():
    with translation.override("fr"):
        assert formats.brief_day_text(datetime.date(2026, 11, 4)) == "4 nov."
        assert formats.brief_day_text(DAY) == "12 mars 2027"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fr", "17 novembre 2026, 16\u00a0h\u00a020"), ("en", "17 November 2026, 16:20")],
)
def test_moment_is_told_in_the_reader_s_time_zone(language, expected):
    at = datetime.datetime(2026, 11, 17, 15, 20, tzinfo=datetime.UTC)
    with translation.override(language), timezone.override("Europe/Paris"):
        assert formats.moment_text(at) == expected


def test_exact_text_gives_weekday_second_and_zone():
    at = datetime.datetime(2026, 11, 17, 15, 20, 5, tzinfo=datetime.UTC)
    with translation.override("fr"), timezone.override("Europe/Paris"):
        assert formats.exact_text(at) == "mardi 17 novembre 2026, 16:20:05 CET"
        assert formats.exact_text(DAY) == "vendredi 12 mars 2027"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (datetime.timedelta(seconds=20), "just now"),
        (datetime.timedelta(minutes=1), "for 1 minute"),
        (datetime.timedelta(hours=5), "for 5 hours"),
        (datetime.timedelta(days=1), "for 1 day"),
        (datetime.timedelta(days=40), "for 40 days"),
    ],
)
@time_machine.travel(datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC), tick=False)
def test_since_counts_in_the_coarsest_unit(before, expected):
    with translation.override("en"):
        assert formats.since_text(timezone.now() - before) == expected


@time_machine.travel(datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC), tick=False)
def test_since_of_a_date_counts_calendar_days():
    with translation.override("en"):
        assert formats.since_text(datetime.date(2026, 11, 21)) == "since today"
        assert formats.since_text(datetime.date(2026, 11, 19)) == "for 2 days"
        assert formats.ago_text(datetime.date(2026, 11, 19)) == "2 days ago"


@pytest.mark.parametrize(
    ("actual", "tone", "words"),
    [
        (DAY, "done", "on time"),
        (datetime.date(2027, 3, 11), "done", "1 day early"),
        (datetime.date(2027, 3, 16), "warning", "4 days late"),
    ],
)
def test_gap_has_a_tone_and_a_word(actual, tone, words):
    with translation.override("en"):
        assert formats.gap_text(actual, DAY) == (tone, words)


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("fr", "3420", f"3{NARROW}420,00{HARD}€"),
        ("en", "3420", "€3,420.00"),
        ("fr", "-0.5", f"\u22120,50{HARD}€"),
        ("en", "-1234567.891", "\u2212€1,234,567.89"),
        ("en", "0.125", "€0.13"),
    ],
)
def test_money_is_exact_and_grouped(language, value, expected):
    with translation.override(language):
        assert formats.money_text(Decimal(value)) == expected


@pytest.mark.parametrize(
    ("language", "size", "expected"),
    [
        ("fr", 0, f"0{HARD}o"),
        ("fr", 1_258_291, f"1,2{HARD}Mo"),
        ("en", 1_258_291, f"1.2{HARD}MB"),
        ("en", 482_000, f"471{HARD}KB"),
        ("fr", 25 * 1024 * 1024, f"25{HARD}Mo"),
        ("fr", 1024 * 1024 * 1024 + 1, f"1{HARD}Go"),
        ("en", 102_349, f"100{HARD}KB"),
    ],
)
def test_size_is_told_as_desktops_do(language, size, expected):
    with translation.override(language):
        assert formats.size_text(size) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Claire Morel", "CM"),
        ("Jean de La Tour", "JT"),
        ("Zoé", "Z"),
        ("«\u202ePaul» Simon", "PS"),
        ("", "?"),
    ],
)
def test_initials_are_of_the_first_and_last_word(name, expected):
    assert formats.initials(name) == expected
