"""Apply the rules of retention, or say what they would take."""

from django.core.management.base import BaseCommand

from custody import retention


class Command(BaseCommand):
    """`manage.py retention`: what the worker does each night, at once."""

    help = "Take away what the portal no longer keeps; with --dry-run, only say how much that would be."

    def add_arguments(self, parser):
        """Let an operator look first."""
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(self, *, dry_run, **options):
        """A line for each rule: its name, how much was due and how much went."""
        if dry_run:
            for rule, due in retention.forecast():
                self.stdout.write(f"{rule.key}: {due} due")
            return
        for rule in retention.RULES:
            run = retention.apply(rule)
            self.stdout.write(f"{rule.key}: {run.done} of {run.due} done")
