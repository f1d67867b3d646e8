"""A ruling starts from the client's register entry that it names: what is filled in, what stays, what is said."""

import pytest

from privacy.models import RegisterEntry
from privacy.verdicts import Verdict
from requests_app.services import ruling
from tests.factories import requests as stories
from tests.factories.requests import ANALYSIS, Cast, fresh

pytestmark = pytest.mark.django_db

NAME = "Registre des traitements"


@pytest.fixture
def file(cast):
    """A file to rule on, of a client whose register has an entry."""
    stories.closed(cast)
    return stories.specified(cast)


def save(file, cast, *, changes=("access",), name=NAME, **analysis):
    """Save a draft that says these things; returns it."""
    draft = file.rulings.first()
    ruling.start_from_register(
        fresh(file),
        actor=cast.dpo,
        fields={
            "personal_data": "yes",
            "analysis": {"scope": {"changes": list(changes), "entry": name}, **analysis},
        },
        revision=draft.revision if draft else 0,
    )
    return file.rulings.get()


def test_what_is_not_answered_starts_as_the_entry_has_it(cast, file):
    draft = save(file, cast)

    assert draft.analysis["scope"]["purposes"] == ANALYSIS["scope"]["purposes"]
    assert draft.analysis["scope"]["changes"] == ["access"]
    assert draft.analysis["data"] == ANALYSIS["data"]
    [mark] = draft.reused
    assert (mark["entry"], sorted(mark["sections"])) == (NAME, ["data", "scope"])


def test_what_was_typed_is_never_overwritten(cast, file):
    draft = save(file, cast, data={"subjects": ["minors"]})

    assert draft.analysis["data"] == {"subjects": ["minors"], "categories": [{"category": "contact"}]}


def test_it_is_filled_in_once_so_that_what_is_taken_out_stays_out(cast, file):
    save(file, cast)

    draft = save(file, cast, data={"subjects": ["minors"]})

    assert draft.analysis["data"] == {"subjects": ["minors"]}


def test_the_name_is_known_whatever_its_capitals_and_accents(cast, file):
    assert "data" in save(file, cast, name="REGISTRE des  traitements").analysis


@pytest.mark.parametrize(
    "typed", [{"changes": ["none"]}, {"changes": []}, {"name": "Un autre"}, {"name": ""}]
)
def test_nothing_is_filled_in_without_a_change_or_an_entry(cast, file, typed):
    draft = save(file, cast, **typed)

    assert (draft.analysis.keys(), draft.reused) == ({"scope"}, [])


def test_another_clients_entry_fills_in_nothing(cast):
    stories.closed(Cast())

    assert save(stories.specified(cast), cast).reused == []


def test_a_draft_of_the_register_fills_in_nothing(cast):
    stories.delivered(cast)

    assert save(stories.specified(cast), cast).reused == []


def test_the_page_offers_the_register_and_says_what_comes_from_it(client, cast, file):
    RegisterEntry.objects.filter(kind="controller").update(name="Registre des Traitements")
    where = f"/demandes/{file.number}/avis-dpo/"
    client.force_login(cast.dpo)
    assert client.get(where).context["entries"] == ["Registre des Traitements"]

    sent = {
        "personal_data": "yes", "scope-changes": ["access"], "scope-entry": NAME,
        "conditions-TOTAL_FORMS": 0, "conditions-INITIAL_FORMS": 0,
    } | {
        f"{prefix}-{count}_FORMS": 0
        for prefix in ("scope-purposes", "data-categories", "recipients-recipients", "recipients-sub_processors",
                       "transfers-transfers")
        for count in ("TOTAL", "INITIAL")
    }  # fmt: skip
    page = client.post(where, sent, follow=True)

    assert page.context["from_register"] == {"scope", "data"}
    assert page.text.count("repris du registre") == 2
    assert f"fiche de registre « {NAME} »" in page.text
    assert "Relire ses traitements" in page.text


def test_giving_the_ruling_gives_what_was_read_and_no_more(cast, file):
    stories.give_ruling(
        file,
        cast,
        Verdict.FAVOURABLE,
        analysis={**ANALYSIS, "data": {**ANALYSIS["data"], "categories": [{"category": "family"}]}},
    )

    assert file.rulings.get().analysis["data"]["categories"] == [{"category": "family"}]
    assert file.rulings.get().reused == []
