"""Deletes stored bytes that no row knows."""

from datetime import timedelta

from django.core.management.base import BaseCommand

from documents.orphans import clean_orphans


class Command(BaseCommand):
    """`manage.py clean_orphans`: what the worker does each day, at once."""

    help = "Delete stored bytes that no row knows and that are older than a day."

    def add_arguments(self, parser):
        """Let an operator choose the age."""
        parser.add_argument("--hours", type=int, default=24, help="how long they must have lain (24)")

    def handle(self, *, hours, **options):
        """Clean and say how many files went."""
        gone = clean_orphans(older_than=timedelta(hours=hours))
        self.stdout.write(f"{gone} file(s) without a row deleted")
