"""What a file is, read from its bytes. Its name only helps to choose between kinds of text."""

import re
import struct

import filetype

from documents.formats import (
    BY_MEDIA_TYPE,
    OLE,
    OPEN_DOCUMENT,
    OPEN_XML,
    PROTECTED_OFFICE,
    UNKNOWN,
    claimed_by,
)

HEAD = 64 * 1024
# Bounds on what is read of a container, whatever it says of itself.
MAX_OLE_SECTORS = 512
MAX_ZIP_DIRECTORY = 2**20

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
    "EncryptedPackage": PROTECTED_OFFICE,
}
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
OPEN_XML_FOLDERS = {
    "word/": f"{OPEN_XML}.wordprocessingml.document",
    "xl/": f"{OPEN_XML}.spreadsheetml.sheet",
    "ppt/": f"{OPEN_XML}.presentationml.presentation",
}
# Formats made of readable signs that are no text to people.
WRITTEN_IN_TEXT = {"application/pdf", "application/rtf", "application/postscript"}
ANY_TEXT = {"text/plain", "text/csv", "text/html", "text/x-script", "image/svg+xml", "application/xml"}
CLAIMS_ANY_TEXT = ANY_TEXT - {"text/csv"}
FAMILIES = {"image", "word", "excel", "powerpoint", "archive"}

BINARY_BYTES = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
# What may stand before a document's first element.
PROLOGUE = re.compile(r"\s+|<\?xml.*?\?>|<!--.*?-->|<!doctype(?!\s+html)[^>\[]*(\[.*?\]\s*)?>", re.I | re.S)
# The tags by which browsers take a text for a web page.
WEB_PAGE = re.compile(
    r"<(!doctype\s+html|(html|head|title|body|script|style|iframe|object|embed|link|meta|base|form|img|table|div"
    r"|font|h1|p|br|a|b)[\s/>])",
    re.I,
)
SVG = re.compile(r"<([\w.-]+:)?svg[\s/>]", re.I)


def media_type_of(file, *, extension=""):
    """The media type of a binary file, from its bytes; leaves it at its start.

    `extension` (lower case, no dot) only tells a table, a script or a plain text from one another.
    """
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(OLE_SIGNATURE):
        found = ole_type(file, head)
    elif head.startswith(ZIP_SIGNATURES):
        found = zip_type(file, head)
    else:
        found = signature_type(head)
        if found not in WRITTEN_IN_TEXT and (text := text_of(head)) is not None:
            found = text_type(text, extension)
    file.seek(0)
    return found


def is_disguised(media_type, *, extension):
    """Whether a file of this type has an extension (lower case, no dot) that promises something else.

    Formats of one family pass for one another: programs open them all the same, and nothing is shown as
    what its name says.
    """
    claimed = claimed_by(extension)
    if claimed is None or claimed.media_type == media_type:
        return False
    if claimed.media_type in CLAIMS_ANY_TEXT:
        return media_type not in ANY_TEXT | {UNKNOWN}
    if claimed.media_type == "application/zip" and media_type.startswith((OPEN_XML, OPEN_DOCUMENT)):
        return False
    if claimed.kind in {"word", "excel", "powerpoint"} and media_type == PROTECTED_OFFICE:
        return False
    found = BY_MEDIA_TYPE.get(media_type)
    kind = found.kind if found else media_type.partition("/")[0]
    return not (claimed.kind in FAMILIES and kind == claimed.kind)


def signature_type(head):
    """The type that the first bytes give away, or the unknown one."""
    stripped = head.lstrip()
    if stripped.startswith(b"%PDF-"):
        return "application/pdf"
    guess = filetype.guess(head)
    if guess is None:
        return UNKNOWN
    # A moving PNG is a PNG to every program.
    return "image/png" if guess.mime == "image/apng" else guess.mime


def text_of(head):
    """The first bytes as text, or None when they are no text."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, errors="replace")
    if BINARY_BYTES.search(head):
        return None
    return head.decode("utf-8", errors="replace")


def text_type(text, extension):
    """What a text is: web page, drawing, XML, script, table, or a plain one."""
    start = skip_prologue(text)
    if WEB_PAGE.match(text, start):
        return "text/html"
    if SVG.match(text, start):
        return "image/svg+xml"
    if text.lstrip()[:5].lower() == "<?xml":
        return "application/xml"
    claimed = claimed_by(extension)
    if text.startswith("#!") or text.lstrip()[:5].lower() == "<?php":
        return "text/x-script"
    if claimed is not None and claimed.media_type in {"text/x-script", "text/csv"}:
        return claimed.media_type
    return "text/plain"


def skip_prologue(text):
    """Where the first element begins, after blanks, comments and declarations."""
    position = 0
    while match := PROLOGUE.match(text, position):
        position = match.end()
    return position


def zip_type(file, head):
    """What a ZIP container holds: an Office document, an OpenDocument one, or files."""
    names = zip_names(file)
    if "[Content_Types].xml" in names:
        for folder, media_type in OPEN_XML_FOLDERS.items():
            if any(name.startswith(folder) for name in names):
                return media_type
    guess = filetype.guess(head)
    # An OpenDocument says what it is in its first entry, which this library reads.
    if guess and guess.mime.startswith(OPEN_DOCUMENT):
        return guess.mime
    return "application/zip"


def zip_names(file):
    """The names in a ZIP's directory, read without opening an entry, and of a huge one only the first."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 65557))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        return set()
    length, offset = struct.unpack_from("<II", tail, end + 12)
    file.seek(min(offset, size))
    directory = file.read(min(length, MAX_ZIP_DIRECTORY))
    names, position = set(), 0
    while directory[position : position + 4] == b"PK\x01\x02" and position + 46 <= len(directory):
        name, extra, comment = struct.unpack_from("<HHH", directory, position + 28)
        names.add(directory[position + 46 : position + 46 + name].decode(errors="replace"))
        position += 46 + name + extra + comment
    return names


def ole_type(file, head):
    """Which program an old Office container belongs to, by the streams at its root."""
    for name in ole_root(file, head):
        if name in OLE_STREAMS:
            return OLE_STREAMS[name]
    return OLE


def ole_root(file, head):
    """Names of the streams directly under the root; those of embedded documents are deeper and do not count."""
    entries = ole_entries(file, head)
    waiting, seen = [entries[0][3]] if entries else [], set()
    while waiting:
        index = waiting.pop()
        if index in seen or index >= len(entries):
            continue
        seen.add(index)
        name, before, after, _child = entries[index]
        yield name
        waiting += [before, after]


def ole_entries(file, head):
    """The directory of an old Office container as (name, previous, next, child), within the bounds above."""
    if len(head) < 512:
        return []
    shift = struct.unpack_from("<H", head, 30)[0]
    if shift not in (9, 12):
        return []
    allocation = struct.unpack_from("<109I", head, 76)
    per_sector = (1 << shift) // 4
    sector, entries = struct.unpack_from("<I", head, 48)[0], []
    for _turn in range(MAX_OLE_SECTORS):
        if sector // per_sector >= len(allocation):
            break
        data = read_at(file, (sector + 1) << shift, 1 << shift)
        for start in range(0, len(data) - 127, 128):
            length = struct.unpack_from("<H", data, start + 64)[0]
            name = data[start : start + min(max(length - 2, 0), 62)].decode("utf-16-le", errors="replace")
            entries.append((name, *struct.unpack_from("<III", data, start + 68)))
        place = (allocation[sector // per_sector] + 1) << shift
        following = read_at(file, place + 4 * (sector % per_sector), 4)
        if len(following) < 4:
            break
        sector = struct.unpack("<I", following)[0]
    return entries


def read_at(file, place, length):
    """`length` bytes of the file from `place`, fewer at its end."""
    file.seek(place)
    return file.read(length)
