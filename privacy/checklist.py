"""The standard list of the fourth check: what the DPO verifies of every development that touches personal data.

Sources: GDPR, articles as cited; the list is that of the portal's contract. A request's sheet takes each of these
points, then each condition of its ruling.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Point(models.TextChoices):
    """One point of the list, as what is true when it conforms."""

    LISTED_FIELDS = "listed_fields", _("Only the listed fields are collected")
    OPTIONAL_FIELDS = "optional_fields", _("Optional fields are optional")
    DEFAULTS = "defaults", _("The defaults protect people")
    ACCESS = "access", _("Access is limited to the listed roles")
    ISOLATION = "isolation", _("The isolation between clients is shown")
    RETENTION = "retention", _("Retention runs: data go when their time is over")
    EXPORT = "export", _("The export of a person's data works")
    ERASURE = "erasure", _("Erasure and rectification work, documents and search included")
    LOGS = "logs", _("Access and change are logged, with no sensitive data in the logs")
    ENCRYPTION = "encryption", _("Data are encrypted, at rest and in transit")
    TEST_DATA = "test_data", _("No real data are used in tests")
    NOTICE = "notice", _("The notice to the people concerned is in place")
    SUB_PROCESSORS = "sub_processors", _("The sub-processors are unchanged, or the client was notified")

    @property
    def article(self):
        """Where the GDPR asks for it, as articles."""
        return ARTICLES[self]


ARTICLES = {
    Point.LISTED_FIELDS: "5(1)(c)",
    Point.OPTIONAL_FIELDS: "5(1)(c), 13(2)(e)",
    Point.DEFAULTS: "25(2)",
    Point.ACCESS: "5(1)(f), 25(2)",
    Point.ISOLATION: "5(1)(f), 32(1)(b)",
    Point.RETENTION: "5(1)(e)",
    Point.EXPORT: "15, 20",
    Point.ERASURE: "16, 17",
    Point.LOGS: "5(2), 32(1)(b)",
    Point.ENCRYPTION: "32(1)(a)",
    Point.TEST_DATA: "5(1)(b), 32(1)",
    Point.NOTICE: "13, 14",
    Point.SUB_PROCESSORS: "28(2), 28(4)",
}
