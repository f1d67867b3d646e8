"""A delivery of several requests."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.forms.fields import DayField, LineField, LongTextField, capitalised
from requests_app.models import ChangeRequest, Environment
from requests_app.services.release import deliverable


class RequestsField(forms.ModelMultipleChoiceField):
    """Requests by number, title and client."""

    def label_from_instance(self, file):
        """What its box says."""
        return f"{file.number} – {file.title} ({file.organisation.name})"


class ReleaseForm(forms.Form):
    """What a release brings. `release` as it is kept, `user` a lead."""

    name = LineField(label=_("Software version"), max_length=60)
    environment = forms.ChoiceField(
        label=_("Where it is delivered"), choices=capitalised(Environment.choices), widget=forms.RadioSelect
    )
    planned_on = DayField(label=_("Planned on"))
    requests = RequestsField(
        label=_("Requests that it brings"),
        queryset=ChangeRequest.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("A delivery brings at least one request: tick it."),
            "invalid_choice": _("A request chosen here is not in development any more."),
        },
    )
    notes = LongTextField(
        label=_("Delivery notes"),
        required=False,
        rows=6,
        max_length=20_000,
        help_text=_(
            "Every client of this delivery reads them: name no client, and nothing of one alone. Markdown is understood."
        ),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, release, user, **kwargs):
        chosen = [item.change_request_id for item in release.items.all()] if release.pk else []
        if release.pk:
            kwargs["initial"] = {
                name: getattr(release, name) for name in ("name", "environment", "planned_on", "notes")
            } | {"requests": chosen}
        kwargs.setdefault("initial", {})["revision"] = release.revision
        super().__init__(*args, **kwargs)
        files = deliverable(user) | ChangeRequest.objects.visible_to(user).filter(pk__in=chosen)
        self.fields["requests"].queryset = files.select_related("organisation").order_by("planned_date", "pk")

    def clean_planned_on(self):
        day = self.cleaned_data["planned_on"]
        if "planned_on" in self.changed_data and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed; give one to come."))
        return day

    @property
    def typed(self):
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        return {
            "fields": {name: data[name] for name in ("name", "environment", "planned_on", "notes")},
            "files": list(data["requests"]),
            "revision": data["revision"] or 0,
        }
