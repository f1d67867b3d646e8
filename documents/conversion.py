"""Office files made into PDF by LibreOffice: without a screen, a network, macros, or a profile that outlives it."""

import json
import shutil
import struct
import zipfile

from django.conf import settings

from documents import confinement
from documents.errors import Unreadable
from documents.formats import BY_MEDIA_TYPE, PROTECTED_OFFICE
from documents.models import Preview

MODULES = {"word": "writer", "excel": "calc", "powerpoint": "impress"}
MAX_ENTRIES = 10_000
MAX_UNFOLDED = 512 * 2**20
# What LibreOffice may do by itself, as its own settings: (where, name, value).
COMMON, CALC, WRITER = (f"/org.openoffice.Office.{name}" for name in ("Common", "Calc", "Writer"))
HARDENING = (
    (f"{COMMON}/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    (f"{COMMON}/Security/Scripting", "DisableMacrosExecution", "true"),
    (f"{COMMON}/Security/Scripting", "MacroSecurityLevel", "3"),
    # "Never" is 0 for the one and 1 for the other.
    (f"{WRITER}/Content/Update", "Link", "0"),
    (f"{CALC}/Content/Update", "Link", "1"),
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
# How dates and numbers are written that a file leaves to its reader.
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
)
ITEM = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'


def program():
    """The path of LibreOffice, None where it is not installed."""
    return shutil.which(settings.LIBREOFFICE)


def to_pdf(source, media_type, folder):
    """Make a PDF in `folder` of the Office file `source` (a path), of one page more than are shown; returns its path.

    Raises `Unreadable`, or `confinement.TooSlow`.
    """
    if media_type == PROTECTED_OFFICE:
        raise Unreadable(Preview.Failure.PROTECTED)
    if program() is None:
        raise Unreadable(Preview.Failure.NO_OFFICE)
    check_container(source)
    known = BY_MEDIA_TYPE[media_type]
    # LibreOffice asks the extension first; the one that the file came with was only a promise.
    source = source.rename(source.with_suffix(f".{known.extensions[0]}"))
    profile, pages = write_profile(folder / "profile"), f"1-{settings.PREVIEW_MAX_PAGES + 1}"
    options = json.dumps({"PageRange": {"type": "string", "value": pages}})
    confinement.run(
        [
            program(),
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nofirststartwizard",
            f"-env:UserInstallation={profile.as_uri()}",
            "--convert-to",
            f"pdf:{MODULES[known.kind]}_pdf_Export:{options}",
            "--outdir",
            folder,
            source,
        ],
        folder=folder,
        seconds=settings.PREVIEW_SECONDS,
    )
    made = source.with_suffix(".pdf")
    if not made.exists():
        raise Unreadable(Preview.Failure.UNREADABLE)
    return made


def write_profile(folder):
    """A new profile of LibreOffice with what it may not do; returns its folder."""
    locale = ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", LOCALES[settings.LANGUAGE_CODE])
    items = [ITEM.format(*item) for item in (*HARDENING, locale)]
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(PROFILE.format(items="".join(items)))
    return folder


def check_container(source):
    """Raise `Unreadable` for a ZIP that unfolds to more than anybody would read, before anything unfolds it."""
    with source.open("rb") as file:
        if not file.read(4).startswith(b"PK"):
            return
        file.seek(max(0, source.stat().st_size - 65557))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    entries = struct.unpack_from("<H", tail, end + 10)[0] if 0 <= end <= len(tail) - 22 else 0
    if entries > MAX_ENTRIES:
        raise Unreadable(Preview.Failure.TOO_LARGE)
    try:
        with zipfile.ZipFile(source) as archive:
            unfolded = sum(entry.file_size for entry in archive.infolist())
            is_locked = any(entry.flag_bits & 1 for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Unreadable(Preview.Failure.UNREADABLE) from error
    if unfolded > MAX_UNFOLDED:
        raise Unreadable(Preview.Failure.TOO_LARGE)
    if is_locked:
        raise Unreadable(Preview.Failure.PROTECTED)
