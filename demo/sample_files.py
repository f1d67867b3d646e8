"""Small real documents of each kind, in French, for the demo data and the tests.

Each function returns (name, bytes), and takes another subject where the demo needs one. The old Office formats
are made by no library, so `demo/files/` holds them: LibreOffice saved them from the new ones made here
(`soffice --headless --convert-to doc`, `xls`, `ppt`, with EnablePowerPointPreview off: the preview weighs 600 kB).
"""

import io
from importlib.util import find_spec
from pathlib import Path

from django.template.loader import render_to_string
from PIL import Image, ImageDraw, ImageFont
from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher

from demo import open_document
from demo.open_xml import presentation, word_document, workbook
from documents.open_document import spreadsheet

FILES = Path(__file__).resolve().parent / "files"

NEED = "Export des absences vers le logiciel de paie"
NEED_LEAD = (
    "Chaque mois, le service des ressources humaines recopie à la main environ 340 absences du portail agent "
    "vers le logiciel de paie. Nous demandons un export que le logiciel de paie sait relire."
)
NEED_SECTIONS = [
    (
        "Situation actuelle",
        [
            "La saisie occupe deux personnes pendant une journée et demie, entre le 20 et le 22 du mois.",
            "En février, onze erreurs de recopie ont conduit à des régularisations sur la paie de mars.",
        ],
    ),
    (
        "Ce qui est attendu",
        [
            "Un bouton « Exporter » sur l’écran des absences, réservé au profil « Gestionnaire paie ».",
            "Un fichier CSV par établissement : matricule, motif, date de début, date de fin, nombre de jours.",
            "Les absences déjà exportées ne ressortent pas, sauf si l’on coche « Tout reprendre ».",
        ],
    ),
    (
        "Critères de réception",
        [
            "L’export de mars 2026 est relu sans rejet par le logiciel de paie.",
            "Un agent sans le profil ne voit pas le bouton.",
        ],
    ),
]
QUOTE = "Devis D-2026-017"
QUOTE_LEAD = "Valable trois mois. Montants hors taxes en euros, TVA à 20 %."
QUOTE_ROWS = [
    ["Prestation", "Jours", "Prix du jour", "Montant HT"],
    ["Analyse et maquette de l’écran", "1,5", "780,00", "1 170,00"],
    ["Développement de l’export", "4,0", "780,00", "3 120,00"],
    ["Tests et mise en qualification", "1,5", "780,00", "1 170,00"],
    ["Total", "7,0", "", "5 460,00"],
]
ABSENCES = [
    ["Matricule", "Motif", "Du", "Au", "Jours"],
    ["A1042", "Congé annuel", "02/03/2026", "06/03/2026", 5],
    ["A1077", "Maladie ordinaire", "09/03/2026", "11/03/2026", 3],
    ["B0310", "Formation", "12/03/2026", "13/03/2026", 2],
    ["B0415", "Congé annuel", "16/03/2026", "27/03/2026", 10],
    ["Total", "", "", "", "=SUM(E2:E5)"],
]
SLIDES = [
    ("Export des absences", ["Présentation au comité du 14 avril 2026", "Service des ressources humaines"]),
    ("Pourquoi", ["340 absences recopiées à la main chaque mois", "Onze erreurs en février 2026"]),
    (
        "Ce que nous demandons",
        ["Un export par établissement", "Un profil « Gestionnaire paie »", "Pour la paie de juin"],
    ),
]
SCREEN = [
    "Matricule   A1042",
    "Motif   Congé annuel",
    "Du 02/03/2026 au 06/03/2026",
    "Erreur : 5 jours attendus, 4 calculés",
]
SHEET = """
@page { size: A4; margin: 25mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 9pt } }
body { font: 11pt/1.45 Inter, "DejaVu Sans", sans-serif; color: #1a1a1a }
h1 { font-size: 20pt } h2 { font-size: 13pt; break-after: avoid } .lead { color: #444 }
table { border-collapse: collapse; inline-size: 100%; margin-block-start: 8mm }
th, td { border-block-end: .5pt solid #999; padding: 2mm; text-align: start }
th:nth-child(n + 2), td:nth-child(n + 2) { text-align: end }
"""


class NothingFromElsewhere(URLFetcher):
    """A sample needs no file and no address, so none is read."""

    def fetch(self, url, headers=None):
        """Refuse every address."""
        raise ValueError(f"a sample asked for {url}")


def letters(size):
    """The pages' font, which is in the installed packages."""
    file = Path(find_spec("fontpkg_inter").origin).parent / "files" / "Inter[opsz,wght].ttf"
    return ImageFont.truetype(str(file), size)


def drawing(title, lines, *, width=1000, height=620):
    """A picture of a small window: a title bar and lines of text."""
    picture = Image.new("RGB", (width, height), "#e9edf2")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((40, 40, width - 40, height - 40), 14, fill="white", outline="#9aa5b1", width=2)
    draw.rounded_rectangle((40, 40, width - 40, 112), 14, fill="#1f3a5f")
    draw.rectangle((40, 90, width - 40, 112), fill="#1f3a5f")
    draw.text((70, 60), title, font=letters(30), fill="white")
    for number, line in enumerate(lines):
        top = 150 + number * 95
        draw.rounded_rectangle((70, top, width - 70, top + 70), 8, outline="#c3ccd6", width=2)
        draw.text((92, top + 18), line, font=letters(28), fill="#1a1a1a")
    return picture


def saved(picture, kind, **options):
    """The bytes of a picture in a format of Pillow."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def png(title="Gestion des absences", lines=SCREEN, name="capture-ecran-absences.png"):
    """A picture of a screen with an error (PNG)."""
    return name, saved(drawing(title, lines), "PNG", optimize=True)


def jpg(title="Fiche d’absence", lines=SCREEN[:3], name="photo-fiche-absence.jpg"):
    """A picture as a telephone takes it of a screen, a little askew (JPEG)."""
    picture = drawing(title, lines).rotate(
        2.5, expand=True, fillcolor="#77706a", resample=Image.Resampling.BICUBIC
    )
    return name, saved(picture, "JPEG", quality=78)


def pdf(title=QUOTE, lead=QUOTE_LEAD, sections=(), rows=QUOTE_ROWS, name="devis-D-2026-017.pdf"):
    """A printed document (PDF): a quote, unless told otherwise."""
    page = render_to_string(
        "demo/sample.html", {"title": title, "lead": lead, "sections": sections, "rows": rows}
    )
    return name, HTML(string=page, url_fetcher=NothingFromElsewhere()).write_pdf(
        stylesheets=[CSS(string=SHEET)]
    )


def docx(title=NEED, lead=NEED_LEAD, sections=NEED_SECTIONS, name="expression-de-besoin.docx"):
    """A description of a need (Word)."""
    return name, word_document(title, lead, sections)


def xlsx(sheet="Absences de mars", rows=ABSENCES, name="absences-mars-2026.xlsx"):
    """A table of absences (Excel)."""
    return name, workbook(sheet, rows)


def pptx(slides=SLIDES, name="presentation-comite.pptx"):
    """A presentation to a committee (PowerPoint)."""
    return name, presentation(slides)


def doc(name="expression-de-besoin.doc"):
    """The same need, saved by an old Word."""
    return name, (FILES / "expression-de-besoin.doc").read_bytes()


def xls(name="absences-mars-2026.xls"):
    """The same table, saved by an old Excel."""
    return name, (FILES / "absences-mars-2026.xls").read_bytes()


def ppt(name="presentation-comite.ppt"):
    """The same presentation, saved by an old PowerPoint."""
    return name, (FILES / "presentation-comite.ppt").read_bytes()


def odt(title=NEED, lead=NEED_LEAD, sections=NEED_SECTIONS, name="expression-de-besoin.odt"):
    """The same need, as LibreOffice keeps it (ODT)."""
    return name, open_document.text_document(title, lead, sections)


def ods(sheet="Absences de mars", rows=ABSENCES[:-1], name="absences-mars-2026.ods"):
    """The same table, as LibreOffice keeps it (ODS)."""
    return name, spreadsheet(sheet, rows)


def odp(slides=SLIDES, name="presentation-comite.odp"):
    """The same presentation, as LibreOffice keeps it (ODP)."""
    return name, open_document.presentation(slides)


def csv(rows=ABSENCES[:-1], name="absences-mars-2026.csv"):
    """The same table as the other programs exchange it (CSV)."""
    return name, "".join(";".join(map(str, row)) + "\r\n" for row in rows).encode("utf-8-sig")


def txt(lines=(NEED_LEAD,), name="note-de-reunion.txt"):
    """A note (text)."""
    return name, "".join(f"{line}\n" for line in lines).encode()


ALL = (png, jpg, pdf, docx, xlsx, pptx, doc, xls, ppt, odt, ods, odp, csv, txt)
