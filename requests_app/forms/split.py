"""Step 6: a whole split pasted at once, and the templates of splits."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from requests_app import pasted
from requests_app.forms.development import PeopleField
from requests_app.forms.fields import LineField, LongTextField, PageKeyField, capitalised
from requests_app.models import Nature, SubtaskTemplate

LONGEST_LIST = 1_000_000
HOW = _(
    "One line each; indent the lines of the second level. Hours at the end, as in “Export (6 h)”, are the estimate."
)


class ListField(LongTextField):
    """A list of subtasks as people paste it; what it says is checked line by line."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("Subtasks"), rows=14, max_length=LONGEST_LIST, strip=False, help_text=HOW, **kwargs
        )

    def clean(self, value):
        text = super().clean(value)
        try:
            pasted.read(text)
        except pasted.Unreadable as refusal:
            raise forms.ValidationError(refusal.messages) from refusal
        return text


class PastedListForm(forms.Form):
    """A list to add to the split of `progress`, and who works on it."""

    text = ListField()
    developers = PeopleField(
        Role.DEVELOPER,
        label=_("Developers"),
        help_text=_("Of every line without lines of its own. The first one ticked is accountable."),
    )
    testers = PeopleField(
        Role.TESTER, label=_("Testers"), help_text=_("Nobody chosen: every tester is told.")
    )
    edition = forms.CharField(widget=forms.HiddenInput, required=False)
    key = PageKeyField()

    def __init__(self, *args, progress, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("developers", "testers"):
            self.fields[name].widget.barred = progress.rulers

    def clean(self):
        cleaned = super().clean()
        if "text" in cleaned:
            cleaned["lines"] = pasted.tree(pasted.read(cleaned["text"]))
        return cleaned


class TemplateForm(forms.ModelForm):
    """A template of subtasks, with the natures of request that it is for."""

    name = LineField(label=_("Name"), max_length=120)
    nature = forms.ChoiceField(
        label=_("For requests of the nature"),
        required=False,
        choices=[("", _("Every nature")), *capitalised(Nature.choices)],
    )
    text = ListField()

    class Meta:
        model = SubtaskTemplate
        fields = ("name", "nature", "text")


class ApplyTemplateForm(forms.Form):
    """A template that is applied in one press. `templates`: those of the request's nature."""

    template = forms.ModelChoiceField(
        queryset=SubtaskTemplate.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("This template is no longer there.")},
    )

    def __init__(self, *args, templates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates
