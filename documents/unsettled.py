"""Bytes whose row is not committed yet.

A database takes a row back when its transaction fails; nobody takes the bytes back. Django tells of commits and
never of rollbacks, so each thread remembers what it stored, forgets it at the commit, and what is still
remembered when a request or a task ends is asked of the database and deleted when no row came of it.
"""

import threading
from functools import partial

from django.db import transaction

from documents.models import StoredFile


class Unsettled(threading.local):
    """The keys of this thread's stored files that no commit has confirmed, by identifier."""

    def __init__(self):
        self.keys = {}


unsettled = Unsettled()


def watch(stored):
    """Remember a stored file until its transaction commits."""
    unsettled.keys[stored.pk] = stored.content.name
    transaction.on_commit(partial(unsettled.keys.pop, stored.pk, None), robust=True)


def settle(**signal):
    """Delete the bytes this thread stored for rows that were rolled back; nothing while a transaction runs.

    Takes whatever a signal sends along. A crash before it leaves the bytes to `clean_orphans`.
    """
    if not unsettled.keys or transaction.get_connection().in_atomic_block:
        return
    keys, unsettled.keys = unsettled.keys, {}
    # Asked, not supposed: a commit whose callbacks were lost is still a commit.
    kept = set(StoredFile.objects.filter(pk__in=keys).values_list("pk", flat=True))
    storage = StoredFile._meta.get_field("content").storage
    for pk, key in keys.items():
        if pk not in kept:
            storage.delete(key)
