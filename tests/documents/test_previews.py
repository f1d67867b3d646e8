"""Pages are made of what can be read, once for each content, by programs that may fail."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from demo import sample_files
from documents import orphans, previews, services, tasks
from documents.models import Preview, PreviewPage, StoredFile
from tests.factories.accounts import UserFactory

State, Failure = Preview.State, Preview.Failure


def picture(kind, size, **options):
    """The bytes of a picture of this kind and size."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "#336").save(buffer, kind, **options)
    return buffer.getvalue()


def kept(name, body, actor=None):
    """A stored file and its preview, which nobody has made yet."""
    stored = services.store(ContentFile(body, name=name), actor=actor or UserFactory(support=True))
    return stored, Preview.objects.of(stored).get()


def made(name, body):
    """The preview of a file once the worker has looked at it, as often as it would."""
    _stored, preview = kept(name, body)
    while previews.make(preview.pk) == State.WAITING:
        pass
    preview.refresh_from_db()
    return preview


# One for each part of LibreOffice every day, the others when there is time.
EVERY_DAY = [sample_files.docx, sample_files.xls, sample_files.odp]
AT_TIMES = [
    sample_files.doc,
    sample_files.odt,
    sample_files.xlsx,
    sample_files.ods,
    sample_files.ppt,
    sample_files.pptx,
]
OFFICE = [*EVERY_DAY, *(pytest.param(make, marks=pytest.mark.long) for make in AT_TIMES)]


@pytest.mark.django_db
@pytest.mark.parametrize("make", OFFICE, ids=lambda make: make.__name__)
def test_office_file_becomes_pages_with_their_text(folder, make):
    preview = made(*make())

    assert (preview.state, preview.failure) == (State.READY, "")
    text = " ".join(page.text for page in preview.pages.all())
    assert "Congé annuel" in text or "absences recopiées" in text or "recopie à la main" in text


@pytest.mark.django_db
def test_pages_are_pictures_with_thumbnails_and_selectable_lines(place, keys_in):
    stored, preview = kept(*sample_files.pdf())

    assert previews.make(preview.pk) == State.READY
    [page] = preview.pages.all()
    with page.picture.open() as file, Image.open(file) as picture:
        assert (picture.format, picture.size) == ("WEBP", (page.width, page.height))
    with page.thumbnail.open() as file, Image.open(file) as small:
        assert max(small.size) == 200
    start, top, width, height, words = next(line for line in page.lines if "Devis" in line[4])
    assert words == "Devis D-2026-017"
    assert 0 < start < start + width < page.width
    assert 0 < top < top + height < page.height / 2
    parts = {part.name for part in (page.picture, page.thumbnail, page.words)}
    assert keys_in(place) == {stored.content.name, *parts}
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        assert orphans.clean_orphans() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "gif"])
def test_picture_becomes_one_page_without_what_it_tells_of_its_maker(folder, kind):
    secret = Image.Exif()
    secret[0x010F] = "Appareil de M. Dupont"
    secret[0x0112] = 6  # taken with the camera turned
    options = {} if kind == "gif" else {"exif": secret}

    preview = made(f"photo.{kind}", picture("JPEG" if kind == "jpg" else kind, (3000, 1000), **options))

    [page] = preview.pages.all()
    assert (page.width, page.height) == ((2340, 780) if kind == "gif" else (780, 2340))
    with page.picture.open() as file:
        assert b"Dupont" not in file.read()


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_read_in_whatever_encoding_it_was_written(folder, encoding):
    preview = made("note.txt", "Été à l’école\r\n<script>".encode(encoding))

    assert [page.text for page in preview.pages.all()] == ["Été à l’école\n<script>"]


@pytest.mark.django_db
def test_table_is_cut_into_pages_under_its_head(folder):
    lines = ["Matricule;Motif", *(f'A{n};"Congé; annuel"' for n in range(120))]

    preview = made("absences.csv", "\r\n".join(lines).encode())

    pages = list(preview.pages.all())
    assert (preview.page_count, preview.is_partial) == (3, False)
    assert [page.rows[0] for page in pages] == [["Matricule", "Motif"]] * 3
    assert [len(page.rows) for page in pages] == [51, 51, 21]
    assert pages[2].rows[-1] == ["A119", "Congé; annuel"]


@pytest.mark.django_db
def test_same_content_is_made_once_whatever_its_name(folder, keys_in):
    _first, preview = kept("a.txt", b"Une note.\n")
    assert previews.make(preview.pk) == State.READY
    _second, same = kept("b.txt", b"Une note.\n")

    assert (same, previews.make(same.pk)) == (preview, None)
    assert PreviewPage.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "body"), [("page.html", b"<!doctype html><p>Non"), ("a.zip", b"PK\x05\x06" + bytes(18))]
)
def test_nothing_is_made_of_other_kinds(folder, name, body):
    stored = services.store(ContentFile(body, name=name), actor=UserFactory(support=True))

    assert services.preview_of(stored) is None
    assert not Preview.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pages_are_asked_for_once_the_file_is_committed(folder, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.make_preview, "delay", asked.append)

    _stored, preview = kept("note.txt", b"Une note.\n")
    _stored, _same = kept("copie.txt", b"Une note.\n")

    assert asked == [preview.pk]


@pytest.mark.django_db(transaction=True)
def test_file_is_stored_while_the_broker_is_away_and_the_sweep_finds_it(folder, monkeypatch):
    def no_broker(pk):
        raise ConnectionError

    monkeypatch.setattr(tasks.make_preview, "delay", no_broker)

    stored, preview = kept("note.txt", b"Une note.\n")

    assert StoredFile.objects.get() == stored
    assert previews.sweep() == [preview.pk]


@pytest.mark.django_db
def test_a_file_of_before_is_asked_for_when_somebody_reads_it(folder):
    stored, preview = kept("note.txt", b"Une note.\n")
    preview.delete()

    assert services.preview_of(stored).state == State.WAITING


@pytest.mark.django_db
def test_an_attempt_that_comes_too_late_leaves_nothing_behind(folder, keys_in, tmp_path):
    stored, preview = kept(*sample_files.png())
    slow = previews.claim(preview.pk)
    answer = previews.pages_of(stored, tmp_path)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        assert previews.make(preview.pk) == State.READY
    before = keys_in(folder)

    assert previews.keep(slow, answer, tmp_path) is None
    assert (keys_in(folder), PreviewPage.objects.count()) == (before, 1)


@pytest.mark.django_db
def test_what_a_dead_worker_left_is_made_once_more_and_then_given_up(folder):
    _stored, preview = kept(*sample_files.png())
    assert previews.claim(preview.pk).attempts == 1
    assert previews.sweep() == []

    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        assert previews.sweep() == [preview.pk]
        assert previews.claim(preview.pk).attempts == 2
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        assert previews.sweep() == []
    preview.refresh_from_db()
    assert (preview.state, preview.failure) == (State.FAILED, Failure.UNREADABLE)


@pytest.mark.django_db
def test_no_more_are_made_at_once_than_the_setting_says_and_the_next_follows(folder, settings, monkeypatch):
    settings.PREVIEWS_AT_ONCE = 1
    _stored, first = kept("a.txt", b"Une note.\n")
    _stored, second = kept("b.txt", b"Une autre.\n")
    asked = []
    monkeypatch.setattr(tasks.make_preview, "apply_async", lambda args, **options: asked.extend(args))
    busy = previews.claim(first.pk)

    assert previews.make(second.pk) is None
    previews.end(busy, State.WAITING)
    tasks.make_preview(first.pk)

    assert asked == [second.pk]


@pytest.mark.django_db
def test_without_libreoffice_the_file_says_so_and_is_made_once_it_is_there(folder, settings, monkeypatch):
    program = settings.LIBREOFFICE
    settings.LIBREOFFICE = "no-such-program"
    _stored, preview = kept(*sample_files.docx())

    assert previews.make(preview.pk) == State.FAILED
    preview.refresh_from_db()
    assert preview.failure == Failure.NO_OFFICE
    assert previews.sweep() == []
    settings.LIBREOFFICE = program
    assert previews.sweep() == [preview.pk]


@pytest.mark.django_db
def test_bytes_that_the_storage_lost_are_said_to_be_lost(place):
    stored, preview = kept("note.txt", b"Une note.\n")
    place.delete(stored.content.name)

    assert previews.make(preview.pk) == State.FAILED
    preview.refresh_from_db()
    assert preview.failure == Failure.LOST


@pytest.mark.django_db(transaction=True)
def test_pages_go_with_the_last_file_of_their_content(place, keys_in):
    first, preview = kept(*sample_files.png())
    second, _same = kept(*sample_files.png())
    previews.make(preview.pk)

    services.remove(first, actor=None)
    assert len(keys_in(place)) == 3
    services.remove(second, actor=None)

    assert keys_in(place) == set()
    assert not Preview.objects.exists()


def test_previews_are_swept(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["sweep-previews"]

    assert (entry["task"], entry["schedule"]) == (tasks.sweep_previews.name, settings.SWEEP_SECONDS)
