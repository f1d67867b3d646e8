"""The file itself: the change request, its number, its draft while it is reworked."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, User, any_of
from accounts.roles import CLIENT_ROLES, DPO_ROLES, Role, Side
from accounts.statements import rows
from planning.workdays import after_working_days, day_of
from privacy.intake import readable
from requests_app.audiences import Audiences
from requests_app.guards import TOOK_PART, missing
from requests_app.models.attachment import Attachment, Section
from requests_app.models.conversation import Message
from requests_app.models.decision import CancelReason, DeclineReason
from requests_app.models.development import Assignment, CheckKind, Subtask
from requests_app.models.drafts import Draft
from requests_app.models.ruling import Ruling
from requests_app.models.search import SearchText
from workflow.machine import ChangeRequestWorkflow
from workflow.steps import OPEN_STEPS, Step

UNSENT_BY_VENDOR = Q(sent_at=None, is_entered_by_vendor=True)

# Who may know a file exists: a set of roles, and the files that it opens. The single source of
# `visible_to` (the files of a person) and of `viewers` (the people of a file).
SIGHT = (
    (CLIENT_ROLES, ~UNSENT_BY_VENDOR),
    ((Role.SUPPORT,), Q(sent_at__isnull=False) | UNSENT_BY_VENDOR),
    ((*DPO_ROLES, Role.LEAD), Q(sent_at__isnull=False)),
    ((Role.DEVELOPER, Role.TESTER), Q(development_at__isnull=False)),
)


# The columns of a line of a list.
LINE = (
    "number",
    "title",
    "nature",
    "step",
    "step_since",
    "deadline",
    "planned_date",
    "sent_at",
    "is_entered_by_vendor",
    "organisation__name",
)


def concern(user):
    """The condition that a file is one of `user`'s own, as a `Q`.

    Sets of keys rather than a question per file: a count over all files asks each of them once.
    """
    if user.is_client_side:
        return Q(requester=user) | Q(created_by=user)
    assigned = Assignment.objects.current().filter(person=user)
    own = Q(in_charge=user) | Q(created_by=user) | Q(pk__in=assigned.values("subtask__change_request"))
    if user.has_role(*DPO_ROLES):
        own |= Q(pk__in=Ruling.objects.given().filter(ruled_by=user).values("change_request"))
    if user.has_role(Role.TESTER):
        own |= Q(pk__in=Subtask.testers.through.objects.filter(user=user).values("subtask__change_request"))
    if user.has_role(Role.LEAD):
        own |= Q(step__in=[Step.DEVELOPMENT, Step.ACCEPTANCE])
    return own


def late(today):
    """The condition that a file in progress is behind: past its day, or planned beyond it; as a `Q`."""
    behind = Q(deadline__lt=today) | Q(planned_date__lt=today) | Q(planned_date__gt=F("deadline"))
    return Q(ended_at=None) & ~Q(step=Step.ACCEPTANCE) & behind


class Nature(models.TextChoices):
    """What kind of change is asked for."""

    NEW = "new", _("new function")
    CHANGE = "change", pgettext_lazy("nature", "change")
    FIX = "fix", _("correction")


class NumberSequence(models.Model):
    """The last number given to an organisation in a year; one for each, so that none tells of another."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="sequence_one_per_year"),
        ]

    def __str__(self):
        return f"{self.organisation_id} {self.year}: {self.last}"

    @classmethod
    def next_number(cls, organisation, *, year):
        """The organisation's next number of `year`, as in `VALM-2026-0042`.

        Must run in the transaction that creates the file: its row stays locked until then, so that
        numbers follow one another without a gap whatever happens at the same time.
        """
        cls.objects.get_or_create(organisation=organisation, year=year)
        row = cls.objects.filter(organisation=organisation, year=year)
        row.update(last=F("last") + 1)
        return f"{organisation.code}-{year}-{row.get().last:04d}"


class RequestText(Draft):
    """What the client fills in at step 2."""

    title = models.CharField(_("title"), max_length=200, blank=True)
    nature = models.CharField(_("nature"), max_length=10, choices=Nature, blank=True)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("requester"),
    )
    ticket_reference = models.CharField(_("helpdesk ticket"), max_length=60, blank=True)
    deadline = models.DateField(_("wished deadline"), null=True, blank=True)
    description = models.TextField(_("description"), blank=True)
    # The client's answers to the five questions of `privacy.intake`.
    intake = models.JSONField(_("personal data, as the client sees them"), default=dict, blank=True)
    search_text = SearchText()

    TEXT_FIELDS = ("title", "nature", "requester", "ticket_reference", "deadline", "description", "intake")

    class Meta:
        abstract = True

    def text(self):
        """The fields of step 2 as a dict, to copy from a draft to its file or back."""
        return {name: getattr(self, name) for name in self.TEXT_FIELDS}

    @property
    def intake_in_words(self):
        """The answers to the five questions: pairs of a question and a text."""
        return readable(self.intake)

    def searched(self):
        """The texts in which a search finds this row."""
        return (self.title, self.ticket_reference, self.description)


class ChangeRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What `user` may know exists. Views start from here and from nowhere else."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        opened = [files for roles, files in SIGHT if not user.roles.isdisjoint(roles)]
        if not opened:
            return self.none()
        files = opened[0]
        for more in opened[1:]:
            files |= more
        if user.is_client_side:
            files &= Q(organisation=user.organisation_id)
        return self.filter(files)

    def in_progress(self):
        """Files that have not come to an end."""
        return self.filter(step__in=OPEN_STEPS)

    def of(self, user):
        """The files of `user`: in charge of, requester or author, assigned, naming them, ruled on by them.

        A lead's own are all those under development.
        """
        return self.filter(concern(user))

    def rulable_by(self, person):
        """The files at step 4 of which `person`, a DPO or deputy, is independent."""
        took_part = (
            Exists(rows.filter(**{of: OuterRef("pk"), column: person}).order_by())
            for rows, of, column in TOOK_PART
        )
        return self.filter(*(~part for part in took_part), step=Step.RULING)

    def for_list(self):
        """What a line of a list reads, and no more: a list of fifty is made of little else than rows."""
        return self.select_related("organisation").only(*LINE)

    def for_detail(self):
        """Everything that the head of a file's page reads."""
        return self.select_related("organisation", "requester", "in_charge", "draft", "specification")

    def with_message_count(self, user):
        """With `message_count`: how many messages and notes of a file `user` may read."""
        messages = Message.objects.filter(change_request=OuterRef("pk")).shown_to(user).order_by()
        count = messages.values("change_request").annotate(number=Count("pk")).values("number")
        return self.annotate(message_count=Coalesce(Subquery(count), 0))


class ChangeRequest(RequestText, ChangeRequestWorkflow):
    """A file. What everybody reads; the unsent rework of a returned request is in `RequestDraft`."""

    number = models.CharField(_("number"), max_length=24, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="requests", verbose_name=_("organisation")
    )
    is_entered_by_vendor = models.BooleanField(_("entered on the client's behalf"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created on"), default=timezone.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("sent by")
    )
    in_charge = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("in charge"),
    )
    planned_date = models.DateField(_("planned date"), null=True, blank=True)
    abandonment_reason = models.TextField(_("reason to abandon"), blank=True)
    abandonment_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    # Given with the page that opened it, so that the same page sent twice opens one file.
    creation_key = models.UUIDField(null=True, editable=False)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ["deadline", "pk"]
        indexes = [
            models.Index(fields=["organisation", "step", "deadline"], name="request_by_organisation"),
            models.Index(fields=["step", "deadline"], name="request_by_step"),
            models.Index(fields=["in_charge", "step"], name="request_by_support"),
            models.Index(
                fields=["deadline", "id"], name="request_open_by_deadline", condition=Q(ended_at=None)
            ),
            # All that the counts above a list read, so that they need not read the rows, which are long; in the
            # order of the list, for databases that can use it so.
            models.Index(
                fields=[
                    "ended_at",
                    "deadline",
                    "id",
                    "step",
                    "planned_date",
                    "sent_at",
                    "is_entered_by_vendor",
                    "organisation",
                    "nature",
                    "in_charge",
                    "created_by",
                ],
                name="request_figures",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["created_by", "creation_key"], name="request_opened_once_per_page"
            ),
            models.CheckConstraint(name="request_is_past_the_ticket", condition=~Q(step=Step.TICKET)),
            models.CheckConstraint(
                name="request_beyond_step_2_was_sent",
                condition=Q(step__in=[Step.REQUEST, Step.CANCELLED]) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="request_ended_iff_over",
                condition=Q(step__in=OPEN_STEPS, ended_at=None)
                | (~Q(step__in=OPEN_STEPS) & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("requests:detail", args=[self.number])

    def searched(self):
        """The texts in which a search finds this file: its number too."""
        return (self.number, *super().searched())

    def audiences(self, event=None):
        """Who the file's people are, by audience (`requests_app.audiences`); ask once per event.

        Without an event they are those of the page being shown, which asks for several moves at once.
        """
        return Audiences(self, event) if event else self._audiences

    @cached_property
    def _audiences(self):
        return Audiences(self)

    @property
    def read_audiences(self):
        """Those people if the page being shown asked for them already, else None."""
        return self.__dict__.get("_audiences")

    @staticmethod
    def check_label(kind):
        """The name of a kind of check as history keeps it, in the language being read."""
        return CheckKind(kind).label

    @staticmethod
    def category_label(name, category):
        """The name of a reason chosen in a list for the move `name`, in the language being read."""
        return {"cancel": CancelReason, "decline": DeclineReason}[name](category).label

    def files_to_send(self):
        """The stored files that go with the message of a request sent, the first added first."""
        return [attachment.file for attachment in rows(_sent, self.pk)]

    def missing(self, name, *, actor, data):
        """What the move `name` still needs, as a list of `workflow.errors.Reason`; empty when nothing."""
        return missing(self, name, actor=actor, data=data)

    def viewers(self):
        """The active people who may know this file exists, by name: `visible_to` read from the other end."""
        return rows(viewers, self.pk, self.organisation_id)

    @property
    def ruling_due(self):
        """The date by which the version that waits at step 4 is to be ruled on."""
        return ruling_due_after(day_of(self.step_since))

    @property
    def has_rework(self):
        """Whether a returned request has unsent changes, which only its author's side may read."""
        return self.sent_at is not None and hasattr(self, "draft")

    def text_for(self, user):
        """The request as `user` may read it: its own side sees the unsent rework, the others what was sent."""
        owns = user.is_client_side or (self.is_entered_by_vendor and user.has_role(Role.SUPPORT))
        return self.draft if owns and self.step == Step.REQUEST and self.has_rework else self


def ruling_due_after(sent_on):
    """The date by which a version sent to the DPO on `sent_on` (a date) is to be ruled on: working days later."""
    return after_working_days(sent_on, settings.RULING_DUE_DAYS)


def _sent(key):
    sent = Attachment.objects.filter(change_request=key, section=Section.REQUEST).sent()
    return sent.latest().select_related("file").order_by("pk")


def viewers(key, organisation):
    """The active people who may know the file of this `key` and of this `organisation` (its key): `SIGHT` backwards."""
    who = Q(pk=None)
    for roles, files in SIGHT:
        side = Q(organisation=organisation if roles[0].side is Side.CLIENT else None)
        who |= any_of(roles) & side & Exists(ChangeRequest.objects.filter(files, pk=key).order_by())
    return User.objects.active().filter(who).order_by("last_name", "first_name", "pk")


class RequestDraft(RequestText):
    """The rework of a request that was returned to the client, until it is sent again."""

    change_request = models.OneToOneField(ChangeRequest, models.CASCADE, related_name="draft")

    def __str__(self):
        return f"{self.change_request_id} (draft)"
