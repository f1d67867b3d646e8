"""The five questions to the client: optional, kept with the request, and what they fill in for the DPO."""

import pytest

from privacy.intake import analysis_of, personal_data_of
from requests_app.services import requests
from requests_app.versions import content_of, sha256
from tests.factories import requests as stories
from tests.factories.requests import fresh

pytestmark = pytest.mark.django_db

ANSWERS = {"about_people": "yes", "people": "Les élèves", "novelty": "both", "outside_eu": "yes"}


def posted(file, **changes):
    text = file.text()
    return {
        "title": text["title"],
        "nature": text["nature"],
        "requester": text["requester"].email,
        "deadline": text["deadline"].isoformat(),
        "description": text["description"],
        **changes,
    }


def test_answers_are_saved_with_the_request_and_read_by_everybody_once_it_is_sent(client, cast):
    file = stories.opened(cast)
    client.force_login(cast.client_admin)
    page = f"/demandes/{file.number}/demande/"

    answers = {f"intake-{name}": answer for name, answer in ANSWERS.items()}
    assert client.post(page, posted(file, **answers)).status_code == 302

    assert fresh(file).intake == ANSWERS
    assert "Les élèves" in client.get(page).text
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    client.force_login(cast.support)
    assert "Les élèves" in client.get(page).text


def test_questions_left_alone_are_no_answers(client, cast):
    file = stories.opened(cast, intake=ANSWERS)
    client.force_login(cast.client_admin)

    client.post(f"/demandes/{file.number}/demande/", posted(file))

    assert fresh(file).intake == {}


@pytest.mark.parametrize("answer", [{"intake-about_people": "peut-être"}, {"intake-people": "x" * 301}])
def test_a_wrong_answer_is_said_at_its_question_and_nothing_is_saved(client, cast, answer):
    file = stories.opened(cast)
    client.force_login(cast.client_admin)

    response = client.post(f"/demandes/{file.number}/demande/", posted(file, title="Perdu", **answer))

    assert (response.status_code, set(response.context["form"].errors)) == (422, set(answer))
    assert fresh(file).title != "Perdu"


def test_rework_of_a_returned_request_keeps_its_answers_to_its_side(client, cast):
    file = stories.sent(cast, intake={"about_people": "no"})
    requests.return_to_client(file, actor=cast.support, reason="Vraiment ?")
    requests.save_request(fresh(file), actor=cast.client_admin, fields={"intake": ANSWERS})

    assert fresh(file).intake == {"about_people": "no"}
    client.force_login(cast.support)
    assert "Les élèves" not in client.get(f"/demandes/{file.number}/demande/").text
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    assert fresh(file).intake == ANSWERS


def test_the_hash_of_a_request_without_answers_is_what_it_was_before_the_questions(cast):
    silent, answered = content_of(stories.sent(cast)), content_of(stories.sent(cast, intake=ANSWERS))

    assert set(silent["request"]) == {
        "number", "title", "nature", "requester", "ticket_reference", "deadline", "description", "documents",
    }  # fmt: skip
    assert answered["request"]["intake"] == ANSWERS
    assert sha256({**answered, "request": {**answered["request"], "intake": {}}}) != sha256(answered)


@pytest.mark.parametrize(
    ("answers", "personal_data", "changes"),
    [
        ({}, "", None),
        ({"about_people": "unknown"}, "", None),
        ({"about_people": "no"}, "no", None),
        ({"about_people": "yes", "novelty": "neither"}, "yes", ["none"]),
        ({"about_people": "yes", "novelty": "neither", "outside_eu": "yes"}, "yes", ["new_transfer"]),
        (ANSWERS, "yes", ["new_category", "new_recipient", "new_transfer"]),
    ],
)
def test_the_answers_fill_in_the_ruling(answers, personal_data, changes):
    assert personal_data_of(answers) == personal_data
    assert analysis_of(answers).get("scope") == ({"changes": changes} if changes else None)


@pytest.mark.parametrize(
    ("answers", "data"),
    [
        ({"people": "Les élèves, et leurs enseignants"}, {"subjects": ["pupils"]}),
        ({"people": "Tout le monde"}, None),
        ({"sensitive": "yes"}, {"categories": [{"category": "health"}]}),
        ({"sensitive": "no"}, None),
        ({"sensitive": "unknown"}, None),
        (
            {"people": "Patients suivis pour une allergie", "sensitive": "yes"},
            {"categories": [{"category": "health"}], "subjects": ["patients"]},
        ),
    ],
)
def test_people_and_sensitive_data_are_filled_in_where_the_client_s_words_say_which(answers, data):
    assert analysis_of(answers, "Le nom et le certificat médical de chacun.").get("data") == data


def test_the_dpo_starts_from_the_client_s_answers_and_the_words_found(client, cast):
    file = stories.sent(cast, intake=ANSWERS, description="La date de naissance de chaque enfant.")
    stories.specify(file, cast, solution="Un écran de plus, sans numéro de sécurité sociale.")
    client.force_login(cast.dpo)

    response = client.get(f"/demandes/{file.number}/avis-dpo/")

    form = response.context["sheet"].form
    assert form["personal_data"].value() == "yes"
    assert form["scope-changes"].value() == ["new_category", "new_recipient", "new_transfer"]
    found = {finding.word: finding.where for finding in response.context["findings"]}
    assert found == {
        "date de naissance": "Demande",
        "enfant": "Demande",
        "élèves": "Quelles personnes\u202f?",
        "numéro de sécurité sociale": "Cahier des charges",
    }
    assert not fresh(file).rulings.exists()


def test_words_stand_beside_the_fields_they_speak_to_and_decide_nothing(client, cast):
    file = stories.sent(cast, intake={"sensitive": "yes"}, description="Le score de santé de chaque élève.")
    stories.specify(file, cast)
    client.force_login(cast.dpo)

    page = client.get(f"/demandes/{file.number}/avis-dpo/")

    parts = {
        f"{shown.section.name}-{one.part.name}": one
        for shown in page.context["sheet"].sections
        for one in shown.parts
    }
    beside = {name: [found.word for found in part.findings] for name, part in parts.items() if part.findings}
    assert beside == {"data-categories": ["Oui", "santé"], "data-subjects": ["élève"]}
    criteria = {
        label.partition(".")[0]: [(found.word, found.where) for found in findings]
        for label, _fields, _hint, findings in parts["dpia-criteria"].lines
        if findings
    }
    assert criteria == {
        "1": [("score", "Demande")],
        "4": [("Oui", "Y a-t-il des données sensibles\u202f?"), ("santé", "Demande")],
        "7": [("élève", "Demande")],
    }
    form = page.context["sheet"].form
    assert (form["data-subjects"].value(), form["dpia-criteria-1-answer"].value()) == (None, None)


def test_what_the_client_s_answers_fill_in_is_marked_before_and_after_the_draft_is_saved(client, cast):
    file = stories.sent(cast, intake=ANSWERS)
    stories.specify(file, cast)
    client.force_login(cast.dpo)
    where = f"/demandes/{file.number}/avis-dpo/"

    first = client.get(where)
    form = first.context["sheet"].form
    assert form["data-subjects"].value() == ["pupils"]
    assert first.text.count("repris des réponses du client") == 3

    sent = {"personal_data": "yes", "scope-changes": ["access"], "data-subjects": ["pupils"]}
    for rows in (*first.context["sheet"].formsets.values(), first.context["sheet"].conditions):
        sent |= {f"{rows.prefix}-{count}_FORMS": 0 for count in ("TOTAL", "INITIAL")}
    saved = client.post(where, sent, follow=True)

    assert fresh(file).rulings.get().reused == [
        {"part": "client", "sections": ["personal_data", "scope", "data"]}
    ]
    assert saved.text.count("repris des réponses du client") == 3
    assert "les réponses du client" in saved.text
