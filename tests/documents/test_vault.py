"""What the portal keeps of documents is sealed at rest: by whom it can be read, and what becomes of it when keys change."""

import hashlib
import io
import re
import secrets

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from PIL import Image

from demo import sample_files
from documents import previews, services, serving, vault
from documents.errors import Altered, KeyMissing
from documents.models import Preview, StoredFile
from tests.factories.documents import StoredFileFactory

pytestmark = pytest.mark.django_db

OLD, NEW = "0a" * 32, "0b" * 32
SECRET = b"Le salaire de M. Dupont"
CHUNK = vault.CHUNK
# Around the ends of chunks, where mistakes are made.
SIZES = [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17]


@pytest.fixture
def sealing(settings, place):
    """Each of the two storages in turn, with a key."""
    settings.DOCUMENTS_KEYS = [OLD]
    return place


def raw(place, name):
    """The bytes as whoever steals the disk or the bucket reads them."""
    if hasattr(place, "bucket"):
        return place.bucket.Object(name).get()["Body"].read()
    with open(place.path(name), "rb") as file:
        return file.read()


def overwrite(place, name, body):
    """Write into the storage behind the portal's back."""
    if hasattr(place, "bucket"):
        place.bucket.Object(name).put(Body=body)
    else:
        with open(place.path(name), "wb") as file:
            file.write(body)


def kept(body=SECRET, name="note.txt"):
    """A file that was stored."""
    return StoredFileFactory(body=body, name=name)


def read(stored):
    """The bytes that a reader downloads."""
    return b"".join(serving.download(stored))


def every_byte(place):
    """Whatever the storage holds, in one piece."""
    folders, _files = place.listdir("")
    return b"".join(raw(place, f"{folder}/{file}") for folder in folders for file in place.listdir(folder)[1])


@pytest.mark.parametrize("size", SIZES)
def test_what_lies_in_the_storage_tells_nothing_and_is_handed_over_as_it_was(sealing, size):
    body = secrets.token_bytes(size)
    stored = kept(body)

    lying = raw(sealing, stored.content.name)
    assert lying.startswith(vault.MARK)
    assert size < 32 or body[:32] not in lying
    assert read(stored) == body
    with stored.content.open() as file:
        assert file.read() == body


def test_fingerprint_and_size_are_those_of_what_was_handed_over(sealing, actor):
    body = SECRET * 5000
    stored = services.store(ContentFile(body, name="note.txt"), actor=actor)

    assert (stored.size, stored.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert SECRET not in every_byte(sealing)


def test_pages_and_their_words_are_sealed_like_the_document(sealing, actor):
    stored = services.store(ContentFile(SECRET, name="note.txt"), actor=actor)
    previews.make(Preview.objects.of(stored).get().pk)
    name, body = sample_files.pdf()
    drawn = services.store(ContentFile(body, name=name), actor=actor)
    previews.make(Preview.objects.of(drawn).get().pk)

    [text], [picture] = (Preview.objects.of(one).get().pages.all() for one in (stored, drawn))
    lying = every_byte(sealing)
    assert text.text == SECRET.decode()
    assert any(line[4] == "Devis D-2026-017" for line in picture.lines)
    assert (b"RIFF" in lying, b"D-2026-017" in lying, SECRET in lying) == (False, False, False)
    with picture.picture.open() as file, Image.open(file) as shown:
        assert shown.size == (picture.width, picture.height)


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (0, 1),
        (CHUNK - 1, CHUNK + 1),
        (CHUNK, 2 * CHUNK),
        (2 * CHUNK + 5, 3 * CHUNK + 17),
        (3 * CHUNK + 16, 3 * CHUNK + 17),
        (0, 3 * CHUNK + 17),
    ],
)
def test_player_gets_the_stretch_it_asks_for_without_what_stands_before_it(sealing, start, stop):
    body = secrets.token_bytes(3 * CHUNK + 17)
    stored = StoredFileFactory(body=body, media_type="video/mp4")
    # The first chunk is beyond reading: whoever needed it to reach the others would stumble.
    lying = bytearray(raw(sealing, stored.content.name))
    if start >= CHUNK:
        lying[vault.HEADER.size + 5] ^= 1
        overwrite(sealing, stored.content.name, bytes(lying))

    asked = RequestFactory().get("/", headers={"range": f"bytes={start}-{stop - 1}"})

    assert b"".join(serving.play(stored, asked)) == body[start:stop]


def test_opened_file_can_be_read_here_and_there(sealing):
    body = secrets.token_bytes(3 * CHUNK)
    stored = kept(body)

    with stored.content.open() as file:
        file.seek(2 * CHUNK - 3)
        assert file.read(7) == body[2 * CHUNK - 3 : 2 * CHUNK + 4]
        file.seek(-5, io.SEEK_END)
        assert file.read() == body[-5:]
        file.seek(0)
        assert file.read(4) == body[:4]


def test_what_was_stored_before_there_was_a_key_is_still_read(place, settings):
    stored = kept()
    settings.DOCUMENTS_KEYS = [OLD]

    assert raw(place, stored.content.name) == SECRET
    assert read(stored) == SECRET


def test_each_key_opens_what_it_sealed_and_the_first_one_seals(sealing, settings):
    before = kept(b"avant")
    settings.DOCUMENTS_KEYS = [NEW, OLD]
    after = kept(b"apres")

    assert (read(before), read(after)) == (b"avant", b"apres")
    settings.DOCUMENTS_KEYS = [NEW]
    assert read(after) == b"apres"
    with pytest.raises(KeyMissing):
        serving.download(before)


def test_the_same_content_is_never_the_same_bytes_twice(sealing):
    assert raw(sealing, kept().content.name)[60:] != raw(sealing, kept().content.name)[60:]


def cut(lying):
    return lying[: -vault.SEALED_CHUNK]


def flipped(lying):
    return lying[:-20] + bytes([lying[-20] ^ 1]) + lying[-19:]


def salted(lying):
    return lying[:30] + bytes([lying[30] ^ 1]) + lying[31:]


def exchanged(lying):
    start, size = vault.HEADER.size, vault.SEALED_CHUNK
    return (
        lying[:start]
        + lying[start + size : start + 2 * size]
        + lying[start : start + size]
        + lying[start + 2 * size :]
    )


def longer(lying):
    return lying + lying[-vault.SEALED_CHUNK :]


@pytest.mark.parametrize(
    "damage", [cut, flipped, salted, exchanged, longer], ids=lambda damage: damage.__name__
)
def test_bytes_that_were_tampered_with_do_not_pass_for_the_document(sealing, damage):
    stored = kept(secrets.token_bytes(3 * CHUNK))
    overwrite(sealing, stored.content.name, damage(raw(sealing, stored.content.name)))

    with pytest.raises(Altered):
        read(stored)


def test_one_document_cannot_be_put_in_the_place_of_another(sealing):
    one, other = kept(b"un"), kept(b"autre")
    overwrite(sealing, one.content.name, raw(sealing, other.content.name))

    with pytest.raises(Altered):
        serving.download(one)


def test_reseal_moves_everything_to_the_first_key_and_the_old_one_can_go(sealing, settings, capsys):
    settings.DOCUMENTS_KEYS = []
    clear = kept(b"en clair")
    settings.DOCUMENTS_KEYS = [OLD]
    body = secrets.token_bytes(3 * CHUNK)
    old = kept(body)
    settings.DOCUMENTS_KEYS = [NEW, OLD]
    new = kept(b"neuf")
    untouched = raw(sealing, new.content.name)

    call_command("reseal_documents", "--check")
    assert [line.rpartition(": ")[2] for line in capsys.readouterr().out.splitlines()] == ["1 file(s)"] * 3
    call_command("reseal_documents")
    names = re.findall(r"key (\w+): (\d) file", capsys.readouterr().out)
    call_command("reseal_documents")

    assert [number for _name, number in names] == ["3", "0"]
    assert raw(sealing, new.content.name) == untouched
    settings.DOCUMENTS_KEYS = [NEW]
    assert [read(one) for one in (clear, old, new)] == [b"en clair", body, b"neuf"]
    assert (old.sha256, len(StoredFile.objects.all())) == (hashlib.sha256(body).hexdigest(), 3)


def test_reseal_goes_on_where_it_broke_off(sealing, settings, monkeypatch, keys_in):
    bodies = [secrets.token_bytes(50) for _turn in range(4)]
    stored = [kept(body) for body in bodies]
    settings.DOCUMENTS_KEYS = [NEW, OLD]
    reseal, turns = type(sealing).reseal, iter([True, True, False])

    def stopped_at_the_third(self, name):
        if not next(turns):
            raise KeyboardInterrupt
        reseal(self, name)

    monkeypatch.setattr(type(sealing), "reseal", stopped_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        call_command("reseal_documents", verbosity=0)
    monkeypatch.setattr(type(sealing), "reseal", reseal)
    assert [read(one) for one in stored] == bodies
    call_command("reseal_documents")

    settings.DOCUMENTS_KEYS = [NEW]
    assert [read(one) for one in stored] == bodies
    assert keys_in(sealing) == {one.content.name for one in stored}


def test_reseal_leaves_the_old_bytes_when_writing_the_new_ones_fails(sealing, settings, monkeypatch):
    stored = kept()
    settings.DOCUMENTS_KEYS = [NEW, OLD]
    written = vault.sealed

    def failing(pieces, place):
        yield next(written(pieces, place))
        raise OSError("no space left")

    monkeypatch.setattr(vault, "sealed", failing)
    with pytest.raises(OSError, match="no space"):
        call_command("reseal_documents")

    assert read(stored) == SECRET


def test_reseal_says_which_key_is_missing_and_goes_on_with_the_rest(sealing, settings, capsys):
    lost = kept(b"perdu")
    settings.DOCUMENTS_KEYS = [NEW]
    Preview.objects.create(sha256="a" * 64, media_type="text/plain", state="failed", failure="sealed")
    settings.DOCUMENTS_KEYS = []
    clear = kept(b"en clair")
    settings.DOCUMENTS_KEYS = [NEW]
    name = vault.name_of(bytes.fromhex(OLD)).hex()

    with pytest.raises(CommandError, match=r"1 file\(s\) cannot be opened"):
        call_command("reseal_documents")
    assert capsys.readouterr().err == (
        f"{lost.content.name} is sealed with the key {name}, which DOCUMENTS_KEYS does not give\n"
    )
    assert sealing.seal(clear.content.name).key_name == vault.name_of(bytes.fromhex(NEW))
    with pytest.raises(CommandError):
        call_command("reseal_documents", "--check")
    assert f"key {name}, which DOCUMENTS_KEYS does not give: 1 file(s)" in capsys.readouterr().out

    settings.DOCUMENTS_KEYS = [NEW, OLD]
    call_command("reseal_documents")
    assert Preview.objects.get().state == "waiting"


def test_reseal_without_a_key_is_refused(db):
    with pytest.raises(CommandError, match="DOCUMENTS_KEYS is empty"):
        call_command("reseal_documents")


def test_pages_that_cannot_be_made_for_want_of_a_key_say_so(sealing, settings, actor):
    stored = services.store(ContentFile(SECRET, name="note.txt"), actor=actor)
    settings.DOCUMENTS_KEYS = [NEW]
    preview = Preview.objects.of(stored).get()

    previews.make(preview.pk)

    preview.refresh_from_db()
    assert (preview.state, preview.failure) == ("failed", "sealed")
