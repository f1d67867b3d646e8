"""Fingerprints, made a piece at a time so that memory does not grow with the file."""

import hashlib

from documents.storage import CHUNK


def sha256_of(file):
    """The SHA-256 of a binary file from its first byte, as 64 hexadecimal digits; leaves it at its start."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
