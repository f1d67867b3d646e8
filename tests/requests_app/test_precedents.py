"""Past rulings beside the form: which are shown, and what a press takes over."""

import pytest
from django.utils import timezone

from privacy.verdicts import Verdict
from requests_app.precedents import likeness, precedents
from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db

UNCHANGED = {"scope": {"changes": ["none"], "entry": "Autre"}}


def elsewhere(cast):
    """The same vendor, another client."""
    other = Cast(organisation=OrganisationFactory())
    other.__dict__ |= {name: getattr(cast, name) for name in ("support", "dpo", "lead")}
    return other


def specified(cast, title, description=None, solution="Un écran de plus."):
    """A file at step 4 that says these things."""
    file = stories.sent(cast, title=title, description=description or title)
    stories.specify(file, cast, solution=solution)
    return fresh(file)


def past(cast, title, *, description=None, solution="Un écran de plus.", **fields):
    """A file that was ruled on."""
    file = specified(cast, title, description, solution)
    stories.give_ruling(file, cast, **fields)
    return fresh(file)


def found(file, cast, **more):
    return [one.ruling.change_request.title for one in precedents(file.versions.last(), cast.dpo, **more)]


def test_a_likeness_counts_the_words_in_common_those_of_the_title_most():
    assert likeness("exporter le registre\nen tableur", "exporter le registre\nen tableur") == 1
    assert likeness("exporter\nle registre", "prevenir\nles usagers") == 0
    assert likeness("exporter\nle registre", "exporter\nles usagers") > likeness(
        "exporter\nle registre", "prevenir\nle registre"
    )


def test_the_three_likest_come_first_the_same_entry_before_all(cast):
    past(cast, "Changer la couleur d’un bouton")
    past(cast, "Exporter le registre en PDF", analysis=UNCHANGED)
    past(elsewhere(cast), "Exporter le registre en tableur")
    past(elsewhere(cast), "Tout autre chose")
    past(cast, "Une refonte", analysis={"scope": {"changes": ["none"], "entry": "Inscriptions"}})
    file = specified(cast, "Exporter le registre en tableur")

    assert found(file, cast, entry="inscriptions") == [
        "Une refonte",
        "Exporter le registre en tableur",
        "Exporter le registre en PDF",
    ]
    assert found(file, cast)[0] == "Exporter le registre en tableur"


def test_neither_the_file_s_own_rulings_nor_a_draft_nor_what_one_may_not_see_is_shown(cast):
    file = stories.ruled(cast)
    stories.ruling.save_ruling(stories.specified(cast), actor=cast.dpo, fields={"conclusions": "Brouillon."})

    assert found(file, cast) == []
    assert precedents(stories.specified(cast).versions.last(), cast.portal_admin) == []


def test_texts_are_compared_and_not_the_titles_alone(cast):
    away = elsewhere(cast)
    past(away, "Évolution n° 12", description="Vider chaque nuit le journal des connexions.")
    past(away, "Évolution n° 14", solution="Une tâche vide le journal des connexions chaque nuit.")
    past(away, "Évolution n° 13", description="Imprimer les bulletins des élèves.")
    file = specified(cast, "Améliorer la sécurité", "Le journal des connexions doit être vidé la nuit.")

    assert sorted(found(file, cast)[:2]) == ["Évolution n° 12", "Évolution n° 14"]
    assert "Évolution n° 13" not in found(file, cast)


def test_the_same_request_is_wholly_alike_and_a_text_of_no_words_is_like_none(cast):
    past(elsewhere(cast), "Exporter le registre")
    same, empty = specified(cast, "Exporter le registre"), specified(cast, "?", "!", "…")

    assert [one.per_cent for one in precedents(same.versions.last(), cast.dpo)] == [100]
    assert found(empty, cast) == []


def test_a_very_long_text_is_compared_by_its_beginning(cast):
    long = "Exporter le registre. " + " ".join(f"mot{number}" for number in range(40_000))
    past(elsewhere(cast), "Un registre", description=long)

    assert found(specified(cast, "Un registre", long), cast) == ["Un registre"]


def test_past_rulings_cost_the_same_however_many_they_are(client, cast, django_assert_num_queries):
    file = specified(cast, "Exporter le registre")
    version = file.versions.select_related("change_request").last()
    for number in (1, 3):
        past(cast, f"Exporter le registre {number}")
        with django_assert_num_queries(4):
            assert precedents(version, cast.dpo)


def test_the_names_of_the_client_s_own_entries_are_offered_once_each(client, cast):
    past(cast, "Une")
    past(cast, "Deux", analysis=UNCHANGED)
    past(cast, "Trois", analysis=UNCHANGED)
    past(elsewhere(cast), "Quatre", analysis={"scope": {"changes": ["none"], "entry": "D’un autre"}})
    file = stories.specified(cast)
    client.force_login(cast.dpo)

    read = client.get(f"/demandes/{file.number}/avis-dpo/")

    assert read.context["entries"] == ["Autre", "Registre des traitements"]
    assert "D’un autre" not in read.text


def press(client, file, value, **typed):
    sent = {
        "personal_data": "yes",
        "scope-changes": ["none"],
        "conditions-TOTAL_FORMS": 0,
        "conditions-INITIAL_FORMS": 0,
    }
    return client.post(f"/demandes/{file.number}/avis-dpo/", {**sent, "reuse": value, **typed})


def test_a_press_takes_over_a_part_keeps_what_was_typed_and_marks_it(client, cast):
    before = past(elsewhere(cast), "Exporter", verdict=Verdict.CONDITIONAL, conclusions="Tracer l’accès.")
    file = stories.specified(cast, title="Exporter")
    client.force_login(cast.dpo)
    ruling = before.rulings.get()

    shown = client.get(f"/demandes/{file.number}/avis-dpo/")
    values = [value for value, _label in shown.context["precedents"][0].reusable]
    analysis, conclusions, conditions = (
        f"{ruling.pk}:{part}" for part in ("analysis", "conclusions", "conditions")
    )
    assert values == [analysis, conclusions, conditions]
    day = timezone.localdate().isoformat()
    assert (
        press(client, file, conclusions, conclusions="Les miennes.", validation_date=day).status_code == 302
    )
    press(client, file, conditions, conclusions="Les miennes.\n\nTracer l’accès.", revision=1)

    draft = fresh(file).rulings.get()
    assert (draft.ruled_at, draft.conclusions) == (None, "Les miennes.\n\nTracer l’accès.")
    assert [condition.text for condition in draft.conditions.all()] == ["L’accès est journalisé."]
    assert draft.reused == [
        {"number": before.number, "part": "conclusions"},
        {"number": before.number, "part": "conditions"},
    ]


def test_measures_taken_over_leave_the_answers_given(client, cast):
    states = [("masking", "existing"), ("backup", "existing")]
    measures = {"measures": {"measures": [{"measure": one, "state": state} for one, state in states]}}
    before = past(cast, "Exporter", analysis={**stories.ANALYSIS, **measures})
    file = stories.specified(cast, title="Exporter")
    typed = {"measures": {"measures": [{"measure": "backup", "state": "not_applicable"}]}}

    stories.ruling.reuse(
        file,
        actor=cast.dpo,
        precedent=before.rulings.get(),
        part="measures",
        fields={"conclusions": "", "analysis": typed},
        conditions=[],
    )

    kept = fresh(file).rulings.get().analysis["measures"]["measures"]
    assert {row["measure"]: row["state"] for row in kept} == {
        "masking": "existing",
        "backup": "not_applicable",
    }


def test_an_analysis_taken_over_fills_in_what_is_not_answered(client, cast):
    before = past(cast, "Exporter")
    file = stories.specified(cast, title="Exporter")

    stories.ruling.reuse(
        file,
        actor=cast.dpo,
        precedent=before.rulings.get(),
        part="analysis",
        fields={"personal_data": "", "conclusions": "", "analysis": {"data": {"subjects": ["minors"]}}},
        conditions=[],
    )

    draft = fresh(file).rulings.get()
    assert draft.personal_data == "yes"
    assert draft.analysis["scope"] == stories.ANALYSIS["scope"]
    assert draft.analysis["data"] == {"subjects": ["minors"], "categories": [{"category": "contact"}]}
    # Whether an assessment is needed is each ruling's own to say.
    assert "dpia" not in draft.analysis


def test_the_client_never_reads_from_whom_a_ruling_took_something(client, cast):
    before = past(elsewhere(cast), "Exporter")
    file = stories.specified(cast, title="Exporter")
    client.force_login(cast.dpo)
    press(client, file, f"{before.rulings.get().pk}:conclusions")
    stories.give_ruling(fresh(file), cast)
    read = {}
    for who in ("support", "client_admin"):
        client.force_login(getattr(cast, who))
        read[who] = before.number in client.get(f"/demandes/{file.number}/avis-dpo/").text

    assert read == {"support": True, "client_admin": False}


@pytest.mark.parametrize(
    "value", ["", "0:conclusions", "x:conclusions", "9" * 400 + ":measures", "²:measures", "1:verdict"]
)
def test_a_forged_press_finds_nothing(client, cast, value):
    file = stories.specified(cast)
    client.force_login(cast.dpo)

    assert press(client, file, value).status_code == 404
    assert not fresh(file).rulings.exists()
