"""Pictures of papers, and what the document made of them is called."""

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.fields import MultipleFileField, MultipleFileInput, OneFileInput, limits_in_words
from documents.names import NAME_LENGTH
from requests_app.services.albums import PICTURE

# Named one by one: a phone then hands over a JPEG of what it keeps in a format of its own.
TAKEN = "image/jpeg,image/png,image/webp,image/gif"


def limits_of_pictures():
    """What an album takes, in words, for beside the field."""
    most = settings.ALBUM_MAX_PICTURES
    count = ngettext("%(count)d picture in one PDF.", "Up to %(count)d pictures in one PDF.", most) % {
        "count": most
    }
    return " ".join([_("JPEG, PNG, WebP or GIF pictures."), limits_in_words(), count])


class PicturesForm(forms.Form):
    """Pictures chosen, several at once, or taken one by one with a phone's camera.

    `room` is what the album takes beside what it has; `upload_url` is for the script that sends each on its own.
    """

    pictures = MultipleFileField(
        label=gettext_lazy("Choose pictures"),
        help_text=lazy(limits_of_pictures, str)(),
        kind=PICTURE,
        required=False,
        widget=MultipleFileInput({"accept": TAKEN}),
    )
    taken = MultipleFileField(
        label=gettext_lazy("Take a picture"),
        help_text="",
        kind=PICTURE,
        required=False,
        widget=OneFileInput({"accept": TAKEN, "capture": "environment"}),
    )

    def __init__(self, *args, room=None, upload_url="", **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.room = room or field.room
            field.widget.attrs["data-upload-url"] = upload_url

    @property
    def accepted(self):
        """The pictures that may be taken in, whatever else is wrong."""
        return [*self["taken"].accepted, *self["pictures"].accepted]

    def clean(self):
        """At least one picture is there, chosen or taken."""
        cleaned = super().clean()
        if not self.errors and not self.accepted:
            self.add_error("pictures", _("Choose at least one picture."))
        return cleaned


class AlbumForm(forms.Form):
    """The name of the document."""

    name = forms.CharField(
        label=gettext_lazy("Name of the document"),
        max_length=NAME_LENGTH - len(".pdf"),
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
