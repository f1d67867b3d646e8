"""What a check rests on, and who keeps out of it."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from requests_app.models import Check, CheckKind
from requests_app.progress import Progress
from requests_app.services import development
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db


def ended():
    """An ended subtask, its page and its cast."""
    cast = Cast()
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    stories.end(subtask, cast)
    return subtask, reverse("requests:subtask", args=[file.number, subtask.position]), cast


def sent(name, content=b"Tout est conforme.\n", **changes):
    """A check that failed, with its evidence, as a form sends it."""
    return {
        "act": "check",
        "kind": "unit",
        "verdict": "failed",
        "comment": "Le total est faux.",
        "build": "4.2.0-rc3",
        "documents": [ContentFile(content, name=name)],
        **changes,
    }


def test_evidence_stays_with_its_check_for_everybody_who_sees_the_file(client):
    subtask, page, cast = ended()
    client.force_login(cast.tester)

    assert client.post(page, sent("essai.txt")).status_code == 302

    check = Check.objects.get()
    [evidence] = check.evidence.all()
    assert (check.build, evidence.file.name) == ("4.2.0-rc3", "essai.txt")
    number = subtask.change_request.number
    for person in (cast.client_admin, cast.developer):
        client.force_login(person)
        assert "essai.txt" in client.get(page).text
        assert client.get(reverse("requests:document", args=[number, evidence.file_id])).status_code == 200
    client.force_login(cast.tester)
    client.post(reverse("requests:document_withdraw", args=[number, evidence.file_id]))
    evidence.refresh_from_db()
    assert evidence.withdrawn_at is None


def test_check_whose_evidence_is_refused_is_not_made_and_keeps_what_was_typed(client, settings):
    _subtask, page, cast = ended()
    settings.DOCUMENT_MAX_BYTES = 10
    client.force_login(cast.tester)

    response = client.post(page, sent("essai.txt"))

    assert (response.status_code, set(response.context["refused"].errors)) == (422, {"documents"})
    assert "Le total est faux." in response.text
    assert not Check.objects.exists()


def test_page_says_who_keeps_out_of_the_checks_and_why(client):
    subtask, page, cast = ended()
    former, second = cast.developer, UserFactory(developer=True)
    development.reopen_subtask(subtask, actor=cast.lead, reason="Incomplet.")
    development.edit_subtask(subtask, actor=cast.lead, fields={}, developers=[second])
    subtask.refresh_from_db()
    development.end_subtask(subtask, actor=cast.lead, end_date=timezone.localdate())

    node = Progress(fresh(subtask.change_request)).nodes[subtask.pk]

    assert [person for person, _why in development.barred(node)] == [former, second, cast.lead, cast.dpo]
    client.force_login(cast.client_admin)
    text = client.get(page).text
    assert all(str(person) in text for person in (former, second, cast.lead))
    assert CheckKind.GDPR in node.due
