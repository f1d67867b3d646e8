"""The tabs of a file: what is filled in on each, which one a step opens, where documents are; a file in one line."""

from functools import lru_cache

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.roles import Side
from requests_app.models import Section
from ui.tags.tracker import marks
from workflow.steps import ENDS, SEVEN, Step

WORK = ("split", "work", "checks")

# Each tab: its view's name, its label, the parts that are filled in there, the step that opens on it.
TABS = (
    ("request", pgettext_lazy("tab", "Request"), ("request",), Step.REQUEST),
    ("request_documents", _("Request documents"), ("request",), Step.REQUEST),
    ("specification", _("Specification and quote"), ("specification",), Step.SPECIFICATION),
    ("specification_documents", _("Specification documents"), ("specification",), Step.SPECIFICATION),
    ("ruling", _("DPO ruling"), ("ruling",), Step.RULING),
    ("decision", _("Client decision"), ("decision",), Step.DECISION),
    ("development", pgettext_lazy("tab", "Development"), (*WORK, "abandonment_agreement"), Step.DEVELOPMENT),
    ("delivery", _("Delivery and acceptance"), ("qualification", "acceptance"), Step.ACCEPTANCE),
    ("history", _("History"), (), None),
    ("conversation", _("Conversation"), (), None),
)
FIRST_TAB = {
    **{step: next(name for name, _label, _parts, opened in TABS if opened is step) for step in SEVEN[1:]},
    Step.CLOSED: "delivery",
    Step.DECLINED: "history",
    Step.CANCELLED: "history",
}

# The tab on which the documents of each part are.
TAB_OF = {
    Section.REQUEST: "request_documents",
    Section.SPECIFICATION: "specification_documents",
    Section.QUOTE: "specification_documents",
    Section.DECISION: "decision",
    Section.DELIVERY: "delivery",
    Section.EVIDENCE: "development",
    Section.SHEET: "development",
    Section.HANDED_OVER: "development",
    Section.ACCEPTANCE: "delivery",
    Section.CONVERSATION: "conversation",
    Section.NOTES: "conversation",
}


@lru_cache(maxsize=64)
def _mini(step, language):
    step = Step(step)
    at = step.number or 8
    code = marks(
        (
            "both" if one is Step.TICKET else str(one.side),
            "done" if one.number < at else "current" if one.number == at else "todo",
        )
        for one in SEVEN
    )
    if step in ENDS:
        return code if step is Step.CLOSED else marks((str(Side.CLIENT), "todo") for _one in SEVEN), str(
            step.label
        )
    return code, _("%(number)d of 7 · %(step)s") % {"number": step.number, "step": step.label}


def mini(step):
    """What `{% mini_tracker %}` draws for a file at `step`: its code and its words, kept per language."""
    return _mini(step, get_language())
