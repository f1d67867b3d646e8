"""The page that shows the demo's mail."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from notifications.transport import FilesBackend


@pytest.fixture
def mail_dir(settings, tmp_path):
    """A folder of messages of its own."""
    settings.MAIL_DIR = tmp_path
    return tmp_path


def send(to, subject="Votre demande", text="Lisez http://127.0.0.1/demandes/ <b>ici</b>"):
    """Write one message as the worker does."""
    message = EmailMultiAlternatives(
        subject, text, "portail@portail.example", [to], headers={"Message-ID": f"<{to}>"}
    )
    message.attach_alternative("<p>En HTML</p>", "text/html")
    message.attach("besoin.txt", b"un besoin", "text/plain")
    FilesBackend().send_messages([message])


@pytest.mark.django_db
def test_the_demo_shows_what_was_sent_to_each_address(client, mail_dir):
    send("claire@valmont.example")
    send("paul@editeur.example", subject="À statuer")

    page = client.get(reverse("demo:mail_list"), {"to": "paul@editeur.example"})

    assert [one["Subject"] for one in page.context["page"]] == ["À statuer"]
    assert page.context["addresses"] == ["claire@valmont.example", "paul@editeur.example"]


@pytest.mark.django_db
def test_a_message_opens_with_links_to_follow_and_nothing_of_it_runs(client, mail_dir):
    send("claire@valmont.example")
    (stem,) = [path.stem for path in mail_dir.glob("*.eml")]

    page = client.get(reverse("demo:mail", args=[stem]))
    html = client.get(reverse("demo:mail_html", args=[stem]))

    assert '<a href="http://127.0.0.1/demandes/"' in page.text
    assert "<b>ici</b>" not in page.text
    assert "besoin.txt" in page.text
    assert html.text.strip() == "<p>En HTML</p>"
    assert "default-src 'none'" in html.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("stem", ["..", "../../etc/passwd", "20260101T000000-absent"])
def test_a_message_that_is_not_there_is_a_404(client, mail_dir, stem):
    send("claire@valmont.example")
    assert client.get(f"/courrier-demo/{stem}/").status_code == 404
