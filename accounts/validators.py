"""What a line of text may hold."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Control characters, line and paragraph separators, and the marks that reorder or hide what follows them. Letters
# that are written from right to left need none of these to show right.
UNPRINTABLE = re.compile(
    "[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]"
)


def one_line(value):
    """Refuse a text with characters that nobody sees. Raises ValidationError."""
    if UNPRINTABLE.search(value):
        raise ValidationError(
            _("Remove the line breaks, tabs and invisible characters from this text."), code="unprintable"
        )


def plain_address(value):
    """Refuse an e-mail address with letters that look like others. Raises ValidationError."""
    if not value.isascii():
        raise ValidationError(_("Use only unaccented letters in an e-mail address."), code="not_ascii")
