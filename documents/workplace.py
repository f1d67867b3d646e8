"""Folders in which the worker lets programs work on files, in the clear, for as long as they do."""

import logging
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

logger = logging.getLogger(__name__)

PREFIX = "portal-work-"


def workplace():
    """A folder that goes away with its context; it gives the path, as text."""
    return tempfile.TemporaryDirectory(prefix=PREFIX)


def clean_workplaces(*, older_than=timedelta(days=1)):
    """Delete the folders of workers that were killed, once they have lain for `older_than`; returns how many went."""
    limit = (timezone.now() - older_than).timestamp()
    left = [one for one in Path(tempfile.gettempdir()).glob(f"{PREFIX}*") if one.lstat().st_mtime < limit]
    for one in left:
        shutil.rmtree(one)
    if left:
        logger.warning("%s folders of killed workers deleted", len(left))
    return len(left)
