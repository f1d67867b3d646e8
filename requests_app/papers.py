"""What each proof says: the facts of its act as they were then, and the page that lays them out.

A proof may be made long after its act, in a second language: nothing here reads what changed since.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Side
from privacy.analysis import readable
from requests_app.history import words
from requests_app.models import CheckKind, Nature, Proof, ProofKind, Section
from ui.formats import day_text

# The parts of a file whose documents are evidence, as opposed to talk.
EVIDENCE = (Section.REQUEST, Section.SPECIFICATION, Section.QUOTE, Section.DECISION, Section.DELIVERY)

TITLES = {
    ProofKind.SPECIFICATION: gettext_lazy("Specification and quote"),
    ProofKind.RULING: gettext_lazy("DPO ruling"),
    ProofKind.DECISION: gettext_lazy("Client decision"),
    ProofKind.DELIVERY: gettext_lazy("Delivery note"),
    ProofKind.CERTIFICATE: gettext_lazy("Acceptance certificate"),
    ProofKind.ARCHIVE: gettext_lazy("Acceptance certificate"),
}


@dataclass(frozen=True)
class Paper:
    """A page to be printed: its title, its subtitle for the running head, the side that speaks, its template, its facts."""

    title: str
    detail: str
    side: Side
    template: str
    facts: dict

    @property
    def name(self):
        """What the file is called, without its extension."""
        return " ".join(filter(None, (self.title, self.detail)))


def paper_of(proof):
    """The `Paper` of a `Proof`, in the language being read."""
    return OF_KIND[ProofKind(proof.kind)](proof.event, str(TITLES[ProofKind(proof.kind)]))


def of_version(event, title):
    """The version as it was sent, with its quote."""
    version = event.version
    asked = version.content["request"]
    facts = {
        "version": version,
        "requester": User.objects.get(pk=asked["requester"]),
        "nature": Nature(asked["nature"]).label,
        "deadline": date.fromisoformat(asked["deadline"]),
    }
    return Paper(title, _version(version), Side.VENDOR, "documents/specification.html", facts)


def of_ruling(event, title):
    """The ruling as it was given."""
    ruling = event.ruling
    facts = {
        "ruling": ruling,
        "conditions": list(ruling.conditions.all()),
        "sections": readable(ruling.analysis),
    }
    return Paper(title, _version(ruling.version), Side.VENDOR, "documents/ruling.html", facts)


def of_decision(event, title):
    """What the client saw, and what it answered."""
    decision = event.decision
    facts = {
        "decision": decision,
        "conditions": list(decision.ruling.conditions.all()),
        "documents": documents_then(event, Section.DECISION),
    }
    return Paper(title, _version(decision.version), Side.CLIENT, "documents/decision.html", facts)


def of_delivery(event, title):
    """What was handed over, and the checks that it had passed."""
    delivery, subtasks = event.delivery, subtasks_then(event)
    made = {kind for _subtask, _level, _round, passed in subtasks for kind in passed}
    facts = {
        "delivery": delivery,
        "decision": agreed_then(event),
        "subtasks": subtasks,
        "kinds": [kind for kind in CheckKind if kind in made],
        "documents": documents_then(event, Section.DELIVERY),
    }
    return Paper(title, delivery.release, Side.VENDOR, "documents/delivery.html", facts)


def of_acceptance(event, title):
    """The client's acceptance, its test sheet, and the way that led there."""
    acceptance = event.acceptance
    facts = {
        "acceptance": acceptance,
        "delivery": acceptance.delivery,
        "day": day_text(acceptance.answered_at),
        "decision": agreed_then(event),
        "answers": [(answer, documents_of(answer)) for answer in acceptance.answers.all()],
        "steps": [(move, words(move)) for move in moves_until(event)],
    }
    return Paper(title, acceptance.delivery.release, Side.CLIENT, "documents/certificate.html", facts)


OF_KIND = {
    ProofKind.SPECIFICATION: of_version,
    ProofKind.RULING: of_ruling,
    ProofKind.DECISION: of_decision,
    ProofKind.DELIVERY: of_delivery,
    ProofKind.CERTIFICATE: of_acceptance,
    ProofKind.ARCHIVE: of_acceptance,
}


def agreed_then(event):
    """The client's validation that was in force when `event` happened."""
    decisions = event.change_request.decisions.select_related("version", "ruling", "decided_by")
    return decisions.filter(event__sequence__lt=event.sequence).last()


def moves_until(event):
    """The transitions of the file up to `event`, the first one first."""
    moves = event.change_request.events.moves().filter(sequence__lte=event.sequence)
    return list(moves.select_related("actor").order_by("sequence"))


def documents_then(event, *sections):
    """The documents of some parts of the file when `event` happened, as `{"section", "name", "sha256"}`."""
    acts = event.change_request.events.filter(
        sequence__lt=event.sequence, name__in=("add_document", "withdraw_document")
    )
    kept, older = {}, {}
    for act in acts.order_by("sequence"):
        if act.name == "add_document" and act.data["section"] in sections:
            kept[act.data["attachment"]] = {name: act.data[name] for name in ("section", "name", "sha256")}
            older[act.data["attachment"]] = act.data.get("replaces")
        elif act.name == "withdraw_document":
            kept.pop(act.data["attachment"], None)
    # Each of the acts that are proved sends what its tab holds: nothing unsent is among them.
    replaced = {older[attachment] for attachment in kept}
    return [document for attachment, document in kept.items() if attachment not in replaced]


def documents_of(answer):
    """What proves the client's answer to a criterion, as `{"name", "sha256"}`; once it is sent it stays."""
    rows = answer.evidence.sent().latest().order_by("pk")
    return [
        {"name": name, "sha256": sha256} for name, sha256 in rows.values_list("file__name", "file__sha256")
    ]


def subtasks_then(event):
    """The subtasks that counted when `event` happened: `[(subtask, level, round, [passed checks])]`, in order."""
    subtasks = event.change_request.subtasks.prefetch_related("rounds__checks__ruling")
    live = [
        one
        for one in subtasks.order_by("position")
        if one.created_at <= event.at and (one.cancelled_at is None or one.cancelled_at > event.at)
    ]
    ordered = []
    for parent in (one for one in live if one.parent_id is None):
        ordered.append((parent, 1))
        ordered += [(child, 2) for child in live if child.parent_id == parent.pk]
    return [(one, level, *_checked_then(one, event.at)) for one, level in ordered]


def manifest_of(event):
    """What an archive carries for machines: what was agreed, delivered and accepted, each with its SHA-256."""
    acceptance, decision = event.acceptance, agreed_then(event)
    version, ruling = decision.version, decision.ruling
    return {
        "number": event.change_request.number,
        "organisation": event.change_request.organisation.name,
        "specification": {
            "version": version.number,
            "sent_at": version.sent_at,
            "content": version.content,
            "quote": version.quote,
            "content_sha256": version.content_sha256,
            "whole_sha256": version.whole_sha256,
        },
        "ruling": {
            "verdict": ruling.verdict,
            "validation_date": ruling.validation_date,
            "content_sha256": ruling.version.content_sha256,
        },
        "decision": {"decided_at": decision.decided_at, "order_number": decision.order_number},
        "delivery": {
            "release": acceptance.delivery.release,
            "delivered_at": acceptance.delivery.delivered_at,
        },
        "acceptance": {
            "answered_at": acceptance.answered_at,
            "criteria": [
                {
                    "text": answer.text,
                    "is_accepted": answer.is_accepted,
                    "comment": answer.comment,
                    "documents": documents_of(answer),
                }
                for answer in acceptance.answers.all()
            ],
        },
        "documents": documents_then(event, *EVIDENCE),
        "proofs": [
            {"kind": proof.kind, "language": proof.language, "sha256": proof.issued.sha256}
            for proof in Proof.objects.filter(
                event__change_request=event.change_request,
                event__sequence__lt=event.sequence,
                issued__isnull=False,
            ).select_related("issued")
        ],
        "history": {"length": event.sequence, "seal": event.seal},
    }


def _version(version):
    return _("version %(number)s") % {"number": version.number}


def _checked_then(subtask, at):
    """The round of checks that stood at the moment `at`, and the kinds passed in it."""
    stood = [
        one
        for one in subtask.rounds.all()
        if one.opened_at <= at and (one.sent_back_at is None or one.sent_back_at > at)
    ]
    if not stood:
        return None, []
    passed = [
        CheckKind(check.kind)
        for check in stood[-1].checks.all()
        if check.is_passed and check.made_at <= at and _held(check.ruling, at)
    ]
    return stood[-1], [kind for kind in CheckKind if kind in passed]


def _held(ruling, at):
    return ruling is None or ruling.fell_at is None or ruling.fell_at > at
