"""The fourth check: the DPO fills in the request's sheet, line by line, and keeps it up to date."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import DPO_ROLES
from privacy.verdicts import Blocks, Conformity
from requests_app.gdpr_sheet import Line, action_needed, open_lines, why_needed
from requests_app.models import Action, Finding, Section
from requests_app.progress import Progress
from requests_app.services.handovers import add_proof
from ui.formats import moment_text
from workflow import engine
from workflow.errors import Missing, MovedOn, NotYourRole, Reason


@dataclass(frozen=True)
class Typed:
    """What was typed on a line. `seen`: how many findings it had on the page that was read; None for no page."""

    line: Line
    conformity: str
    comment: str = ""
    build: str = ""
    documents: tuple = ()
    seen: int | None = None
    # The dated action that it wants, and the one that it has: `Action.said`, or None.
    action: tuple | None = None
    had: tuple | None = None

    @property
    def said(self):
        """What it comes down to, as `Finding.said`, whatever ends of line the browser sent."""
        return self.conformity, "\n".join(self.comment.strip().splitlines()), self.build

    @property
    def read(self):
        """What the line said on the page that was read."""
        return self.line.said(self.line.number if self.seen is None else self.seen)

    @property
    def is_touched(self):
        """Whether it is more than what that page showed."""
        return self._brings_more or self.said != self.read

    @property
    def is_new(self):
        """Whether it is more than what the line says now."""
        return self._brings_more or self.said != self.line.said(self.line.number)

    @property
    def wants_action(self):
        """Whether it needs a dated action."""
        return self.line.wants_action(self.conformity)

    @property
    def _brings_more(self):
        return bool(self.documents) or (self.wants_action and self.action != self.had)

    def with_build(self, build):
        """The same on the version `build`, unless it was given a version of its own."""
        has_own = self.build not in ("", self.read[-1])
        return self if has_own or not build else replace(self, build=build)


@transaction.atomic
def assess(file, *, actor, lines, build="", rank=None):
    """Keep how several lines of the sheet in force were found: all of them, or none. Returns the events.

    `lines`: `{line's key: what was typed, a dict of Typed's fields}`; a line left as its page showed it is no
    finding. `documents` prove a finding and are kept whole; `action` is `(text, owner, due)`, which a minor
    non-conformity that blocks nothing needs, its owner a `Side` or somebody of it. `build`: the version verified of those changed without a
    version of their own. `rank`: that of the ruling whose sheet was read, None for whoever read no page.
    """
    locked = engine.hold(file, "gdpr_sheet", actor=actor)
    progress = Progress(locked)
    sheet = {line.key: line for line in open_lines(progress.sheet, locked.step)}
    if not sheet and progress.sheet:
        raise engine.moved_on(locked)
    if rank not in (None, len(progress.given)) or not lines.keys() <= sheet.keys():
        raise MovedOn(what=_("The ruling of this sheet has fallen, and the sheet with it."))
    actions = {
        action.finding_id: action
        for action in locked.actions.open().exclude(finding=None).select_related("person")
    }
    had = {key: actions[_key_of(line)].said for key, line in sheet.items() if _key_of(line) in actions}
    typed = [Typed(sheet[key], had=had.get(key), **said) for key, said in lines.items()]
    touched = [one.with_build(build) for one in typed if one.is_touched]
    new = [one for one in touched if one.is_new]
    if not new:
        raise _nothing_to_keep(touched)
    reasons = [reason for one in new for reason in _lacks(one)]
    if reasons:
        raise Missing(reasons)
    events = []
    for one in new:
        action = actions.get(_key_of(one.line))
        event, finding = _keep(locked, one, ruling=progress.ruling, actor=actor)
        events.append(event)
        if one.wants_action:
            _want(locked, finding, action or Action(ruling=progress.ruling), one.action, actor=actor)
    return events


def plan_after_acceptance(locked, *, accepted_on):
    """Make dated actions of the conditions still unmet that were to be met within days after the acceptance.

    Part of accepting a delivery; `accepted_on` is its day.
    """
    progress = Progress(locked)
    planned = set(locked.actions.open().exclude(finding=None).values_list("finding", flat=True))
    for line in progress.sheet:
        if line.blocks != Blocks.AFTER or line.conformity.is_met or _key_of(line) in planned:
            continue
        condition = line.condition
        due = accepted_on + timedelta(days=condition.days_after)
        said = condition.text, condition.owner, due
        _want(locked, None, Action(ruling=progress.ruling), said, actor=None)


@transaction.atomic
def complete_action(file, *, actor, position, how):
    """Say how the dated action of this rank was done: its owner's side, or the DPO. Returns the event."""
    locked = engine.hold(file, "actions", actor=actor)
    action = locked.actions.in_force().select_related("done_by").filter(position=position).first()
    if action is None:
        raise MovedOn(what=_("This action is no longer wanted."))
    if actor.side != action.owner and not actor.has_role(*DPO_ROLES):
        raise NotYourRole("actions")
    if action.done_at:
        raise MovedOn(by=action.done_by, at=action.done_at)
    if not how.strip():
        raise Missing([Reason("how", _("Say how it was done."), "how")])
    action.done_by, action.done_at, action.done_how = actor, timezone.now(), how
    action.save(update_fields=["done_by", "done_at", "done_how"])
    return engine.record(
        locked,
        "complete_action",
        actor=actor,
        reason=how,
        data={"action": action.text, "owner": action.owner},
    )


def _key_of(line):
    """The key of the finding that holds on a line, or None."""
    return line.finding.pk if line.finding else None


def _want(locked, finding, action, said, *, actor):
    """Keep `action` as what `finding` wants now; it stays the same row while the line stays minor."""
    was = action.said if action.pk else None
    action.finding, action.change_request = finding, locked
    action.text, owner, action.due = said
    action.person = owner if isinstance(owner, User) else None
    action.owner = owner.side if action.person else owner
    if action.pk is None:
        action.position = locked.actions.count() + 1
    if was != said:
        action.planned_at, action.reminded_at = timezone.now(), None
    action.save()
    if was != said:
        engine.record(locked, "plan_action", actor=actor, data=told_of(action))


def told_of(action):
    """What the history says of an action: what is wanted, of whom, by when."""
    data = {"action": action.text, "owner": action.owner, "due_date": action.due.isoformat()}
    return data | ({"person": action.person_id} if action.person_id else {})


def _nothing_to_keep(touched):
    """The refusal of a sheet that is as it was: nobody typed, or the same was saved already."""
    if touched:
        last = touched[-1].line.finding
        return MovedOn(by=last.made_by, at=last.made_at)
    return Missing([Reason("nothing", _("No line was changed: there is nothing to save."))])


def _lacks(typed):
    """What keeps a line from being saved, as `Reason`s."""
    line = typed.line
    if typed.seen not in (None, line.number):
        yield Reason(
            "overtaken",
            _(
                "%(name)s was faster on “%(line)s”, on %(when)s: %(finding)s. Save again to put yours in its place."
            )
            % {
                "name": line.finding.made_by,
                "line": line.text,
                "when": moment_text(line.finding.made_at),
                "finding": line.conformity.label,
            },
            f"{line.key}-conformity",
        )
    if typed.conformity == Conformity.NOT_APPLICABLE and not typed.comment.strip():
        yield Reason("comment", why_needed(line), f"{line.key}-comment")
    if typed.wants_action and not typed.action:
        yield Reason("action", action_needed(line), f"{line.key}-action")


def _keep(locked, typed, *, ruling, actor):
    line, now = typed.line, timezone.now()
    conformity, comment, build = typed.said
    if line.finding:
        Finding.objects.filter(pk=line.finding.pk).update(replaced_at=now)
    finding = Finding.objects.create(
        ruling=ruling,
        point=line.point or "",
        condition=line.condition,
        number=line.number + 1,
        conformity=conformity,
        comment=comment,
        build=build,
        made_by=actor,
        made_at=now,
    )
    about = {"condition": line.text} if line.condition else {"point": line.key}
    event = engine.record(
        locked,
        "assess_condition" if line.condition else "assess_point",
        actor=actor,
        reason=comment,
        data={**about, "conformity": conformity, "build": build},
    )
    add_proof(
        locked,
        actor=actor,
        section=Section.SHEET,
        uploads=typed.documents,
        condition=line.condition,
        finding=finding,
        field=f"{line.key}-documents",
    )
    return event, finding
