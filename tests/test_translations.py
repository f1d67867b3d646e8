"""Every text has its French."""

from cdc_portal import catalogues


def test_every_text_is_translated():
    found = [problem for language in catalogues.languages() for problem in catalogues.problems(language)]

    assert found == []
