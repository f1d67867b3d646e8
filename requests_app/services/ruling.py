"""Step 4: the DPO rules on the version that was sent."""

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import DPO_ROLES, Side
from notifications.dispatch import announce
from privacy.analysis import (
    answer,
    completed,
    entailed_conditions,
    is_unchanged,
    merged,
    reduced,
    rows,
    sealed,
)
from privacy.models import RegisterVersion
from privacy.verdicts import Blocks, PersonalData, Verdict
from requests_app.guards import independence, the_version_seen
from requests_app.models import ChangeRequest, Condition, Ruling
from requests_app.precedents import ruling_before
from requests_app.services.proofs import owe
from requests_app.versions import sha256
from workflow import engine
from workflow.errors import Missing, MovedOn, Reason
from workflow.models import Event
from workflow.steps import Step

# What the history says of a file at step 4, the last one holding.
WHO_CAN_RULE = NOBODY, SOMEBODY = "nobody_can_rule", "can_be_ruled_again"


@transaction.atomic
def save_ruling(file, *, actor, fields, conditions=None, revision=None, version=None):
    """Save the draft of a ruling; it stays the vendor's alone.

    `fields`: a dict of `personal_data`, `analysis` (`privacy.analysis`), `verdict`, `conclusions`,
    `standing_in_for`. `conditions`: None to leave them, or the list of dicts of `Condition`'s fields in order;
    those that the analysis makes join them. `version`: the number of the one that was read, which has to be the last;
    None when the caller did not read first. Returns the draft `Ruling`. Whoever may not rule on this file
    (`guards.independence`) may not draft it for another either.
    """
    locked = engine.hold(file, "ruling", actor=actor)
    reasons = list(independence(locked, actor, {}))
    if version is not None:
        reasons += the_version_seen(locked, actor, {"version": version})
    if reasons:
        raise Missing(reasons)
    draft = locked.rulings.filter(ruled_at=None).first() or Ruling(change_request=locked)
    draft.version = locked.versions.last()
    draft.edit(fields, actor=actor, at=timezone.now(), revision=revision)
    _set_conditions(draft, conditions)
    return draft


@transaction.atomic
def start_from_entry(file, *, actor, fields, **typed):
    """Save the draft as in `save_ruling`, completed once for each entry of the client's register that it names.

    Where something changes in the processing, what is not answered starts as the entry has it, then as the ruling before
    on the same entry by another request has it, each marked as such; what was typed stays, with the rows of a list that
    the entry has beside it. Returns the draft.
    """
    draft = save_ruling(file, actor=actor, fields=fields, **typed)
    analysis, marks = _started(draft, actor)
    if marks:
        draft.analysis = analysis
        draft.reused += marks
        draft.save(update_fields=["analysis", "reused"])
        _set_conditions(draft, None)
    return draft


def would_start(file, *, actor, fields):
    """Whether `start_from_entry` would add something to these `fields`, to be read over before the ruling is given."""
    names = ("personal_data", "analysis", "reused")
    typed = Ruling(change_request=file, **{name: fields[name] for name in names if name in fields})
    _analysis, marks = _started(typed, actor)
    return any(mark["sections"] for mark in marks)


def _started(draft, actor):
    """The analysis of `draft` with what is known of the entry that it names, and the marks of it; none the second time."""
    analysis, asked = draft.analysis, reduced(draft.personal_data, draft.analysis)
    changes, name = answer(asked, "scope", "changes"), answer(asked, "scope", "entry", "")
    if not changes or not name or is_unchanged(asked) or draft.marks_of_entry(name):
        return analysis, []
    marks, shown = [], []
    for number, part, past in _past_of_entry(draft.change_request, actor, name):
        whole = merged(analysis, past)
        sections = [section for section in past if whole[section] != analysis.get(section)]
        shown += [f"{section}-{one}" for section, parts in past.items() for one in parts]
        marks.append({"number": number, "part": part, "entry": name, "sections": sections})
        analysis = whole
    # One stays even where nothing was filled in: what is taken out afterwards stays out, of the entry too.
    kept = [mark for mark in marks if mark["sections"]] or marks[:1]
    if kept:
        kept[0]["said"] = list(dict.fromkeys(shown))
    return analysis, kept


def _past_of_entry(file, actor, name):
    """What is known of the entry `name`: tuples of a request's number, what says it, and an analysis."""
    versions = RegisterVersion.objects.named(file.organisation_id, name).standing()
    version = versions.select_related("change_request").first()
    if version is not None:
        yield version.change_request.number, "entry", version.content
    before = ruling_before(file, actor, entry=name)
    if before is not None:
        # Whether an assessment is needed is each ruling's own to say.
        facts = {section: parts for section, parts in before.analysis.items() if section != "dpia"}
        yield before.change_request.number, "previous", facts


def _set_conditions(draft, conditions):
    """Keep `conditions` (None for those that it has) as those of the draft, with those that its analysis makes."""
    if conditions is None:
        conditions = [_as_typed(condition) for condition in draft.conditions.all()]
    draft.conditions.all().delete()
    Condition.objects.bulk_create(
        Condition(ruling=draft, position=position, **condition)
        for position, condition in enumerate(_with_entailed(draft, conditions), 1)
    )


@transaction.atomic
def reuse(file, *, actor, precedent, part, fields, conditions, **read):
    """Save the draft as in `save_ruling` (`read` as there), with a part of a past ruling added to what was typed; marked.

    `precedent`: a given `Ruling` that the actor may see. `part`: a key of `requests_app.precedents.PARTS`; what
    is answered already stays as it is. Returns the draft.
    """
    fields = dict(fields)
    if part == "conclusions":
        texts = [fields["conclusions"].rstrip(), precedent.conclusions]
        fields["conclusions"] = "\n\n".join(dict.fromkeys(filter(None, texts)))
    elif part == "analysis":
        past = _past_for(file, precedent)
        fields["analysis"] = completed(fields["analysis"], past)
        fields["personal_data"] = fields["personal_data"] or precedent.personal_data
    elif part == "measures":
        said = {row["measure"]: row for row in rows(precedent.analysis, "measures", "measures")}
        said |= {row["measure"]: row for row in rows(fields["analysis"], "measures", "measures")}
        fields["analysis"] = {**fields["analysis"], "measures": {"measures": list(said.values())}}
    else:
        typed = {row["text"] for row in conditions}
        past = (row for row in precedent.conditions.all() if not row.origin and row.text not in typed)
        conditions = [*conditions, *map(_as_typed, past)]
    draft = save_ruling(file, actor=actor, fields=fields, conditions=conditions, **read)
    mark = {"number": precedent.change_request.number, "part": part}
    if mark not in draft.reused:
        draft.reused.append(mark)
        draft.save(update_fields=["reused"])
    return draft


def _past_for(file, precedent):
    """What of the analysis of a past ruling may serve `file`: its impact assessment is its own, and so is the name of
    another client's register entry.
    """
    past = {section: parts for section, parts in precedent.analysis.items() if section != "dpia"}
    if precedent.change_request.organisation_id != file.organisation_id:
        past["scope"] = {name: value for name, value in past.get("scope", {}).items() if name != "entry"}
    return past


def _as_typed(condition):
    """A saved condition as the service takes it."""
    names = ("text", "verification", "evidence", "owner", "blocks", "days_after", "origin")
    return {name: getattr(condition, name) for name in names}


def _with_entailed(draft, conditions):
    """`conditions` and those that the analysis makes: one a cause, in the DPO's words where they changed them.

    Those that are the client's by law block delivery, whatever was posted.
    """
    entailed = {one.origin: one for one in _entailed(draft)}
    kept = []
    for row in conditions:
        made = entailed.pop(row.get("origin"), None)
        if made and made.owner == Side.CLIENT:
            row = {**row, "owner": made.owner, "blocks": Blocks.DELIVERY, "days_after": None}
        if made or not row.get("origin"):
            kept.append(row)
    return kept + [
        {"origin": one.origin, "text": one.text, "owner": one.owner, "evidence": one.evidence}
        for one in entailed.values()
    ]


def _entailed(draft):
    """Nothing is asked for where the request cannot be carried out at all."""
    if draft.verdict == Verdict.INFRINGING:
        return ()
    return entailed_conditions(reduced(draft.personal_data, draft.analysis))


@transaction.atomic
def rule(file, *, actor, validation_date, fields=None, **typed):
    """Give the ruling, with the draft's `fields` saved first where given, `typed` as in `save_ruling`. Returns the event.

    `validation_date` is a date or None. The ruling given before, if any still held, falls.
    """
    locked = engine.hold(file, "ruling", actor=actor)
    if fields is not None:
        save_ruling(locked, actor=actor, fields=fields, **typed)
    draft = locked.rulings.filter(ruled_at=None).first() or Ruling(change_request=locked)
    version = locked.versions.last()
    draft.analysis = sealed(draft.personal_data, draft.analysis)
    event = engine.run(
        locked,
        "rule",
        actor=actor,
        data={
            "version": version.number,
            "content_sha256": version.content_sha256,
            "personal_data": draft.personal_data,
            "analysis_sha256": sha256(draft.analysis),
            "verdict": draft.verdict,
            "conclusions": draft.conclusions,
            "conditions": [_as_typed(condition) for condition in draft.conditions.all()] if draft.pk else [],
            "validation_date": validation_date.isoformat() if validation_date else None,
            "standing_in_for": draft.standing_in_for_id,
        },
    )
    locked.rulings.in_force().update(fell_at=event.at)
    draft.version, draft.event, draft.ruled_by, draft.ruled_at = version, event, actor, event.at
    draft.validation_date = validation_date
    draft.save()
    announce(event)
    owe(event)
    return event


def tell_where_nobody_can_rule():
    """Tell the portal administrator of each file that waits for a ruling that nobody can give any more.

    Asked regularly, since whoever could may have left or lost the role after the version was sent. Where
    somebody can rule again the history says so, and nobody is told. Returns the files of which something
    was said.
    """
    stuck = waiting = ChangeRequest.objects.filter(step=Step.RULING)
    for person in User.objects.active().with_role(*DPO_ROLES):
        stuck = stuck.exclude(pk__in=ChangeRequest.objects.rulable_by(person).values("pk"))
    stuck = set(stuck.values_list("pk", flat=True))
    said = Event.objects.filter(
        change_request=OuterRef("pk"), name__in=WHO_CAN_RULE, at__gte=OuterRef("step_since")
    )
    last = Subquery(said.order_by("-sequence").values("name")[:1])
    told = []
    for file in waiting.annotate(said=last):
        is_stuck = file.pk in stuck
        if (file.said == NOBODY) != is_stuck:
            told.append(file)
            _say_who_can_rule(file, NOBODY if is_stuck else SOMEBODY)
    return told


@transaction.atomic
def _say_who_can_rule(file, name):
    locked = engine.lock(file)
    # Whatever was done meanwhile is looked at the next time.
    if locked.history_length == file.history_length:
        announce(engine.record(locked, name, actor=None))


@transaction.atomic
def rule_several(chosen, *, actor, conclusions, validation_date, standing_in_for=None):
    """Rule “no personal data” on several files with the same conclusions, each with its own record: all or none.

    `chosen`: pairs of a file and the number of the version that was read. Returns the events. Raises `Missing`
    or `MovedOn` with the file's number in front.
    """
    fields = {
        "personal_data": PersonalData.NO,
        "verdict": Verdict.NO_PERSONAL_DATA,
        "conclusions": conclusions,
        "standing_in_for": standing_in_for,
    }
    # In one order, so that two who rule at once wait for one another rather than for ever.
    return [
        _rule_one(file, version, actor=actor, validation_date=validation_date, fields=fields)
        for file, version in sorted(chosen, key=lambda pair: pair[0].pk)
    ]


def _rule_one(file, version, **typed):
    try:
        locked = engine.hold(file, "ruling", actor=typed["actor"])
    except MovedOn as refusal:
        raise MovedOn(by=refusal.by, at=refusal.at, what=_changed(file), is_save=refusal.is_save) from refusal
    if locked.versions.last().number != version or locked.rulings.filter(ruled_at=None).exists():
        raise MovedOn(what=_changed(file))
    try:
        return rule(locked, conditions=[], **typed)
    except Missing as refusal:
        reasons = [
            Reason(one.code, _("%(number)s: %(reason)s") % {"number": file.number, "reason": one}, one.field)
            for one in refusal.reasons
        ]
        raise Missing(reasons) from refusal


def _changed(file):
    return _("%(number)s has changed since this page was shown.") % {"number": file.number}


@transaction.atomic
def return_to_support(file, *, actor, reason):
    """Ask support for more information before ruling; the planned date is empty again. Returns the event."""
    locked = engine.lock(file)
    locked.planned_date = None
    event = engine.run(locked, "return_to_support", actor=actor, reason=reason)
    announce(event)
    return event
