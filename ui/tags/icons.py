"""Icons, all from one set, drawn inline and sized with the text beside them."""

from functools import lru_cache
from pathlib import PurePath

from django import template
from lucide.templatetags.lucide import lucide

register = template.Library()

TONES = {
    "neutral": "circle",
    "info": "info",
    "done": "circle-check",
    "warning": "triangle-alert",
    "danger": "octagon-alert",
}
FILES = {
    "doc": "file-text", "docx": "file-text", "odt": "file-text", "pdf": "file-text", "txt": "file-text",
    "rtf": "file-text", "xls": "file-spreadsheet", "xlsx": "file-spreadsheet", "ods": "file-spreadsheet",
    "csv": "file-spreadsheet", "ppt": "presentation", "pptx": "presentation", "odp": "presentation",
    "png": "file-image", "jpg": "file-image", "jpeg": "file-image", "gif": "file-image", "webp": "file-image",
    "zip": "file-archive", "7z": "file-archive", "eml": "mail", "msg": "mail",
}  # fmt: skip


@lru_cache(maxsize=512)
def draw(name, label=""):
    """The icon's markup; with a label it is an image with that name, without one it is decoration.

    Raises lucide.IconDoesNotExist for a name that the set does not have.
    """
    if label:
        return lucide(name, size=16, **{"class": "icon", "role": "img", "aria-label": label})
    return lucide(name, size=16, **{"class": "icon", "aria-hidden": "true"})


@register.simple_tag
def icon(name, label=""):
    """`{% icon "lock" %}` beside a text, `{% icon "lock" label=_("Locked") %}` alone."""
    return draw(str(name), str(label))


@register.simple_tag
def tone_icon(tone):
    """The icon that goes with a tone, so that no tone is told by colour alone."""
    return draw(TONES[tone])


@register.simple_tag
def file_icon(name):
    """The icon of a file, from the end of its name."""
    return draw(FILES.get(PurePath(name).suffix.lower().lstrip("."), "file"))
