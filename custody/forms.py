"""What an administrator ticks before what cannot be undone."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ErasureForm(forms.Form):
    """The tick without which nobody is erased."""

    is_sure = forms.BooleanField(
        label=_("I have read what goes and what stays, and I know that it cannot be undone."),
        error_messages={"required": _("Tick this box to erase the person.")},
    )
