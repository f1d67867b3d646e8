"""What this room refuses."""

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A file that is not taken in; `message` says why and what would be, in the reader's language."""

    def __init__(self, message, *, name, code):
        super().__init__(message)
        self.message = message
        self.name = name
        self.code = code

    def __str__(self):
        return str(self.message)


class Immutable(Exception):
    """Somebody tried to change or delete what was stored."""

    def __str__(self):
        return str(_("A stored file is never changed; it is replaced by another one or removed as a whole."))


class Held(Exception):
    """A stored file that a scan for viruses holds is asked for."""


class Unreadable(Exception):
    """No pages can be made of a file; `failure` is one of `documents.models.Preview.Failure`."""

    def __init__(self, failure):
        super().__init__(failure)
        self.failure = failure


class Unopened(Exception):
    """Sealed bytes that the portal cannot open; `place` is their key in the storage. It concerns the operator alone."""

    def __init__(self, place):
        super().__init__(place)
        self.place = place


class KeyMissing(Unopened):
    """Bytes sealed with a key that the setting DOCUMENTS_KEYS does not give."""

    def __init__(self, place, key_name):
        super().__init__(place)
        self.key_name = key_name

    def __str__(self):
        return f"{self.place} is sealed with the key {self.key_name}, which DOCUMENTS_KEYS does not give"


class Altered(Unopened):
    """Bytes that are not those that were sealed in this place."""

    def __str__(self):
        return f"{self.place} is damaged: it is not what was sealed there"
