"""One PDF of several pictures, a page each, as a scanner makes it."""

from io import BytesIO

import pikepdf
from PIL import Image

JPEG_QUALITY = 85
# The long side of a page, in points: that of A4.
LONG_SIDE = 842
CONTENT = "/Figure <</MCID 0>> BDC q {width} 0 0 {height} 0 0 cm /Picture Do Q EMC"


def bind_pictures(pictures, target, *, title, language, words):
    """Write into `target` (a binary file) a PDF of `pictures`, each `(file, turn)`: a Django file, degrees clockwise.

    The pictures must be the portal's own (`documents.models.PreviewPage`). Only their points are taken over, never
    what a camera wrote beside them. `words(number)` is what is read aloud for a page. One is held in memory at a time.
    """
    with pikepdf.new() as pdf:
        figures, numbers = [], []
        document = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Document)
        )
        for number, (file, turn) in enumerate(pictures, 1):
            page = add_page(pdf, file, turn)
            page.StructParents = number - 1
            figure = pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.StructElem,
                    S=pikepdf.Name.Figure,
                    P=document,
                    Pg=page.obj,
                    K=0,
                    Alt=pikepdf.String(words(number)),
                )
            )
            figures.append(figure)
            numbers += [number - 1, pikepdf.Array([figure])]
        document.K = pikepdf.Array(figures)
        tree = pikepdf.Dictionary(
            Type=pikepdf.Name.StructTreeRoot, K=document, ParentTree=pikepdf.Dictionary(Nums=numbers)
        )
        pdf.Root.StructTreeRoot = pdf.make_indirect(tree)
        document.P = pdf.Root.StructTreeRoot
        pdf.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        pdf.Root.Lang = pikepdf.String(language)
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.docinfo["/Title"] = title
        pdf.save(target)


def add_page(pdf, file, turn):
    """Add the page of one picture; returns it."""
    drawn, encoded = points_of(file, turn), BytesIO()
    drawn.save(encoded, "JPEG", quality=JPEG_QUALITY)
    scale = LONG_SIDE / max(drawn.size)
    width, height = (round(side * scale, 2) for side in drawn.size)
    picture = pikepdf.Stream(
        pdf,
        encoded.getvalue(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=drawn.width,
        Height=drawn.height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page = pdf.add_blank_page(page_size=(width, height))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Picture=picture))
    page.Contents = pikepdf.Stream(pdf, CONTENT.format(width=width, height=height).encode())
    return page


def points_of(file, turn):
    """The picture in `file`, turned, on white paper: a new one, so that nothing comes along but its points."""
    with file.open() as opened, Image.open(opened) as drawn:
        paper = Image.new("RGB", drawn.size, "white")
        paper.paste(drawn, mask=drawn.getchannel("A") if "A" in drawn.getbands() else None)
    return paper.rotate(-turn, expand=True)
