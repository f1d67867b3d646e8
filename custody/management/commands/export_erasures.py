"""Write the ledger of erasures to a file, to be kept apart from the database."""

from django.core.management.base import BaseCommand

from custody import ledger


class Command(BaseCommand):
    help = "Write every erasure to FILE, so that replay_erasures can do them again on a restored backup."

    def add_arguments(self, parser):
        """Where to."""
        parser.add_argument("file")

    def handle(self, *, file, **options):
        """Write, and say how many there are."""
        self.stdout.write(f"{ledger.write(file)} erasure(s) written")
