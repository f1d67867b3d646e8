"""Documents on a file: which tab they belong to, and who may already see them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Role, Side
from documents.models import StoredFile


class Section(models.TextChoices):
    """The part of the file a document belongs to."""

    REQUEST = "request", pgettext_lazy("documents of", "request")
    SPECIFICATION = "specification", pgettext_lazy("documents of", "specification")
    QUOTE = "quote", pgettext_lazy("documents of", "quote")
    DECISION = "decision", pgettext_lazy("documents of", "client decision")
    DELIVERY = "delivery", pgettext_lazy("documents of", "delivery")
    ACCEPTANCE = "acceptance", pgettext_lazy("documents of", "acceptance")
    CONVERSATION = "conversation", pgettext_lazy("documents of", "conversation")
    EVIDENCE = "evidence", pgettext_lazy("documents of", "check")
    SHEET = "sheet", pgettext_lazy("documents of", "GDPR sheet")
    HANDED_OVER = "handed_over", pgettext_lazy("documents of", "condition of the DPO")
    NOTES = "notes", pgettext_lazy("documents of", "vendor's notes")

    @property
    def side(self):
        """The `Side` that adds and withdraws here; None where both may."""
        if self in (Section.REQUEST, Section.DECISION, Section.ACCEPTANCE):
            return Side.CLIENT
        return None if self in (Section.CONVERSATION, Section.HANDED_OVER) else Side.VENDOR

    @property
    def waits_for_sending(self):
        """Whether a document stays its side's alone until the tab is sent."""
        return self in (
            Section.REQUEST,
            Section.SPECIFICATION,
            Section.QUOTE,
            Section.DECISION,
            Section.ACCEPTANCE,
        )

    @property
    def is_evidence(self):
        """Whether what was sent here stays for good: it goes with a decision that was taken."""
        return self in (Section.DECISION, Section.ACCEPTANCE)

    @property
    def proves_a_check(self):
        """Whether what was added here stays for good: it goes with a check that was made or is to be made."""
        return self in (Section.EVIDENCE, Section.SHEET, Section.HANDED_OVER)


CLIENT_SECTIONS = tuple(section for section in Section if section.side is Side.CLIENT)
VENDOR_SECTIONS = tuple(section for section in Section if section.side is Side.VENDOR)


class AttachmentQuerySet(models.QuerySet):
    def kept(self):
        """Not withdrawn by its own side."""
        return self.filter(withdrawn_at=None)

    def sent(self):
        """What the other side reads: sent, and not withdrawn in what was last sent."""
        return self.filter(published_at__isnull=False, retracted_at=None)

    def shown_to(self, user):
        """Which documents of a file that `user` may see are shown to them.

        Its own side sees a document from the moment it is added; the other side once the tab is sent.
        The vendor's notes are the vendor's.
        """
        sent = Q(published_at__isnull=False, retracted_at=None)
        kept = Q(withdrawn_at=None)
        if user.is_client_side:
            return self.exclude(section=Section.NOTES).filter(sent | kept & Q(section__in=CLIENT_SECTIONS))
        own = Q(section__in=VENDOR_SECTIONS)
        if user.has_role(Role.SUPPORT):
            own |= Q(section=Section.REQUEST, change_request__is_entered_by_vendor=True)
        return self.filter(sent | kept & own)

    def latest(self):
        """Without those that another of these replaces; call it last."""
        return self.exclude(pk__in=self.filter(replaces__isnull=False).values("replaces"))

    def for_list(self):
        """Everything a line of a list of documents reads."""
        return self.select_related("file__scan", "file__removal", "added_by").order_by("added_at", "pk")


class Attachment(models.Model):
    """A stored file on one tab. Never edited: withdrawn, or replaced by a newer version beside which it stays."""

    change_request = models.ForeignKey(
        "requests_app.ChangeRequest", models.PROTECT, related_name="attachments"
    )
    section = models.CharField(_("tab"), max_length=16, choices=Section)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    message = models.ForeignKey(
        "requests_app.Message", models.PROTECT, related_name="attachments", null=True, blank=True
    )
    # The check that it proves, for the section of evidence alone.
    evidence_for = models.ForeignKey(
        "requests_app.Check", models.PROTECT, related_name="evidence", null=True, blank=True
    )
    # The finding that it proves, for the section of the GDPR sheet alone.
    finding = models.ForeignKey(
        "requests_app.Finding", models.PROTECT, related_name="evidence", null=True, blank=True
    )
    # What was said with it for a condition, for the section of what is handed over alone.
    handover = models.ForeignKey(
        "requests_app.Handover", models.PROTECT, related_name="documents", null=True, blank=True
    )
    # The criterion that it proves while the client tests, and the answer to it once that is sent; for the section
    # of the acceptance alone.
    criterion = models.ForeignKey(
        "requests_app.AcceptanceCriterion", models.PROTECT, related_name="+", null=True, blank=True
    )
    answer = models.ForeignKey(
        "requests_app.CriterionAnswer", models.PROTECT, related_name="evidence", null=True, blank=True
    )
    # What an impact assessment says (`privacy.impact`); None for any other document.
    assessment = models.JSONField(null=True, blank=True, editable=False)
    replaces = models.ForeignKey("self", models.PROTECT, related_name="newer", null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    retracted_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="document_is_evidence_for_a_check",
                condition=Q(section=Section.EVIDENCE, evidence_for__isnull=False)
                | (~Q(section=Section.EVIDENCE) & Q(evidence_for=None)),
            ),
            models.CheckConstraint(
                name="document_of_the_sheet_is_evidence_for_a_finding",
                condition=Q(section=Section.SHEET, finding__isnull=False)
                | (~Q(section=Section.SHEET) & Q(finding=None)),
            ),
            models.CheckConstraint(
                name="document_handed_over_for_a_condition",
                condition=Q(section=Section.HANDED_OVER, handover__isnull=False)
                | (~Q(section=Section.HANDED_OVER) & Q(handover=None)),
            ),
            models.CheckConstraint(
                name="document_proves_a_criterion_or_its_answer",
                condition=Q(criterion=None, answer=None)
                | Q(section=Section.ACCEPTANCE, criterion=None)
                | Q(section=Section.ACCEPTANCE, answer=None),
            ),
            models.CheckConstraint(
                name="document_retracted_once_withdrawn",
                condition=Q(retracted_at=None) | Q(withdrawn_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_newer_version_of_a_document",
                fields=["replaces"],
                condition=Q(withdrawn_at=None),
            ),
        ]

    def __str__(self):
        return str(self.file_id)
