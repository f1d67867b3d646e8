"""A file from its opening to its acceptance, by the services alone."""

import pytest

from requests_app.services import decision, delivery, requests, ruling
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from workflow.history import broken_files
from workflow.steps import Step

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("step", list(stories.AT), ids=str)
def test_a_file_reaches_every_step_and_its_history_is_sealed(step):
    file, _cast = stories.file_at(step)

    assert file.step == step
    assert [event.sequence for event in file.events.order_by("sequence")] == list(
        range(1, file.history_length + 1)
    )
    assert list(broken_files(type(file).objects.all())) == []


def test_a_file_travels_back_and_forth_and_is_accepted_in_the_end():
    cast = Cast()
    file = stories.sent(cast)
    requests.return_to_client(file, actor=cast.support, reason="Quels services ?")
    requests.save_request(
        fresh(file), actor=cast.client_admin, fields={"description": "Les services des trois sites."}
    )
    assert fresh(file).description == "Chaque service relit ses traitements une fois par an."
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    assert fresh(file).description == "Les services des trois sites."
    stories.specify(fresh(file), cast)
    ruling.return_to_support(fresh(file), actor=cast.dpo, reason="Quelles données ?")
    stories.specify(fresh(file), cast, solution="Un export sans données nominatives.")
    stories.give_ruling(fresh(file), cast)
    decision.request_change(fresh(file), actor=cast.client_admin, reason="Un jour de moins.")
    event = stories.specify(fresh(file), cast, solution="Un export sans données nominatives.", quote=[])
    assert event.name == "send_to_client"  # the content is the same: the ruling still holds
    decision.validate(fresh(file), actor=cast.client_admin, version=3)
    subtask = stories.split(fresh(file), cast, criteria=list(fresh(file).specification.criteria.all()))
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(file), actor=cast.lead)
    delivery.refuse(
        fresh(file),
        actor=cast.client_admin,
        reason="Une colonne manque.",
        answers=stories.answers(fresh(file), accepted=False, words="Sans la colonne service."),
    )
    assert fresh(file).step == Step.DEVELOPMENT
    subtask = type(subtask).objects.get(pk=subtask.pk)
    assert (subtask.end_date, subtask.rounds.get().sent_back_reason) == (None, "Sans la colonne service.")
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(file), actor=cast.lead)
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(fresh(file)))

    assert fresh(file).step == Step.CLOSED
    assert list(broken_files(type(file).objects.all())) == []
