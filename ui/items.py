"""What components take when a plain value is not enough. Pages build these; the tags render them.

They hold no rule of the domain: who may do what has been decided before one is made.
"""

from dataclasses import dataclass

SIDES = frozenset({"client", "vendor", "both", "neutral"})
STEP_STATES = frozenset({"done", "current", "todo", "stopped"})
TAB_STATES = frozenset({"plain", "mine", "locked"})


def _check(kind, value, allowed):
    if value not in allowed:
        raise ValueError(f"{kind} {value!r} is not one of {', '.join(sorted(allowed))}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerStep:
    """One step of the tracker. `when` is a date, a datetime or a text; `returned` counts how often it came back."""

    number: int
    name: str
    who: str
    side: str
    state: str
    when: object = ""
    returned: int = 0
    is_mine: bool = False

    def __post_init__(self):
        _check("Side", self.side, SIDES)
        _check("State", self.state, STEP_STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One page of a file. `mine`: it is the reader's turn there; `locked`: readable, not theirs to fill."""

    label: str
    url: str
    current: bool = False
    state: str = "plain"
    count: int | None = None

    def __post_init__(self):
        _check("State", self.state, TAB_STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody and what they are here; `role` is shown under the name."""

    name: str
    role: str = ""
    side: str = "neutral"
    email: str = ""
    url: str = ""
    note: str = ""

    def __post_init__(self):
        _check("Side", self.side, SIDES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a history: who did what, when. `detail` is the reason or text that came with it; `more`
    is what a template of the caller's has made of the rest.
    """

    what: str
    when: object
    who: str = ""
    side: str = "neutral"
    detail: str = ""
    icon: str = ""
    url: str = ""
    more: str = ""

    def __post_init__(self):
        _check("Side", self.side, SIDES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One stored file as a row. Addresses that are empty are not offered; `withdrawn` says why it is struck out."""

    name: str
    size: int
    who: str = ""
    when: object = ""
    side: str = "neutral"
    open_url: str = ""
    download_url: str = ""
    withdraw_url: str = ""
    withdrawn: str = ""
    note: str = ""

    def __post_init__(self):
        _check("Side", self.side, SIDES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A view or a filter that is a link; `removes`: following it takes the filter away."""

    label: str
    url: str
    current: bool = False
    count: int | None = None
    icon: str = ""
    removes: bool = False
