"""The way into administration."""

from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import role_required
from accounts.roles import Role


@role_required(Role.PORTAL_ADMIN)
@require_safe
def home(request):
    """Its first page: the people."""
    return redirect("people:list")
