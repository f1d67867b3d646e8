"""The portal with pages that fail, that are forbidden, and that nobody can open, to see what people are shown then."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.urls import path

from cdc_portal import urls
from documents.errors import KeyMissing


@login_not_required
def fail(request):
    """Fail as nobody foresaw."""
    raise RuntimeError("this page fails")


def forbid(request):
    """Refuse."""
    raise PermissionDenied


def cannot_open(request):
    """Find that a document was sealed with another key."""
    raise KeyMissing("ab/cd", "0a0b")


urlpatterns = [
    path("panne/", fail),
    path("interdit/", forbid),
    path("scelle/", cannot_open),
    *urls.urlpatterns,
]
