"""Passages that support marks as concerning personal data: taken out of the text, kept beside it, put in again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.passages import put_in, taken_out


@pytest.mark.parametrize(
    ("text", "plain", "passages"),
    [
        ("Le ==numéro de sécurité sociale== est lu.", "Le numéro de sécurité sociale est lu.", ["numéro de sécurité sociale"]),
        ("==Nom==, ==âge==", "Nom, âge", ["Nom", "âge"]),
        ("==sur\ndeux lignes==", "sur\ndeux lignes", ["sur\ndeux lignes"]),
        ("si a == b et c == d", "si a == b et c == d", []),
        ("==d’un paragraphe\n\nà l’autre==", "==d’un paragraphe\n\nà l’autre==", []),
        ("Titre\n=====\nTexte\n=====", "Titre\n=====\nTexte\n=====", []),
        ("====", "====", []),
        ("== espacé ==", "== espacé ==", []),
        ("==jamais fermé", "==jamais fermé", []),
    ],
)  # fmt: skip
def test_what_is_marked(text, plain, passages):
    found, places = taken_out(text)

    assert (found, [found[start:end] for start, end in places]) == (plain, passages)


@given(st.text(alphabet="=a \n*é`"))
def test_nothing_is_lost_by_taking_marks_out(text):
    assert put_in(*taken_out(text)) == text


def test_long_text_of_signs_is_read_at_once():
    for text in ("==a" * 30_000, "=" * 90_000, "==a " * 30_000, "==" + "\n " * 45_000, "==a\n" * 30_000):
        assert put_in(*taken_out(text)) == text
