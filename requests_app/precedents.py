"""Past rulings like the one being written: the same register entry, the same client, a similar text.

PostgreSQL compares the texts by the words that it keeps beside each ruling (a migration makes the column), those of the
title counting most; elsewhere the share of words in common is counted here. Both over a bounded number of rulings.
"""

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, FloatField, Q
from django.db.models.expressions import RawSQL
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
# The shorter ones say nothing of what a text is about.
WORD = re.compile(r"\w{4,}")
# How much of a text is compared, as in the migration that keeps its words.
LONGEST = 20_000
# The rank of a ruling for the words of a text, as a share of the rank that the text itself has.
QUERY = "replace(plainto_tsquery('french', %s)::text, '&', '|')::tsquery"
OWN_WORDS = "setweight(to_tsvector('french', %s), 'A') || to_tsvector('french', %s)"
# A word of the title counts twice; 1: a longer text is no likelier by its length.
WEIGHTS = "'{0.5, 0.5, 0.5, 1}'"
RANK = (
    f"ts_rank({WEIGHTS}, requests_app_ruling.words, {QUERY}, 1)"
    f" / nullif(ts_rank({WEIGHTS}, {OWN_WORDS}, {QUERY}, 1), 0)"
)
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
        """The likeness of the texts, as people read it."""
        return round(self.likeness * 100)


def likeness(text, other):
    """How much of the words of `text` are in `other` (folded, the title first): in the title and in all, from 0 to 1."""
    return (_share(text.partition("\n")[0], other.partition("\n")[0]) + _share(text, other)) / 2


def _share(text, other):
    words = set(WORD.findall(text))
    return len(words & set(WORD.findall(other))) / len(words) if words else 0.0


def measured(rulings, version):
    """`rulings` with what they are `compared` by, and a function of it: how alike each and `version` are, from 0 to 1."""
    text = "\n".join(folded(one) for one in version.compared if one)[:LONGEST]
    if connection.vendor == "postgresql":
        rank = RawSQL(RANK, [text, text.partition("\n")[0], text, text], FloatField())  # noqa: S611  # constant SQL, the texts are parameters
        return rulings.annotate(compared=rank), lambda share: min(share or 0.0, 1.0)
    return rulings.annotate(compared=F("compared_text")), lambda other: likeness(text, other)


def precedents(version, person, *, entry=""):
    """The past rulings, at most three, that `person` may see and that are most like that of `version`, the likest first.

    `entry`: the register entry that the ruling being written concerns. Returns a list of `Precedent`.
    """
    file = version.change_request
    given, measure = measured(may_be_reused(file, person).order_by("-ruled_at"), version)
    rows = given.values_list("pk", "compared", "change_request__organisation", "analysis__scope__entry")
    own = rows.filter(change_request__organisation=file.organisation_id)[:LOOKED_AT]
    scores = {}
    for pk, compared, organisation, its_entry in {*own, *rows[:LOOKED_AT]}:
        same_entry = (
            bool(entry) and folded(its_entry or "") == folded(entry) and organisation == file.organisation_id
        )
        same_client = organisation == file.organisation_id
        alike = measure(compared)
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
