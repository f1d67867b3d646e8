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
    "One line each; indent the lines of the second level. At the end of a line, in any order, what is known: hours "
    "in brackets, who after @, criteria after #, as in “Data entry (6 h) @lea.nguyen #2,3”."
)
HOW_IN_TEMPLATE = _(
    "One line each; indent the lines of the second level. At the end of a line, hours in brackets and who after @, "
    "as in “Data entry (6 h) @lea.nguyen”."
)


class ListField(LongTextField):
    """A list of subtasks as people paste it; `read` (of `pasted`) says line by line what cannot be taken."""

    def __init__(self, *, read, **kwargs):
        super().__init__(label=_("Subtasks"), rows=14, max_length=LONGEST_LIST, strip=False, **kwargs)
        self.read = read

    def clean(self, value):
        text = super().clean(value)
        try:
            self.read(text)
        except pasted.Unreadable as refusal:
            raise forms.ValidationError(refusal.messages) from refusal
        return text


class PastedListForm(forms.Form):
    """A list to add to the split of `progress`, and who works on it."""

    text = ListField(read=pasted.read, help_text=HOW)
    developers = PeopleField(
        Role.DEVELOPER,
        label=_("Developers"),
        help_text=_("Of every line that names none. The first one ticked is accountable."),
    )
    testers = PeopleField(
        Role.TESTER,
        label=_("Testers"),
        help_text=_("Of every line that names none. Nobody chosen: every tester is told."),
    )
    edition = forms.CharField(widget=forms.HiddenInput, required=False)
    key = PageKeyField()

    def __init__(self, *args, progress, **kwargs):
        super().__init__(*args, **kwargs)
        self.progress = progress
        for name in ("developers", "testers"):
            field = self.fields[name]
            field.widget.barred = progress.rulers
            field.label_from_instance = lambda person: f"{person} · @{person.email.partition('@')[0]}"

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            people = {name: cleaned[name] for name in ("developers", "testers")}
            try:
                cleaned["lines"] = pasted.tree(
                    pasted.pieces(self.progress, pasted.read(cleaned["text"]), **people)
                )
            except pasted.Unreadable as refusal:
                self.add_error("text", refusal.messages)
        return cleaned


class TemplateForm(forms.ModelForm):
    """A template of subtasks, with the natures of request that it is for."""

    name = LineField(label=_("Name"), max_length=120)
    nature = forms.ChoiceField(
        label=_("For requests of the nature"),
        required=False,
        choices=[("", _("Every nature")), *capitalised(Nature.choices)],
    )
    text = ListField(read=pasted.read_template, help_text=HOW_IN_TEMPLATE)
    edition = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = SubtaskTemplate
        fields = ("name", "nature", "text")

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, initial={"edition": instance.edition}, **kwargs)


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
