"""Asking ClamAV's daemon about a file, by its INSTREAM command: https://docs.clamav.net/manual/Usage/Scanning.html."""

import socket
import struct

from django.conf import settings

SECONDS = 60
DEFAULT_PORT = 3310


class Away(Exception):
    """The daemon gave no verdict: it is not there, or it would not look at the file."""


def signature_in(chunks):
    """The name of what the daemon finds in the bytes of `chunks`, empty when it finds nothing. Raises `Away`."""
    try:
        with connection() as link:
            link.sendall(b"zINSTREAM\0")
            for chunk in chunks:
                link.sendall(struct.pack(">I", len(chunk)) + chunk)
            link.sendall(struct.pack(">I", 0))
            said = b"".join(iter(lambda: link.recv(4096), b"")).rstrip(b"\0").decode(errors="replace")
    except OSError as error:
        raise Away(type(error).__name__) from error
    if said == "stream: OK":
        return ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")
    raise Away(said)


def connection():
    """A socket to the daemon that the setting CLAMD names: a path, or a host and its port."""
    if settings.CLAMD.startswith("/"):
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(SECONDS)
        try:
            link.connect(settings.CLAMD)
        except OSError:
            link.close()
            raise
        return link
    host, _colon, port = settings.CLAMD.partition(":")
    return socket.create_connection((host, int(port or DEFAULT_PORT)), SECONDS)
