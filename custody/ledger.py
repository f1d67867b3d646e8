"""The ledger of erasures outside of the database: written to a file, and read again after a backup was restored.

A restored backup brings erased people back. The file tells whom to erase again without saying who they were: each
line bears an HMAC over what never changes in the person's row, under the key that seals the history.
"""

import hashlib
import hmac
import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.timezone import is_aware

from accounts.models import User
from custody.models import Erasure

SALT = "custody.erasure"


class NotALedger(Exception):
    """The file is not one that `write` has written; the text says what is wrong with it."""


@dataclass(frozen=True)
class Line:
    """An erasure as the file tells it; `erased_by` is the key of the administrator, or None."""

    pseudonym: str
    mark: str
    erased_at: datetime
    erased_by: int | None


def mark_of(person):
    """What a row is recognised by, in this database and in every backup of it, whatever address it had then."""
    # Whole seconds: not every way to make a backup keeps more.
    row = f"{SALT} {person.pk} {int(person.date_joined.timestamp())}"
    return hmac.new(settings.HISTORY_KEY.encode(), row.encode(), hashlib.sha256).hexdigest()


def write(path):
    """Write every erasure to the file at `path`, in whose place it comes as a whole. Returns how many there are."""
    lines = list(
        Erasure.objects.order_by("erased_at", "pk").values("pseudonym", "mark", "erased_at", "erased_by")
    )
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        json.dump(lines, file, cls=DjangoJSONEncoder, indent=1)
    os.replace(file.name, path)
    return len(lines)


def read(path):
    """The `Line`s of the file at `path`. Raises `NotALedger`, or OSError when it cannot be opened."""
    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"))
        return [_line(**row) for row in rows]
    except (ValueError, TypeError, AttributeError) as error:
        raise NotALedger(f"{path} is not a ledger of erasures: {error}") from error


def erased_again(lines):
    """Of `lines`, those whose person is here and not erased: pairs of a `Line` and the person."""
    people = {mark_of(person): person for person in User.objects.not_erased().order_by("pk").iterator()}
    return [(line, people[line.mark]) for line in lines if line.mark in people]


def _line(*, pseudonym, mark, erased_at, erased_by):
    moment = datetime.fromisoformat(erased_at)
    if not is_aware(moment) or not isinstance(pseudonym, str) or not isinstance(erased_by, int | None):
        raise ValueError(f"the line of {pseudonym!r}")
    return Line(pseudonym, mark, moment, erased_by)
