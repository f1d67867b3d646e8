"""Pages of the machinery itself."""

import os

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError


@require_safe
@never_cache
@login_not_required
def health(request):
    """Whether the portal can serve: 200 when database and broker answer, else 503. Says no more than that."""
    checks = {"database": database_answers(), "broker": broker_answers()}
    return JsonResponse(
        {name: "ok" if fine else "down" for name, fine in checks.items()},
        status=200 if all(checks.values()) else 503,
    )


def database_answers():
    """Whether a statement can be run."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def broker_answers():
    """Whether the place where tasks are handed over can be reached."""
    if settings.REDIS_URL:
        try:
            with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3) as broker:
                return broker.ping()
        except RedisError:
            return False
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_out")
    return folder is None or os.access(folder, os.W_OK)
