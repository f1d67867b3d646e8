"""PDFs: what is written into them, and that nothing else gets in."""

import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pikepdf
import pypdfium2
import pytest
from django.template.loader import render_to_string

from documents.pdf import Forbidden, LockedFetcher, pdf_of
from tests.pdf import ACCESSIBLE, ARCHIVE, broken_rules, untold

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


def laid_out(body):
    """The pages of a body under our own sheet, as a program shows them."""
    html = PAGE % (f"<style>{render_to_string('documents/document.css')}</style>", body)
    return pypdfium2.PdfDocument(pdf_of(html))


def test_last_part_of_a_paper_never_stands_alone_on_a_page():
    rows = "".join(f"<tr><th>Ligne {rank}</th></tr>" for rank in range(3))
    last = f'<h2>Devis</h2><table><tbody>{rows}</tbody></table><div class="keep"><h2>Empreintes</h2><p>e3b0c442</p></div>'
    ends = []

    for lines in range(20, 30):
        shown = laid_out("<p>Une ligne.</p>" * lines + last)
        ends.append(shown[len(shown) - 1].get_textpage().get_text_range())

    assert all("Empreintes" in end and "Ligne 2" in end for end in ends)


@pytest.mark.parametrize(
    "name", ["note.txt", "x" * 120 + ".pdf", "un nom de document qui n’en finit pas " * 4]
)
def test_no_sign_of_a_fingerprint_is_lost_beside_a_long_name(name):
    facts = {"documents": [{"name": name, "sha256": "0123456789abcdef" * 4}], "caption": "Pièces jointes"}

    shown = laid_out(render_to_string("documents/_files.html", facts))

    words = shown[0].get_textpage()
    start = words.get_text_range().index("0123456789")
    right_edge = max(words.get_charbox(at)[2] for at in range(start, start + 64))
    assert right_edge <= shown[0].get_width() - 20 / 25.4 * 72 + 1


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


RICH = """<!doctype html><html lang="fr"><head><title>Titre</title><style>
.head { position: running(head) } @page { @top-left { content: element(head) } }</style></head><body>
<p class="head">Courante</p><h1>Titre</h1>
<dl><div><dt>Version</dt><dd>1</dd></div><div><dt>Par</dt><dd>Ana</dd></div></dl>
<ul><li>un<ul><li>dedans</li></ul></li></ul>
<p><a href="https://exemple.fr/">lien</a> <img alt="Carré" style="width: 20mm; height: 10mm" src="data:image/svg+xml,
%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 2 1%22%3E%3Cpath d=%22M0 0h2v1H0z%22/%3E%3C/svg%3E"></p>
<table><thead><tr><th scope="col">Poste</th><th scope="col">Montant</th></tr></thead>
<tbody><tr><th scope="row">Étude</th><td>12</td></tr></tbody></table></body></html>"""


def tagged_as(pdf, name):
    """The tags of a name, in the order in which they were written."""
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == name]


def test_validator_finds_nothing_wrong_in_what_we_write_and_would_find_it():
    archive = pdf_of(RICH, archive=True, embedded=[("manifest.json", b"{}", "SHA-256")])

    assert broken_rules(pdf_of(RICH), ACCESSIBLE) == []
    assert broken_rules(archive, ACCESSIBLE, ARCHIVE) == []
    assert broken_rules(pdf_of(RICH, tagged=False), ACCESSIBLE) != []
    assert broken_rules(pdf_of(RICH), ARCHIVE) != []


def test_terms_heads_and_pictures_say_what_they_are_to_those_who_listen():
    with pikepdf.open(io.BytesIO(pdf_of(RICH))) as pdf:
        terms, *_others = tagged_as(pdf, "/L")
        assert [[str(part.S) for part in item.K] for item in terms.K] == [["/Lbl", "/LBody"]] * 2
        heads = [str(head.A.Scope) for head in tagged_as(pdf, "/TH")]
        assert heads == ["/Column", "/Column", "/Row"]
        [picture] = tagged_as(pdf, "/Figure")
        left, bottom, right, top = map(float, picture.A.BBox)
        assert (round(right - left), round(top - bottom)) == (57, 28)
        assert all(0 < low < high < 842 for low, high in ((left, right), (bottom, top)))
        [link] = pdf.pages[0].Annots
        assert (str(link.Contents), int(link.F), str(pdf.pages[0].Tabs)) == ("https://exemple.fr/", 4, "/S")


def test_what_stands_in_the_margins_is_not_read_aloud():
    with pikepdf.open(io.BytesIO(pdf_of(RICH))) as pdf:
        marks = [
            (str(operands[0]), operands[1])
            for operands, operator in pikepdf.parse_content_stream(pdf.pages[0])
            if str(operator) == "BDC"
        ]
        assert [str(facts.Type) for name, facts in marks if name == "/Artifact"] == ["/Pagination"]
        assert untold(pdf) == []
        everything = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        assert all("/P" in one for one in everything if one.get("/Type") == "/StructElem")
