"""Load: it equals its parts, keeps to the days people have, and finds the first date that fits."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from planning.load import Capacity, Load, Work, first_fit, shares
from planning.periods import fortnights

START = date(2027, 3, 1)
DAYS = st.dates(date(2027, 1, 1), date(2027, 6, 30))
PEOPLE = (1, 2, 3)
WORKS = st.lists(
    st.builds(
        lambda name, hours, first, span, people: Work(
            name, Fraction(hours), first, first + timedelta(days=span), tuple(sorted(people))
        ),
        st.sampled_from("abc"),
        st.integers(0, 200),
        DAYS,
        st.integers(0, 60),
        st.sets(st.sampled_from(PEOPLE)),
    ),
    max_size=8,
)
AWAY = st.dictionaries(st.sampled_from(PEOPLE), st.lists(st.tuples(DAYS, DAYS), max_size=2))
TEAM = Capacity(dict.fromkeys(PEOPLE, 7))


@given(WORKS, AWAY)
def test_load_equals_its_parts_by_person_fortnight_and_work(works, away):
    load = Load(works, Capacity(dict.fromkeys(PEOPLE, 7), away), start=START)

    assert load.total == sum(work.hours for work in works if work.people)
    halves = fortnights(START, START + timedelta(days=400))
    assert load.total == sum(load.between(key, one.first, one.last) for key in PEOPLE for one in halves)
    assert load.total == sum(
        sum(load.of(key, one.first, one.last).values()) for key in PEOPLE for one in halves
    )


@given(WORKS, st.integers(1, 300))
def test_first_date_that_fits_is_the_first(works, hours):
    load = Load(works, TEAM, start=START)

    day = first_fit(load, PEOPLE, hours, start=START)

    def free_until(last):
        span = (START + timedelta(days=number) for number in range((last - START).days + 1))
        return sum(sum(load.free(PEOPLE, one).values()) for one in span if one.weekday() < 5)

    assert free_until(day) >= hours
    assert sum(shares(load, PEOPLE, hours, first=START, last=day).values()) == hours


def test_work_is_laid_on_the_days_somebody_has():
    away = {1: [(date(2027, 3, 3), date(2027, 3, 5))]}
    work = Work("a", Fraction(14), START, date(2027, 3, 5), (1,))

    load = Load([work], Capacity({1: 7}, away), start=START)

    assert [load.between(1, day, day) for day in (START, date(2027, 3, 2), date(2027, 3, 3))] == [7, 7, 0]
    assert first_fit(load, [1], 7, start=START) == date(2027, 3, 8)


def test_who_has_no_hours_never_fits():
    assert first_fit(Load([], Capacity({1: 0}), start=START), [1], 1, start=START) is None
