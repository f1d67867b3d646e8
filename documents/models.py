"""Stored files, none of which ever change, and the pages that are made of them to be read."""

import json
import uuid
from functools import cached_property
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.errors import Immutable
from documents.formats import kind_of, maker_of, plays_in_page
from documents.names import NAME_LENGTH
from documents.storage import document_storage, meaningless_key


class StoredFileQuerySet(models.QuerySet):
    """Reads and inserts only: what was stored stays what it was."""

    def update(self, **values):
        """Refuse: a stored file never changes."""
        raise Immutable

    def bulk_update(self, objs, fields, batch_size=None):
        """Refuse: a stored file never changes."""
        raise Immutable

    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        """Insert several rows; refuse to turn a conflict into a change."""
        if update_conflicts:
            raise Immutable
        return super().bulk_create(objs, *args, **kwargs)

    def delete(self):
        """Refuse: `documents.services.remove` takes row and bytes away together."""
        raise Immutable

    def released(self):
        """Those that no scan holds and whose bytes are kept."""
        return self.exclude(scan__state__in=Scan.HELD).filter(removal=None)


class StoredFile(models.Model):
    """Bytes that somebody handed over. The room that points at it says what it is and who may see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.FileField(_("content"), storage=document_storage, upload_to=meaningless_key, unique=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    size = models.PositiveBigIntegerField(_("size"))
    media_type = models.CharField(_("media type"), max_length=127)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    uploaded_at = models.DateTimeField(_("added on"), default=timezone.now, editable=False)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="stored_file_is_not_empty",
                condition=models.Q(size__gt=0),
                violation_error_message=_("A stored file is never empty."),
            ),
            models.CheckConstraint(
                name="stored_file_has_a_fingerprint",
                condition=Exact(Length("sha256"), 64),
                violation_error_message=_("A stored file has a SHA-256."),
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, force_update=False, update_fields=None, **kwargs):
        """Insert this row once; refuse every later change with `Immutable`."""
        if not self._state.adding or force_update or update_fields is not None:
            raise Immutable
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Refuse: `documents.services.remove` takes row and bytes away together."""
        raise Immutable

    @property
    def extension(self):
        """What follows the last dot of the name, in lower case, without the dot."""
        return PurePosixPath(self.name).suffix.lower().removeprefix(".")

    @property
    def kind(self):
        """The family: image, pdf, text, word, excel, powerpoint, archive, video, audio or other."""
        return kind_of(self.media_type)

    @property
    def has_pages(self):
        """Whether the portal makes pages of it, which are read without a download."""
        return bool(maker_of(self.media_type))

    @property
    def plays(self):
        """Whether browsers play it by themselves."""
        return plays_in_page(self.media_type)

    @property
    def quarantine(self):
        """The `Removal` or the `Scan`, waiting or infected, that holds it; None when it may be read."""
        removal, scan = getattr(self, "removal", None), getattr(self, "scan", None)
        return removal or (scan if scan is not None and scan.state in Scan.HELD else None)

    @property
    def opens_in_page(self):
        """Whether it is read, seen or heard in a page of the portal, without a download."""
        return self.has_pages or self.plays


class Scan(models.Model):
    """What ClamAV says of a stored file. A file without one was stored while no scan was asked for."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being checked for viruses")
        CLEAN = "clean", _("no virus found")
        INFECTED = "infected", _("infected")
        RELEASED = "released", _("not checked for viruses")

    HELD = (State.WAITING, State.INFECTED)
    is_removal = False

    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="scan")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    signature = models.CharField(_("signature"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("verdict on"), null=True)

    class Meta:
        verbose_name = _("scan for viruses")
        verbose_name_plural = _("scans for viruses")
        constraints = [
            models.CheckConstraint(
                name="scan_waits_without_a_verdict",
                condition=Q(state="waiting", ended_at=None) | ~Q(state="waiting") & Q(ended_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["id"], name="scan_due", condition=Q(state="waiting"))]

    def __str__(self):
        return f"{self.file_id} {self.state}"

    @property
    def is_infected(self):
        """Whether the file is never handed out again."""
        return self.state == self.State.INFECTED


class Removal(models.Model):
    """That the bytes of a stored file are gone. Its row stays: name and fingerprint are part of what happened."""

    is_infected = False
    is_removal = True

    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="removal")
    removed_at = models.DateTimeField(_("removed on"), default=timezone.now)

    class Meta:
        verbose_name = _("removal")
        verbose_name_plural = _("removals")

    def __str__(self):
        return str(self.file_id)

    def get_state_display(self):
        """Why there is nothing to read, as a `Scan` says it."""
        return _("removed once its period was over")


class PreviewQuerySet(models.QuerySet):
    def of(self, stored):
        """The pages made of a stored file's content, whichever file they were made of; at most one."""
        return self.filter(sha256=stored.sha256, media_type=stored.media_type)

    def due(self, now):
        """Those that wait, and those whose worker has died."""
        lost = Q(state=Preview.State.CONVERTING, lease_until__lte=now)
        return self.filter(lost | Q(state=Preview.State.WAITING)).order_by("asked_at", "pk")


class Preview(models.Model):
    """What the portal has made of a content to be read in its pages. Files of the same content share it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CONVERTING = "converting", _("being converted")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    class Failure(models.TextChoices):
        """Why there are no pages, in words for the reader."""

        NO_OFFICE = "no_office", _("The program that opens Office files is not installed on this portal.")
        PROTECTED = "protected", _("The file is protected by a password.")
        UNREADABLE = "unreadable", _("The file cannot be opened: it is damaged, protected, or too complex.")
        TOO_LARGE = "too_large", _("What the file unfolds to is too large to be shown.")
        TOO_SLOW = "too_slow", _("The file takes too long to be converted.")
        LOST = "lost", _("The content of the file is missing from the storage.")
        SEALED = (
            "sealed",
            _("The file is encrypted, and the portal could not open it. Tell its administrator."),
        )

    sha256 = models.CharField(_("SHA-256"), max_length=64)
    media_type = models.CharField(_("media type"), max_length=127)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    failure = models.CharField(_("failure"), max_length=10, choices=Failure, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    page_count = models.PositiveSmallIntegerField(_("pages"), default=0)
    is_partial = models.BooleanField(_("the first pages alone"), default=False)
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now)
    lease_until = models.DateTimeField(_("at work until"), null=True)

    objects = PreviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview")
        verbose_name_plural = _("previews")
        constraints = [
            models.UniqueConstraint(fields=["sha256", "media_type"], name="one_preview_of_a_content"),
            models.CheckConstraint(
                name="preview_at_work_has_a_lease",
                condition=Q(state="converting", lease_until__isnull=False)
                | ~Q(state="converting") & Q(lease_until=None),
            ),
            models.CheckConstraint(
                name="preview_failed_says_why",
                condition=Q(state="failed") & ~Q(failure="") | ~Q(state="failed") & Q(failure=""),
            ),
            models.CheckConstraint(
                name="preview_ready_has_pages",
                condition=Q(state="ready", page_count__gt=0) | ~Q(state="ready") & Q(page_count=0),
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], name="preview_due", condition=Q(state__in=["waiting", "converting"])
            )
        ]

    def __str__(self):
        return f"{self.sha256[:8]} {self.state}"

    @property
    def is_ready(self):
        """Whether its pages can be read."""
        return self.state == self.State.READY

    @property
    def has_failed(self):
        """Whether there will be no pages."""
        return self.state == self.State.FAILED


class PreviewPage(models.Model):
    """One page: a picture and where its text stands on it, or a text, or the rows of a table.

    Words lie in the storage as pictures do, since it seals what it keeps and a database does not.
    """

    preview = models.ForeignKey(Preview, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField(_("number"))
    picture = models.FileField(
        _("picture"), storage=document_storage, upload_to=meaningless_key, blank=True, db_index=True
    )
    thumbnail = models.FileField(
        _("thumbnail"), storage=document_storage, upload_to=meaningless_key, blank=True, db_index=True
    )
    width = models.PositiveIntegerField(_("width"), default=0)
    height = models.PositiveIntegerField(_("height"), default=0)
    # JSON: text, lines and rows; none for a page without a word.
    words = models.FileField(
        _("words"), storage=document_storage, upload_to=meaningless_key, blank=True, db_index=True
    )

    class Meta:
        verbose_name = _("page of a preview")
        verbose_name_plural = _("pages of previews")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["preview", "number"], name="one_page_of_a_number")]

    def __str__(self):
        return str(self.number)

    @cached_property
    def said(self):
        """What `words` holds; nothing when the storage has lost it."""
        if not self.words:
            return {}
        try:
            with self.words.open() as file:
                return json.load(file)
        except FileNotFoundError:
            return {}

    @property
    def text(self):
        """The text of the page."""
        return self.said.get("text", "")

    @property
    def lines(self):
        """Lines of text on the picture, as [start, top, width, height, text] in its own points."""
        return self.said.get("lines", [])

    @property
    def rows(self):
        """The rows of a table."""
        return self.said.get("rows", [])


class Upload(models.Model):
    """A file that arrives in parts, so that it goes on after a failed network. Nobody but its sender knows of it.

    `place` is the word of the room that receives it for what it is; `mark` is what the sender's browser says of the
    file, by which a sending that broke off is known again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    place = models.CharField(max_length=100)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    mark = models.CharField(max_length=40, blank=True)
    size = models.PositiveBigIntegerField(_("size"))
    received = models.PositiveBigIntegerField(default=0)
    # What it became: a sender whose last answer was lost asks again and learns it.
    stored = models.OneToOneField(StoredFile, models.SET_NULL, related_name="+", null=True)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("file being sent")
        verbose_name_plural = _("files being sent")
        constraints = [
            models.CheckConstraint(
                name="upload_receives_no_more_than_its_size", condition=Q(received__lte=models.F("size"))
            ),
        ]
        indexes = [models.Index(fields=["person", "place"], name="upload_of_a_person_in_a_place")]

    def __str__(self):
        return str(self.pk)

    @property
    def is_whole(self):
        """Whether all of it has arrived."""
        return self.received == self.size


class UploadPart(models.Model):
    """Bytes of an `Upload`, sealed as documents are."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    start = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    content = models.FileField(storage=document_storage, upload_to=meaningless_key, unique=True)

    class Meta:
        verbose_name = _("part of a file being sent")
        verbose_name_plural = _("parts of files being sent")
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="upload_one_part_at_a_place")]

    def __str__(self):
        return f"{self.upload_id} {self.start}"


class Issued(models.Model):
    """A document that the portal wrote itself: the code that it bears, its fingerprint, and its file while it is kept.

    Whoever holds a copy can ask by the code alone whether it is genuine, long after the file itself is gone.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    file = models.OneToOneField(StoredFile, models.SET_NULL, related_name="issued", null=True)
    issued_at = models.DateTimeField(_("issued on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        ordering = ["issued_at", "pk"]

    def __str__(self):
        return self.code
