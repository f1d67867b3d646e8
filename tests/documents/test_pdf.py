"""PDFs: what is written into them, and that nothing else gets in."""

import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pikepdf
import pytest
from django.template.loader import render_to_string

from documents.pdf import Forbidden, LockedFetcher, pdf_of

SECRET = "mot-de-passe-du-serveur"
PAGE = """<!doctype html><html lang="fr"><head><title>Titre</title>%s</head><body><h1>Titre</h1>%s</body></html>"""


class Listening(HTTPServer):
    """A server of this machine that remembers whether anybody called."""

    def __init__(self):
        self.calls = []
        super().__init__(("127.0.0.1", 0), Answer)

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}/"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.calls.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words):
        """Nothing to say."""


@pytest.fixture
def server():
    server = Listening()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def secret(tmp_path):
    """A file that only the server's own account should read."""
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def test_sheet_of_the_documents_says_nothing_that_is_ignored(caplog):
    with caplog.at_level("WARNING", "weasyprint"):
        pdf_of(PAGE % (f"<style>{render_to_string('documents/document.css')}</style>", ""))

    assert caplog.messages == []


def everything_in(pdf):
    """Every stream of a PDF, unpacked, as one lot of bytes."""
    streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
    return b"".join(one.read_bytes() for one in streams if one.get("/Subtype") != "/Image")


HEADS = (
    '<link rel="attachment" href="{}">',
    '<link rel="stylesheet" href="{}">',
    '<style>@import "{}";</style>',
    '<style>@font-face {{ font-family: X; src: url("{}") }} h1 {{ font-family: X }}</style>',
    '<style>h1 {{ background: url("{}"); content: url("{}") }}</style>',
    '<base href="{}">',
)
BODIES = (
    '<img src="{}">',
    '<object data="{}"></object>',
    '<embed src="{}">',
    '<a rel="attachment" href="{}">x</a>',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{}" width="9" height="9"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><use href="{}#a"/></svg>',
    '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22%3E'
    '%3Cimage href=%22{}%22 width=%229%22 height=%229%22/%3E%3C/svg%3E">',
)


def test_text_that_asks_for_files_and_addresses_gets_neither(server, secret):
    wanted = (secret.as_uri(), str(secret), server.address, "//" + server.address.split("//")[1])
    html = PAGE % (
        "".join(head.replace("{}", one) for head in HEADS[:-1] for one in wanted),
        "".join(body.replace("{}", one) for body in BODIES for one in wanted),
    )

    made = pdf_of(html.replace("{{", "{").replace("}}", "}"))

    assert server.calls == []
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert list(pdf.attachments) == []
        assert SECRET.encode() not in everything_in(pdf)


@pytest.mark.parametrize("base", ["file:///", "http://127.0.0.1:9/"])
def test_base_of_the_text_opens_nothing_either(base, secret):
    html = PAGE % (
        f'<base href="{base}">',
        f'<img src="{str(secret)[1:]}"><a rel="attachment" href="{secret}">x</a>',
    )

    with pikepdf.open(io.BytesIO(pdf_of(html))) as pdf:
        assert list(pdf.attachments) == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://example.org/a.css",
        "ftp://127.0.0.1/",
        "app:fonts/../css/tokens.css",
        "app:fonts/..%2finter.woff2",
        "app:js/menu.js",
        "app:fonts/none.woff2",
        "app:/etc/passwd",
        "APP:fonts/inter.woff2",
    ],
)
def test_fetcher_refuses_what_is_not_ours(url):
    with pytest.raises(Forbidden):
        LockedFetcher().fetch(url)


def test_fetcher_gives_our_fonts_and_what_is_written_in_the_page():
    fetcher = LockedFetcher()

    assert fetcher.fetch("app:fonts/inter.woff2").read(4) == bytes([0, 1, 0, 0])
    assert fetcher.fetch("data:text/plain,a").read() == b"a"


def test_pdf_is_tagged_and_says_its_language_and_title():
    with pikepdf.open(io.BytesIO(pdf_of(PAGE % ("", "<p>Texte</p>")))) as pdf:
        assert (str(pdf.Root.Lang), bool(pdf.Root.MarkInfo.Marked)) == ("fr", True)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Titre"


def test_archive_is_tagged_and_carries_its_files():
    made = pdf_of(
        PAGE % ("", "<p>Texte</p>"), archive=True, embedded=[("manifeste.json", b"{}", "Manifeste")]
    )

    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()} == {
            "manifeste.json": b"{}"
        }
        assert str(pdf.Root.AF[0].AFRelationship) == "/Data"
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
