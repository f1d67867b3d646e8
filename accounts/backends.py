"""Who a session belongs to."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from accounts.statements import rows


class PeopleBackend(AuthenticationBackend):
    """Sign-in by e-mail and password, for people whose account and organisation are active.

    Asked at each request too: the sessions of somebody who is deactivated stop at once.
    """

    def user_can_authenticate(self, user):
        return user.can_sign_in

    def get_user(self, user_id):
        """The person of a session with their organisation, or None when they may not sign in any more."""
        person = next(iter(rows(_person, user_id)), None)
        return person if person and self.user_can_authenticate(person) else None


def _person(key):
    return User.objects.select_related("organisation").filter(pk=key).order_by()
