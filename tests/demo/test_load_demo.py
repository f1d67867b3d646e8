"""The demo data: loaded once, over every step, with what a real vendor meets."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.roles import Role
from demo import loader, people
from demo.scripts import SCRIPTS
from notifications.models import OutgoingMessage
from privacy.models import RegisterVersion, VersionState
from privacy.verdicts import Verdict
from requests_app.desk import Desk
from requests_app.models import Attachment, ChangeRequest, Check, Ruling, Subtask, TimeEntry
from workflow.history import broken_files
from workflow.steps import OPEN_STEPS, Step

pytestmark = pytest.mark.django_db


def test_the_demo_covers_every_step_role_and_twist_and_loads_once():
    assert loader.load() == len(SCRIPTS) >= 30
    assert loader.load() == 0

    steps = Counter(ChangeRequest.objects.values_list("step", flat=True))
    assert set(steps) == set(OPEN_STEPS) | {Step.CLOSED, Step.DECLINED, Step.CANCELLED}
    assert {role for person in User.objects.all() for role in person.roles} == set(Role)
    assert set(Ruling.objects.values_list("verdict", flat=True)) == set(Verdict)
    assert Check.objects.filter(is_passed=False).exists()
    assert len(set(Attachment.objects.values_list("file__media_type", flat=True))) >= 5
    assert set(OutgoingMessage.objects.values_list("state", flat=True)) == {"sent", "queued"}
    assert set(RegisterVersion.objects.values_list("state", flat=True)) == set(VersionState)
    assert set(TimeEntry.objects.values_list("subtask", flat=True)) == set(
        Subtask.objects.exclude(start_date=None).values_list("pk", flat=True)
    )
    # Whoever tries an account out finds work of several kinds on their desk.
    morning = Counter(item.act for item in Desk(User.objects.get(last_name="Benali")).items)
    assert morning == {"specify": 3, "send": 1, "take": 1}
    assert list(broken_files(ChangeRequest.objects.all())) == []


def test_the_accounts_are_listed_with_their_password():
    people.create()
    out = StringIO()
    call_command("load_demo", "--accounts", stdout=out)

    lines = out.getvalue().splitlines()
    assert people.PASSWORD in lines[0]
    assert len(lines) == 1 + len(people.PEOPLE)


def test_the_demo_never_loads_in_production(settings):
    settings.PORTAL_MODE = "production"
    with pytest.raises(CommandError):
        call_command("load_demo")
