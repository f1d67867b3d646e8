"""The sheet of the fourth check: each of its lines, saved together."""

from dataclasses import dataclass

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import CLIENT_ROLES, DPO_ROLES, Role, Side
from documents.fields import MultipleFileField
from privacy.verdicts import Conformity
from requests_app.forms.fields import DayField, LineField, LongTextField, capitalised
from requests_app.gdpr_sheet import action_needed, lines_of, open_lines, why_needed

MOST_TYPED = 5_000


def owners_of(file):
    """Who may own a dated action of `file`, by what forms call them: each side, and those of it who may say that it is done."""
    people = file.audiences().with_role(*CLIENT_ROLES, *DPO_ROLES, Role.LEAD)
    return {side.value: side for side in Side} | {one.email: one for one in people}


@dataclass(frozen=True)
class LineFields:
    """The bound fields of one line; `seen` is what its hidden field says next."""

    conformity: forms.BoundField
    comment: forms.BoundField
    build: forms.BoundField
    documents: forms.BoundField
    action: forms.BoundField
    owner: forms.BoundField
    due: forms.BoundField
    seen: int

    @property
    def is_open(self):
        """Whether something is wrong with the version or the evidence, folded away."""
        return bool(self.build.errors or self.documents.is_in_use)

    @property
    def has_action(self):
        """Whether the dated action, folded away, says something or is wrong."""
        return bool(self.action.value() or self.due.value() or self.action.errors or self.due.errors)


class SheetForm(forms.Form):
    """Every line of a sheet; a field is named after the key of its line, `key-field`. `progress` is its file's.

    `actions` are the dated actions that are open. `ruling` is the ruling in force, or the one whose sheet was read
    where this was posted from its page.
    """

    build = LineField(
        label=_("Version verified"),
        required=False,
        max_length=60,
        help_text=_("Of every line that you change below without giving it a version of its own."),
    )
    rank = forms.IntegerField(widget=forms.HiddenInput, required=False)

    WHOLE_SIDES = {Side.CLIENT: _("The client, whoever it is"), Side.VENDOR: _("The vendor, whoever it is")}

    def __init__(self, data=None, *args, progress, actions=(), **kwargs):
        read = data.get("rank", "") if data is not None else ""
        by_rank = {str(rank): ruling for rank, ruling in enumerate(progress.given, 1)}
        self.ruling = by_rank.get(read, progress.ruling)
        self.lines = open_lines(lines_of(self.ruling), progress.change_request.step)
        wanted = {action.finding_id: action.said for action in actions if action.finding_id}
        kwargs["initial"] = {"rank": len(progress.given)}
        for line in self.lines:
            conformity, comment, build = line.said(line.number)
            action, owner, due = wanted.get(line.finding and line.finding.pk, ("", Side.VENDOR, None))
            owner = getattr(owner, "email", owner)
            said = {"seen": line.number, "conformity": conformity, "comment": comment, "build": build}
            said |= {"action": action, "owner": owner, "due": due}
            kwargs["initial"] |= {f"{line.key}-{name}": value for name, value in said.items()}
        super().__init__(data, *args, **kwargs)
        self.owners = owners_of(progress.change_request)
        for line in self.lines:
            self.fields |= {f"{line.key}-{name}": field for name, field in self._fields_of_a_line().items()}

    def _fields_of_a_line(self):
        documents = MultipleFileField(label=_("Evidence"), required=False)
        documents.widget.attrs["multiple"] = True
        return {
            "seen": forms.IntegerField(widget=forms.HiddenInput, required=False),
            "conformity": forms.ChoiceField(label=_("Finding"), choices=capitalised(Conformity.choices)),
            "comment": LongTextField(label=_("Comment"), rows=1, required=False, max_length=MOST_TYPED),
            "build": LineField(label=_("Version verified"), required=False, max_length=60),
            "documents": documents,
            "action": LongTextField(
                label=_("What is to be done"), rows=2, required=False, max_length=MOST_TYPED
            ),
            "owner": forms.ChoiceField(
                label=_("Owner"),
                choices=[(side.label, choices) for side, choices in self._choices_of_owners()],
                required=False,
            ),
            "due": DayField(label=_("Due on"), required=False),
        }

    def _choices_of_owners(self):
        """Of each side, the side itself and its people, by their e-mail."""
        for side in Side:
            people = [(key, str(one)) for key, one in self.owners.items() if getattr(one, "side", "") == side]
            yield side, [(side.value, self.WHOLE_SIDES[side]), *people]

    def clean(self):
        cleaned = super().clean()
        for line in self.lines:
            comment = f"{line.key}-comment"
            says_why = comment not in cleaned or cleaned[comment].strip()
            if cleaned.get(f"{line.key}-conformity") == Conformity.NOT_APPLICABLE and not says_why:
                self.add_error(comment, why_needed(line))
            if line.wants_action(cleaned.get(f"{line.key}-conformity")):
                self._must_want(line, cleaned)
        return cleaned

    def _must_want(self, line, cleaned):
        """A minor non-conformity says what is to be done, and a day to come."""
        action, due = f"{line.key}-action", f"{line.key}-due"
        if not cleaned.get(action, "x").strip() or (due in cleaned and cleaned[due] is None):
            self.add_error(action if not cleaned.get(action, "x").strip() else due, action_needed(line))
        elif cleaned.get(due) and due in self.changed_data and cleaned[due] < timezone.localdate():
            self.add_error(due, _("Give a day to come."))

    @property
    def typed(self):
        """What was typed, as the service takes it."""
        cleaned = self.cleaned_data
        names = ("seen", "conformity", "comment", "build", "documents")
        return {
            "lines": {
                line.key: {name: cleaned[f"{line.key}-{name}"] for name in names}
                | {"action": self._action_of(line)}
                for line in self.lines
            },
            "build": cleaned["build"],
            "rank": cleaned["rank"],
        }

    def _action_of(self, line):
        """The dated action typed on a line, as `Action.said`, or None."""
        action, owner, due = (self.cleaned_data[f"{line.key}-{name}"] for name in ("action", "owner", "due"))
        return (action, self.owners[owner or Side.VENDOR], due) if action and due else None

    def fields_of(self, line):
        """The `LineFields` of `line`, one of the form's as the sheet has it now.

        Whoever was told that somebody was faster on it has read that finding: saving again replaces it.
        """
        bound = {name: self[f"{line.key}-{name}"] for name in self._fields_of_a_line()}
        seen = bound.pop("seen")
        return LineFields(**bound, seen=line.number if bound["conformity"].errors else seen.value())


class DoneForm(forms.Form):
    """How a dated action was done; `position` is its rank in the file."""

    position = forms.IntegerField(widget=forms.HiddenInput, max_value=32_767)
    how = LongTextField(label=_("How it was done"), rows=2, max_length=MOST_TYPED)


class HandoverForm(forms.Form):
    """How the owner of a condition meets it; `position` is the condition's rank in its ruling."""

    position = forms.IntegerField(widget=forms.HiddenInput, max_value=32_767)
    words = LongTextField(label=_("How it is met"), rows=3, required=False, max_length=MOST_TYPED)
    documents = MultipleFileField(label=_("Documents"), required=False)
