"""Start what docker-compose.yml starts, by hand, with its settings: `python tools/trial.py`.

No container engine is needed: the same commands in the same order, the settings of compose with the
addresses of this machine's PostgreSQL and Redis (see tools/services.py), a local SMTP server and a local
S3-compatible store, two workers as `--scale worker=2` would. Ends with 0 when each health check passes.
"""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from moto.server import ThreadedMotoServer

ROOT = Path(__file__).resolve().parent.parent
HEALTH_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(services, folder, *, mail_port, store_port):
    """Compose's settings for the portal's services, with the addresses of this machine."""
    port = free_port()
    settings = dict(services["web"]["environment"])
    settings |= {
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "MAIL_FROM": "portail@portail.example",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PORTAL_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DOCUMENTS_S3_BUCKET": "documents",
        "DOCUMENTS_S3_ENDPOINT": f"http://127.0.0.1:{store_port}",
        "DOCUMENTS_S3_REGION": "us-east-1",
        "DOCUMENTS_S3_ACCESS_KEY": secrets.token_hex(8),
        "DOCUMENTS_S3_SECRET_KEY": secrets.token_hex(16),
        # What compose reads from its env file.
        "SECRET_KEY": secrets.token_hex(32),
        "HISTORY_KEY": secrets.token_hex(32),
        # What a container has of its own.
        "VAR_DIR": str(folder),
        "ENV_FILE": os.devnull,
        "PATH": os.environ["PATH"],
    }
    unset = [name for name, value in settings.items() if "${" in value]
    if unset:
        sys.exit(f"compose gives settings that the trial does not know: {', '.join(unset)}")
    return settings


def own(command):
    """A command of compose with the Python that runs this."""
    return [sys.executable, *command[1:]]


def main():
    """Start, ask, stop. Returns the exit code."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    mail = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    mail.start()
    store = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    store.start()
    started = []
    with tempfile.TemporaryDirectory(prefix="portal-trial-") as folder:
        settings = environment(services, folder, mail_port=mail.port, store_port=store.get_host_and_port()[1])

        def run(command):
            return subprocess.run(command, cwd=ROOT, env=settings, check=False).returncode

        try:
            if run([sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]):
                return 1
            if run(own(services["prepare"]["command"])):
                return 1
            for name in ["web", "worker", "worker", "beat"]:
                started.append(subprocess.Popen(own(services[name]["command"]), cwd=ROOT, env=settings))
            for name in ["web", "worker", "beat"]:
                check = own(services[name]["healthcheck"]["test"][1:])
                deadline = time.monotonic() + HEALTH_SECONDS
                while run(check):
                    if time.monotonic() > deadline:
                        print(f"trial: {name} is not healthy")
                        return 1
                    time.sleep(1)
                print(f"trial: {name} is healthy")
            return 0 if all(process.poll() is None for process in started) else 1
        finally:
            for process in reversed(started):
                process.terminate()
            for process in started:
                process.wait()
            mail.stop()
            store.stop()


if __name__ == "__main__":
    sys.exit(main())
