"""What a process that died left behind: bytes without a row, and uploads that were never wholly received."""

import logging
import re
from datetime import timedelta
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from documents import receiving
from documents.models import PreviewPage, StoredFile, Upload, UploadPart

logger = logging.getLogger(__name__)

OUR_KEYS = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
BATCH = 500
# Every column that holds keys of the storage.
HOLDERS = (
    (StoredFile, "content"),
    (PreviewPage, "picture"),
    (PreviewPage, "thumbnail"),
    (PreviewPage, "words"),
    (UploadPart, "content"),
)


def clean_orphans(*, older_than=timedelta(days=1)):
    """Delete bytes that no row knows and that have lain for `older_than`; returns how many files went."""
    limit = timezone.now() - older_than
    storage = StoredFile._meta.get_field("content").storage
    gone = 0
    for keys in batches_of_keys(storage):
        known = known_among(keys)
        for key in keys:
            if key not in known and storage.get_modified_time(key) < limit:
                storage.delete(key)
                gone += 1
    if gone:
        logger.warning("%s stored files without a row deleted", gone)
    return gone


def clean_uploads(*, older_than=timedelta(days=1)):
    """Delete what was received of uploads that broke off, once it has lain for `older_than`; returns how many went."""
    limit = timezone.now() - older_than
    left = [
        path
        for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")
        if path.stat().st_mtime < limit.timestamp()
    ]
    for path in left:
        path.unlink()
    broken_off = Upload.objects.filter(touched_at__lt=limit)
    for upload in broken_off:
        receiving.drop(upload)
    return len(left) + len(broken_off)


def known_among(keys):
    """Those of `keys` that a row holds."""
    return set(
        chain.from_iterable(
            model.objects.filter(**{f"{column}__in": keys}).values_list(column, flat=True)
            for model, column in HOLDERS
        )
    )


def batches_of_keys(storage):
    """The keys in the storage that have the form of ours, by lists of at most `BATCH`."""
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:
        return  # the folder is made with the first file
    for folder in folders:
        _folders, files = storage.listdir(folder)
        keys = [key for file in files if OUR_KEYS.fullmatch(key := f"{folder}/{file}")]
        for start in range(0, len(keys), BATCH):
            yield keys[start : start + BATCH]
