"""A person leaves the portal: of what it held of them a pseudonym is left, and what others' rights rest on."""

import logging
from functools import partial

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import services as people
from custody.ledger import mark_of
from custody.models import Erasure, PersonExport
from documents.issuing import new_code
from notifications import outbox
from requests_app.models import Dossier, LoadReport, RegisterExport
from requests_app.services import proofs

logger = logging.getLogger(__name__)

PSEUDONYM_LENGTH = 8


@transaction.atomic
def erase(person, *, actor, pseudonym="", at=None):
    """Erase `person`, for `actor` (None when a rule of retention does it), and write it into the ledger.

    `pseudonym` and `at` are those of an erasure that is done again on a restored backup. Returns the `Erasure`.
    Raises ValidationError for oneself, for the last portal administrator and for somebody erased before.
    """
    if actor is not None and actor.pk == person.pk:
        raise ValidationError(_("Nobody erases themself. Ask another portal administrator."), code="oneself")
    for made in (Dossier, RegisterExport, LoadReport):
        proofs.let_go(made.objects.filter(reader=person))
    proofs.let_go(PersonExport.objects.filter(person=person))
    person = people.erase_person(
        person, pseudonym=pseudonym or new_code()[:PSEUDONYM_LENGTH], at=at or timezone.now()
    )
    outbox.forget_recipient(person, address=person.email)
    erasure = Erasure.objects.create(
        person=person,
        pseudonym=person.last_name,
        mark=mark_of(person),
        erased_at=person.erased_at,
        erased_by=actor,
    )
    # Robust: when the broker is away the erasure is done all the same, and the next day's run writes the file.
    transaction.on_commit(partial(current_app.send_task, "custody.tasks.keep_ledger"), robust=True)
    logger.info("person %s erased by %s", person.pk, actor.pk if actor else "-")
    return erasure
