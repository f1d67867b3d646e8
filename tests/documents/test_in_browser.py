"""What a real browser makes of what leaves."""

import shutil

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Error

from demo import sample_files
from documents import services
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WEBM = b"\x1a\x45\xdf\xa3" + bytes(20) + b"\x42\x82\x84webm" + bytes(100)
HOSTILE = b"<!doctype html><script>document.title = 'pris'; fetch('/vole/')</script>"


@pytest.fixture
def page(playwright, live_server, settings, folder):
    """A page of headless Chromium, which tells what it complains of in `page.complaints`."""
    settings.ROOT_URLCONF = "tests.documents.urls"
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
    page = browser.new_page(base_url=live_server.url, viewport={"width": 720, "height": 520})
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    yield page
    browser.close()


def store(name, body):
    """A stored file of somebody."""
    return services.store(ContentFile(body, name=name), actor=UserFactory(support=True))


@pytest.mark.parametrize("way", ["play", "download"])
@pytest.mark.parametrize("name", ["page.html", "page.svg", "page", "notes.txt"])
def test_web_page_is_downloaded_and_never_runs(page, way, name):
    stored = store(name, HOSTILE)

    with page.expect_download() as waiting, pytest.raises(Error, match="Download is starting"):
        page.goto(f"/{way}/{stored.pk}/")

    assert waiting.value.suggested_filename == name
    with open(waiting.value.path(), "rb") as file:
        assert file.read() == HOSTILE
    assert page.title() == ""


def test_download_keeps_a_name_in_french(page):
    stored = store("Devis n° 12 – été à l’école.pdf", sample_files.pdf()[1])

    with page.expect_download() as waiting, pytest.raises(Error, match="Download is starting"):
        page.goto(f"/download/{stored.pk}/")

    assert waiting.value.suggested_filename == "Devis n° 12 – été à l’école.pdf"


@pytest.mark.parametrize("make", [sample_files.png, sample_files.pdf], ids=["png", "pdf"])
def test_picture_or_pdf_is_never_drawn_as_it_was_handed_over(page, make):
    stored = store(*make())

    with page.expect_download() as waiting, pytest.raises(Error, match="Download is starting"):
        page.goto(f"/play/{stored.pk}/")

    assert waiting.value.suggested_filename == stored.name


def test_frame_of_another_site_shows_nothing(page, live_server):
    stored = store("film.webm", WEBM)

    page.set_content(f'<iframe src="{live_server.url}/play/{stored.pk}/"></iframe>')
    page.wait_for_timeout(1000)

    assert [("frame-ancestors" in complaint) for complaint in page.complaints] == [True]
