"""Messages through a real SMTP server, and as files: what arrives, and what every bad end leaves."""

import pytest
from django.utils import translation

from notifications import outbox
from notifications.dispatch import announce
from notifications.transport import read_file, written_files
from requests_app.services import requests
from tests.factories import requests as files
from tests.factories.documents import StoredFileFactory
from tests.factories.notifications import MessageFactory, english_cast, open_mailboxes
from tests.notifications.post_office import PostOffice
from tests.processes import free_port
from workflow import engine

pytestmark = pytest.mark.django_db


@pytest.fixture
def post_office(settings):
    """A server that the portal sends through."""
    with PostOffice() as office:
        settings.EMAIL_BACKEND = "notifications.transport.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", office.port, 5
        yield office


def sent_request(cast, *, sizes=(40,)):
    """A request sent with documents of `sizes` bytes."""
    file = files.opened(cast, requester=cast.client_auditor)
    for number, size in enumerate(sizes, 1):
        stored = StoredFileFactory(
            name=f"pièce {number}.txt", body=b"x" * size, uploaded_by=cast.client_admin
        )
        file.attachments.create(section="request", file=stored, added_by=cast.client_admin)
    return requests.send_to_support(file, actor=cast.client_admin)


def send_all():
    return [outbox.attempt(pk) for pk in outbox.sweep()]


def test_a_file_is_one_thread_received_with_its_documents(post_office):
    open_mailboxes()
    cast = english_cast()
    event = sent_request(cast)
    file = event.change_request

    assert set(send_all()) == {"sent"}

    received = {message["To"]: message for message in post_office.messages}
    assert list(received) == [
        "helpdesk@vendeur.test",
        "information@vendeur.test",
        cast.client_auditor.email,
        cast.client_admin.email,
    ]
    message = received[cast.client_auditor.email]
    assert (
        message["Subject"].strip() == f"[{file.number}] Your request has reached the hot line · {file.title}"
    )
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == "helpdesk@vendeur.test"
    assert message["Date"]
    [root] = {one["In-Reply-To"] for one in received.values()}
    assert root == message["References"] == f"<{file.number.lower()}@127.0.0.1>"
    assert len({one["Message-ID"] for one in received.values()}) == len(received)
    assert [(part.get_filename(), part.get_content()) for part in message.iter_attachments()] == [
        ("pièce 1.txt", "x" * 40)
    ]
    assert f"/demandes/{file.number}/" in message.get_body(["plain"]).get_content()
    assert f"/demandes/{file.number}/" in message.get_body(["html"]).get_content()


def test_documents_beyond_the_size_stay_in_the_portal_and_are_named(post_office, settings):
    settings.MAIL_ATTACHMENTS_MAX_BYTES = 100
    sent_request(english_cast(), sizes=(60, 90, 40))

    send_all()

    message = post_office.messages[0]
    assert [part.get_filename() for part in message.iter_attachments()] == ["pièce 1.txt", "pièce 3.txt"]
    text = message.get_body(["plain"]).get_content()
    assert "Too large to attach, in the portal\n  - pièce 2.txt" in text


def test_a_refused_recipient_is_given_up_and_nothing_was_sent(post_office):
    post_office.answers["RCPT"] = "550 5.1.1 No such person"
    message = MessageFactory()

    assert outbox.attempt(message.pk) == "dead"

    message.refresh_from_db()
    assert (message.error, message.handed_over_at) == ("RecipientRefused 550", None)


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "451 4.3.0 Later", "RecipientRefused 451"),
        ("DATA", "452 4.3.1 No room", "ContentRefused 452"),
        ("DATA", "554 5.6.0 No", "ContentRefused 554"),
    ],
)
def test_a_clear_answer_is_tried_again_later(post_office, command, answer, error):
    post_office.answers[command] = answer
    message = MessageFactory()

    assert outbox.attempt(message.pk) == "retry"

    message.refresh_from_db()
    assert (message.error, message.handed_over_at) == (error, None)


def test_a_server_that_is_away_is_tried_again_later(post_office, settings):
    settings.EMAIL_PORT = free_port()
    message = MessageFactory()

    assert outbox.attempt(message.pk) == "retry"

    message.refresh_from_db()
    assert message.error == "ConnectionRefusedError"


def test_a_line_cut_before_the_answer_is_uncertain(post_office):
    post_office.answers["DATA"] = "hang up"
    message = MessageFactory()

    assert outbox.attempt(message.pk) == "uncertain"

    assert outbox.sweep() == []
    assert len(post_office.messages) == 1


def test_lines_that_begin_with_a_point_arrive_whole(post_office):
    message = MessageFactory(text=".\n..two\nthe end\n.\n", html="")

    outbox.attempt(message.pk)

    assert post_office.messages[0].get_content() == ".\n..two\nthe end\n.\n"


def test_titles_cannot_add_headers_or_turn_the_reading_direction(post_office):
    cast = english_cast()
    files.sent(cast, title="Un\u202e titre\r\nBcc: autre@exemple.test\x07\u2066 « d’essai »")

    send_all()

    subject = post_office.messages[0]["Subject"]
    assert subject.endswith("· Un titre Bcc: autre@exemple.test « d’essai »")
    assert post_office.messages[0]["Bcc"] is None
    assert {address for one in post_office.envelopes for address in one.rcpt_tos} == {cast.client_admin.email}


def test_markup_in_a_request_stays_text(post_office):
    files.sent(english_cast(), title="<b>gras</b>", description="<script>alert('x')</script> & l'été")

    send_all()

    message = post_office.messages[0]
    html, text = (message.get_body([kind]).get_content() for kind in ("html", "plain"))
    assert "<script" not in html
    assert "&lt;b&gt;gras&lt;/b&gt;" in html
    assert "<script>alert('x')</script> & l'été" in text


def test_each_reader_gets_their_own_language(post_office):
    cast = english_cast()
    event = sent_request(cast)
    cast.client_auditor.language = "fr"
    cast.client_auditor.save()

    with translation.override("en"):
        rows = announce(
            engine.record(engine.lock(event.change_request), "change_planned_date", actor=cast.support)
        )

    assert {(row.recipient, row.language) for row in rows} == {
        (cast.client_auditor, "fr"),
        (cast.client_admin, "en"),
    }
    html = {row.language: row.html for row in rows}
    assert '<html lang="fr"' in html["fr"]
    assert '<html lang="en"' in html["en"]


def test_mail_is_written_to_files_that_can_be_read_again(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.MAIL_DIR = "notifications.transport.FilesBackend", tmp_path / "mail"
    message = MessageFactory(subject="Un sujet accentué")

    assert outbox.attempt(message.pk) == "sent"

    [path] = written_files()
    read = read_file(path)
    assert (read["To"], read["Subject"], read["Message-ID"]) == (
        message.address,
        "Un sujet accentué",
        message.message_id,
    )
    assert read.get_body(["plain"]).get_content() == "Its words.\n"
