"""Step 2: the request."""

from copy import deepcopy
from types import SimpleNamespace

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy.intake import QUESTIONS
from requests_app.forms.analysis import form_field
from requests_app.forms.fields import LONG_TEXT, DayField, LineField, LongTextField
from requests_app.guards import lacks_to_be_sent
from requests_app.models import Nature
from ui.formats import number_text


class RequesterField(forms.ModelChoiceField):
    """Somebody of the organisation; the page shows name, position and e-mail of whoever is chosen.

    `people` are those to choose from, read once: the answer is looked up among them.
    """

    people = ()

    def to_python(self, value):
        """The person of this e-mail, None for none."""
        if value in self.empty_values:
            return None
        for person in self.people:
            if person.email == value:
                return person
        raise forms.ValidationError(
            self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value}
        )

    def label_from_instance(self, person):
        return f"{person.get_full_name()} · {person.position}" if person.position else person.get_full_name()


class RequestForm(forms.Form):
    """Everything may wait until the request is sent; the tick sends it.

    `organisation` limits the requesters (`requesters`); `text` (a `RequestText`) fills the form in.
    """

    title = LineField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("In a few words, what changes and for whom. Up to 200 characters."),
    )
    nature = forms.ChoiceField(
        label=_("Nature"),
        choices=[(value, capfirst(label)) for value, label in Nature.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    requester = RequesterField(
        label=_("Requester"),
        queryset=User.objects.none(),
        # A key would tell how many people the portal knows.
        to_field_name="email",
        required=False,
        empty_label=_("Choose a person"),
        help_text=_("Their name, position and e-mail come from their account."),
    )
    ticket_reference = LineField(
        label=_("Helpdesk ticket"),
        max_length=60,
        required=False,
        help_text=_("Its reference, if there is one. Up to 60 characters."),
    )
    deadline = DayField(
        label=_("Wished deadline"), required=False, help_text=_("A day to come, today at the earliest.")
    )
    description = LongTextField(
        label=_("Description"),
        required=False,
        rows=10,
        help_text=format_lazy(
            _(
                "What you need, for whom, and what happens today. Up to {limit} characters; Markdown is understood."
            ),
            limit=lazy(number_text, str)(LONG_TEXT),
        ),
    )
    send = forms.BooleanField(label=_("Send to the hot line"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    # As on the page, so that errors are summed up in the order in which they are met.
    field_order = ("title", "nature", "description", "requester", "deadline", "ticket_reference", "send")

    FIELDS = ("title", "nature", "requester", "ticket_reference", "deadline", "description")
    INTAKE = {f"intake-{question.name}": form_field(question) for question in QUESTIONS}

    def __init__(self, *args, organisation, text=None, initial=None, **kwargs):
        initial = initial or {}
        if text is not None:
            initial = {
                **{name: getattr(text, name) for name in self.FIELDS},
                **{f"intake-{name}": answer for name, answer in text.intake.items()},
                "revision": text.revision,
                **initial,
            }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields |= deepcopy(self.INTAKE)
        field = self.fields["requester"]
        # Read once, for the list and for what the page shows of whoever is chosen.
        self.requesters = field.people = list(organisation.people.active())
        field.choices = [
            ("", field.empty_label),
            *((person.email, field.label_from_instance(person)) for person in self.requesters),
        ]
        self.fields["deadline"].widget.attrs["min"] = timezone.localdate().isoformat()

    def clean_deadline(self):
        deadline = self.cleaned_data["deadline"]
        if deadline and deadline < timezone.localdate():
            raise forms.ValidationError(_("The deadline has passed; give one to come."))
        return deadline

    def clean(self):
        """Whoever ticks the box is told of all that is missing at once, beside what is wrong."""
        cleaned = super().clean()
        if self.errors and cleaned.get("send"):
            read = SimpleNamespace(**{name: cleaned.get(name) for name in self.FIELDS})
            read.title, read.description = read.title or "", read.description or ""
            for reason in lacks_to_be_sent(read):
                if reason.field not in self.errors:
                    self.add_error(reason.field, reason.message)
        return cleaned

    @property
    def request_fields(self):
        """What was typed, for the services."""
        answers = {name.removeprefix("intake-"): self.cleaned_data[name] for name in self.INTAKE}
        return {
            **{name: self.cleaned_data[name] for name in self.FIELDS},
            "intake": {name: answer for name, answer in answers.items() if answer},
        }

    @property
    def intake(self):
        """The five questions, for the page."""
        return [self[name] for name in self.INTAKE]

    @property
    def is_intake_open(self):
        """Whether one of them is answered or refused."""
        return any(bound.value() or bound.errors for bound in self.intake)
