"""A file is what its bytes say."""

import io
import struct
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from demo import sample_files
from documents.detection import is_disguised, media_type_of
from documents.errors import Refused
from documents.formats import FORMATS, PROTECTED_OFFICE, UNKNOWN
from documents.intake import examine

OPEN_XML = "application/vnd.openxmlformats-officedocument"
HTML = b"<!DOCTYPE html>\n<html><body>Bonjour</body></html>"
SVG = b'<?xml version="1.0"?>\n<!-- plan -->\n<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
GIF = b"GIF89a" + bytes(20)
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(20)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heic" + bytes(20)


def zipped(*entries):
    """A ZIP of (name, content)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def ole(*streams):
    """An old Office container with (name, is under the root) entries and nothing in them."""
    names = ["Root Entry", *(name for name, _at_root in streams)]
    at_root = [number for number, (_name, is_root) in enumerate(streams, 1) if is_root]
    nothing, directory = 0xFFFFFFFF, b""
    for number, name in enumerate(names):
        encoded = name.encode("utf-16-le")
        following = at_root[at_root.index(number) + 1] if number in at_root[:-1] else nothing
        child = at_root[0] if number == 0 and at_root else nothing
        kind = 5 if number == 0 else 2
        directory += encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded) + 2, kind, 1)
        directory += struct.pack("<III", nothing, following, child) + bytes(48)
    sectors = -(-len(directory) // 512)
    directory = directory.ljust(sectors * 512, b"\0")
    chain = [*range(2, sectors + 1), 0xFFFFFFFE]
    allocation = struct.pack("<128I", 0xFFFFFFFD, *chain, *[nothing] * (127 - sectors))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    header += bytes(10) + struct.pack("<II", 1, 1) + bytes(24) + struct.pack("<109I", 0, *[nothing] * 108)
    return header + allocation + directory


def type_of(name, body):
    """The type found for these bytes under this name."""
    return examine(ContentFile(body, name=name)).media_type


@pytest.mark.parametrize(
    ("make", "media_type", "kind"),
    [
        (sample_files.png, "image/png", "image"),
        (sample_files.jpg, "image/jpeg", "image"),
        (sample_files.pdf, "application/pdf", "pdf"),
        (sample_files.docx, f"{OPEN_XML}.wordprocessingml.document", "word"),
        (sample_files.xlsx, f"{OPEN_XML}.spreadsheetml.sheet", "excel"),
        (sample_files.pptx, f"{OPEN_XML}.presentationml.presentation", "powerpoint"),
        (sample_files.doc, "application/msword", "word"),
        (sample_files.xls, "application/vnd.ms-excel", "excel"),
        (sample_files.ppt, "application/vnd.ms-powerpoint", "powerpoint"),
        (sample_files.csv, "text/csv", "text"),
        (sample_files.txt, "text/plain", "text"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_real_documents_are_what_they_are_whatever_the_name(make, media_type, kind):
    name, body = make()

    assert type_of(name, body) == media_type
    if kind != "text":
        assert type_of("sans extension", body) == media_type


@pytest.mark.parametrize(
    ("name", "body", "media_type"),
    [
        ("anime.gif", GIF, "image/gif"),
        ("photo.webp", WEBP, "image/webp"),
        ("photo.heic", HEIC, "image/heic"),
        ("photo.jpg", HEIC, "image/heic"),
        ("page.html", HTML, "text/html"),
        ("page.htm", b"\xef\xbb\xbf  <!-- x --> <ScRiPt>alert(1)</script>", "text/html"),
        ("page.html", HTML.decode().encode("utf-16"), "text/html"),
        ("page", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "text/html"),
        ("plan.svg", SVG, "image/svg+xml"),
        ("plan", b"<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (
            "plan",
            b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd" [<!ENTITY a "b">]><svg/>',
            "image/svg+xml",
        ),
        ("donnees.xml", b'<?xml version="1.0"?><absences/>', "application/xml"),
        ("outil.sh", b"#!/bin/sh\nrm -rf /\n", "text/x-script"),
        ("outil", b"#!/usr/bin/env python\n", "text/x-script"),
        ("outil.ps1", b"Get-Process\r\n", "text/x-script"),
        ("index.php", b"<?php phpinfo();", "text/x-script"),
        ("table.csv", "Matricule;Nom\r\nA1;Lefèvre\r\n".encode("cp1252"), "text/csv"),
        ("journal.log", b"<12> erreur\n\x1b[31mrouge\x1b[0m\n", "text/plain"),
        ("trace.log", b'<?xml version="1.0"?><trace/>', "application/xml"),
        ("note.txt", "BM est le début d’une phrase".encode(), "text/plain"),
        ("note.txt", "Réunion".encode("utf-16"), "text/plain"),
        ("lettre.rtf", rb"{\rtf1\ansi Bonjour}", "application/rtf"),
        ("lettre.doc", rb"{\rtf1\ansi Bonjour}", "application/rtf"),
        ("scan.pdf", b"\r\n%PDF-1.4\n", "application/pdf"),
        ("archive.zip", zipped(("a.txt", "a")), "application/zip"),
        ("vide.zip", zipped(), "application/zip"),
        (
            "paquet.zip",
            zipped(("[Content_Types].xml", ""), ("xl/w.xml", "")),
            f"{OPEN_XML}.spreadsheetml.sheet",
        ),
        (
            "tard.docx",
            zipped(
                ("customXml/item1.xml", "x" * 9000), ("[Content_Types].xml", ""), ("word/document.xml", "")
            ),
            f"{OPEN_XML}.wordprocessingml.document",
        ),
        (
            "texte.odt",
            zipped(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "")),
            "application/vnd.oasis.opendocument.text",
        ),
        ("secret.docx", ole(("EncryptedPackage", True), ("EncryptionInfo", True)), PROTECTED_OFFICE),
        ("tableau.xls", ole(("Workbook", True), ("WordDocument", False)), "application/vnd.ms-excel"),
        (
            "tableau.xls",
            ole(("a", True), ("b", True), ("c", True), ("Book", True)),
            "application/vnd.ms-excel",
        ),
        ("courrier.msg", ole(("__nameid_version1.0", True)), "application/x-ole-storage"),
        ("outil.exe", EXE, "application/x-msdownload"),
        ("film.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4"),
        ("mesures.dat", bytes(range(256)), UNKNOWN),
        ("rotation.log", bytes(300) + b"reprise\n", UNKNOWN),
    ],
)
def test_type_is_found_from_the_bytes(name, body, media_type):
    assert type_of(name, body) == media_type


@pytest.mark.parametrize(
    ("name", "body", "found"),
    [
        ("rapport.pdf", HTML, "a web page (HTML)"),
        ("rapport.PDF", b"Bonjour, " + HTML, "a text"),
        ("capture.png", SVG, "an SVG drawing"),
        ("capture.png", b"%PDF-1.4", "a PDF document"),
        ("capture.jpg", EXE, "a program"),
        ("besoin.docx", zipped(("a.txt", "a")), "a ZIP archive"),
        ("besoin.docx", sample_files.xlsx()[1], "an Excel workbook"),
        ("besoin.doc", HTML, "a web page (HTML)"),
        ("tableau.xls", sample_files.doc()[1], "a Word document"),
        ("export.csv", HTML, "a web page (HTML)"),
        ("note.txt", EXE, "a program"),
        ("note.txt", GIF, "a GIF picture"),
        ("devis.pdf", bytes(range(256)), "a file of an unknown kind"),
        ("devis.pdf", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "a video"),
        ("page.html", EXE, "a program"),
        ("archive.zip", b"%PDF-1.4", "a PDF document"),
    ],
)
def test_disguised_file_is_refused_and_named_for_what_it_is(name, body, found):
    with translation.override("en"), pytest.raises(Refused) as refused:
        examine(ContentFile(body, name=name))

    assert refused.value.code == "disguised"
    assert f"“{name}” is named like " in str(refused.value)
    assert f"but its content is {found}." in str(refused.value)


def test_every_format_may_bear_its_own_extensions():
    wrong = [
        (known.media_type, extension)
        for known in FORMATS
        for extension in known.extensions
        if is_disguised(known.media_type, extension=extension)
    ]

    assert wrong == []


@pytest.mark.parametrize("make", [sample_files.doc, sample_files.xls, sample_files.ppt, sample_files.docx])
@pytest.mark.parametrize("end", [9, 40, 100, 511, 512, 700, 1023, 1500, 2000])
def test_container_cut_short_is_still_only_a_file(make, end):
    body = make()[1][:end]

    assert media_type_of(io.BytesIO(body)) in {
        "application/x-ole-storage",
        "application/zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
    }


def test_container_that_leads_in_circles_is_still_only_a_file():
    body = bytearray(ole(("a", True), ("b", True), ("c", True), ("d", True)))
    struct.pack_into("<I", body, 512 + 4, 1)  # the directory's first sector follows itself
    struct.pack_into("<I", body, 1024 + 128 + 72, 1)  # the first stream's neighbour is itself

    assert media_type_of(io.BytesIO(bytes(body))) == "application/x-ole-storage"


@given(
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<", b"%PDF-"]),
    st.binary(max_size=3000),
)
def test_any_bytes_have_a_type_and_are_left_at_their_start(start, rest):
    file = io.BytesIO(start + rest)

    assert "/" in media_type_of(file, extension="csv")
    assert file.tell() == 0
