"""Past rulings like the one being written: the same register entry, the same client, a similar text.

The measure is PostgreSQL's own (the share of trigrams in common, as `pg_trgm` counts them), computed here over a
bounded number of titles, so that every database answers the same and none needs an extension.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.analysis import answer, rows
from privacy.models import RegisterEntry
from privacy.registers import RegisterKind
from requests_app.models import ChangeRequest, Ruling
from ui.folding import folded
from workflow.steps import Step

SHOWN = 3
# The latest rulings that are looked through, of the client and of all.
LOOKED_AT = 400
LEAST = 0.2
SAME_CLIENT, SAME_ENTRY = 0.15, 1


# What may be taken over, and what its button says.
PARTS = {
    "analysis": _("Reuse its analysis"),
    "conclusions": _("Reuse its conclusions"),
    "measures": _("Reuse its measures"),
    "conditions": _("Reuse its conditions"),
}


@dataclass(frozen=True)
class Precedent:
    """A past ruling, and how it is like this file: `same_entry`, `same_client`, `likeness` from 0 to 1."""

    ruling: Ruling
    same_entry: bool
    same_client: bool
    likeness: float

    @property
    def reusable(self):
        """What of it may be taken over: pairs of a button's value and its label."""
        has = {
            "analysis": bool(self.ruling.analysis),
            "conclusions": True,
            "measures": bool(rows(self.ruling.analysis, "measures", "measures")),
            "conditions": any(not condition.origin for condition in self.ruling.conditions.all()),
        }
        return [(f"{self.ruling.pk}:{part}", label) for part, label in PARTS.items() if has[part]]

    @property
    def per_cent(self):
        """The likeness of the titles, as people read it."""
        return round(self.likeness * 100)


def trigrams(text):
    """The sets of three letters in the words of `text`, as `pg_trgm` makes them."""
    return {
        padded[start : start + 3]
        for word in folded(text).split()
        for padded in [f"  {word} "]
        for start in range(len(padded) - 2)
    }


def likeness(one, other):
    """The share of trigrams that two sets have in common, from 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 0.0


def precedents(file, person, *, entry=""):
    """The past rulings, at most three, that `person` may see and that are most like `file`, the likest first.

    `entry`: the register entry that the ruling being written concerns. Returns a list of `Precedent`.
    """
    given = may_be_reused(file, person).order_by("-ruled_at")
    titles = given.values_list(
        "pk", "change_request__title", "change_request__organisation", "analysis__scope__entry"
    )
    own = titles.filter(change_request__organisation=file.organisation_id)[:LOOKED_AT]
    wanted, scores = trigrams(file.title), {}
    for pk, title, organisation, its_entry in {*own, *titles[:LOOKED_AT]}:
        same_entry = (
            bool(entry) and folded(its_entry or "") == folded(entry) and organisation == file.organisation_id
        )
        same_client = organisation == file.organisation_id
        alike = likeness(wanted, trigrams(title))
        score = alike + SAME_CLIENT * same_client + SAME_ENTRY * same_entry
        if score >= LEAST + SAME_CLIENT * (same_client and not same_entry):
            scores[pk] = (score, pk, same_entry, same_client, alike)
    best = sorted(scores.values(), reverse=True)[:SHOWN]
    rulings = (
        Ruling.objects.select_related("change_request__organisation", "ruled_by")
        .prefetch_related("conditions")
        .in_bulk([pk for _score, pk, *_likeness in best])
    )
    return [Precedent(rulings[pk], *like) for _score, pk, *like in best]


def may_be_reused(file, person):
    """The past rulings of other files that `person` may see, as a queryset."""
    visible = ChangeRequest.objects.visible_to(person).exclude(pk=file.pk)
    return Ruling.objects.given().filter(change_request__in=visible)


def ruling_before(file, person, *, entry):
    """The last `Ruling` in force that `person` may see on the same entry of the client's register by another request, or None."""
    given = may_be_reused(file, person).in_force().filter(change_request__organisation=file.organisation_id)
    # What was stopped was never made.
    given = given.filter(Q(change_request__ended_at=None) | Q(change_request__step=Step.CLOSED))
    names = given.order_by("-ruled_at").values_list("pk", "analysis__scope__entry")[:LOOKED_AT]
    found = next((pk for pk, name in names if name and folded(name) == folded(entry)), None)
    return found and Ruling.objects.select_related("change_request").get(pk=found)


def known_entries(file):
    """The names in the client's register, and those that rulings not delivered yet will bring; in order, to choose from."""
    given = Ruling.objects.given().filter(change_request__organisation=file.organisation_id)
    ruled_on = given.order_by("-ruled_at").values_list("analysis__scope__entry", flat=True)[:LOOKED_AT]
    entries = RegisterEntry.objects.filter(
        organisation=file.organisation_id, kind=RegisterKind.CONTROLLER
    ).values_list("name", flat=True)
    # A name in the register comes before another spelling of it.
    names = {folded(name): name for name in (*ruled_on, *entries) if name}
    return [names[key] for key in sorted(names)]


def entry_of(draft):
    """The register entry that a draft names, or ""."""
    return answer(draft.analysis, "scope", "entry", "") if draft else ""
