"""Files of a message are sent ahead of it in a real browser, through a network that fails, and go with it."""

import pytest
from playwright.sync_api import expect

from requests_app.models import Message
from tests.factories import requests as stories
from tests.factories.requests import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = b"Une note de trente-trois octets.\n"


@pytest.fixture
def talk(desks, live_server, settings, tmp_path):
    """Support's desk at the conversation of a file, the place for documents unfolded, and two files to choose."""
    settings.DOCUMENT_PART_BYTES = 10
    cast = Cast()
    file = stories.sent(cast)
    (tmp_path / "note.txt").write_bytes(BODY)
    (tmp_path / "photo.png").write_bytes(b"MZ\x90\x00" + bytes(16))
    desk = desks(live_server.url, cast.support)
    desk.expected = (422,)
    desk.open(f"/demandes/{file.number}/conversation/")
    desk.fill("Message", "Voir la pièce jointe.")
    desk.unfold("Add documents")
    desk.files, desk.names = desk.page.locator("input[name=message-documents]"), tmp_path
    return desk


def starts_of(desk):
    """At which byte each part that leaves begins, as it leaves."""
    starts = []
    desk.page.on("request", lambda sent: starts.append(sent.headers.get("upload-offset")))
    return starts


def test_message_takes_along_what_arrived_although_the_network_failed(talk):
    starts, failed = starts_of(talk), []

    def fail_once(route):
        if route.request.headers.get("upload-offset") == "20" and not failed:
            failed.append(True)
            return route.fulfill(status=502)
        return route.continue_()

    talk.expected = (502,)
    talk.page.route("**/envois/conversation/formulaire/**", fail_once)
    talk.files.set_input_files(talk.names / "note.txt")

    box = talk.page.get_by_role("checkbox", name="note.txt")
    expect(box).to_be_checked()
    assert [start for start in starts if start] == ["0", "10", "20", "20", "30"]
    talk.press("Post to everybody")
    talk.is_told("Your message is posted for everybody on the file.")
    document = Message.objects.get().attachments.get()
    with document.file.content.open() as content:
        assert content.read() == BODY


def test_message_that_is_posted_too_early_leaves_once_its_files_are_there(talk):
    waiting = []
    talk.page.route("**/fin/", lambda route: waiting.append(route))
    talk.files.set_input_files(talk.names / "note.txt")
    expect(talk.page.locator(".upload progress")).to_have_attribute("value", "100")

    talk.press("Post to everybody")

    expect(talk.page.locator("[data-upload-status]").first).to_have_text(
        talk.word("The form is sent once its files are there.")
    )
    assert not Message.objects.exists()
    waiting[0].continue_()
    talk.is_told("Your message is posted for everybody on the file.")
    assert Message.objects.get().attachments.get().file.name == "note.txt"


def test_message_stays_where_one_of_its_files_is_refused_and_the_other_is_not_sent_again(talk):
    talk.files.set_input_files([talk.names / "note.txt", talk.names / "photo.png"])

    expect(talk.page.locator(".upload--failed")).to_contain_text("photo.png")
    expect(talk.page.get_by_role("checkbox")).to_have_count(1)
    talk.fill("Message", " ")
    talk.press("Post to everybody")
    expect(talk.page.get_by_role("checkbox", name="note.txt")).to_be_checked()
    starts = starts_of(talk)
    talk.fill("Message", "Enfin.")
    talk.press("Post to everybody")

    talk.is_told("Your message is posted for everybody on the file.")
    assert [start for start in starts if start] == []
    assert Message.objects.get().attachments.get().file.name == "note.txt"


def test_file_chosen_twice_goes_once_and_one_that_is_unticked_stays_behind(talk):
    for _time in range(2):
        talk.files.set_input_files(talk.names / "note.txt")
        expect(talk.page.get_by_role("checkbox", name="note.txt")).to_have_count(1)
        expect(talk.page.locator(".upload")).to_have_count(0)
    (talk.names / "autre.txt").write_text("Autre.")
    talk.files.set_input_files(talk.names / "autre.txt")
    expect(talk.page.get_by_role("checkbox", name="autre.txt")).to_be_checked()
    talk.page.get_by_role("checkbox", name="note.txt").uncheck()

    talk.press("Post to everybody")

    talk.is_told("Your message is posted for everybody on the file.")
    assert Message.objects.get().attachments.get().file.name == "autre.txt"
