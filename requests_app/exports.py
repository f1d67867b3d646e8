"""A register in one file: PDF for people, CSV and ODS for tables, JSON for programs."""

from dataclasses import dataclass
from datetime import date

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role, Side
from documents import issuing
from documents.binding import join
from documents.open_document import spreadsheet
from documents.pdf import pdf_of, pdfs_of
from notifications.rendering import reading
from privacy.models import RegisterEntry, RegisterVersion
from privacy.registers import ARTICLE_30, as_texts
from requests_app import making
from requests_app.models import ExportFormat, RegisterExport
from requests_app.models.proofs import KEPT_FOR
from requests_app.papers import Paper
from requests_app.services.proofs import let_go
from requests_app.sheets import csv_text
from ui.formats import day_text

# How many entries are read, and laid out, at once; progress is told after each lot.
AT_ONCE = 50
COLUMNS = {
    "register": gettext_lazy("Register"),
    "controller": gettext_lazy("Controller"),
    "dpo": gettext_lazy("DPO of the controller"),
    "name": gettext_lazy("Processing"),
    "state": gettext_lazy("State of the version"),
    "version": gettext_lazy("Version"),
    "request": gettext_lazy("Request"),
    "ruled_on": gettext_lazy("Ruling validated on"),
    "in_force_since": gettext_lazy("In force since"),
    "content_sha256": gettext_lazy("Specification (SHA-256)"),
}


@dataclass(frozen=True)
class Line:
    """An entry as it is handed over: what identifies it, by the keys of `COLUMNS`, and what it says by heading."""

    entry: RegisterEntry
    version: RegisterVersion
    facts: dict
    said: dict

    @property
    def labelled(self):
        """The facts beside the name, as people read them: pairs of a label and a text."""
        return [
            (label, day_text(self.facts[key]) if isinstance(self.facts[key], date) else self.facts[key])
            for key, label in COLUMNS.items()
            if key != "name"
        ]


def make(pk):
    """Make the export `pk`, as `making.make_one`."""
    return making.make_one(RegisterExport, pk, issue)


def issue(export):
    """Write a register and issue it, in the place of the one before. Returns its `Issued`, or None."""
    with reading(export.language, export.reader.time_zone):
        code = issuing.new_code()
        content = WRITERS[export.file_format](export, lots(export), code)
        made = making.issue(
            export,
            code,
            f"{title_of(export)}.{export.file_format}",
            ContentFile(content),
            ExportFormat(export.file_format).media_type,
            actor=export.reader,
        )
    replace_earlier(export)
    return made


def lots(export):
    """The `Line` of each entry that the reader may see now, as lists of `AT_ONCE` of them."""
    entries = RegisterEntry.objects.visible_to(export.reader)
    if export.organisation_id:
        entries = entries.filter(organisation=export.organisation_id)
    entries = list(entries.for_list().order_by("organisation__name", "kind", "name_key", "pk"))
    dpos = dpos_by_organisation(entries)
    export.done, export.total = 0, len(entries)
    for start in range(0, len(entries), AT_ONCE):
        lot = entries[start : start + AT_ONCE]
        versions = RegisterVersion.objects.select_related("change_request", "ruling").in_bulk(
            [entry.holding.pk for entry in lot]
        )
        yield [
            line_of(entry, versions[entry.holding.pk], dpos.get(entry.organisation_id, [])) for entry in lot
        ]


def lines(export, found):
    """The lines of the lots `found`, telling how far it is."""
    for lot in found:
        yield from lot
        making.went_on(export, len(lot))


def line_of(entry, version, dpos):
    """The `Line` of `entry` in the words of its `version`; `dpos`: the people who are its controller's DPOs."""
    facts = {
        "register": capfirst(entry.get_kind_display()),
        "controller": entry.organisation.name,
        "dpo": "\n".join(f"{person}, {person.email}" for person in dpos),
        "name": entry.name,
        "state": capfirst(version.get_state_display()),
        "version": version.number,
        "request": version.change_request.number,
        "ruled_on": version.ruling.validation_date,
        "in_force_since": timezone.localdate(version.in_force_at) if version.in_force_at else "",
        "content_sha256": version.content_sha256,
    }
    return Line(entry, version, facts, dict(as_texts(entry.kind, version.content)))


def dpos_by_organisation(entries):
    """The active DPOs of the controllers of `entries`, as `{organisation's key: [people]}`."""
    found = {}
    people = User.objects.active().with_role(Role.CLIENT_DPO).order_by("last_name", "pk")
    for person in people.filter(organisation__in={entry.organisation_id for entry in entries}):
        found.setdefault(person.organisation_id, []).append(person)
    return found


def title_of(export):
    """What the file is called, without its extension."""
    return f"{_('Register of processing activities')} {scope_of(export)}"


def scope_of(export):
    """Whose register it is, in words."""
    organisation = export.organisation or export.reader.organisation
    return organisation.name if organisation else _("all clients")


# The four formats: each takes the export, the lots of its lines and its code, tells how far it is and answers bytes.


def as_pdf(export, found, code):
    """The register as a tagged PDF: each lot laid out by itself, since a page takes longer the more there are."""
    side = Side.CLIENT if export.reader.is_client_side else Side.VENDOR
    title = _("Register of processing activities")
    head = {"number": _("Register"), "organisation": scope_of(export), "title": title}

    def page_of(template, **facts):
        return making.page_of(Paper(title, "", side, template, facts), head, code)

    def margins_of(count):
        return pdf_of(page_of("documents/register_margins.html", pages=range(count)), tagged=False)

    found, made = list(found) or [[]], []
    pages = [
        page_of("documents/register.html", lines=lot, before=rank * AT_ONCE) for rank, lot in enumerate(found)
    ]
    making.went_on(export, 0)
    for lot, content in zip(found, pdfs_of(pages), strict=True):
        made.append(content)
        making.went_on(export, len(lot))
    return join(made, margins_of)


def as_csv(export, found, code):
    """The register as a table in text."""
    return csv_text(rows_of(list(lines(export, found)))).encode()


def as_ods(export, found, code):
    """The register as a spreadsheet; its cells are texts, which no program computes."""
    return spreadsheet(_("Register"), rows_of(list(lines(export, found))))


def as_json_file(export, found, code):
    """The register for programs: each entry with what it says, in the words of the article and as it was answered."""
    entries = [
        {**line.facts, "kind": line.entry.kind, "article_30": line.said, "content": line.version.content}
        for line in lines(export, found)
    ]
    said = {"register": title_of(export), "code": issuing.shown(code), "made_at": timezone.now()}
    return making.as_json({**said, "entries": entries})


WRITERS = {
    ExportFormat.PDF: as_pdf,
    ExportFormat.CSV: as_csv,
    ExportFormat.ODS: as_ods,
    ExportFormat.JSON: as_json_file,
}


def rows_of(found):
    """A row of heads, then a row for each line; of the headings of art. 30, those of the registers that are there."""
    kinds = {line.entry.kind for line in found}
    labels = [str(heading.label) for kind in ARTICLE_30 if kind in kinds for heading in ARTICLE_30[kind]]
    heads = [*map(str, COLUMNS.values()), *labels]
    return [
        heads,
        *([*line.facts.values(), *(line.said.get(label, "") for label in labels)] for line in found),
    ]


def replace_earlier(export):
    """Let go of what was made before for the same reader in the same format."""
    same = RegisterExport.objects.filter(reader=export.reader, file_format=export.file_format)
    let_go(same.exclude(pk=export.pk))


def let_go_of_old():
    """Remove the exports that were kept long enough; their codes stay answered for."""
    let_go(RegisterExport.objects.filter(issued__issued_at__lt=timezone.now() - KEPT_FOR))
