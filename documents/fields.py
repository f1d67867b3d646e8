"""A form field that takes several files and keeps the good ones."""

from functools import cached_property

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.intake import NO_BOUND, sort, taken_in_words
from documents.receiving import Arrived
from ui.formats import size_text


def limits_in_words():
    """What the settings allow, in a sentence or two."""
    said = [_("Up to %(limit)s a file.") % {"limit": size_text(settings.DOCUMENT_MAX_BYTES)}]
    if settings.DOCUMENT_MEDIA_TYPES:
        said.append(_("Taken in: %(taken)s.") % {"taken": taken_in_words()})
    return " ".join(said)


class MultipleFileInput(forms.FileInput):
    """A plain file input that takes several files; scripts read its limits from its `data-` attributes."""

    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        """Every file sent under this name, as a list."""
        return files.getlist(name)


class OneFileInput(MultipleFileInput):
    """The same for a single file; its value is a list all the same."""

    allow_multiple_selected = False


class MultipleFileBoundField(forms.BoundField):
    """The field of one form, which knows the good files even when the form is refused.

    Where the form has an `ahead_url`, the pages' script sends each file there, ahead of the form, which then names them.
    """

    @cached_property
    def sorted_uploads(self):
        """(accepted, refusals) of what was sent."""
        return self.field.sort(self.data if self.form.is_bound else [])

    @property
    def accepted(self):
        """The uploads that may be stored, whatever else is wrong with the form."""
        return self.sorted_uploads[0]

    @property
    def refusals(self):
        """One `documents.errors.Refused` for each upload that may not."""
        return self.sorted_uploads[1]

    @property
    def kept(self):
        """The good ones that were sent ahead: the form, shown again, names them again."""
        return [one.origin for one in self.accepted if isinstance(one, Arrived)]

    @property
    def is_in_use(self):
        """Whether there is something to see in the field."""
        return bool(self.errors or self.kept)

    def build_widget_attrs(self, attrs, widget=None):
        """As any field's, and where the script sends files ahead."""
        url = getattr(self.form, "ahead_url", "")
        ahead = {"data-upload-url": url, "data-upload-ahead": "yes"} if url else {}
        return super().build_widget_attrs({**attrs, **ahead}, widget)


class MultipleFileField(forms.Field):
    """Several files at once. Its value is the list of uploads; its errors are one sentence a refused file.

    `room` may be set on the form's own field, as what is left of a total; `kind` is the one family of files that is
    taken. A form that is refused still gives its good files as `form["documents"].accepted`.
    """

    widget = MultipleFileInput
    default_error_messages = {"required": gettext_lazy("Choose at least one file.")}

    def __init__(self, *, kind="", **kwargs):
        self.room, self.kind = NO_BOUND, kind
        kwargs.setdefault("help_text", lazy(limits_in_words, str)())
        super().__init__(**kwargs)

    def get_bound_field(self, form, field_name):
        """The field as `form` shows it."""
        return MultipleFileBoundField(form, self, field_name)

    def widget_attrs(self, widget):
        """The limit of size, for a script that says so before the bytes are sent."""
        return {**super().widget_attrs(widget), "data-limit": str(settings.DOCUMENT_MAX_BYTES)}

    def sort(self, uploads):
        """(accepted, refusals) of `uploads`, under this field's limits."""
        return sort(uploads or [], room=self.room, kind=self.kind)

    def clean(self, value):
        """The accepted uploads; raises one error a refused file, or when none was sent and one must be."""
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        accepted, refusals = self.sort(value)
        if refusals:
            raise ValidationError(
                [ValidationError(refusal.message, code=refusal.code) for refusal in refusals]
            )
        return accepted

    def has_changed(self, initial, data):
        """Whether a file was sent."""
        return bool(data)
