"""How often one address may ask."""

from functools import wraps

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.shortcuts import render

MINUTE = 60


def throttled(view):
    """Answer `settings.VERIFICATIONS_A_MINUTE` calls a minute from one address, and the others with 429."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        key = f"verification:{get_adapter().get_client_ip(request)}"
        cache.add(key, 0, MINUTE)
        try:
            asked = cache.incr(key)
        except ValueError:
            asked = 1  # the minute ended between the two lines
        if asked > settings.VERIFICATIONS_A_MINUTE:
            return render(request, "429.html", status=429)
        return view(request, *args, **kwargs)

    return wrapper
