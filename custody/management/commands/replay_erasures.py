"""Erase again, on a restored backup, the people who were erased after it was made."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from custody import ledger
from custody.erasure import erase


class Command(BaseCommand):
    help = "Read FILE, as export_erasures or the worker wrote it, and erase again whoever in it is back. Safe to run twice."

    def add_arguments(self, parser):
        """Where from."""
        parser.add_argument("file")

    def handle(self, *, file, **options):
        """Erase, and say of how many lines somebody was back; ends with 1 when one of them could not be erased."""
        try:
            lines = ledger.read(file)
        except (OSError, ledger.NotALedger) as error:
            raise CommandError(str(error)) from error
        refused = 0
        for line, person in ledger.erased_again(lines):
            actor = User.objects.filter(pk=line.erased_by).exclude(pk=person.pk).first()
            try:
                erase(person, actor=actor, pseudonym=line.pseudonym, at=line.erased_at)
            except ValidationError as error:
                refused += 1
                self.stderr.write(f"{line.pseudonym}: {' '.join(error.messages)}")
            else:
                self.stdout.write(f"{line.pseudonym}: erased again")
        self.stdout.write(f"{len(lines)} erasure(s) read")
        if refused:
            raise CommandError(f"{refused} erasure(s) could not be done again", returncode=1)
