"""The processes of an installation, one a container: `python -m cdc_portal.serve web|worker|beat`.

`python -m cdc_portal.serve health web|worker|beat` ends with 0 when that process of this container serves.
"""

import os
import socket
import sys
import time
import urllib.error
import urllib.request

from django.conf import settings

from cdc_portal.celery import app

EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def celery(*arguments):
    """The command line of a Celery command."""
    return [sys.executable, "-m", "celery", "--app", "cdc_portal", "--quiet", *arguments]


def worker_command():
    """The task worker. Threads: tasks wait for SMTP, storage and other programs, not for the processor."""
    command = celery("worker", "--pool", "threads", "--concurrency", str(settings.WORKER_THREADS))
    return [*command, "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]


def beat_command():
    """What asks for the sweep, again and again."""
    return celery("beat", "--pidfile=", "--loglevel", "WARNING")


def web_command():
    """The web server."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--log-level", "warning"]
    command += ["--host", settings.HOST, "--port", str(settings.PORT)]
    command += ["--workers", str(settings.WEB_WORKERS), "--blocking-threads", str(settings.WEB_THREADS)]
    return [*command, "cdc_portal.wsgi:application"]


def web_is_healthy():
    """Whether the health page of the web server of this machine answers that all is well."""
    host = EVERY_ADDRESS.get(settings.HOST, settings.HOST)
    host = f"[{host}]" if ":" in host else host
    # Under the name people type, since the portal answers to no other.
    name = settings.PORTAL_URL.partition("://")[2]
    request = urllib.request.Request(f"http://{host}:{settings.PORT}/sante/", headers={"Host": name})
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 the address is ours
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def worker_is_healthy():
    """Whether the worker of this machine answers through the broker."""
    return bool(app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=10))


def beat_is_healthy():
    """Whether beat has asked for something lately: it notes each time."""
    notes = settings.VAR_DIR.glob("beat-schedule*")
    age = time.time() - max((note.stat().st_mtime for note in notes), default=0)
    return age < 3 * settings.SWEEP_SECONDS + 60


COMMANDS = {"web": web_command, "worker": worker_command, "beat": beat_command}
HEALTH = {"web": web_is_healthy, "worker": worker_is_healthy, "beat": beat_is_healthy}


def main(arguments):
    """Become the process that is named, or ask after its health. Returns the exit code."""
    match arguments:
        case [name] if name in COMMANDS:
            command = COMMANDS[name]()
            # In place of this process, so that signals reach it.
            os.execv(command[0], command)  # noqa: S606
        case ["health", name] if name in HEALTH:
            return 0 if HEALTH[name]() else 1
    sys.stderr.write(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
