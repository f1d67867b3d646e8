"""Makes pages of a file, as a program of its own, so that a file that breaks it breaks nothing else.

    python -m documents.renderer picture|pdf|text|table SOURCE FOLDER MAX_PAGES SECONDS

It leaves `1.webp`, `1-small.webp`, … and `pages.json` in FOLDER, and knows nothing of the portal: no settings, no
database. What it may use of the machine is bounded by `documents.confinement`.
"""

import csv
import json
import math
import sys
import time
from itertools import islice
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

from documents.errors import Unreadable

PIXELS_PER_POINT = 2
MAX_PAGE_PIXELS = 4_000_000
MAX_PICTURE_PIXELS = 64_000_000
# A sheet of A4 at 200 points an inch.
PICTURE_SIDE = 2340
THUMBNAIL = (160, 200)
MAX_LINES_OF_A_PAGE = 1500
MAX_SIGNS_OF_A_PAGE = 20_000
READ_BYTES = 2**20
LINES = 80
LINE_SIGNS = 1000
ROWS, COLUMNS, CELL_SIGNS = 50, 40, 300
# What neither a database nor a page takes.
UNWANTED = {code: None for code in range(32) if chr(code) not in "\t\n"} | {0xFFFE: None, 0xFFFF: None}


def clean(text):
    """A text without control signs and broken letters, its line ends all alike."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(UNWANTED)
    return text.encode("utf-8", "ignore").decode()


def pages_of_pdf(source):
    """How many pages a PDF has, then (description, picture) of each; raises `Unreadable`."""
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY)
        raise Unreadable("protected" if locked else "unreadable") from error
    document.init_forms()
    yield len(document)
    for page in document:
        yield drawn(page)
        page.close()


def drawn(page):
    """(description, picture) of one page of a PDF."""
    width, height = page.get_size()
    scale = min(PIXELS_PER_POINT, math.sqrt(MAX_PAGE_PIXELS / max(width * height, 1)))
    bitmap = page.render(scale=scale)
    place, text = bitmap.get_posconv(page), page.get_textpage()
    lines = []
    for index in range(min(text.count_rects(), MAX_LINES_OF_A_PAGE)):
        left, bottom, right, top = text.get_rect(index)
        words = clean(text.get_text_bounded(left, bottom, right, top)).strip()
        (x, y), (end, foot) = place.to_bitmap(left, top), place.to_bitmap(right, bottom)
        if words:
            lines.append([min(x, end), min(y, foot), abs(end - x), abs(foot - y), words[:LINE_SIGNS]])
    said = clean(text.get_text_range())[:MAX_SIGNS_OF_A_PAGE]
    return {"text": said, "lines": lines}, bitmap.to_pil()


def pages_of_picture(source):
    """One, then the page of a picture, turned as it was taken and never larger than needed; raises `Unreadable`."""
    try:
        with Image.open(source) as picture:
            if picture.width * picture.height > MAX_PICTURE_PIXELS:
                raise Unreadable("too_large")
            picture.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
            picture = ImageOps.exif_transpose(picture)
            picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
            picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except Image.DecompressionBombError as error:
        raise Unreadable("too_large") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable("unreadable") from error
    yield 1
    yield {}, picture


def text_of(source):
    """(text, whether it is all of it) of the first bytes of a text in whatever encoding it was written."""
    with open(source, "rb") as file:
        head = file.read(READ_BYTES)
        is_whole = not file.read(1)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return clean(head.decode("utf-16", "replace")), is_whole
    try:
        # A letter of several bytes may be cut at the end.
        return clean(head.decode("utf-8-sig", "strict" if is_whole else "ignore")), is_whole
    except UnicodeDecodeError:
        return clean(head.decode("cp1252", "replace")), is_whole


def pages_of_text(source):
    """How many pages of `LINES` lines there are, then each of them; a line too long is folded."""
    text, is_whole = text_of(source)
    lines = [
        line[start : start + LINE_SIGNS]
        for line in text.split("\n")
        for start in range(0, max(len(line), 1), LINE_SIGNS)
    ]
    yield counted(lines, LINES, is_whole)
    for start in range(0, len(lines), LINES):
        yield {"text": "\n".join(lines[start : start + LINES])}, None


def pages_of_table(source):
    """How many pages of `ROWS` rows there are, then each of them, below the first row of all."""
    text, is_whole = text_of(source)
    first = text.partition("\n")[0]
    sign = max(";,\t|", key=first.count)
    csv.field_size_limit(READ_BYTES)
    read = csv.reader(text.split("\n"), delimiter=sign)
    rows = [[cell[:CELL_SIGNS] for cell in row[:COLUMNS]] for row in read if row]
    if not rows:
        raise Unreadable("unreadable")
    head, rows = rows[0], rows[1:]
    yield counted(rows, ROWS, is_whole)
    for start in range(0, max(len(rows), 1), ROWS):
        yield {"rows": [head, *rows[start : start + ROWS]]}, None


def counted(parts, size, is_whole):
    """How many pages of `size` there are; more than any limit when the file goes on beyond what was read."""
    return max(math.ceil(len(parts) / size), 1) if is_whole else sys.maxsize


MAKERS = {
    "picture": pages_of_picture,
    "pdf": pages_of_pdf,
    "text": pages_of_text,
    "table": pages_of_table,
}


def keep(picture, folder, number):
    """Write a page's picture and its thumbnail."""
    picture.save(folder / f"{number}.webp", quality=82, method=2)
    small = picture.copy()
    small.thumbnail(THUMBNAIL)
    small.save(folder / f"{number}-small.webp", quality=75, method=2)


def main(maker, source, folder, max_pages, seconds):
    """Make the pages that there is room and time for, at least one, and say whether there are more."""
    folder, until = Path(folder), time.monotonic() + float(seconds)
    described = []
    try:
        pages = MAKERS[maker](source)
        total = next(pages)
        for number, (description, picture) in enumerate(islice(pages, int(max_pages)), 1):
            if picture is not None:
                description |= {"width": picture.width, "height": picture.height}
                keep(picture, folder, number)
            described.append(description)
            if time.monotonic() > until:
                break
        answer = {"pages": described, "is_partial": total > len(described)}
    except Unreadable as error:
        answer = {"failure": error.failure}
    (folder / "pages.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
