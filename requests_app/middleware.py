"""What every request of a person does beside its page."""

from requests_app.desk import forget_count


class CountMiddleware:
    """Forgets the count of what waits for a person whenever they act: their next page must not lag behind."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "POST" and request.user.is_authenticated:
            forget_count(request.user)
        return response
