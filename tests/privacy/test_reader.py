"""The dictionary: which words it finds, in which language, and where."""

import pytest

from privacy.dpia import Criterion
from privacy.lexicon import CATEGORIES, CRITERIA, WORDS
from privacy.reader import beside, read, read_all
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
    assert set(CRITERIA) == set(Criterion)
    for target, words in WORDS:
        for word in words:
            found = [finding.target for finding in read(f"({word.removesuffix('*')})")]
            assert any(one is target for one in found), word


@pytest.mark.parametrize(
    ("text", "criteria"),
    [
        ("Un score de priorité est calculé pour chaque foyer.", {1}),
        ("La demande est rejetée : décision automatisée.", {2}),
        ("Un pointage à l’entrée, avec la vidéosurveillance.", {3}),
        ("Des données sensibles", {4}),
        ("Une lettre à l’ensemble des habitants", {5}),
        ("Le croisement avec le fichier des impôts", {6}),
        ("Les personnes vulnérables sont appelées.", {7}),
        ("Une intelligence artificielle trie les courriers.", {8}),
        ("L’éligibilité à l’aide, et une liste noire", {9}),
        ("Each resident gets a ranking, matched against the tax file by machine learning.", {1, 6, 8}),
        ("Le profil de l’utilisateur décide de l’écran d’accueil.", set()),
    ],
)
def test_words_point_to_the_criteria_of_an_impact_assessment(text, criteria):
    found = {int(one.target) for one in read(text) if isinstance(one.target, Criterion)}

    assert found == criteria


def test_findings_stand_beside_the_parts_that_they_speak_to():
    found = beside(read("Le score de santé de chaque mineur, sa géolocalisation et son prénom"))

    assert {part: [one.word for one in findings] for part, findings in found.items()} == {
        "data-categories": ["prénom", "géolocalisation", "santé"],
        "data-subjects": ["mineur"],
        "dpia-criteria-1": ["score"],
        "dpia-criteria-3": ["géolocalisation"],
        "dpia-criteria-4": ["géolocalisation", "santé"],
        "dpia-criteria-7": ["mineur"],
    }


def test_family_is_told_from_the_people_of_a_family():
    found = read_all({"Demande": "La situation familiale", "Solution": "de chaque ayant droit."})

    assert [(type(one.target), one.word) for one in found] == [
        (DataCategory, "situation familiale"),
        (DataSubject, "ayant droit"),
    ]


def test_the_last_word_of_a_long_text_is_found():
    assert read("à " * 50_000 + "passeport")[0].word == "passeport"
