"""Files are taken in whole or not at all."""

import hashlib
import os
import shutil
import subprocess
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.management import call_command
from django.core.signals import request_finished
from django.db import transaction
from django.utils import timezone, translation

from documents import orphans, services, serving, tasks, unsettled
from documents.errors import Refused
from documents.hashing import sha256_of
from documents.intake import Room
from documents.models import StoredFile
from documents.quota import room_on_portal
from tests.factories.accounts import UserFactory

PDF = b"%PDF-1.7\n%%EOF\n"
MEBIBYTE = 2**20


def stored_bytes(stored):
    """What the storage gives back."""
    with stored.content.open() as file:
        return file.read()


def test_store_keeps_the_bytes_and_says_what_they_are(place, actor):
    stored = services.store(SimpleUploadedFile("devis.pdf", PDF, content_type="text/html"), actor=actor)

    stored = StoredFile.objects.get(pk=stored.pk)
    assert stored_bytes(stored) == PDF
    assert (stored.name, stored.size, stored.media_type) == ("devis.pdf", len(PDF), "application/pdf")
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert stored.uploaded_by == actor
    assert timezone.now() - stored.uploaded_at < timedelta(minutes=1)


def test_store_gives_no_address(place, actor):
    stored = services.store(ContentFile(PDF, name="devis.pdf"), actor=actor)

    with pytest.raises(ValueError, match="no address"):
        stored.content.url  # noqa: B018


def test_bucket_is_never_told_the_type_the_browser_declared(bucket, actor):
    upload = SimpleUploadedFile("page.html", b"<html><script>alert(1)</script>", content_type="text/html")
    stored = services.store(upload, actor=actor)

    assert bucket.bucket.Object(stored.content.name).content_type == "application/octet-stream"


def test_folder_lets_no_other_account_read(folder, actor):
    stored = services.store(ContentFile(PDF, name="devis.pdf"), actor=actor)

    path = Path(folder.path(stored.content.name))
    assert [oct(place.stat().st_mode)[-3:] for place in (path, path.parent)] == ["600", "700"]


def test_store_takes_in_the_same_content_twice(place, actor, keys_in):
    first = services.store(ContentFile(PDF, name="a.pdf"), actor=actor)
    second = services.store(ContentFile(PDF, name="a.pdf"), actor=actor)

    assert first.sha256 == second.sha256
    assert keys_in(place) == {first.content.name, second.content.name}


@pytest.mark.parametrize(
    ("name", "body", "code", "message"),
    [
        ("vide.pdf", b"", "empty", "“vide.pdf” is empty (0 bytes). Choose a file with a content."),
        (
            "gros.txt",
            b"a" * 2049,
            "too_large",
            "“gros.txt” weighs 2\xa0KB; a file may weigh up to 2\xa0KB.",
        ),
        (
            "rapport.pdf",
            b"<!DOCTYPE html><html><script>alert(1)</script></html>",
            "disguised",
            "“rapport.pdf” is named like a PDF document, but its content is a web page (HTML). "
            "Give it the extension of its content, or save it again as a PDF document.",
        ),
    ],
)
def test_store_refuses_what_it_cannot_keep_and_says_why(
    place, actor, keys_in, settings, name, body, code, message
):
    settings.DOCUMENT_MAX_BYTES = 2048

    with translation.override("en"), pytest.raises(Refused) as refused:
        services.store(SimpleUploadedFile(name, body), actor=actor)

    assert (refused.value.code, str(refused.value), refused.value.name) == (code, message, name)
    assert StoredFile.objects.count() == 0
    assert keys_in(place) == set()


def test_store_takes_in_a_file_of_exactly_the_limit(folder, actor, settings):
    settings.DOCUMENT_MAX_BYTES = 2048

    assert services.store(ContentFile(b"a" * 2048, name="juste.txt"), actor=actor).size == 2048


def test_store_many_keeps_the_good_files_beside_the_bad_ones(place, actor):
    uploads = [
        SimpleUploadedFile("bon.pdf", PDF),
        SimpleUploadedFile("vide.pdf", b""),
        SimpleUploadedFile("faux.png", PDF),
        SimpleUploadedFile("note.txt", "Réunion du 12 mars.".encode()),
    ]

    stored, refusals = services.store_many(uploads, actor=actor)

    assert [file.name for file in stored] == ["bon.pdf", "note.txt"]
    assert [(refusal.name, refusal.code) for refusal in refusals] == [
        ("vide.pdf", "empty"),
        ("faux.png", "disguised"),
    ]


def test_store_many_stops_at_what_may_still_be_added(folder, actor):
    uploads = [SimpleUploadedFile("vide.txt", b""), *(SimpleUploadedFile(f"{n}.txt", b"a") for n in range(3))]

    stored, refusals = services.store_many(uploads, actor=actor, room=Room(files=2))

    assert [file.name for file in stored] == ["0.txt", "1.txt"]
    assert [(refusal.name, refusal.code) for refusal in refusals] == [
        ("vide.txt", "empty"),
        ("2.txt", "too_many"),
    ]


def test_store_takes_in_a_file_that_was_received_on_disk(place, actor):
    upload = TemporaryUploadedFile("grand.txt", "text/plain", 6, "utf-8")
    upload.write(b"grand\n")
    upload.flush()

    assert stored_bytes(services.store(upload, actor=actor)) == b"grand\n"
    upload.close()


@pytest.mark.django_db(transaction=True)
def test_store_leaves_no_bytes_when_the_transaction_is_rolled_back(place, keys_in):
    actor = UserFactory(support=True)
    kept = services.store(ContentFile(PDF, name="avant.pdf"), actor=actor)

    with transaction.atomic():
        services.store(ContentFile(PDF, name="perdu.pdf"), actor=actor)
        request_finished.send(sender=None)
        assert len(keys_in(place)) == 2, "nothing is settled while the transaction runs"
        transaction.set_rollback(True)
    request_finished.send(sender=None)

    assert keys_in(place) == {kept.content.name}
    assert StoredFile.objects.get() == kept


@pytest.mark.django_db(transaction=True)
def test_store_leaves_no_bytes_when_a_savepoint_is_rolled_back(folder, keys_in):
    actor = UserFactory(support=True)

    with transaction.atomic():
        kept = services.store(ContentFile(PDF, name="garde.pdf"), actor=actor)
        with transaction.atomic():
            services.store(ContentFile(PDF, name="perdu.pdf"), actor=actor)
            transaction.set_rollback(True)
    unsettled.settle()

    assert keys_in(folder) == {kept.content.name}


@pytest.mark.django_db(transaction=True)
def test_store_leaves_no_bytes_when_its_own_row_is_refused(folder, keys_in):
    stranger = UserFactory.build(pk=404)

    with pytest.raises(Exception, match=r"(?i)foreign key|does not exist"):
        services.store(ContentFile(PDF, name="perdu.pdf"), actor=stranger)
    unsettled.settle()

    assert keys_in(folder) == set()


@pytest.mark.django_db(transaction=True)
def test_store_keeps_the_bytes_of_a_commit_whose_callbacks_were_lost(folder, keys_in):
    actor = UserFactory(support=True)

    def store_behind_a_callback_that_fails():
        with transaction.atomic():
            transaction.on_commit(lambda: 1 / 0)
            return services.store(ContentFile(PDF, name="garde.pdf"), actor=actor)

    with pytest.raises(ZeroDivisionError):
        store_behind_a_callback_that_fails()
    stored = StoredFile.objects.get()
    assert unsettled.unsettled.keys == {stored.pk: stored.content.name}
    unsettled.settle()

    assert keys_in(folder) == {stored.content.name}
    assert unsettled.unsettled.keys == {}


@pytest.mark.django_db(transaction=True)
def test_remove_takes_away_row_and_bytes_after_the_commit(place, keys_in):
    actor = UserFactory(support=True)
    stored = services.store(ContentFile(PDF, name="devis.pdf"), actor=actor)

    with transaction.atomic():
        services.remove(stored, actor=actor)
        assert len(keys_in(place)) == 1

    assert keys_in(place) == set()
    assert StoredFile.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_remove_keeps_the_bytes_when_it_is_rolled_back(folder):
    actor = UserFactory(support=True)
    stored = services.store(ContentFile(PDF, name="devis.pdf"), actor=actor)

    with transaction.atomic():
        services.remove(stored, actor=None)
        transaction.set_rollback(True)

    assert stored_bytes(StoredFile.objects.get()) == PDF


def test_clean_orphans_deletes_old_bytes_without_a_row_and_nothing_else(place, actor, keys_in):
    stored = services.store(ContentFile(PDF, name="devis.pdf"), actor=actor)
    orphan = place.save("ab/" + "ab" * 16, ContentFile(b"orphelin"))
    foreign = place.save("autre/fichier.txt", ContentFile(b"pas a nous"))

    assert orphans.clean_orphans() == 0
    assert keys_in(place) == {stored.content.name, orphan, foreign}

    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert orphans.clean_orphans(older_than=timedelta(hours=26)) == 0
        tasks.clean_orphans()
    assert keys_in(place) == {stored.content.name, foreign}
    assert stored_bytes(stored) == PDF


def test_clean_orphans_command_says_how_many_went(place, actor, keys_in, capsys):
    place.save("ab/" + "ab" * 16, ContentFile(b"orphelin"))
    stored = services.store(ContentFile(PDF, name="devis.pdf"), actor=actor)

    call_command("clean_orphans", "--hours=-1")

    assert capsys.readouterr().out == "1 file(s) without a row deleted\n"
    assert keys_in(place) == {stored.content.name}


def test_clean_orphans_finds_nothing_where_nothing_was_ever_stored(place, db):
    assert orphans.clean_orphans() == 0


def test_sha256_is_what_sha256sum_says(tmp_path):
    path = tmp_path / "fichier"
    path.write_bytes(bytes(range(256)) * 4099)

    said = subprocess.run([shutil.which("sha256sum"), path], capture_output=True, text=True, check=True)
    with path.open("rb") as file:
        file.seek(7)
        assert sha256_of(file) == said.stdout.split()[0]
        assert file.tell() == 0


@pytest.fixture
def large_file(tmp_path):
    """200 MB on disk, and what sha256sum says of them."""
    path = tmp_path / "grand.bin"
    block = bytes(range(256)) * 4096
    with path.open("wb") as file:
        for _turn in range(200):
            file.write(block)
    said = subprocess.run([shutil.which("sha256sum"), path], capture_output=True, text=True, check=True)
    yield path, said.stdout.split()[0]
    path.unlink()


@pytest.mark.parametrize(
    ("where", "keys"),
    [("folder", []), ("bucket_elsewhere", []), ("folder", ["0a" * 32]), ("bucket_elsewhere", ["0a" * 32])],
    ids=["folder", "bucket", "sealed folder", "sealed bucket"],
)
def test_memory_stays_flat_when_200_megabytes_go_in_and_out(
    where, keys, request, actor, settings, large_file
):
    request.getfixturevalue(where)
    settings.DOCUMENT_MAX_BYTES, settings.DOCUMENTS_KEYS = 300 * MEBIBYTE, keys
    path, digest = large_file
    # A first small one, so that what libraries load once is not counted.
    services.store(ContentFile(PDF, name="petit.pdf"), actor=actor)

    tracemalloc.start()
    with path.open("rb") as file:
        stored = services.store(File(file, name="grand.bin"), actor=actor)
    sent = hashlib.sha256()
    for chunk in serving.download(stored):
        sent.update(chunk)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (stored.size, stored.sha256, sent.hexdigest()) == (200 * MEBIBYTE, digest, digest)
    # A folder needs a chunk; a bucket is sent parts of 8 MiB.
    assert peak < {"folder": 1, "bucket_elsewhere": 20}[where] * MEBIBYTE


def test_clean_orphans_is_run_each_day(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["clean-orphans"]

    assert (entry["task"], entry["schedule"]) == (tasks.clean_orphans.name, 24 * 3600)


@pytest.mark.parametrize(
    ("is_of_portal", "message"),
    [
        (False, "“deux.txt” weighs 600\xa0B; there is room for 400\xa0B more here."),
        (
            True,
            "“deux.txt” weighs 600\xa0B, and the portal has room for 400\xa0B more. "
            "Tell the portal's administrator.",
        ),
    ],
)
def test_store_many_stops_at_the_bytes_there_is_room_for(folder, actor, is_of_portal, message):
    uploads = [
        SimpleUploadedFile(name, b"a" * size)
        for name, size in [("un.txt", 600), ("deux.txt", 600), ("trois.txt", 400)]
    ]

    with translation.override("en"):
        stored, [refusal] = services.store_many(
            uploads, actor=actor, room=Room(bytes=1000, is_of_portal=is_of_portal)
        )

    assert [file.name for file in stored] == ["un.txt", "trois.txt"]
    assert (refusal.code, str(refusal)) == ("no_room", message)


def test_room_on_portal_is_what_the_quota_leaves(folder, actor, settings):
    services.store(SimpleUploadedFile("un.txt", b"a" * 600), actor=actor)
    assert room_on_portal() is None

    settings.DOCUMENTS_QUOTA_BYTES = 1000
    assert room_on_portal() == 400
    settings.DOCUMENTS_QUOTA_BYTES = 500
    assert room_on_portal() == 0


def test_uploads_that_broke_off_are_cleaned_up_each_day(db, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    for name, hours in [("tmpa.upload.pdf", 25), ("tmpb.upload", 25), ("tmpc.upload.pdf", 23), ("autre", 25)]:
        (tmp_path / name).write_bytes(b"x")
        then = (timezone.now() - timedelta(hours=hours)).timestamp()
        os.utime(tmp_path / name, (then, then))

    tasks.clean_orphans()

    assert {path.name for path in tmp_path.iterdir()} == {"tmpc.upload.pdf", "autre"}
