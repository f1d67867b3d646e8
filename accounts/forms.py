"""What people type about organisations, people, mailboxes and themselves. Forms check it and write nothing."""

from zoneinfo import available_timezones

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    PasswordVerificationMixin,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import models
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import Mailbox, Organisation, User, languages
from accounts.roles import CLIENT_ROLES, VENDOR_ROLES, Role, Side
from accounts.validators import one_line, plain_address
from ui.widgets import AmountField, DateInput

PASSWORD_MAX_LENGTH = 256
NO_AREA = _("Other")


capitalised = lazy(capfirst, str)


def choices_of(values):
    """Values of an enumeration as choices, in their order, each beginning with a capital."""
    return [(value.value, capitalised(value.label)) for value in values]


def time_zones():
    """The time zones a person may choose, grouped by area: the names that mean a place, and UTC."""
    areas = {}
    for name in sorted(available_timezones()):
        area, _separator, place = name.partition("/")
        if place and area not in {"Etc", "SystemV", "US"}:
            areas.setdefault(area, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return [*areas.items(), (NO_AREA, [("UTC", "UTC")])]


class OrganisationForm(forms.ModelForm):
    """A client: its code at creation only, its name, who decides there."""

    decider_roles = forms.MultipleChoiceField(
        label=_("Who decides and accepts"),
        choices=choices_of(CLIENT_ROLES),
        widget=forms.CheckboxSelectMultiple,
        initial=[Role.CLIENT_ADMIN.value],
        help_text=_(
            "People of the client with one of these roles may decide on a request and accept its delivery."
        ),
        error_messages={"required": _("Choose at least one role of the client.")},
    )

    countersign_above = AmountField(
        label=_("Two signatures above (€ before VAT)"),
        required=False,
        max_digits=12,
        help_text=_(
            "Above this amount a second person who may decide countersigns the first one's validation. "
            "Empty: one person decides, whatever the amount."
        ),
    )

    class Meta:
        model = Organisation
        fields = ["code", "name", "decider_roles", "countersign_above"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].widget.attrs.update(autocomplete="off")

    def clean_name(self):
        """Refuse the name of another client, whatever its case."""
        name = self.cleaned_data["name"]
        if Organisation.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another organisation has this name."), code="unique")
        return name


class EditOrganisationForm(OrganisationForm):
    """A client that exists: its code has become part of numbers, and it may be set inactive."""

    class Meta(OrganisationForm.Meta):
        fields = [
            "name",
            "decider_roles",
            "countersign_above",
            "sees_hours",
            "is_active",
            "contract_ended_on",
        ]
        widgets = {"contract_ended_on": DateInput()}
        help_texts = {
            "sees_hours": _(
                "Its people then read the hours spent on their own requests, in all and by subtask, without names."
            ),
            "is_active": _("While it is not active, nobody in this organisation can sign in."),
            "contract_ended_on": _(
                "Starts the time after which the portal removes this client's requests as a whole. Empty while "
                "the contract runs."
            ),
        }

    def clean_contract_ended_on(self):
        """Refuse a day to come: what has not ended starts nothing."""
        day = self.cleaned_data["contract_ended_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day is still to come. Enter it once the contract has ended."))
        return day


class PersonForm(forms.ModelForm):
    """Who a person is, which party they belong to, and what they may do there."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("None: the vendor's own staff"),
    )
    client_roles = forms.MultipleChoiceField(
        label=_("Roles at the client"),
        choices=choices_of(CLIENT_ROLES),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Without any of them, the person can only be named as requester and sees no request."),
    )
    vendor_roles = forms.MultipleChoiceField(
        label=_("Roles at the vendor"),
        choices=choices_of(VENDOR_ROLES),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "position", "email", "language", "organisation"]
        help_texts = {"email": _("People sign in with it; messages go there.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        person = self.instance
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        organisations = Organisation.objects.active()
        if person.pk:
            held = [role.value for role in person.roles]
            self.initial.update(client_roles=held, vendor_roles=held)
        if person.organisation_id:
            organisations = Organisation.objects.filter(pk=person.organisation_id)
            self.fields["organisation"].disabled = True
            self.fields["organisation"].help_text = _(
                "A person never changes organisation, since their history stays with the first: "
                "create another account."
            )
        self.fields["organisation"].queryset = organisations

    def clean_email(self):
        """Compare addresses in lower case, as they are kept."""
        return User.objects.normalize_email(self.cleaned_data["email"])

    def clean(self):
        """Refuse roles of the other side, beside the roles that are wrong."""
        data = super().clean()
        roles = [*data.get("client_roles", []), *data.get("vendor_roles", [])]
        if "organisation" in data:
            try:
                services.check_roles(data["organisation"], roles)
            except ValidationError as error:
                self.add_error(None, error)
        return data

    def details(self):
        """What the services take: the cleaned data with the roles as one list of `Role`."""
        data = dict(self.cleaned_data)
        chosen = [*data.pop("client_roles"), *data.pop("vendor_roles")]
        return data | {"roles": [Role(value) for value in chosen]}


class PeopleFilterForm(forms.Form):
    """What narrows the list of people. A wrong value is said and leaves the list as wide as it was."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        INVITED = "invited", _("Invited, no password yet")
        INACTIVE = "inactive", _("Deactivated")
        ERASED = "erased", _("Erased")

    ANY = ("", _("All"))

    q = forms.CharField(
        label=_("Name, e-mail or position"), required=False, max_length=200, validators=[one_line]
    )
    side = forms.ChoiceField(label=_("Side"), required=False, choices=[ANY, *choices_of(Side)])
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[ANY, *choices_of(Role)])
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), required=False, queryset=Organisation.objects.all(), empty_label=ANY[1]
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *State.choices])

    def active_count(self):
        """How many filters narrow the list."""
        return sum(bool(self.cleaned_data.get(name)) for name in self.fields)

    def narrow(self, people):
        """`people` as far as the valid filters narrow it."""
        self.full_clean()
        data = self.cleaned_data
        if data.get("q"):
            people = people.matching(data["q"])
        if data.get("side"):
            people = people.of_side(Side(data["side"]))
        if data.get("role"):
            people = people.with_role(Role(data["role"]))
        if data.get("organisation"):
            people = people.filter(organisation=data["organisation"])
        match data.get("state"):
            case self.State.ACTIVE:
                people = people.filter(is_active=True)
            case self.State.INVITED:
                people = people.filter(is_active=True).waiting_for_password()
            case self.State.INACTIVE:
                people = people.filter(is_active=False).not_erased()
            case self.State.ERASED:
                people = people.exclude(erased_at=None)
        return people


class MailboxesForm(forms.Form):
    """Address and language of each shared mailbox, on one page."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = {mailbox.kind: mailbox for mailbox in Mailbox.objects.all()}
        for kind in Mailbox.Kind:
            mailbox = known.get(kind) or Mailbox(kind=kind)
            self.fields[f"{kind}_address"] = forms.EmailField(
                label=_("Address"),
                required=False,
                max_length=254,
                validators=[plain_address],
                initial=mailbox.address,
                help_text=_("Left empty, nothing is sent to it."),
                widget=forms.EmailInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"{kind}_language"] = forms.ChoiceField(
                label=_("Language"), choices=languages, initial=mailbox.language
            )

    def groups(self):
        """One group of fields for each mailbox, with its name."""
        return [(kind.label, [self[f"{kind}_address"], self[f"{kind}_language"]]) for kind in Mailbox.Kind]

    def mailboxes(self):
        """Address and language by kind, as the service takes them."""
        data = self.cleaned_data
        return {kind: (data[f"{kind}_address"], data[f"{kind}_language"]) for kind in Mailbox.Kind}


class ProfileForm(forms.ModelForm):
    """What everybody may change about themself."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, help_text=_("Dates and times are shown as they are there.")
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "position", "language", "time_zone", "has_shortcuts"]
        help_texts = {
            "language": _("Of the pages and of the messages you receive."),
            "has_shortcuts": _("Press ? on any page for the list of keys."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, purpose in (
            ("first_name", "given-name"),
            ("last_name", "family-name"),
            ("position", "organization-title"),
        ):
            self.fields[name].widget.attrs["autocomplete"] = purpose


class AddressField(forms.EmailField):
    """The address one signs in with, in lower case as it is kept."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("E-mail"),
            max_length=254,
            validators=[plain_address],
            widget=forms.EmailInput(attrs={"autocomplete": "username"}),
            **kwargs,
        )

    def clean(self, value):
        return super().clean(value).lower()


def password_field(label, *, purpose, help_text=""):
    """A password as typed; `purpose` tells password managers which one."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=PASSWORD_MAX_LENGTH,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": purpose}),
    )


def set_new_password_fields(form):
    """Give `form` the two fields of a password being chosen, with what is asked of it."""
    # Asked now and not when the module is read: the sentences are in the reader's language.
    rules = " ".join(password_validation.password_validators_help_texts())
    form.fields["password1"] = password_field(_("New password"), purpose="new-password", help_text=rules)
    form.fields["password2"] = password_field(_("New password, again"), purpose="new-password")


class NewPasswordMixin:
    """Two fields for a password being chosen by `self.user`, which must agree and be hard to guess."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        set_new_password_fields(self)

    def clean_password1(self):
        """Refuse what is easy to guess."""
        password_validation.validate_password(self.cleaned_data["password1"], self.user)
        return self.cleaned_data["password1"]


class SignInForm(LoginForm):
    """E-mail and password. Which of the two was wrong is never said."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField()
        self.fields["password"] = password_field(_("Password"), purpose="current-password")
        self.fields["remember"].label = _("Stay signed in on this device")
        self.order_fields(["login", "password", "remember"])

    def login(self, request, redirect_url=None):
        """Sign in, unless the account or its organisation is not active. Returns a response."""
        if not self.user.can_sign_in:
            return redirect("account_inactive")
        return super().login(request, redirect_url)


class ForgottenPasswordForm(ResetPasswordForm):
    """The address to which the link goes, if it is somebody's."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressField()


class ResetForm(NewPasswordMixin, ResetPasswordKeyForm):
    """The new password of somebody who came by the link of a message."""


class PasswordForm(NewPasswordMixin, ChangePasswordForm):
    """The new password of somebody who knows the present one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = password_field(_("Current password"), purpose="current-password")
        self.order_fields(["oldpassword", "password1", "password2"])


class InvitationForm(NewPasswordMixin, PasswordVerificationMixin, forms.Form):
    """The first password of an invited person."""

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("Password, again")
