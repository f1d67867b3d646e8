"""What is said on a file: to everybody, or among the vendor's side."""

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.fields import MultipleFileField
from requests_app.forms.documents import limits_of_a_file
from requests_app.forms.fields import LongTextField, PageKeyField


class MessageForm(forms.Form):
    """A message to everybody on the file. `room` is what the request takes beside the documents it has."""

    text = LongTextField(
        label=_("Message"),
        rows=4,
        max_length=20_000,
        help_text=_("Up to 20,000 characters; Markdown is understood."),
        error_messages={"required": _("Write a message.")},
    )
    documents = MultipleFileField(
        label=_("Documents"), required=False, help_text=lazy(limits_of_a_file, str)()
    )
    key = PageKeyField()

    is_note = False

    def __init__(self, *args, room=None, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["documents"]
        field.room = room or field.room

    def clean(self):
        """Say that the good files are to be chosen again too: a browser keeps none that it sends with the form."""
        documents = self["documents"]
        if documents.refusals and len(documents.accepted) > len(documents.kept):
            self.add_error("documents", _("Nothing was posted: choose again the files that are right."))
        return super().clean()


class NoteForm(MessageForm):
    """A note for the vendor's side only."""

    text = LongTextField(
        label=pgettext_lazy("of the vendor's side", "Note"),
        rows=3,
        max_length=20_000,
        help_text=_("Up to 20,000 characters; Markdown is understood."),
        error_messages={"required": _("Write a note.")},
    )

    is_note = True
