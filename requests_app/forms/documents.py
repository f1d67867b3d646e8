"""Documents added to a tab of a file."""

from dataclasses import replace

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.fields import MultipleFileField, OneFileInput, limits_in_words
from ui.formats import size_text


def limits_of_a_file():
    """What a request takes, in words, for beside the field."""
    return " ".join(
        [
            limits_in_words(),
            _("Up to %(count)d documents and %(limit)s in all on a request.")
            % {
                "count": settings.DOCUMENTS_MAX_PER_REQUEST,
                "limit": size_text(settings.DOCUMENTS_MAX_BYTES_PER_REQUEST),
            },
            _(
                "Pictures, PDF, Office files, texts and tables open in the page; the others can be downloaded."
            ),
        ]
    )


class NewVersionForm(forms.Form):
    """The newer version of one document. `room` is what the request takes beside what it has."""

    document = MultipleFileField(label=gettext_lazy("New version"), widget=OneFileInput)

    def __init__(self, *args, room=None, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["document"]
        field.room = replace(room or field.room, files=1)


class DocumentsForm(forms.Form):
    """Several files at once for one part of a file; its prefix names the part.

    `room` is what the request takes beside what it has, when it is known; `upload_url` and `into` are for the script that
    sends each file on its own.
    """

    documents = MultipleFileField(
        label=gettext_lazy("Add documents"), help_text=lazy(limits_of_a_file, str)()
    )

    def __init__(self, *args, room=None, upload_url="", into="", **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["documents"]
        field.room = room or field.room
        if upload_url:
            field.widget.attrs |= {"data-upload-url": upload_url, "data-upload-into": into}
