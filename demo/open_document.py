"""Small OpenDocument files for the demo; `documents.open_document` packs them."""

from xml.sax.saxutils import escape

from documents.open_document import package

CLEAR = (
    '<style:style style:name="clear" style:family="graphic">'
    '<style:graphic-properties draw:fill="none" draw:stroke="none"/></style:style>'
)
BOLD = (
    '<office:automatic-styles><style:style style:name="bold" style:family="{family}">'
    '<style:text-properties fo:font-weight="bold" fo:font-size="18pt"/></style:style>{more}</office:automatic-styles>'
)


def text_document(title, lead, sections):
    """A text (ODT): a title, a paragraph, and sections of (heading, paragraphs)."""
    body = [f'<text:p text:style-name="bold">{escape(title)}</text:p><text:p>{escape(lead)}</text:p>']
    for heading, paragraphs in sections:
        body.append(f'<text:h text:outline-level="1">{escape(heading)}</text:h>')
        body += [f"<text:p>{escape(paragraph)}</text:p>" for paragraph in paragraphs]
    return package("text", "".join(body), BOLD.format(family="paragraph", more=""))


def presentation(slides):
    """A presentation (ODP) of slides of (title, lines)."""
    pages = "".join(
        f'<draw:page draw:name="{number}">'
        '<draw:frame draw:style-name="clear" svg:x="2cm" svg:y="2cm" svg:width="22cm" svg:height="3cm"><draw:text-box>'
        f'<text:p><text:span text:style-name="bold">{escape(title)}</text:span></text:p>'
        '</draw:text-box></draw:frame><draw:frame draw:style-name="clear" svg:x="2cm" svg:y="6cm" svg:width="22cm" svg:height="9cm">'
        f"<draw:text-box>{''.join(f'<text:p>{escape(line)}</text:p>' for line in lines)}</draw:text-box>"
        "</draw:frame></draw:page>"
        for number, (title, lines) in enumerate(slides, 1)
    )
    return package("presentation", pages, BOLD.format(family="text", more=CLEAR))
