"""Working days, and the clock of a file that counts them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Side
from planning.clock import Clock
from planning.workdays import after_working_days, day_of, holidays_of, is_working, working_dates, working_days
from workflow.steps import OPEN_STEPS, Step

DATES = st.dates(date(2020, 1, 1), date(2030, 12, 31))
PARIS = ZoneInfo("Europe/Paris")


@given(DATES, st.integers(0, 500))
def test_working_days_are_those_of_the_calendar_one_by_one(after, span):
    until = after + timedelta(days=span)

    one_by_one = [after + timedelta(days=number) for number in range(1, span + 1)]

    assert working_days(after, until) == sum(is_working(day) for day in one_by_one)
    assert working_dates(after + timedelta(days=1), until) == [day for day in one_by_one if is_working(day)]


@given(DATES, st.integers(1, 60))
def test_so_many_working_days_later_is_a_working_day_that_many_later(day, number):
    later = after_working_days(day, number)

    assert is_working(later)
    assert working_days(day, later) == number


def test_public_holidays_are_those_of_the_country_and_zone(settings):
    good_friday, easter_monday = date(2026, 4, 3), date(2026, 4, 6)
    assert (is_working(good_friday), is_working(easter_monday)) == (True, False)

    settings.HOLIDAYS_SUBDIVISION = "57"

    assert (is_working(good_friday), is_working(easter_monday)) == (False, False)


def test_holidays_are_named_in_the_language_read(settings):
    assert holidays_of(2026)[date(2026, 12, 25)] == "Noël"


@given(
    st.lists(
        st.tuples(st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 1), timezones=st.just(PARIS)),
                  st.sampled_from(OPEN_STEPS)),
        min_size=1,
        max_size=12,
    ),
    st.booleans(),
)  # fmt: skip
def test_sides_of_the_clock_add_up_to_the_working_days_of_the_file(moves, is_over):
    moves.sort(key=lambda move: move[0])
    if is_over:
        moves.append((moves[-1][0] + timedelta(days=3), Step.CLOSED))
    today = date(2026, 6, 15)

    clock = Clock(moves, today=today)

    end = day_of(moves[-1][0]) if is_over else today
    whole = working_days(day_of(moves[0][0]), end)
    assert clock.client + clock.vendor == clock.total == whole
    assert sum(spent.days for spent in clock.by_step) == whole
    halves = [(date(2024, 1, 1), date(2025, 2, 28)), (date(2025, 3, 1), date(2026, 12, 31))]
    assert sum(stay.days_within(*half) for stay in clock.stays for half in halves) == whole


def test_a_day_counts_for_whoever_had_the_file_when_it_began():
    def at(day, hour):
        return datetime(2026, 11, day, hour, tzinfo=PARIS)

    # Monday 2; Wednesday 11 is a holiday.
    clock = Clock(
        [(at(2, 9), Step.SPECIFICATION), (at(6, 18), Step.DECISION), (at(12, 8), Step.DEVELOPMENT)],
        today=date(2026, 11, 12),
    )

    assert [(spent.step, spent.days) for spent in clock.by_step] == [
        (Step.SPECIFICATION, 4),
        (Step.DECISION, 3),
        (Step.DEVELOPMENT, 0),
    ]
    assert (clock.of(Side.VENDOR), clock.of(Side.CLIENT)) == (4, 3)
