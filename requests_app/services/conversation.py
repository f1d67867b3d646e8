"""Messages on a file, and the notes of the vendor's side."""

from django.db import transaction

from requests_app.models import Message, Section
from requests_app.services.documents import add_documents
from workflow import engine
from workflow.errors import NotYourRole


@transaction.atomic
def post_message(file, *, actor, text, is_note=False, uploads=(), key=None):
    """Say something to everybody on the file, or to the vendor's side only (`is_note`).

    `key` (a UUID) is that of the page: the same page posted twice says it once. Returns `(message, refusals)`,
    the refusals being those of the documents that came with it.
    """
    locked = engine.hold(file, "conversation", actor=actor)
    if is_note and actor.is_client_side:
        raise NotYourRole("note")
    said = (
        Message.objects.filter(change_request=locked, author=actor, posting_key=key).first() if key else None
    )
    if said:
        return said, []
    message = Message.objects.create(
        change_request=locked, author=actor, text=text, is_note=is_note, posting_key=key
    )
    section = Section.NOTES if is_note else Section.CONVERSATION
    _attachments, refusals = (
        add_documents(locked, actor=actor, section=section, uploads=uploads, message=message)
        if uploads
        else ([], [])
    )
    return message, refusals
