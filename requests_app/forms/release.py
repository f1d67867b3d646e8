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
    """What a release brings. `release` as it is kept, `user` a lead.

    The field `notes_<key>` holds the notes of one of its requests.
    """

    name = LineField(label=_("Software version"), max_length=60)
    environment = forms.ChoiceField(
        label=_("Where it is delivered"), choices=capitalised(Environment.choices), widget=forms.RadioSelect
    )
    planned_on = DayField(label=_("Planned on"))
    requests = RequestsField(
        label=_("Requests that it brings"),
        queryset=ChangeRequest.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each gets notes of its own, which its client alone reads, once the delivery is saved."),
        error_messages={
            "required": _("A delivery brings at least one request: tick it."),
            "invalid_choice": _("A request chosen here is not in development any more."),
        },
    )
    notes = LongTextField(
        label=_("Notes on the version, read by every client of this delivery"),
        required=False,
        rows=6,
        max_length=20_000,
        help_text=_(
            "Name no client, and say nothing of one alone: what is one request's goes into its own notes. Markdown is understood."
        ),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, release, user, **kwargs):
        items = release.items.select_related("change_request__organisation") if release.pk else []
        self.brought = [item.change_request for item in items]
        chosen = [file.pk for file in self.brought]
        if release.pk:
            kwargs["initial"] = {
                name: getattr(release, name) for name in ("name", "environment", "planned_on", "notes")
            } | {"requests": chosen, **{f"notes_{item.change_request_id}": item.notes for item in items}}
        kwargs.setdefault("initial", {})["revision"] = release.revision
        super().__init__(*args, **kwargs)
        files = deliverable(user) | ChangeRequest.objects.visible_to(user).filter(pk__in=chosen)
        self.fields["requests"].queryset = files.select_related("organisation").order_by("planned_date", "pk")
        for file in self.brought:
            self.fields[f"notes_{file.pk}"] = LongTextField(
                label=_("Notes on %(number)s, read by %(client)s alone")
                % {"number": file.number, "client": file.organisation.name},
                required=False,
                rows=3,
                max_length=20_000,
            )

    def clean_planned_on(self):
        day = self.cleaned_data["planned_on"]
        if "planned_on" in self.changed_data and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed; give one to come."))
        return day

    @property
    def own_notes(self):
        """The fields of the notes of each request, for the page."""
        return [self[f"notes_{file.pk}"] for file in self.brought]

    @property
    def typed(self):
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        return {
            "fields": {name: data[name] for name in ("name", "environment", "planned_on", "notes")},
            "files": list(data["requests"]),
            "own_notes": {file.pk: data[f"notes_{file.pk}"] for file in self.brought},
            "revision": data["revision"] or 0,
        }
