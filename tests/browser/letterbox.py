"""Every message as a real SMTP server received it: for whom, under which subject, in which language, leading where."""

import re

from tests.browser.desk import said
from tests.processes import wait_for

LINK = re.compile(r"https?://\S+")


class Letterbox:
    """What `office` (a `PostOffice`) received since one last looked. `readers`: `{address: Desk or None}`.

    A shared mailbox has no desk: whoever reads it is asked to sign in.
    """

    def __init__(self, office, readers, stranger):
        self.office, self.readers, self.stranger = office, readers, stranger
        self.seen = 0
        self.followed = set()

    def holds(self, *lines, about=""):
        """Wait for exactly these messages since the last look, `(address, English subject)` each.

        `about` follows each subject, as in "number, title". Returns the messages by address.
        """
        wait_for(
            lambda: len(self.office.messages) >= self.seen + len(lines),
            f"not all of these came: {lines}",
        )
        came = self.office.messages[self.seen :]
        self.seen += len(came)
        awaited = [(address, self.subject(address, words, about)) for address, words in lines]
        assert self.subjects(came) == sorted(awaited)
        for message in came:
            self.check(message)
        return {str(message["To"]): message for message in came}

    def subjects(self, messages):
        """Who got what, sorted."""
        return sorted((str(message["To"]), str(message["Subject"]).strip()) for message in messages)

    def language_of(self, address):
        """What the reader of an address reads."""
        desk = self.readers[address]
        return desk.language if desk else "fr"

    def subject(self, address, words, about):
        """The subject of a message about a file, `about` being its number and title; else `words` as they are."""
        words = said(words, language=self.language_of(address))
        if not about:
            return words
        number, title = about
        return f"[{number}] {words} · {title}"

    def check(self, message):
        """One reader, their language in both bodies, marked as automatic, and links that open."""
        address = str(message["To"])
        language = self.language_of(address)
        text = message.get_body(("plain",)).get_content()
        page = message.get_body(("html",)).get_content()
        assert message["Auto-Submitted"] == "auto-generated"
        assert f'<html lang="{language}"' in page
        for body in (text, page):
            assert said("Expected of you", language=language) in body
        links = LINK.findall(text)
        assert links, f"no link in {message['Subject']}"
        assert all(link in page for link in links)
        for link in links:
            self.follow(address, link)

    def follow(self, address, link):
        """Open a link as its reader: the page is there, or sign-in for whoever has no account."""
        desk = self.readers[address]
        if (address, link) in self.followed:
            return
        self.followed.add((address, link))
        answer = (desk or self.stranger).context.request.get(link)
        assert answer.status == 200, f"{answer.status} {link}"
        is_known = (desk and desk.person) or "/invitation/" in link
        assert ("/connexion/" in answer.url) == (not is_known), answer.url
