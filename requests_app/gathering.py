"""What the whole file of one reader is made of, in whatever form it is handed over."""

from dataclasses import dataclass
from functools import cached_property

from accounts.models import User
from requests_app import making
from requests_app.models import Attachment, ChangeRequest, Proof
from requests_app.models.proofs import PROVED_BY
from requests_app.services import proofs as services
from workflow.models import Event


class NotReady(Exception):
    """Something of the file could not be made yet: the whole of it waits."""


@dataclass(frozen=True)
class Gathered:
    """What a reader may read of a file, as their own pages show it."""

    file: ChangeRequest
    reader: User
    language: str

    @cached_property
    def events(self):
        """Its acts, the first one first."""
        events = Event.objects.filter(change_request=self.file)
        return list(events.select_related("actor").order_by("sequence"))

    @cached_property
    def owed(self):
        """(act, kind) of each proof, in the order in which they became true."""
        return [(event, kind) for event in self.events for kind in PROVED_BY.get(event.name, ())]

    @cached_property
    def attachments(self):
        """(rank, attachment) of each document, the first one added first."""
        shown = Attachment.objects.filter(change_request=self.file).shown_to(self.reader)
        return list(enumerate(shown.for_list(), 1))

    def proof(self, event, kind):
        """The stored file of a proof, made now when it is not there yet; raises `NotReady`."""
        proof = services.ask(event, kind, self.language)
        if not proof.is_ready:
            making.make_proof(proof.pk)
            proof = Proof.objects.select_related("issued__file").get(pk=proof.pk)
        if not proof.is_ready:
            raise NotReady(proof.pk)
        return proof.issued.file


def gathered(dossier):
    """What goes into a `Dossier`."""
    return Gathered(dossier.change_request, dossier.reader, dossier.language)
