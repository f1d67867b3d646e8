from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import sections
from accounts.roles import CLIENT_ROLES, DPO_ROLES, Role
from ui.places import registry


def sees_requests(person):
    """Whether the places of requests exist for `person`."""
    return person.sees_requests


def opens_requests(person):
    """Whether `person` may open a new request."""
    return person.has_role(Role.SUPPORT, *CLIENT_ROLES)


def sees_board(person):
    """Whether the place of the development exists for `person`."""
    return person.is_vendor_side and person.sees_requests


def rules(person):
    """Whether the place of the rulings exists for `person`."""
    return person.has_role(*DPO_ROLES)


def reads_register(person):
    """Whether the place of the registers exists for `person`."""
    return person.has_role(*CLIENT_ROLES, *DPO_ROLES)


class RequestsConfig(AppConfig):
    name = "requests_app"
    verbose_name = _("change requests")

    def ready(self):
        """Tell the frame of the pages where requests are, and how many things wait."""
        from requests_app.desk import waiting_count

        registry.register(
            "todo",
            _("To do"),
            "requests:home",
            test=sees_requests,
            count=waiting_count,
            count_label=_("waiting for you"),
            order=10,
            shortcut="a",
        )
        registry.register(
            "requests",
            _("Requests"),
            "requests:list",
            test=sees_requests,
            covers=("requests:",),
            order=20,
            shortcut="d",
        )
        registry.register(
            "rulings",
            pgettext_lazy("place", "Rulings"),
            "requests:dpo_desk",
            test=rules,
            covers=("requests:rulings_given", "requests:rule_together"),
            order=25,
            shortcut="v",
        )
        registry.register(
            "development",
            pgettext_lazy("place", "Development"),
            "requests:board",
            test=sees_board,
            covers=("requests:board", "requests:template"),
            order=30,
            shortcut="b",
        )
        registry.register(
            "deliveries",
            _("Deliveries"),
            "requests:deliveries",
            test=sees_requests,
            covers=("requests:release",),
            order=40,
            shortcut="l",
        )
        registry.register(
            "calendar",
            _("Calendar"),
            "requests:calendar",
            test=sees_requests,
            covers=(
                "requests:clock",
                "requests:forecasts",
                "requests:hours",
                "requests:leave",
                "requests:load",
                "requests:team_hours",
                "requests:time_totals",
            ),
            order=50,
            shortcut="c",
        )
        registry.register(
            "register",
            pgettext_lazy("place", "Register"),
            "requests:register",
            test=reads_register,
            order=60,
            shortcut="r",
        )
        sections.PROFILE_PAGES["calendar"] = (
            _("In my own calendar"),
            "requests:calendar_subscription",
            "calendar-sync",
            sees_requests,
        )
        sections.PAGES["messages"] = (_("Messages"), "requests:stuck_messages")
        registry.cover("administration", "requests:stuck_messages")
        registry.set_search("requests:list", test=sees_requests)
        registry.set_new("requests:create", test=opens_requests)
