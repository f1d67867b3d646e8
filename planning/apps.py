from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    """Time: working days, the clock of a file. It names a request by string, and knows none of its pages."""

    name = "planning"
    verbose_name = _("planning")
