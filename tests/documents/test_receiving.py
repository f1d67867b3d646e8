"""Parts of files, in a folder as in a bucket."""

import pytest

from documents import receiving
from documents.intake import NO_BOUND
from documents.models import StoredFile, Upload
from documents.orphans import clean_orphans
from documents.receiving import Announced

pytestmark = pytest.mark.django_db
BODY = bytes(range(256)) * 40


def arriving(actor, **options):
    return receiving.begin(
        Announced("note.bin", len(BODY)), person=actor, place="ici", mark="1", room=NO_BOUND, **options
    )


@pytest.mark.parametrize("keys", [[], ["ab" * 32]], ids=["clear", "sealed"])
def test_parts_are_put_together_as_they_were_and_go(
    place, actor, keys_in, settings, keys, django_capture_on_commit_callbacks
):
    settings.DOCUMENT_PART_BYTES, settings.DOCUMENTS_KEYS = 4000, keys
    upload = arriving(actor)
    for start in range(0, len(BODY), 4000):
        receiving.append(upload, BODY[start : start + 4000], start=start)
    upload.refresh_from_db()
    assert len(keys_in(place)) == 3
    assert clean_orphans() == 0

    with receiving.assembled(upload) as whole:
        assert (whole.read(), whole.size, whole.name) == (BODY, len(BODY), "note.bin")
    with django_capture_on_commit_callbacks(execute=True):
        receiving.drop(upload)

    assert (keys_in(place), Upload.objects.count(), StoredFile.objects.count()) == (set(), 0, 0)


def test_a_part_whose_row_cannot_be_written_leaves_no_bytes(place, actor, keys_in, monkeypatch):
    upload = arriving(actor)
    monkeypatch.setattr(receiving.UploadPart, "save", lambda part: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        receiving.append(upload, b"x", start=0)

    assert keys_in(place) == set()
