"""What waits for a person as a line of their home: the words of its link, where it leads, by when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.roles import Side
from requests_app.lines import title_of, url_of

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Act:
    """What an item wants: the words of its link, and the tab on which it is done."""

    label: str
    tab: str


# The most pressing first: of several that a file wants, the first is shown. A delivery refused is not made again
# before something is added.
ACTS = {
    "open": Act(gettext_lazy("Open the request"), "create"),
    "send": Act(gettext_lazy("Send to the hot line"), "request"),
    "decide": Act(gettext_lazy("Decide"), "decision"),
    "accept": Act(gettext_lazy("Test and accept"), "delivery"),
    "agree": Act(gettext_lazy("Answer the proposal to stop"), "development"),
    "owe": Act(gettext_lazy("Meet a condition of the DPO"), "gdpr_sheet"),
    "act": Act(gettext_lazy("Do what the DPO asks"), "gdpr_sheet"),
    "adopt": Act(gettext_lazy("Read and adopt"), "register_entry"),
    "specify": Act(gettext_lazy("Write the specification"), "specification"),
    "take": Act(gettext_lazy("Take in charge"), "specification"),
    "rule": Act(pgettext_lazy("act", "Rule"), "ruling"),
    "read": Act(gettext_lazy("Read what was handed over"), "gdpr_sheet"),
    "gdpr_check": Act(gettext_lazy("Make the GDPR check"), "development"),
    "assess": Act(gettext_lazy("Fill in the GDPR sheet"), "gdpr_sheet"),
    "abandon": Act(gettext_lazy("End the request"), "development"),
    "split": Act(gettext_lazy("Split"), "development"),
    "assign": Act(gettext_lazy("Assign"), "development"),
    "unblock": Act(gettext_lazy("Unblock"), "development"),
    "deliver": Act(gettext_lazy("Deliver"), "development"),
    "develop": Act(gettext_lazy("Develop"), "subtask"),
    "start": Act(gettext_lazy("Enter the start date"), "subtask"),
    "end": Act(gettext_lazy("Enter the end date"), "subtask"),
    "again": Act(gettext_lazy("Take up again"), "subtask"),
    "check": Act(pgettext_lazy("act", "Check"), "subtask"),
    # Of somebody who is away: only those assigned to it work on a subtask.
    "follow": Act(gettext_lazy("See how it stands"), "subtask"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits: the link `label` to `url` does it. `by` is the day it is wanted, or None.

    `of` says what it belongs to, where the title is not the file's own.
    """

    act: str
    label: str
    url: str
    title: str
    number: str
    organisation: str
    since: datetime | None
    by: date | None
    of: str = ""


def item_of_action(action):
    """A dated action as an `Item`."""
    file = action.change_request
    return Item(
        act="act",
        label=ACTS["act"].label,
        url=f"{url_of(file.number, ACTS['act'].tab)}#actions",
        title=Truncator(action.text).chars(LONGEST_TITLE),
        number=file.number,
        organisation=file.organisation.name if action.owner == Side.VENDOR else "",
        of=file.title,
        since=None,
        by=action.due,
    )


def item_of_version(version):
    """A version of the client's register that awaits its adoption, as an `Item`."""
    file = version.change_request
    return Item(
        act="adopt",
        label=ACTS["adopt"].label,
        url=version.entry.get_absolute_url(),
        title=version.entry.name,
        number=file.number,
        organisation="",
        of=_("Version %(number)d of the register entry") % {"number": version.number},
        since=file.ended_at,
        by=None,
    )


def item_of_file(file, user, act, day):
    """A file that wants `act` of `user` by `day`, as an `Item`."""
    return Item(
        act=act,
        label=ACTS[act].label,
        url=url_of(file.number, ACTS[act].tab),
        title=title_of(file, user),
        number=file.number,
        organisation="" if user.is_client_side else file.organisation.name,
        since=file.step_since,
        by=day,
    )


def item_of_subtask(subtask, act, day):
    """A subtask that wants `act`, as an `Item`; what is to develop says how far it is."""
    file = subtask.change_request
    if act == "develop":
        act = "again" if subtask.last_turn else "end" if subtask.start_date else "start"
    return Item(
        act=act,
        label=ACTS[act].label,
        url=reverse("requests:subtask", args=[file.number, subtask.position]),
        title=subtask.title,
        number=file.number,
        organisation=file.organisation.name,
        of=file.title,
        since=subtask.last_turn or subtask.created_at,
        by=day,
    )


def item_of_invitation(invitation):
    """An invitation as an `Item`."""
    return Item(
        act="open",
        label=ACTS["open"].label,
        url=invitation.get_absolute_url(),
        title=invitation.subject,
        number="",
        organisation="",
        of=_("Invitation of %(name)s, ticket %(ticket)s")
        % {"name": invitation.invited_by, "ticket": invitation.ticket_reference},
        since=invitation.invited_at,
        by=None,
    )
