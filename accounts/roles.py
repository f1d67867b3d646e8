"""The roles of the two sides. A person holds several of one side, never of both."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """The two parties to every file."""

    CLIENT = "client", _("client")
    VENDOR = "vendor", _("vendor")


class Role(models.TextChoices):
    """What a person may be; the value is the name of the person's column without its `is_`."""

    CLIENT_ADMIN = "client_admin", _("administrator")
    CLIENT_AUDITOR = "client_auditor", _("GDPR auditor")
    CLIENT_DPO = "client_dpo", _("client DPO")
    SUPPORT = "support", _("support")
    DPO = "dpo", _("DPO")
    DEPUTY_DPO = "deputy_dpo", _("deputy DPO")
    LEAD = "lead", _("development lead")
    DEVELOPER = "developer", _("developer")
    TESTER = "tester", _("tester")
    PORTAL_ADMIN = "portal_admin", _("portal administrator")

    @property
    def side(self):
        """The party this role belongs to (a `Side`)."""
        return Side.CLIENT if self in CLIENT_ROLES else Side.VENDOR

    @property
    def column(self):
        """The name of the person's boolean column, `is_support` for `SUPPORT`."""
        return f"is_{self.value}"


CLIENT_ROLES = (Role.CLIENT_ADMIN, Role.CLIENT_AUDITOR, Role.CLIENT_DPO)
VENDOR_ROLES = tuple(role for role in Role if role not in CLIENT_ROLES)
DPO_ROLES = (Role.DPO, Role.DEPUTY_DPO)
