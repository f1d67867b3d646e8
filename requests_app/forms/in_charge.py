"""Who of support is in charge of a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role


class InChargeForm(forms.Form):
    """The reader themself or a colleague of support."""

    person = forms.ModelChoiceField(
        label=_("In charge"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("Choose an active person of support.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.active().with_role(Role.SUPPORT)
