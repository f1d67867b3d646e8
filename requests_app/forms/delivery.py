"""Step 7: the client's test sheet."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.fields import MultipleFileField
from requests_app.forms.fields import LongTextField

ACCEPT, REFUSE = "accept", "refuse"


class CriterionField(forms.ChoiceField):
    """The answer to one criterion; unanswered is allowed here, an acceptance asks for all."""

    def __init__(self, criterion, **kwargs):
        super().__init__(
            label=criterion.numbered,
            required=False,
            choices=[
                (ACCEPT, pgettext_lazy("criterion", "Accepted")),
                (REFUSE, pgettext_lazy("criterion", "Refused")),
            ],
            widget=forms.RadioSelect,
            **kwargs,
        )


class DecisionWidget(forms.RadioSelect):
    """The two decisions; acceptance cannot be chosen while something blocks it."""

    is_blocked = False

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value == ACCEPT and self.is_blocked:
            option["attrs"]["disabled"] = True
        return option


class TestSheetForm(forms.Form):
    """Each of `criteria` accepted or refused with a comment and evidence, then one decision on the delivery.

    `draft`, an `AcceptanceDraft` or None, fills the answers in; `delivery` is the rank of the delivery tested.
    `is_kept` says that the answers are kept for later: no decision is asked for. Criteria are named by their
    position: a key would tell how much is specified for others.
    """

    # Not a test, whatever its name begins with.
    __test__ = False

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[(ACCEPT, _("Accept the delivery")), (REFUSE, _("Refuse the delivery"))],
        widget=DecisionWidget,
        error_messages={"required": _("Say whether you accept or refuse the delivery.")},
    )
    reason = LongTextField(
        label=_("Comment, or reason of the refusal"),
        required=False,
        rows=4,
        max_length=5_000,
        help_text=_("Needed when you refuse: it is read by those who develop."),
    )

    delivery = forms.IntegerField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, criteria, draft, delivery, is_blocked=False, is_kept=False, **kwargs):
        initial = {"delivery": delivery, "revision": draft.revision if draft else 0}
        if draft:
            initial |= {"reason": draft.comment, **draft.answers}
        super().__init__(*args, initial=initial, **kwargs)
        self.criteria, self.draft, self.is_kept = criteria, draft, is_kept
        self.fields["decision"].widget.is_blocked = is_blocked
        self.fields["decision"].required = not is_kept
        for criterion in criteria:
            self.fields[f"criterion_{criterion.position}"] = CriterionField(criterion)
            self.fields[f"comment_{criterion.position}"] = LongTextField(
                label=_("Comment"), required=False, rows=1, max_length=5_000
            )
            self.fields[f"documents_{criterion.position}"] = documents = MultipleFileField(
                label=_("Evidence"), required=False
            )
            documents.widget.attrs["multiple"] = True

    def clean(self):
        cleaned = super().clean()
        if self.is_kept:
            return cleaned
        if cleaned.get("decision") == REFUSE and not cleaned.get("reason", "x").strip():
            self.add_error("reason", _("Say why you refuse the delivery."))
        for criterion in self.criteria:
            answer, *besides = (
                f"{name}_{criterion.position}" for name in ("criterion", "comment", "documents")
            )
            if not cleaned.get(answer, "?") and any(cleaned.get(name) for name in besides):
                self.add_error(
                    answer, _("Say whether you accept or refuse this criterion: you commented or proved it.")
                )
        return cleaned

    @property
    def answers(self):
        """`{criterion's key: (is_accepted, the client's words)}` of the criteria that were answered."""
        cleaned = self.cleaned_data
        return {
            one.pk: (
                cleaned[f"criterion_{one.position}"] == ACCEPT,
                cleaned[f"comment_{one.position}"],
            )
            for one in self.criteria
            if cleaned[f"criterion_{one.position}"]
        }

    @property
    def evidence(self):
        """`{criterion's key: uploads}` of the criteria that something proves."""
        sent = {one.pk: self.cleaned_data[f"documents_{one.position}"] for one in self.criteria}
        return {key: uploads for key, uploads in sent.items() if uploads}

    @property
    def kept(self):
        """The answers as a draft keeps them: what was typed, by field."""
        return {
            name: self.cleaned_data[name]
            for one in self.criteria
            for name in (f"criterion_{one.position}", f"comment_{one.position}")
        }
