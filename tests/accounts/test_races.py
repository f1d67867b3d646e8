"""Two people pressing at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts import invitations, services
from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """What each call returned or refused with, all begun together."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait()
            return call()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_administrators_leaving_at_once_leave_one(monkeypatch):
    # Both stop between the check and the writing, for as long as the lock lets the second come so far.
    meeting, check = Barrier(2), services.check_administrator_remains

    def check_and_meet(person):
        check(person)
        with suppress(BrokenBarrierError):
            meeting.wait(timeout=1)

    monkeypatch.setattr(services, "check_administrator_remains", check_and_meet)
    first, second = UserFactory(portal_admin=True), UserFactory(portal_admin=True)

    answers = at_once(
        lambda: services.deactivate_person(first, actor=first),
        lambda: services.deactivate_person(second, actor=second),
    )

    assert sorted(isinstance(answer, ValidationError) for answer in answers) == [False, True]
    assert User.objects.filter(is_portal_admin=True, is_active=True).count() == 1


def test_two_administrators_who_deactivate_each_other_do_not_wait_for_ever(monkeypatch):
    # Both stop once the person is locked: what one holds by then, the other must not be waiting for.
    meeting, check = Barrier(2), services.check_administrator_remains

    def meet_and_check(person):
        with suppress(BrokenBarrierError):
            meeting.wait(timeout=1)
        check(person)

    monkeypatch.setattr(services, "check_administrator_remains", meet_and_check)
    first, second = UserFactory(portal_admin=True), UserFactory(portal_admin=True)

    answers = at_once(
        lambda: services.deactivate_person(first, actor=second),
        lambda: services.deactivate_person(second, actor=first),
    )

    assert sorted(isinstance(answer, ValidationError) for answer in answers) == [False, True]


def test_one_of_two_passwords_sent_by_one_link_is_kept():
    token = invitations.token_for(UserFactory(password="!"))

    answers = at_once(
        *[
            lambda word=word: services.accept_invitation(token, password=word)
            for word in ("a-longue", "b-longue")
        ]
    )

    kept = [answer for answer in answers if answer is not None]
    assert len(kept) == 1


def test_an_address_given_twice_at_once_is_given_to_one():
    actor = UserFactory(portal_admin=True)

    answers = at_once(
        *[
            lambda: services.create_person(
                actor=actor, email="camille@exemple.test", first_name="Camille", last_name="Roy", invite=False
            )
        ]
        * 2
    )

    assert sorted(isinstance(answer, ValidationError) for answer in answers) == [False, True]
    assert User.objects.filter(email="camille@exemple.test").count() == 1
