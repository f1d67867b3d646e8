"""What is sent as a version of the specification, and its two hashes.

Both are SHA-256 of a canonical JSON (sorted keys, no spaces, UTF-8) that holds the documents' own
SHA-256. The *content*: the request as sent with its documents, the solution, the acceptance criteria,
the documents of the specification. The *whole*: the content, the quote and its documents. A ruling
holds for a content, a decision for a whole. The planned date is in neither, nor are the marks that support puts
around passages.
"""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder

from privacy.passages import taken_out
from requests_app.models.attachment import Section


def canonical(value):
    """`value` (JSON-able) as the one text that is hashed."""
    return json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256(*values):
    """The hexadecimal SHA-256 of `values`, each in its canonical JSON."""
    return hashlib.sha256(canonical(list(values)).encode()).hexdigest()


def content_of(change_request):
    """The content that a version of `change_request` sent now would hold, as a dict."""
    return {
        "request": {
            "number": change_request.number,
            "title": change_request.title,
            "nature": change_request.nature,
            "requester": change_request.requester_id,
            "ticket_reference": change_request.ticket_reference,
            "deadline": change_request.deadline.isoformat() if change_request.deadline else None,
            "description": change_request.description,
            "documents": _documents(change_request.attachments.sent(), Section.REQUEST),
            # Left out while there is none, so that what was sent before the questions came keeps its hash.
            **({"intake": change_request.intake} if change_request.intake else {}),
        },
        "solution": taken_out(change_request.specification.solution)[0],
        "criteria": [criterion.text for criterion in change_request.specification.criteria.all()],
        "documents": _documents(change_request.attachments.kept(), Section.SPECIFICATION),
    }


def quote_of(change_request):
    """The quote that a version of `change_request` sent now would hold, as a dict."""
    return {
        "lines": change_request.specification.offer.stored(),
        "documents": _documents(change_request.attachments.kept(), Section.QUOTE),
    }


def _documents(attachments, section):
    return [
        {"name": attachment.file.name, "sha256": attachment.file.sha256}
        for attachment in attachments.filter(section=section).latest().select_related("file").order_by("pk")
    ]
