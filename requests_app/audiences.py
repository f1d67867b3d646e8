"""Who the people of a file are, for the messages and for the page.

`people` answers only with people who may see the file: the right is asked once per event.
"""

from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.roles import CLIENT_ROLES, DPO_ROLES, Role, Side
from planning.away import absences
from planning.models import Leave
from planning.workdays import today
from privacy.models import ADOPTER_ROLES
from requests_app.guards import who_can_rule
from requests_app.models.development import Assignment
from workflow.models import Event

# What a client's person does to be its author: opens the request, and sends it.
SENDING = ("create", "send_to_support")


@dataclass(frozen=True)
class Place:
    """Whose place is taken in a message: their name, the last day they are away, and whether somebody stands in."""

    name: str
    until: date
    is_handed_over: bool


class Audiences:
    """The people of one file at one moment; `event` is what they would be told about, or None."""

    def __init__(self, change_request, event=None):
        self.change_request = change_request
        self.event = event
        self.sender = None
        self.viewers = {person.pk: person for person in change_request.viewers()}
        self._asked = {}

    def people(self, audience):
        """The active people of `audience` (a name below) who may see the file, as a list."""
        if audience not in self._asked:
            self._asked[audience] = getattr(self, audience)()
        return self._asked[audience]

    def once_sent_by(self, person):
        """The same people once `person` has sent the request, for what a page says beforehand."""
        if not person.is_client_side:
            return self
        later = copy(self)
        later.sender, later._asked = person, {}
        return later

    def client_author(self):
        """The requester when they may see the file, and the last client-side sender if another.

        If neither can any more: the organisation's administrators, perhaps none.
        """
        file = self.change_request
        authors = [
            self.viewers[key] for key in (file.requester_id, self._last_sender()) if key in self.viewers
        ]
        authors = list({person.pk: person for person in authors if person.is_client_side}.values())
        return authors or [one for one in self._client_side() if one.has_role(Role.CLIENT_ADMIN)]

    def deciders(self):
        """Those of the organisation who may decide and accept."""
        deciders = self.change_request.organisation.deciders
        return [person for person in self._client_side() if person.has_role(*deciders)]

    def adopters(self):
        """Those of the organisation who adopt what its register says: its DPO, or without one its administrators."""
        by_role = ([one for one in self._client_side() if one.has_role(role)] for role in ADOPTER_ROLES)
        return next(filter(None, by_role), [])

    def countersigners(self):
        """Those who may decide, but whoever signs or withdraws their signature."""
        return [person for person in self.deciders() if not self.event or person != self.event.actor]

    def dpo(self):
        return self.with_role(*DPO_ROLES)

    def rulers(self):
        """The DPOs and deputies who are independent of the file."""
        able = set(who_can_rule(self.change_request).values_list("pk", flat=True))
        return [person for person in self.dpo() if person.pk in able]

    def action_owners(self):
        """Whom the event's dated action names; without them, or once they see the file no more, their side."""
        data = self.event.data if self.event else {}
        named = self._with_stand_ins(User.objects.filter(pk=data["person"]), "pk") if "person" in data else []
        return named or (self.client_author() if data.get("owner") == Side.CLIENT else self.lead())

    def lead(self):
        return self.with_role(Role.LEAD)

    def support(self):
        """The support person in charge, or all of them."""
        in_charge = self.viewers.get(self.change_request.in_charge_id)
        return [in_charge] if in_charge else self.with_role(Role.SUPPORT)

    def developers(self):
        """Whoever is assigned to one of the file's subtasks now."""
        # A page that only reads has the subtasks at hand; a locked file is another instance and never has them.
        read = getattr(self.change_request, "read_progress", None)
        if read is not None and self.event is None:
            return self._seeing(row.person_id for row in read.assignments)
        return self._assigned(subtask__change_request=self.change_request)

    def testers(self):
        """The testers of every subtask that is worked on; all of them while there is none."""
        live = self.change_request.subtasks.filter(children=None, cancelled_at=None)
        named = {}
        for subtask, tester in live.exclude(parent__cancelled_at__isnull=False).values_list("pk", "testers"):
            named.setdefault(subtask, set()).add(tester)
        told = {person.pk for keys in named.values() or [()] for person in self._named_or_all(keys)}
        return [person for person in self.with_role(Role.TESTER) if person.pk in told]

    def subtask_developers(self):
        """The developers of the event's subtask; of an assignment, those newly assigned."""
        if not self.event:
            return []
        if "developers" in self.event.data:
            return self._with_stand_ins(User.objects.filter(pk__in=self.event.data["developers"]), "pk")
        return self._assigned(subtask=self.event.data["subtask"]["id"])

    def subtask_testers(self):
        """The testers named on the event's subtask, or else all."""
        if not self.event:
            return self.with_role(Role.TESTER)
        subtask = self.change_request.subtasks.get(pk=self.event.data["subtask"]["id"])
        named = set(subtask.testers.values_list("pk", flat=True))
        testers = self._named_or_all(named)
        if not any(person.pk in named for person in testers):
            return testers
        return self._with_stand_ins(User.objects.filter(pk__in=[person.pk for person in testers]), "pk")

    def portal_admins(self):
        """Portal administrators, who need not see the file: their message tells nothing of it."""
        return list(User.objects.active().with_role(Role.PORTAL_ADMIN).order_by("pk"))

    def with_role(self, *roles):
        """Those who hold one of `roles` and may see the file, by name."""
        return [person for person in self.viewers.values() if person.has_role(*roles)]

    def _named_or_all(self, keys):
        """Of the testers those with one of `keys`; all when none of these tests any more."""
        testers = self.with_role(Role.TESTER)
        return [person for person in testers if person.pk in keys] or testers

    def _client_side(self):
        return self.with_role(*CLIENT_ROLES)

    def _assigned(self, **of):
        rows = Assignment.objects.current().filter(subtask__cancelled_at=None, **of)
        return self._with_stand_ins(rows, "person")

    def _with_stand_ins(self, rows, path):
        """The people of `rows` who may see the file, and for those away today whoever stands in; `path`: to the person.

        The lead where nobody does. Who hears it for somebody else alone bears that as `in_place_of`.
        """
        day = today()
        away = Leave.objects.within(day, day).filter(person=OuterRef(path))
        rows = list(rows.annotate(is_away=Exists(away)).values_list(path, "is_away"))
        found = {person.pk: person for person in self._seeing(key for key, _is_away in rows)}
        missing = [key for key, is_away in rows if is_away and key in found]
        if missing:
            absent = absences(day)
            for key in missing:
                absence = absent[key]
                stand_in = self.viewers.get(absence.stand_in)
                place = Place(str(found[key]), absence.until, is_handed_over=stand_in is not None)
                for person in [stand_in] if stand_in else self.lead():
                    found.setdefault(person.pk, _in_place_of(place, person))
        return list(found.values())

    def _seeing(self, keys):
        """The people of `keys` who may see the file, each once."""
        return [self.viewers[key] for key in dict.fromkeys(keys) if key in self.viewers]

    def _last_sender(self):
        """Whoever of the client sent the request last; until then, whoever opened it."""
        if self.sender:
            return self.sender.pk
        if self.event and self.event.name in SENDING and self.event.actor.is_client_side:
            return self.event.actor_id
        # A page that only reads has the history at hand; a locked file is another instance and never has it.
        read = getattr(self.change_request, "read_events", None)
        if read is not None and self.event is None:
            sendings = (event for event in reversed(read()) if event.name in SENDING)
            return next((event.actor_id for event in sendings if event.actor.is_client_side), None)
        return (
            Event.objects.filter(
                change_request=self.change_request, name__in=SENDING, actor__organisation__isnull=False
            )
            .order_by("sequence")
            .values_list("actor", flat=True)
            .last()
        )


def _in_place_of(place, person):
    """`person` as they are told what is somebody else's; the same for whoever compares."""
    told = copy(person)
    told.in_place_of = place
    return told
