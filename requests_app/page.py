"""What surrounds each tab of a file: its tracker, its tabs, whose turn it is, people and dates.

One `FilePage` serves one request; it asks the database a constant number of times whatever the file holds.
"""

from collections import Counter
from dataclasses import replace
from functools import cached_property

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role, Side
from accounts.statements import rows
from notifications.dispatch import open_mailboxes
from planning.clock import Clock
from planning.workdays import today
from privacy.models import RegisterVersion, VersionState
from privacy.registers import RegisterKind
from requests_app.desk import work_on
from requests_app.history import entries
from requests_app.models import Attachment, ChangeRequest, Section
from requests_app.services.documents import PART_OF
from requests_app.tabs import TAB_OF, TABS, WORK
from ui.formats import working_days_text
from ui.items import Document, Person, Tab, TrackerStep
from ui.plots import Bar
from workflow import engine
from workflow.machine import RETURNS
from workflow.models import Event
from workflow.steps import ENDS, SEVEN, Step

IN_SIGHT = (
    Section.REQUEST,
    Section.SPECIFICATION,
    Section.QUOTE,
    Section.DECISION,
    Section.DELIVERY,
    Section.ACCEPTANCE,
)
COUNTED_TABS = ("request_documents", "specification_documents", "conversation")

YOUR_TURN = {
    Step.REQUEST: _("Yours to complete and send"),
    Step.SPECIFICATION: _("Yours to specify"),
    Step.RULING: _("Yours to rule on"),
    Step.DECISION: _("Yours to decide"),
    Step.DEVELOPMENT: _("Yours to develop, check or deliver"),
    Step.ACCEPTANCE: _("Yours to accept"),
}
# Of the work at step 6, what waits for those who do it: whether they develop, whether they check.
YOUR_WORK = {
    (True, False): _("Yours to develop"),
    (False, True): _("Yours to check"),
    (True, True): _("Yours to develop and check"),
}
PARTS_OF_TURN = {
    Step.REQUEST: ("request",),
    Step.SPECIFICATION: ("specification",),
    Step.RULING: ("ruling",),
    # Whoever of the client may ask for a change fills the tab in; the answer is the deciders' to give.
    Step.DECISION: ("signature",),
    Step.DEVELOPMENT: (*WORK, "abandonment_agreement"),
    Step.ACCEPTANCE: ("acceptance",),
}


class FilePage:
    """The file `file` as `user` reads it, on the tab `tab` (a name of `TABS`)."""

    def __init__(self, file, user, tab):
        self.file, self.user, self.tab = file, user, tab
        self.text = file.text_for(user)
        # For whoever asks who last acted: the page reads the history anyway.
        file.read_events = lambda: self.events

    @property
    def title(self):
        """The request's title, or a stand-in while it has none."""
        return self.text.title or _("Request without a title yet")

    @cached_property
    def is_mine(self):
        """Whether the tab shown is open to this person now."""
        return self.may_edit(*next(parts for name, _label, parts, _step in TABS if name == self.tab))

    @cached_property
    def is_my_turn(self):
        """Whether the file waits for this person: at step 6 for the lead, and for whoever has something to do there."""
        if self.file.step == Step.DEVELOPMENT and self.user.is_vendor_side and not self.may_edit("split"):
            return bool(self.work)
        return self.may_edit(*PARTS_OF_TURN.get(self.file.step, ())) and not self.has_signed

    @cached_property
    def work(self):
        """What waits for this person to develop or check, as names of acts of the desk."""
        return work_on(self.file, self.user) if self.may_edit(*WORK) else set()

    @cached_property
    def first_signature(self):
        """The first of two signatures while it waits for the second one, or None."""
        return self.file.signatures.waiting().select_related("signed_by", "version").first()

    @property
    def has_signed(self):
        """Whether this person gave the first of two signatures: the file waits for somebody else's."""
        file = self.file
        if file.step != Step.DECISION or file.organisation.countersign_above is None:
            return False
        first = self.first_signature if self.user.is_client_side else None
        return first is not None and first.signed_by_id == self.user.pk

    @cached_property
    def offered(self):
        """The names of the moves that this person may make now."""
        return engine.offered(self.file, self.user)

    @cached_property
    def mailboxes(self):
        """The open mailboxes, asked for once for all the consequences that a page shows."""
        return open_mailboxes()

    def may_edit(self, *parts):
        """Whether one of the parts of the file is open to this person now, and there is something to fill in."""
        return any(engine.may_edit(self.file, part, self.user) and self._is_asked(part) for part in parts)

    def _is_asked(self, part):
        if part == "ruling":
            return not self.is_barred
        if part == "abandonment_agreement":
            return bool(self.file.abandonment_reason) and self.file.abandonment_agreed_by_id is None
        return True

    @cached_property
    def is_barred(self):
        """Whether this person is a DPO at whose step the file is, and who took part in it: another one rules."""
        file = self.file
        if not engine.may_edit(file, "ruling", self.user):
            return False
        return not ChangeRequest.objects.filter(pk=file.pk).rulable_by(self.user).exists()

    @property
    def tabs(self):
        """The tabs, as `ui.items.Tab`."""
        return [
            Tab(
                label=str(label),
                url=reverse(f"requests:{name}", args=[self.file.number]),
                current=name == self.tab,
                state="plain" if not parts else "mine" if self.may_edit(*parts) else "locked",
                count=self._count(name),
            )
            for name, label, parts, _step in TABS
        ]

    def _count(self, name):
        if name not in COUNTED_TABS:
            return None
        if name == "conversation":
            return self.file.message_count or None
        return sum(TAB_OF[Section(one.section)] == name for one in self.current) or None

    @cached_property
    def attachments(self):
        """The documents of the file that this person may read, of whatever tab, the first added first."""
        return rows(_attachments, self.file.pk, self.user.sight)

    @cached_property
    def register_versions(self):
        """The versions of register entries that come of the file, as far as this person may read the registers."""
        versions = RegisterVersion.objects.visible_to(self.user).filter(change_request=self.file)
        return list(versions.select_related("entry").defer("content").order_by("entry__kind", "-number"))

    @property
    def entry_to_adopt(self):
        """The name of the client's register entry that the acceptance leaves to adopt, as far as this person knows; or ""."""
        drafts = (one for one in self.register_versions if one.state == VersionState.DRAFT)
        return next((one.entry.name for one in drafts if one.entry.kind == RegisterKind.CONTROLLER), "")

    @cached_property
    def newer(self):
        """The version that took the place of each document, as far as this person may know, by the older one's key."""
        return {
            one.replaces_id: one
            for one in self.attachments
            if one.replaces_id and not (one.withdrawn_at and self._is_own(one))
        }

    @property
    def current(self):
        """The documents that no newer version stands for."""
        return [one for one in self.attachments if one.pk not in self.newer]

    def versions(self, attachment):
        """A document and all that it replaces, the first version first."""
        by_key, chain = {one.pk: one for one in self.attachments}, [attachment]
        while older := by_key.get(chain[0].replaces_id):
            chain.insert(0, older)
        return chain

    @cached_property
    def first_of_content(self):
        """The first of this person's documents of each content, by its SHA-256. Those of other files tell nothing."""
        return {one.file.sha256: one for one in reversed(self.attachments) if one.withdrawn_at is None}

    def documents(self, *sections):
        """The documents of these parts of the file (`Section`) that this person may read, as `ui.items.Document`."""
        return [self.document(one) for one in self.current if one.section in sections]

    def documents_of(self, message):
        """The documents that came with a message or note, as `ui.items.Document`."""
        return [self.document(one) for one in self.attachments if one.message_id == message.pk]

    @cached_property
    def documents_in_sight(self):
        """The documents of every tab but the conversation, in short, for the side column of the other tabs."""
        if self.tab in ("request_documents", "specification_documents"):
            return []
        return [replace(one, who="", when="", withdraw_url="") for one in self.documents(*IN_SIGHT)]

    def document(self, attachment):
        """One of the file's documents as a row: a `ui.items.Document`."""
        address = [self.file.number, attachment.file_id]
        waits = attachment.published_at is None and Section(attachment.section).waits_for_sending
        twin = self.first_of_content.get(attachment.file.sha256, attachment)
        notes = [
            held.get_state_display() if (held := attachment.file.quarantine) else "",
            _("not sent yet") if waits else "",
            "" if twin.pk == attachment.pk else _("same content as “%(name)s”") % {"name": twin.file.name},
            _("version %(number)d") % {"number": len(self.versions(attachment))}
            if attachment.replaces_id
            else "",
        ]
        return Document(
            name=attachment.file.name,
            size=attachment.file.size,
            who=str(attachment.added_by),
            when=attachment.added_at,
            side=attachment.added_by.side,
            # Below the head of the file, which whoever reads a document has seen.
            open_url=f"{reverse('requests:document', args=address)}#document"
            if attachment.file.opens_in_page
            else "",
            download_url=""
            if attachment.file.quarantine
            else reverse("requests:document_download", args=address),
            withdraw_url=reverse("requests:document_withdraw", args=address)
            if self.may_withdraw(attachment)
            else "",
            withdrawn=str(_("withdrawn; the others read it until the next sending"))
            if attachment.withdrawn_at and self._is_own(attachment)
            else "",
            note=" · ".join(str(note) for note in notes if note),
        )

    def may_withdraw(self, attachment):
        """Whether this person may take a document off its tab now."""
        section = Section(attachment.section)
        if attachment.withdrawn_at is not None or not self.may_edit(PART_OF[section]):
            return False
        if section.proves_a_check:
            return False
        if section.is_evidence and attachment.published_at is not None:
            return False
        said = section in (Section.CONVERSATION, Section.NOTES)
        return attachment.added_by_id == self.user.pk if said else self._is_own(attachment)

    def may_replace(self, attachment):
        """Whether this person may put a newer version in a document's place now."""
        return (
            attachment.message_id is None
            and attachment.pk not in self.newer
            and self.may_withdraw(attachment)
        )

    def _is_own(self, attachment):
        if attachment.section == Section.REQUEST and self.file.is_entered_by_vendor:
            return self.user.is_client_side or self.user.has_role(Role.SUPPORT)
        return Section(attachment.section).side == self.user.side

    @cached_property
    def returned(self):
        """The event that gave the request back to the client, while it is reworked; else None."""
        if self.file.step != Step.REQUEST:
            return None
        return next((event for event in reversed(self.events) if event.name == "return_to_client"), None)

    @property
    def locked_because(self):
        """Who fills the tab in, and when: the one line above a greyed tab."""
        step = next(step for name, _label, _parts, step in TABS if name == self.tab)
        if step is None:
            return ""
        if self.file.is_over:
            return _("The file is over: everything stays readable, nothing is filled in any more.")
        values = {"who": step.turn, "number": step.number, "step": step.label}
        if step == self.file.step:
            return _("%(who)s fills this in now, at step %(number)d, %(step)s.") % values
        return _("%(who)s fills this in at step %(number)d, %(step)s.") % values

    @cached_property
    def events(self):
        """The file's history, the first line first, with its people."""
        return rows(_events, self.file.pk)

    @cached_property
    def latest(self):
        """The last lines of the history that this person may read, the newest first."""
        return entries(self.file, self.user, [event for event in self.events if event.is_move][-4:])[::-1]

    @cached_property
    def clock(self):
        """The working days that the file spent with each side, a `planning.clock.Clock`."""
        return Clock(((event.at, event.to_step) for event in self.events if event.is_move), today=today())

    @property
    def clock_bars(self):
        """The two sides of the clock, as `ui.plots.Bar`."""
        return [
            Bar(label=capfirst(side.label), value=days, text=working_days_text(days), kind=side.value)
            for side, days in ((Side.VENDOR, self.clock.vendor), (Side.CLIENT, self.clock.client))
        ]

    @property
    def turn(self):
        """Whose turn it is, in words."""
        step = Step(self.file.step)
        if step in ENDS:
            return step.label
        if self.is_barred:
            return _("Turn: another DPO or a deputy, since you took part")
        if self.has_signed:
            return _("Turn: somebody else who may decide, to countersign")
        if not self.is_my_turn and step in (Step.DECISION, Step.ACCEPTANCE) and self.user.is_client_side:
            return _("Turn: those of your organisation who may decide")
        if not self.is_my_turn:
            return _("Turn: %(who)s") % {"who": step.turn}
        if step is Step.DEVELOPMENT and self.user.is_client_side:
            return _("Yours to answer: the vendor proposes to stop")
        if step is Step.DEVELOPMENT:
            return self._work_in_words
        return YOUR_TURN[step]

    @property
    def _work_in_words(self):
        """What waits for this person at step 6."""
        if self.may_edit("checks") and self.may_edit("split"):
            return YOUR_TURN[Step.DEVELOPMENT]
        if self.may_edit("split"):
            return _("Yours to split, follow and deliver")
        develops = "develop" in self.work
        return YOUR_WORK[develops, self.work != {"develop"}]

    @property
    def turn_side(self):
        """The side whose turn it is, for the colour that goes with the words."""
        return self.user.side if self.is_my_turn else Step(self.file.step).side or "neutral"

    @cached_property
    def tracker(self):
        """The seven steps, as `ui.items.TrackerStep`."""
        left, returned, reached = {}, Counter(), None
        for event in self.events:
            if event.is_move:
                left[event.from_step] = event.at
                returned[event.to_step] += event.name in RETURNS
                reached = event.from_step
        current = Step(self.file.step)
        at = current if current in SEVEN else Step(reached)
        return [self._tracked(step, at, current, left, returned) for step in SEVEN]

    def _tracked(self, step, at, current, left, returned):
        if step.number < at.number or current == Step.CLOSED:
            state, when = "done", left.get(step, "")
        elif step is at:
            state = "current" if current is step else "stopped"
            when = self.file.step_since if state == "current" else self.file.ended_at
        else:
            state, when = "todo", ""
        if step is Step.ACCEPTANCE and state == "todo" and self.file.planned_date:
            when = self.file.planned_date
        return TrackerStep(
            number=step.number,
            name=str(step.label),
            who=str(step.turn),
            side="both" if step is Step.TICKET else step.side,
            state=state,
            when=when,
            returned=returned[step],
            is_mine=state == "current" and self.is_my_turn,
        )

    @cached_property
    def protagonists(self):
        """Those concerned, as `ui.items.Person`."""
        file = self.file
        people = [
            (self.text.requester, _("requester")),
            (file.in_charge, _("support, in charge")),
        ]
        ruled = next((event.actor for event in reversed(self.events) if event.name == "rule"), None)
        people.append((ruled, _("DPO")))
        return [
            Person(
                name=str(person),
                role=str(role),
                side=person.side,
                email="" if person.is_erased else person.email,
            )
            for person, role in people
            if person is not None
        ]

    @property
    def may_take_in_charge(self):
        """Whether this person may put themself or a colleague in charge."""
        return self.may_edit("in_charge")

    @property
    def is_in_charge(self):
        """Whether this person is in charge of the file."""
        return self.file.in_charge_id == self.user.pk

    @cached_property
    def colleagues(self):
        """The people of support who could be in charge instead, for whoever may say so."""
        if not self.may_take_in_charge:
            return []
        # A page that says who is told has read everybody who may see the file.
        read = self.file.read_audiences
        able = read.with_role(Role.SUPPORT) if read else rows(_able, self.user.pk)
        return [one for one in able if one.pk not in (self.file.in_charge_id, self.user.pk)]


def _attachments(file, sight):
    return Attachment.objects.filter(change_request=file).shown_to(sight).for_list()


def _events(file):
    return Event.objects.filter(change_request=file).select_related("actor").order_by("sequence")


def _able(person):
    others = User.objects.active().with_role(Role.SUPPORT).exclude(pk=person)
    return others.order_by("last_name", "first_name", "pk")
