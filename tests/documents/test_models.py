"""What was stored stays what it was."""

import hashlib

import pytest
from django.db import IntegrityError, transaction

from documents.errors import Immutable
from documents.models import StoredFile
from tests.factories.documents import StoredFileFactory

pytestmark = pytest.mark.django_db


def test_stored_file_factory_describes_the_bytes_it_stored():
    stored = StoredFileFactory(pdf=True)

    with stored.content.open() as file:
        body = file.read()
    assert body == b"%PDF-1.7\n%%EOF\n"
    assert (stored.size, stored.sha256) == (len(body), hashlib.sha256(body).hexdigest())


def test_stored_file_key_says_nothing_of_the_file():
    stored = StoredFileFactory(name="licenciement-dupont.pdf")

    folder, key = stored.content.name.split("/")
    assert folder == key[:2]
    assert (len(key), set(key) <= set("0123456789abcdef")) == (32, True)


def test_stored_file_refuses_to_be_saved_again():
    stored = StoredFileFactory()
    stored.name = "autre.txt"

    with pytest.raises(Immutable):
        stored.save()
    with pytest.raises(Immutable):
        stored.save(update_fields=["name"])
    with pytest.raises(Immutable):
        StoredFile(pk=stored.pk, name="autre.txt").save(force_update=True)

    stored.refresh_from_db()
    assert stored.name != "autre.txt"


def test_stored_file_refuses_an_identifier_already_taken():
    stored = StoredFileFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFileFactory(pk=stored.pk)


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(name="autre.txt"),
        lambda rows: rows.bulk_update(list(rows), ["name"]),
        lambda rows: rows.bulk_create(
            list(rows), update_conflicts=True, update_fields=["name"], unique_fields=["id"]
        ),
        lambda rows: rows.update_or_create(pk=rows.get().pk, defaults={"name": "autre.txt"}),
        lambda rows: rows.delete(),
        lambda rows: rows.get().delete(),
    ],
    ids=["update", "bulk_update", "bulk_create", "update_or_create", "delete", "delete one"],
)
def test_stored_files_refuse_every_other_way_to_change(change):
    stored = StoredFileFactory()

    with pytest.raises(Immutable):
        change(StoredFile.objects.filter(pk=stored.pk))

    assert StoredFile.objects.get().name == stored.name


@pytest.mark.parametrize("wrong", [{"size": 0}, {"sha256": "abc"}], ids=["empty", "no fingerprint"])
def test_stored_file_database_refuses_a_row_that_cannot_be_true(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFileFactory(**wrong)


@pytest.mark.parametrize(
    ("media_type", "kind", "opens"),
    [
        ("image/png", "image", True),
        ("image/heic", "image", False),
        ("image/svg+xml", "other", False),
        ("application/pdf", "pdf", True),
        ("application/msword", "word", True),
        ("application/vnd.ms-excel", "excel", True),
        ("application/vnd.ms-powerpoint", "powerpoint", True),
        ("text/csv", "text", True),
        ("text/html", "other", False),
        ("application/zip", "archive", False),
        ("video/mp4", "video", True),
    ],
)
def test_stored_file_kind_and_place_follow_its_type(media_type, kind, opens):
    stored = StoredFileFactory(media_type=media_type)

    assert (stored.kind, stored.opens_in_page) == (kind, opens)
