from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ui.places import Viewer, registry


def describe(person):
    """A person as the frame of the pages shows them."""
    if person.is_client_side:
        detail = person.organisation.name
    else:
        detail = ", ".join(str(label) for label in person.role_labels)
    return Viewer(
        name=person.get_full_name(), detail=detail, side=str(person.side.value), keys=person.has_shortcuts
    )


def administers(person):
    """Whether the place « Administration » exists for `person`."""
    return person.is_portal_admin


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("organisations and people")

    def ready(self):
        """Tell the frame of the pages who looks, and where administration, profile and the way out are."""
        registry.set_viewer(describe)
        registry.set_profile("profile:edit")
        registry.set_sign_out("account_logout")
        registry.register(
            "administration",
            _("Administration"),
            "people:list",
            test=administers,
            covers=("people:", "organisations:", "mailboxes:"),
            order=90,
            shortcut="p",
        )
