"""What a step brought, as labels and values; the two layouts show them, each in its way.

Each function takes a `Moment` and answers a list of `Fact`, empty when there is nothing to say.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ui.formats import day_text, money_text

TEXT_LIMIT = 20_000


@dataclass(frozen=True)
class Fact:
    """A label and its value: a short text, or a long one to quote, or several items."""

    label: str
    value: str = ""
    quote: str = ""
    items: tuple = ()


def shortened(text):
    """A long text at a length that a mail bears; the portal has the rest."""
    return text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT].rstrip() + " …"


def dated(value):
    """A date in words in the reader's language; empty for None."""
    return day_text(value) if value else ""


def short(label, value):
    """A list of one short `Fact`, or of none when `value` is empty."""
    return [Fact(label, value=str(value))] if value else []


def long(label, text):
    """A list of one quoted `Fact`, or of none when `text` is empty."""
    return [Fact(label, quote=shortened(text.strip()))] if text and text.strip() else []


def reason(moment):
    """Why: the reason chosen in a list, and the actor's words."""
    return [*short(_("Reason chosen"), moment.category), *long(_("Reason"), moment.reason)]


def planned_date(moment):
    """When the vendor means to deliver."""
    return short(_("Planned date"), dated(moment.planned_date))


def previous_planned_date(moment):
    """The planned date that no longer holds."""
    return short(_("Until now"), dated(moment.previous_planned_date))


def fell(moment):
    """Which approvals no longer hold."""
    names = {"ruling": _("the DPO's ruling"), "decision": _("the client's decision")}
    items = tuple(names[name] for name in moment.fell if name in names)
    return [Fact(_("No longer holds"), items=items)] if items else []


def version(moment):
    """The number of the version, what it proposes and what it costs."""
    if not moment.version:
        return []
    return [
        Fact(_("Version"), value=str(moment.version.number)),
        *long(_("Solution"), moment.version.solution),
        *short(
            _("Quote, VAT included"),
            money_text(moment.version.offer.total) if moment.version.offer.lines else "",
        ),
    ]


def ruling(moment):
    """The verdict and its date."""
    given = moment.ruling
    if not given:
        return []
    return [
        Fact(_("Verdict"), value=given.get_verdict_display()),
        *short(_("Validation date"), dated(given.validation_date)),
    ]


def analysis(moment):
    """The whole analysis: what is touched, verdict, conclusions, conditions."""
    given = moment.ruling
    if not given:
        return []
    conditions = tuple(condition.text for condition in given.conditions.all())
    return [
        *short(_("Touches personal data"), given.get_personal_data_display()),
        *ruling(moment),
        *(_of_analysis(part) for part in given.essentials),
        *long(_("Conclusions"), given.conclusions),
        *([Fact(_("Conditions"), items=conditions)] if conditions else []),
    ]


def _of_analysis(part):
    """A part of the ruling's analysis: one text as a value, or as a quote where it is long; several as items."""
    if len(part.texts) > 1:
        return Fact(part.label, items=part.texts)
    (text,) = part.texts
    return Fact(part.label, quote=shortened(text)) if len(text) > 200 else Fact(part.label, value=text)


def decision(moment):
    """What the client wrote with its decision."""
    return _written(moment.decision)


def signature(moment):
    """What the first of two people wrote when they signed."""
    return _written(moment.signature)


def _written(taken):
    if not taken:
        return []
    return [
        *short(_("Order number"), taken.order_number),
        *long(_("Comment"), taken.comment),
        *long(_("Reason to go against the DPO's advice"), taken.against_advice),
    ]


def silence(moment):
    """For how long the file has waited for the client."""
    return short(_("Working days without an answer"), moment.data.get("days"))


def owed(moment):
    """The conditions of the ruling that are the client's and still open."""
    return [Fact(_("Conditions still open"), items=tuple(moment.data.get("conditions", ())))]


def action(moment):
    """The dated action that is awaited, and its day."""
    return [
        *long(_("What is to be done"), moment.data.get("action")),
        *short(_("Due on"), dated(moment.due_date)),
    ]


def handed_over(moment):
    """What was handed over for a condition of the ruling: the condition, the words, the documents."""
    documents = tuple(moment.data.get("documents", ()))
    return [
        *long(_("Condition"), moment.data.get("condition")),
        *long(_("How it is met"), moment.reason),
        *([Fact(_("Documents"), items=documents)] if documents else []),
    ]


def ruling_due(moment):
    """By when the DPO is to rule."""
    return short(_("Ruling due by"), dated(moment.due_date))


def subtask(moment):
    """The subtask, and the check that it failed."""
    return [*short(_("Subtask"), moment.subtask), *short(_("Failed check"), moment.failed_check)]


def forecast_end(moment):
    """When the subtask was forecast to end."""
    return short(_("Forecast end"), dated(moment.due_date))


def subtasks(moment):
    """The subtasks that were assigned together."""
    titles = tuple(moment.data.get("titles", ()))
    return [Fact(_("Subtasks"), items=titles)] if titles else []


def delivery(moment):
    """What was delivered."""
    made = moment.delivery
    if not made:
        return []
    return [
        *short(_("Software version"), made.release),
        *long(_("Delivery notes"), made.notes),
        *long(_("On the version as a whole"), made.shared_notes),
    ]


def comment(moment):
    """What the client wrote when it accepted."""
    return long(_("Comment"), moment.acceptance.comment) if moment.acceptance else []


def register_entry(moment):
    """The register entry that waits for the client's adoption."""
    return short(_("Register entry to adopt"), moment.register_entry)


def refused_criteria(moment):
    """The criteria that the client refused, with its words."""
    answers = moment.acceptance.answers.all() if moment.acceptance else []
    items = tuple(
        f"{answer.text} — {answer.comment}" if answer.comment else answer.text
        for answer in answers
        if not answer.is_accepted
    )
    return [Fact(_("Refused criteria"), items=items)] if items else []


def untied_criteria(moment):
    """The refused criteria that sent nothing back to work, since no subtask is tied to them."""
    items = tuple(moment.data.get("untied_criteria", ()))
    return [Fact(_("Tied to no subtask, so that nothing went back for them"), items=items)] if items else []


def documents(attached, linked):
    """The documents that go with the message, and those too large to go."""
    facts = []
    if attached:
        facts.append(Fact(_("Documents attached"), items=tuple(file.name for file in attached)))
    if linked:
        facts.append(Fact(_("Too large to attach, in the portal"), items=tuple(file.name for file in linked)))
    return facts


def request(change_request, *, planned_date):
    """The essentials of a request that every message repeats."""
    return [
        Fact(_("Number"), value=change_request.number),
        *short(_("Organisation"), change_request.organisation.name),
        *short(_("Nature"), change_request.get_nature_display()),
        *short(_("Requester"), change_request.requester),
        *short(_("Helpdesk ticket"), change_request.ticket_reference),
        *short(_("Wished deadline"), dated(change_request.deadline)),
        *short(_("Planned date"), dated(planned_date)),
        *short(pgettext("of a request", "In charge"), change_request.in_charge),
    ]
