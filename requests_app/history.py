"""The history in words: each event as a line, for those who may read it."""

from datetime import date

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.roles import Role, Side
from notifications.models import OutgoingMessage
from privacy.checklist import Point
from privacy.verdicts import Conformity, Verdict
from requests_app.models import (
    Attachment,
    CancelReason,
    CheckKind,
    DeclineReason,
    Invitation,
    Section,
    Subtask,
)
from ui.formats import day_text, hours_text
from ui.items import Entry
from workflow.steps import Step

# What each act is called in the history; `%(…)s` are filled from the event's details.
WORDS = {
    "create": gettext_lazy("opened the request"),
    "send_to_support": gettext_lazy("sent the request to the hot line"),
    "return_to_client": gettext_lazy("returned the request to the client"),
    "send_to_dpo": gettext_lazy("sent version %(version)s of the specification to the DPO"),
    "send_to_client": gettext_lazy(
        "sent version %(version)s of the specification straight to the client, the ruling still holding"
    ),
    "decline": gettext_lazy("declined the request: %(category)s"),
    "return_to_support": gettext_lazy("returned the specification to support"),
    "rule": gettext_lazy("ruled on version %(version)s: %(verdict)s"),
    "validate": gettext_lazy("validated version %(version)s of the specification"),
    "request_change": gettext_lazy("asked for a change of the specification"),
    "cancel": gettext_lazy("cancelled the request: %(category)s"),
    "reopen_specification": gettext_lazy("reopened the specification; the client's decision ends"),
    "abandon": gettext_lazy("abandoned the request"),
    "deliver": gettext_lazy("delivered %(release)s"),
    "accept": gettext_lazy("accepted the delivery"),
    "refuse": gettext_lazy("refused the delivery"),
    "adopt_register_entry": gettext_lazy("adopted version %(number)s of the register entry “%(entry)s”"),
    "archive_register_entry": gettext_lazy("archived version %(number)s of the register entry “%(entry)s”"),
    "take_in_charge": gettext_lazy("put %(people)s in charge"),
    "add_document": gettext_lazy("added the document “%(name)s”"),
    "withdraw_document": gettext_lazy("withdrew the document “%(name)s”"),
    "change_planned_date": gettext_lazy(
        "changed the planned date from %(previous_planned_date)s to %(planned_date)s"
    ),
    "split": gettext_lazy("added the subtask “%(subtask)s”"),
    "split_list": gettext_lazy("added %(number)s subtasks"),
    "assign_subtasks": gettext_lazy("assigned subtasks to %(people)s: %(number)s"),
    "assign_subtask": gettext_lazy("assigned the subtask “%(subtask)s” to %(people)s"),
    "edit_subtask": gettext_lazy("changed the subtask “%(subtask)s”: %(changes)s"),
    "move_subtask_up": gettext_lazy("put the subtask “%(subtask)s” before “%(neighbour)s”"),
    "move_subtask_down": gettext_lazy("put the subtask “%(subtask)s” after “%(neighbour)s”"),
    "cancel_subtask": gettext_lazy("cancelled the subtask “%(subtask)s”"),
    "block_subtask": gettext_lazy("marked the subtask “%(subtask)s” as blocked"),
    "unblock_subtask": gettext_lazy("marked the subtask “%(subtask)s” as no longer blocked"),
    "start_subtask": gettext_lazy("started the subtask “%(subtask)s” on %(start_date)s"),
    "enter_end_date": gettext_lazy("ended the subtask “%(subtask)s” on %(end_date)s"),
    "pass_check": pgettext_lazy("history", "passed “%(subtask)s”: %(check)s"),
    "fail_check": pgettext_lazy("history", "failed “%(subtask)s”: %(check)s"),
    "send_back_subtask": gettext_lazy("sent the subtask “%(subtask)s” back to its developers"),
    "mark_without_personal_data": gettext_lazy(
        "marked the subtask “%(subtask)s” as touching no personal data"
    ),
    "assess_condition": gettext_lazy("assessed the condition “%(condition)s”: %(conformity)s"),
    "assess_point": gettext_lazy("assessed “%(point)s”: %(conformity)s"),
    "hand_over": gettext_lazy("handed over what meets the condition “%(condition)s”"),
    "plan_action": gettext_lazy("Dated action, %(owner)s, by %(due_date)s: “%(action)s”"),
    "complete_action": gettext_lazy("did what was wanted: “%(action)s”"),
    "remind_action": gettext_lazy(
        "The owner (%(owner)s) was reminded of an action due on %(due_date)s: “%(action)s”"
    ),
    "all_green": gettext_lazy("All subtasks are green"),
    "deliver_to_qualification": gettext_lazy("delivered %(release)s to qualification"),
    "propose_to_abandon": gettext_lazy("asked the client to agree that the development stops"),
    "agree_to_abandon": gettext_lazy("agreed that the development stops"),
    "sign": gettext_lazy("signed version %(version)s first; a second signature validates it"),
    "withdraw_signature": gettext_lazy("withdrew their first signature of version %(version)s"),
    "drop_signature": gettext_lazy("ended by this the first signature of %(people)s on version %(version)s"),
    "remind_client": gettext_lazy("The client was reminded; working days without an answer: %(days)s"),
    "remind_owed": gettext_lazy(
        "The client was reminded of what the DPO's ruling asks of it; conditions still open: %(number)s"
    ),
    "remind_forecast": gettext_lazy(
        "The developers of the subtask “%(subtask)s” were reminded; forecast end: %(due_date)s"
    ),
    "remind_dpo": gettext_lazy("The DPO was reminded; the ruling is due by %(due_date)s"),
    "nobody_can_rule": gettext_lazy("Nobody can rule: the portal administrator is told"),
    "can_be_ruled_again": gettext_lazy("Somebody can rule again"),
}
ICONS = {
    "create": "file-plus",
    "send_to_support": "send",
    "return_to_client": "undo-2",
    "send_to_dpo": "send",
    "send_to_client": "send",
    "decline": "ban",
    "return_to_support": "undo-2",
    "rule": "scale",
    "validate": "circle-check",
    "request_change": "undo-2",
    "cancel": "ban",
    "reopen_specification": "undo-2",
    "abandon": "ban",
    "deliver": "package",
    "accept": "circle-check",
    "refuse": "undo-2",
    "adopt_register_entry": "book-check",
    "archive_register_entry": "archive",
    "take_in_charge": "user-check",
    "add_document": "paperclip",
    "withdraw_document": "paperclip",
    "change_planned_date": "calendar",
    "pass_check": "check",
    "fail_check": "x",
    "assess_condition": "shield-check",
    "assess_point": "shield-check",
    "hand_over": "file-check",
    "send_back_subtask": "undo-2",
    "all_green": "circle-check",
    "deliver_to_qualification": "package",
    "sign": "pen-line",
    "withdraw_signature": "undo-2",
    "drop_signature": "unlink",
    "remind_client": "bell",
    "remind_action": "bell",
    "remind_owed": "bell",
    "remind_dpo": "bell",
    "remind_forecast": "bell",
}
DATES = ("planned_date", "previous_planned_date", "start_date", "end_date", "due_date")
# The dates that a move brought, shown under it.
DATES_OF_MOVES = {
    "send_to_support": ("deadline", gettext_lazy("Wished deadline")),
    "send_to_dpo": ("planned_date", gettext_lazy("Planned date")),
    "send_to_client": ("planned_date", gettext_lazy("Planned date")),
    "rule": ("validation_date", gettext_lazy("Validation date")),
}
TONES = {
    OutgoingMessage.State.SENT: "done",
    OutgoingMessage.State.DEAD: "danger",
    OutgoingMessage.State.UNCERTAIN: "warning",
}
ABOUT_DOCUMENTS = ("add_document", "withdraw_document")
# Of an edit of a subtask: what is no field of it, or reads badly by its field's name; and what holds people.
EDITED = {
    "accountable": gettext_lazy("accountable developer"),
    "depends_on": gettext_lazy("what it waits for"),
    "developers": gettext_lazy("developers"),
}
OF_PEOPLE = ("accountable", "developers", "testers")


def words(event, people=None):
    """What the event's actor did, as the end of a sentence that starts with their name.

    `people`: the names, by key, of those whom events speak of (`named_in`).
    """
    said = {key: value for key, value in event.data.items() if isinstance(value, str | int)}
    if event.name == "add_document" and "former" in said:
        return _("replaced the document “%(former)s” by “%(name)s”") % said
    if event.name == "add_document" and "criterion" in said:
        return _("added the document “%(name)s” for the criterion “%(criterion)s”") % said
    if event.name == "take_in_charge" and event.data["person"] == event.actor_id:
        return _("took the request in charge")
    said["people"] = ", ".join(filter(None, ((people or {}).get(key) for key in _people_of(event))))
    for name in DATES:
        said[name] = day_text(date.fromisoformat(said[name])) if said.get(name) else "—"
    if "category" in said:
        said["category"] = (CancelReason if event.name == "cancel" else DeclineReason)(said["category"]).label
    if said.get("verdict"):
        said["verdict"] = Verdict(said["verdict"]).label
    if said.get("check"):
        said["check"] = CheckKind(said["check"]).label
    if said.get("conformity"):
        said["conformity"] = Conformity(said["conformity"]).label
    if said.get("build"):
        said["conformity"] = _("%(finding)s, on version %(release)s") % {
            "finding": said["conformity"],
            "release": said["build"],
        }
    if said.get("owner"):
        said["owner"] = said["people"] or Side(said["owner"]).label
    if said.get("point"):
        said["point"] = Point(said["point"]).label
    said["release"] = (
        _("version %(release)s") % {"release": said["release"]}
        if said.get("release")
        else _("the development")
    )
    said["subtask"] = (event.data.get("subtask") or {}).get("title", "")
    changed = event.data.get("changed") or {}
    said["changes"] = ", ".join(
        _change(name, *values, people or {}) for name, values in sorted(changed.items())
    )
    return str(WORDS[event.name]) % said


def details(event):
    """What came with the event: its reason, or the text that says most."""
    return (
        event.reason
        or event.data.get("conclusions")
        or event.data.get("comment")
        or "\n\n".join(filter(None, (event.data.get(name) for name in ("notes", "shared_notes"))))
        or "\n".join(event.data.get("titles", ()))
    )


def readable(file, user, events):
    """Those of `events` that `user` may read: what was done to documents and not sent yet is its side's alone."""
    if not any(event.name in ABOUT_DOCUMENTS for event in events):
        return list(events)
    rows = Attachment.objects.filter(change_request=file).values(
        "pk", "section", "published_at", "retracted_at"
    )
    documents = {row["pk"]: row for row in rows}
    own = {section for section in Section if section.side in (user.side, None)}
    if file.is_entered_by_vendor and user.has_role(Role.SUPPORT):
        own.add(Section.REQUEST)

    def may_read(event):
        if event.name not in ABOUT_DOCUMENTS or event.data["section"] in own:
            return True
        document = documents.get(event.data["attachment"])
        if document is None or document["section"] == Section.NOTES or document["published_at"] is None:
            return False
        return event.name == "add_document" or document["retracted_at"] is not None

    return [event for event in events if may_read(event)]


def entries(file, user, events):
    """The lines of the history that `user` may read, as `ui.items.Entry`, in the order of `events`."""
    return [_entry(event) for event in readable(file, user, events)]


def whole_entries(events, messages):
    """The same `events`, which `readable` gave, with all that came with each: the step, dates and `messages`."""
    people = named_in(events)
    told = {}
    for message in messages:
        told.setdefault(message.event_id, []).append(message)
    return [
        _entry(
            event,
            people,
            icon=ICONS.get(event.name, ""),
            more=_more(event, _date_of(event), told.get(event.pk, [])),
        )
        for event in events
    ]


def invitation_of(file):
    """The invitation that this file came from, with its people and its message, or None."""
    return (
        Invitation.objects.filter(change_request=file)
        .select_related("invited_by", "person", "message")
        .first()
    )


def invitation_entry(invitation, user):
    """The line of an invitation, as an `Entry`."""
    is_read = user.is_vendor_side or invitation.person.organisation_id == user.organisation_id
    told = [invitation.message] if invitation.message and is_read else []
    return Entry(
        who=str(invitation.invited_by),
        what=_("invited %(name)s to open a request for the ticket %(ticket)s")
        % {"name": invitation.person, "ticket": invitation.ticket_reference},
        when=invitation.invited_at,
        side=invitation.invited_by.side,
        detail=invitation.subject,
        icon="mail-plus",
        more=_more(None, None, told),
    )


def messages_of(events, user, *, and_stuck_of=()):
    """The messages of `events` that `user` may know of: a client's people those to their own side's people.

    For the vendor's side also what of the events `and_stuck_of` will not arrive unless somebody looks at it.
    """
    messages = OutgoingMessage.objects.for_list()
    if user.is_client_side:
        return messages.filter(event__in=events, recipient__organisation=user.organisation_id)
    stuck = Q(event__in=and_stuck_of, state__in=OutgoingMessage.STUCK)
    return messages.filter(Q(event__in=events) | stuck)


def messages_to_resolve(file):
    """Every message of this file and of its invitation, for the vendor's side."""
    invited = Invitation.objects.filter(change_request=file).values("message")
    return OutgoingMessage.objects.filter(Q(event__change_request=file) | Q(pk__in=invited))


def fate(message):
    """How a message fared: `(tone, words)`."""
    # Not `get_state_display()`, which puts every state into words to find one.
    return TONES.get(message.state, "info"), OutgoingMessage.State(message.state).label


def named_in(events):
    """The names, by key, of the people whom `events` speak of beside their actors."""
    keys = {key for event in events for key in _people_of(event)}
    if not keys:
        return {}
    return {person.pk: str(person) for person in User.objects.filter(pk__in=keys)}


def _people_of(event):
    if event.name == "edit_subtask":
        changed = [event.data["changed"].get(name, ()) for name in OF_PEOPLE]
        return [key for both in changed for keys in both for key in keys]
    return [event.data["person"]] if "person" in event.data else event.data.get("developers", [])


def _change(name, before, after, people):
    """What an edit of a subtask changed, in words; of a long text and of lists of texts, that it did."""
    what = EDITED[name] if name in EDITED else Subtask._meta.get_field(name).verbose_name
    if name in ("description", "criteria"):
        return what
    before, after = (_edited(name, value, people) for value in (before, after))
    return _("%(what)s from %(before)s to %(after)s") % {"what": what, "before": before, "after": after}


def _edited(name, value, people):
    if name in OF_PEOPLE:
        return ", ".join(people[key] for key in value if key in people) or "—"
    if name == "estimate":
        return hours_text(value) if value else "—"
    if name.startswith("forecast_"):
        return day_text(date.fromisoformat(value)) if value else "—"
    if name == "depends_on":
        return ", ".join(_("“%(text)s”") % {"text": title} for title in value) or "—"
    return _("“%(text)s”") % {"text": value}


def _entry(event, people=None, **more):
    return Entry(
        who=str(event.actor) if event.actor else "",
        what=words(event, people),
        when=event.at,
        side=event.actor.side if event.actor else "neutral",
        detail=details(event),
        **more,
    )


def _date_of(event):
    name, label = DATES_OF_MOVES.get(event.name, ("", ""))
    return (label, date.fromisoformat(event.data[name])) if event.data.get(name) else None


def _more(event, dated, messages):
    steps = [Step(step) for step in (event.from_step, event.to_step)] if event and event.is_move else []
    if not (steps or dated or messages):
        return ""
    told = [(message, *fate(message)) for message in messages]
    return render_to_string(
        "requests_app/_event.html",
        {
            "steps": steps,
            "dated": dated,
            "told": told,
            "is_stuck": any(tone in ("danger", "warning") for _message, tone, _words in told),
        },
    )
