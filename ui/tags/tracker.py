"""Where a file is among its steps: the whole tracker on its page, one line of segments in lists."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string

from ui.tags.text import is_day, time_element

register = template.Library()

SIDE_MARKS = {"client": "c", "vendor": "v", "both": "b", "neutral": "n"}
STATE_MARKS = {"done": "d", "current": "n", "todo": "t", "stopped": "s"}
MARKS = {side + state for side in SIDE_MARKS.values() for state in STATE_MARKS.values()}


@register.inclusion_tag("components/tracker.html")
def tracker(steps):
    """`{% tracker steps %}`: an ordered list; on a phone one line that unfolds. steps: `ui.items.TrackerStep`."""
    shown = [
        {
            "step": step,
            "when": time_element(step.when, "brief") if is_day(step.when) else step.when,
        }
        for step in steps
    ]
    at = next((item for item in shown if item["step"].state in {"current", "stopped"}), shown[-1])
    return {"items": shown, "at": at, "total": len(shown)}


def marks(steps):
    """The code that `mini_tracker` draws from: two letters a step, side then state. Keep it; it never changes for a step.

    Args: an iterable of (side, state), or of objects that have them.
    """
    pairs = ((step if isinstance(step, tuple) else (step.side, step.state)) for step in steps)
    return " ".join(SIDE_MARKS[side] + STATE_MARKS[state] for side, state in pairs)


@lru_cache(maxsize=1024)
def draw_mini(code, text):
    """The markup of one mini tracker. A list of fifty has perhaps seven different ones: drawn once each."""
    parts = code.split()
    unknown = set(parts) - MARKS
    if unknown:
        raise template.TemplateSyntaxError(f"mini_tracker: {' '.join(sorted(unknown))} is no mark.")
    return render_to_string("components/mini_tracker.html", {"marks": parts, "text": text})


@register.simple_tag
def mini_tracker(code, text):
    """`{% mini_tracker "cd cd vd vd cn vt ct" "5 sur 7 · Décision du client" %}`: the code from `ui.tags.tracker.marks`."""
    return draw_mini(str(code), str(text))
