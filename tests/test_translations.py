"""Every text has its French."""

import re

from cdc_portal import catalogues


def test_every_text_is_translated():
    found = [problem for language in catalogues.languages() for problem in catalogues.problems(language)]

    assert found == []


def test_french_punctuation_stays_with_its_word():
    # A plain space lets a line end there; ; ? ! and guillemets take a narrow no-break space, the colon a wide one.
    breaks = re.compile(r" [;:?!»]|« ")
    strings = (
        text
        for message in catalogues.read("fr")
        if message.id
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
    )

    assert [text for text in strings if breaks.search(text)] == []
