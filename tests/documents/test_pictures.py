"""Pictures of papers bound into one PDF: their points alone, in the order and the way up that was asked for."""

from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from documents.pictures import bind_pictures

RED, BLUE = (200, 20, 20), (20, 20, 200)


def half_red(name, size=(600, 400), **options):
    """A picture whose upper half is red and whose lower half is blue."""
    drawn, content = Image.new("RGB", size, BLUE), BytesIO()
    drawn.paste(RED, (0, 0, size[0], size[1] // 2))
    drawn.save(content, name.rpartition(".")[2].upper(), **options)
    return ContentFile(content.getvalue(), name=name)


def bound(*pictures):
    target = BytesIO()
    bind_pictures(pictures, target, title="Bon signé", language="fr", words=lambda number: f"Page {number}")
    return target.getvalue()


def colour(made, page, across, down):
    """The colour at a place of a page, as it is drawn: shares of its width and height."""
    drawn = pypdfium2.PdfDocument(made)[page].render().to_pil()
    red, _green, blue = drawn.getpixel((int(drawn.width * across), int(drawn.height * down)))[:3]
    return RED if red > blue else BLUE


@pytest.mark.parametrize(
    ("turn", "red_at"),
    [(0, (0.5, 0.1)), (90, (0.9, 0.5)), (180, (0.5, 0.9)), (270, (0.1, 0.5))],
)
def test_a_picture_is_turned_clockwise(turn, red_at):
    made = bound((half_red("a.webp"), turn))

    assert colour(made, 0, *red_at) == RED
    assert colour(made, 0, 1 - red_at[0], 1 - red_at[1]) == BLUE
    width, height = pypdfium2.PdfDocument(made)[0].get_size()
    assert (width > height) == (turn in (0, 180))


def test_pages_come_in_the_order_given_each_as_long_as_a4():
    made = bound((half_red("a.webp"), 0), (half_red("b.webp", (400, 600)), 0))

    sizes = [tuple(round(side) for side in page.get_size()) for page in pypdfium2.PdfDocument(made)]
    assert sizes == [(842, 561), (561, 842)]


def test_nothing_of_what_a_camera_writes_beside_a_picture_is_kept():
    exif = Image.Exif()
    exif[0x010F] = "Appareil de M. Dupont"
    exif.get_ifd(0x8825)[0x001D] = "2026:11:27"
    told = half_red("a.jpeg", exif=exif, comment=b"rue de la Gare", xmp=b"<x>Dupont</x>")
    assert b"Dupont" in told.read()
    assert b"rue de la Gare" in told.file.getvalue()

    made = bound((told, 0))

    with pikepdf.open(BytesIO(made)) as pdf:
        picture = pdf.pages[0].Resources.XObject.Picture.read_raw_bytes()
        said = {str(value) for value in pdf.docinfo.values()}
    with Image.open(BytesIO(picture)) as kept:
        assert (dict(kept.getexif()), set(kept.info)) == (
            {},
            {"jfif", "jfif_version", "jfif_unit", "jfif_density"},
        )
    for word in (b"Dupont", b"Gare", b"2026:11:27"):
        assert word not in picture + made
    assert said == {"Bon signé"}


def test_the_pdf_is_tagged_and_each_page_is_read_aloud():
    with pikepdf.open(BytesIO(bound((half_red("a.webp"), 0), (half_red("b.webp"), 90)))) as pdf:
        root = pdf.Root
        figures = list(root.StructTreeRoot.K.K)
        assert [(str(one.S), str(one.Alt)) for one in figures] == [
            ("/Figure", "Page 1"),
            ("/Figure", "Page 2"),
        ]
        assert [one.Pg.objgen for one in figures] == [page.obj.objgen for page in pdf.pages]
        assert (bool(root.MarkInfo.Marked), str(root.Lang)) == (True, "fr")
        parents = list(root.StructTreeRoot.ParentTree.Nums)
        assert [parents[2 * int(page.StructParents) + 1][0].objgen for page in pdf.pages] == [
            one.objgen for one in figures
        ]


def test_a_clear_ground_becomes_white_paper():
    drawn, content = Image.new("RGBA", (40, 40), (0, 0, 0, 0)), BytesIO()
    drawn.save(content, "WEBP", lossless=True)

    made = bound((ContentFile(content.getvalue(), name="a.webp"), 0))

    assert pypdfium2.PdfDocument(made)[0].render().to_pil().getpixel((20, 20))[:3] == (255, 255, 255)
