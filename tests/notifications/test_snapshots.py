"""What every message says, word for word, beside this file in `snapshots/<language>/`.

After a change of wording: `UPDATE_SNAPSHOTS=1 .venv/bin/pytest tests/notifications/test_snapshots.py`, then read
the difference that git shows. The HTML of a message is the same words in the other layout: a few suffice.
"""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from notifications.messages import BY_KIND
from requests_app.models import Invitation
from tests.notifications import scenes

LANGUAGES = ["en", "fr"]
SNAPSHOTS = Path(__file__).parent / "snapshots"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
IN_HTML = {
    "request_sent_for_client",
    "ruling_given_for_deciders",
    "nobody_can_rule_for_portal_admins",
    "invited_to_open_request",
}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_reads_as_it_was_approved(language, settings):
    settings.PORTAL_URL = "https://portail.exemple.test"
    with time_machine.travel(NOW, tick=False):
        scenes.play(scenes.cast_of(language))
    messages = scenes.one_of_each_kind()
    assert set(messages) == set(BY_KIND)

    written = {f"{kind}.txt": f"{message.subject}\n\n{message.text}" for kind, message in messages.items()}
    written |= {f"{kind}.html": messages[kind].html for kind in IN_HTML}
    key = Invitation.objects.get().key
    written = {name: content.replace(key, "KEY") for name, content in written.items()}
    assert [name for name, content in written.items() if "{{" in content or "{%" in content] == []
    folder = SNAPSHOTS / language
    if os.environ.get("UPDATE_SNAPSHOTS"):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, content in written.items():
            (folder / name).write_text(content)

    assert written == {path.name: path.read_text() for path in folder.iterdir()}
