"""What a client reads names no other client."""

import re

from django.utils.translation import gettext as _

from accounts.models import Organisation
from workflow.errors import Missing, Reason


def must_name_no_other_client(texts):
    """Refuse words in which a client would read the name or the code of another, of whatever request.

    `texts`: `(field, text, the organisations that read it)` each. Codes stand in numbers too, and are told by their
    capitals. Raises `Missing` with a reason beside each field. One query.
    """
    texts = [(field, text, readers) for field, text, readers in texts if text.strip()]
    if not texts:
        return
    everybody = list(Organisation.objects.only("name", "code"))
    reasons = []
    for field, text, readers in texts:
        if len(readers) == 1:
            # Whatever stands in its own name is its own.
            [reader] = readers
            text = _whole(reader.name).sub(" ", text)
        names = sorted(one.name for one in everybody if readers - {one} and _is_named(one, text))
        if names:
            said = _("Another client reads this: take out what names %(names)s.")
            reasons.append(Reason("names_a_client", said % {"names": ", ".join(names)}, field))
    if reasons:
        raise Missing(reasons)


def _is_named(organisation, text):
    return bool(_whole(organisation.name).search(text) or _whole(organisation.code, 0).search(text))


def _whole(words, flags=re.IGNORECASE):
    """Finds `words` where no letter or figure touches them; a name may end with a full stop."""
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", flags)
