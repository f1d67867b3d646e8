"""Prove that no history has been changed in the database."""

from django.core.management.base import BaseCommand, CommandError

from requests_app.models import ChangeRequest
from workflow.history import broken_files


class Command(BaseCommand):
    help = "Check the seal of every file's history; ends with 1 and names the files that are not as written."

    def handle(self, *args, **options):
        broken = list(broken_files(ChangeRequest.objects.all()))
        for file, rank in broken:
            self.stdout.write(f"{file.number}: line {rank} of the history is not as it was written")
        count = ChangeRequest.objects.count()
        if broken:
            raise CommandError(f"{len(broken)} of {count} histories have been changed", returncode=1)
        self.stdout.write(f"{count} histories checked: each is as it was written")
