"""What every request passes through that belongs to no room."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.shortcuts import render


class TooLargeMiddleware:
    """Answers a body over the server's limits with a page that says so, before any view has begun."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self.is_too_large(request):
            return render(request, "413.html", {"body_max_bytes": limit_of(request)}, status=413)
        return self.get_response(request)

    def is_too_large(self, request):
        """Whether the body is over a limit. Reads a form that is under them, as the view would."""
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > limit_of(request):
            return True
        if request.method != "POST":
            return False
        try:
            request.POST  # noqa: B018 reading it is what raises
        except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
            return True
        return False


def limit_of(request):
    """How many bytes whoever sends this request may send."""
    is_known = request.user.is_authenticated
    return settings.BODY_MAX_BYTES if is_known else settings.ANONYMOUS_BODY_MAX_BYTES
