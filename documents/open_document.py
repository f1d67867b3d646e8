"""OpenDocument files, written part by part: enough for every program of that family to open."""

import io
import re
import zipfile
from xml.sax.saxutils import escape

# The first moment that a ZIP can tell: the same content makes the same file.
DATE = (1980, 1, 1, 0, 0, 0)
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    f'xmlns:{name}="{OASIS}:{path}:1.0"'
    for name, path in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "presentation": "presentation",
        "style": "style",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
    }.items()
)
WIDE = (
    '<office:automatic-styles><style:style style:name="wide" style:family="table-column">'
    '<style:table-column-properties style:column-width="4cm"/></style:style></office:automatic-styles>'
)
# What XML cannot hold, and no program would open.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def package(kind, body, styles=""):
    """The bytes of a document of `kind` (text, spreadsheet, presentation) with this body."""
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media_type}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    content = (
        f'<office:document-content {SPACES} office:version="1.2">{styles}'
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # First and not compressed, so that its first bytes say what the file is.
        archive.writestr(zipfile.ZipInfo("mimetype", DATE), media_type, zipfile.ZIP_STORED)
        for path, part in (("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(path, DATE), DECLARATION + part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def spreadsheet(sheet, rows):
    """A spreadsheet (ODS) of one sheet, as bytes: `rows` of cells of text, a paragraph for each of their lines."""
    lines = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    columns = f'<table:table-column table:style-name="wide" table:number-columns-repeated="{len(rows[0])}"/>'
    table = f'<table:table table:name="{escape(sheet)}">{columns}{lines}</table:table>'
    return package("spreadsheet", table, WIDE)


def _cell(value):
    paragraphs = NOT_XML.sub("", str(value)).splitlines()
    text = "".join(f"<text:p>{escape(paragraph)}</text:p>" for paragraph in paragraphs)
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
