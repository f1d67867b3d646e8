"""Pictures that somebody takes of papers, until the worker makes one document of them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from documents.models import Preview, PreviewPage, StoredFile
from documents.names import NAME_LENGTH
from requests_app.models.attachment import Section

TURNS = (0, 90, 180, 270)
# How long an album that nobody touches stays.
KEPT_FOR = timedelta(days=1)


class AlbumQuerySet(models.QuerySet):
    def due(self, now):
        """Asked for, and in no worker's hands."""
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        return self.filter(free, asked_at__isnull=False).order_by("asked_at", "pk")

    def of(self, file, section, owner):
        """The one album of a person for a part of a file; at most one."""
        return self.filter(change_request=file, section=section, owner=owner)


class Album(models.Model):
    """The pictures of one person for one part of a file, in order. Nobody else knows of them."""

    class Failure(models.TextChoices):
        """Why no document was made, in words for its owner."""

        CLOSED = "closed", _("This part of the request is no longer open to you.")
        PICTURE = "picture", _("A picture cannot be opened. Take it off, or take it again.")
        REFUSED = "refused", _("The request or the portal has no room for the document.")
        UNMADE = (
            "unmade",
            _("Something went wrong. Try again; if it goes on, tell the portal's administrator."),
        )

    change_request = models.ForeignKey("requests_app.ChangeRequest", models.PROTECT, related_name="albums")
    section = models.CharField(_("tab"), max_length=16, choices=Section)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    touched_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=8, choices=Failure, blank=True)

    objects = AlbumQuerySet.as_manager()

    class Meta:
        verbose_name = _("pictures of papers")
        verbose_name_plural = _("pictures of papers")
        constraints = [
            models.UniqueConstraint(
                fields=["change_request", "section", "owner"], name="album_one_of_a_person_on_a_part"
            ),
        ]

    def __str__(self):
        return f"{self.change_request_id} {self.section} {self.owner_id}"

    @property
    def is_asked(self):
        """Whether the worker has it, or will."""
        return self.asked_at is not None

    @property
    def waits(self):
        """Whether one of its pictures is still looked at."""
        return any(one.waits for one in self.shown)

    @cached_property
    def shown(self):
        """Its pictures in their order, each with its `preview` and its `page` (None until they are made)."""
        pictures = list(self.pictures.select_related("file__scan", "file__removal"))
        contents = {one.file.sha256 for one in pictures}
        previews = {(one.sha256, one.media_type): one for one in Preview.objects.filter(sha256__in=contents)}
        pages = {
            one.preview_id: one for one in PreviewPage.objects.filter(preview__in=previews.values(), number=1)
        }
        for one in pictures:
            one.preview = previews.get((one.file.sha256, one.file.media_type))
            one.page = one.preview and pages.get(one.preview.pk)
        return pictures


class AlbumPicture(models.Model):
    """One picture: its place in the album, and how far it is turned, clockwise."""

    album = models.ForeignKey(Album, models.CASCADE, related_name="pictures")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["rank", "pk"]
        constraints = [
            models.CheckConstraint(name="picture_stands_on_a_side", condition=Q(turn__in=TURNS)),
        ]

    def __str__(self):
        return f"{self.album_id} {self.rank}"

    @property
    def is_bad(self):
        """Whether no page can be made of it."""
        held = self.file.quarantine
        return bool(held and (held.is_infected or held.is_removal)) or bool(
            self.preview and self.preview.has_failed
        )

    @property
    def waits(self):
        """Whether it is still looked at: checked for viruses, or made ready to be seen."""
        return not self.is_bad and (self.file.quarantine is not None or self.page is None)
