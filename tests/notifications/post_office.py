"""A real SMTP server on this machine, which answers each command as a test decides."""

import email
from email import policy

from aiosmtpd.controller import Controller

from tests.processes import free_port


class PostOffice:
    """Keeps what it accepts. `answers` replaces the answer to `RCPT` or `DATA`; `on_data` runs before it answers.

    `answers["DATA"] = "hang up"` keeps the message and cuts the line without a word.
    """

    def __init__(self):
        self.envelopes = []
        self.answers = {}
        self.on_data = None
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *error):
        self.controller.stop()

    @property
    def messages(self):
        """What was accepted, parsed, in order."""
        contents = [envelope.content.replace(b"\r\n", b"\n") for envelope in self.envelopes]
        return [email.message_from_bytes(content, policy=policy.default) for content in contents]

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if self.on_data:
            self.on_data()
        answer = self.answers.get("DATA", "250 OK")
        if answer == "hang up":
            self.envelopes.append(envelope)
            server.transport.abort()
            return "250 OK"
        if answer.startswith("250"):
            self.envelopes.append(envelope)
        return answer
