"""What visits of pages are made of: texts, addresses, documents, and acts that a page is visited with."""

from django.core.files.base import ContentFile
from django.urls import reverse

from requests_app.services import documents
from tests.factories.requests import fresh

LONG = "Reprendre les absences de l’année précédente " * 4
PARAGRAPHS = (
    "## Aujourd’hui\n\nChaque mois, **340 absences** sont recopiées.\n\n- le siège\n- les deux agences\n"
)

# A form whose act is its button's is sent by that button.
SUBMIT = """(form, pressed) => {
    const button = form.querySelector(pressed);
    if (button) form.requestSubmit(button);
    else form.submit();
}"""


def send(selector="main form[method=post]"):
    """Send the first form as it stands, by its own button."""
    return lambda desk: desk.page.locator(f"{selector} [type=submit]").last.click()


def posted(name, value=""):
    """Send the form that posts `name` (with this value), as it stands, whether it is folded or not."""
    chosen = f'[name="{name}"][value="{value}"]' if value else f'[name="{name}"]'
    return lambda desk: desk.page.locator(f"form:has({chosen})").last.evaluate(SUBMIT, f"button{chosen}")


def address(file, name, *parts):
    """The address of a file's page."""
    return reverse(f"requests:{name}", args=[file.number, *parts])


def upload(file, actor, section, *contents):
    """Put documents on a tab."""
    uploads = [ContentFile(content, name=name) for name, content in contents]
    attachments, refusals = documents.add_documents(
        fresh(file), actor=actor, section=section, uploads=uploads
    )
    assert refusals == []
    return attachments
