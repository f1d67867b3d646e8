"""Hours spent, as people type them: a week of them at once, or those of one day."""

import re
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Organisation, User
from accounts.roles import Role
from planning.workdays import today
from requests_app.filters import ANY
from requests_app.forms.fields import DayField, LineField, capitalised
from requests_app.models import Nature
from requests_app.models.hours import MOST_A_DAY, QUARTERS, hours_of
from requests_app.services.hours import Cell
from requests_app.totals import By
from ui.formats import exact_text, hours_text
from ui.widgets import AmountInput, QuickSelect

# How far back the totals go by themselves.
BACK = timedelta(days=84)

NAME = re.compile(r"hours-(?P<subtask>[0-9]{1,18})-[0-9]{4}-[0-9]{2}-[0-9]{2}")
# 1.5, 1,5, 1:30, 1 h 30, 2 h.
DECIMAL = re.compile(r"(?P<hours>[0-9]{0,3})[.,]?(?P<part>[0-9]{0,6})h?")
CLOCK = re.compile(r"(?P<hours>[0-9]{1,3})[:h](?P<minutes>[0-9]{1,2})")


class HoursField(forms.Field):
    """Hours by quarters, as a decimal or as on a clock; gives a number of quarters, None for nothing typed."""

    widget = AmountInput
    default_error_messages = {
        "invalid": gettext_lazy("Give hours above zero, such as 1.5 or 1:30."),
        "quarters": gettext_lazy("Give hours by quarters, such as 1.25 or 1:15."),
        "too_much": gettext_lazy("A day has 24 hours."),
    }

    def prepare_value(self, value):
        """A number of quarters as people read it; what was typed stays as it was typed."""
        if isinstance(value, int):
            return hours_text(hours_of(value)).split()[0]
        return value

    def to_python(self, value):
        """The number of quarters typed."""
        text = "".join(str(value or "").lower().split())
        if not text:
            return None
        quarters = self._hours(text) * QUARTERS
        if quarters != int(quarters):
            raise ValidationError(self.error_messages["quarters"], code="quarters")
        if quarters > MOST_A_DAY:
            raise ValidationError(self.error_messages["too_much"], code="too_much")
        return int(quarters)

    def _hours(self, text):
        found = CLOCK.fullmatch(text)
        if found and int(found["minutes"]) < 60:
            return Decimal(found["hours"]) + Decimal(found["minutes"]) / 60
        found = DECIMAL.fullmatch(text)
        if not found or not (found["hours"] or found["part"]):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return Decimal(f"{found['hours'] or 0}.{found['part'] or 0}")


def name_of(subtask, day):
    """The name of the field of one day (a date) of a subtask."""
    return f"hours-{subtask.pk}-{day}"


def named_subtasks(data):
    """The keys of the subtasks whose hours a page sent: more than it offers now, if something changed meanwhile."""
    return {int(found["subtask"]) for found in map(NAME.fullmatch, data) if found}


class WeekForm(forms.Form):
    """The hours of one person in a week: a field for each day of each of `lines` (`hours.Line`).

    `week` is a `hours.WeekOfHours`; `edition` the mark of what it holds.
    """

    edition = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, week, lines, edition):
        super().__init__(data, initial={"edition": edition})
        self.week, self.lines = week, lines
        for line in lines:
            for day in week.days:
                self.fields[name_of(line.what, day.date)] = HoursField(
                    label=_("%(subtask)s, %(day)s")
                    % {"subtask": line.what.title, "day": exact_text(day.date)},
                    required=False,
                    initial=sum(entry.quarters for entry in line.by_day.get(day.date, ())) or None,
                )

    @property
    def grid(self):
        """The lines, each with its days: `(hours.Line, [(hours.Day, its field, its notes)])`."""
        return [
            (
                line,
                [
                    (day, self[name_of(line.what, day.date)], self._notes(line, day.date))
                    for day in self.week.days
                ],
            )
            for line in self.lines
        ]

    @property
    def cells(self):
        """What was typed, as the service takes it; days that the page did not hold stay as they are."""
        return [
            Cell(line.what, day.date, self.cleaned_data[name] or 0, field=name)
            for line in self.lines
            for day in self.week.days
            for name in [name_of(line.what, day.date)]
            if name in self.data
        ]

    def _notes(self, line, day):
        return " · ".join(entry.note for entry in line.by_day.get(day, ()) if entry.note)


class HoursForm(forms.Form):
    """The hours of one day of a subtask, in all."""

    day = DayField(label=gettext_lazy("Day"))
    hours = HoursField(
        label=gettext_lazy("Hours of that day"),
        help_text=gettext_lazy("Such as 1.5 or 1:30. They take the place of those of the same day."),
    )
    note = LineField(label=gettext_lazy("Note"), required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("initial", {"day": today()})
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["max"] = today().isoformat()

    def clean_day(self):
        """A day that is not to come."""
        day = self.cleaned_data["day"]
        if day > today():
            raise ValidationError(_("Hours are entered once they are spent: this day is to come."))
        return day


class TotalsForm(forms.Form):
    """Which hours are added up, and by what, as the address has it. A client reads its own, and nobody's name."""

    first = DayField(label=pgettext_lazy("days", "From"), required=False)
    last = DayField(label=pgettext_lazy("days", "To"), required=False)
    organisation = forms.ChoiceField(label=gettext_lazy("Client"), required=False, widget=QuickSelect)
    nature = forms.ChoiceField(
        label=gettext_lazy("Nature"),
        required=False,
        choices=[ANY, *capitalised(Nature.choices)],
        widget=QuickSelect,
    )
    person = forms.ModelChoiceField(
        label=gettext_lazy("Person"), queryset=User.objects.none(), required=False, empty_label=ANY[1]
    )
    by = forms.ChoiceField(choices=By.choices, required=False, widget=forms.HiddenInput)

    FILTERS = ("first", "last", "organisation", "nature", "person")

    def __init__(self, data, *, user):
        super().__init__(data)
        self.offered = [one for one in By if user.is_vendor_side or one is not By.CLIENT]
        self.fields["by"].choices = [(one.value, one.label) for one in self.offered]
        if user.is_client_side:
            del self.fields["organisation"], self.fields["person"]
            return
        self.fields["organisation"].choices = [ANY, *Organisation.objects.values_list("code", "name")]
        people = User.objects.with_role(Role.DEVELOPER).order_by("last_name", "first_name", "pk")
        self.fields["person"].queryset = people

    def clean(self):
        """The days in their order; without them, the last twelve weeks."""
        cleaned = super().clean()
        if "last" in cleaned and "first" in cleaned:
            cleaned["last"] = cleaned["last"] or today()
            cleaned["first"] = cleaned["first"] or cleaned["last"] - BACK
            if cleaned["last"] < cleaned["first"]:
                self.add_error("last", _("The last day is not before the first."))
        return cleaned

    @property
    def active_count(self):
        """How many filters narrow the totals."""
        return sum(bool(self.data.get(name)) for name in self.FILTERS if name in self.fields)

    @property
    def grouped_by(self):
        """What the hours are added up by, a `By`."""
        return By(self.cleaned_data["by"] or By.REQUEST)

    def narrow(self, files):
        """`files` as far as the filters narrow them."""
        data = self.cleaned_data
        if data.get("organisation"):
            files = files.filter(organisation__code=data["organisation"])
        return files.filter(nature=data["nature"]) if data["nature"] else files
