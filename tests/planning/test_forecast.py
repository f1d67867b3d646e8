"""The forecast: stable for a seed, within what the past holds, silent when the past is short."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from planning.forecast import FEWEST, forecast, percentile, remaining
from workflow.steps import OPEN_STEPS, Step

TODAY = date(2027, 3, 1)
PAST = st.lists(
    st.dictionaries(st.sampled_from(OPEN_STEPS), st.integers(0, 40)), min_size=FEWEST, max_size=20
)


@given(PAST, st.sampled_from(OPEN_STEPS), st.integers(0, 60), st.text(max_size=8))
def test_forecast_is_stable_for_a_seed_and_its_dates_are_in_order(past, step, elapsed, seed):
    once, again = (forecast(past, step, elapsed, today=TODAY, seed=seed) for _time in range(2))

    assert once == again
    assert once.basis == len(past)
    assert once.is_beyond == all(file.get(step, 0) < elapsed for file in past)
    if once.is_beyond:
        assert (once.half, once.most, once.nearly_all) == (None, None, None)
    else:
        assert TODAY <= once.half <= once.most <= once.nearly_all


@given(PAST, st.sampled_from(OPEN_STEPS), st.integers(0, 60))
def test_no_run_is_longer_than_the_worst_of_each_step(past, step, elapsed):
    ahead = [one for one in OPEN_STEPS if one.number >= step.number]
    worst = sum(max(file.get(one, 0) for file in past) for one in ahead)

    assert all(0 <= days <= worst for days in remaining(past, step, elapsed, seed=1))


def test_file_that_has_lasted_longer_than_every_past_one_is_given_no_date():
    past = [{Step.DEVELOPMENT: days, Step.ACCEPTANCE: 5} for days in (3, 8, 10, 12, 20)]

    said = forecast(past, Step.DEVELOPMENT, 21, today=TODAY, seed=1)

    assert (said.is_beyond, said.half, said.basis) == (True, None, 5)
    assert remaining(past, Step.DEVELOPMENT, 21, seed=1) == []
    # As long as the longest of them: it may end today, and is then to be accepted.
    assert set(remaining(past, Step.DEVELOPMENT, 20, seed=1)) == {5}


def test_a_past_without_spread_leaves_no_doubt():
    past = [{Step.DEVELOPMENT: 10, Step.ACCEPTANCE: 5}] * FEWEST

    said = forecast(past, Step.DEVELOPMENT, 4, today=TODAY, seed="VALM-2027-0001")

    # Eleven working days from Monday 1 March 2027.
    assert (said.half, said.most, said.nearly_all) == (date(2027, 3, 16),) * 3
    assert forecast(past[1:], Step.DEVELOPMENT, 4, today=TODAY, seed=1) is None


def test_percentile_is_one_of_the_values():
    assert [percentile([5, 1, 3, 2, 4], level) for level in (1, 50, 85, 100)] == [1, 3, 5, 5]
