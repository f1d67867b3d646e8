"""Start the whole portal with one command and stop it with Ctrl-C: `python -m cdc_portal.supervisor`.

Broker (when one is to be started), preparation (catalogues, migrations, demo data), task worker, beat, web
server. Nothing is restarted in silence: when one of them ends, the supervisor says so, stops the others and
ends with an error.
"""

import ctypes
import fcntl
import os
import selectors
import signal
import socket
import subprocess
import sys
import time

from django.conf import settings

from cdc_portal import brokers, serve

START_SECONDS = 60
STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Somebody asked the supervisor to stop."""


class Ended(Exception):
    """A process of the portal ended by itself, or never came up."""


class Supervisor:
    """Owns the processes of one installation, in the order in which they start."""

    def __init__(self, broker, environment):
        self.broker = broker
        self.environment = environment
        self.processes = {}
        self.pipes = selectors.DefaultSelector()

    def run(self):
        """Start everything and watch it. Returns the exit code."""
        code = 0
        try:
            self.start_all()
            self.watch()
        except Stopped:
            say("stopping…")
        except Ended as ended:
            say(f"{ended}; stopping the others.")
            code = 1
        finally:
            # From here on a second Ctrl-C must not leave processes behind.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            self.stop_all()
        return code

    def start_all(self):
        """Start the processes, each when what it needs is there, and say where the portal is."""
        say(f"broker: {self.describe_broker()}")
        if self.broker.program:
            folder = settings.VAR_DIR / "broker"
            folder.mkdir(exist_ok=True)
            self.start("broker", self.broker.command(folder))
            self.wait_until(
                lambda: brokers.running(settings.VAR_DIR),
                f"the broker does not answer; see {folder}/broker.log",
            )
        self.finish("prepare", manage("prepare"))
        self.start("worker", serve.worker_command())
        self.start("beat", serve.beat_command())
        self.start("web", serve.web_command())
        self.wait_until(serve.web_is_healthy, "the web server does not answer")
        if settings.DEMO:
            self.finish("demo", manage("load_demo", "--accounts"))
        say(f"ready: {settings.PORTAL_URL}/ (Ctrl-C stops everything)")

    def describe_broker(self):
        """The choice in words, without an address that may hold a password."""
        return {
            brokers.GIVEN: "the one of REDIS_URL",
            brokers.SYSTEM: f"{self.broker.program} of the system",
            brokers.WHEEL: "the Valkey server of the wheel",
            brokers.FILES: "files (slower; no Redis or Valkey server was found)",
        }[self.broker.kind]

    def start(self, name, command):
        """Start one process whose output is shown line by line under its name."""
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Its own session, so that Ctrl-C reaches the supervisor alone and the order of stopping holds.
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        os.set_blocking(process.stdout.fileno(), False)
        self.processes[name] = process
        self.pipes.register(process.stdout, selectors.EVENT_READ, Lines(name))
        return process

    def finish(self, name, command):
        """Run a process that ends by itself; raise Ended when it fails."""
        process = self.start(name, command)
        while process.poll() is None:
            self.print_output(0.1)
        self.print_output(0)
        del self.processes[name]
        if process.returncode:
            raise Ended(f"{name} failed with code {process.returncode}")

    def wait_until(self, condition, complaint):
        """Wait for `condition`, showing output meanwhile; raise Ended when it takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            self.check_alive()
            if time.monotonic() > deadline:
                raise Ended(complaint)
            self.print_output(0.1)

    def watch(self):
        """Show output until a process ends or a signal comes."""
        while True:
            self.print_output(0.5)
            self.check_alive()

    def check_alive(self):
        """Raise Ended for the first process that is not running any more."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                self.print_output(0)
                raise Ended(f"{name} ended with code {process.returncode}")

    def print_output(self, timeout):
        """Print what the processes have said, for at most `timeout` seconds of waiting."""
        for key, _mask in self.pipes.select(timeout):
            data = key.fileobj.read()
            if data:
                key.data.add(data)
            elif data == b"":
                key.data.close()
                self.pipes.unregister(key.fileobj)
                key.fileobj.close()

    def stop_all(self):
        """Stop the processes, last started first, each given time to end what it has begun."""
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                process.terminate()
                self.await_end(process)
        self.print_output(0)

    def await_end(self, process):
        """Wait for one process, and end it the hard way when it does not stop."""
        deadline = time.monotonic() + STOP_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            self.print_output(0.1)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Lines:
    """Puts a process's name before each whole line of its output."""

    def __init__(self, name):
        self.name = name
        self.rest = b""

    def add(self, data):
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            say(line.decode(errors="replace"), name=self.name)

    def close(self):
        if self.rest:
            self.add(b"\n")


def say(text, name="portal"):
    """One line on standard output."""
    print(f"{name:>7} | {text}", flush=True)  # noqa: T201


def end_with_parent():
    """Ask the kernel to end this process when its supervisor is killed without a chance to do so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def manage(*arguments):
    """The command line of a management command."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


def port_is_free(host, port):
    """Whether the web server can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def stop(number, frame):
    """Signal handler: leave what is being done and stop."""
    raise Stopped


def main():
    """Run the portal until it is stopped. Returns the exit code: 0 asked to stop, 1 something ended, 2 cannot start."""
    with open(settings.VAR_DIR / "supervisor.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"the portal already runs from {settings.VAR_DIR}")
            return 2
        if not port_is_free(settings.HOST, settings.PORT):
            say(
                f"{settings.HOST}:{settings.PORT} is taken or not to be had. Another port: make run PORT=8001"
            )
            return 2
        try:
            broker = brokers.choose(
                settings.VAR_DIR,
                given=os.environ.get("REDIS_URL", ""),
                wanted=os.environ.get("PORTAL_BROKER", ""),
            )
        except LookupError as error:
            say(str(error))
            return 2
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        environment = os.environ | {
            "REDIS_URL": broker.url,
            "PYTHONUNBUFFERED": "1",
            # Eight lines that would push the demo's accounts out of sight wherever root tries it.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }
        return Supervisor(broker, environment).run()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdc_portal.settings")
    sys.exit(main())
