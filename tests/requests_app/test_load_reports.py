"""The load told to each lead at the start of a fortnight, and the same as a PDF."""

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pikepdf
import pytest
import time_machine
from django.test import Client

from notifications.models import OutgoingMessage
from planning.services import add_leave
from requests_app import load_reports, making, tasks
from requests_app.models import LoadReport
from requests_app.services.load_reports import tell_load
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from tests.pdf import ACCESSIBLE, broken_rules, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    """Monday 16 March 2026, the first working day of its fortnight."""
    with time_machine.travel(datetime(2026, 3, 16, 9, tzinfo=ZoneInfo("Europe/Paris")), tick=False) as clock:
        yield clock


def told():
    """Who was told the load, in order."""
    rows = OutgoingMessage.objects.filter(kind="load_told_for_lead").order_by("pk")
    return [row.address for row in rows]


def test_each_lead_is_told_once_a_fortnight_on_a_working_day(clock):
    lead, other = UserFactory(lead=True), UserFactory(lead=True, language="en")
    UserFactory(lead=True, is_active=False)
    UserFactory(developer=True)

    clock.move_to(datetime(2026, 3, 15, 9, tzinfo=ZoneInfo("Europe/Paris")))
    assert tell_load() == 0
    clock.move_to(datetime(2026, 3, 16, 9, tzinfo=ZoneInfo("Europe/Paris")))
    assert (tell_load(), tell_load()) == (2, 0)
    new = UserFactory(lead=True)
    assert tell_load() == 1
    clock.move_to(datetime(2026, 4, 1, 9, tzinfo=ZoneInfo("Europe/Paris")))
    assert tell_load() == 3

    assert told() == [person.email for person in (lead, other, new, lead, other, new)]


def test_message_says_the_hours_of_each_developer_and_who_has_too_much(clock, settings):
    settings.HOURS_PER_DAY = 8
    cast = Cast()
    file = stories.validated(cast)
    stories.split(file, cast)
    fresh(file).subtasks.update(forecast_end=date(2026, 3, 20))
    add_leave(cast.developer, first_day=date(2026, 3, 17), last_day=date(2026, 3, 31))

    tell_load()

    text = OutgoingMessage.objects.get(recipient=cast.lead, kind="load_told_for_lead").text
    assert str(cast.developer) in text
    assert "48 h sur 8 h (trop)" in text.replace("\u00a0", " ")
    assert "/charge/" in text


def test_worker_makes_the_pdf_that_its_lead_alone_finds_on_the_page_of_the_load(client, clock):
    cast = Cast()
    stories.split(stories.validated(cast), cast)
    tell_load()
    report = LoadReport.objects.get(reader=cast.lead)
    client.force_login(cast.lead)
    assert "en cours de préparation" in client.get("/charge/").text

    tasks.make_load_report(report.pk)
    tasks.make_load_report(report.pk)

    address = "/charge/rapports/2026-03-16/"
    assert f'href="{address}"' in client.get("/charge/").text
    response = client.get(address)
    content = b"".join(response.streaming_content)
    assert broken_rules(content, ACCESSIBLE) == []
    with pikepdf.open(io.BytesIO(content)) as made:
        assert str(cast.developer) in text_of(made)
    for person in (UserFactory(lead=True), cast.developer):
        other = Client()
        other.force_login(person)
        assert other.get(address).status_code == 404
    assert client.get("/charge/rapports/2026-02-30/").status_code == 404


def test_report_is_kept_longer_than_the_page_shows_it_and_then_let_go(client, clock):
    cast = Cast()
    stories.split(stories.validated(cast), cast)
    tell_load()
    report = LoadReport.objects.get(reader=cast.lead)
    load_reports.make(report.pk)

    for days, is_kept in ((199, True), (2, False)):
        clock.shift(timedelta(days=days))
        load_reports.let_go_of_old()
        report = LoadReport.objects.select_related("issued__file").get(pk=report.pk)
        assert report.is_ready == is_kept
    assert report.issued.sha256


def test_failure_is_noted_and_tried_again_by_the_sweep(client, clock, monkeypatch):
    cast = Cast()
    stories.split(stories.validated(cast), cast)
    tell_load()
    report = LoadReport.objects.get(reader=cast.lead)
    with monkeypatch.context() as broken:
        broken.setattr(load_reports, "pdf_of", lambda *args, **kwargs: 1 / 0)
        load_reports.make(report.pk)

    report.refresh_from_db()
    assert (report.is_waiting, report.error) == (True, "ZeroDivisionError")
    assert making.due(LoadReport) == []
    clock.shift(timedelta(minutes=2))
    assert making.due(LoadReport) == [report.pk]
    assert load_reports.make(report.pk)
