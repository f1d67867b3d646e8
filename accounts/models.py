"""Organisations, the people of both sides, their roles, and the two shared mailboxes."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce, Greatest, Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.roles import CLIENT_ROLES, VENDOR_ROLES, Role, Side
from accounts.validators import one_line, plain_address

CODE = r"\A[A-Z]{2,8}\Z"


def any_of(roles):
    """The condition "holds at least one of `roles`" on people (an iterable of `Role`), as a `Q`."""
    return reduce(or_, (Q(**{role.column: True}) for role in roles))


def languages():
    """The languages of the portal, as choices: a function, so that adding one needs no migration."""
    return settings.LANGUAGES


def default_language():
    """The language of somebody who has not chosen one."""
    return settings.LANGUAGE_CODE


def default_time_zone():
    """The time zone of somebody who has not chosen one."""
    return settings.TIME_ZONE


def default_decider_roles():
    """Who decides for a client unless its organisation says otherwise: its administrators."""
    return [Role.CLIENT_ADMIN.value]


class OrganisationQuerySet(models.QuerySet):
    def active(self):
        """Clients whose people may sign in."""
        return self.filter(is_active=True)

    def for_list(self):
        """What the list shows: each client with the number of its active people."""
        return self.annotate(people_count=Count("people", filter=Q(people__is_active=True)))


class Organisation(models.Model):
    """A client of the vendor. The vendor's own people belong to none."""

    code = models.CharField(
        _("code"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(CODE, _("Two to eight capital letters, without accents."))],
        help_text=_("Two to eight capitals; it starts every number and can never change."),
    )
    name = models.CharField(_("name"), max_length=200, unique=True, validators=[one_line])
    decider_roles = models.JSONField(_("who decides and accepts"), default=default_decider_roles)
    # Before VAT, as budgets are voted and the thresholds of public procurement are written.
    countersign_above = models.DecimalField(
        _("two signatures above (€ before VAT)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
    )
    sees_hours = models.BooleanField(_("sees the hours spent"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    contract_ended_on = models.DateField(_("contract ended on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="organisation_code_is_capitals",
                condition=Q(code__regex=CODE),
                violation_error_message=_("Two to eight capital letters, without accents."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """Refuse a code that changes and decider roles that are no client role."""
        if self.pk and Organisation.objects.filter(pk=self.pk).exclude(code=self.code).exists():
            raise ValidationError({"code": _("The code is part of every number already given.")})
        if not self.decider_roles or not set(self.decider_roles) <= set(CLIENT_ROLES):
            raise ValidationError({"decider_roles": _("Choose at least one role of the client.")})

    @property
    def decider_labels(self):
        """The names of the roles that decide, in their order."""
        return [role.label for role in CLIENT_ROLES if role in self.decider_roles]

    @property
    def deciders(self):
        """The roles that may decide and accept, as a frozenset of `Role`."""
        return frozenset(Role(value) for value in self.decider_roles)

    def asks_two(self, amount):
        """Whether a second person who may decide countersigns a quote of `amount` (Decimal, euros before VAT)."""
        return self.countersign_above is not None and amount > self.countersign_above


class UserQuerySet(models.QuerySet):
    def active(self):
        """People who may sign in: their account and their organisation, where they have one, are active."""
        return self.filter(is_active=True).exclude(organisation__is_active=False)

    def with_role(self, *roles):
        """People who hold at least one of `roles`."""
        return self.filter(any_of(roles))

    def matching(self, text):
        """People whose name, address, position or organisation holds each word of `text`."""
        people = self
        for word in text.split():
            people = people.filter(
                Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
                | Q(email__icontains=word)
                | Q(position__icontains=word)
                | Q(organisation__name__icontains=word)
            )
        return people

    def waiting_for_password(self):
        """People who have not chosen a password yet."""
        return self.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def of_side(self, side):
        """The people of one party (a `Side`)."""
        return self.filter(organisation__isnull=side == Side.VENDOR)

    def for_list(self):
        """What the list of people shows, in one query."""
        return self.select_related("organisation").order_by("last_name", "first_name", "pk")

    def vendor_side(self):
        """The vendor's people."""
        return self.filter(organisation=None)

    def not_erased(self):
        """People whose data the portal still holds."""
        return self.filter(erased_at=None)

    def unused_since(self, moment):
        """Accounts that nobody signed in with, made, invited or closed since `moment`; with `last_used`, that day."""
        signs = ("last_login", "invited_at", "deactivated_at")
        last_used = Greatest("date_joined", *(Coalesce(F(sign), F("date_joined")) for sign in signs))
        return self.not_erased().annotate(last_used=last_used).filter(last_used__lt=moment)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    @classmethod
    def normalize_email(cls, email):
        """The address as it is kept: in lower case, since sign-in looks for it so."""
        return (email or "").strip().lower()

    def create_user(self, email, password=None, **fields):
        """Create a person; without a password the account waits for its invitation."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """Create somebody for emergencies: Django's admin, and no file unless a role gives it."""
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **{Role.PORTAL_ADMIN.column: True}, **fields
        )

    def get_by_natural_key(self, email):
        """The person who signs in with `email`, whatever its case."""
        return self.get(email__iexact=email)


class Standing:
    """What follows from being active, the roles held and the organisation belonged to."""

    @property
    def side(self):
        """The party this person belongs to (a `Side`)."""
        return Side.CLIENT if self.organisation_id else Side.VENDOR

    @property
    def is_client_side(self):
        """Whether this person belongs to a client organisation."""
        return self.organisation_id is not None

    @property
    def is_vendor_side(self):
        """Whether this person belongs to the vendor."""
        return self.organisation_id is None

    def has_role(self, *roles):
        """Whether this person is active and holds at least one of `roles`."""
        return self.is_active and not self.roles.isdisjoint(roles)


@dataclass(frozen=True)
class Sight(Standing):
    """A person as far as it decides what they may see, and no more: nothing in it says who they are.

    For statements whose text is kept (`accounts.statements`): one that asks for the person fails.
    """

    is_active: bool
    roles: frozenset
    organisation_id: int | None

    is_authenticated = True


class User(Standing, AbstractBaseUser, PermissionsMixin):
    """A person of the vendor (no organisation) or of one client organisation.

    Roles are columns, so that the database itself refuses a person of both sides.
    """

    email = models.EmailField(
        _("e-mail"),
        unique=True,
        validators=[plain_address],
        error_messages={"unique": _("Somebody already has this address.")},
    )
    first_name = models.CharField(_("first name"), max_length=100, validators=[one_line])
    last_name = models.CharField(_("last name"), max_length=100, validators=[one_line])
    position = models.CharField(_("position"), max_length=150, blank=True, validators=[one_line])
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="people",
        null=True,
        blank=True,
        verbose_name=_("organisation"),
    )
    language = models.CharField(_("language"), max_length=8, choices=languages, default=default_language)
    time_zone = models.CharField(_("time zone"), max_length=64, default=default_time_zone)
    has_shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)

    is_client_admin = models.BooleanField(Role.CLIENT_ADMIN.label, default=False)
    is_client_auditor = models.BooleanField(Role.CLIENT_AUDITOR.label, default=False)
    is_client_dpo = models.BooleanField(Role.CLIENT_DPO.label, default=False)
    is_support = models.BooleanField(Role.SUPPORT.label, default=False)
    is_dpo = models.BooleanField(Role.DPO.label, default=False)
    is_deputy_dpo = models.BooleanField(Role.DEPUTY_DPO.label, default=False)
    is_lead = models.BooleanField(Role.LEAD.label, default=False)
    is_developer = models.BooleanField(Role.DEVELOPER.label, default=False)
    is_tester = models.BooleanField(Role.TESTER.label, default=False)
    is_portal_admin = models.BooleanField(Role.PORTAL_ADMIN.label, default=False)

    is_active = models.BooleanField(_("active"), default=True)
    # Kept after a reactivation: it is what makes the sessions opened before stay closed.
    deactivated_at = models.DateTimeField(_("deactivated on"), null=True, blank=True)
    invited_at = models.DateTimeField(_("invited on"), null=True, blank=True)
    # From then on the row is a pseudonym that histories point to; the last name holds its code.
    erased_at = models.DateTimeField(_("erased on"), null=True, blank=True, editable=False)
    is_staff = models.BooleanField(_("emergency administration"), default=False)
    date_joined = models.DateTimeField(_("joined on"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            # With the unique column: nobody has the address of another in other capitals.
            models.CheckConstraint(
                name="person_email_is_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message=_("The address is kept in lower case."),
            ),
            models.CheckConstraint(
                name="client_roles_need_an_organisation",
                condition=Q(organisation__isnull=False) | ~any_of(CLIENT_ROLES),
                violation_error_message=_("A client's role goes with an organisation."),
            ),
            models.CheckConstraint(
                name="vendor_roles_exclude_an_organisation",
                condition=Q(organisation__isnull=True) | ~any_of(VENDOR_ROLES),
                violation_error_message=_("A vendor's role does not go with a client organisation."),
            ),
            models.CheckConstraint(
                name="person_erased_cannot_sign_in",
                condition=Q(erased_at=None) | Q(is_active=False),
                violation_error_message=_("An erased account stays closed."),
            ),
        ]

    def __str__(self):
        return self.get_full_name()

    def clean(self):
        """Keep the address in lower case."""
        super().clean()
        self.email = type(self).objects.normalize_email(self.email)

    def get_full_name(self):
        """First and last name as one text; of somebody who was erased, the pseudonym that stands for them."""
        if self.is_erased:
            return gettext("Erased person %(code)s") % {"code": self.last_name}
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self):
        """The first name."""
        return self.first_name

    def _get_session_auth_hash(self, secret=None):
        # Django's own is made of the password alone: sessions of a deactivated person would revive with them.
        stamp = self.deactivated_at.isoformat() if self.deactivated_at else ""
        return salted_hmac(
            "accounts.session", f"{self.password}{stamp}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def can_sign_in(self):
        """Whether this person's account, and their organisation where they have one, are active."""
        return self.is_active and (self.organisation is None or self.organisation.is_active)

    @property
    def is_erased(self):
        """Whether nothing is left of this person but a pseudonym."""
        return self.erased_at is not None

    @property
    def is_invited(self):
        """Whether this person has not chosen a password yet."""
        return not self.has_usable_password()

    @cached_property
    def roles(self):
        """Every role held, as a frozenset of `Role`; empty for a client who is only a requester."""
        return frozenset(role for role in Role if getattr(self, role.column))

    @property
    def role_labels(self):
        """The names of the roles held, in their order."""
        return [role.label for role in Role if role in self.roles]

    @property
    def sight(self):
        """This person as far as it decides what they may see."""
        return Sight(self.is_active, self.roles, self.organisation_id)

    @property
    def sees_requests(self):
        """Whether the entry point to requests exists for this person."""
        return bool(self.roles - {Role.PORTAL_ADMIN})


class Mailbox(models.Model):
    """One of the two shared addresses that hear of every step."""

    class Kind(models.TextChoices):
        HELPDESK = "helpdesk", _("helpdesk")
        INFORMATION = "information", _("information")

    kind = models.CharField(_("mailbox"), max_length=16, choices=Kind, unique=True)
    address = models.EmailField(
        _("address"),
        blank=True,
        validators=[plain_address],
        help_text=_("Left empty, nothing is sent to it."),
    )
    language = models.CharField(_("language"), max_length=8, choices=languages, default=default_language)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["kind"]

    def __str__(self):
        return self.get_kind_display()
