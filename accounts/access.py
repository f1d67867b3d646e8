"""Who may open a page."""

from functools import wraps

from django.http import Http404


def only_if(test):
    """Make a view exist only for people of whom `test` (a function of the `User`) is true; for all others it answers 404."""

    def decorate(view):
        @wraps(view)
        def only_for_some(request, *args, **kwargs):
            if not request.user.is_authenticated or not test(request.user):
                raise Http404("The page does not exist for this person.")
            return view(request, *args, **kwargs)

        return only_for_some

    return decorate


def role_required(*roles):
    """The same for people who hold at least one of `roles`."""
    return only_if(lambda person: person.has_role(*roles))
