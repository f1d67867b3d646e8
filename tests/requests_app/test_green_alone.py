"""Whatever people do at step 6, in whatever order: nothing is delivered with a subtask that is not green."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from requests_app.models import TESTER_CHECKS, CheckKind
from requests_app.progress import Progress
from requests_app.services import delivery, development
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from workflow.errors import Refused
from workflow.steps import Step

pytestmark = pytest.mark.django_db

# What makes green is drawn more often, so that deliveries happen.
ACTS = (
    "split", "under", "end", "end", "end", "check", "check", "check", "fail", "cancel", "send_back", "block",
    "unblock", "spare",
)  # fmt: skip
acts = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3)), min_size=4, max_size=14)


class Undone(Exception):
    """What an example did is taken back."""


def play(file, cast, name, rank):
    """Make one act on the subtask of that rank, the last one where there are fewer."""
    if name == "split":
        return stories.split(fresh(file), cast)
    subtasks = list(fresh(file).subtasks.all())
    if not subtasks:
        return None
    subtask = subtasks[min(rank, len(subtasks) - 1)]
    if name == "under":
        return stories.split(fresh(file), cast, parent=subtask)
    if name == "end":
        return stories.end(subtask, cast)
    if name == "check":
        for kind in TESTER_CHECKS:
            development.make_check(subtask, actor=cast.tester, kind=kind, is_passed=True)
        return development.make_check(subtask, actor=cast.dpo, kind=CheckKind.GDPR, is_passed=True)
    if name == "fail":
        return development.make_check(
            subtask, actor=cast.tester, kind=CheckKind.UNIT, is_passed=False, comment="Non."
        )
    if name == "spare":
        return development.mark_without_personal_data(subtask, actor=cast.dpo)
    if name == "unblock":
        return development.unblock_subtask(subtask, actor=cast.lead)
    service = {
        "cancel": development.cancel_subtask,
        "send_back": development.reopen_subtask,
        "block": development.block_subtask,
    }[name]
    return service(subtask, actor=cast.lead, reason="Il le faut.")


def by_hand(file):
    """Whether every subtask that counts is green, told from its rows alone, without `requests_app.progress`."""
    counting = []
    for subtask in file.subtasks.all():
        is_gone = subtask.cancelled_at or (subtask.parent and subtask.parent.cancelled_at)
        if is_gone:
            continue
        children = list(subtask.children.all())
        if children:
            counting.append(any(child.cancelled_at is None for child in children))
            continue
        last = subtask.rounds.last()
        passed = {check.kind for check in last.checks.all() if check.is_passed} if last else set()
        needed = {*TESTER_CHECKS} | ({CheckKind.GDPR} if subtask.spared_under is None else set())
        counting.append(bool(last and last.sent_back_at is None and needed <= passed))
    return bool(counting) and all(counting)


def test_nothing_is_delivered_with_a_subtask_that_is_not_green():
    cast = Cast()
    file = stories.validated(cast)

    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(acts)
    def example(chosen):
        try:
            with transaction.atomic():
                for name, rank in chosen:
                    try:
                        with transaction.atomic():
                            play(file, cast, name, rank)
                    except Refused:
                        continue
                is_green = by_hand(fresh(file))
                assert Progress(fresh(file)).is_all_green == is_green
                try:
                    delivery.deliver(fresh(file), actor=cast.lead)
                except Refused:
                    assert not is_green
                assert (fresh(file).step == Step.ACCEPTANCE) == is_green
                raise Undone
        except Undone:
            pass

    example()
