"""The page that probes ask."""

import pytest
from django.db import DatabaseError, connection

from tests.processes import free_port

pytestmark = pytest.mark.django_db


def test_health_needs_no_sign_in(client):
    response = client.get("/sante/")

    assert (response.status_code, response.json()) == (200, {"database": "ok", "broker": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_health_says_that_the_broker_is_down(client, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    response = client.get("/sante/")

    assert (response.status_code, response.json()) == (503, {"database": "ok", "broker": "down"})


def test_health_says_that_the_folder_of_messages_is_gone(client, settings, tmp_path):
    settings.REDIS_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "gone")}

    assert client.get("/sante/").json()["broker"] == "down"


def test_health_says_that_the_database_is_down(client):
    def refuse(execute, sql, params, many, context):
        raise DatabaseError("gone")

    with connection.execute_wrapper(refuse):
        response = client.get("/sante/")

    assert (response.status_code, response.json()) == (503, {"database": "down", "broker": "ok"})


def test_health_answers_to_looking_alone(client):
    assert client.post("/sante/").status_code == 405
