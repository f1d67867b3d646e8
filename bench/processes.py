"""The processes that a run starts, each ended by its own handle."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 60


def free_port():
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def seconds_used(pid):
    """The processor's time that a process and those under it have used, in seconds; 0 where nobody tells."""
    place = Path(f"/proc/{pid}")
    try:
        fields = (place / "stat").read_text().rpartition(")")[2].split()
        children = (place / "task" / str(pid) / "children").read_text().split()
    except FileNotFoundError:
        return 0.0
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(seconds_used(int(child)) for child in children)


class Processes:
    """What this run has started; leaving the context ends them all."""

    def __init__(self, folder):
        self.folder, self.started = Path(folder), []

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        for process in reversed(self.started):
            process.terminate()
        for process in self.started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, *command, **environment):
        """Start a command; what it says goes to a file of the run's folder."""
        with open(self.folder / f"log-{len(self.started)}", "wb") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.started.append(process)
        return process

    def answer_of(self, *command):
        """What a command says, once it has ended well."""
        answer = self.folder / "answer"
        with answer.open("wb") as said, open(self.folder / "log-answer", "wb") as log:
            done = subprocess.run(
                [str(part) for part in command],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=log,
                check=False,
            )
        if done.returncode:
            raise SystemExit((self.folder / "log-answer").read_text(errors="replace")[-2000:])
        return answer.read_text()

    def start_web(self, application, port, *, workers=2, threads=4, **environment):
        """Start the portal's web server for a WSGI application; returns its process once it listens."""
        process = self.start(
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--log-level", "warning"),
            *("--host", "127.0.0.1", "--port", port, "--workers", workers),
            *("--blocking-threads", threads, application),
            **environment,
        )
        self.wait_for_port(process, port)
        return process

    def start_broker(self, broker, folder):
        """Start the server of a broker (`cdc_portal.brokers`), where it has one, and wait for its socket."""
        if broker.program:
            folder.mkdir()
            process = self.start(*broker.command(folder))
            self.wait(process, broker.socket.exists, "the broker does not answer")

    def wait_for_port(self, process, port):
        """Wait until somebody listens on a port of this machine."""

        def listens():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        self.wait(process, listens, "the web server does not answer")

    def wait(self, process, condition, complaint):
        """Wait for a condition, no longer than the process that should bring it lives."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            if process.poll() is not None or time.monotonic() > deadline:
                log = (self.folder / f"log-{self.started.index(process)}").read_text(errors="replace")
                raise SystemExit(f"{complaint}:\n{log[-2000:]}")
            time.sleep(0.1)
