"""The six verdicts of a ruling and what each leads to (GDPR art. 28(3), 35, 39)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """What the DPO may conclude. More information needed is no verdict: it is a return to support."""

    NO_PERSONAL_DATA = "no_personal_data", _("no personal data")
    NO_IMPACT = "no_impact", _("no impact")
    FAVOURABLE = "favourable", _("favourable")
    CONDITIONAL = "conditional", _("favourable with conditions")
    UNFAVOURABLE = "unfavourable", _("unfavourable")
    INFRINGING = "infringing", _("instruction infringes the GDPR")

    @property
    def calls_for_check(self):
        """Whether each subtask needs the DPO's own check."""
        return self in (Verdict.FAVOURABLE, Verdict.CONDITIONAL, Verdict.UNFAVOURABLE)

    @property
    def takes_conditions(self):
        """Whether conditions may come with it; `CONDITIONAL` needs at least one."""
        return self in (Verdict.CONDITIONAL, Verdict.UNFAVOURABLE)

    @property
    def may_be_validated(self):
        """Whether the client may validate a specification so ruled on (art. 28(3), last paragraph)."""
        return self is not Verdict.INFRINGING

    @property
    def tone(self):
        """The tone of its badge: done, warning or danger."""
        if self in (Verdict.UNFAVOURABLE, Verdict.INFRINGING):
            return "danger"
        return "warning" if self is Verdict.CONDITIONAL else "done"


class PersonalData(models.TextChoices):
    """Does the request touch personal data?"""

    NO = "no", _("no")
    YES = "yes", _("yes")
    INDIRECTLY = "indirectly", _("indirectly (logs, identifiers, metadata)")


class Blocks(models.TextChoices):
    """When an unmet condition stops the file."""

    DELIVERY = "delivery", _("before delivery")
    ACCEPTANCE = "acceptance", _("before acceptance")
    AFTER = "after", _("within a number of days after acceptance")


class Conformity(models.TextChoices):
    """How a condition was found when the DPO looked (the scale of Madis)."""

    NOT_ASSESSED = "not_assessed", _("not assessed")
    CONFORMING = "conforming", _("conforming")
    MINOR = "minor", _("minor non-conformity")
    MAJOR = "major", _("major non-conformity")
    NOT_APPLICABLE = "not_applicable", _("not applicable")

    @property
    def is_met(self):
        """Whether a blocking condition so found blocks no more."""
        return self in (Conformity.CONFORMING, Conformity.NOT_APPLICABLE)
