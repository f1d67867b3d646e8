from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Compiled catalogues, migrations and, in demo mode, the demo data; what is done already takes no time."""

    help = "Bring an installation up to date before it starts."

    def add_arguments(self, parser):
        parser.add_argument(
            "--bucket", action="store_true", help="make the documents' bucket unless it is there"
        )

    def handle(self, *args, **options):
        call_command("translations", "--compile")
        call_command("migrate", interactive=False, verbosity=0)
        if options["bucket"]:
            self.make_bucket()
        if settings.DEMO:
            call_command("load_demo")

    def make_bucket(self):
        """Make the bucket that the settings name. A store's buckets are private unless somebody opens them."""
        bucket = storages["documents"].bucket
        try:
            bucket.meta.client.head_bucket(Bucket=bucket.name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "404":
                raise
            bucket.create()
