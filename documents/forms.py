"""What somebody who holds a copy gives: its code, or the copy itself."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from documents.issuing import read


class CodeForm(forms.Form):
    """A code as it is printed, typed by hand."""

    code = forms.CharField(
        label=_("Code of the document"),
        help_text=_("Twenty letters and digits, at the foot of each page."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        error_messages={"required": _("Type the code of the document.")},
    )

    def clean_code(self):
        """The code without what people type around it."""
        code = read(self.cleaned_data["code"])
        if not code:
            raise ValidationError(_("A code has twenty letters and digits, such as 7K3DQ-9XMAB-40TRE-8WZ2C."))
        return code


class CopyForm(forms.Form):
    """The copy to compare: read once, and kept nowhere."""

    copy = forms.FileField(
        label=_("Your copy"),
        help_text=_("It is read to be compared, and not kept."),
        error_messages={
            "required": _("Choose the copy to compare."),
            "empty": _("This file is empty: choose the copy to compare."),
        },
    )
