"""What narrows the list of requests, from its address alone: views, filters, free text, order."""

from django import forms
from django.db import models
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, User
from accounts.roles import Role
from requests_app.forms.fields import LineField
from requests_app.models import Assignment, Nature, Round, Subtask
from requests_app.models.request import concern, late
from ui.folding import folded
from ui.widgets import QuickSelect
from workflow.steps import ENDS, PLACES, SEVEN, Step

ANY = ("", _("All"))
LONGEST_SEARCH = 200
OPEN = Q(ended_at=None)
PROGRESS = Case(
    *(When(step=step, then=Value(rank)) for rank, step in enumerate((*SEVEN, *ENDS))),
    output_field=IntegerField(),
)
SORTS = {"number": F("number"), "progress": PROGRESS, "deadline": F("deadline"), "planned": F("planned_date")}


class View(models.TextChoices):
    """Which files the list starts from."""

    MINE = "mine", pgettext_lazy("requests", "Mine")
    OPEN = "open", pgettext_lazy("requests", "In progress")
    LATE = "late", pgettext_lazy("requests", "Late")
    ALL = "all", pgettext_lazy("requests", "All")


class Turn(models.TextChoices):
    """The side that a file waits for."""

    CLIENT = "client", pgettext_lazy("turn", "Client")
    VENDOR = "vendor", pgettext_lazy("turn", "Vendor")

    @property
    def steps(self):
        """The steps at which it is this side's turn."""
        return [step for step in SEVEN if PLACES[step].side == self]


class RequestFilterForm(forms.Form):
    """The filters as the address has them; who is of a client is never asked for an organisation."""

    q = LineField(label=_("Number, title, text or ticket"), required=False, max_length=LONGEST_SEARCH)
    step = forms.ChoiceField(label=_("Step"), required=False, widget=QuickSelect)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False, widget=QuickSelect)
    nature = forms.ChoiceField(label=_("Nature"), required=False, widget=QuickSelect)
    turn = forms.ChoiceField(
        label=pgettext_lazy("list", "Turn"), required=False, choices=[ANY, *Turn.choices], widget=QuickSelect
    )
    view = forms.ChoiceField(choices=View.choices, required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    FILTERS = ("q", "step", "organisation", "nature", "turn")

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user
        steps = [step for step in Step if step is not Step.TICKET]
        self.fields["step"].choices = [ANY, *((step.value, step.label) for step in steps)]
        self.fields["nature"].choices = [ANY, *((one.value, capfirst(str(one.label))) for one in Nature)]
        if user.is_client_side:
            del self.fields["organisation"]
        else:
            self.fields["organisation"].choices = [ANY, *Organisation.objects.values_list("code", "name")]

    @property
    def active_count(self):
        """How many filters narrow the list."""
        return sum(bool(self.data.get(name)) for name in self.FILTERS if name in self.fields)

    @property
    def view_shown(self):
        """The view asked for; without one, all files when the search or the step reaches for those that ended."""
        data = self.cleaned_data
        if data.get("view"):
            return View(data["view"])
        return View.ALL if data.get("q") or data.get("step") in ENDS else View.OPEN

    @property
    def is_sorted(self):
        """Whether the address asks for a column."""
        return self.cleaned_data["sort"].removeprefix("-") in SORTS

    @property
    def is_newest_first(self):
        """Among all files those of long ago have the oldest deadlines: there the last opened comes first."""
        return self.view_shown is View.ALL and not self.is_sorted

    def narrow(self, files):
        """`files` as far as the filters narrow it; the view not yet."""
        data = self.cleaned_data
        for word in folded(data["q"]).split():
            files = files.filter(self._holds(word))
        if data["step"]:
            files = files.filter(step=data["step"])
        if data["nature"]:
            files = files.filter(nature=data["nature"])
        if data["turn"]:
            files = files.filter(step__in=Turn(data["turn"]).steps)
        if data.get("organisation"):
            files = files.filter(organisation__code=data["organisation"])
        return files

    def counted(self, files, today):
        """How many of `files` each view holds, in one statement: `{View: number}`."""
        counts = {view.value: Count("pk", filter=condition) for view, condition in self.conditions(today)}
        return {View(name): number for name, number in files.aggregate(**counts).items()}

    def conditions(self, today):
        """Each view with the condition on its files."""
        return (
            (View.MINE, OPEN & concern(self.user)),
            (View.OPEN, OPEN),
            (View.LATE, late(today)),
            (View.ALL, Q()),
        )

    def in_order(self, files):
        """`files` by the column asked for, what has no value last; else as `is_newest_first` says."""
        asked = self.cleaned_data["sort"]
        if self.is_newest_first:
            return files.order_by("-pk")
        column = SORTS.get(asked.removeprefix("-"), SORTS["deadline"])
        if asked.startswith("-"):
            return files.order_by(column.desc(nulls_last=True), "-pk")
        return files.order_by(column.asc(nulls_last=True), "pk")

    def _holds(self, word):
        found = Q(search_text__contains=word)
        # The rework of a returned request is its own side's alone, to find as to read.
        return found | Q(draft__search_text__contains=word) if self.user.is_client_side else found


class BoardFilterForm(forms.Form):
    """The filters of the board as the address has them."""

    q = LineField(label=_("Request: number or title"), required=False, max_length=200)
    person = forms.ChoiceField(label=_("Person"), required=False, widget=QuickSelect)
    organisation = forms.ChoiceField(label=_("Client"), required=False, widget=QuickSelect)
    view = forms.ChoiceField(choices=[("table", _("Table"))], required=False, widget=forms.HiddenInput)

    FILTERS = ("q", "person", "organisation")

    def __init__(self, data):
        super().__init__(data)
        at_work = User.objects.active().with_role(Role.DEVELOPER, Role.TESTER).order_by().values("pk")
        under_work = {"subtask__change_request__step": Step.DEVELOPMENT}
        assigned = Assignment.objects.current().filter(**under_work).values("person")
        named = Subtask.testers.through.objects.filter(**under_work).values("user")
        # Whoever left is still asked for, as long as their subtasks wait for somebody else.
        people = User.objects.filter(Q(pk__in=at_work) | Q(pk__in=assigned) | Q(pk__in=named))
        self.fields["person"].choices = [
            ANY,
            *((str(one.pk), self._named(one)) for one in people.order_by("last_name", "first_name", "pk")),
        ]
        self.fields["organisation"].choices = [ANY, *Organisation.objects.values_list("code", "name")]

    @property
    def active_count(self):
        """How many filters narrow the board."""
        return sum(bool(self.data.get(name)) for name in self.FILTERS)

    @property
    def is_table(self):
        """Whether the same is asked for as a table."""
        return self.is_valid() and self.cleaned_data["view"] == "table"

    def narrow(self, subtasks):
        """`subtasks` as far as the filters narrow them."""
        data = self.cleaned_data
        for word in folded(data["q"]).split():
            subtasks = subtasks.filter(change_request__search_text__contains=word)
        if data["organisation"]:
            subtasks = subtasks.filter(change_request__organisation__code=data["organisation"])
        return subtasks.filter(self._concerns(data["person"])) if data["person"] else subtasks

    def _named(self, person):
        return str(person) if person.is_active else _("%(name)s (no longer active)") % {"name": person}

    def _concerns(self, person):
        """Which subtasks are for `person` (a key): to work on or, once ended where no tester is named, to check."""
        of_subtask = {"subtask": OuterRef("pk")}
        assignments = Assignment.objects.filter(**of_subtask, person=person)
        of_parent = Assignment.objects.filter(subtask=OuterRef("parent"), person=person)
        named = Subtask.testers.through.objects.filter(**of_subtask)
        is_tester = User.objects.active().with_role(Role.TESTER).filter(pk=person)
        to_check = Exists(Round.objects.filter(**of_subtask, sent_back_at=None)) & Exists(is_tester)
        return (
            Q(Exists(assignments.current()))
            | Q(Exists(named.filter(user=person)))
            | Q(to_check & ~Exists(named) & ~Exists(assignments) & ~Exists(of_parent))
        )
