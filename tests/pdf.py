"""Reading a PDF back, as a program would that speaks it aloud."""

import re

import pikepdf
from page import validate_pdf_bytes

ACCESSIBLE, ARCHIVE = "ua1", "3a"


def broken_rules(content, *standards):
    """What an independent validator finds wrong in a PDF (bytes), under each of `standards`, as a list."""
    return [
        f"{standard} {failure.rule_id}: {failure.message}"
        for standard in standards
        for failure in validate_pdf_bytes(content, profile=standard).failures
    ]


def outline_of(pdf):
    """Every structure tag of the document, in reading order."""
    return list(_tags(pdf.Root.StructTreeRoot))


def _tags(element):
    if not isinstance(element, pikepdf.Dictionary | pikepdf.Array):
        return
    if isinstance(element, pikepdf.Array):
        for one in element:
            yield from _tags(one)
        return
    if "/S" in element:
        yield str(element.S)
    if "/K" in element:
        yield from _tags(element.K)


def untold(pdf):
    """What is wrong with the tags of the document, as a list: text that no tag holds, tags and names that lead nowhere."""
    tree = pdf.Root.StructTreeRoot
    numbers = list(tree.ParentTree.Nums)
    holders = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    wrong, names, asked = [], [], set()
    if sorted(holders) != list(range(len(holders))):
        wrong.append("numbers of pages and links")
    for rank, page in enumerate(pdf.pages, 1):
        for number in _marked(page):
            holder = holders[page.StructParents][number]
            if number not in [one for one in holder.K if isinstance(one, int)] or holder.Pg != page.obj:
                wrong.append(f"text {number} of page {rank}")
            if _root_of(holder) != tree:
                wrong.append(f"tag of text {number} of page {rank}")
        for link in page.get("/Annots", []):
            held = [one for one in holders[link.StructParent].K if isinstance(one, pikepdf.Dictionary)]
            if link.objgen not in [one.Obj.objgen for one in held if "/Obj" in one]:
                wrong.append(f"link of page {rank}")
    for tag in pdf.objects:
        if isinstance(tag, pikepdf.Dictionary) and tag.get("/S") in ("/TH", "/TD"):
            names += [str(tag.ID)] if "/ID" in tag else []
            asked |= set(map(str, tag.get("/A", {}).get("/Headers", [])))
    if len(names) != len(set(names)) or not asked <= set(names):
        wrong.append("heads of tables")
    return wrong


def _marked(page):
    """The numbers of the stretches of a page that are tagged."""
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "BDC" and "/MCID" in operands[1]:
            yield int(operands[1].MCID)


def _root_of(tag):
    while "/P" in tag:
        tag = tag.P
    return tag


def text_of(pdf):
    """The text of all pages, by the fonts' own tables of letters; lines are not kept apart."""
    return "".join(_text_of(page) for page in pdf.pages)


def _text_of(page):
    fonts = {name: _letters(font) for name, font in page.Resources.Font.items()}
    text, letters = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            letters = fonts[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    glyphs = bytes(part).hex().upper()
                    text += [letters.get(glyphs[at : at + 4], "") for at in range(0, len(glyphs), 4)]
    return "".join(text)


def _letters(font):
    """What each glyph of a font stands for."""
    table = font.ToUnicode.read_bytes().decode("latin-1")
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", table)
    return {glyph.upper(): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}
