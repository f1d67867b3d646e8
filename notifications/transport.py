"""How a message leaves: over SMTP, or as a file. Both tell when its content is about to go.

`EMAIL_BACKEND` chooses; any other backend of Django works too, with the mark set before it is called.
"""

import re
import smtplib
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.utils import timezone

LINE_OF_POINT = re.compile(rb"^\.", re.MULTILINE)


class NotHandedOver(Exception):
    """The message did not leave, for certain. `code` is the server's answer (or None), `reason` a class name.

    `is_permanent`: the server refuses this recipient for good.
    """

    def __init__(self, reason, *, code=None, is_permanent=False):
        super().__init__(reason)
        self.reason, self.code, self.is_permanent = reason, code, is_permanent

    def __str__(self):
        return f"{self.reason} {self.code}" if self.code else self.reason


class AnswerLost(Exception):
    """The content went and no answer came: the message arrived, or it did not."""


class SmtpBackend(EmailBackend):
    """Django's SMTP backend for one recipient a message, with a mark between the envelope and the content."""

    before_content = None

    def _send(self, email_message):
        server = self.connection
        content = email_message.message().as_bytes(linesep="\r\n")
        [to] = email_message.recipients()
        encoding = email_message.encoding or settings.DEFAULT_CHARSET
        server.ehlo_or_helo_if_needed()
        options = [f"size={len(content)}"] if server.has_extn("size") else []
        self._expect(
            "SenderRefused", server.mail(sanitize_address(email_message.from_email, encoding), options)
        )
        code, _answer = server.rcpt(sanitize_address(to, encoding))
        if code not in (250, 251):
            raise NotHandedOver("RecipientRefused", code=code, is_permanent=500 <= code < 600)
        if self.before_content:
            self.before_content()
        self._expect("DataRefused", server.docmd("data"), 354)
        self._expect("ContentRefused", self._send_content(content))
        return True

    def close(self):
        """Hang up. The answer to the message has come by now: how the goodbye goes changes nothing."""
        try:
            super().close()
        except (OSError, smtplib.SMTPException):
            self.connection = self._partial_connection = None

    def _send_content(self, content):
        """Send the content and its final point; raises `AnswerLost` if the line breaks from here on."""
        try:
            self.connection.send(LINE_OF_POINT.sub(b"..", content).rstrip(b"\r\n") + b"\r\n.\r\n")
            return self.connection.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise AnswerLost(type(error).__name__) from error

    def _expect(self, reason, answer, expected=250):
        if answer[0] != expected:
            raise NotHandedOver(reason, code=answer[0])


class FilesBackend(BaseEmailBackend):
    """Writes each message as one `.eml` file under `MAIL_DIR`, whole or not at all."""

    before_content = None

    def send_messages(self, email_messages):
        """Write each of `email_messages`; returns how many were written."""
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for email_message in email_messages:
            content = email_message.message()
            if self.before_content:
                self.before_content()
            stem = content["Message-ID"].strip("<>").partition("@")[0]
            name = f"{timezone.now():%Y%m%dT%H%M%S.%f}-{stem}.eml"
            unfinished = folder / f".{name}"
            unfinished.write_bytes(content.as_bytes())
            unfinished.rename(folder / name)
        return len(email_messages)


def written_files():
    """The messages that `FilesBackend` wrote, the newest first, as paths."""
    return sorted(Path(settings.MAIL_DIR).glob("*.eml"), reverse=True)


def read_file(path):
    """The message in one of `written_files()`, as an `email.message.EmailMessage`."""
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def compose(*, to, subject, text, html, headers, attachments=(), reply_to=""):
    """The e-mail to hand over; `attachments` are `(name, bytes, content type)`."""
    email = EmailMultiAlternatives(
        subject,
        text,
        settings.DEFAULT_FROM_EMAIL,
        [to],
        headers=headers,
        reply_to=[reply_to] if reply_to else None,
    )
    if html:
        email.attach_alternative(html, "text/html")
    for name, content, content_type in attachments:
        email.attach(name, content, content_type)
    return email


def deliver(email, *, before_content):
    """Hand `email` over, calling `before_content()` once its recipient is accepted and before it goes.

    What `before_content` raises passes through, and nothing leaves. Raises `NotHandedOver` when it is
    certain that nothing left, `AnswerLost` when nobody can know.
    """
    connection = get_connection()
    if not hasattr(connection, "before_content"):
        before_content()
        connection.send_messages([email])
        return
    connection.before_content = before_content
    try:
        connection.send_messages([email])
    except smtplib.SMTPResponseException as error:
        raise NotHandedOver(type(error).__name__, code=error.smtp_code) from error
    except (OSError, ValueError) as error:
        raise NotHandedOver(type(error).__name__) from error
