from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts import sections
from ui.places import registry


def is_erased(person):
    """Whether the page of an erasure tells what was done."""
    return person.is_erased


def is_not_erased(person):
    """Whether there is anything left to export or to erase."""
    return not person.is_erased


class CustodyConfig(AppConfig):
    name = "custody"
    verbose_name = _("the portal's own duties")

    def ready(self):
        """Put this room's pages among those of administration, beside the pages of people and beside one's profile."""
        sections.PAGES["custody"] = (_("Data retention"), "custody:retention")
        sections.PROFILE_PAGES["data"] = (_("My data"), "custody:own_data", "folder-archive", bool)
        sections.PERSON_PAGES["export"] = (
            _("Export their data"),
            "custody:person_data",
            "folder-archive",
            is_not_erased,
        )
        sections.PERSON_PAGES["erasure"] = (_("Erase this person"), "custody:erase", "eraser", is_not_erased)
        sections.PERSON_PAGES["erased"] = (_("The erasure"), "custody:erase", "eraser", is_erased)
        registry.cover(
            "administration", "custody:retention", "custody:erase", "custody:erasures", "custody:person_data"
        )
