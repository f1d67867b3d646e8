"""Files wait for ClamAV's verdict, and an infected one is never handed out."""

import shutil
import socketserver
import struct
import subprocess
import threading

import pytest
from django.core.files.base import ContentFile

from documents import quarantine, services, serving, tasks
from documents.errors import Held
from documents.models import Preview, Scan, StoredFile
from tests.factories.accounts import UserFactory
from tests.processes import wait_for

pytestmark = pytest.mark.django_db
State = Scan.State
# The file that every scanner knows, in two parts so that none takes this one for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Daemon(socketserver.ThreadingUnixStreamServer):
    """What ClamAV's daemon does with INSTREAM, whose only signature is EICAR's."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            assert self.rfile.read(10) == b"zINSTREAM\0"
            body = b""
            while size := struct.unpack(">I", self.rfile.read(4))[0]:
                body += self.rfile.read(size)
            answer = b"stream: Eicar-Test FOUND" if EICAR in body else b"stream: OK"
            self.wfile.write((self.server.answer or answer) + b"\0")

    answer = b""

    def __init__(self, path):
        super().__init__(str(path), self.Handler)


@pytest.fixture
def daemon(settings, tmp_path):
    """A daemon that listens where the setting says."""
    settings.CLAMD = str(tmp_path / "clamd.ctl")
    server = Daemon(settings.CLAMD)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def stored(body=b"Une note.\n", name="note.txt"):
    """A file that was just handed over, as the database has it."""
    pk = services.store(ContentFile(body, name=name), actor=UserFactory(support=True)).pk
    return StoredFile.objects.select_related("scan").get(pk=pk)


def verdict(file):
    """The file once the worker has asked for its verdict."""
    quarantine.scan(file.scan.pk)
    return StoredFile.objects.select_related("scan").get(pk=file.pk)


def test_without_the_setting_nothing_is_held(folder):
    assert stored().quarantine is None
    assert not Scan.objects.exists()


def test_file_is_held_until_its_verdict_and_has_no_pages_before(place, daemon):
    file = stored()

    assert file.quarantine.state == State.WAITING
    assert services.preview_of(file) is None
    with pytest.raises(Held):
        serving.download(file)

    file = verdict(file)
    assert (file.quarantine, file.scan.state) == (None, State.CLEAN)
    assert services.preview_of(file).state == Preview.State.WAITING
    assert b"".join(serving.download(file)) == b"Une note.\n"


def test_infected_file_is_never_handed_out(place, daemon):
    file = verdict(stored(b"x" * 200_000 + EICAR))

    assert (file.scan.state, file.scan.signature) == (State.INFECTED, "Eicar-Test")
    for answer in (serving.download, serving.play):
        with pytest.raises(Held):
            answer(file)
    assert services.preview_of(file) is None
    assert quarantine.due() == []


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"stream: Can't allocate ERROR"])
def test_daemon_that_gives_no_verdict_releases_nothing(folder, daemon, answer):
    daemon.answer = answer

    file = verdict(stored())

    assert file.quarantine.state == State.WAITING
    assert quarantine.due() == [file.scan.pk]


@pytest.mark.parametrize("where", ["/nowhere/clamd.ctl", "127.0.0.1:1", "localhost:1"])
@pytest.mark.parametrize(("policy", "state"), [("hold", State.WAITING), ("release", State.RELEASED)])
def test_while_the_daemon_is_away_the_setting_says_what_becomes_of_files(
    folder, settings, where, policy, state
):
    settings.CLAMD, settings.CLAMD_AWAY = where, policy

    file = verdict(stored())

    assert (file.scan.state, file.quarantine is None) == (state, policy == "release")


def test_pages_are_made_once_a_file_is_released_and_the_sweep_asks_again(folder, daemon, monkeypatch):
    asked, scanned = [], []
    monkeypatch.setattr(tasks.make_preview, "delay", asked.append)
    monkeypatch.setattr(tasks.scan_file, "apply_async", lambda args, **options: scanned.extend(args))
    file = stored()

    tasks.sweep_scans()
    tasks.scan_file(file.scan.pk)
    tasks.scan_file(file.scan.pk)

    assert scanned == [file.scan.pk]
    assert asked == [Preview.objects.of(file).get().pk]


@pytest.fixture
def clamd(settings, tmp_path):
    """A real daemon, which knows EICAR's signature, written by hand, and no other."""
    database = tmp_path / "signatures"
    database.mkdir()
    (database / "eicar.ndb").write_text(f"Eicar-Signature:0:*:{EICAR.hex()}\n")
    settings.CLAMD = str(tmp_path / "real.ctl")
    (tmp_path / "clamd.conf").write_text(
        f"Foreground yes\nLocalSocket {settings.CLAMD}\nDatabaseDirectory {database}\nTemporaryDirectory {tmp_path}\n"
    )
    with (tmp_path / "clamd.log").open("w") as log:
        daemon = subprocess.Popen(
            [shutil.which("clamd", path="/usr/sbin:/usr/bin"), "--config-file", tmp_path / "clamd.conf"],
            stdout=log,
            stderr=log,
        )
        wait_for((tmp_path / "real.ctl").exists, (tmp_path / "clamd.log").read_text())
        yield
        daemon.terminate()
        daemon.wait(30)


@pytest.mark.long
def test_real_clamav_finds_what_it_has_a_signature_of_and_lets_the_rest_pass(folder, clamd):
    """Its own signatures are not here: this proves the plumbing, not what ClamAV detects."""
    assert verdict(stored(EICAR, "test.com")).scan.signature == "Eicar-Signature.UNOFFICIAL"
    assert verdict(stored()).scan.state == State.CLEAN
