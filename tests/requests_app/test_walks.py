"""The walks of `tests.requests_app.walks`: a short one every day, long ones that differ each time, and one that must fail."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from requests_app import guards
from requests_app.guards import GUARDS
from tests.requests_app.walks import OneForAll, Walk

pytestmark = pytest.mark.django_db


def walk(examples, steps, *, machine=Walk, derandomize=True):
    """`examples` walks of `steps` acts each; one that fails is told as it went, since making it shorter takes hours."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=derandomize,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            # What takes long is what the people do, not the choosing of it.
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_no_walk_leads_to_what_must_never_happen():
    walk(6, 25)


@pytest.mark.long
def test_no_long_walk_leads_to_what_must_never_happen():
    walk(50, 50, derandomize=False)


@pytest.mark.long
def test_walks_find_a_delivery_that_forgot_its_guards(monkeypatch):
    monkeypatch.setitem(GUARDS, "deliver", [])

    with pytest.raises(AssertionError):
        walk(80, 50)


@pytest.mark.long
def test_walks_find_a_ruling_by_somebody_who_took_part(monkeypatch):
    monkeypatch.setattr(guards, "TOOK_PART", ())

    with pytest.raises(AssertionError):
        walk(80, 50, machine=OneForAll)
