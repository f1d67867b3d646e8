"""An impact assessment as the CNIL's PIA tool exports it: read, and put into words; it decides nothing.

The tool writes one JSON object: `pia` (its name, state and opinions), `answers`, `measures`, `evaluations` and
`comments`. Its server may also write a list of assessments, each with its own answers inside. Answers are named by the
number of their question, evaluations by their section; a gauge is 1 to 4, and 0 or nothing where nobody moved it.
"""

import json
from dataclasses import dataclass
from datetime import date
from html import unescape

from django.db import models
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from privacy.vocabulary import FearedEvent, Level
from ui.formats import size_text

# An export is text: those of the tool's own examples have 100 KB. More is another file.
MOST_BYTES = 10 * 2**20
LONGEST_OPINION = 2_000
LONGEST_NAME = 200
PARTS = ("answers", "measures", "evaluations", "comments")
# By feared event, its section: evaluated as "3.2", with severity as its fifth question and likelihood as its sixth.
SECTIONS = {FearedEvent.ACCESS: "32", FearedEvent.CHANGE: "33", FearedEvent.LOSS: "34"}
SEVERITY, LIKELIHOOD = "5", "6"
LEVELS = dict(enumerate(Level, 1))
HIGH = (Level.SIGNIFICANT, Level.MAXIMAL)
TO_CORRECT, IMPROVABLE = 1, 2


class Unreadable(Exception):
    """The file is no export of the tool; its text says why and what would be accepted."""


class State(models.TextChoices):
    """How far the assessment is, in the order in which the tool counts."""

    IN_PROGRESS = "in_progress", pgettext_lazy("impact assessment", "in progress")
    REFUSED = "refused", pgettext_lazy("impact assessment", "refused")
    VALIDATED = "validated", pgettext_lazy("impact assessment", "validated")
    SIGNED = "signed", pgettext_lazy("impact assessment", "validated and signed")
    ABANDONED = "abandoned", pgettext_lazy("impact assessment", "abandoned")

    @property
    def is_done(self):
        """Whether the controller has validated it."""
        return self in (State.VALIDATED, State.SIGNED)


STATES = dict(enumerate(State))
OPINIONS = {0: "no", 1: "yes"}


def read(content, *, size=None):
    """What the bytes of an export say, as a JSON-able dict that `Assessment` takes. Raises `Unreadable`.

    `size`: that of the file, where `content` is its beginning.
    """
    size = len(content) if size is None else size
    if size > MOST_BYTES:
        raise Unreadable(
            _("It has %(size)s: an export of the CNIL's PIA tool is read up to %(most)s.")
            % {"size": size_text(size), "most": size_text(MOST_BYTES)}
        )
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            _("It is not JSON: choose the file that the CNIL's PIA tool gives as “JSON”, unchanged.")
        ) from error
    pia, parts = _taken_apart(whole)
    return {
        "name": _line(pia.get("name"), LONGEST_NAME),
        "updated_on": _day(pia.get("updated_at") or pia.get("created_at")),
        "state": STATES[_number(pia.get("status"))].value,
        "dpo": OPINIONS.get(_number(pia.get("dpo_status")), ""),
        "dpo_opinion": _text(pia.get("dpo_opinion")),
        "people": OPINIONS.get(_number(pia.get("concerned_people_status")), ""),
        "people_opinion": _text(pia.get("concerned_people_opinion")),
        "risks": _risks(parts["answers"], parts["evaluations"]),
        "measures": len(parts["measures"]),
        "to_correct": _evaluated(parts["evaluations"], TO_CORRECT),
        "improvable": _evaluated(parts["evaluations"], IMPROVABLE),
    }


def _taken_apart(whole):
    """The assessment and its parts, each a list of dicts, by name."""
    if isinstance(whole, list):
        if len(whole) > 1:
            raise Unreadable(_("It holds several assessments: export the one in question alone."))
        whole = {"pia": whole[0], **whole[0]} if whole and isinstance(whole[0], dict) else None
    pia = whole.get("pia") if isinstance(whole, dict) else None
    has_shape = (
        isinstance(pia, dict)
        and isinstance(pia.get("name"), str)
        and _number(pia.get("status")) in STATES
        and all(_is_rows(whole.get(part, ...)) for part in PARTS)
    )
    if not has_shape:
        raise Unreadable(
            _(
                "It is JSON, but no assessment of the CNIL's PIA tool, which holds “pia” with its name and status, "
                "“answers”, “measures”, “evaluations” and “comments”."
            )
        )
    return pia, {part: whole[part] or [] for part in PARTS}


def _is_rows(value):
    """Whether it is a list of dicts; the tool writes null where it found none."""
    return value is None or (isinstance(value, list) and all(isinstance(row, dict) for row in value))


def _number(value):
    """A small whole number, however the tool wrote it (1, "1", true); None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:3])
    return int(value) if isinstance(value, int) and 0 <= value < 100 else None


def _level(value):
    level = LEVELS.get(_number(value))
    return level.value if level else ""


def _risks(answers, evaluations):
    """The position of each feared event, before and after the action plan: pairs of a severity and a likelihood."""
    gauges = {
        str(row.get("reference_to")): row["data"].get("gauge")
        for row in answers
        if isinstance(row.get("data"), dict)
    }
    again = {
        str(row.get("reference_to")): row["gauges"]
        for row in evaluations
        if isinstance(row.get("gauges"), dict)
    }
    return {
        event.value: {
            "before": [_level(gauges.get(section + which)) for which in (SEVERITY, LIKELIHOOD)],
            "after": [_level(again.get(".".join(section), {}).get(axis)) for axis in ("x", "y")],
        }
        for event, section in SECTIONS.items()
    }


def _evaluated(evaluations, status):
    return sum(_number(row.get("status")) == status for row in evaluations)


def _text(value):
    """The words of a text that the tool keeps as HTML."""
    if not isinstance(value, str):
        return ""
    words = unescape(strip_tags(value.replace("<br", " <br").replace("</p", " </p").replace("</li", " </li")))
    return _line(words, LONGEST_OPINION)


def _line(value, longest):
    """One line, cut at `longest`; without the characters that a database cannot keep."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _day(value):
    """The day of a moment as the tool writes it, ISO; "" where it says none."""
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        return ""


# Reading it

OPINION_WORDS = {
    "yes": pgettext_lazy("impact assessment", "favourable"),
    "no": pgettext_lazy("impact assessment", "unfavourable"),
    "": pgettext_lazy("impact assessment", "none given"),
}


@dataclass(frozen=True)
class Position:
    """A feared event with where it stands, in words, before the action plan and after; "" where nobody said."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Assessment:
    """What `read` found, in the words of its reader."""

    content: dict

    @property
    def name(self):
        """The name that the client gave it."""
        return self.content["name"]

    @property
    def updated_on(self):
        """Its last day of work, or None."""
        return date.fromisoformat(self.content["updated_on"]) if self.content["updated_on"] else None

    @property
    def state(self):
        """How far it is, a `State`."""
        return State(self.content["state"])

    @property
    def dpo(self):
        """The opinion of the client's DPO, in a word and in its own words."""
        return OPINION_WORDS[self.content["dpo"]], self.content["dpo_opinion"]

    @property
    def people(self):
        """The opinion of the people concerned, likewise."""
        return OPINION_WORDS[self.content["people"]], self.content["people_opinion"]

    @property
    def positions(self):
        """The three feared events as `Position`s."""
        return [
            Position(
                str(event.label),
                *(_in_words(self.content["risks"][event][when]) for when in ("before", "after")),
            )
            for event in FearedEvent
        ]

    @property
    def against_it(self):
        """What in it speaks against “done, and the residual risk is not high”, as sentences."""
        return list(self._against_it())

    def _against_it(self):
        if not self.state.is_done:
            yield _("It is not validated: %(state)s.") % {"state": self.state.label}
        number = self.content["to_correct"]
        if number:
            yield ngettext(
                "%(number)d part is still to be corrected.",
                "%(number)d parts are still to be corrected.",
                number,
            ) % {"number": number}
        if self.content["dpo"] == "no":
            yield _("The client's DPO is against it.")
        for event in FearedEvent:
            yield from self._against(event)

    def _against(self, event):
        """What the position of one feared event says: that after the action plan, or else the one before."""
        risk = self.content["risks"][event]
        severity, likelihood = (
            after or before for before, after in zip(risk["before"], risk["after"], strict=True)
        )
        if not (severity and likelihood):
            yield _("%(event)s: severity or likelihood is not said.") % {"event": capfirst(str(event.label))}
        elif severity in HIGH and likelihood in HIGH:
            yield _("%(event)s: %(position)s, both in the upper half of the scale.") % {
                "event": capfirst(str(event.label)),
                "position": _in_words((severity, likelihood)),
            }


def _in_words(position):
    severity, likelihood = position
    if not (severity or likelihood):
        return ""
    return _("severity %(severity)s, likelihood %(likelihood)s") % {
        "severity": Level(severity).label if severity else "—",
        "likelihood": Level(likelihood).label if likelihood else "—",
    }
