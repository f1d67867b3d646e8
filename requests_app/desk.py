"""What waits for a person, and what they wait for.

Each act is a set of files or subtasks, so that the database answers for thousands of files in one statement.
The conditions on subtasks say in SQL what `requests_app.progress` says of one file; a test holds the two
together.
"""

from datetime import date
from functools import lru_cache

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, DateField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import User
from accounts.roles import CLIENT_ROLES, DPO_ROLES, Role, Side
from privacy.models import RegisterVersion, VersionState
from privacy.verdicts import Blocks, Conformity, Verdict
from requests_app.desk_items import (
    ACTS,
    item_of_action,
    item_of_file,
    item_of_invitation,
    item_of_subtask,
    item_of_version,
)
from requests_app.lines import with_titles
from requests_app.models import (
    TESTER_CHECKS,
    Acceptance,
    Action,
    Assignment,
    ChangeRequest,
    Check,
    CheckKind,
    Condition,
    Finding,
    Handover,
    Invitation,
    Round,
    Ruling,
    Signature,
    Subtask,
)
from requests_app.models.request import LINE, concern, ruling_due_after
from workflow.machine import PARTS
from workflow.models import Event
from workflow.steps import Step

# The steps at which what meets a condition is handed over.
ANSWERED_AT = PARTS["handovers"].steps
SHOWN = 50
NEVER = Value(None, output_field=DateField())
# What a ruling's day is counted from: working days, which no database knows.
SENT_TO_DPO = TruncDate("step_since", tzinfo=timezone.get_default_timezone())
# Those who may say that a dated action is done.
ACTION_ROLES = (*CLIENT_ROLES, *DPO_ROLES, Role.LEAD)
# The acts that are done to the subtasks of a file, or to its sheet.
WORK = frozenset({"develop", "check", "gdpr_check", "assess", "read"})
# A count over thousands of files is too dear for each page, and a minute old is soon enough for what others do.
COUNT_SECONDS = 60


# Subtasks under work. Flat conditions, all of which must hold: those a database joins in one go, where the same
# under OR or CASE take it a question for each row, and nested in one another minutes.

NOT_SPLIT = ~Exists(Subtask.objects.filter(parent=OuterRef("pk")))
OF_LIVING_PARENT = ~Exists(Subtask.objects.filter(pk=OuterRef("parent"), cancelled_at__isnull=False))
OPEN_ROUND = Round.objects.filter(subtask=OuterRef("pk"), sent_back_at=None)
HAS_ROUND = Exists(OPEN_ROUND)
PASSED = Check.objects.filter(round__subtask=OuterRef("pk"), round__sent_back_at=None, is_passed=True)
CALLING = [verdict for verdict in Verdict if verdict.calls_for_check]
IS_CALLED = Exists(
    Ruling.objects.in_force().filter(change_request=OuterRef("change_request"), verdict__in=CALLING)
)
HAS_GDPR_CHECK = Exists(
    PASSED.filter(kind=CheckKind.GDPR, ruling__ruled_at__isnull=False, ruling__fell_at=None)
)
IS_SPARED = Exists(Ruling.objects.in_force().filter(pk=OuterRef("spared_under")))
# A line of the sheet in force that keeps a file from being delivered, whatever it is.
HAS_MAJOR = Exists(
    Finding.objects.current()
    .filter(
        ruling__change_request=OuterRef("pk"),
        ruling__ruled_at__isnull=False,
        ruling__fell_at=None,
        conformity=Conformity.MAJOR,
    )
    .order_by()
)


def leaves(subtasks):
    """Those of `subtasks` that are worked on themselves: neither cancelled nor split."""
    return subtasks.filter(NOT_SPLIT, OF_LIVING_PARENT, cancelled_at=None)


def gdpr_due(subtasks):
    """Those whose GDPR check is still to pass, ended or not."""
    return leaves(subtasks).filter(IS_CALLED, ~HAS_GDPR_CHECK, ~IS_SPARED)


OF_FILE = Subtask.objects.filter(change_request=OuterRef("pk")).order_by()
LEAVES = leaves(OF_FILE)
# Parents left without a living child: delivery waits for somebody to say what becomes of them.
EMPTY = OF_FILE.filter(
    ~NOT_SPLIT,
    ~Exists(Subtask.objects.filter(parent=OuterRef("pk"), cancelled_at=None)),
    parent=None,
    cancelled_at=None,
)
REFUSAL = Acceptance.objects.filter(change_request=OuterRef("pk"), is_accepted=False).order_by("-answered_at")


def all_green(files):
    """Those of `files` that have a living subtask, all of them green."""
    for kind in TESTER_CHECKS:
        files = files.filter(~Exists(LEAVES.filter(~Exists(PASSED.filter(kind=kind)))))
    return files.filter(Exists(LEAVES), ~Exists(gdpr_due(OF_FILE)), ~Exists(EMPTY))


def refused_as_is(files):
    """Those that the client refused, with nothing added or reopened since: it would be given the same again."""
    # Of what is worked on: what has rounds is never split.
    newer = Round.objects.filter(
        subtask__change_request=OuterRef("pk"),
        subtask__cancelled_at=None,
        subtask__parent__cancelled_at=None,
        opened_at__gte=OuterRef("refused_on"),
    )
    return files.annotate(refused_on=Subquery(REFUSAL.values("answered_at")[:1])).filter(
        ~Exists(LEAVES.filter(created_at__gte=OuterRef("refused_on"))),
        ~Exists(newer),
        refused_on__isnull=False,
    )


def has(conditions):
    """The condition that a file's ruling has one of `conditions`."""
    return Exists(conditions.filter(ruling__change_request=OuterRef("pk")).order_by())


def unmet(**which):
    """The condition that a file has an unmet condition of its ruling, one of `which` (lookups of `Condition`)."""
    return has(Condition.objects.unmet().filter(**which))


def acts_of_client(files, user):
    """What `files` may want of somebody of the client: pairs of an act and the files that want it."""
    own = Q(created_by=user) | Q(requester=user) | Q(sent_by=user)
    if user.has_role(Role.CLIENT_ADMIN):
        # Nobody else would finish these.
        own |= Q(created_by__organisation=None) | Q(created_by__is_active=False)
    yield "send", files.filter(own, step=Step.REQUEST)
    if user.has_role(*user.organisation.deciders):
        # Whoever signed first waits for the second signature.
        signed = Signature.objects.waiting().filter(change_request=OuterRef("pk"), signed_by=user)
        yield "decide", files.filter(~Exists(signed.order_by()), step=Step.DECISION)
        yield "accept", files.filter(step=Step.ACCEPTANCE)
        proposed = files.filter(step=Step.DEVELOPMENT, abandonment_agreed_by=None)
        yield "agree", proposed.exclude(abandonment_reason="")
    yield "owe", files.filter(has(Condition.objects.owed_by(Side.CLIENT)), step__in=ANSWERED_AT)


def acts_of_support(files, user):
    """The same for support: its own files, and those that nobody has in charge."""
    yield "send", files.filter(step=Step.REQUEST, sent_at=None, is_entered_by_vendor=True, created_by=user)
    to_specify = files.filter(step=Step.SPECIFICATION)
    yield "specify", to_specify.filter(in_charge=user)
    able = User.objects.active().with_role(Role.SUPPORT).order_by()
    yield "take", to_specify.filter(Q(in_charge=None) | ~Q(in_charge__in=able.values("pk")))


def acts_of_dpo(files, user):
    """The same for a DPO or deputy: what they may rule on and check, being independent of it."""
    yield "rule", files.rulable_by(user)
    unread = Handover.objects.unread().filter(condition__ruling__change_request=OuterRef("pk")).order_by()
    yield "read", files.filter(Exists(unread), step__in=ANSWERED_AT)
    at_work = files.filter(step=Step.DEVELOPMENT)
    due = untouched(gdpr_due(OF_FILE.filter(HAS_ROUND)), user)
    yield "gdpr_check", at_work.filter(Exists(due))
    yield "assess", all_green(at_work.filter(unmet(blocks=Blocks.DELIVERY)))
    yield "assess", all_green(at_work.filter(HAS_MAJOR))
    yield "assess", files.filter(unmet(blocks=Blocks.ACCEPTANCE), step=Step.ACCEPTANCE)


def acts_of_lead(files, user):
    """The same for the lead: what is to be ended, split, assigned or delivered."""
    at_work = files.filter(step=Step.DEVELOPMENT)
    yield "abandon", at_work.filter(abandonment_agreed_by__isnull=False)
    yield "split", at_work.filter(~Exists(LEAVES))
    yield "split", at_work.filter(Exists(EMPTY))
    yield "split", all_green(refused_as_is(at_work))
    yield "deliver", all_green(at_work.filter(~unmet(blocks=Blocks.DELIVERY), ~HAS_MAJOR))
    # Whoever left, or develops no more, works on nothing.
    able = Assignment.objects.current().filter(person__is_active=True, person__is_developer=True)
    idle = ~Exists(able.filter(subtask=OuterRef("pk")))
    yield "assign", at_work.filter(Exists(LEAVES.filter(idle, ~HAS_ROUND)))
    yield "unblock", at_work.filter(Exists(LEAVES.filter(~HAS_ROUND, blocked_at__isnull=False)))


BY_ROLE = (
    (CLIENT_ROLES, acts_of_client),
    ((Role.SUPPORT,), acts_of_support),
    (DPO_ROLES, acts_of_dpo),
    ((Role.LEAD,), acts_of_lead),
)


def untouched(subtasks, user):
    """Those of `subtasks` that `user` may check: never assigned to them or their parent, and never ended by them."""
    return subtasks.filter(
        ~Exists(Assignment.objects.filter(subtask=OuterRef("pk"), person=user)),
        ~Exists(Assignment.objects.filter(subtask=OuterRef("parent"), person=user)),
        ~Exists(Round.objects.filter(subtask=OuterRef("pk"), ended_by=user)),
    )


def acts_on_files(user):
    """What files want of `user`: pairs of an act and the files that want it, the most pressing act first."""
    files = ChangeRequest.objects.visible_to(user).filter(ended_at=None).order_by()
    for roles, acts_of in BY_ROLE:
        if user.has_role(*roles):
            yield from acts_of(files, user)


def acts_on_subtasks(user):
    """The same for subtasks: those to develop, and those to check."""
    at_work = Subtask.objects.filter(change_request__step=Step.DEVELOPMENT).order_by()
    if user.has_role(Role.DEVELOPER):
        mine = Exists(Assignment.objects.current().filter(subtask=OuterRef("pk"), person=user))
        yield "develop", leaves(at_work).filter(mine, ~HAS_ROUND)
    if user.has_role(Role.TESTER):
        # Whoever was named and tests no more names nobody: all are told then, and all see it here.
        naming = Subtask.testers.through.objects.filter(
            subtask=OuterRef("pk"), user__is_active=True, user__is_tester=True
        )
        made = PASSED.filter(kind__in=TESTER_CHECKS).order_by().values("round__subtask")
        number = Coalesce(Subquery(made.annotate(number=Count("pk")).values("number")), 0)
        yield (
            "check",
            untouched(leaves(at_work), user)
            .filter(
                HAS_ROUND,
                ~Exists(
                    Ruling.objects.given().filter(change_request=OuterRef("change_request"), ruled_by=user)
                ),
                ~Exists(naming) | Exists(naming.filter(user=user)),
            )
            .annotate(made=number)
            .filter(made__lt=len(TESTER_CHECKS)),
        )


def work_on(file, user):
    """What of a file under development waits for `user` to develop or check: names of acts, in one statement."""
    found = [
        *((act, files.filter(pk=file.pk)) for act, files in acts_on_files(user)),
        *((act, subtasks.filter(change_request=file)) for act, subtasks in acts_on_subtasks(user)),
    ]
    rows = [
        part.order_by().annotate(act=Value(act)).values_list("act", flat=True)
        for act, part in found
        if act in WORK
    ]
    return set(rows[0].union(*rows[1:])) if rows else set()


def waiting_invitations(user):
    """The invitations that `user` received and has not used."""
    if not user.has_role(*CLIENT_ROLES):
        return Invitation.objects.none()
    return Invitation.objects.open().filter(person=user)


def waiting_actions(user):
    """The dated actions that are theirs, or their side's; of closed files too."""
    if not user.has_role(*ACTION_ROLES):
        return Action.objects.none()
    files = ChangeRequest.objects.visible_to(user).filter(step__in=PARTS["actions"].steps)
    actions = Action.objects.open().filter(owner=user.side, change_request__in=files.order_by().values("pk"))
    # Whoever was named and has left, or holds no such role any more, leaves it to their side.
    able = User.objects.active().with_role(*ACTION_ROLES).order_by().values("pk")
    theirs = Q(person=user)
    if user.has_role(*CLIENT_ROLES, Role.LEAD):
        theirs |= Q(person=None) | ~Q(person__in=able)
    return actions.filter(theirs)


def waiting_versions(user):
    """The versions of the client's register that wait for `user` to adopt: its DPO, or without one its administrators."""
    versions = RegisterVersion.objects.visible_to(user).filter(state=VersionState.AWAITED)
    if user.has_role(Role.CLIENT_DPO):
        return versions
    if user.has_role(Role.CLIENT_ADMIN):
        dpos = User.objects.active().with_role(Role.CLIENT_DPO).filter(organisation=user.organisation_id)
        return versions.filter(~Exists(dpos.order_by()))
    return versions.none()


def acts_beside(user):
    """What else waits for `user`, files that are over included: tuples of a kind, an act, its day, and what wants it."""
    if user.is_client_side:
        yield "invitation", "open", NEVER, waiting_invitations(user)
        yield "version", "adopt", NEVER, waiting_versions(user)
    yield "action", "act", F("due"), waiting_actions(user)


def waiting(user):
    """Everything that waits for `user`, in one statement: a list of `(kind, key, act, day)`.

    A file may come with several acts, never twice with the same.
    """
    found = ask(all_that_waits, user, "{}")
    day_of = DateField().to_python  # SQLite gives its text
    due = lru_cache(ruling_due_after)
    return [
        (kind, key, act, due(day_of(day)) if act == "rule" else day_of(day)) for kind, key, act, day in found
    ]


def all_that_waits(user):
    """The queryset of `waiting`, or None for nobody's role."""
    wanted = Coalesce("forecast_end", "change_request__planned_date", "change_request__deadline")
    parts = [
        *(
            ("file", act, SENT_TO_DPO if act == "rule" else F("deadline"), files)
            for act, files in acts_on_files(user)
        ),
        *(("subtask", act, wanted, subtasks) for act, subtasks in acts_on_subtasks(user)),
        *acts_beside(user),
    ]
    rows = [
        part.order_by()
        .annotate(kind=Value(kind), act=Value(act), day=day)
        .values_list("kind", "pk", "act", "day")
        for kind, act, day, part in parts
    ]
    return rows[0].union(*rows[1:]) if rows else None


def waiting_count(user):
    """How many things wait for `user`, for every page: kept for `COUNT_SECONDS`, or until they act themself."""
    if not hasattr(user, "waiting_count"):
        user.waiting_count = cache.get_or_set(count_key(user), lambda: count_waiting(user), COUNT_SECONDS)
    return user.waiting_count


def count_waiting(user):
    """How many things wait for `user`, in one statement."""
    return sum(number for (number,) in ask(keys_that_wait, user, "SELECT COUNT(*) FROM ({}) AS waiting"))


def keys_that_wait(user):
    """The queryset of the kinds and keys of what waits, each once, or None for nobody's role."""
    parts = [
        *(("file", files) for _act, files in acts_on_files(user)),
        *(("subtask", subtasks) for _act, subtasks in acts_on_subtasks(user)),
        *((kind, part) for kind, _act, _day, part in acts_beside(user)),
    ]
    keys = [part.order_by().annotate(kind=Value(kind)).values_list("kind", "pk") for kind, part in parts]
    return keys[0].union(*keys[1:]) if keys else None


def ask(queryset_of, user, statement):
    """The rows of `queryset_of(user)`, of which `statement` is made with its SQL in place of `{}`."""
    organisation = user.organisation
    asker = (user.roles, user.is_active, user.organisation_id, organisation and organisation.deciders)
    sql, values = _sql_of(queryset_of, user, asker)
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement.format(sql), values)
        return cursor.fetchall()


# Django takes 40 ms to put a lead's statement together. What is kept is its text, never an answer, and for a person
# as they are: all that it depends on beside their key is in `asker`.
@lru_cache(maxsize=256)
def _sql_of(queryset_of, user, asker):
    queryset = queryset_of(user)
    try:
        return queryset.query.sql_with_params() if queryset is not None else ("", ())
    except EmptyResultSet:
        return "", ()


def forget_count(user):
    """Have the next page count anew what waits for `user`."""
    cache.delete(count_key(user))


def count_key(user):
    """Where the count of `user` is kept."""
    return f"waiting-{user.pk}"


class Desk:
    """What waits for `user`, read once for a page: `items`, at most `SHOWN`, and `total`, how many there are."""

    def __init__(self, user):
        self.user = user
        rank = {act: number for number, act in enumerate(ACTS)}
        found = {}
        for kind, key, act, day in waiting(user):
            known = found.get((kind, key))
            if known is None or rank[act] < rank[known[0]]:
                found[kind, key] = (act, day)
        # The frame of the page shows the same number: it need not ask again.
        self.total = user.waiting_count = len(found)
        cache.set(count_key(user), self.total, COUNT_SECONDS)
        self._found = found
        self._chosen = sorted(found, key=lambda one: (found[one][1] or date.max, one))[:SHOWN]

    @property
    def keys(self):
        """What waits, shown or not: a set of `(kind, key)`."""
        return self._found.keys()

    @cached_property
    def items(self):
        """A list of `Item`, the oldest day first."""
        rows = {
            ("file", file.pk): item_of_file(file, self.user, *self._found["file", file.pk])
            for file in self._rows("file", with_titles(ChangeRequest.objects.for_list(), self.user))
        }
        rows |= {
            ("subtask", one.pk): item_of_subtask(one, *self._found["subtask", one.pk])
            for one in self._rows("subtask", SUBTASK_LINES)
        }
        rows |= {
            ("invitation", one.pk): item_of_invitation(one)
            for one in self._rows("invitation", Invitation.objects.select_related("invited_by"))
        }
        rows |= {("action", one.pk): item_of_action(one) for one in self._rows("action", ACTION_LINES)}
        rows |= {("version", one.pk): item_of_version(one) for one in self._rows("version", VERSION_LINES)}
        return [rows[one] for one in self._chosen]

    @property
    def awaited(self):
        """The files in progress that wait for somebody else: a client's all, of the vendor's people their own."""
        user = self.user
        files = ChangeRequest.objects.visible_to(user).filter(ended_at=None)
        files = files.exclude(pk__in=[key for kind, key in self._found if kind == "file"])
        if user.is_vendor_side:
            own = concern(user)
            if user.has_role(*DPO_ROLES):
                returned = Event.objects.filter(name="return_to_support", actor=user).order_by()
                own |= Q(step=Step.SPECIFICATION, pk__in=returned.values("change_request"))
            files = files.filter(own)
            subtasks = [key for kind, key in self._found if kind == "subtask"]
            if subtasks:
                busy = Subtask.objects.filter(pk__in=subtasks).order_by()
                files = files.exclude(pk__in=busy.values("change_request"))
        return files.for_list().order_by(F("deadline").asc(nulls_last=True), "pk")

    def _rows(self, kind, queryset):
        keys = [key for found, key in self._chosen if found == kind]
        return queryset.filter(pk__in=keys) if keys else ()


SUBTASK_LINES = (
    Subtask.objects.select_related("change_request__organisation")
    .only(
        "title",
        "position",
        "start_date",
        "created_at",
        "change_request",
        *(f"change_request__{name}" for name in LINE),
    )
    .annotate(
        # Since it was ended, or sent back, or else since it exists.
        last_turn=Subquery(
            Round.objects.filter(subtask=OuterRef("pk"))
            .order_by("-number")
            .values_list(Coalesce("sent_back_at", "opened_at"))[:1]
        )
    )
)


ACTION_LINES = Action.objects.select_related("change_request__organisation")
VERSION_LINES = RegisterVersion.objects.select_related("entry", "change_request").defer("content")
