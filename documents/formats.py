"""The formats the portal knows: what they are called, what family they belong to, where they may open."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

OPEN_XML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
PROTECTED_OFFICE = "application/x-protected-office"
OLE = "application/x-ole-storage"
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class Format:
    """A media type, its name for people, its family, the extensions that promise it."""

    media_type: str
    label: str
    kind: str
    extensions: tuple = ()


FORMATS = (
    Format("image/jpeg", _("a JPEG picture"), "image", ("jpg", "jpeg", "jpe", "jfif")),
    Format("image/png", _("a PNG picture"), "image", ("png",)),
    Format("image/gif", _("a GIF picture"), "image", ("gif",)),
    Format("image/webp", _("a WebP picture"), "image", ("webp",)),
    Format("application/pdf", _("a PDF document"), "pdf", ("pdf",)),
    Format("application/msword", _("a Word document"), "word", ("doc",)),
    Format(
        f"{OPEN_XML}.wordprocessingml.document",
        _("a Word document"),
        "word",
        ("docx", "docm", "dotx", "dotm"),
    ),
    Format("application/rtf", _("an RTF document"), "word", ("rtf",)),
    Format(f"{OPEN_DOCUMENT}.text", _("an OpenDocument text"), "word", ("odt", "ott")),
    Format("application/vnd.ms-excel", _("an Excel workbook"), "excel", ("xls",)),
    Format(
        f"{OPEN_XML}.spreadsheetml.sheet",
        _("an Excel workbook"),
        "excel",
        ("xlsx", "xlsm", "xltx", "xltm", "xlsb"),
    ),
    Format(f"{OPEN_DOCUMENT}.spreadsheet", _("an OpenDocument spreadsheet"), "excel", ("ods", "ots")),
    Format("application/vnd.ms-powerpoint", _("a PowerPoint presentation"), "powerpoint", ("ppt", "pps")),
    Format(
        f"{OPEN_XML}.presentationml.presentation",
        _("a PowerPoint presentation"),
        "powerpoint",
        ("pptx", "pptm", "ppsx", "ppsm", "potx", "potm"),
    ),
    Format(f"{OPEN_DOCUMENT}.presentation", _("an OpenDocument presentation"), "powerpoint", ("odp", "otp")),
    Format(PROTECTED_OFFICE, _("an Office document protected by a password"), "other"),
    Format(OLE, _("an old Office container"), "other"),
    Format("text/csv", _("a CSV table"), "text", ("csv", "tsv")),
    Format(
        "text/plain",
        _("a text"),
        "text",
        ("txt", "text", "log", "md", "ini", "conf", "sql", "json", "yaml", "yml"),
    ),
    Format("text/html", _("a web page (HTML)"), "other", ("html", "htm", "xhtml", "shtml")),
    Format("image/svg+xml", _("an SVG drawing"), "other", ("svg",)),
    Format("application/xml", _("an XML file"), "other", ("xml", "xsl", "xslt", "xsd")),
    Format(
        "text/x-script",
        _("a script"),
        "other",
        ("js", "mjs", "vbs", "ps1", "bat", "cmd", "sh", "py", "php", "pl", "rb", "hta", "wsf"),
    ),
    Format("application/zip", _("a ZIP archive"), "archive", ("zip",)),
    Format("application/gzip", _("a compressed archive"), "archive", ("gz", "tgz")),
    Format("application/x-7z-compressed", _("a compressed archive"), "archive", ("7z",)),
    Format("application/x-rar-compressed", _("a compressed archive"), "archive", ("rar",)),
    Format("application/x-tar", _("a compressed archive"), "archive", ("tar",)),
    Format("application/x-bzip2", _("a compressed archive"), "archive", ("bz2",)),
    Format("application/x-xz", _("a compressed archive"), "archive", ("xz",)),
    # No extension promises these: many programs write others under the same ones, and a name deceives nobody.
    Format("video/mp4", _("a video"), "video"),
    Format("video/webm", _("a video"), "video"),
    Format("audio/mpeg", _("a sound recording"), "audio"),
    Format("audio/mp4", _("a sound recording"), "audio"),
    Format("audio/ogg", _("a sound recording"), "audio"),
    Format("audio/x-wav", _("a sound recording"), "audio"),
    Format("application/x-msdownload", _("a program"), "other", ("exe", "dll", "scr")),
    Format("application/x-executable", _("a program"), "other"),
    Format(UNKNOWN, _("a file of an unknown kind"), "other"),
)
BY_MEDIA_TYPE = {known.media_type: known for known in FORMATS}
BY_EXTENSION = {extension: known for known in FORMATS for extension in known.extensions}
# How pages to read are made of each family, and of what is an exception in it.
MAKERS = {
    "image": "picture",
    "pdf": "pdf",
    "word": "office",
    "excel": "office",
    "powerpoint": "office",
    "text": "text",
}
MAKERS_BY_TYPE = {"text/csv": "table", PROTECTED_OFFICE: "office"}
PLAYED = ("video", "audio")


def kind_of(media_type):
    """The family of a media type: image, pdf, text, word, excel, powerpoint, archive, video, audio or other."""
    if known := BY_MEDIA_TYPE.get(media_type):
        return known.kind
    return "image" if media_type.startswith("image/") else "other"


def maker_of(media_type):
    """How the portal makes pages of this media type: picture, pdf, office, text or table; empty: it makes none."""
    known = BY_MEDIA_TYPE.get(media_type)
    return MAKERS_BY_TYPE.get(media_type) or (MAKERS.get(known.kind, "") if known else "")


def plays_in_page(media_type):
    """Whether browsers play this media type by themselves."""
    known = BY_MEDIA_TYPE.get(media_type)
    return known is not None and known.kind in PLAYED


def label_of(media_type):
    """What people call this media type, with its article ("a PDF document")."""
    known = BY_MEDIA_TYPE.get(media_type)
    return known.label if known else _("a file of type %(type)s") % {"type": media_type}


def claimed_by(extension):
    """The format that this extension (lower case, no dot) promises, or None when it promises nothing known."""
    return BY_EXTENSION.get(extension)
