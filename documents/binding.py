"""Several PDF files bound into one, with bookmarks, and links from its contents."""

import base64
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from PIL import Image

# What a link of the front leads to: the part of this rank.
LINK = "volume:"
JPEG_QUALITY = 80


@dataclass(frozen=True)
class Part:
    """Pages that belong together: the heading they stand under, their own title, the paths of their PDF files."""

    heading: str
    title: str
    paths: tuple


def pages_in(path):
    """How many pages the PDF at `path` has."""
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def bind(front, parts, target, *, title, language):
    """Write into `target` (a binary file) one PDF: the pages at the path `front`, then those of each `Part`.

    Pages are taken over as they are. A link of the front to `volume:3` leads to the third part. The tags of the parts
    are not taken over: what is bound is no PDF/UA any more, whatever its parts were.
    """
    with ExitStack() as opened, pikepdf.new() as pdf:

        def add(path):
            part = opened.enter_context(pikepdf.open(path))
            pdf.pages.extend(part.pages)

        add(front)
        front_pages, starts = len(pdf.pages), []
        for part in parts:
            starts.append(len(pdf.pages))
            for path in part.paths:
                add(path)
        for page in pdf.pages:
            if "/StructParents" in page:
                del page["/StructParents"]
        for page in pdf.pages[:front_pages]:
            lead(pdf, page, starts)
        mark(pdf, parts, starts)
        pdf.Root.Lang = pikepdf.String(language)
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.docinfo["/Title"] = title
        pdf.save(target)


def lead(pdf, page, starts):
    """Have the links of a page of the front lead to the first pages of the parts."""
    for link in page.get("/Annots", []):
        address = str(link.get("/A", {}).get("/URI", ""))
        if address.startswith(LINK):
            del link["/A"]
            start = starts[int(address.removeprefix(LINK)) - 1]
            link.Dest = pikepdf.Array([pdf.pages[start].obj, pikepdf.Name.Fit])


def mark(pdf, parts, starts):
    """Make the bookmarks: headings, and the parts under them."""
    with pdf.open_outline() as outline:
        heading = None
        for part, start in zip(parts, starts, strict=True):
            if heading is None or heading.title != part.heading:
                heading = pikepdf.OutlineItem(part.heading, start)
                outline.root.append(heading)
            heading.children.append(pikepdf.OutlineItem(part.title, start))


def as_jpeg(picture):
    """A picture of a page (a Django file) as a `data:` address that a PDF takes over as it is."""
    with picture.open() as file, Image.open(file) as drawn:
        paper = Image.new("RGB", drawn.size, "white")
        paper.paste(drawn, mask=drawn.getchannel("A") if "A" in drawn.getbands() else None)
    content = BytesIO()
    paper.save(content, "JPEG", quality=JPEG_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"
