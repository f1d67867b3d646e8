"""Step 6: what is typed on the development's tab and on the page of a subtask."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import Role
from documents.fields import MultipleFileField
from requests_app.forms.fields import DayField, LineField, LongTextField, PageKeyField, capitalised
from requests_app.models import AcceptanceCriterion, CheckKind, Environment, Subtask
from requests_app.services.development import FAILS_ALONE
from ui.widgets import AmountField

SHORT_TEXT = 5_000


class PeopleWidget(forms.CheckboxSelectMultiple):
    """Boxes of people; whoever ruled on the request cannot be ticked, and its label says so."""

    barred = frozenset()

    def create_option(self, name, value, label, *args, **kwargs):
        option = super().create_option(name, value, label, *args, **kwargs)
        if getattr(value, "value", value) in self.barred:
            option["attrs"]["disabled"] = True
            option["label"] = _("%(name)s (ruled on this request and keeps out of it)") % {"name": label}
        return option


class PeopleField(forms.ModelMultipleChoiceField):
    """Active people of one role. Who may in fact be chosen is the services' to say."""

    def __init__(self, role, **kwargs):
        self.role = role
        people = User.objects.active().with_role(role).order_by("last_name", "first_name", "pk")
        super().__init__(
            queryset=people,
            required=False,
            widget=PeopleWidget,
            error_messages={
                "invalid_choice": _("Somebody chosen here is not active any more, or has not this role.")
            },
            **kwargs,
        )


class SubtaskForm(forms.Form):
    """A subtask to add, or to edit when `node` (a `progress.Node`) is given. `progress` is its file's."""

    title = LineField(label=_("Title"), max_length=200)
    description = LongTextField(
        label=_("Description"), required=False, rows=4, help_text=_("Markdown is understood.")
    )
    parent = forms.ModelChoiceField(
        label=_("Part of"),
        queryset=Subtask.objects.none(),
        required=False,
        empty_label=_("Nothing: a subtask of the first level"),
        error_messages={"invalid_choice": _("Choose a subtask of this request that can still be split.")},
    )
    developers = PeopleField(
        Role.DEVELOPER,
        label=_("Developers"),
        help_text=_("They are told. Whoever is on a subtask, even for a day, never checks it."),
    )
    accountable = forms.ModelChoiceField(
        label=_("Accountable developer"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("The first of those ticked"),
        help_text=_("One person to ask; assigned with the others."),
        error_messages={
            "invalid_choice": _(
                "Whoever is chosen here is not an active developer any more, or keeps out of it."
            )
        },
    )
    testers = PeopleField(
        Role.TESTER, label=_("Testers"), help_text=_("Nobody chosen: every tester is told.")
    )
    estimate = AmountField(label=_("Estimate"), required=False, max_digits=6)
    depends_on = forms.ModelMultipleChoiceField(
        label=_("Waits for"),
        queryset=Subtask.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Shown until they are green. Nothing is forbidden meanwhile: dates are what happened."),
        error_messages={"invalid_choice": _("Choose subtasks of this request.")},
    )
    criteria = forms.ModelMultipleChoiceField(
        label=_("Acceptance criteria"),
        queryset=AcceptanceCriterion.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A criterion that the client refuses sends this subtask back."),
    )
    forecast_start = DayField(label=_("Forecast start"), required=False)
    forecast_end = DayField(label=_("Forecast end"), required=False)
    key = PageKeyField()
    edition = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, progress, node=None, **kwargs):
        if node is not None:
            subtask = node.subtask
            kwargs["initial"] = {
                "title": subtask.title,
                "description": subtask.description,
                "developers": [person.pk for person in node.developers],
                "accountable": node.accountable and node.accountable.pk,
                "estimate": subtask.estimate,
                "depends_on": [one.pk for one in subtask.depends_on.all()],
                "testers": [person.pk for person in subtask.testers.all()],
                "criteria": [criterion.pk for criterion in node.criteria],
                "forecast_start": subtask.forecast_start,
                "forecast_end": subtask.forecast_end,
                "edition": node.edition,
            }
        super().__init__(*args, **kwargs)
        file = progress.change_request
        self.fields["criteria"].queryset = AcceptanceCriterion.objects.as_sent(file)
        self.fields["criteria"].choices = [(one.pk, one.numbered) for one in progress.criteria]
        for name in ("developers", "testers"):
            field = self.fields[name]
            # Whoever develops or tests sees every file of step 6: the page has them among those whom it tells.
            field.choices = [(one.pk, str(one)) for one in file.audiences().with_role(field.role)]
            field.widget.barred = progress.rulers
        self._offer_accountable(progress)
        self._offer_dependencies(progress, node)
        if node is not None:
            del self.fields["parent"], self.fields["key"]
        else:
            del self.fields["edition"]
            parents = [one.subtask for one in progress.tree if one.may_be_split]
            field = self.fields["parent"]
            field.queryset = file.subtasks.filter(pk__in=[one.pk for one in parents])
            field.choices = [("", field.empty_label), *((one.pk, one.title) for one in parents)]

    def _offer_accountable(self, progress):
        """Those who develop and did not rule on the request."""
        field, developers = self.fields["accountable"], self.fields["developers"]
        field.queryset = developers.queryset
        field.choices = [
            ("", field.empty_label),
            *((key, name) for key, name in developers.choices if key not in progress.rulers),
        ]

    def _offer_dependencies(self, progress, node):
        """Every subtask of the file but itself and its own family, and none that is cancelled."""
        family = {node.subtask.pk, node.subtask.parent_id} if node else set()
        kept = {one.pk for one in node.subtask.depends_on.all()} if node else set()
        offered = [
            one.subtask
            for one in progress.nodes.values()
            if one.subtask.pk not in family
            and not (node and one.subtask.parent_id == node.subtask.pk)
            and (not one.is_cancelled or one.subtask.pk in kept)
        ]
        field = self.fields["depends_on"]
        field.queryset = progress.change_request.subtasks.all()
        field.choices = [(one.pk, one.title) for one in offered]

    def clean_estimate(self):
        hours = self.cleaned_data["estimate"]
        if hours is not None and hours <= 0:
            raise forms.ValidationError(_("Give an estimate above zero."))
        return hours

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("forecast_start"), cleaned.get("forecast_end")
        if start and end and end < start:
            self.add_error("forecast_end", _("The forecast end is not before the forecast start."))
        return cleaned

    @property
    def typed(self):
        """What was typed, as the services take it."""
        cleaned = self.cleaned_data
        names = ("title", "description", "estimate", "forecast_start", "forecast_end")
        return {
            "fields": {name: cleaned[name] for name in names},
            "developers": list(cleaned["developers"]),
            "accountable": cleaned["accountable"],
            "testers": list(cleaned["testers"]),
            "depends_on": list(cleaned["depends_on"]),
            "criteria": list(cleaned["criteria"]),
        }


class StartForm(forms.Form):
    """The day on which work began."""

    start_date = DayField(label=_("Start date"))

    def __init__(self, *args, node, **kwargs):
        kwargs.setdefault("initial", {"start_date": node.subtask.start_date or timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.fields["start_date"].widget.attrs["max"] = timezone.localdate().isoformat()

    def clean_start_date(self):
        day = self.cleaned_data["start_date"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Work cannot start in the future: give today or a day before."))
        return day


class EndForm(forms.Form):
    """The day on which work ended."""

    end_date = DayField(label=_("End date"))

    def __init__(self, *args, node, **kwargs):
        self.start_date = node.subtask.start_date
        super().__init__(*args, **kwargs)
        limits = {"min": self.start_date, "max": timezone.localdate()}
        self.fields["end_date"].widget.attrs.update(
            {name: day.isoformat() for name, day in limits.items() if day}
        )

    def clean_end_date(self):
        day = self.cleaned_data["end_date"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Work cannot end in the future: give today or a day before."))
        if self.start_date and day < self.start_date:
            raise forms.ValidationError(_("The end date is not before the start date."))
        return day


class KindsField(forms.MultipleChoiceField):
    """Shows the checks that the reader may make; the services refuse any other, and say why."""

    def valid_value(self, value):
        return value in CheckKind


class CheckForm(forms.Form):
    """Checks of an ended subtask that have one result. `kinds`: those that its reader may make now."""

    PASSED, FAILED = "passed", "failed"

    kind = KindsField(
        label=pgettext_lazy("of a subtask", "Checks"),
        # None is ticked beforehand: nobody answers by an oversight for a check that they did not make.
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick each one that you have made with this result. One that failed is saved alone."),
        error_messages={"required": _("Tick at least one check.")},
    )
    verdict = forms.ChoiceField(
        label=_("Result"),
        choices=[(PASSED, pgettext_lazy("check", "Passed")), (FAILED, pgettext_lazy("check", "Failed"))],
        widget=forms.RadioSelect,
    )
    comment = LongTextField(
        label=_("Comment, or reason of the failure"),
        rows=2,
        required=False,
        max_length=SHORT_TEXT,
        help_text=_("Needed when the check failed: its developers read it."),
    )

    build = LineField(label=_("Version checked"), required=False, max_length=60)
    documents = MultipleFileField(label=_("Evidence"), required=False)

    def __init__(self, *args, kinds=(), **kwargs):
        if len(kinds) == 1:
            kwargs.setdefault("initial", {"kind": kinds})
        super().__init__(*args, **kwargs)
        self.fields["documents"].widget.attrs["multiple"] = True
        kinds = capitalised((kind, CheckKind(kind).label) for kind in kinds)
        self.single = kinds[0][1] if len(kinds) == 1 else ""
        self.fields["kind"].choices = kinds
        if self.single:
            self.fields["kind"].widget = forms.MultipleHiddenInput()
        else:
            self.fields["documents"].help_text = _("Shown with each of the checks ticked.")

    def clean(self):
        cleaned = super().clean()
        failed = cleaned.get("verdict") == self.FAILED
        if failed and "comment" in cleaned and not cleaned["comment"].strip():
            self.add_error("comment", _("Say why the check failed."))
        if failed and len(cleaned.get("kind", ())) > 1:
            self.add_error("kind", FAILS_ALONE)
        return cleaned


class PassGdprForm(forms.Form):
    """Several GDPR checks passed at once. `nodes`: the subtasks whose check its reader may make."""

    subtasks = forms.ModelMultipleChoiceField(
        label=_("Subtasks whose GDPR check passed"),
        queryset=Subtask.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one subtask.")},
    )

    def __init__(self, *args, progress, nodes=(), **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["subtasks"]
        field.queryset = progress.change_request.subtasks.all()
        field.choices = [(node.subtask.pk, node.subtask.title) for node in nodes]


class DeliveryForm(forms.Form):
    """A delivery, to qualification or to production."""

    environment = forms.ChoiceField(
        label=_("Where it is delivered"),
        choices=[
            (Environment.QUALIFICATION, _("Deliver to qualification")),
            (Environment.PRODUCTION, _("Deliver to production")),
        ],
        widget=forms.RadioSelect,
    )
    release = LineField(label=_("Software version"), max_length=60)
    notes = LongTextField(
        label=_("Delivery notes"),
        required=False,
        rows=4,
        max_length=20_000,
        help_text=_("What changes, and where to find it. The client reads them. Markdown is understood."),
    )
    key = PageKeyField()


class ConfirmForm(forms.Form):
    """An act that asks for nothing but its button."""


class AgreeForm(forms.Form):
    """The client's agreement: to the proposal that its page showed."""

    proposal = forms.IntegerField(widget=forms.HiddenInput)
