"""The pages of sign-in, profile and administration."""

from django.core.exceptions import ValidationError


def attempt(form, verb, *args, **details):
    """Do `verb`, a service; what it refuses is said in `form`, beside the fields. Returns what it returns, or None."""
    try:
        return verb(*args, **details)
    except ValidationError as error:
        form.add_error(None, error)
        return None
