"""A request that is not opened yet."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from requests_app.forms.fields import PageKeyField
from requests_app.forms.request import RequestForm


class CreationForm(RequestForm):
    """The request's form before its first save; `key` makes two presses one request."""

    key = PageKeyField()


class OrganisationForm(forms.Form):
    """For which client support writes: chosen first, since everything else depends on it. A GET form."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.active(),
        to_field_name="code",
        empty_label=_("Choose an organisation"),
        error_messages={"invalid_choice": _("Choose an active organisation of the list.")},
    )
