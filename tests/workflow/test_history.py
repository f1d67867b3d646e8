"""The seal: what somebody does to the history in the database shows."""

import pytest
from django.db import connection

from requests_app.models import ChangeRequest
from tests.factories import requests as stories
from tests.factories.requests import Cast
from workflow.history import broken_files
from workflow.models import Event

pytestmark = pytest.mark.django_db


def in_database(statement, *values):
    """Run a statement past the portal."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def broken():
    """The rank of the first wrong line of each file whose history is not as it was written."""
    return [rank for _file, rank in broken_files(ChangeRequest.objects.all())]


@pytest.fixture
def lines():
    """The two lines of a request just sent, without the messages that hold the last one."""
    file = stories.sent(Cast())
    file.events.last().outgoing_messages.all().delete()
    return list(file.events.order_by("sequence"))


def test_a_history_is_as_it_was_written(lines):
    assert (len(lines), broken()) == (2, [])


def test_a_changed_line_shows(lines):
    in_database("UPDATE workflow_event SET reason = 'Autre' WHERE id = %s", lines[0].pk)

    assert broken() == [1]


def test_the_last_line_cut_off_shows(lines):
    in_database("DELETE FROM workflow_event WHERE id = %s", lines[1].pk)

    assert broken() == [2]


def test_the_last_line_cut_off_shows_although_the_file_was_given_the_seal_before(lines):
    first, last = lines
    in_database("DELETE FROM workflow_event WHERE id = %s", last.pk)
    in_database(
        "UPDATE requests_app_changerequest SET history_length = %s, history_seal = %s WHERE id = %s",
        first.sequence,
        first.seal,
        first.change_request_id,
    )

    assert (Event.objects.count(), broken()) == (1, [2])
