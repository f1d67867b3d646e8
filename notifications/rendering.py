"""From a message's words to what leaves: a subject, a text, an HTML page, in the reader's language.

Each message is worded once, in `templates/emails/<kind>.txt`, which extends `layout`: the same words are
poured into `base.txt` and into `base.html`, so that the two can never say different things.
"""

import re
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.roles import Side
from notifications import facts
from ui.formats import moment_text

TEXT_LAYOUT = "emails/base.txt"
HTML_LAYOUT = "emails/base.html"
DESCRIPTION_LENGTH = 1200
# Control, format (which can turn the reading direction), surrogate and private characters.
UNSEEN = {"Cc", "Cf", "Cs", "Co"}


@dataclass(frozen=True)
class Written:
    """What one reader gets."""

    subject: str
    text: str
    html: str


@contextmanager
def reading(language, time_zone):
    """A context in which texts are in `language` and times of `time_zone` (a name)."""
    with translation.override(language), timezone.override(ZoneInfo(time_zone)):
        yield


def of_moment(message, moment, *, attached=(), linked=(), in_place_of=None):
    """`message` (a class) written about `moment`, in the active language.

    `attached`, `linked`: the stored files that go with it, and those too large to go. `in_place_of`: whom it was meant
    for, where its reader stands in (`name`, `until`, `is_handed_over`).
    """
    change_request = moment.change_request
    subject = message.subject
    if in_place_of:
        subject = _("For %(name)s: %(subject)s") % {"name": in_place_of.name, "subject": subject}
    subject = f"[{change_request.number}] {subject}"
    essentials, description, brought = [], "", []
    if message.tells_content:
        subject = f"{subject} · {change_request.title}"
        planned = moment.planned_date
        essentials = facts.request(change_request, planned_date=planned)
        description = _shortened(change_request.description)
        brought = [fact for brings in message.brings for fact in brings(moment)]
        brought += facts.documents(attached, linked)
    return write(
        message.template(),
        subject,
        {
            "reader": message.reader,
            "side": message.side,
            "in_place_of": in_place_of,
            "until": facts.dated(in_place_of and in_place_of.until),
            "heading": change_request.number,
            "title": change_request.title if message.tells_content else "",
            "brought": brought,
            "essentials": essentials,
            "description": description,
            "from_step": moment.from_step,
            "to_step": moment.to_step,
            "at": moment_text(moment.event.at),
            "url": settings.PORTAL_URL
            + (change_request.get_absolute_url() if message.tells_content else "/"),
            "url_label": _("Open the request") if message.tells_content else _("Open the portal"),
            "actor": str(moment.actor or _("The portal")),
            "organisation": change_request.organisation.name,
            "deadline": facts.dated(change_request.deadline),
            "planned_date": facts.dated(moment.planned_date),
            "due_date": facts.dated(moment.due_date),
            "days": moment.data.get("days") or 0,
            "version": moment.data.get("version") or "",
            "verdict": moment.verdict,
            "verdict_label": moment.ruling.get_verdict_display() if moment.verdict and moment.ruling else "",
            "subtask": moment.subtask,
            "has_documents": bool(attached or linked),
            "owed": len(moment.owed),
            "was_refused": bool(moment.data.get("refused")),
        },
    )


def write(template, subject, context):
    """The `Written` of `template` with `context`, in the active language; `subject` is made safe for a header."""
    page = get_template(template).template
    defaults = {
        "reader": "",
        "side": Side.CLIENT,
        "in_place_of": None,
        "heading": "",
        "title": "",
        "brought": [],
        "essentials": [],
        "description": "",
        "from_step": None,
        "to_step": None,
        "at": "",
        "url": "",
        "url_label": "",
        "language": translation.get_language(),
    }
    context = defaults | context
    subject = safe_header(subject)
    # Nothing reads plain text as HTML: an escaped apostrophe would be shown as such.
    text = page.render(Context({**context, "subject": subject, "layout": TEXT_LAYOUT}, autoescape=False))
    html = page.render(Context({**context, "subject": subject, "layout": HTML_LAYOUT}))
    return Written(subject, _tidied(text), html.strip() + "\n")


def safe_header(text, limit=250):
    """`text` on one line, without control or direction-changing characters, at a header's length."""
    visible = (one for one in " ".join(str(text).split()) if unicodedata.category(one) not in UNSEEN)
    line = " ".join("".join(visible).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _shortened(text):
    text = text.strip()
    return text if len(text) <= DESCRIPTION_LENGTH else text[:DESCRIPTION_LENGTH].rstrip() + " …"


def _tidied(text):
    # A signature begins with two hyphens and a space: mail programs fold it away.
    lines = "\n".join(line if line == "-- " else line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
