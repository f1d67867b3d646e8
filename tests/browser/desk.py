"""A person at their browser: what they see, press and type, by the words on the page."""

import re
from types import SimpleNamespace

from django.utils import translation
from playwright.sync_api import expect

from tests import browser

REFUSED = """addEventListener("securitypolicyviolation", (event) => {
    (window.refused ??= []).push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});"""

SECONDS = 30
expect.set_options(timeout=SECONDS * 1000)


def said(text, context=None, *, language="fr"):
    """`text`, an English source (of `context`), as the portal says it in `language`."""
    with translation.override(language):
        return translation.pgettext(context, text) if context else translation.gettext(text)


class Desk:
    """Somebody (None: nobody) signed in to the portal at `address`, in a browser context of their own.

    `complaints` keeps what a page says that it should not: an error of a script or on the console, a refusal
    of the content security policy, an answer of 500 or more. A page that `is_judged` keeps the refusals of its
    policy in `window.refused` instead: what axe adds to it is refused too, and rightly so.
    """

    def __init__(self, chromium, address, person, *, language="fr", is_judged=False, **options):
        desk = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "viewport": browser.WIDE, **options}
        self.address, self.person, self.language = address, person, language
        self.context = chromium.new_context(base_url=address, **desk)
        self.context.set_default_timeout(SECONDS * 1000)
        if person:
            browser.sign_in(self.context, SimpleNamespace(url=address), person)
        self.is_judged, self.complaints, self.expected = is_judged, [], ()
        if is_judged:
            self.context.add_init_script(REFUSED)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complain(str(error)))
        self.page.on(
            "console",
            lambda line: line.type == "error" and self.complain(f"{line.text} {line.location['url']}"),
        )
        self.page.on("response", lambda got: got.status >= 500 and self.complain(f"{got.status} {got.url}"))

    def complain(self, text):
        """Keep a complaint, unless it is about an answer that the test asks for."""
        if self.is_judged and "Content Security Policy" in text:
            return
        if not any(f"status of {status}" in text or text.startswith(str(status)) for status in self.expected):
            self.complaints.append(f"{self.page.url}: {text}")

    def close(self):
        """Leave."""
        self.context.close()

    def word(self, text, context=None):
        """An English source as this person reads it."""
        return said(text, context, language=self.language)

    def open(self, path):
        """Go to an address of the portal; it answers with a page. Returns the answer."""
        answer = self.page.goto(path)
        assert answer.status < 400 or answer.status in self.expected, f"{answer.status} {path}"
        return answer

    def read(self, text, context=None, **values):
        """See a text on the page."""
        expect(self.page.locator("body")).to_contain_text(self.word(text, context) % values)

    def tab(self, text, context=None):
        """Go to a tab of the file."""
        tabs = self.page.locator("nav.tabs")
        tabs.get_by_role("link", name=re.compile(f"^{re.escape(self.word(text, context))}")).click()

    def link(self, text, context=None):
        """Follow a link."""
        self.page.get_by_role("link", name=self.word(text, context), exact=True).first.click()

    def field(self, label, context=None, *, inside=None):
        """The fields whose label begins with these words, in `inside` or the page."""
        begins = re.compile(f"^\\s*{re.escape(self.word(label, context))}(?![,\\w])", re.IGNORECASE)
        named = (inside or self.page.locator("main")).get_by_label(begins)
        return named.and_(self.page.locator("input, select, textarea"))

    def fill(self, label, value, context=None, *, inside=None, row=0):
        """Type into a field; `row` tells rows of the same fields apart."""
        self.field(label, context, inside=inside).nth(row).fill(str(value))

    def choose(self, label, option, *, inside=None, row=0):
        """Choose in a list."""
        self.field(label, inside=inside).nth(row).select_option(label=option)

    def tick(self, label, context=None, *, inside=None):
        """Tick a box or a choice."""
        self.field(label, context, inside=inside).first.check()

    def press(self, text, context=None, *, inside=None):
        """Press a button."""
        place = inside or self.page.locator("main")
        place.get_by_role("button", name=self.word(text, context), exact=True).first.click()

    def unfold(self, text, *, inside=None):
        """Open what is folded under these words."""
        place = inside or self.page.locator("main")
        # The words, then perhaps how many lines are folded.
        begins = re.compile(f"^\\s*{re.escape(self.word(text))}")
        place.locator("summary").filter(has_text=begins).first.click()

    def card(self, label, context=None):
        """Tick one of the choices shown as cards."""
        begins = re.compile(f"^\\s*{re.escape(self.word(label, context))}", re.IGNORECASE)
        self.page.locator(".choice__card").filter(has_text=begins).locator("input").check()

    def is_told(self, text, context=None, **values):
        """See the sentence that follows an act."""
        expect(self.page.locator(".flashes")).to_contain_text(self.word(text, context) % values)
