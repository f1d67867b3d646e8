"""Where the bytes are: a private folder or a private bucket, behind the alias "documents".

Both seal what they keep once the setting DOCUMENTS_KEYS gives a key, and open it on its way out (`documents.vault`).
"""

import io
import os
import uuid
from contextlib import closing

from boto3.s3.transfer import TransferConfig
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages
from storages.backends.s3 import S3Storage

from documents import vault

ALIAS = "documents"
CHUNK = 64 * 1024
NO_ADDRESS = "A stored document has no address of its own: serve it through documents.serving."


def meaningless_key(instance=None, name=None):
    """A key that tells nothing of the file: two letters to spread the folders, then a random UUID."""
    key = uuid.uuid4().hex
    return f"{key[:2]}/{key}"


class Stream:
    """A stretch of a stored file, given a piece at a time; whoever holds it closes it.

    The first piece is read at once, so that what cannot be opened is known before an answer begins.
    """

    def __init__(self, file, length):
        self.file = file
        self.left = length
        try:
            self.first = self.read()
        except BaseException:
            self.close()
            raise

    def __iter__(self):
        return self

    def __next__(self):
        piece, self.first = self.first or self.read(), b""
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def read(self):
        """The next piece; empty at the end."""
        piece = self.file.read(min(CHUNK, self.left)) if self.left else b""
        self.left -= len(piece)
        return piece

    def close(self):
        """Let go of the file or of the connection to the bucket."""
        self.file.close()


class Vault:
    """What both places share: bytes are sealed on their way in, if a key is set, and opened on their way out."""

    def url(self, name, parameters=None, expire=None, http_method=None):
        """Refuse: nobody reaches a document but through a view that asked who they are."""
        raise ValueError(NO_ADDRESS)

    def _save(self, name, content):
        if settings.DOCUMENTS_KEYS:
            content = vault.sealed_file(content.chunks(), name)
        return super()._save(name, content)

    def _open(self, name, mode="rb"):
        file = super()._open(name, mode)
        try:
            seal = vault.seal_in(file, name)
            return file if seal is None else File(io.BufferedReader(vault.Opened(file, seal)), name)
        except BaseException:
            file.close()
            raise

    def reseal(self, name):
        """Seal the bytes of `name` with the first key; readers get the old ones or the new ones, never a mixture.

        Safe to break off and to run twice. Raises `documents.errors.Unopened`, FileNotFoundError.
        """
        with closing(self.stream(name)) as pieces:
            self._replace(name, vault.sealed_file(pieces, name))


class PrivateFolder(Vault, FileSystemStorage):
    """A folder outside the web root, readable by the portal's own account alone."""

    def __init__(self, location=None):
        super().__init__(location=location, file_permissions_mode=0o600, directory_permissions_mode=0o700)

    def stream(self, name, start=0, stop=None):
        """A `Stream` of the bytes of `name` from `start` to before `stop`, or to the end.

        Raises FileNotFoundError, `documents.errors.Unopened`.
        """
        file = self.open(name)
        stop = file.size if stop is None else stop
        file.seek(start)
        return Stream(file, stop - start)

    def seal(self, name):
        """How the file is sealed, a `documents.vault.Seal`; None when it is not."""
        with FileSystemStorage._open(self, name) as file:
            return vault.seal_in(file, name)

    def _replace(self, name, content):
        # Under a key of its own until it is whole: what a crash leaves there is an orphan like any other.
        spare = FileSystemStorage._save(self, meaningless_key(), content)
        with open(self.path(spare), "rb") as written:
            os.fsync(written.fileno())
        os.replace(self.path(spare), self.path(name))


class PrivateBucket(Vault, S3Storage):
    """A bucket of an S3-compatible store that only the portal may read."""

    def get_default_settings(self):
        """Start from private objects that never replace one another."""
        return {
            **super().get_default_settings(),
            "default_acl": None,
            "file_overwrite": False,
            "gzip": False,
            # One part at a time: ten threads would hold ten parts of eight megabytes each.
            "transfer_config": TransferConfig(use_threads=False),
        }

    def get_object_parameters(self, name):
        """Give every object the same dull type: the one the browser declared is not to be trusted."""
        return {**super().get_object_parameters(name), "ContentType": "application/octet-stream"}

    def stream(self, name, start=0, stop=None):
        """A `Stream` of the bytes of `name` from `start` to before `stop`, or to the end.

        The bucket is asked for that stretch alone, where the library would first copy the whole object.
        Raises FileNotFoundError, `documents.errors.Unopened`.
        """
        while True:
            seal, size, version = self._head(name)
            stop = size if stop is None else stop
            if seal is None:
                answer = self._ask(name, start, stop)
            else:
                answer = self._ask(name, *seal.around(start, stop))
            # Sealed anew between the two questions: what is known of the first says nothing of the second.
            if answer["ETag"] == version:
                break
            answer["Body"].close()
        file = answer["Body"] if seal is None else vault.Opened(answer["Body"], seal, start)
        return Stream(file, stop - start)

    def seal(self, name):
        """How the object is sealed, a `documents.vault.Seal`; None when it is not."""
        return self._head(name)[0]

    def _head(self, name):
        """(the seal or None, how many clear bytes there are, the mark of this very version) of an object."""
        answer = self._ask(name, 0, vault.HEADER.size)
        with closing(answer["Body"]) as body:
            size = int(answer["ContentRange"].rpartition("/")[2])
            seal = vault.seal_of(body.read(), size, name)
        return seal, size if seal is None else seal.size, answer["ETag"]

    def _ask(self, name, start, stop):
        """The bucket's answer with its bytes of an object from `start` to before `stop`."""
        client = self.connection.meta.client
        try:
            return client.get_object(
                Bucket=self.bucket_name, Key=self._normalize_name(name), Range=f"bytes={start}-{stop - 1}"
            )
        except client.exceptions.NoSuchKey as error:
            raise FileNotFoundError(name) from error

    def _replace(self, name, content):
        # A bucket shows an object once it is whole.
        S3Storage._save(self, name, content)


def document_storage():
    """The storage of documents, as the settings say."""
    return storages[ALIAS]
