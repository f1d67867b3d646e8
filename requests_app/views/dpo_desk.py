"""The DPO's desk, and what was answered in a quarter."""

import re
from datetime import timedelta

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import role_required
from accounts.roles import DPO_ROLES
from planning.periods import quarter_of, quarters_of
from planning.workdays import today
from privacy.verdicts import Blocks, Conformity, Verdict
from requests_app import dpo_desk
from requests_app.dpo_desk import RETURNED
from ui.items import Chip

PER_PAGE = 50
QUARTER = re.compile(r"(2[0-9]{3})-([1-4])")
QUARTERS_SHOWN = 4
OUTCOMES = (*Verdict, RETURNED)


@role_required(*DPO_ROLES)
@require_safe
def desk(request):
    """What is to be ruled on, open conditions, dated actions, adoptions awaited, the figures of this quarter."""
    actions, adoptions = (
        Paginator(rows(request.user), PER_PAGE)
        for rows in (dpo_desk.dated_actions, dpo_desk.awaited_adoptions)
    )
    queue, total = dpo_desk.queue(request.user)
    conditions = dpo_desk.open_conditions(request.user)
    counts = dpo_desk.counted(conditions)
    blocks = request.GET.get("bloque", "")
    if blocks in Blocks:
        conditions = conditions.filter(blocks=blocks)
    rows = (
        dpo_desk.with_finding(conditions)
        .select_related("ruling__change_request__organisation")
        .order_by("ruling__change_request__deadline", "ruling", "position")
    )
    quarter = quarter_of(today())
    figures = dpo_desk.figures(dpo_desk.answers(request.user, quarter))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "queue": queue,
        "total": total,
        "left_out": total - len(queue),
        "page": page,
        "conditions": [(one, Conformity(one.conformity).label) for one in page],
        "blocks": _blocks(counts, blocks),
        "is_narrowed": blocks in Blocks,
        "actions": actions.page(1),
        "actions_left_out": max(actions.count - PER_PAGE, 0),
        "adoptions": adoptions.page(1),
        "quarter": quarter,
        "figures": figures,
        "outcomes": _outcomes(figures, quarter),
    }
    return render(request, "requests_app/dpo_desk.html", context)


@role_required(*DPO_ROLES)
@require_safe
def rulings_given(request):
    """The rulings given and the returns of a quarter, one by one; an outcome that the address asks for alone."""
    quarter = _asked_quarter(request.GET.get("trimestre", ""))
    events, outcome = dpo_desk.answers(request.user, quarter), request.GET.get("issue", "")
    figures = dpo_desk.figures(events)
    context = {
        "quarter": quarter,
        "quarters": _quarters(quarter),
        "figures": figures,
        "outcomes": _outcomes(figures, quarter, outcome),
    }
    if outcome in OUTCOMES:
        events = dpo_desk.with_outcome(events, outcome)
    rows = events.select_related("change_request__organisation", "actor", "ruling__version")
    rows = rows.defer("ruling__version__content", "ruling__version__quote").order_by("-at", "-pk")
    context["page"] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context["lines"] = [dpo_desk.answer_of(event) for event in context["page"]]
    return render(request, "requests_app/rulings_given.html", context)


def _asked_quarter(text):
    """The quarter that an address names, such as `2026-4`; this one where it names none."""
    named = QUARTER.fullmatch(text)
    return quarters_of(int(named[1]))[int(named[2]) - 1] if named else quarter_of(today())


def _name_of(quarter):
    """The quarter as addresses name it."""
    return f"{quarter.first.year}-{quarter.first.month // 3 + 1}"


def _quarters(current):
    """The last quarters as chips, the latest first, and the one shown where it is older."""
    last = [quarter_of(today())]
    while len(last) < QUARTERS_SHOWN:
        last.append(quarter_of(last[-1].first - timedelta(days=1)))
    if current not in last:
        last.append(current)
    return [Chip(label=one.name, url=f"?trimestre={_name_of(one)}", current=one == current) for one in last]


def _outcomes(figures, quarter, current=None):
    """The figures of a quarter as chips, each of which leads to the answers that it counts."""
    here = reverse("requests:rulings_given")
    chips = [("", _("All answers"), sum(figures.numbers.values()))]
    chips += [(verdict.value, capfirst(str(verdict.label)), figures.numbers[verdict]) for verdict in Verdict]
    chips.append((RETURNED, _("Returned to support"), figures.numbers[RETURNED]))
    return [
        Chip(
            label=label,
            url=f"{here}?{urlencode({'trimestre': _name_of(quarter), 'issue': outcome})}",
            current=outcome == current,
            count=count,
        )
        for outcome, label, count in chips
    ]


def _blocks(counts, current):
    """What the open conditions block, as chips."""
    chips = [("", _("All conditions"), sum(counts.values()))]
    chips += [(one.value, capfirst(str(one.label)), counts.get(one, 0)) for one in Blocks]
    return [
        Chip(label=label, url=f"?bloque={blocks}#conditions", current=blocks == current, count=count)
        for blocks, label, count in chips
    ]
