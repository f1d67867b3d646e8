"""The link by which an invited person chooses a password: signed, expiring, good for one use."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

LIFE = timedelta(days=14)
SALT = "accounts.invitation"


def token_for(person):
    """The token of `person`'s latest invitation. It dies with a password, another address or a newer invitation."""
    return signing.dumps([person.pk, _fingerprint(person)], salt=SALT)


def link_for(person):
    """The full address to put in a message."""
    return settings.PORTAL_URL + reverse("invitations:accept", args=[token_for(person)])


def person_for(token, people=None):
    """Whom `token` invites, or None when it is forged, expired, used or replaced.

    `people` narrows or locks the rows that are looked at.
    """
    try:
        pk, fingerprint = signing.loads(token, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    person = (User.objects.select_related("organisation") if people is None else people).filter(pk=pk).first()
    is_valid = person and person.is_invited and constant_time_compare(fingerprint, _fingerprint(person))
    return person if is_valid and person.can_sign_in else None


def _fingerprint(person):
    moment = person.invited_at.isoformat() if person.invited_at else ""
    return salted_hmac(SALT, f"{person.password}{person.email}{moment}", algorithm="sha256").hexdigest()
