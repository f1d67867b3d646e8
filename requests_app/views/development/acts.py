"""The acts that the pages of step 6 take: each a form, a service, and what to say once it is done."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest

from requests_app.views.moves import refuse_closed
from requests_app.views.refusals import attempt


@dataclass(frozen=True)
class Act:
    """`form(desk, target, data)` makes its form, `do(form)` what of the form the `service` takes.

    `part` is the part or the move of the machine that step and role must allow. `said` is the sentence after it, or a function of the form that gives it.
    """

    part: str
    form: Callable
    service: Callable
    said: object
    do: Callable = lambda form: {}


def named(acts, request):
    """The act of `acts` (a dict by name) that was posted, and its name. Anything else is a bad request."""
    name = request.POST.get("act", "")
    if name not in acts:
        raise BadRequest("no such act")
    return acts[name], name


def carry_out(act, form, target, page, request):
    """Make the act when its form is valid and nothing refuses it; whether it was made.

    The step and the role come before what was typed: nobody corrects a form that they could not send.
    """
    if refuse_closed(form, page, act.part) or not form.is_valid():
        return False
    if not attempt(form, act.service, target, actor=request.user, **act.do(form)):
        return False
    messages.success(request, act.said(form) if callable(act.said) else act.said)
    return True
