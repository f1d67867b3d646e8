"""The register: what narrows its list, and the adoption of a version."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from privacy.models import VersionState
from privacy.registers import RegisterKind
from requests_app.filters import ANY, LONGEST_SEARCH
from requests_app.forms.fields import LineField, LongTextField, capitalised
from ui.widgets import QuickSelect

# What an entry may be found by; a version that was replaced says nothing of where its entry stands.
STATES = [state for state in VersionState if state is not VersionState.REPLACED]


class RegisterFilterForm(forms.Form):
    """The filters of the register as the address has them; a client has one organisation and one register."""

    q = LineField(label=_("Name, or number of a request"), required=False, max_length=LONGEST_SEARCH)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False, widget=QuickSelect)
    kind = forms.ChoiceField(
        label=_("Register"),
        required=False,
        choices=[ANY, *capitalised(RegisterKind.choices)],
        widget=QuickSelect,
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("register entry", "State"),
        required=False,
        choices=[ANY, *capitalised((state.value, state.label) for state in STATES)],
        widget=QuickSelect,
    )

    def __init__(self, data, *, user):
        super().__init__(data)
        if user.is_client_side:
            del self.fields["organisation"], self.fields["kind"]
        else:
            self.fields["organisation"].choices = [ANY, *Organisation.objects.values_list("code", "name")]

    @property
    def active_count(self):
        """How many filters narrow the list."""
        return sum(bool(self.data.get(name)) for name in self.fields)

    @property
    def organisation_shown(self):
        """The code and the name of the one organisation that is shown, or None for all."""
        code = self.is_valid() and self.cleaned_data.get("organisation")
        return (code, dict(self.fields["organisation"].choices)[code]) if code else None

    def narrow(self, entries):
        """`entries` as far as the filters narrow them; all of them for filters that cannot be read."""
        said = self.cleaned_data
        entries = entries.matching(said.get("q", ""))
        if said.get("organisation"):
            entries = entries.filter(organisation__code=said["organisation"])
        if said.get("kind"):
            entries = entries.filter(kind=said["kind"])
        return entries.in_state(said["state"]) if said.get("state") else entries


class ArchiveForm(forms.Form):
    """The end of the version in force that its page showed, with the reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = LongTextField(
        label=_("Why it ends"),
        rows=2,
        max_length=2_000,
        help_text=_("The history of its request keeps it: the processing has ended, say since when."),
    )


class AdoptionForm(forms.Form):
    """The adoption of the version that its page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
