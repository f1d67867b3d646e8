"""A file as one line of a list: everything said and linked, ready to be shown fifty times."""

from functools import lru_cache

from django.db.models import F
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.roles import Role
from requests_app.models import Nature
from requests_app.tabs import FIRST_TAB, mini
from ui.tags.text import gap, time_element
from ui.tags.tracker import draw_mini
from workflow.steps import Step

SOME_NUMBER = "AA-2000-0000"
NOTHING = "—"
# Delivered files wait for the client: they are not behind.
BEHIND = frozenset({Step.REQUEST, Step.SPECIFICATION, Step.RULING, Step.DECISION, Step.DEVELOPMENT})


@lru_cache(maxsize=64)
def _address(tab):
    return reverse(f"requests:{tab}", args=[SOME_NUMBER])


def url_of(number, tab):
    """The address of a tab of the file `number`; asked of Django once for each tab, not for each row."""
    return _address(tab).replace(SOME_NUMBER, number)


def with_titles(files, user):
    """`files` with `rework`: the title of the unsent rework where `user` may read it, which is its own side's."""
    if not user.is_client_side and not user.has_role(Role.SUPPORT):
        return files
    return files.annotate(rework=F("draft__title"))


def title_of(file, user):
    """The title of a file of `with_titles` as `user` may read it, or a stand-in while there is none."""
    title = file.title
    if file.step == Step.REQUEST and (
        user.is_client_side or (file.is_entered_by_vendor and hasattr(file, "rework"))
    ):
        # None: no rework. An empty one is a title that was taken out.
        title = file.title if file.rework is None else file.rework
    return title or _("Request without a title yet")


def lateness(file, today):
    """By how much a file in progress is behind, as `(day expected, day it should be)`; None when it is not.

    Says of one file what `requests_app.models.request.late` asks of all.
    """
    if file.step not in BEHIND or (file.deadline is None and file.planned_date is None):
        return None
    expected = max(file.planned_date or today, today)
    if file.deadline and expected > file.deadline:
        return expected, file.deadline
    if file.planned_date and today > file.planned_date:
        return today, file.planned_date
    return None


def lines(files, user, today):
    """`files` (a queryset of `for_list`) as rows to show, in one statement.

    Dicts, which a template reads several times faster than objects; dates, tracker and lateness are drawn by
    the components, and a dash stands for what is not there.
    """
    natures = {nature.value: capfirst(str(nature.label)) for nature in Nature}
    steps = {step.value: (draw_mini(*map(str, mini(step))), str(step.turn) or NOTHING) for step in FIRST_TAB}
    found = []
    for file in with_titles(files, user):
        tracker, turn = steps[file.step]
        behind = lateness(file, today)
        found.append(
            {
                "number": file.number,
                "url": url_of(file.number, FIRST_TAB[file.step]),
                "title": title_of(file, user),
                "organisation": "" if user.is_client_side else file.organisation.name,
                "nature": natures.get(file.nature, NOTHING),
                "tracker": tracker,
                "turn": turn,
                "deadline": time_element(file.deadline, "short") or NOTHING,
                "planned": time_element(file.planned_date, "short") or NOTHING,
                "late": gap(*behind) if behind else "",
            }
        )
    return found
