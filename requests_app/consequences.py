"""What a move will do, in words, beside the button that makes it.

Computed by what carries it out: the step by the machine, the people by the file's audiences, the
messages by their registry.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.dispatch import open_mailboxes, recipients
from privacy.models import VersionState
from requests_app.guards import who_can_rule
from requests_app.progress import progress_of
from ui.formats import day_text, gap_text
from workflow.machine import target_of
from workflow.steps import ENDS, Step

# What locks, opens or falls, before the rest: an icon and a sentence.
LOCKS = {
    "send_to_support": ("lock", gettext_lazy("The request and its documents lock; only a return to the client opens them again.")),
    "return_to_client": ("lock-open", gettext_lazy("The request opens again for the client; the vendor reads the copy last sent.")),
    "send_to_dpo": ("lock", gettext_lazy("A numbered version is made of the specification, its quote and its documents; they lock.")),
    "send_to_client": ("lock", gettext_lazy("A numbered version is made of the specification, its quote and its documents; they lock. The DPO's ruling still holds for its content.")),
    "return_to_support": ("lock-open", gettext_lazy("The specification opens again for support.")),
    "rule": ("lock", gettext_lazy("The ruling is given on this version and no longer changes; the client reads the whole analysis.")),
    "validate": ("lock", gettext_lazy("The specification and its quote no longer change.")),
    "request_change": ("lock-open", gettext_lazy("The specification opens again for support.")),
    "reopen_specification": ("lock-open", gettext_lazy("The client's decision ends; subtasks are kept and paused until the client validates again.")),
    "deliver": ("lock", gettext_lazy("The subtasks lock while the client tests.")),
    "accept": ("lock", gettext_lazy("The request closes for good; everything stays readable.")),
    "refuse": ("lock-open", gettext_lazy("The subtasks tied to the refused criteria go back to their developers.")),
    "cancel": ("lock", gettext_lazy("This is final; everything stays readable.")),
    "decline": ("lock", gettext_lazy("This is final; everything stays readable.")),
    "abandon": ("lock", gettext_lazy("This is final; everything stays readable.")),
}  # fmt: skip
NEXT = {
    Step.REQUEST: "client_author",
    Step.SPECIFICATION: "support",
    Step.RULING: "dpo",
    Step.DECISION: "deciders",
    Step.DEVELOPMENT: "lead",
    Step.ACCEPTANCE: "deciders",
}
NAMES_SHOWN = 8


def of(file, name, *, data=None, mailboxes=None, sender=None):
    """The consequences of the move `name` on `file`, as `[(icon, sentence)]`.

    `data` is what the move would bring, as for the engine; `mailboxes` spares a query to whoever asks for
    several moves (`notifications.dispatch.open_mailboxes`); `sender` is whoever would send the request.
    """
    lines = [LOCKS[name]] if name in LOCKS else []
    lines.append(_step_line(file, target_of(name)))
    lines += told(file, name, data=data, mailboxes=mailboxes, sender=sender)
    return lines + list(_told_besides(file, name, mailboxes, data or {})) + _date_lines(file, name)


def of_signature(file, actor):
    """What a first signature of `actor` will do; as `of`. It moves nothing: the second one does."""
    others = [str(person) for person in file.audiences().deciders() if person != actor]
    if others:
        told = "mail", _("%(names)s can countersign; a message says so.") % {"names": listed(others)}
    else:
        told = (
            "triangle-alert",
            _(
                "Nobody else in your organisation may decide at the moment: the portal administrator can name "
                "somebody."
            ),
        )
    return [
        ("pen-line", _("Your signature is kept with what you read; the request stays at this step.")),
        told,
    ]


def of_new_request(actor):
    """What sending a request at its first save will do; as `of`, before there is a file to ask."""
    names = [_("the mailbox “%(name)s”") % {"name": mailbox} for mailbox in open_mailboxes()]
    names.append(_("the requester, when they have access"))
    if actor.is_client_side:
        names.append(str(actor))
    step = target_of("send_to_support")
    return [
        LOCKS["send_to_support"],
        (
            "arrow-right",
            _("The request moves to step %(number)d, %(step)s; it is support's turn.")
            % {"number": step.number, "step": step.label},
        ),
        ("mail", _("A message goes to %(names)s.") % {"names": listed(names)}),
    ]


def told(file, name, *, data=None, mailboxes=None, sender=None):
    """Who gets a message of the act `name`, as `[(icon, sentence)]`, empty when nobody does."""
    return told_by(recipients(file, name, data=data, mailboxes=mailboxes, sender=sender))


def told_by(letters):
    """The same for `letters` that are known already (`notifications.dispatch.Letter`)."""
    if not letters:
        return []
    names = [
        str(letter.reader or _("the mailbox “%(name)s”") % {"name": letter.recipient}) for letter in letters
    ]
    return [("mail", _("A message goes to %(names)s.") % {"names": listed(names)})]


def of_adoption(awaited, versions):
    """What the client's adoption of the version `awaited` does to its entry, whose `versions` are given; as `of`."""
    lines = [("book-check", _("Version %(number)d is in force from now on.") % {"number": awaited.number})]
    in_force = next((one for one in versions if one.state == VersionState.IN_FORCE), None)
    if in_force:
        lines.append(
            (
                "history",
                _("Version %(number)d is replaced; it stays readable.") % {"number": in_force.number},
            )
        )
    said = _("The history of %(number)s says that you adopted it, and when; nobody gets a message.")
    return [*lines, ("pen-line", said % {"number": awaited.change_request.number})]


def listed(names):
    """A list of names as a sentence has it: “A, B and C”, the rest counted."""
    shown = names[:NAMES_SHOWN]
    rest = len(names) - len(shown)
    if rest:
        return ngettext("%(names)s and %(count)d other", "%(names)s and %(count)d others", rest) % {
            "names": ", ".join(shown),
            "count": rest,
        }
    if len(shown) < 2:
        return "".join(shown)
    return _("%(names)s and %(last)s") % {"names": ", ".join(shown[:-1]), "last": shown[-1]}


def _step_line(file, step):
    if step in ENDS:
        return ("flag", _("The request ends here: %(step)s.") % {"step": step.label})
    people = [str(person) for person in file.audiences().people(NEXT[step])]
    if not people:
        return (
            "arrow-right",
            _("The request moves to step %(number)d, %(step)s.")
            % {"number": step.number, "step": step.label},
        )
    return (
        "arrow-right",
        _("The request moves to step %(number)d, %(step)s; it is the turn of %(names)s.")
        % {"number": step.number, "step": step.label, "names": listed(people)},
    )


def _told_besides(file, name, mailboxes, data):
    """What the move brings about beside itself, and who is told of that."""
    if name == "send_to_dpo" and not who_can_rule(file).exists():
        yield (
            "triangle-alert",
            _("Nobody can rule: there is no DPO, or each of them took part in the request. It waits."),
        )
        yield from told(file, "nobody_can_rule", mailboxes=mailboxes)
    if name == "accept" and data.get("to_adopt"):
        yield (
            "book-check",
            _("The entry “%(name)s” of your register then waits for your adoption.")
            % {"name": data["to_adopt"]},
        )
    if name == "validate" and file.development_at and progress_of(file).is_all_green:
        yield "circle-check", _("All subtasks are green already: delivery becomes possible.")


def _date_lines(file, name):
    if name != "validate" or not (file.planned_date and file.deadline):
        return []
    _tone, gap = gap_text(file.planned_date, file.deadline)
    return [
        (
            "calendar",
            _("Delivery is planned for %(day)s: %(gap)s.") % {"day": day_text(file.planned_date), "gap": gap},
        )
    ]
