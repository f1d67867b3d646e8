"""The registry and what it names: every transition has its row, every message its words."""

import re

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from notifications.messages import BY_KIND, MESSAGES, OF_NO_ROW
from notifications.models import OutgoingMessage
from requests_app.audiences import Audiences
from workflow.machine import transition_names

EMAILS = settings.BASE_DIR / "templates" / "emails"


def test_every_transition_has_a_row():
    assert set(transition_names()) <= set(MESSAGES)


def test_every_message_is_named_once():
    named = [message for messages in [*MESSAGES.values(), OF_NO_ROW] for message in messages]

    assert len(named) == len(set(named)) == len(BY_KIND)


def test_every_template_is_a_message_or_a_part_of_the_layouts():
    written = {path.name for path in EMAILS.iterdir() if not path.name.startswith(("_", "base."))}

    assert written == {f"{kind}.txt" for kind in BY_KIND}


@pytest.mark.parametrize("kind", BY_KIND)
def test_every_message_compiles_and_fills_both_blocks(kind):
    source = get_template(BY_KIND[kind].template()).template.source

    assert re.findall(r"{% block (\w+) %}", source) == ["happened", "expected"]


@pytest.mark.parametrize("kind", BY_KIND)
def test_every_message_says_why_its_reader_gets_it(kind):
    because = (EMAILS / "_because.txt").read_text()

    assert f'reader == "{BY_KIND[kind].reader}"' in because


@pytest.mark.parametrize("kind", BY_KIND)
def test_every_kind_and_audience_is_known(kind):
    message = BY_KIND[kind]

    assert len(kind) <= OutgoingMessage._meta.get_field("kind").max_length
    assert all(audience == "mailboxes" or hasattr(Audiences, audience) for audience in message.audiences)


def test_subjects_are_read_in_the_language_of_whoever_looks():
    message = OutgoingMessage(kind="ruling_given_for_dpo", subject="[VALM-2026-0001] Avis rendu")

    with translation.override("en"):
        assert message.label == "Ruling given"
