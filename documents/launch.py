"""Starts a program under limits that it cannot lift, then becomes that program.

    python -I documents/launch.py MEMORY_BYTES CPU_SECONDS FILE_BYTES PROGRAM ARGUMENT…

A program of its own, since limits set between fork and exec in a worker of several threads may hang it.
"""

import os
import resource
import sys

OPEN_FILES = 512


def main(memory, seconds, file_bytes, *command):
    """Set the limits and turn into `command`."""
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
    os.execvp(command[0], command)  # noqa: S606 the caller's own list, no shell


if __name__ == "__main__":
    main(*sys.argv[1:])
