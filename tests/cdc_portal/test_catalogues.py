"""The tool that keeps translations in step with the sources."""

import gettext

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import gettext_lazy

from cdc_portal import catalogues

SOURCE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
TITLE = _("Title")
def count(number):
    return ngettext("%(number)d file", "%(number)d files", number) % {"number": number}
STEP = pgettext("step", "Request")
"""
TEMPLATE = """{% load i18n %}
    {% if person %}
        {% translate "Don't send" %}
        {% blocktranslate trimmed with name=person.name %}
            Written
            by {{ name }}
        {% endblocktranslate %}
        {{ _("Short")|upper }}
    {% endif %}
"""
FRENCH = {
    "Title": "Titre",
    ("%(number)d file", "%(number)d files"): ("%(number)d fichier", "%(number)d fichiers"),
    "Request": "Demande",
    "Don't send": "Ne pas envoyer",
    "Written by %(name)s": "Écrit par %(name)s",
    "Short": "Court",
}


@pytest.fixture
def house_of_words(tmp_path, settings):
    """Sources of two files, one of each kind, and no catalogue yet."""
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "words.py").write_text(SOURCE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_words.py").write_text('_("nobody reads this")')
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path


def translate(words=FRENCH):
    """Fill the French catalogue in, as a translator does."""
    path = catalogues.write("fr")
    text = path.read_text()
    for source, french in words.items():
        if isinstance(source, tuple):
            [one, many], plural = french, source[1]
            text = text.replace(
                f'msgid_plural "{plural}"\nmsgstr[0] ""\nmsgstr[1] ""',
                f'msgid_plural "{plural}"\nmsgstr[0] "{one}"\nmsgstr[1] "{many}"',
            )
        else:
            text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{french}"')
    path.write_text(text)
    return path


def test_every_text_of_code_and_templates_is_found(house_of_words):
    keys = {message.id for message in catalogues.extracted("fr") if message.id}

    assert keys == set(FRENCH)


def test_translations_survive_a_second_run_byte_for_byte(house_of_words):
    path = translate()
    before = path.read_bytes()

    catalogues.write("fr")

    assert path.read_bytes() == before
    assert catalogues.problems("fr") == []


def test_notes_of_translators_stay_at_the_head(house_of_words):
    path = translate()
    notes = "# One word per notion.\n#   request   demande\n"
    path.write_text(notes + path.read_text())

    catalogues.write("fr")

    assert path.read_text().startswith(notes + 'msgid ""\n')
    assert path.read_text().count(notes) == 1
    assert catalogues.problems("fr") == []


def test_missing_text_is_a_problem(house_of_words):
    translate()
    (house_of_words / "room" / "more.py").write_text('_("New")')

    assert catalogues.problems("fr") == ["fr: 'New' is missing"]


def test_empty_translation_is_a_problem(house_of_words):
    translate({source: french for source, french in FRENCH.items() if source != "Title"})

    assert catalogues.problems("fr") == ["fr: 'Title' has no translation"]


def test_half_a_plural_is_a_problem(house_of_words):
    translate(FRENCH | {("%(number)d file", "%(number)d files"): ("%(number)d fichier", "")})

    assert catalogues.problems("fr") == ["fr: '%(number)d file' has no translation"]


def test_fuzzy_translation_is_a_problem(house_of_words):
    path = translate()
    path.write_text(path.read_text().replace('msgid "Title"', '#, fuzzy\nmsgid "Title"'))

    assert catalogues.problems("fr") == ["fr: 'Title' is fuzzy"]


def test_stale_translation_is_a_problem(house_of_words):
    translate()
    (house_of_words / "templates" / "page.html").write_text(TEMPLATE.replace('{{ _("Short")|upper }}', ""))

    assert catalogues.problems("fr") == ["fr: 'Short' is stale: no source says it any more"]
    catalogues.write("fr")
    assert catalogues.problems("fr") == []


def test_other_placeholders_are_a_problem(house_of_words):
    translate(FRENCH | {"Written by %(name)s": "Écrit par %(nom)s"})

    assert catalogues.problems("fr") == [
        "fr: 'Written by %(name)s' and its translation have different placeholders"
    ]


def test_check_fails_on_problems_and_names_them(house_of_words):
    with pytest.raises(CommandError, match=r"'Title' is missing"):
        call_command("translations", check=True)

    translate()
    call_command("translations", check=True)


def test_compiled_catalogue_speaks_french(house_of_words):
    path = translate()

    assert catalogues.compile_catalogue("fr") is True
    assert catalogues.compile_catalogue("fr") is False
    with path.with_suffix(".mo").open("rb") as file:
        french = gettext.GNUTranslations(file)
    assert french.gettext("Title") == "Titre"
    assert french.pgettext("step", "Request") == "Demande"
    # In French, none is singular.
    assert [french.ngettext("%(number)d file", "%(number)d files", n) for n in (0, 1, 2)] == [
        "%(number)d fichier",
        "%(number)d fichier",
        "%(number)d fichiers",
    ]


def test_changed_translation_is_compiled_again(house_of_words):
    path = translate()
    catalogues.compile_catalogue("fr")

    path.write_text(path.read_text().replace("Titre", "Intitulé"))

    assert catalogues.compile_catalogue("fr") is True


def test_the_process_that_compiles_speaks_what_it_compiled(house_of_words):
    with translation.override("fr"):
        assert str(gettext_lazy("Title")) == "Title"
    translate()

    catalogues.compile_catalogue("fr")

    with translation.override("fr"):
        assert str(gettext_lazy("Title")) == "Titre"
