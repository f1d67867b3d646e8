"""Twenty people press at once: one wins, the others are told who, and one set of messages leaves."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models
from django.utils import timezone

from notifications.models import OutgoingMessage
from privacy.verdicts import PersonalData, Verdict
from requests_app.models import NumberSequence
from requests_app.services import decision, delivery, requests, ruling, specification
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from workflow import engine
from workflow.errors import MovedOn
from workflow.steps import Step

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

THREADS = 20


def send_to_dpo(file, cast):
    return specification.send_specification(
        file,
        actor=cast.support,
        planned_date=timezone.localdate() + timedelta(days=30),
        fields={"solution": "Un bouton d’export."},
    )


def rule(file, cast):
    return ruling.rule(
        file,
        actor=cast.dpo,
        validation_date=timezone.localdate(),
        fields={
            "personal_data": PersonalData.YES,
            "analysis": stories.ANALYSIS,
            "verdict": Verdict.FAVOURABLE,
            "conclusions": "Rien à redire.",
        },
    )


def agreed(cast):
    """A file under development that the client agreed to abandon."""
    file = stories.green(cast)
    decision.propose_to_abandon(file, actor=cast.lead, reason="Plus de sens.")
    decision.agree_to_abandon(fresh(file), actor=cast.client_admin)
    return fresh(file)


MOVES = {
    "send_to_support": (
        stories.opened,
        lambda file, cast: requests.send_to_support(file, actor=cast.client_admin),
    ),
    "return_to_client": (
        stories.sent,
        lambda file, cast: requests.return_to_client(file, actor=cast.support, reason="Précisez."),
    ),
    "send_to_dpo": (stories.sent, send_to_dpo),
    "decline": (
        stories.sent,
        lambda file, cast: requests.decline(file, actor=cast.support, category="other", reason="Non."),
    ),
    "return_to_support": (
        stories.specified,
        lambda file, cast: ruling.return_to_support(file, actor=cast.dpo, reason="Précisez."),
    ),
    "rule": (stories.specified, rule),
    "validate": (
        stories.ruled,
        lambda file, cast: decision.validate(file, actor=cast.client_admin, version=1),
    ),
    "request_change": (
        stories.ruled,
        lambda file, cast: decision.request_change(file, actor=cast.client_admin, reason="Moins cher."),
    ),
    "cancel": (
        stories.ruled,
        lambda file, cast: requests.cancel(
            file, actor=cast.client_admin, category="too_late", reason="Trop tard."
        ),
    ),
    "reopen_specification": (
        stories.green,
        lambda file, cast: decision.reopen_specification(file, actor=cast.lead, reason="À revoir."),
    ),
    "abandon": (
        agreed,
        lambda file, cast: decision.abandon(file, actor=cast.lead, reason="Plus de sens."),
    ),
    "deliver": (stories.green, lambda file, cast: delivery.deliver(file, actor=cast.lead)),
    "accept": (
        stories.delivered,
        lambda file, cast: delivery.accept(file, actor=cast.client_admin, answers=stories.answers(file)),
    ),
    "refuse": (
        stories.delivered,
        lambda file, cast: delivery.refuse(
            file, actor=cast.client_admin, reason="Incomplet.", answers=stories.answers(file)
        ),
    ),
}


def race(act, monkeypatch):
    """Call `act` in twenty threads that meet once they have read the file; return what each came to.

    Without a lock all twenty would read the same step before any of them writes. With it the first one
    waits alone for a moment, goes on, and nobody waits after that.
    """
    meeting = threading.Barrier(THREADS)
    real = engine.lock

    def lock_then_meet(instance):
        locked = real(instance)
        # Broken: the others are held back by the lock, as they should be.
        with suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=0.5)
        return locked

    monkeypatch.setattr(engine, "lock", lock_then_meet)

    def one(_number):
        try:
            return act()
        except (MovedOn, IntegrityError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_every_move_of_a_file_is_raced():
    # `create` has no file to race for, `send_to_client` is the same act as `send_to_dpo`.
    assert set(MOVES) | {"create", "send_to_client"} == set(engine.transition_names())


@pytest.mark.parametrize("name", MOVES)
def test_twenty_at_once_one_wins_and_one_set_of_messages_leaves(name, monkeypatch):
    prepare, act = MOVES[name]
    cast = Cast().everybody()
    file = prepare(cast)

    outcomes = race(lambda: act(fresh(file), cast), monkeypatch)

    winners = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert (len(winners), len(losers)) == (1, THREADS - 1)
    assert {(type(loser), loser.by, loser.at) for loser in losers} == {
        (MovedOn, winners[0].actor, winners[0].at)
    }
    assert file.events.filter(name=name).count() == 1
    addresses = list(OutgoingMessage.objects.filter(event=winners[0]).values_list("address", flat=True))
    assert addresses
    assert len(addresses) == len(set(addresses))


def test_without_the_lock_the_race_is_lost(monkeypatch):
    """The proof that the race above sees a missing lock, each time.

    PostgreSQL lets all twenty read the same step; SQLite lets one writer in at a time, lock or no lock.
    """
    prepare, act = MOVES["validate"]
    cast = Cast().everybody()
    file = prepare(cast)
    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, **options: self)

    outcomes = race(lambda: act(fresh(file), cast), monkeypatch)

    stopped_by = {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)}
    assert stopped_by == {MovedOn if connection.vendor == "sqlite" else IntegrityError}


def test_numbers_follow_one_another_without_a_gap_under_concurrency():
    cast = Cast().everybody()
    stories.opened(cast)

    def open_one(_number):
        try:
            return stories.opened(cast).number
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        numbers = list(pool.map(open_one, range(THREADS)))

    year = timezone.localdate().year
    assert sorted(numbers) == [
        f"{cast.organisation.code}-{year}-{rank:04d}" for rank in range(2, THREADS + 2)
    ]
    assert NumberSequence.objects.get().last == THREADS + 1
    assert fresh_steps(cast) == {Step.REQUEST}


def fresh_steps(cast):
    """The steps of the organisation's files."""
    return set(cast.organisation.requests.values_list("step", flat=True))
