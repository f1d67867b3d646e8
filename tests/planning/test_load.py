"""Load: it equals its parts, keeps to the days people have, and finds the first date that fits."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from planning.load import HORIZON, NOBODY, Capacity, Load, Work, first_fit, shares
from planning.periods import fortnights
from planning.workdays import working_dates

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
    assert sum(load.between(NOBODY, one.first, one.last) for one in halves) == sum(
        work.hours for work in works if not work.people
    )
    assert load.total == sum(
        sum(load.of(key, one.first, one.last).values()) for key in PEOPLE for one in halves
    )


def idle(had, laid):
    """The hours left until each day by somebody who does what is due by then first: sums of `had` less those of `laid`."""
    left, most = [], Fraction(0)
    for capacity, work in zip(accumulate(had), accumulate(laid), strict=True):
        most = max(most, capacity - work)
        left.append(most)
    return left


@given(WORKS, AWAY, st.integers(1, 300))
def test_first_date_that_fits_is_the_first_once_what_is_due_and_what_waits_is_done(works, away, hours):
    load = Load(works, Capacity(dict.fromkeys(PEOPLE, 7), away), start=START)
    days = working_dates(START, START + HORIZON)

    def laid(key):
        return [load.between(key, day, day) for day in days]

    free = [idle([load.capacity.on(key, day) for day in days], laid(key)) for key in PEOPLE]
    until = [sum(ones) for ones in zip(*free, strict=True)]
    each_day = [now - before for before, now in pairwise([0, *until])]
    fits = [day for day, left in zip(days, idle(each_day, laid(NOBODY)), strict=True) if left >= hours]

    assert first_fit(load, PEOPLE, hours) == (fits[0] if fits else None)


@given(WORKS, AWAY, st.integers(1, 300), st.integers(0, 90))
def test_shares_are_all_of_the_hours(works, away, hours, span):
    load = Load(works, Capacity(dict.fromkeys(PEOPLE, 7), away), start=START)

    assert sum(shares(load, PEOPLE, hours, last=START + timedelta(days=span)).values()) == hours


def test_what_is_overdue_leaves_nobody_free_the_day_after():
    late = [Work("a", Fraction(21), date(2027, 2, 1), date(2027, 2, 5), (1,))]
    promised = [Work("b", Fraction(14), START, date(2027, 3, 4))]

    assert first_fit(Load(late, TEAM, start=START), [1], 7) == date(2027, 3, 4)
    assert first_fit(Load(promised, TEAM, start=START), [1], 14) == date(2027, 3, 4)
    assert first_fit(Load([*late, *promised], TEAM, start=START), [1], 7) == date(2027, 3, 8)


def test_work_is_laid_on_the_days_somebody_has():
    away = {1: [(date(2027, 3, 3), date(2027, 3, 5))]}
    work = Work("a", Fraction(14), START, date(2027, 3, 5), (1,))

    load = Load([work], Capacity({1: 7}, away), start=START)

    assert [load.between(1, day, day) for day in (START, date(2027, 3, 2), date(2027, 3, 3))] == [7, 7, 0]
    assert first_fit(load, [1], 7) == date(2027, 3, 8)


def test_who_has_no_hours_never_fits():
    assert first_fit(Load([], Capacity({1: 0}), start=START), [1], 1) is None
