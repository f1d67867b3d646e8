"""What a signed-in person chose, put in force for the length of a request."""

from zoneinfo import ZoneInfo

from django.utils import timezone, translation


class PreferencesMiddleware:
    """Speaks the language of the signed-in person and tells the time where they are.

    Somebody who is not signed in keeps what LocaleMiddleware found, and the portal's time zone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        person = request.user
        if not person.is_authenticated:
            return self.get_response(request)
        # Not put back afterwards: LocaleMiddleware still names the page's language in its header, and begins
        # each request by choosing one.
        translation.activate(person.language)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(ZoneInfo(person.time_zone)):
            return self.get_response(request)
