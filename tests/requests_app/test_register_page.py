"""The register's pages: who finds which entries, what an entry says and changed, its adoption."""

import pytest
from django.urls import reverse

from privacy import services
from privacy.models import RegisterEntry, RegisterVersion
from privacy.verdicts import Verdict
from requests_app.services import decision, delivery
from tests.factories import requests as stories
from tests.factories.requests import ANALYSIS, Cast, fresh

pytestmark = pytest.mark.django_db

LIST = "/registre/"


def named(entry, **more):
    """An analysis about the register entry of that name."""
    return {**ANALYSIS, "scope": {**ANALYSIS["scope"], "entry": entry}, **more}


def closed(cast, analysis):
    """A file that was accepted, ruled on with this analysis."""
    file = stories.specified(cast)
    stories.give_ruling(file, cast, Verdict.FAVOURABLE, analysis=analysis)
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    subtask = stories.split(fresh(file), cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(file), actor=cast.lead)
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    return fresh(file)


def entry_of(file, kind="controller"):
    return RegisterEntry.objects.get(versions__change_request=file, kind=kind)


def read(client, person, where, **query):
    """The page as `person` reads it."""
    client.force_login(person)
    return client.get(where, query)


def listed(client, person, **query):
    """The names on the list, in its order."""
    response = read(client, person, LIST, **query)
    assert response.status_code == 200
    return [entry.name for entry in response.context["page"]]


def adopt(client, person, file, version=1):
    client.force_login(person)
    return client.post(entry_of(file).get_absolute_url(), {"version": version})


# The list


def test_a_client_reads_its_own_register_and_the_vendors_dpo_both_of_all_clients(client, cast):
    closed(cast, named("Accueil"))
    closed(Cast(), named("Cantine"))

    assert listed(client, cast.client_auditor) == ["Accueil"]
    assert listed(client, cast.dpo) == ["Accueil", "Accueil", "Cantine", "Cantine"]


def test_the_list_is_narrowed_by_text_organisation_register_and_state(client, cast):
    other = Cast()
    file = closed(cast, named("État civil"))
    services.adopt(file.register_versions.get(state="awaited"), actor=cast.client_dpo)
    closed(other, named("Cantine"))
    dpo = cast.dpo

    assert listed(client, dpo, q="etat") == ["État civil"] * 2
    assert listed(client, dpo, q=file.number) == ["État civil"] * 2
    assert listed(client, dpo, organisation=other.organisation.code) == ["Cantine"] * 2
    assert listed(client, dpo, kind="controller") == ["Cantine", "État civil"]
    assert listed(client, dpo, state="awaited") == ["Cantine"]
    assert listed(client, dpo, state="archived") == []
    assert listed(client, cast.client_dpo, state="in_force") == ["État civil"]


def test_an_entry_shows_what_is_in_force_and_what_waits(client, cast):
    file = closed(cast, named("Accueil"))
    services.adopt(file.register_versions.get(state="awaited"), actor=cast.client_dpo)
    closed(cast, named("Accueil"))

    page = read(client, cast.client_dpo, LIST)

    [entry] = page.context["page"]
    assert [(version.number, version.state) for version in entry.standing] == [
        (2, "awaited"),
        (1, "in_force"),
    ]
    assert "à adopter par le client" in page.text


def test_filters_that_cannot_be_read_say_so(client, cast):
    page = read(client, cast.client_dpo, LIST, state="perdu")

    assert (page.status_code, page.context["page"]) == (422, None)


def test_an_empty_register_says_how_entries_come(client, cast):
    assert "Aucune fiche pour le moment" in read(client, cast.client_dpo, LIST).text


def test_the_place_is_in_the_bar_of_those_who_may_go_there(client, cast):
    for who, is_there in (("client_auditor", True), ("dpo", True), ("support", False), ("lead", False)):
        page = read(client, getattr(cast, who), reverse("requests:list"))
        assert (f'href="{LIST}"' in page.text) == is_there, who


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("client_dpo", 6), ("dpo", 7)])
def test_the_list_asks_as_often_for_one_entry_as_for_three(
    client, cast, django_assert_num_queries, who, queries, rows
):
    for number in range(rows):
        closed(cast, named(f"Traitement {number}"))
    read(client, getattr(cast, who), LIST)

    with django_assert_num_queries(queries):
        client.get(LIST)


# An entry


def test_an_entry_reads_in_the_words_of_article_30(client, cast):
    file = closed(
        cast,
        named(
            "Accueil",
            transfers={"transfers": [{"country": "Canada", "recipient": "Siège", "tool": "adequacy"}]},
        ),
    )
    dpo = cast.client_dpo

    page = read(client, dpo, entry_of(file).get_absolute_url())

    for said in (
        "a) Responsable du traitement", cast.organisation.name, dpo.email, cast.dpo.email,
        "b) Finalités du traitement", "Relire ses traitements", "Obligation légale",
        "c) Catégories de personnes concernées et de données", "Coordonnées",
        "d) Destinataires", "Aucun élément déclaré", "e) Transferts hors de l’UE", "Canada",
        "f) Délais d’effacement", "g) Mesures de sécurité",
    ):  # fmt: skip
        assert said in page.text, said


def test_the_vendors_entry_says_what_the_processor_declares(client, cast):
    file = closed(cast, ANALYSIS)

    page = read(client, cast.dpo, entry_of(file, "processor").get_absolute_url())

    assert "b) Traitements effectués pour le compte du responsable" in page.text
    assert "f) Délais d’effacement" not in page.text


def test_from_an_entry_to_its_requests_and_back(client, cast):
    first, second = closed(cast, ANALYSIS), closed(cast, ANALYSIS)
    where = entry_of(first).get_absolute_url()

    page = read(client, cast.client_admin, where)
    assert all(file.get_absolute_url() in page.text for file in (first, second))

    for name in ("ruling", "delivery"):
        tab = client.get(reverse(f"requests:{name}", args=[first.number]))
        assert f"{where}?version=1" in tab.text
    client.force_login(cast.lead)
    assert where not in client.get(reverse("requests:delivery", args=[first.number])).text


def test_versions_are_compared_word_by_word(client, cast):
    closed(cast, named("Accueil"))
    purposes = [{"purpose": "Relire chaque année ses traitements", "legal_basis": "legal_obligation"}]
    second = closed(cast, named("Accueil") | {"scope": {**named("Accueil")["scope"], "purposes": purposes}})
    where = entry_of(second).get_absolute_url()

    page = read(client, cast.client_dpo, where)
    assert [change.label for change in page.context["changes"]] == ["b) Finalités du traitement"]
    assert "<ins>" in page.text
    assert "chaque année" in page.text

    back = client.get(where, {"version": 1, "with": 2})
    assert (back.context["shown"].number, back.context["before"].number) == (1, 2)


@pytest.mark.parametrize("query", ["version=9", "version=x", "version=1&with=99999", "with=²"])
def test_a_version_that_is_none_is_not_there(client, cast, query):
    where = entry_of(closed(cast, ANALYSIS)).get_absolute_url()
    client.force_login(cast.client_dpo)

    assert client.get(f"{where}?{query}").status_code == 404


def test_a_client_finds_neither_anothers_entry_nor_the_vendors(client, cast):
    mine, theirs = closed(cast, ANALYSIS), closed(Cast(), ANALYSIS)
    client.force_login(cast.client_dpo)

    for entry in (entry_of(mine, "processor"), entry_of(theirs), entry_of(theirs, "processor")):
        assert client.get(entry.get_absolute_url()).status_code == 404
        assert client.post(entry.get_absolute_url(), {"version": 1}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_an_entry_asks_as_often_for_one_version_as_for_three(client, cast, django_assert_num_queries, rows):
    for _number in range(rows):
        file = closed(cast, ANALYSIS)
    where = entry_of(file).get_absolute_url()
    read(client, cast.client_dpo, where)

    with django_assert_num_queries(5):
        client.get(where)


# Adoption


def test_adopting_says_before_what_it_does_and_does_it(client, cast):
    first = closed(cast, ANALYSIS)
    adopt(client, cast.client_dpo, first)
    second = closed(cast, ANALYSIS)

    page = read(client, cast.client_dpo, entry_of(second).get_absolute_url())
    for said in (
        "La version 2 est en vigueur dès maintenant.",
        "La version 1 est remplacée ; elle reste lisible.",
        f"L’historique de {second.number} dit que vous l’avez adoptée",
    ):
        assert said in page.text

    assert adopt(client, cast.client_dpo, second, version=2).status_code == 302
    states = RegisterVersion.objects.filter(entry=entry_of(second)).order_by("number")
    assert [version.state for version in states] == ["replaced", "in_force"]
    history = client.get(reverse("requests:history", args=[second.number]))
    assert "a adopté la version 2 de la fiche de registre « Registre des traitements »" in history.text


@pytest.mark.parametrize("who", ["client_auditor", "dpo"])
def test_whoever_may_not_adopt_reads_who_does(client, cast, who):
    file = closed(cast, ANALYSIS)

    page = read(client, getattr(cast, who), entry_of(file).get_absolute_url())
    assert "Adopter cette version" not in page.text
    assert "attend l’adoption du client, par son DPO ou ses administrateurs" in page.text
    assert adopt(client, getattr(cast, who), file).status_code == 403


def test_a_second_adoption_is_refused_with_who_was_faster(client, cast):
    file = closed(cast, ANALYSIS)
    adopt(client, cast.client_dpo, file)

    response = adopt(client, cast.client_admin, file)

    assert response.status_code == 409
    assert str(cast.client_dpo) in response.text


def test_a_draft_waits_for_the_acceptance(client, cast):
    file = stories.delivered(cast)

    page = read(client, cast.client_dpo, entry_of(file).get_absolute_url())

    assert "une fois la livraison acceptée" in page.text
    assert "Adopter cette version" not in page.text
    assert adopt(client, cast.client_dpo, file).status_code == 409


def test_whoever_accepts_reads_before_that_the_register_then_waits(client, cast):
    file = stories.delivered(cast)
    dpo = cast.client_dpo

    page = read(client, cast.client_admin, reverse("requests:delivery", args=[file.number]))

    assert (
        "La fiche « Registre des traitements » de votre registre attend ensuite votre adoption." in page.text
    )
    assert str(dpo) in page.text


# Archives


def test_archiving_asks_why_and_leaves_the_version_readable(client, cast):
    file = closed(cast, ANALYSIS)
    adopt(client, cast.client_dpo, file)
    where = entry_of(file).get_absolute_url()
    assert "Archiver la version en vigueur" in client.get(where).text

    refused = client.post(where, {"act": "archive", "version": 1, "reason": " "})
    assert (refused.status_code, "reason" in refused.context["ending"].errors) == (422, True)
    client.post(where, {"act": "archive", "version": 1, "reason": "Le service a fermé."})

    assert listed(client, cast.client_dpo, state="archived") == ["Registre des traitements"]
    page = client.get(where)
    assert "Relire ses traitements" in page.text
    assert "Archiver la version en vigueur" not in page.text
    history = client.get(reverse("requests:history", args=[file.number]))
    assert "a archivé la version 1 de la fiche de registre" in history.text
    assert "Le service a fermé." in history.text


def test_the_vendors_dpo_archives_the_vendors_entry_and_not_the_clients(client, cast):
    file = closed(cast, ANALYSIS)
    adopt(client, cast.client_dpo, file)
    client.force_login(cast.dpo)
    typed = {"act": "archive", "version": 1, "reason": "Fin du contrat."}

    assert client.post(entry_of(file).get_absolute_url(), typed).status_code == 403
    assert client.post(entry_of(file, "processor").get_absolute_url(), typed).status_code == 302
