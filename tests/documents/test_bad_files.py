"""Files made to do harm: each ends in a state that says what it is, and the worker goes on."""

import http.server
import io
import struct
import sys
import threading
import time
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from demo import open_document, open_xml, sample_files
from documents import confinement
from documents.models import Preview
from tests.documents.test_detection import ole
from tests.documents.test_previews import made

pytestmark = pytest.mark.django_db
State, Failure = Preview.State, Preview.Failure
PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
SECRET = "le mot de passe est sésame"


def png_that_claims(width, height):
    """A PNG of a few bytes that unfolds to `width` × `height`."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def with_part(body, path, part, *, claimed=None):
    """A document whose part `path` is replaced; its directory says that it unfolds to `claimed` bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, part if entry.filename == path else old.read(entry))
        if path not in old.namelist():
            new.writestr(path, part)
        if claimed:
            new.getinfo(path).file_size = claimed
    return buffer.getvalue()


def pdf_of(pages):
    """A PDF of so many empty pages, an object each."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>",
        *["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>"] * pages,
    ]
    body, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj {text} endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        body
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}"
            f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
        ).encode()
    )


def locked_pdf():
    """A PDF that asks for a password."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(sample_files.pdf()[1])) as document:
        document.save(buffer, encryption=pikepdf.Encryption(user="sesame", owner="sesame"))
    return buffer.getvalue()


def laughing_xml():
    """An XML of a few lines that unfolds to three thousand million words."""
    lines = ["<!ENTITY a0 'ha'>", *(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))]
    return (
        f"<?xml version='1.0'?><!DOCTYPE w:document [{''.join(lines)}]>"
        f'<w:document xmlns:w="{open_xml.WORD}"><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>'
    )


DOCX = sample_files.docx()[1]
AT_ONCE = {
    "picture of 50 000 x 50 000": ("mur.png", lambda: png_that_claims(50_000, 50_000), Failure.TOO_LARGE),
    "picture cut short": ("coupe.png", lambda: sample_files.png()[1][:2000], Failure.UNREADABLE),
    "zip bomb": (
        "bombe.docx",
        lambda: with_part(DOCX, "word/media/1.xml", b"0", claimed=2**32 - 2),
        Failure.TOO_LARGE,
    ),
    "zip of too many entries": (
        "foule.docx",
        lambda: DOCX[:-14] + struct.pack("<HH", 20_000, 20_000) + DOCX[-10:],
        Failure.TOO_LARGE,
    ),
    "PDF under a password": ("secret.pdf", locked_pdf, Failure.PROTECTED),
    "PDF cut short": ("coupe.pdf", lambda: b"%PDF-1.7\n1 0 obj\n<<", Failure.UNREADABLE),
    "Office file under a password": (
        "secret.docx",
        lambda: ole(("EncryptedPackage", True), ("EncryptionInfo", True)),
        Failure.PROTECTED,
    ),
}


@pytest.mark.parametrize("case", AT_ONCE)
def test_bad_file_is_told_for_what_it_is(folder, case):
    name, make, failure = AT_ONCE[case]

    preview = made(name, make())

    assert (preview.state, preview.failure) == (State.FAILED, failure)


def test_pdf_of_ten_thousand_pages_shows_its_first_and_says_so(folder, settings):
    settings.PREVIEW_MAX_PAGES = 3

    preview = made("annuaire.pdf", pdf_of(10_000))

    assert (preview.state, preview.page_count, preview.is_partial) == (State.READY, 3, True)


def test_text_and_table_without_end_are_cut(folder, settings):
    settings.PREVIEW_MAX_PAGES = 2

    text = made("journal.txt", b"x" * 3_000_000)
    table = made("matrice.csv", b";".join([b"y" * 999] * 999) + b"\n1;2" * 9999)

    assert (text.page_count, text.is_partial) == (2, True)
    assert (table.page_count, table.is_partial) == (2, True)
    assert {len(row) for page in table.pages.all() for row in page.rows} == {40, 2}


@pytest.mark.long
def test_office_file_that_is_damaged_is_tried_twice_and_said_to_be(folder):
    preview = made("rapport.docx", with_part(DOCX, "word/document.xml", "<w:document"))

    assert (preview.state, preview.failure, preview.attempts) == (State.FAILED, Failure.UNREADABLE, 2)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("rires.docx", lambda: with_part(DOCX, "word/document.xml", laughing_xml())),
        ("menteur.docx", lambda: with_part(DOCX, "word/document.xml", b" " * 400_000_000, claimed=1000)),
    ],
    ids=["xml bomb", "zip bomb that lies of its size"],
)
def test_bomb_goes_off_in_its_own_process_and_the_worker_goes_on(folder, settings, name, make):
    settings.PREVIEW_SECONDS = 20
    began = time.monotonic()

    preview = made(name, make())

    assert preview.state in {State.READY, State.FAILED}
    assert preview.page_count <= 1
    assert time.monotonic() - began < 120
    assert made("note.txt", b"La suite.").state == State.READY


@pytest.fixture
def listener():
    """A web server that remembers what it was asked for: `listener.asked`, at `listener.address`."""

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *line):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.asked = []
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def calling_docx(address):
    """A Word document whose picture and template are elsewhere."""
    relations = (
        f'<Relationships xmlns="{open_xml.PACKAGE}/relationships">'
        f'<Relationship Id="rId9" Type="{open_xml.OFFICE}/image" Target="{address}/i.png" TargetMode="External"/>'
        f'<Relationship Id="rId8" Type="{open_xml.OFFICE}/attachedTemplate" Target="{address}/t.dotx" TargetMode="External"/>'
        "</Relationships>"
    )
    picture = (
        "<w:p><w:r><w:drawing><wp:inline xmlns:wp="
        '"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:extent cx="990000" cy="990000"/>'
        f'<wp:docPr id="1" name="i"/><a:graphic xmlns:a="{open_xml.DRAWING}"><a:graphicData uri="{PICTURE}">'
        f'<pic:pic xmlns:pic="{PICTURE}"><pic:nvPicPr><pic:cNvPr id="1" name="i"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip xmlns:r="{open_xml.OFFICE}" r:link="rId9"/></pic:blipFill><pic:spPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="990000" cy="990000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    document = f'<w:document xmlns:w="{open_xml.WORD}"><w:body>{picture}</w:body></w:document>'
    body = with_part(DOCX, "word/document.xml", document)
    return "appel.docx", with_part(body, "word/_rels/document.xml.rels", relations)


def calling_odt(address):
    """A text whose picture, section and font are elsewhere."""
    link = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:type="simple" xlink:actuate="onLoad"'
    body = (
        f'<text:section text:name="s"><text:section-source {link} xlink:href="{address}/s.odt"/></text:section>'
        f'<text:p><draw:frame svg:width="3cm" svg:height="3cm"><draw:image {link} xlink:href="{address}/i.png"/>'
        "</draw:frame>Bonjour</text:p>"
    )
    fonts = (
        "<office:font-face-decls><style:font-face style:name='F' svg:font-family='F'><svg:font-face-src>"
        f"<svg:font-face-uri {link} xlink:href='{address}/f.ttf'/></svg:font-face-src></style:font-face>"
        "</office:font-face-decls>"
    )
    return "appel.odt", open_document.package("text", body, fonts)


@pytest.mark.long
@pytest.mark.parametrize("make", [calling_docx, calling_odt], ids=lambda make: make.__name__)
def test_file_that_calls_out_is_not_heard_even_where_the_network_cannot_be_taken_away(
    folder, monkeypatch, listener, make
):
    monkeypatch.setattr(confinement, "without_network", list)

    preview = made(*make(listener.address))

    assert preview.state == State.READY
    assert listener.asked == []


@pytest.mark.long
def test_file_that_asks_for_the_portals_own_files_gets_none(folder, tmp_path):
    Image.new("RGB", (50, 50), "red").save(tmp_path / "i.png")

    preview = made(*calling_odt(tmp_path.as_uri()))

    with preview.pages.get().picture.open() as file, Image.open(file) as picture:
        # Its frame and its name may be drawn, in greys; nothing of the red picture is.
        assert not [
            color for _count, color in picture.convert("RGB").getcolors(2**24) if color[0] - color[1] > 60
        ]


def run(code, tmp_path, *, seconds=10):
    """Run some Python as a program on a bad file would be run."""
    return confinement.run([sys.executable, "-c", code], folder=tmp_path, seconds=seconds)


def test_program_that_breaks_its_bounds_is_ended(tmp_path, settings):
    settings.PREVIEW_MEMORY_BYTES = 200 * 2**20

    assert run("pass", tmp_path)
    assert not run("b'x' * 300_000_000", tmp_path)
    assert not run("open('f', 'wb').truncate(2**30)", tmp_path)


def test_program_that_goes_on_too_long_is_ended_with_all_that_it_started(tmp_path):
    code = (
        "import subprocess as s; p = s.Popen(['sleep', '60']); open('pid', 'w').write(str(p.pid)); p.wait()"
    )

    with pytest.raises(confinement.TooSlow):
        run(code, tmp_path, seconds=3)

    assert has_ended(int((tmp_path / "pid").read_text()))


def has_ended(pid):
    """Whether a process is gone, or only waits to be buried, within five seconds."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_program_has_no_network_where_the_system_lets_us_take_it(tmp_path, listener):
    code = f"import socket; socket.create_connection(('127.0.0.1', {listener.server_port}), 3)"

    assert run(code, tmp_path) is (confinement.without_network() == [])


def test_program_knows_none_of_the_portals_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", SECRET)

    assert run("import os; assert 'SECRET_KEY' not in os.environ", tmp_path)
