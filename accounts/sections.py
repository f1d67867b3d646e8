"""The pages of administration, as tabs."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ui.items import Tab

# Rooms above add theirs in `AppConfig.ready()`: this one knows none of them.
PAGES = {
    "people": (_("People"), "people:list"),
    "organisations": (_("Organisations"), "organisations:list"),
    "mailboxes": (_("Mailboxes"), "mailboxes:edit"),
}


# What people keep of their own beside their profile: label, view's name, icon, who has it. Rooms above add theirs.
PROFILE_PAGES = {}

# What the portal's administrator finds beside a person: label, view's name (it takes the key), icon, who has it. Rooms
# above add theirs.
PERSON_PAGES = {}


def person_links(person):
    """The addresses of what there is about `person` beside their page, as `(label, url, icon)`."""
    return [
        (label, reverse(url_name, args=[person.pk]), icon)
        for label, url_name, icon, test in PERSON_PAGES.values()
        if test(person)
    ]


def profile_links(person):
    """The addresses of what `person` keeps of their own, as `(label, url, icon)`."""
    return [
        (label, reverse(url_name), icon)
        for label, url_name, icon, test in PROFILE_PAGES.values()
        if test(person)
    ]


def tabs(current):
    """The tabs of administration, with the one named `current` (a key of `PAGES`) marked."""
    return [
        Tab(label=str(label), url=reverse(url_name), current=key == current)
        for key, (label, url_name) in PAGES.items()
    ]
