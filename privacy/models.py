"""The registers of art. 30: entries, each of exactly one controller, and their numbered versions."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from accounts.roles import CLIENT_ROLES, DPO_ROLES, Role
from privacy.registers import RegisterKind, article_30
from ui.folding import folded

# Who reads the registers, each what `visible_to` gives.
READER_ROLES = (*CLIENT_ROLES, *DPO_ROLES)
# Who keeps the register of a client: docs/decisions.md says why.
ADOPTER_ROLES = (Role.CLIENT_DPO, Role.CLIENT_ADMIN)


class Kept(Exception):
    """Somebody tried to delete an entry of a register, or one of its versions."""

    def __init__(self):
        super().__init__("an entry of a register is replaced or archived, never deleted")


class VersionState(models.TextChoices):
    """Where a version stands in its life, in this order."""

    DRAFT = "draft", pgettext_lazy("register entry", "draft")
    AWAITED = "awaited", _("for the client to adopt")
    IN_FORCE = "in_force", pgettext_lazy("register entry", "in force")
    REPLACED = "replaced", pgettext_lazy("register entry", "replaced")
    ARCHIVED = "archived", pgettext_lazy("register entry", "archived")

    @property
    def is_live(self):
        """Whether it holds or may come to hold."""
        return self in LIVE

    @property
    def tone(self):
        """The tone of its badge."""
        return {"draft": "info", "awaited": "warning", "in_force": "done"}.get(self.value, "neutral")


LIVE = (VersionState.DRAFT, VersionState.AWAITED, VersionState.IN_FORCE)


class KeptQuerySet(models.QuerySet):
    def delete(self):
        raise Kept


class RegisterEntryQuerySet(KeptQuerySet):
    def visible_to(self, user):
        """The entries that `user` may know of: a client's own to its three roles, all to the vendor's DPO."""
        if user.is_authenticated and user.has_role(*DPO_ROLES):
            return self.all()
        if user.is_authenticated and user.has_role(*CLIENT_ROLES):
            return self.filter(organisation=user.organisation_id, kind=RegisterKind.CONTROLLER)
        return self.none()

    def in_state(self, state):
        """The entries with a version in `state`; archived are those of which no version holds or may come to hold."""
        versions = RegisterVersion.objects.filter(entry=OuterRef("pk"))
        if state == VersionState.ARCHIVED:
            return self.filter(~Exists(versions.filter(state__in=LIVE)))
        return self.filter(Exists(versions.filter(state=state)))

    def matching(self, text):
        """The entries whose name, or whose request's number, holds each word of `text`."""
        entries = self
        for word in folded(text).split():
            changed_by = RegisterVersion.objects.filter(
                entry=OuterRef("pk"), change_request__number__icontains=word
            )
            entries = entries.filter(Q(name_key__contains=word) | Exists(changed_by))
        return entries

    def for_list(self):
        """What a list of entries shows: each with its versions, without their content."""
        versions = RegisterVersion.objects.select_related("change_request").defer("content")
        return self.select_related("organisation").prefetch_related(Prefetch("versions", versions))


class RegisterEntry(models.Model):
    """A processing in the register of its controller, or in the vendor's for that controller."""

    # What addresses name: a sequential key would tell clients of each other's volume.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="register_entries", verbose_name=_("controller")
    )
    kind = models.CharField(_("register"), max_length=12, choices=RegisterKind)
    name = models.CharField(_("name"), max_length=200)
    # The name as it is compared, so that a capital or an accent makes no second entry.
    name_key = models.CharField(max_length=400, editable=False)
    created_at = models.DateTimeField(_("created on"), default=timezone.now)

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register entries")
        ordering = ["name_key", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "name_key"],
                name="register_entry_once_per_controller",
                violation_error_message=_("This register has an entry of that name already."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("requests:register_entry", args=[self.key])

    def delete(self, *args, **kwargs):
        raise Kept

    def is_kept_by(self, user):
        """Whether `user` adopts and archives the versions of this entry, for the client or for the vendor."""
        if self.kind == RegisterKind.PROCESSOR:
            return user.has_role(*DPO_ROLES)
        return user.organisation_id == self.organisation_id and user.has_role(*ADOPTER_ROLES)

    @property
    def holding(self):
        """The version that speaks for the entry: the one in force, or else where it stands."""
        standing = self.standing
        return next((one for one in standing if one.state == VersionState.IN_FORCE), standing[0])

    @property
    def standing(self):
        """The versions that say where the entry stands, the last first: the live ones, or else the last of all."""
        versions = sorted(self.versions.all(), key=lambda version: -version.number)
        return [version for version in versions if version.outcome.is_live] or versions[:1]


class RegisterVersionQuerySet(KeptQuerySet):
    def standing(self):
        """What entries say now, the last first: a version put to the client's adoption before the one in force."""
        return self.filter(state__in=[VersionState.AWAITED, VersionState.IN_FORCE]).order_by("-number")

    def named(self, organisation, name):
        """The versions of the entry of that name in the client's own register."""
        return self.filter(
            entry__organisation=organisation,
            entry__kind=RegisterKind.CONTROLLER,
            entry__name_key=folded(name),
        )

    def visible_to(self, user):
        """The versions of the entries that `user` may know of."""
        return self.filter(entry__in=RegisterEntry.objects.visible_to(user).order_by())


class RegisterVersion(models.Model):
    """What an entry says since one request: the ruling that it is made of and the content ruled on stay with it."""

    entry = models.ForeignKey(RegisterEntry, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=12, choices=VersionState, default=VersionState.DRAFT)
    change_request = models.ForeignKey(
        "requests_app.ChangeRequest", models.PROTECT, related_name="register_versions"
    )
    ruling = models.ForeignKey("requests_app.Ruling", models.PROTECT, related_name="register_versions")
    # The SHA-256 of the specification's content, as the ruling has it.
    content_sha256 = models.CharField(max_length=64)
    # The shape is that of `privacy.analysis`, as far as `privacy.registers` keeps it.
    content = models.JSONField(_("content"), default=dict)
    drawn_up_at = models.DateTimeField(_("drawn up on"))
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("adopted by"),
    )
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RegisterVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a register entry")
        verbose_name_plural = _("versions of register entries")
        ordering = ["entry_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="register_version_number_once"),
            models.UniqueConstraint(
                fields=["entry", "change_request"],
                condition=Q(state=VersionState.DRAFT),
                name="register_version_one_draft_per_request",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state=VersionState.AWAITED),
                name="register_version_one_awaited",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state=VersionState.IN_FORCE),
                name="register_version_one_in_force",
            ),
            models.CheckConstraint(
                name="register_version_dated_as_it_stands",
                condition=Q(
                    state__in=[VersionState.DRAFT, VersionState.AWAITED], in_force_at=None, ended_at=None
                )
                | Q(state=VersionState.IN_FORCE, in_force_at__isnull=False, ended_at=None)
                | Q(state__in=[VersionState.REPLACED, VersionState.ARCHIVED], ended_at__isnull=False),
                violation_error_message=_("A version is dated of its coming into force and of its end."),
            ),
        ]

    def __str__(self):
        return f"{self.entry_id} {self.number}"

    def delete(self, *args, **kwargs):
        raise Kept

    @property
    def outcome(self):
        """The state as a `VersionState`, which knows what it leads to."""
        return VersionState(self.state)

    @property
    def reading(self):
        """What it says in the words of art. 30, as `privacy.analysis.ReadSection`s."""
        return article_30(self.entry.kind, self.content)
