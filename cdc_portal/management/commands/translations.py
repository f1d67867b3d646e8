from django.core.management.base import BaseCommand, CommandError

from cdc_portal import catalogues


class Command(BaseCommand):
    """Keeps the catalogues in step with the sources, checks or compiles them."""

    help = "Bring the catalogues up to date with the sources; or check them, or compile them."
    # Runs before the rest of an installation is ready.
    requires_system_checks = []

    def add_arguments(self, parser):
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--check", action="store_true", help="fail on what is missing, empty, fuzzy or stale"
        )
        choice.add_argument("--compile", action="store_true", help="only compile")

    def handle(self, *args, **options):
        if options["check"]:
            self.check_catalogues()
            return
        for language in catalogues.languages():
            if not options["compile"]:
                path = catalogues.write(language)
                left = len(catalogues.problems(language))
                self.stdout.write(
                    f"{path.name} ({language}) brought up to date, {left} to translate or mend."
                )
            catalogues.compile_catalogue(language)

    def check_catalogues(self):
        found = [problem for language in catalogues.languages() for problem in catalogues.problems(language)]
        if found:
            raise CommandError(
                "\n".join([*found, f"{len(found)} problems. Run make translations, then translate."])
            )
