"""The domain's models, one module for each of its nouns."""

from requests_app.models.album import Album, AlbumPicture
from requests_app.models.attachment import Attachment, Section
from requests_app.models.conversation import Message
from requests_app.models.decision import CancelReason, Decision, DeclineReason, Signature
from requests_app.models.delivery import (
    Acceptance,
    AcceptanceDraft,
    CriterionAnswer,
    Delivery,
    Environment,
    Release,
    ReleaseItem,
)
from requests_app.models.development import (
    TESTER_CHECKS,
    Assignment,
    Check,
    CheckKind,
    ColumnLimit,
    Round,
    Subtask,
    SubtaskTemplate,
)
from requests_app.models.drafts import Draft
from requests_app.models.hours import TimeCorrection, TimeEntry, Week, WeekAct
from requests_app.models.invitation import Invitation
from requests_app.models.proofs import Dossier, LoadReport, Proof, ProofKind
from requests_app.models.register import ExportFormat, RegisterExport
from requests_app.models.request import ChangeRequest, Nature, NumberSequence, RequestDraft
from requests_app.models.ruling import Condition, Ruling
from requests_app.models.sheet import Action, Finding, Handover
from requests_app.models.specification import (
    AcceptanceCriterion,
    Look,
    QuoteLine,
    Specification,
    SpecificationVersion,
)

__all__ = [
    "TESTER_CHECKS",
    "Acceptance",
    "AcceptanceCriterion",
    "AcceptanceDraft",
    "Action",
    "Album",
    "AlbumPicture",
    "Assignment",
    "Attachment",
    "CancelReason",
    "ChangeRequest",
    "Check",
    "CheckKind",
    "ColumnLimit",
    "Condition",
    "CriterionAnswer",
    "Decision",
    "DeclineReason",
    "Delivery",
    "Dossier",
    "Draft",
    "Environment",
    "ExportFormat",
    "Finding",
    "Handover",
    "Invitation",
    "LoadReport",
    "Look",
    "Message",
    "Nature",
    "NumberSequence",
    "Proof",
    "ProofKind",
    "QuoteLine",
    "RegisterExport",
    "Release",
    "ReleaseItem",
    "RequestDraft",
    "Round",
    "Ruling",
    "Section",
    "Signature",
    "Specification",
    "SpecificationVersion",
    "Subtask",
    "SubtaskTemplate",
    "TimeCorrection",
    "TimeEntry",
    "Week",
    "WeekAct",
]
