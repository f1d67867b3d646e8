"""Runs a program under limits that it cannot lift, and ends it with whoever asked for it.

    python -I documents/launch.py MEMORY_BYTES CPU_SECONDS FILE_BYTES PROGRAM ARGUMENT…

A program of its own, since limits set between fork and exec in a worker of several threads may hang it. It leads the
group of all that it starts, and outlives a worker that is killed just long enough to end them.
"""

import ctypes
import os
import resource
import signal
import sys

OPEN_FILES = 512
# The system's word for "tell me when my parent is gone" (Linux; elsewhere nobody tells).
PARENT_IS_GONE = 1


def end_all(*_signal):
    """End the whole group, this process too."""
    os.killpg(0, signal.SIGKILL)


def main(memory, seconds, file_bytes, *command):
    """Set the limits, run `command` and return its code."""
    signal.signal(signal.SIGTERM, end_all)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_IS_GONE, signal.SIGTERM)
    limits = {
        resource.RLIMIT_AS: int(memory),
        resource.RLIMIT_CPU: int(seconds),
        resource.RLIMIT_FSIZE: int(file_bytes),
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in limits.items():
        _soft, hard = resource.getrlimit(kind)
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (limit, limit))
    os.nice(5)
    program = os.posix_spawnp(command[0], command, os.environ)
    return os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])


if __name__ == "__main__":
    sys.exit(abs(main(*sys.argv[1:])))
