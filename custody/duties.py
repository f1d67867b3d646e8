"""What somebody still has to do, said before they are erased. Figures alone: an administrator may know no file."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import DPO_ROLES, Role
from planning.models import Pace
from requests_app.models import Assignment, ChangeRequest
from workflow.steps import OPEN_STEPS

# Without anybody of one of these the portal's files stand still.
NEEDED = ((Role.SUPPORT,), DPO_ROLES, (Role.LEAD,), (Role.TESTER,), (Role.PORTAL_ADMIN,))


def without_open_files(people):
    """Those of `people` (a queryset) whom no file in progress names as requester, in charge or assigned."""
    files = ChangeRequest.objects.in_progress().order_by()
    assigned = Assignment.objects.current().filter(subtask__change_request__step__in=OPEN_STEPS)
    return people.exclude(
        Exists(files.filter(requester=OuterRef("pk")))
        | Exists(files.filter(in_charge=OuterRef("pk")))
        | Exists(assigned.filter(person=OuterRef("pk")).order_by())
    )


def duties_of(person):
    """What `person` leaves open, as a list of sentences; empty when nothing waits for them."""
    files = ChangeRequest.objects.in_progress()
    in_charge = files.filter(in_charge=person).count()
    named = files.filter(requester=person).count()
    pieces = Assignment.objects.current().filter(
        person=person,
        subtask__change_request__step__in=OPEN_STEPS,
        subtask__cancelled_at=None,
        subtask__end_date=None,
    )
    assigned = pieces.count()
    stands_in = Pace.objects.filter(stand_in=person, person__is_active=True).count()
    said = [
        in_charge
        and ngettext(
            "In charge of %(number)d request in progress.",
            "In charge of %(number)d requests in progress.",
            in_charge,
        )
        % {"number": in_charge},
        named
        and ngettext(
            "Requester of %(number)d request in progress.",
            "Requester of %(number)d requests in progress.",
            named,
        )
        % {"number": named},
        assigned
        and ngettext(
            "Assigned to %(number)d subtask that is not ended.",
            "Assigned to %(number)d subtasks that are not ended.",
            assigned,
        )
        % {"number": assigned},
        stands_in
        and ngettext("Stands in for %(number)d person.", "Stands in for %(number)d people.", stands_in)
        % {"number": stands_in},
    ]
    return [sentence for sentence in [*said, *_last_of(person)] if sentence]


def _last_of(person):
    """Yield a sentence for each role that nobody else would hold."""
    others = User.objects.active().exclude(pk=person.pk)
    if person.is_client_side:
        deciders = person.organisation.deciders
        colleagues = others.filter(organisation=person.organisation_id)
        if person.has_role(*deciders) and not colleagues.with_role(*deciders).exists():
            yield _("The last person of the organisation who may decide and accept.")
        return
    for roles in NEEDED:
        if person.has_role(*roles) and not others.with_role(*roles).exists():
            yield _("The last person with the role: %(role)s.") % {"role": roles[0].label}
