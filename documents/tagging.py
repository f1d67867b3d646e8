"""What WeasyPrint leaves unsaid of the tags of a PDF, said before it is written."""

import pydyf

# Pixels of a page's layout, from its top, into points of a PDF, from its bottom.
POINTS = 0.75
PRINTED = 4
MARGIN = pydyf.Dictionary({"Type": "/Pagination"})
# An archive may only bear a mark of accessibility that it also describes.
ACCESSIBLE_TOO = (
    b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />'
    b'<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def complete(document, pdf):
    """Complete the tags of `pdf` (a `pydyf.PDF` of the WeasyPrint `document`): the finisher of a tagged one."""
    tags = {one.reference: one for one in pdf.objects if _is(one, "/StructElem")}
    for tag in tags.values():
        if tag["S"] == "/L":
            _pair_terms(tag, tags)
        elif tag["S"] == "/TH":
            _say_scope(tag, tags)
        elif tag["S"] == "/Figure":
            _place(tag, pdf)
    _leave_margins_out(pdf, tags)
    for one in pdf.objects:
        if _is(one, "/Annot"):
            one["F"] = PRINTED
    # Programs that know nothing of PDF look for it in the open.
    _at(pdf, pdf.catalog["Metadata"]).compress = False


def complete_archive(document, pdf):
    """The same for an archive, which says of itself too that it is accessible."""
    complete(document, pdf)
    metadata = _at(pdf, pdf.catalog["Metadata"])
    metadata.stream = [
        part.replace(b"</rdf:RDF>", ACCESSIBLE_TOO + b"</rdf:RDF>") for part in metadata.stream
    ]


def _is(one, kind):
    return isinstance(one, dict) and one.get("Type") == kind


def _at(pdf, reference):
    return pdf.objects[int(reference.split()[0])]


def _kids(tag, tags):
    """The tags right below one, without the text that it holds itself."""
    return [tags[kid] for kid in tag["K"] if kid in tags]


def _pair_terms(items, tags):
    """A list of terms: each group of a term and what is said of it is one item, with its label and its body."""
    for group in _kids(items, tags):
        if group["S"] != "/Div":
            continue
        group["S"] = "/LI"
        for rank, part in enumerate(_kids(group, tags)):
            part["S"] = "/LBody" if rank else "/Lbl"
            for body in _kids(part, tags):
                body["S"] = "/NonStruct"


def _say_scope(head, tags):
    """What a head of a table is the head of: its column in the head of the table, its row elsewhere."""
    row = tags[head["P"]]
    head["A"]["Scope"] = "/Column" if tags[row["P"]]["S"] == "/THead" else "/Row"


def _place(figure, pdf):
    """Where a picture is, as a PDF measures."""
    _left, _bottom, _right, top = _at(pdf, figure["Pg"])["MediaBox"]
    x1, y1, x2, y2 = figure["A"]["BBox"]
    figure["A"]["BBox"] = pydyf.Array((x1 * POINTS, top - y2 * POINTS, x2 * POINTS, top - y1 * POINTS))


def _leave_margins_out(pdf, tags):
    """What stands in the margins of each page is no part of what is read aloud, nor a tag that nothing leads to."""
    tree = _at(pdf, pdf.catalog["StructTreeRoot"])
    reached, waiting = set(), list(tree["K"])
    while waiting:
        reference = waiting.pop()
        reached.add(reference)
        waiting += [kid for kid in tags[reference]["K"] if kid in tags]
    holders = _at(pdf, tree["ParentTree"])["Nums"]
    for number, page in enumerate(pdf.page_references):
        held = holders[2 * number + 1]
        lost = {rank for rank, reference in enumerate(held) if reference not in reached}
        stream = _at(pdf, _at(pdf, page)["Contents"]).stream
        for at, part in enumerate(stream):
            if isinstance(part, dict) and part.get("MCID") in lost:
                stream[at - 1 : at + 1] = ["/Artifact", MARGIN]
        for rank in lost:
            held[rank] = "null"
    for reference, tag in tags.items():
        if reference not in reached:
            tag.clear()
