"""Templates that fail on a variable nobody gave them."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN_TEMPLATES = (str(ROOT / "templates"), *(str(path) for path in ROOT.glob("*/templates")))
# These filters are there to say what an undefined variable means.
ANSWERS = {"default", "default_if_none"}


class UndefinedVariable(str):
    """Stands for Django's `string_if_invalid`: an empty text, but a failure in the portal's own templates.

    Django asks whether it is true, then whether it holds "%s", then fills the variable's name in. Templates
    of Django, its admin and allauth lean on undefined variables, so for those it says false and stays empty.
    `{% if %}` never comes here.
    """

    __slots__ = ()

    def __bool__(self):
        frame = sys._getframe(1)
        filters = getattr(frame.f_locals.get("self"), "filters", None)
        if filters is None or (filters and filters[0][0].__name__ in ANSWERS):
            return False  # a filter asks, or is about to: to it this is an empty text
        return template_in_use(frame).startswith(OWN_TEMPLATES)

    def __contains__(self, part):
        return part == "%s"

    def __mod__(self, variable):
        template = Path(template_in_use(sys._getframe(1))).relative_to(ROOT)
        raise AssertionError(f"{template}: nobody gave {variable}; pass it, or ask for it with if or default")


def template_in_use(frame):
    """The file of the template whose node is being rendered, found on the stack from `frame`."""
    while frame:
        if frame.f_code.co_name == "render_annotated":
            origin = getattr(frame.f_locals["self"], "origin", None)
            return str(getattr(origin, "name", ""))
        frame = frame.f_back
    return ""
