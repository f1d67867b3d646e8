"""Two texts compared word by word."""

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ui.differences import Piece, differences


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("pareil", "pareil", []),
        ("", "tout neuf", [Piece("added", "tout neuf")]),
        ("parti", "", [Piece("removed", "parti")]),
        (
            "Un bouton rouge ici.",
            "Un bouton vert ici.",
            [
                Piece("kept", "Un bouton "),
                Piece("removed", "rouge"),
                Piece("kept", " "),
                Piece("added", "vert"),
                Piece("kept", " "),
                Piece("kept", "ici."),
            ],
        ),
    ],
)
def test_words_are_kept_added_and_removed(before, after, pieces):
    assert differences(before, after) == pieces


def test_a_long_unchanged_passage_is_left_out_but_for_what_stands_next_to_a_change():
    words = " ".join(f"mot{n}" for n in range(100))

    gap, kept, removed, added = differences(f"{words} fin", f"{words} terme")

    assert (gap, removed, added) == (Piece("gap"), Piece("removed", "fin"), Piece("added", "terme"))
    assert kept.text.split() == [f"mot{n}" for n in range(88, 100)]


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_what_is_kept_and_added_is_the_new_text_whatever_the_spaces(before, after):
    pieces = differences(before, after)

    if pieces and all(piece.kind != "gap" for piece in pieces):
        new = "".join(piece.text for piece in pieces if piece.kind != "removed")
        assert new.split() == after.split()


def test_a_very_long_text_is_compared_by_lines():
    lines = [f"ligne {n} de texte\n" for n in range(2_000)]
    changed = [*lines[:1_000], "autre\n", *lines[1_001:]]

    pieces = differences("".join(lines), "".join(changed))

    assert [(piece.kind, piece.text) for piece in pieces if piece.kind in ("added", "removed")] == [
        ("removed", "ligne 1000 de texte"),
        ("added", "autre"),
    ]


def test_the_component_says_in_words_what_was_added_and_removed_and_escapes_it():
    page = engines["django"].from_string("{% load ui %}{% word_differences before after %}")

    with override("en"):
        soup = BeautifulSoup(page.render({"before": "a <b>", "after": "a <i>"}), "html.parser")

    assert soup.find("del").get_text() == "removed: <b>"
    assert soup.find("ins").get_text() == "added: <i>"
