"""A register in one file: what each format says, who gets it, and its making by the worker."""

import csv
import io
import json
import subprocess
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from documents import conversion
from documents.models import Issued, StoredFile
from privacy import services as registers
from privacy.models import RegisterEntry, RegisterVersion
from requests_app import exports, making
from requests_app.exports import AT_ONCE
from requests_app.models import ExportFormat, RegisterExport
from requests_app.models.proofs import KEPT_FOR, MINUTES_BEFORE_RETRY
from requests_app.services.register import ask_for_export
from tests.factories import requests as stories
from tests.factories.requests import Cast
from tests.pdf import ACCESSIBLE, broken_rules, outline_of, text_of, untold
from ui.folding import folded
from workflow.errors import MovedOn

pytestmark = pytest.mark.django_db

LIST = "/registre/"


def address(file_format):
    return reverse("requests:register_export", args=[file_format])


def exported(actor, file_format, **of):
    """What the worker makes for `actor`, as bytes."""
    issued = exports.make(ask_for_export(actor=actor, file_format=ExportFormat(file_format), **of).pk)
    with issued.file.content.open() as source:
        return source.read()


def table(content):
    """A CSV as a list of rows by their heads."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def add_entries(file, number):
    """More entries of the client's register, all in force, as one row after another."""
    version = file.register_versions.get(entry__kind="controller")
    kept = RegisterEntry.objects.bulk_create(
        RegisterEntry(organisation=file.organisation, kind="controller", name=name, name_key=folded(name))
        for name in (f"Traitement {rank:04d}" for rank in range(number))
    )
    RegisterVersion.objects.bulk_create(
        RegisterVersion(
            entry=entry, number=1, state="in_force", change_request=file, ruling=version.ruling,
            content_sha256=version.content_sha256, content=version.content, drawn_up_at=version.drawn_up_at,
            in_force_at=timezone.now(),
        )
        for entry in kept
    )  # fmt: skip


# What it says


def test_csv_has_a_line_for_each_entry_with_what_article_30_asks_for(cast):
    file = stories.closed(cast)
    registers.adopt(file.register_versions.get(state="awaited"), actor=cast.client_dpo)

    [line] = table(exported(cast.client_dpo, "csv"))

    assert line["Traitement"] == "Registre des traitements"
    assert line["Responsable du traitement"] == cast.organisation.name
    assert cast.client_dpo.email in line["DPO du responsable"]
    assert (line["État de la version"], line["Version"], line["Demande"]) == ("En vigueur", "1", file.number)
    assert line["En vigueur depuis"] == timezone.localdate().isoformat()
    assert line["Cahier des charges (SHA-256)"] == file.versions.get().content_sha256
    assert "Relire ses traitements" in line["b) Finalités du traitement"]
    assert line["e) Transferts hors de l’UE"] == "Transferts : Aucun élément déclaré"


def test_an_entry_speaks_by_its_version_in_force_until_the_next_is_adopted(cast):
    first = stories.closed(cast)
    registers.adopt(first.register_versions.get(state="awaited"), actor=cast.client_dpo)
    stories.closed(cast)

    [line] = table(exported(cast.client_dpo, "csv"))

    assert (line["Version"], line["Demande"]) == ("1", first.number)


def test_a_cell_that_a_table_would_compute_stays_a_text(cast):
    file = stories.closed(cast)
    entry = RegisterEntry.objects.get(kind="controller")
    RegisterEntry.objects.filter(pk=entry.pk).update(name='=HYPERLINK("http://x")')

    [line] = table(exported(cast.client_dpo, "csv"))

    assert line["Traitement"] == '\'=HYPERLINK("http://x")'
    assert line["Demande"] == file.number


def test_json_gives_the_answers_and_the_words(cast):
    file = stories.closed(cast)

    said = json.loads(exported(cast.dpo, "json"))

    assert [(entry["kind"], entry["state"]) for entry in said["entries"]] == [
        ("controller", "À adopter par le client"),
        ("processor", "En vigueur"),
    ]
    client = file.register_versions.get(entry__kind="controller")
    assert said["entries"][0]["content"] == client.content
    assert "b) Finalités du traitement" in said["entries"][0]["article_30"]


def test_ods_is_opened_by_an_office_program_and_holds_the_same(cast, tmp_path):
    stories.closed(cast)
    RegisterEntry.objects.filter(kind="controller").update(name="Accueil & état\x0b <civil>\nde 2ᵉ ligne")
    path = tmp_path / "registre.ods"
    path.write_bytes(exported(cast.dpo, "ods"))

    subprocess.run(
        [conversion.program(), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):59,34,76", "--outdir", tmp_path, path],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    read = table((tmp_path / "registre.csv").read_bytes())
    assert [line["Traitement"] for line in read] == [
        "Accueil & état <civil>\nde 2ᵉ ligne",
        "Registre des traitements",
    ]
    assert "Relire ses traitements" in read[0]["b) Finalités du traitement"]


def test_pdf_is_tagged_and_bears_its_code(cast):
    stories.closed(cast)

    pdf = pikepdf.open(io.BytesIO(exported(cast.client_dpo, "pdf")))

    text = text_of(pdf)
    for said in (
        "Registre des activités de traitement",
        "Registre des traitements",
        "Finalités du traitement",
    ):
        assert said in text
    assert Issued.objects.get().code[:5] in text
    assert {"/H1", "/H2", "/H3", "/TH"} <= set(outline_of(pdf))


def test_pdf_of_several_lots_reads_as_one(cast, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    add_entries(stories.closed(cast), 4)
    told = []
    monkeypatch.setattr(making, "went_on", lambda export, number: told.append(number))

    content = exported(cast.client_dpo, "pdf")

    assert told == [0, 2, 2, 1]
    names = ["Registre des traitements", *(f"Traitement {rank:04d}" for rank in range(4))]
    shown = pypdfium2.PdfDocument(content)
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in shown]
    for rank, page in enumerate(pages, 1):
        assert f"page {rank} sur {len(pages)}" in page
    for rank, name in enumerate(names, 1):
        assert sum(f"{rank}. {name}" in page for page in pages) == 1
    assert [(mark.level, mark.get_title()) for mark in shown.get_toc()] == [
        (0, "Registre des activités de traitement"),
        *((1, name) for name in names),
    ]
    for mark, name in zip(list(shown.get_toc())[1:], names, strict=True):
        assert f". {name}" in pages[mark.get_dest().get_index()]
    assert broken_rules(content, ACCESSIBLE) == []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert untold(pdf) == []
        assert [tag for tag in outline_of(pdf) if tag in ("/H1", "/H2")] == ["/H1", *["/H2"] * len(names)]


def test_an_empty_register_is_handed_over_as_empty(cast):
    for file_format in ExportFormat:
        assert exported(cast.client_dpo, file_format.value)


# Whose it is


def test_a_client_gets_its_own_register_and_the_vendors_dpo_what_it_asks_for(cast):
    other = Cast()
    stories.closed(cast)
    stories.closed(other)
    mine, theirs = cast.organisation.name, other.organisation.name

    def controllers(actor, **of):
        lines = table(exported(actor, "csv", **of))
        return sorted((line["Responsable du traitement"], line["Registre"][:9]) for line in lines)

    assert controllers(cast.client_auditor) == [(mine, "Du client")]
    # Asking for another client's register gives nothing of it.
    assert controllers(cast.client_admin, organisation=other.organisation) == []
    both = [(name, register) for name in (mine, theirs) for register in ("De l’édi", "Du client")]
    assert [name for name, _register in controllers(cast.dpo)] == [name for name, _register in both]
    assert {name for name, _register in controllers(cast.dpo, organisation=other.organisation)} == {theirs}


def test_the_file_is_its_readers_alone_and_the_last_of_its_format_stays(cast, client):
    stories.closed(cast)
    for _time in range(2):
        exported(cast.client_dpo, "csv")

    client.force_login(cast.client_admin)
    assert client.get(address("csv")).status_code == 404
    client.force_login(cast.client_dpo)
    response = client.get(address("csv"))

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content)
    assert StoredFile.objects.filter(name__endswith=".csv").count() == 1


def test_a_format_that_is_none_and_a_client_that_is_none_are_not_there(cast, client):
    client.force_login(cast.dpo)

    assert client.post(address("xls")).status_code == 404
    assert client.post(address("csv"), {"organisation": "ZZZZ"}).status_code == 404
    assert not RegisterExport.objects.exists()


# Its making


def test_the_page_says_that_it_is_being_made_then_offers_it(cast, client):
    stories.closed(cast)
    client.force_login(cast.dpo)
    assert f'formaction="{address("ods")}"' in client.get(LIST).text

    asked = client.post(address("ods"), {"organisation": cast.organisation.code}, follow=True)
    assert "Le registre est en cours de préparation" in asked.text
    again = client.post(address("csv"), follow=True)
    assert "déjà en cours de préparation" in again.text
    assert f'formaction="{address("ods")}"' not in again.text

    exports.make(RegisterExport.objects.get().pk)
    page = client.get(LIST).text
    assert f'href="{address("ods")}"' in page
    assert cast.organisation.name in StoredFile.objects.get(name__endswith=".ods").name


def test_one_is_made_at_a_time(cast):
    ask_for_export(actor=cast.dpo, file_format=ExportFormat.PDF)

    with pytest.raises(MovedOn):
        ask_for_export(actor=cast.dpo, file_format=ExportFormat.CSV)
    ask_for_export(actor=cast.client_dpo, file_format=ExportFormat.CSV)


def test_making_it_twice_makes_one(cast):
    export = ask_for_export(actor=cast.client_dpo, file_format=ExportFormat.CSV)

    assert exports.make(export.pk) is not None
    assert exports.make(export.pk) is None
    assert Issued.objects.count() == 1


def test_progress_is_told_lot_by_lot(cast):
    add_entries(stories.closed(cast), AT_ONCE)
    export = ask_for_export(actor=cast.client_dpo, file_format=ExportFormat.CSV)
    seen = []

    for _line in exports.lines(export, exports.lots(export)):
        kept = RegisterExport.objects.get(pk=export.pk)
        if (kept.done, kept.total) not in seen:
            seen.append((kept.done, kept.total))

    assert seen == [(0, 0), (AT_ONCE, AT_ONCE + 1)]


def test_failure_is_said_tried_again_and_asked_for_anew(cast, client, monkeypatch):
    export = ask_for_export(actor=cast.client_dpo, file_format=ExportFormat.CSV)
    client.force_login(cast.client_dpo)
    with monkeypatch.context() as broken, time_machine.travel(timezone.now(), tick=False) as clock:
        broken.setitem(exports.WRITERS, ExportFormat.CSV, lambda *args: 1 / 0)
        for minutes in (0, *MINUTES_BEFORE_RETRY):
            clock.shift(timedelta(minutes=minutes, seconds=1))
            assert making.due(RegisterExport) == [export.pk]
            exports.make(export.pk)

    assert "n’a pas pu être établi" in client.get(LIST).text
    client.post(address("json"))
    assert exports.make(export.pk).file.name.endswith(".json")


def test_it_goes_after_some_days_and_its_code_stays(cast):
    exported(cast.client_dpo, "csv")

    exports.let_go_of_old()
    assert StoredFile.objects.filter(name__endswith=".csv").exists()
    with time_machine.travel(timezone.now() + KEPT_FOR + timedelta(hours=1)):
        exports.let_go_of_old()

    assert not StoredFile.objects.filter(name__endswith=".csv").exists()
    assert Issued.objects.filter(file=None).count() == 1


@pytest.mark.parametrize("file_format", ["csv", "ods", "json"])
def test_five_hundred_entries_ask_the_database_little(cast, file_format, django_assert_max_num_queries):
    add_entries(stories.closed(cast), 499)
    export = ask_for_export(actor=cast.client_dpo, file_format=ExportFormat(file_format))

    with django_assert_max_num_queries(50):
        assert exports.make(export.pk) is not None
