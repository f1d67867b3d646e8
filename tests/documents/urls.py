"""Addresses for the browser: the responses of this room."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from documents import serving
from documents.models import StoredFile


@login_not_required
def send(request, way, pk):
    """A stored file, one way or the other."""
    return getattr(serving, way)(get_object_or_404(StoredFile, pk=pk), request)


@login_not_required
def icon(request):
    """What browsers ask for by themselves."""
    return HttpResponse(status=204)


urlpatterns = [
    path("favicon.ico", icon),
    path("<str:way>/<uuid:pk>/", send),
]
