"""Proofs: owed with the act that they prove, in the same transaction, and made by the worker after it."""

from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction

from documents import issuing
from requests_app.models import Dossier, Proof
from requests_app.models.proofs import PROVED_BY


def owe(event):
    """Write down the proofs that `event` calls for, in the portal's first language; they are made after the commit."""
    for kind in PROVED_BY[event.name]:
        ask(event, kind, settings.LANGUAGE_CODE)


@transaction.atomic
def ask(event, kind, language):
    """Have the proof of `event` made, of `kind` (a `ProofKind`) and in `language`, unless it is; returns the `Proof`."""
    proof, _is_new = Proof.objects.get_or_create(event=event, kind=kind, language=language)
    if proof.is_given_up:
        proof.ask_again()
    if proof.issued_id is None:
        hand_over("requests_app.tasks.make_proof", proof.pk)
    return proof


@transaction.atomic
def ask_for_dossier(file, *, actor, form):
    """Have the whole file made as `actor` may read it, in their language, unless it is being made.

    `form` is a `Dossier.Form`. Returns the `Dossier`.
    """
    dossier, _is_new = Dossier.objects.get_or_create(
        change_request=file, reader=actor, form=form, issued=None, defaults={"language": actor.language}
    )
    if dossier.is_given_up:
        dossier.ask_again()
    hand_over("requests_app.tasks.make_dossier", dossier.pk)
    return dossier


@transaction.atomic
def let_go(made):
    """Remove the bytes of what was made (`Made` rows, a queryset); their codes stay answered for."""
    for one in made.filter(issued__file__isnull=False).select_related("issued__file"):
        issuing.let_go(one.issued)


def hand_over(task, pk):
    """Give the worker `task`, by its name, for the row `pk` once the transaction is committed.

    By name, since the module that makes PDFs weighs as much as the rest of a web process. Robust: when the broker
    is away the row stays, and the sweep finds it.
    """
    transaction.on_commit(partial(current_app.send_task, task, [pk]), robust=True)
