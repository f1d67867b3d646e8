"""Step 4: the ruling; its validation date gives it."""

from copy import deepcopy

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import Role, Side
from privacy.analysis import asked_parts, is_unchanged, unsealed
from privacy.intake import analysis_of, personal_data_of
from privacy.reader import beside
from privacy.verdicts import Blocks, PersonalData, Verdict
from requests_app.forms.analysis import FIELDS, formsets_of, initial_of, shown_sections, typed_analysis
from requests_app.forms.fields import DayField, LineField, LongTextField, capitalised
from requests_app.forms.rows import RowForm, rows_of


class PersonField(forms.ModelChoiceField):
    """Somebody by their full name."""

    def label_from_instance(self, person):
        return person.get_full_name()


class ValidationForm(forms.Form):
    """What gives a ruling: the conclusions and the validation date; a deputy says for whom, a DPO is not asked."""

    conclusions = LongTextField(
        label=_("Conclusions"),
        required=False,
        rows=8,
        help_text=_(
            "Your advice, which the client reads word for word (art. 35(2), 39(1)). Markdown is understood."
        ),
    )
    standing_in_for = PersonField(
        label=_("Standing in for"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Choose the DPO"),
        help_text=_("The record says for whom you rule, as independent as they are (art. 38(6))."),
    )
    validation_date = DayField(
        label=_("Validation date"),
        required=False,
        help_text=_("Filled in, it makes saving give the ruling, which is kept as evidence (art. 5(2))."),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["validation_date"].widget.attrs["max"] = timezone.localdate().isoformat()
        if person.has_role(Role.DPO):
            del self.fields["standing_in_for"]
        else:
            self.fields["standing_in_for"].queryset = User.objects.active().with_role(Role.DPO)

    def clean_validation_date(self):
        day = self.cleaned_data["validation_date"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(
                _("A ruling cannot be dated in the future: give today or a day before.")
            )
        return day


class RulingForm(ValidationForm):
    """Everything may wait until the ruling is given; the validation date gives it.

    `person` is whoever rules. `start` (a `Ruling` or None) fills the form in, else `personal_data` does for its
    own field; `analysis` fills the analysis in, `formsets` are its rows, which a refusal may concern. What the
    first answers do not ask for is not checked.
    """

    personal_data = forms.ChoiceField(
        label=_("Does the request touch personal data?"),
        choices=capitalised(PersonalData.choices),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("All that leads to a person, by itself or with something else (art. 4(1))."),
    )
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=capitalised(Verdict.choices),
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "None chosen, where nothing changes: “no impact”. The client decides on your advice (art. 39(1)), but for "
            "an instruction that infringes the GDPR (art. 28(3))."
        ),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, start, revision, personal_data, analysis, formsets, **kwargs):
        self.rows = formsets
        kwargs["initial"] = initial_of(analysis) | {"personal_data": personal_data, "revision": revision}
        if start is not None:
            kwargs["initial"] |= {
                "personal_data": start.personal_data,
                "verdict": start.verdict,
                "conclusions": start.conclusions,
                "standing_in_for": start.standing_in_for_id,
            }
        super().__init__(*args, **kwargs)
        self.fields |= deepcopy(FIELDS)
        # The names to choose from stand in the page under this id.
        self.fields["scope-entry"].widget.attrs["list"] = "entries"
        # As on the page, so that errors are summed up in the order in which they are met.
        self.order_fields(["personal_data", *FIELDS, "verdict", "conclusions"])

    def clean(self):
        cleaned = super().clean()
        for name in [name for name in self.errors if name in FIELDS and not self.asks_for(name)]:
            del self.errors[name]
        # Of a draft nothing is concluded: what nobody chose would stay when the answers change.
        if cleaned.get("validation_date") and "verdict" in cleaned and not cleaned["verdict"]:
            cleaned["verdict"] = self.only_verdict(cleaned)
        return cleaned

    @staticmethod
    def only_verdict(cleaned):
        """The verdict that the first answers leave as the obvious one, so that the short paths do not ask; else ""."""
        if cleaned.get("personal_data") == PersonalData.NO:
            return Verdict.NO_PERSONAL_DATA.value
        touched = cleaned.get("personal_data") in (PersonalData.YES, PersonalData.INDIRECTLY)
        changes = {"scope": {"changes": cleaned.get("scope-changes")}}
        return Verdict.NO_IMPACT.value if touched and is_unchanged(changes) else ""

    def asks_for(self, name):
        """Whether the first answers call for the part of the analysis whose field or rows are `name`."""
        asked = asked_parts(
            self.cleaned_data.get("personal_data"), self.cleaned_data.get("scope-changes") or ()
        )
        return tuple(name.split("-")[:2]) in asked


class TogetherForm(ValidationForm):
    """Several requests that touch no personal data, ruled on with the same words.

    `waiting`: the choices, pairs of `NUMBER:version` and a number.
    """

    requests = forms.MultipleChoiceField(
        label=_("Requests"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick the requests on which you rule."),
            "invalid_choice": _("One of them no longer waits as it was shown: choose again."),
        },
    )

    def __init__(self, *args, waiting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["requests"].choices = waiting
        self.fields["conclusions"].required = self.fields["validation_date"].required = True
        self.fields["validation_date"].help_text = ""
        self.order_fields(["requests"])


class ConditionForm(RowForm):
    """Something the DPO asks for."""

    NEEDED = ("text", "owner")
    GIVEN = ("owner", "blocks", "origin")

    text = LongTextField(
        label=pgettext_lazy("of a ruling", "Condition"),
        required=False,
        rows=2,
        max_length=2_000,
        help_text=_("What has to be so for the people to be protected (art. 25, 32)."),
    )
    verification = LineField(
        label=_("How it will be verified"),
        required=False,
        max_length=300,
        help_text=_("What you will look at (art. 39(1)(b))."),
    )
    evidence = LineField(
        label=_("Evidence expected"),
        required=False,
        max_length=300,
        help_text=_("What will show it afterwards (art. 5(2), 24(1))."),
    )
    origin = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    owner = forms.ChoiceField(
        label=_("Owner"),
        choices=capitalised(Side.choices),
        initial=Side.VENDOR,
        help_text=_("The client, controller, or the vendor, its processor (art. 4(7) and (8))."),
        error_messages={"required": _("Say who sees to it: the client or the vendor.")},
    )
    blocks = forms.ChoiceField(
        label=pgettext_lazy("condition", "Blocks"),
        choices=capitalised(Blocks.choices),
        initial=Blocks.DELIVERY,
        help_text=_("Protection comes before the processing (art. 25(1))."),
    )
    days_after = forms.IntegerField(
        label=_("Days after"),
        required=False,
        help_text=_("Only for what may follow the acceptance (art. 24(1))."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        validators=[MinValueValidator(1), MaxValueValidator(3_650)],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A spare row is left as it is, whatever of it was sent.
        for name in self.GIVEN:
            self.fields[name].required = False

    def clean_blocks(self):
        return self.cleaned_data["blocks"] or Blocks.DELIVERY

    def clean(self):
        cleaned = super().clean()
        if self.is_blank or {"blocks", "days_after"} & self.errors.keys():
            return cleaned
        if cleaned["blocks"] == Blocks.AFTER and cleaned["days_after"] is None:
            self.add_error("days_after", _("Give the number of days after acceptance."))
        elif cleaned["blocks"] != Blocks.AFTER and cleaned["days_after"] is not None:
            self.add_error("days_after", _("Only for a condition to be met after acceptance."))
        return cleaned


ConditionRows = rows_of(ConditionForm, spare=1)


CONDITION_FIELDS = tuple(ConditionForm.base_fields)


class RulingSheet:
    """The ruling, its analysis and its conditions, posted together.

    `data` is the POST or None. The page starts from the `draft` (a `Ruling`); without one from the ruling given
    `before` on this file; without that from the client's own answers (`intake`, see `privacy.intake`) to its request in
    its `words`, which is marked. `findings`: what the dictionary (`privacy.reader`) found, shown beside the fields.
    """

    def __init__(self, data, *, person, draft, before, intake, words, findings):
        self.findings = findings
        start = draft or before
        self.saved = unsealed(start.analysis) if start else analysis_of(intake, words)
        self.marks = [] if start else self._mark_of(intake)
        if start:
            # The ruling before says for itself what else it took over; what it had of an entry may still be taken out.
            self.marks = draft.reused if draft else [mark for mark in before.reused if "entry" in mark]
        self.formsets = formsets_of(data, self.saved)
        self.form = RulingForm(
            data,
            person=person,
            start=start,
            revision=draft.revision if draft else 0,
            personal_data=personal_data_of(intake),
            analysis=self.saved,
            formsets=self.formsets,
        )
        self.conditions = ConditionRows(
            data,
            prefix="conditions",
            initial=[
                {name: getattr(row, name) for name in CONDITION_FIELDS} for row in start.conditions.all()
            ]
            if start
            else [],
        )

    def _mark_of(self, intake):
        """What the client's answers fill in, as a mark of `Ruling.reused`."""
        filled = [*(["personal_data"] if personal_data_of(intake) else []), *self.saved]
        return [{"part": "client", "sections": filled}] if filled else []

    @property
    def sources(self):
        """The marks of what filled in the first question."""
        return [mark for mark in self.marks if "personal_data" in mark.get("sections", ())]

    @property
    def asked_rows(self):
        """The formsets of the analysis that the first answers call for; asked once the form is clean."""
        return [rows for name, rows in self.formsets.items() if self.form.asks_for(name)]

    def is_valid(self):
        """Whether all of it is; each part says its own errors."""
        is_valid = self.form.is_valid()
        return all([is_valid, self.conditions.is_valid(), *(rows.is_valid() for rows in self.asked_rows)])

    @property
    def is_sound(self):
        """Whether the rows hold no error; an empty sheet holds none."""
        return not self.form.is_bound or all(rows.is_valid() for rows in (self.conditions, *self.asked_rows))

    @property
    def parts(self):
        """The forms whose errors are summed up on top of the page, in its order."""
        return [self.form, *(self.asked_rows if self.form.is_bound else ()), self.conditions]

    @property
    def sections(self):
        """The sections of the analysis, for the page."""
        return shown_sections(self.form, self.formsets, self.saved, self.marks, beside(self.findings))

    @property
    def validation_date(self):
        """The date that gives the ruling, or None."""
        return self.form.cleaned_data["validation_date"]

    @property
    def has_conditions(self):
        """Whether a condition is filled in, kept or wrong: then the rows are never folded away."""
        if not self.conditions.is_bound:
            return bool(self.conditions.initial)
        return any(not row.is_blank or row.errors for row in self.conditions.forms) or bool(
            self.conditions.non_form_errors()
        )

    @property
    def typed(self):
        """What was typed, as the services take it. What is out of sight stays as it was saved."""
        cleaned = self.form.cleaned_data
        asked = {name: rows for name, rows in self.formsets.items() if self.form.asks_for(name)}
        typed = typed_analysis({name: cleaned[name] for name in cleaned if self.form.asks_for(name)}, asked)
        return {
            "fields": {
                **{name: cleaned[name] for name in ("personal_data", "verdict", "conclusions")},
                "analysis": self._beside(typed),
                "reused": self.marks,
                "standing_in_for": cleaned.get("standing_in_for"),
            },
            "conditions": self.conditions.rows,
            "revision": cleaned["revision"],
            "version": cleaned["version"],
        }

    def _beside(self, typed):
        """`typed` with what was saved of the parts that are not asked for now."""
        analysis = {}
        for section, parts in self.saved.items():
            kept = {
                name: value for name, value in parts.items() if not self.form.asks_for(f"{section}-{name}")
            }
            if kept:
                analysis[section] = kept
        for section, parts in typed.items():
            analysis.setdefault(section, {}).update(parts)
        return analysis
