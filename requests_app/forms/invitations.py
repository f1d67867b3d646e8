"""Step 1: who is invited to open a request, from which ticket."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from requests_app.forms.fields import LineField, PageKeyField
from requests_app.services.invitations import why_not_invited


class InvitationForm(forms.Form):
    """`organisation` says whose people may be chosen."""

    person = forms.ModelChoiceField(
        label=_("Person"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        help_text=_("Whoever is invited opens the request; their role has to let them see requests."),
    )
    ticket_reference = LineField(
        label=_("Helpdesk ticket"), max_length=60, help_text=_("Its reference, up to 60 characters.")
    )
    subject = LineField(
        label=_("Subject"),
        max_length=200,
        help_text=_(
            "It becomes the title of the request, which the client may change. Up to 200 characters."
        ),
    )
    key = PageKeyField()

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.fields["person"].queryset = organisation.people.active()

    def clean_person(self):
        """Refuse, by name and with what helps, somebody whom the link would lead nowhere."""
        person = self.cleaned_data["person"]
        if reason := why_not_invited(self.organisation, person):
            raise ValidationError(reason, code="sees_no_request")
        return person
