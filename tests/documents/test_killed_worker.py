"""Real workers that die by kill -9 in the middle of their work: what they leave heals, and nothing stays behind."""

import subprocess
import sys
import tempfile
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from demo import sample_files
from documents import previews, tasks
from documents.models import Issued, Preview, PreviewPage
from documents.orphans import clean_orphans
from documents.services import store
from documents.workplace import clean_workplaces
from requests_app import making
from requests_app.models import Proof
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast
from tests.processes import wait_for

pytestmark = pytest.mark.processes


@pytest.fixture
def workplace(tmp_path):
    """The temporary folder of the worker's machine."""
    (tmp_path / "tmp").mkdir()
    return tmp_path / "tmp"


@pytest.fixture
def worker(house, folder, workplace):
    """A worker that keeps documents where the test does."""
    house.settings |= {"TMPDIR": workplace, "DOCUMENTS_DIR": folder.location}
    house.start_broker(house.choose_broker())
    return house.start_worker()


def programs_in(workplace):
    """The processes that work on something in a folder."""
    listed = subprocess.run(["ps", "-eo", "pid,args", "-ww"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if str(workplace) in line and "celery" not in line]


def test_a_conversion_whose_worker_is_killed_is_made_by_the_next_one(
    house, worker, folder, workplace, keys_in, monkeypatch
):
    name, body = sample_files.docx()
    stored = store(ContentFile(body, name=name), actor=UserFactory(support=True))
    preview = Preview.objects.get()
    house.call("documents.tasks.make_preview", preview.pk)
    wait_for(lambda: any("soffice" in line for line in programs_in(workplace)), "nothing is converted")

    house.kill(worker)

    preview.refresh_from_db()
    assert (preview.state, preview.attempts) == (Preview.State.CONVERTING, 1)
    wait_for(lambda: not programs_in(workplace), "what the worker had started goes on without it")
    assert list(workplace.iterdir()) != []
    with time_machine.travel(preview.lease_until + timedelta(seconds=1), tick=False):
        assert previews.sweep() == [preview.pk]
        tasks.make_preview(preview.pk)
    preview.refresh_from_db()
    assert (preview.state, preview.attempts, PreviewPage.objects.count()) == (Preview.State.READY, 2, 1)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        clean_orphans()
        monkeypatch.setattr(tempfile, "tempdir", str(workplace))
        assert clean_workplaces() == 1
    assert list(workplace.iterdir()) == []
    assert folder.exists(stored.content.name)
    assert len(keys_in(folder)) == 4


def test_a_proof_whose_worker_is_killed_is_made_once_by_the_next_one(house, worker, folder, keys_in):
    stories.specified(Cast())
    proof = Proof.objects.get()
    house.call("requests_app.tasks.make_proof", proof.pk)
    wait_for(lambda: Proof.objects.get().lease_until, "nobody makes the proof")

    house.kill(worker)

    proof.refresh_from_db()
    assert (proof.attempts, proof.issued, making.due(Proof)) == (1, None, [])
    with time_machine.travel(proof.lease_until + timedelta(seconds=1), tick=False):
        assert making.due(Proof) == [proof.pk]
        assert making.make_proof(proof.pk)
        assert making.make_proof(proof.pk) is None
    assert (Issued.objects.count(), Proof.objects.get().attempts) == (1, 2)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        clean_orphans()
    assert keys_in(folder) == {Issued.objects.get().file.content.name}


def test_programs_end_with_the_worker_that_is_killed(house, workplace):
    # A program that starts another, as LibreOffice does, and neither of which ever ends.
    forever = f"import subprocess as s, sys; s.run([sys.executable, '-c', 'import time; time.sleep(600)', '{workplace}'])"
    run = f"confinement.run([sys.executable, '-c', {forever!r}], folder={str(workplace)!r}, seconds=600)"
    house.settings["DJANGO_SETTINGS_MODULE"] = "cdc_portal.settings"
    worker = house.start(
        sys.executable, "-c", f"import django, sys; django.setup(); from documents import confinement; {run}"
    )
    wait_for(lambda: len(asleep(workplace)) == 1, "nothing runs")

    house.kill(worker)

    wait_for(lambda: not asleep(workplace), "the program goes on without its worker", seconds=5)


def asleep(workplace):
    """The processes that a program has started in a folder."""
    return [
        line for line in programs_in(workplace) if line.split(maxsplit=2)[2].startswith("-c import time;")
    ]
