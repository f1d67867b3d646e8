"""One command starts the portal; Ctrl-C, or the end of any process, stops all of it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT, free_port, status_of, wait_for

pytestmark = pytest.mark.processes
START_SECONDS = 120


class Supervised:
    """A supervisor in demo mode with a folder of its own."""

    def __init__(self, folder, **settings):
        self.folder = folder
        self.port = free_port()
        self.log = folder / "supervisor.log"
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(folder / "var"),
            "PORT": str(self.port),
            **settings,
        }
        self.process = None

    def start(self):
        with self.log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cdc_portal.supervisor"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        return self

    def said(self):
        return self.log.read_text(errors="replace")

    def wait_until_ready(self):
        wait_for(
            lambda: "ready: " in self.said() or self.process.poll() is not None, "never ready", START_SECONDS
        )
        assert self.process.poll() is None, self.said()

    def wait_for_end(self):
        return self.process.wait(timeout=60)

    def alive(self):
        """The processes that belong to this folder, as (pid, command line)."""
        mark = f"VAR_DIR={self.folder / 'var'}".encode()
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (place / "environ").read_bytes().split(b"\0"):
                    found[int(place.name)] = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue  # it ended meanwhile, or is somebody else's
        return {pid: command for pid, command in found.items() if command}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A run-time folder as the first start leaves it, so that the tests' starts are second ones."""
    folder = tmp_path_factory.mktemp("loaded") / "var"
    subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "VAR_DIR": str(folder)},
        check=True,
        capture_output=True,
        timeout=300,
    )
    return folder


@pytest.fixture
def supervised(tmp_path, loaded):
    shutil.copytree(loaded, tmp_path / "var")
    started = []

    def start(**settings):
        started.append(Supervised(tmp_path, **settings).start())
        return started[-1]

    yield start
    for portal in started:
        if portal.process.poll() is None:
            portal.process.terminate()
            portal.wait_for_end()


@pytest.fixture
def portal(supervised):
    portal = supervised()
    portal.wait_until_ready()
    return portal


def test_start_serves_and_ctrl_c_stops_everything(portal, supervised):
    assert status_of(f"http://127.0.0.1:{portal.port}/sante/") == 200
    assert f"ready: http://127.0.0.1:{portal.port}/" in portal.said()
    assert "claire.morel@valmont.example" in portal.said()
    assert len(portal.alive()) >= 4

    portal.process.send_signal(signal.SIGINT)

    assert portal.wait_for_end() == 0
    assert portal.alive() == {}


def test_end_of_one_process_is_said_and_stops_the_others(portal):
    [worker] = [pid for pid, command in portal.alive().items() if " worker " in command]

    os.kill(worker, signal.SIGKILL)

    assert portal.wait_for_end() == 1
    assert "worker ended with code -9; stopping the others." in portal.said()
    assert portal.alive() == {}


def test_death_of_the_supervisor_leaves_no_process_behind(portal):
    portal.process.kill()

    wait_for(lambda: portal.alive() == {}, "processes were left behind", 60)


def test_second_start_from_one_folder_is_refused(portal, supervised):
    second = supervised()

    assert second.wait_for_end() == 2
    assert "already runs" in second.said()
    assert portal.process.poll() is None


def test_taken_port_is_said(supervised):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        portal = supervised(PORT=str(taken.getsockname()[1]))

        assert portal.wait_for_end() == 2

    assert re.search(r"127\.0\.0\.1:\d+ is taken", portal.said())


def test_broker_that_is_not_there_is_said(supervised):
    portal = supervised(PORTAL_BROKER="rabbit")

    assert portal.wait_for_end() == 2
    assert "PORTAL_BROKER=rabbit" in portal.said()
