"""Real processes of the portal for tests: a broker, workers, beat, a web server, on the test's own database.

    def test_something(house, transactional_db):
        house.start_broker(house.choose_broker())
        worker = house.start_worker()
        house.call("notifications.tasks.send_message", message.pk)
        wait_for(lambda: house.mail(), "no mail")
        house.kill(worker)

Use with `transactional_db`: another process sees only what is committed. The `house` fixture ends what a
test has started.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from cdc_portal import brokers

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 30


def wait_for(condition, complaint, seconds=WAIT_SECONDS):
    """Wait until `condition()` is true and return what it returned; fail with `complaint` when it never is."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(complaint)
        time.sleep(0.05)
    return found


def free_port():
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server_program():
    """A Redis or Valkey server of this machine: the system's, or the wheel's."""
    return brokers.choose(Path("/tmp")).program


def database_url():
    """The address of the database that the test itself uses."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(database['NAME']))}"
    user, password, host = (quote(str(database[key] or ""), safe="") for key in ("USER", "PASSWORD", "HOST"))
    credentials = f"{user}:{password}@" if password else f"{user}@" if user else ""
    return f"postgres://{credentials}{host}:{database['PORT'] or 5432}/{database['NAME']}"


class House:
    """One installation in demo mode: its run-time folder, its environment, its processes."""

    def __init__(self, folder, **settings):
        self.var = Path(folder)
        self.broker = brokers.Broker(brokers.FILES)
        self.settings = settings
        self.processes = []

    @property
    def environment(self):
        """What its processes are started with. Nothing of the test's own settings reaches them."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "PORTAL_MODE": "demo",
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(self.var),
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.broker.url,
            "PYTHONUNBUFFERED": "1",
            "LOG_LEVEL": "INFO",
            "SWEEP_SECONDS": "1",
            **{name: str(value) for name, value in self.settings.items()},
        }

    def choose_broker(self, **choice):
        """The broker that the portal would choose here; `choice` as for `brokers.choose`."""
        return brokers.choose(self.var, **choice)

    def start_broker(self, broker):
        """Use `broker`, starting its server when it has one to start."""
        self.broker = broker
        if broker.program:
            folder = self.var / "broker"
            folder.mkdir(exist_ok=True)
            self.start(*broker.command(folder))
            wait_for(lambda: brokers.running(self.var), "the broker does not answer")
        return broker

    def start_server(self):
        """Start a server on a TCP port of its own, as somebody else would; returns its address."""
        port = free_port()
        folder = self.var / "server"
        folder.mkdir()
        self.start(server_program(), "--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", "")
        wait_for(lambda: is_listening(port), "the server does not answer")
        return f"redis://127.0.0.1:{port}/0"

    def start_worker(self, *options):
        """Start a task worker and return its process once it listens."""
        command = ["worker", "--pool", "threads", "--concurrency", 2, "--without-gossip", "--without-mingle"]
        worker = self.celery(*command, "--loglevel", "WARNING", *options)
        wait_for(lambda: "worker ready" in self.output(worker), "the worker is not ready")
        return worker

    def start_beat(self):
        """Start the process that asks for the sweep every second."""
        return self.celery("beat", "--pidfile=")

    def start_web(self, **settings):
        """Start the web server on a free port and return its address once its health page answers."""
        self.settings |= {"PORT": free_port(), "HOST": "127.0.0.1", **settings}
        port = self.settings["PORT"]
        server = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--blocking-threads", 4]
        self.start(sys.executable, "-m", "granian", *server, "cdc_portal.wsgi:application")
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: status_of(f"{address}/sante/") == 200, "the web server is not healthy")
        return address

    def call(self, task, *arguments):
        """Hand a task over from a process of its own, as a page does, and wait for it to be handed over."""
        self.run(
            sys.executable, "-m", "celery", "-A", "cdc_portal", "call", task, "--args", json.dumps(arguments)
        )

    def manage(self, *arguments):
        """Run a management command and return what it printed."""
        return self.run(sys.executable, ROOT / "manage.py", *arguments)

    def mail(self):
        """The files of the messages that left."""
        return sorted((self.var / "mail").glob("*.eml"))

    def celery(self, *arguments):
        """Start a Celery command."""
        return self.start(sys.executable, "-m", "celery", "-A", "cdc_portal", *arguments)

    def start(self, *command):
        """Start any process; its output goes to a file that `output` reads."""
        log = self.var / f"process-{len(self.processes)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process.log = log
        self.processes.append(process)
        return process

    def run(self, *command):
        """Run a command to its end and return its output; fail with that output when the command fails."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def output(self, process):
        """What a process has said so far."""
        return process.log.read_text(errors="replace")

    def kill(self, process):
        """End a process with -9, and whatever it has started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self):
        """End everything that is still running."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    self.kill(process)


def is_listening(port):
    """Whether something answers on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def status_of(url):
    """The status of a page, 0 when nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (urllib.error.URLError, OSError):
        return 0
