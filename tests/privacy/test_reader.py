"""The dictionary: which words it finds, in which language, and where."""

import pytest

from privacy.lexicon import CATEGORIES, WORDS
from privacy.reader import read, read_all
from privacy.vocabulary import DataCategory, DataSubject


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("Le PRÉNOM de l’élève", {DataCategory.CIVIL_STATUS, DataSubject.PUPILS}),
        ("La pièce d’identité du visiteur", {DataCategory.IDENTITY_DOCUMENTS, DataSubject.VISITORS}),
        ("Données de santé des mineurs", {DataCategory.HEALTH, DataSubject.MINORS}),
        ("The date of birth of each employee", {DataCategory.CIVIL_STATUS, DataSubject.EMPLOYEES}),
        ("Le nirvana des agentes", set()),
        ("Un bouton d’export par service.", set()),
        ("", set()),
    ],
)
def test_words_are_found_whole_whatever_their_accents(text, targets):
    assert {finding.target for finding in read(text)} == targets


def test_a_finding_shows_the_word_as_written_and_where():
    (finding,) = read("x" * 100 + " le Numéro de Sécurité Sociale " + "y" * 100, "Description")

    assert (finding.target, finding.word, finding.where) == (
        DataCategory.NIR,
        "Numéro de Sécurité Sociale",
        "Description",
    )
    assert finding.before.startswith("…x")
    assert finding.before.endswith(" le ")
    assert finding.after.endswith("y…")


def test_each_thing_is_shown_once_where_it_comes_first():
    found = read_all({"Demande": "Le salaire.", "Solution": "Le salaire et l’IBAN de l’élève."})

    assert [(finding.target, finding.where, finding.word) for finding in found] == [
        (DataCategory.FINANCIAL, "Demande", "salaire"),
        (DataSubject.PUPILS, "Solution", "élève"),
    ]


def test_every_category_has_words_and_every_word_is_found():
    assert set(DataCategory) - set(CATEGORIES) == {DataCategory.OTHER}
    for target, words in WORDS:
        for word in words:
            found = [finding.target for finding in read(f"({word.removesuffix('*')})")]
            assert any(one is target for one in found), word


def test_family_is_told_from_the_people_of_a_family():
    found = read_all({"Demande": "La situation familiale", "Solution": "de chaque ayant droit."})

    assert [(type(one.target), one.word) for one in found] == [
        (DataCategory, "situation familiale"),
        (DataSubject, "ayant droit"),
    ]


def test_the_last_word_of_a_long_text_is_found():
    assert read("à " * 50_000 + "passeport")[0].word == "passeport"
