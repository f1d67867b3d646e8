"""How the sheet of the fourth check stands: the standard list, then each condition of the ruling in force.

Computed from the findings made under that ruling and stored nowhere: when it falls, its sheet falls with it, and the
next ruling that calls for the check starts another.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from privacy.checklist import Point
from privacy.verdicts import Blocks, Conformity
from requests_app.models.ruling import Condition
from requests_app.models.sheet import Finding
from workflow.steps import Step

UNSAID = (Conformity.NOT_ASSESSED.value, "", "")


@dataclass(frozen=True)
class Line:
    """A line of the sheet: a `point` of the list or a `condition`, and its `findings`, the first one first."""

    findings: tuple[Finding, ...]
    point: Point | None = None
    condition: Condition | None = None

    @property
    def key(self):
        """Its name in the sheet."""
        return f"condition-{self.condition.position}" if self.condition else self.point.value

    @property
    def text(self):
        """What is verified, in words."""
        return self.condition.text if self.condition else str(self.point.label)

    @property
    def number(self):
        """How many times it was assessed."""
        return len(self.findings)

    @property
    def finding(self):
        """The finding that holds, or None."""
        return self.findings[-1] if self.findings else None

    @property
    def past(self):
        """The findings that hold no more, the latest first."""
        return self.findings[-2::-1]

    @property
    def conformity(self):
        """How it stands, a `Conformity`."""
        return Conformity(self.finding.conformity) if self.finding else Conformity.NOT_ASSESSED

    @property
    def blocks(self):
        """What its condition stops until it is met, a `Blocks`; None for a point of the list."""
        return Blocks(self.condition.blocks) if self.condition else None

    def wants_action(self, conformity):
        """Whether the line so found (a `Conformity`) needs a dated action: minor where it blocks nothing now."""
        return conformity == Conformity.MINOR and self.blocks in (None, Blocks.AFTER)

    def said(self, number):
        """What the first `number` findings come down to, as `Finding.said`."""
        return self.findings[number - 1].said if 0 < number <= self.number else UNSAID


def open_lines(lines, step):
    """Those of `lines` that the DPO fills in at `step`: of a closed file the conditions due after acceptance alone."""
    return [line for line in lines if step != Step.CLOSED or line.blocks is Blocks.AFTER]


def lines_of(ruling):
    """The lines of the sheet of `ruling` (None for none in force); none where it does not call for the check."""
    if ruling is None or not ruling.outcome.calls_for_check:
        return []
    of_points, of_conditions = {}, {}
    for finding in ruling.findings.all():
        found = of_conditions if finding.condition_id else of_points
        found.setdefault(finding.condition_id or finding.point, []).append(finding)
    return [Line(tuple(of_points.get(point, ())), point=point) for point in Point] + [
        Line(tuple(of_conditions.get(one.pk, ())), condition=one) for one in ruling.conditions.all()
    ]


def why_needed(line):
    """What is said to whoever finds that `line` does not apply without a word."""
    return _("Say why “%(line)s” does not apply.") % {"line": line.text}


def action_needed(line):
    """What is said to whoever finds `line` minor without saying what is to be done, by whom and when."""
    return _("Say what is to be done about “%(line)s”, and by when.") % {"line": line.text}
