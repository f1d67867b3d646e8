"""Loads requests by the thousand, for measuring."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import people
from demo.volume import loading


class Command(BaseCommand):
    help = "Load N believable requests over all steps, with their organisations and people, for measuring."

    def add_arguments(self, parser):
        parser.add_argument("--requests", type=int, required=True, metavar="N", help="how many requests")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same rows")

    def handle(self, *args, requests, seed, **options):
        """Refuse in production: everybody knows these people's password."""
        if settings.PORTAL_MODE == "production":
            raise CommandError("The volume is not for production: everybody knows its people's password.")
        if requests < 1:
            raise CommandError("--requests takes a number from 1 on.")
        begun = time.monotonic()
        loading.load(requests, seed=seed, told=self.tell if options["verbosity"] > 1 else None)
        self.stdout.write(f"Loaded {requests} requests in {time.monotonic() - begun:.0f} s.")
        self.stdout.write(f"Their people sign in with the password {people.PASSWORD}.")

    def tell(self, number):
        """Say how far the loading is."""
        self.stdout.write(f"  {number}")
