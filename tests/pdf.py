"""Reading a PDF back, as a program would that speaks it aloud."""

import re

import pikepdf


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
