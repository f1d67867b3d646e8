"""Loads the demo data once, and lists its accounts."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import loader, people


class Command(BaseCommand):
    help = "Load the demo's organisations, people and requests, once; --accounts lists whom to sign in as."

    def add_arguments(self, parser):
        parser.add_argument("--accounts", action="store_true", help="only list the demo's accounts")

    def handle(self, *args, accounts, **options):
        """Refuse in production: the demo's password is known to everybody."""
        if settings.PORTAL_MODE == "production":
            raise CommandError("The demo data is not for production: everybody knows its password.")
        if accounts:
            self.list_accounts()
            return
        number = loader.load()
        if number:
            self.stdout.write(f"Loaded {number} requests.")

    def list_accounts(self):
        """Write one line for each account, with the password they share."""
        self.stdout.write(f"Accounts of the demo, all with the password {people.PASSWORD}")
        for email, name, organisation, roles in people.accounts():
            self.stdout.write(f"  {email:<34} {name:<18} {organisation:<22} {roles}")
