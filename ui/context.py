"""What the frame of every page reads. Everything is lazy: a page that shows no frame asks for nothing."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, get_language_info

from ui.places import registry


class Frame:
    """The top bar and the footer as seen by the person of one request."""

    def __init__(self, request, places=registry):
        self._request = request
        self._registry = places

    @cached_property
    def user(self):
        """The signed-in user, or None on anonymous pages."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def viewer(self):
        return self._registry.viewer(self.user) if self.user else None

    @cached_property
    def places(self):
        """A list of dicts: key, label, url, count, count_label, shortcut, current."""
        if not self.user:
            return []
        allowed = self._registry.places_for(self.user)
        match = self._request.resolver_match
        here = max(allowed, key=lambda place: place.reach(match.view_name), default=None) if match else None
        return [
            {
                "key": place.key,
                "label": place.label,
                "url": reverse(place.url_name),
                "count": place.count(self.user) if place.count else None,
                "count_label": place.count_label,
                "shortcut": place.shortcut,
                "current": place is here and place.reach(match.view_name) > 0,
            }
            for place in allowed
        ]

    def _entry(self, name):
        url_name = self._registry.entry_for(name, self.user) if self.user else None
        return reverse(url_name) if url_name else ""

    @cached_property
    def search_url(self):
        return self._entry("search")

    @cached_property
    def new_url(self):
        return self._entry("new")

    @cached_property
    def profile_url(self):
        return self._entry("profile")

    @cached_property
    def sign_out_url(self):
        return self._entry("sign_out")

    @property
    def query(self):
        """What was searched for, to keep it in the search box."""
        return self._request.GET.get("q", "") if self._request.path == self.search_url else ""

    @property
    def host_url(self):
        """The address of the platform people came from, when the portal is part of one."""
        return getattr(settings, "HOST_PLATFORM_URL", "")

    @property
    def language_url(self):
        return reverse("set_language")

    @property
    def here(self):
        """Where to come back to after a change of language: a page one can GET."""
        return self._request.get_full_path() if self._request.method == "GET" else self._request.path

    @property
    def languages(self):
        """The languages to offer: all but the one being read, each by its own name."""
        current = get_language()
        return [
            {"code": code, "name": get_language_info(code)["name_local"].capitalize()}
            for code, _name in settings.LANGUAGES
            if code != current
        ]


def frame(request):
    """Context processor: `frame`, for base.html."""
    return {"frame": Frame(request)}
