"""The seal of the history: each line's HMAC covers the line before, and the file keeps a seal of the last one.

Whoever changes, inserts, reorders or removes a line in the database without `HISTORY_KEY`, be it the last
one, cannot make the chain true again; a restored older copy of the whole database is true to itself and is
not detected.
"""

import hashlib
import hmac
import json

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from workflow.models import Event


def seal_of(event, previous):
    """The seal of `event` after `previous`, the file's `head_of` the line before (empty for the first)."""
    line = [
        event.change_request_id,
        event.sequence,
        event.name,
        event.actor_id,
        event.at.timestamp(),
        event.from_step,
        event.to_step,
        event.reason,
        event.data,
        previous,
    ]
    return _keyed(
        json.dumps(line, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    )


def head_of(seal):
    """What the file keeps of its last line, sealed `seal`; the next line covers it.

    No row holds it for an earlier line: whoever cuts lines off the end cannot tell what to put in its place.
    """
    return _keyed(f"head {seal}")


def broken_files(files):
    """Yield `(file, rank)` for each of `files` whose history is not as it was written.

    `files` is a queryset of change requests; `rank` is the first line that is wrong or missing.
    """
    for file in files.order_by("pk").iterator():
        previous, rank = "", 0
        lines = Event.objects.filter(change_request=file).order_by("sequence")
        for rank, event in enumerate(lines.iterator(), 1):
            if event.sequence != rank or not hmac.compare_digest(event.seal, seal_of(event, previous)):
                yield file, rank
                break
            previous = head_of(event.seal)
        else:
            if (rank, previous) != (file.history_length, file.history_seal):
                yield file, rank + 1


def _keyed(text):
    return hmac.new(settings.HISTORY_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
