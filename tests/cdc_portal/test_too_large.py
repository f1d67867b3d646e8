"""Bodies over the server's limits."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/connexion/"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_text_over_the_limit_is_answered_by_a_page(client, settings, language):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = client.post(PAGE, {"login": "a" * 1001}, headers={"accept-language": language})

    assert response.status_code == 413
    assert "413.html" in [template.name for template in response.templates]
    assert f'lang="{language}"' in response.content.decode()


def test_text_at_the_limit_reaches_the_page(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    assert client.post(PAGE, {"login": "a" * 500}).status_code == 200


def test_too_many_fields_are_answered_by_a_page(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10

    assert client.post(PAGE, {f"field{number}": "" for number in range(11)}).status_code == 413


def test_too_many_files_are_answered_by_a_page(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    files = {f"file{number}": SimpleUploadedFile("a.txt", b"a") for number in range(3)}

    assert client.post(PAGE, files).status_code == 413


def test_body_over_the_limit_is_not_even_read(client, settings):
    settings.BODY_MAX_BYTES = 1000
    client.force_login(UserFactory())

    response = client.post("/profil/", {"file": SimpleUploadedFile("a.bin", b"a" * 1001)})

    assert response.status_code == 413


def test_whoever_is_not_signed_in_sends_less(client, settings):
    settings.ANONYMOUS_BODY_MAX_BYTES = 1000

    response = client.post(PAGE, {"file": SimpleUploadedFile("a.bin", b"a" * 1001)})

    assert response.status_code == 413
