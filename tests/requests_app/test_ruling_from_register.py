"""A ruling starts from the client's register entry that it names and from the ruling before on it: what is filled in, what stays."""

import pytest

from privacy.models import RegisterEntry
from privacy.verdicts import Verdict
from requests_app.services import requests, ruling
from tests.factories import requests as stories
from tests.factories.requests import ANALYSIS, Cast, fresh
from tests.requests_app.test_ruling_page import FULL as FULL_PAGE
from tests.requests_app.test_ruling_page import address, given, rows

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
    ruling.start_from_entry(
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


WIDE = {
    **ANALYSIS,
    "data": {
        "categories": [{"category": "contact", "active": "5 ans"}, {"category": "civil_status"}],
        "subjects": ["contacts"],
    },
    "recipients": {
        "recipients": [{"recipient": "Mairie", "reason": "Suivi"}],
        "sub_processors": [{"name": "Hébergeur", "country": "France", "service": "Hébergement"}],
    },
    "transfers": {"transfers": [{"country": "USA", "recipient": "Hébergeur", "tool": "adequacy"}]},
    "measures": {
        "measures": [{"measure": "backup", "state": "existing"}, {"measure": "masking", "state": "existing"}]
    },
}


@pytest.fixture
def wide(cast):
    """A file to rule on, of a client whose entry has several rows of each list."""
    stories.give_ruling(stories.specified(cast), cast, analysis=WIDE)
    return stories.specified(cast)


def test_a_row_that_was_typed_joins_those_of_the_entry(cast, wide):
    draft = save(
        wide,
        cast,
        data={"categories": [{"category": "education"}, {"category": "contact", "examples": "Téléphone"}]},
        measures={"measures": [{"measure": "masking", "state": "to_build"}]},
        recipients={
            "recipients": [{"recipient": "Académie"}],
            "sub_processors": [{"name": "hebergeur", "country": "Irlande"}],
        },
        transfers={"transfers": [{"country": "USA", "recipient": "Un autre", "tool": "clauses"}]},
    )

    assert draft.analysis["data"]["categories"] == [
        {"category": "education"},
        {"category": "contact", "examples": "Téléphone", "active": "5 ans"},
        {"category": "civil_status"},
    ]
    assert draft.analysis["measures"]["measures"] == [
        {"measure": "masking", "state": "to_build"},
        {"measure": "backup", "state": "existing"},
    ]
    assert [row["recipient"] for row in draft.analysis["recipients"]["recipients"]] == ["Académie", "Mairie"]
    assert draft.analysis["recipients"]["sub_processors"] == [
        {"name": "hebergeur", "country": "Irlande", "service": "Hébergement"}
    ]
    assert [row["recipient"] for row in draft.analysis["transfers"]["transfers"]] == ["Un autre", "Hébergeur"]
    assert sorted(draft.reused[0]["sections"]) == ["data", "measures", "recipients", "scope", "transfers"]


TYPED = FULL_PAGE | {
    "scope-entry": NAME,
    **rows("data-categories", {"category": "education"}),
    "data-subjects": ["contacts"],
}


def test_the_first_giving_that_names_a_known_entry_saves_what_was_added_to_be_read_over(client, cast, wide):
    client.force_login(cast.dpo)

    page = client.post(address(wide), given(**TYPED), follow=True)

    draft = wide.rulings.get()
    assert (draft.ruled_at, fresh(wide).step) == (None, "ruling")
    assert [row["category"] for row in draft.analysis["data"]["categories"]] == [
        "education",
        "contact",
        "civil_status",
    ]
    assert "pas encore rendu" in page.text

    again = rows(
        "data-categories", {"category": "education"}, {"category": "contact"}, {"category": "civil_status"}
    )
    client.post(address(wide), given(**TYPED | again | {"revision": draft.revision}))

    assert fresh(wide).step == "decision"
    said = wide.rulings.get().analysis
    assert [row["category"] for row in said["data"]["categories"]] == ["education", "contact", "civil_status"]
    assert "transfers" not in said


@pytest.mark.parametrize("typed", [{"scope-entry": NAME}, {"personal_data": "no", "verdict": "", **TYPED}])
def test_a_short_path_is_given_in_one_save_though_the_entry_is_known(client, cast, wide, typed):
    client.force_login(cast.dpo)

    client.post(address(wide), given(**{"verdict": "", **typed}))

    assert fresh(wide).step == "decision"


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


def test_a_draft_of_the_register_fills_in_nothing_beside_the_ruling_that_made_it(cast):
    delivered = stories.delivered(cast)

    draft = save(stories.specified(cast), cast)

    assert marks(draft) == [(delivered.number, "previous", ["data", "scope"])]


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

    assert page.text.count("repris du registre") == 2
    assert f"fiche de registre « {NAME} »" in page.text
    assert "Relire ses traitements" in page.text


MEASURES = {"measures": [{"measure": "masking", "state": "to_build"}]}
RISK = {"events": [{"event": "loss", "severity_before": "limited"}]}
DPIA = {"on_cnil_list": True, "conclusion": "required_new"}
FULL = {**ANALYSIS, "measures": MEASURES, "risk": RISK, "dpia": DPIA}


def ruled_before(cast, *, analysis=FULL):
    """Another file of the client, ruled on with `analysis` and not delivered yet."""
    file = stories.specified(cast)
    asked = {"text": "Le journal est relu chaque mois."}
    stories.give_ruling(file, cast, Verdict.CONDITIONAL, analysis=analysis, conditions=[asked])
    return fresh(file)


def marks(draft):
    return [(mark["number"], mark["part"], sorted(mark["sections"])) for mark in draft.reused]


def test_what_is_not_answered_and_not_in_the_register_starts_as_the_ruling_before_on_the_entry_has_it(
    cast, file
):
    earlier = ruled_before(cast, analysis={**FULL, "data": {**ANALYSIS["data"], "subjects": ["minors"]}})

    draft = save(file, cast, risk={"events": [{"event": "access"}]})

    assert draft.analysis["data"] == ANALYSIS["data"]
    assert draft.analysis["measures"] == MEASURES
    assert draft.analysis["risk"] == {"events": [{"event": "access"}]}
    [_register, previous] = marks(draft)
    assert previous == (earlier.number, "previous", ["measures"])


def test_entry_that_is_not_in_the_register_yet_starts_as_the_last_ruling_on_it_has_it(cast):
    ruled_before(cast, analysis={**FULL, "risk": {"events": [{"event": "change"}]}})
    last = ruled_before(cast)

    draft = save(stories.specified(cast), cast, name="registre des  TRAITEMENTS")

    assert draft.analysis["risk"] == RISK
    assert marks(draft) == [(last.number, "previous", ["data", "measures", "risk", "scope"])]


def test_verdict_conclusions_conditions_and_impact_assessment_are_not_taken_over(cast):
    ruled_before(cast)

    draft = save(stories.specified(cast), cast)

    assert "dpia" not in draft.analysis
    assert (draft.verdict, draft.conclusions) == ("", "")
    # What was taken over makes one of its own, shown at once, to be read over with it.
    assert [condition.origin for condition in draft.conditions.all()] == ["measure:masking"]


@pytest.mark.parametrize("case", ["another client", "cancelled", "fallen", "another entry", "unchanged"])
def test_nothing_is_taken_over_from_a_ruling_that_does_not_speak_of_the_entry_any_more(cast, case):
    scope = {**ANALYSIS["scope"], "entry": "Un autre"} if case == "another entry" else ANALYSIS["scope"]
    other = Cast() if case == "another client" else cast
    earlier = ruled_before(other, analysis={**FULL, "scope": scope})
    if case == "cancelled":
        requests.cancel(earlier, actor=cast.client_admin, category="too_late", reason="Trop tard.")
    elif case == "fallen":
        earlier.rulings.update(fell_at=earlier.rulings.get().ruled_at)

    draft = save(stories.specified(cast), cast, changes=["none"] if case == "unchanged" else ["access"])

    assert (draft.analysis.keys(), draft.reused) == ({"scope"}, [])


def test_page_says_from_which_ruling_a_section_was_filled_in(client, cast):
    earlier = ruled_before(cast)
    file = stories.specified(cast)
    save(file, cast)
    client.force_login(cast.dpo)

    page = client.get(f"/demandes/{file.number}/avis-dpo/")

    shown = {one.section.name for one in page.context["sheet"].sections if one.sources}
    assert shown == {"scope", "data", "measures", "risk"}
    assert page.text.count("repris d’un avis antérieur") == 4
    assert page.text.count(f"/demandes/{earlier.number}/avis-dpo/") >= 5


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "registre des TRAITEMENTS"}, "la livraison met à jour la fiche « Registre des traitements », version 2"),
        ({"name": "Un autre"}, "la livraison créera la fiche « Un autre »"),
        ({"name": ""}, "la livraison créera la fiche « Registre des traitements ({number}) »"),
        ({"changes": ["none"]}, ""),
    ],
)  # fmt: skip
def test_the_page_says_beside_the_entry_what_the_delivery_makes_of_it(client, cast, file, typed, said):
    file.title = NAME
    file.save()
    save(file, cast, **typed)
    client.force_login(cast.dpo)

    page = client.get(address(file))

    text = page.text.replace("\xa0", " ")
    assert said.format(number=file.number) in text
    assert ("la livraison" in text.split('name="scope-entry"')[1].split("scope-purposes")[0]) == bool(said)


def test_giving_the_ruling_gives_what_was_read_and_no_more(cast, file):
    stories.give_ruling(
        file,
        cast,
        Verdict.FAVOURABLE,
        analysis={**ANALYSIS, "data": {**ANALYSIS["data"], "categories": [{"category": "family"}]}},
    )

    assert file.rulings.get().analysis["data"]["categories"] == [{"category": "family"}]
    assert file.rulings.get().reused == []
