"""Seals with the first key what the storage of documents holds under another one, or under none."""

from collections import Counter

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from documents import previews, vault
from documents.errors import Unopened
from documents.models import StoredFile
from documents.orphans import batches_of_keys


class Command(BaseCommand):
    """`manage.py reseal_documents`: safe to break off, to run again, and while the portal serves."""

    help = "Seal with the first of DOCUMENTS_KEYS what another key holds, or none."

    def add_arguments(self, parser):
        """Let an operator look before anything is written."""
        parser.add_argument("--check", action="store_true", help="only say how many files each key holds")

    def handle(self, *, check, **options):
        """Seal what is due, then say how many files each key holds; an error when one of them does not open."""
        if not settings.DOCUMENTS_KEYS:
            raise CommandError("DOCUMENTS_KEYS is empty: there is no key to seal with.")
        held, shut = Counter(), []
        for place in places():
            try:
                held[sealed_by(place) if check else resealed(place)] += 1
            except FileNotFoundError:
                continue  # removed since it was listed
            except Unopened as error:
                shut.append(place)
                self.stderr.write(str(error))
        for name in vault.known_keys():
            self.stdout.write(f"key {name.hex()}: {held.pop(name, 0)} file(s)")
        self.stdout.write(f"no key: {held.pop(None, 0)} file(s)")
        for name, number in held.items():
            self.stdout.write(f"key {name.hex()}, which DOCUMENTS_KEYS does not give: {number} file(s)")
        if shut or held:
            raise CommandError(f"{len(shut) + held.total()} file(s) cannot be opened.")
        if not check:
            previews.try_sealed_again()


def places():
    """The key of each file in the storage."""
    for keys in batches_of_keys(storage()):
        yield from keys


def sealed_by(place):
    """The name of the key that holds a file, None when none does."""
    seal = storage().seal(place)
    return seal.key_name if seal else None


def resealed(place):
    """Seal a file with the first key unless it is; returns the name of that key."""
    first, *_others = vault.known_keys()
    if sealed_by(place) != first:
        storage().reseal(place)
    return first


def storage():
    """Where the documents are."""
    return StoredFile._meta.get_field("content").storage
