"""Bytes sealed at rest: AES-256-GCM by chunks, each file under a key of its own.

A sealed file begins with our mark, the name of the key it was sealed with, and a random salt; from that key and the
salt HKDF-SHA256 makes the key of this file alone, under which the number of a chunk serves as its nonce. Number, last
chunk or not, and the file's own key in the storage are bound to each chunk as associated data: chunks that are
changed, exchanged, left out or brought in from another file do not open. This is the shape of Tink's AES-GCM-HKDF
streaming; chunks are of one size, so that a stretch is read without what stands before it.
"""

import io
import os
import struct
from dataclasses import dataclass
from itertools import count

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.files.base import File

from documents.errors import Altered, KeyMissing

MARK = b"\x9fcdc-vault-1\r\n\x1a\n"
SALT_BYTES = 32
HEADER = struct.Struct(f"{len(MARK)}s8s{SALT_BYTES}s")
CHUNK = 64 * 1024
TAG_BYTES = 16
SEALED_CHUNK = CHUNK + TAG_BYTES
PLACE = struct.Struct(">Q?")


def derived(key, *, length, salt=None, info):
    """Bytes made of a key for one purpose, from which it cannot be told."""
    return HKDF(SHA256(), length=length, salt=salt, info=info).derive(key)


def name_of(key):
    """The name of a key (32 bytes) in headers and messages, as bytes; it gives nothing of the key away."""
    return derived(key, length=8, info=b"cdc-vault-1 name")


def known_keys():
    """The keys of the setting DOCUMENTS_KEYS by their names, the one that seals first."""
    given = [bytes.fromhex(key) for key in settings.DOCUMENTS_KEYS]
    return {name_of(key): key for key in given}


@dataclass(frozen=True)
class Seal:
    """How one file is sealed: by which key, with what salt, under which key of the storage."""

    key_name: bytes
    salt: bytes
    place: str
    # Of what the storage holds, header and tags included.
    sealed_size: int

    @property
    def chunks(self):
        """How many chunks there are: at least one, which is empty when the file is."""
        return max(-(-(self.sealed_size - HEADER.size) // SEALED_CHUNK), 1)

    @property
    def size(self):
        """How many bytes were sealed."""
        return self.sealed_size - HEADER.size - self.chunks * TAG_BYTES

    def start_of(self, index):
        """Where in the storage's bytes the chunk `index` begins."""
        return HEADER.size + index * SEALED_CHUNK

    def around(self, start, stop):
        """Where the chunks begin and end that hold the clear bytes from `start` to before `stop`."""
        return self.start_of(start // CHUNK), min(self.start_of(-(-stop // CHUNK)), self.sealed_size)

    def cipher(self):
        """The cipher of this file; raises `KeyMissing` when the settings do not give its key."""
        key = known_keys().get(self.key_name)
        if key is None:
            raise KeyMissing(self.place, self.key_name.hex())
        return cipher_of(key, self.salt)

    def bound(self, index):
        """What is bound to the chunk `index`."""
        return bound(self.place, index, is_last=index == self.chunks - 1)


def cipher_of(key, salt):
    """The cipher of the one file that has this salt."""
    return AESGCM(derived(key, length=32, salt=salt, info=b"cdc-vault-1 file"))


def bound(place, index, *, is_last):
    """The associated data of a chunk."""
    return PLACE.pack(index, is_last) + place.encode()


def nonce_of(index):
    """The nonce of a chunk: never used twice, since a file's key seals that file alone."""
    return index.to_bytes(12)


def seal_of(head, sealed_size, place):
    """The `Seal` of a file from its first bytes; None when it lies there as it was handed over."""
    if len(head) < HEADER.size or not head.startswith(MARK):
        return None
    _mark, key_name, salt = HEADER.unpack(head[: HEADER.size])
    return Seal(key_name, salt, place, sealed_size)


def seal_in(file, place):
    """The `Seal` of a file, None when it has none; leaves it where the bytes begin that were handed over."""
    head = file.read(HEADER.size)
    file.seek(0, os.SEEK_END)
    seal = seal_of(head, file.tell(), place)
    file.seek(0 if seal is None else seal.start_of(0))
    return seal


class Sealed(io.RawIOBase):
    """The sealed bytes of `pieces` (clear ones, of any length) for `place`, read once from their start."""

    def __init__(self, pieces, place):
        super().__init__()
        self.pieces = sealed(pieces, place)
        self.left = b""

    def readable(self):
        """Always."""
        return True

    def readinto(self, buffer):
        """Fill `buffer` as far as the chunk goes on that comes next."""
        self.left = self.left or next(self.pieces, b"")
        piece, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def sealed_file(pieces, place):
    """The sealed bytes of `pieces` for `place` as a Django file."""
    return File(io.BufferedReader(Sealed(pieces, place), CHUNK), place)


def sealed(pieces, place):
    """The header, then each chunk of `pieces` as it is stored at `place`, sealed by the first of our keys."""
    name, key = next(iter(known_keys().items()))
    salt = os.urandom(SALT_BYTES)
    cipher = cipher_of(key, salt)
    yield HEADER.pack(MARK, name, salt)
    waiting = bytearray()
    numbers = count()
    for piece in pieces:
        waiting += piece
        # One chunk stays back, since the last one says that it is.
        while len(waiting) > CHUNK:
            yield sealed_chunk(cipher, waiting[:CHUNK], place, next(numbers), is_last=False)
            del waiting[:CHUNK]
    yield sealed_chunk(cipher, waiting, place, next(numbers), is_last=True)


def sealed_chunk(cipher, clear, place, index, *, is_last):
    """One chunk as it is stored."""
    return cipher.encrypt(nonce_of(index), bytes(clear), bound(place, index, is_last=is_last))


class Opened(io.RawIOBase):
    """The clear bytes of a sealed file, from `start` on; raises `Altered` where they are not what was sealed.

    `source` gives the storage's bytes from the chunk on that holds `start`; it is moved only when somebody moves this.
    """

    def __init__(self, source, seal, start=0):
        super().__init__()
        self.source = source
        self.seal = seal
        self.cipher = seal.cipher()
        self.position = start
        self.coming = start // CHUNK
        self.held = None
        self.clear = b""

    def readable(self):
        """Always."""
        return True

    def seekable(self):
        """Whether the source is."""
        return self.source.seekable()

    def tell(self):
        """Where the next byte is read."""
        return self.position

    def seek(self, offset, whence=os.SEEK_SET):
        """Go to a place among the clear bytes."""
        self.position = max(offset + (0, self.position, self.seal.size)[whence], 0)
        return self.position

    def readinto(self, buffer):
        """Fill `buffer` as far as the chunk goes on that holds the next byte."""
        if self.position >= self.seal.size:
            return 0
        index, offset = divmod(self.position, CHUNK)
        if index != self.held:
            self.clear, self.held = self.chunk(index), index
        piece = self.clear[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self.position += len(piece)
        return len(piece)

    def chunk(self, index):
        """The clear bytes of a chunk."""
        if index != self.coming:
            self.source.seek(self.seal.start_of(index))
        self.coming = index + 1
        try:
            return self.cipher.decrypt(
                nonce_of(index), exactly(self.source, SEALED_CHUNK), self.seal.bound(index)
            )
        except InvalidTag as error:
            raise Altered(self.seal.place) from error

    def close(self):
        """Let go of the source too."""
        self.source.close()
        super().close()


def exactly(source, size):
    """`size` bytes of a source that may give fewer at a time; fewer at its end alone."""
    parts = []
    while size and (part := source.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
