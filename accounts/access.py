"""Who may open a page."""

from functools import wraps

from django.http import Http404


def role_required(*roles):
    """Make a view exist only for people who hold at least one of `roles`; for all others it answers 404."""

    def decorate(view):
        @wraps(view)
        def only_for_roles(request, *args, **kwargs):
            if not request.user.is_authenticated or not request.user.has_role(*roles):
                raise Http404("The page does not exist for this person.")
            return view(request, *args, **kwargs)

        return only_for_roles

    return decorate
