"""Fields that several forms share."""

import re
import uuid
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.validators import one_line

LONG_TEXT = 100_000
# Word processors and terminals leave these in what is pasted. Nobody sees them, so nobody could take them out.
CONTROLS = re.compile("[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f]")
PAGE_BREAKS = re.compile("[\\x0b\\x0c\\x85]")


def capitalised(choices):
    """`choices` with labels that start with a capital, as those of a form do."""
    return [(value, capfirst(label)) for value, label in choices]


class DayField(forms.DateField):
    """A calendar day, typed as the browser's own date field gives it or as people write it."""

    # The browser's date field shows nothing of what is no date: the sentence says what was typed.
    default_error_messages = {
        "invalid": _("“%(value)s” is no day of the calendar; give one such as 31/03/2027.")
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"])
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError as error:
            typed = "".join(filter(str.isprintable, str(value)))[:40]
            raise ValidationError(error.message, code="invalid", params={"value": typed}) from error

    def clean(self, value):
        day = super().clean(value)
        if day is not None and not date(1900, 1, 1) <= day <= date(2199, 12, 31):
            raise ValidationError(_("Give a year between 1900 and 2199."), code="year")
        return day


class LongTextField(forms.CharField):
    """A text of several paragraphs; its limit is said in words."""

    def __init__(self, *, rows=6, **kwargs):
        kwargs.setdefault("max_length", LONG_TEXT)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        # The browser would cut a pasted text off without a word; the server says how much is too much.
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value):
        """The text without control characters; lines and tabs stay."""
        return CONTROLS.sub("", PAGE_BREAKS.sub("\n", super().to_python(value)))


class LineField(forms.CharField):
    """A text of one line, without characters that nobody sees."""

    default_validators = [one_line]

    def __init__(self, **kwargs):
        super().__init__(widget=forms.TextInput(attrs={"dir": "auto"}), **kwargs)


class PageKeyField(forms.UUIDField):
    """The hidden key of a page, so that the same page sent twice acts once. A damaged one is replaced."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(required=False, initial=uuid.uuid4, **kwargs)

    def clean(self, value):
        try:
            return super().clean(value) or uuid.uuid4()
        except ValidationError:
            return uuid.uuid4()


class ReasonForm(forms.Form):
    """A move that needs a reason."""

    reason = LongTextField(label=_("Reason"), rows=4, max_length=5_000)
