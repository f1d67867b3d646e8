"""Running a program on a file that nobody trusts: no network, and bounds on memory, time and disk."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from django.conf import settings

LAUNCHER = Path(__file__).with_name("launch.py")
# A place where nobody listens, for whatever would go through a proxy.
NOWHERE = "http://127.0.0.1:9"
FILE_BYTES = 256 * 2**20


class TooSlow(Exception):
    """The program was still at work when its time was over; it and all that it started were ended."""


@cache
def without_network():
    """The words before a command that take its network away; none where the system does not let us."""
    command = ["unshare", "--map-root-user", "--net", "--"]
    if not shutil.which("unshare"):
        return []
    tried = subprocess.run([*command, "true"], capture_output=True, check=False)  # noqa: S603
    return command if tried.returncode == 0 else []


def run(command, *, folder, seconds, cwd=None):
    """Run `command` at home in `folder`; returns whether it ended well. Raises `TooSlow` after `seconds`."""
    limits = [settings.PREVIEW_MEMORY_BYTES, seconds, FILE_BYTES]
    process = subprocess.Popen(  # noqa: S603
        [*without_network(), sys.executable, "-I", LAUNCHER, *map(str, [*limits, *command])],
        cwd=cwd or folder,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "LANG": "C.UTF-8",
            "http_proxy": NOWHERE,
            "https_proxy": NOWHERE,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A group of its own, so that what it starts ends with it.
        start_new_session=True,
    )
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired as error:
        raise TooSlow from error
    finally:
        end_group(process)


def end_group(process):
    """End whatever is left of the process and of what it started."""
    with suppress(ProcessLookupError):  # nothing is left
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
