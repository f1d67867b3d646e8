"""Documents read in a real browser: pages turned, made larger, selected and spoken; sound that plays; waiting that ends."""

import io
import wave

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import expect

from demo import sample_files
from documents import previews
from documents.models import Preview
from requests_app.services import documents
from tests.factories import requests as stories
from tests.factories.requests import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tone():
    """A second of silence, as a player wants it."""
    content = io.BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16_000))
    return "message.wav", content.getvalue()


@pytest.fixture
def reader(desks, live_server):
    """Opens a document of these bytes at the desk of its client: `reader(name, body)`."""
    cast = Cast()
    file = stories.opened(cast)

    def read(name, body, *, is_made=True):
        [added], _refused = documents.add_documents(
            file, actor=cast.client_admin, section="request", uploads=[ContentFile(body, name=name)]
        )
        if is_made:
            # What cannot be opened is tried twice.
            for _attempt in range(2):
                previews.make(Preview.objects.get().pk)
        desk = desks(live_server.url, cast.client_admin)
        desk.open(f"/demandes/{file.number}/documents/{added.file_id}/")
        return desk

    return read


def test_presentation_is_turned_enlarged_and_selected_by_keyboard_and_by_mouse(reader):
    desk = reader(*sample_files.pptx())
    page, sheet = desk.page, desk.page.locator(".reader__page svg")
    expect(page.locator(".reader__strip img")).to_have_count(3)
    first = page.locator(".reader__page text").first.text_content()

    page.keyboard.press("ArrowRight")
    expect(page.locator(".reader__strip [aria-current]")).to_contain_text("2")
    page.locator(".reader__strip a").nth(2).click()
    expect(page.locator(".reader__strip [aria-current]")).to_contain_text("3")
    page.locator(".reader__where input").fill("1")
    page.keyboard.press("Enter")
    expect(page.locator(".reader__strip [aria-current]")).to_contain_text("1")

    width = sheet.bounding_box()["width"]
    page.locator("body").press("+")
    expect(page.locator(".reader__zoom")).to_contain_text("150")
    assert sheet.bounding_box()["width"] > 1.4 * width
    page.locator("body").press("-")
    expect(page.locator(".reader__zoom")).to_contain_text("100")

    page.locator(".reader__page text").first.click(click_count=3)
    assert page.evaluate("getSelection().toString()").strip() == first
    desk.unfold("Text of this page")
    expect(page.locator(".reader__text")).to_contain_text(first)
    drawn = page.evaluate(
        "fetch(document.querySelector('.reader__page image').href.baseVal).then(r => r.headers.get('content-type'))"
    )
    assert drawn == "image/webp"


def test_sound_plays_by_stretches(reader):
    desk = reader(*tone(), is_made=False)
    player = desk.page.locator("audio")

    player.evaluate("player => { player.muted = true; return player.play(); }")

    expect(player).to_have_js_property("ended", True)
    assert player.evaluate("player => player.duration") == pytest.approx(1, abs=0.1)


def test_page_that_waits_shows_the_document_by_itself_and_says_so(reader):
    desk = reader(*sample_files.png(), is_made=False)
    expect(desk.page.locator("#reader")).to_contain_text(desk.word("This document waits for its turn."))

    previews.make(Preview.objects.get().pk)

    expect(desk.page.locator(".reader__page image")).to_be_visible()
    expect(desk.page.locator("#reader-state")).to_have_text("Prête")


def test_document_that_cannot_be_opened_says_why_and_can_be_taken_along(reader):
    desk = reader("casse.pdf", b"%PDF-1.7\nrien")

    desk.read("The file cannot be opened: it is damaged, protected, or too complex.")
    with desk.page.expect_download() as taken:
        desk.page.locator("#document").get_by_role("link", name=desk.word("Download"), exact=True).click()
    assert taken.value.suggested_filename == "casse.pdf"
