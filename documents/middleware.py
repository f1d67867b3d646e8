"""What a reader is told when the portal cannot open what it sealed."""

import logging

from django.shortcuts import render

from documents.errors import Unopened

logger = logging.getLogger(__name__)


class UnopenedMiddleware:
    """Answers with a page that says so, and tells the operator in the log which key is missing, or what is damaged."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        """The page for `documents.errors.Unopened`; whatever else went wrong is not answered here."""
        if not isinstance(exception, Unopened):
            return None
        logger.error("%s", exception)
        return render(request, "503.html", status=503)
