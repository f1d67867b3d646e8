"""Step 5: the client's answer; and what cancels a request before."""

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.fields import MultipleFileField
from privacy.verdicts import Verdict
from requests_app.forms.fields import LineField, LongTextField, ReasonForm, capitalised
from requests_app.models import CancelReason
from workflow.machine import label_of

CHOICES = ("sign", "validate", "request_change", "cancel")


def cancel_reasons():
    """The list of reasons, none chosen beforehand."""
    return [("", _("Choose")), *capitalised(CancelReason.choices)]


def label_of_choice(name):
    """What the card of a choice says: a first signature is no move of the machine."""
    return _("Sign first") if name == "sign" else label_of(name)


class DecisionForm(forms.Form):
    """Sign first or validate, ask for a change, or cancel. `offered` are the choices shown, names of `CHOICES`.

    `first` is the first signature that waits, whose words the second one starts from.

    Whoever posts another one is answered by the engine, which knows why not.
    """

    choice = forms.ChoiceField(
        label=_("Your decision"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )
    against_advice = LongTextField(
        label=_("Why you validate against the DPO's advice"),
        required=False,
        max_length=5_000,
        help_text=_("Needed to validate: it is kept as your documented instruction."),
    )
    order_number = LineField(label=_("Order number"), required=False, max_length=60)
    category = forms.ChoiceField(label=_("Reason for cancelling"), choices=cancel_reasons, required=False)
    comment = LongTextField(
        label=_("Comment"),
        required=False,
        rows=4,
        max_length=5_000,
        help_text=_("Optional if you validate; otherwise say why. Support and the development read it."),
    )
    documents = MultipleFileField(label=_("Documents, such as the signed order"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, offered, verdict=None, first=None, **kwargs):
        if first:
            kwargs["initial"] = {
                "order_number": first.order_number,
                "against_advice": first.against_advice,
            }
        super().__init__(*args, **kwargs)
        choice = self.fields["choice"]
        choice.choices = [(name, label_of_choice(name)) for name in CHOICES]
        choice.widget.choices = [(name, label_of_choice(name)) for name in CHOICES if name in offered]
        if len(offered) == 1:
            choice.initial = next(iter(offered))
        if verdict != Verdict.UNFAVOURABLE:
            del self.fields["against_advice"]
        self.fields["documents"].widget.attrs["multiple"] = True

    def clean(self):
        cleaned = super().clean()
        choice = cleaned.get("choice")
        if choice == "cancel" and "category" in cleaned and not cleaned["category"]:
            self.add_error("category", _("Choose a reason."))
        if choice in ("request_change", "cancel") and "comment" in cleaned and not cleaned["comment"]:
            self.add_error("comment", _("Say why: support needs it to answer you."))
        return cleaned


class CancelForm(ReasonForm):
    """Why a client cancels."""

    category = forms.ChoiceField(label=_("Reason for cancelling"), choices=cancel_reasons)
    reason = LongTextField(
        label=_("Comment"), rows=4, max_length=5_000, help_text=_("Everybody on the request reads it.")
    )
    field_order = ("category", "reason")
