"""Widgets and fields that every form shares: real dates, texts that grow, several files at once."""

from functools import lru_cache

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

LONGEST_AMOUNT = 40


class DateInput(forms.DateInput):
    """The browser's own calendar. `minimum` and `maximum` are dates; the form checks them all the same."""

    input_type = "date"

    def __init__(self, attrs=None, *, minimum=None, maximum=None):
        limits = {"min": minimum, "max": maximum}
        attrs = {**{name: day.isoformat() for name, day in limits.items() if day}, **(attrs or {})}
        # The browser sends and wants ISO dates, whatever the language of the page.
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class Textarea(forms.Textarea):
    """A text that grows with what is typed; `rows` is where it starts."""

    def __init__(self, attrs=None, *, rows=4):
        super().__init__(attrs={"rows": rows, "dir": "auto", **(attrs or {})})


class AmountInput(forms.TextInput):
    """A decimal as people type it: a comma or a point, the numeric keyboard on a phone."""

    def __init__(self, attrs=None):
        super().__init__(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input--amount", **(attrs or {})}
        )


class AmountField(forms.DecimalField):
    """A decimal as people write it: a comma or a point before the decimals, spaces between the thousands."""

    def __init__(self, **kwargs):
        super().__init__(localize=True, widget=AmountInput, decimal_places=2, **kwargs)

    def to_python(self, value):
        """The amount, or None for nothing; of two different separators the last one is the decimal one."""
        if not isinstance(value, str):
            return super().to_python(value)
        text = "".join(value.split()).strip("€%")
        if len(text) > LONGEST_AMOUNT:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if text.rfind(",") > text.rfind("."):
            text = text.replace(".", "").replace(",", ".")
        elif "," in text:
            text = text.replace(",", "")
        return super().to_python(text)


class FilesInput(forms.FileInput):
    """Several files at once. With `upload_url` a script sends each on its own and shows its progress.

    Args: upload_url, where each file is posted; into, the selector of the list that takes the answered row;
    accept, the types offered; limit, the largest size in bytes, told before sending.
    """

    allow_multiple_selected = True

    def __init__(self, attrs=None, *, upload_url="", into="", accept="", limit=None):
        extra = {
            "data-upload-url": upload_url,
            "data-upload-into": into,
            "accept": accept,
            "data-limit": limit,
        }
        super().__init__(attrs={**{name: value for name, value in extra.items() if value}, **(attrs or {})})


class FilesField(forms.FileField):
    """A list of uploaded files, each checked as a FileField checks one. `clean()` returns a list, empty if none."""

    widget = FilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        files = [file for file in files if file]
        if not files:
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(file, initial) for file in files]


class QuickSelect(forms.Select):
    """A plain list to choose from, of texts alone, for filters: drawn by one template where Django's own takes one
    an option, and drawn once for the same options.
    """

    def render(self, name, value, attrs=None, renderer=None):
        """The list with `value` chosen; `renderer` is not asked."""
        options = tuple((str(option), str(label)) for option, label in self.choices)
        attrs = tuple({**self.build_attrs(self.attrs, attrs), "name": name}.items())
        return _quick_select(options, "" if value is None else str(value), attrs)


@lru_cache(maxsize=512)
def _quick_select(options, chosen, attrs):
    return render_to_string(
        "components/quick_select.html", {"options": options, "chosen": chosen, "attrs": attrs}
    )
