"""Small Office documents of the new formats, written part by part: enough for every Office program to open."""

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

from documents.open_document import DECLARATION

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
CONTENT = "application/vnd.openxmlformats-officedocument"
# The same content gives the same bytes, whenever it is made.
DATE = (2026, 1, 5, 9, 0, 0)


def package(parts, types, relations):
    """The bytes of a document: `parts` by path, `types` of content by path, `relations` by the path they start from.

    A relation is (identifier, kind, target); the empty path is the package itself.
    """
    overrides = "".join(
        f'<Override PartName="/{path}" ContentType="{CONTENT}.{kind}+xml"/>' for path, kind in types.items()
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    }
    for path, targets in relations.items():
        folder, _slash, name = path.rpartition("/")
        links = "".join(
            f'<Relationship Id="{identifier}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for identifier, kind, target in targets
        )
        place = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        files[place] = f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in (files | parts).items():
            archive.writestr(zipfile.ZipInfo(path, DATE), DECLARATION + body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def word_paragraph(text, style=""):
    """One paragraph, in a style of `word_document`."""
    chosen = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{chosen}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def word_document(title, lead, sections):
    """A Word document (DOCX): a title, a paragraph, and sections of (heading, paragraphs)."""
    body = [word_paragraph(title, "Title"), word_paragraph(lead)]
    for heading, paragraphs in sections:
        body.append(word_paragraph(heading, "Heading1"))
        body += [word_paragraph(paragraph) for paragraph in paragraphs]
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/><w:sz w:val="22"/>'
        '<w:lang w:val="fr-FR"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="160"/></w:pPr>'
        "</w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>'
        '<w:rPr><w:b/><w:sz w:val="40"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
        '<w:pPr><w:keepNext/><w:spacing w:before="240"/><w:outlineLvl w:val="0"/></w:pPr>'
        '<w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>'
    )
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417"/></w:sectPr>'
    return package(
        {
            "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{"".join(body)}{page}</w:body></w:document>',
            "word/styles.xml": f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>',
        },
        {
            "word/document.xml": "wordprocessingml.document.main",
            "word/styles.xml": "wordprocessingml.styles",
        },
        {
            "": [("rId1", "officeDocument", "word/document.xml")],
            "word/document.xml": [("rId1", "styles", "styles.xml")],
        },
    )


def sheet_cell(column, row, value):
    """One cell: a number, a formula (a text that starts with "="), or a text. The first row is bold."""
    place = f'r="{chr(ord("A") + column)}{row}" s="{1 if row == 1 else 0}"'
    if isinstance(value, int | float):
        return f"<c {place}><v>{value}</v></c>"
    if value.startswith("="):
        return f"<c {place}><f>{escape(value[1:])}</f></c>"
    return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def workbook(name, rows):
    """An Excel workbook (XLSX) of one sheet, whose first row is its head."""
    widths = [max(len(str(row[column])) for row in rows) + 2 for column in range(len(rows[0]))]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, 1)
    )
    lines = "".join(
        f'<row r="{number}">{"".join(sheet_cell(column, number, value) for column, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    )
    font = '<sz val="11"/><name val="Calibri"/>'
    styles = (
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    )
    return package(
        {
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>'
            f'<sheet name={quoteattr(name[:31])} sheetId="1" r:id="rId1"/></sheets>'
            '<calcPr calcId="0" fullCalcOnLoad="1"/></workbook>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><cols>{columns}</cols>'
            f"<sheetData>{lines}</sheetData></worksheet>",
            "xl/styles.xml": f'<styleSheet xmlns="{SHEET}">{styles}</styleSheet>',
        },
        {
            "xl/workbook.xml": "spreadsheetml.sheet.main",
            "xl/worksheets/sheet1.xml": "spreadsheetml.worksheet",
            "xl/styles.xml": "spreadsheetml.styles",
        },
        {
            "": [("rId1", "officeDocument", "xl/workbook.xml")],
            "xl/workbook.xml": [
                ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ("rId2", "styles", "styles.xml"),
            ],
        },
    )


def slide_text(number, name, kind, box, paragraphs, size):
    """One text box of a slide: `box` is (x, y, width, height) in the format's units, `size` in points."""
    x, y, width, height = box
    runs = "".join(
        f'<a:p><a:r><a:rPr lang="fr-FR" sz="{size * 100}"/><a:t>{escape(text)}</a:t></a:r></a:p>'
        for text in paragraphs
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr/><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>{runs}</p:txBody></p:sp>'
    )


def slide_tree(shapes):
    """The shapes of a slide, a layout or a master."""
    return (
        '<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
        f"{shapes}</p:spTree></p:cSld>"
    )


def theme():
    """Colours and fonts, which a presentation must have."""
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'
        for name, value in {
            "dk1": "1A1A1A", "lt1": "FFFFFF", "dk2": "1F3A5F", "lt2": "F2F2F2", "accent1": "1F5FA8",
            "accent2": "B3261E", "accent3": "2E7D32", "accent4": "B26A00", "accent5": "5E35B1",
            "accent6": "00838F", "hlink": "1F5FA8", "folHlink": "5E35B1",
        }.items()
    )  # fmt: skip
    font = '<a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    return (
        f'<a:theme xmlns:a="{DRAWING}" name="Sobre"><a:themeElements><a:clrScheme name="Sobre">{colours}</a:clrScheme>'
        f'<a:fontScheme name="Sobre"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>'
        f'<a:fmtScheme name="Sobre"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{f'<a:ln>{fill}</a:ln>' * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def presentation(slides):
    """A PowerPoint presentation (PPTX): slides of (title, lines)."""
    names = f'xmlns:a="{DRAWING}" xmlns:r="{OFFICE}" xmlns:p="{SLIDES}"'
    colour_map = (
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
        'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
    )
    parts = {
        "ppt/theme/theme1.xml": theme(),
        "ppt/slideMasters/slideMaster1.xml": f"<p:sldMaster {names}>{slide_tree('')}{colour_map}"
        '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>',
        "ppt/slideLayouts/slideLayout1.xml": f"<p:sldLayout {names}>{slide_tree('')}</p:sldLayout>",
    }
    relations = {
        "": [("rId1", "officeDocument", "ppt/presentation.xml")],
        "ppt/presentation.xml": [("rId1", "slideMaster", "slideMasters/slideMaster1.xml")],
        "ppt/slideMasters/slideMaster1.xml": [
            ("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"),
            ("rId2", "theme", "../theme/theme1.xml"),
        ],
        "ppt/slideLayouts/slideLayout1.xml": [("rId1", "slideMaster", "../slideMasters/slideMaster1.xml")],
    }
    types = {
        "ppt/presentation.xml": "presentationml.presentation.main",
        "ppt/slideMasters/slideMaster1.xml": "presentationml.slideMaster",
        "ppt/slideLayouts/slideLayout1.xml": "presentationml.slideLayout",
        "ppt/theme/theme1.xml": "theme",
    }
    listed = ""
    for number, (title, lines) in enumerate(slides, 1):
        shapes = slide_text(2, "Titre", "title", (600000, 400000, 8000000, 1000000), [title], 32)
        shapes += slide_text(3, "Texte", "body", (600000, 1600000, 8000000, 4600000), lines, 20)
        path = f"ppt/slides/slide{number}.xml"
        parts[path] = f"<p:sld {names}>{slide_tree(shapes)}</p:sld>"
        types[path] = "presentationml.slide"
        relations[path] = [("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml")]
        relations["ppt/presentation.xml"].append((f"rId{number + 1}", "slide", f"slides/slide{number}.xml"))
        listed += f'<p:sldId id="{255 + number}" r:id="rId{number + 1}"/>'
    parts["ppt/presentation.xml"] = (
        f'<p:presentation {names}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:sldIdLst>{listed}</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>'
        "</p:presentation>"
    )
    return package(parts, types, relations)
