"""Several PDF files made one, with their tags and bookmarks, and links from the contents of a volume.

All are of `documents.pdf`: how their structures are put together goes by what WeasyPrint and `documents.tagging` write.
"""

import base64
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from PIL import Image

# What a link of the front leads to: the part of this rank.
LINK = "volume:"
JPEG_QUALITY = 80
# What stands on a page beside its text is no part of what is read aloud.
STAMPED = b"Q /Artifact <</Type /Pagination>> BDC q /Stamp Do Q EMC"


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


def bind(front, parts, target):
    """Write into `target` (a binary file) one PDF: the pages at the path `front`, then those of each `Part`.

    Pages are taken over as they are, with their tags. A link of the front to `volume:3` leads to the third part.
    """
    with ExitStack() as opened, pikepdf.open(front) as pdf:
        front_pages, starts = len(pdf.pages), []
        for part in parts:
            starts.append(len(pdf.pages))
            for path in part.paths:
                append(pdf, opened.enter_context(pikepdf.open(path)))
        for page in pdf.pages[:front_pages]:
            lead(pdf, page, starts)
        mark(pdf, parts, starts)
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.save(target)


def join(parts, stamps_for):
    """One PDF, as bytes, of `parts` (PDFs as bytes), each of which goes on where the one before it ends.

    `stamps_for(3)` gives a PDF of three pages, without tags, that say what each of the three shows beside its text: its
    number and how many there are is known once all are there. The bookmarks of the others go below the first's own.
    """
    target = BytesIO()
    with ExitStack() as opened:
        pdf, *others = (opened.enter_context(pikepdf.open(BytesIO(part))) for part in parts)
        with pdf.open_outline() as outline:
            for part in others:
                outline.root[0].children.extend(bookmarks_of(part, len(pdf.pages)))
                append(pdf, part)
        stamps = opened.enter_context(pikepdf.open(BytesIO(stamps_for(len(pdf.pages)))))
        for page, drawn in zip(pdf.pages, stamps.pages, strict=True):
            stamp(pdf, page, drawn)
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def append(pdf, part):
    """Put the pages of `part` behind those of `pdf`, and its tags behind its tags."""
    before = len(pdf.pages)
    tell_apart(part, before)
    pdf.pages.extend(part.pages)
    tree, added = pdf.Root.StructTreeRoot, pdf.copy_foreign(part.Root.StructTreeRoot)
    document, numbers = tree.K[0], tree.ParentTree.Nums
    # Pages and links are numbered from 0 on, each with what it is a part of.
    first = len(numbers) // 2
    for number, tags in enumerate(list(added.ParentTree.Nums)[1::2], start=first):
        numbers.extend([number, tags])
    for page in pdf.pages[before:]:
        page.StructParents += first
        for link in page.get("/Annots", []):
            link.StructParent += first
    for tag in added.K[0].K:
        tag.P = document
        document.K.append(tag)


def tell_apart(part, rank):
    """Give the heads of the tables of `part` names that no other part has, and their cells the same."""
    for tag in part.objects:
        if not isinstance(tag, pikepdf.Dictionary) or tag.get("/S") not in ("/TH", "/TD"):
            continue
        if "/ID" in tag:
            tag.ID = pikepdf.String(f"{rank}-{tag.ID}")
        if "/A" in tag and "/Headers" in tag.A:
            tag.A.Headers = pikepdf.Array(pikepdf.String(f"{rank}-{head}") for head in tag.A.Headers)


def bookmarks_of(part, before):
    """The bookmarks of `part`, whose pages will stand behind `before` others."""
    ranks = {page.objgen: rank for rank, page in enumerate(part.pages, start=before)}

    def moved(mark):
        one = pikepdf.OutlineItem(mark.title, ranks[mark.destination[0].objgen])
        one.children.extend(map(moved, mark.children))
        return one

    with part.open_outline() as outline:
        return list(map(moved, outline.root))


def stamp(pdf, page, drawn):
    """Put on a page of `pdf` what is `drawn` on a page of another."""
    # The pages of a part have their resources in common.
    resources = pikepdf.Dictionary(dict(page.Resources.items()))
    resources.XObject = pikepdf.Dictionary(dict(page.Resources.get("/XObject", {}).items()))
    resources.XObject.Stamp = pdf.copy_foreign(drawn.as_form_xobject())
    page.Resources = resources
    page.contents_add(b"q", prepend=True)
    page.contents_add(STAMPED)


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
        outline.root.clear()
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
