"""The places of the top bar. Rooms declare themselves here, in `AppConfig.ready()`; this room knows none of them."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at the page, as the frame needs it: a name, a side for the colour, keys wanted or not."""

    name: str
    detail: str = ""
    side: str = "neutral"
    keys: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the top bar; `covers` are the view names, or their beginnings, that count as being there."""

    key: str
    label: str
    url_name: str
    test: object
    count: object = None
    count_label: str = ""
    covers: tuple = ()
    order: int = 0
    shortcut: str = ""

    def reach(self, view_name):
        """How closely `view_name` belongs to this place: the length of what matches, 0 for not at all."""
        return max(
            (len(start) for start in (self.url_name, *self.covers) if view_name.startswith(start)), default=0
        )


class Registry:
    """What the rooms have told the frame. One instance serves the portal; tests make their own."""

    def __init__(self):
        self._places = {}
        self._covered = {}
        self._entries = {}
        self._describe = None

    def register(
        self, key, label, url_name, *, test, count=None, count_label="", covers=(), order=0, shortcut=""
    ):
        """Add a place. `test(user)` says who may go there, `count(user)` a number to show beside it, or None.

        Raises ValueError when the key is taken: two rooms would silently hide each other.
        """
        if key in self._places:
            raise ValueError(f"The place {key!r} is already registered.")
        self._places[key] = Place(
            key=key,
            label=label,
            url_name=url_name,
            test=test,
            count=count,
            count_label=count_label,
            covers=tuple(covers),
            order=order,
            shortcut=shortcut,
        )

    def cover(self, key, *view_names):
        """Have pages of a higher room count as being at the place `key`, whichever room is ready first."""
        self._covered.setdefault(key, []).extend(view_names)

    def set_search(self, url_name, *, test):
        """Name the page that answers `?q=`, and who may search."""
        self._entries["search"] = (url_name, test)

    def set_new(self, url_name, *, test):
        """Name the page that key `n` opens, and who may create."""
        self._entries["new"] = (url_name, test)

    def set_profile(self, url_name):
        """Name the page where people change their own settings."""
        self._entries["profile"] = (url_name, bool)

    def set_sign_out(self, url_name):
        """Name the address to which signing out is posted."""
        self._entries["sign_out"] = (url_name, bool)

    def set_viewer(self, describe):
        """Give the function that turns a user into a `Viewer`."""
        self._describe = describe

    def places_for(self, user):
        """The places `user` may go to, in their order."""
        places = sorted(self._places.values(), key=lambda place: place.order)
        return [
            replace(place, covers=(*place.covers, *self._covered.get(place.key, ())))
            for place in places
            if place.test(user)
        ]

    def entry_for(self, name, user):
        """The URL name of `search`, `new`, `profile` or `sign_out` for `user`, or None."""
        url_name, test = self._entries.get(name, (None, None))
        return url_name if url_name and test(user) else None

    def viewer(self, user):
        """`user` as a `Viewer`; a plain one by name when no room has said better."""
        return self._describe(user) if self._describe else Viewer(name=str(user))


registry = Registry()
