"""What the calendar's address chooses."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from planning.workdays import today
from requests_app.agenda import VENDORS_OWN, Kind
from ui.widgets import QuickSelect

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
ANY = ("", _("All"))


class CalendarForm(forms.Form):
    """A month, how it is shown, and what of it. A client's person is never asked for an organisation."""

    kind = forms.ChoiceField(label=_("Dates"), required=False, widget=QuickSelect)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False, widget=QuickSelect)
    whose = forms.ChoiceField(
        label=pgettext_lazy("calendar", "Whose"),
        required=False,
        choices=[ANY, ("mine", pgettext_lazy("requests", "Mine"))],
        widget=QuickSelect,
    )
    month = forms.CharField(required=False, widget=forms.HiddenInput)
    view = forms.ChoiceField(
        choices=[("month", _("Month")), ("list", _("List"))], required=False, widget=forms.HiddenInput
    )

    FILTERS = ("kind", "organisation", "whose")

    def __init__(self, data, *, user):
        super().__init__(data)
        self.kinds_offered = [kind for kind in Kind if user.is_vendor_side or kind not in VENDORS_OWN]
        self.fields["kind"].choices = [ANY, *((kind.value, kind.label) for kind in self.kinds_offered)]
        if user.is_client_side:
            del self.fields["organisation"]
        else:
            self.fields["organisation"].choices = [ANY, *Organisation.objects.values_list("code", "name")]

    def clean_month(self):
        """The first day of the month asked for, or of this one."""
        typed = self.cleaned_data["month"]
        if not typed:
            return today().replace(day=1)
        found = MONTH.fullmatch(typed)
        if not found:
            raise ValidationError(_("Give a month of this century, such as 2027-03."))
        return date(int(found[1]), int(found[2]), 1)

    @property
    def active_count(self):
        """How many filters narrow the calendar."""
        return sum(bool(self.data.get(name)) for name in self.FILTERS if name in self.fields)

    def narrow(self, files, user):
        """`files` as far as the filters narrow them."""
        if self.cleaned_data.get("organisation"):
            files = files.filter(organisation__code=self.cleaned_data["organisation"])
        return files.of(user) if self.cleaned_data["whose"] else files

    @property
    def kinds(self):
        """The kinds of date asked for, a tuple of `Kind`."""
        chosen = self.cleaned_data["kind"]
        return (Kind(chosen),) if chosen else tuple(Kind)
