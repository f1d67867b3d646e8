"""The three refusals, said on the form that met them; what was typed stays in it."""

from django.utils.translation import gettext as _

from ui.formats import moment_text
from workflow.errors import Missing, MovedOn, NotYourRole, Refused

STATUS = {MovedOn: 409, NotYourRole: 403, Missing: 422}


def attempt(form, service, *args, **kwargs):
    """Call `service`; when it refuses, say why on `form` and answer None, with `form.status` for the page.

    `Missing` goes next to the fields it concerns, or above the rows (`form.rows`, formsets by name); after the two others the form is `is_closed`: its page
    shows what was typed, without a button.
    """
    try:
        return service(*args, **kwargs)
    except Refused as refusal:
        form.status = STATUS[type(refusal)]
        form.is_closed = not isinstance(refusal, Missing)
        rows = getattr(form, "rows", {})
        for field, message in refusal_lines(refusal, reader=kwargs.get("actor")):
            if field in rows:
                rows[field].refuse(message)
            else:
                form.add_error(field if field in form.fields else None, message)
        return None


def refusal_lines(refusal, reader=None):
    """`[(field or None, sentence)]` for a `workflow.errors.Refused`, said to `reader`."""
    if isinstance(refusal, Missing):
        return [(reason.field, str(reason)) for reason in refusal.reasons]
    if isinstance(refusal, MovedOn):
        return [(None, moved_on_text(refusal, reader))]
    return [(None, str(refusal))]


def moved_on_text(refusal, reader=None):
    """What happened meanwhile, who was faster, and when; a double click is told as what it is."""
    return " ".join(part for part in (str(refusal.what), _who_was_faster(refusal, reader)) if part)


def _who_was_faster(refusal, reader):
    if refusal.by is not None and refusal.by == reader and refusal.is_save:
        return _(
            "You saved this yourself on %(when)s, by a first press or from another window. What you typed here is "
            "kept below and not saved: if it says more, copy it, then open the page again."
        ) % {"when": moment_text(refusal.at)}
    if refusal.by is not None and refusal.by == reader:
        return _("You have done this already, on %(when)s; nothing was done twice.") % {
            "when": moment_text(refusal.at)
        }
    if refusal.by is None or refusal.at is None:
        return _(
            "This is no longer possible: the request has moved on meanwhile. What you typed is kept below."
        )
    return _(
        "%(name)s was faster, on %(when)s: this is no longer possible. What you typed is kept below."
    ) % {
        "name": refusal.by,
        "when": moment_text(refusal.at),
    }


def act_refused_text(refusal):
    """Why a press that brings no text was refused, in one sentence for the top of the next page."""
    if isinstance(refusal, MovedOn):
        return _("This is no longer possible: the request has moved on meanwhile.")
    return str(refusal)


def status_of(*forms):
    """The HTTP status of a page with these forms: that of a refusal, 422 for an error, else 200."""
    for form in forms:
        if form is not None and getattr(form, "status", None):
            return form.status
    return 422 if any(form is not None and form.is_bound and form.errors for form in forms) else 200
