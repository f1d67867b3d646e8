"""Step 2 on its page."""

import pytest

from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def posted(file, **changes):
    """What the browser would post for `file`, with `changes`."""
    return {
        "title": file.title,
        "nature": file.nature,
        "requester": file.requester.email if file.requester else "",
        "ticket_reference": file.ticket_reference,
        "deadline": file.deadline or "",
        "description": file.description,
        "revision": file.revision,
        **changes,
    }


def test_the_tick_sends_the_request_in_one_save_and_leads_back_to_the_list(client):
    cast = Cast()
    file = stories.opened(cast)
    client.force_login(cast.client_admin)

    response = client.post(
        f"/demandes/{file.number}/demande/", posted(file, title="Un autre titre", send="on")
    )

    assert (response.status_code, response.url) == (302, "/demandes/")
    assert (fresh(file).step, fresh(file).title) == (Step.SPECIFICATION, "Un autre titre")


def test_an_incomplete_request_says_what_is_missing_next_to_each_field_and_keeps_what_was_typed(client):
    cast = Cast()
    file = stories.opened(cast)
    client.force_login(cast.client_admin)

    response = client.post(
        f"/demandes/{file.number}/demande/",
        posted(file, title="Gardez-moi", description="", nature="", send="on"),
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"nature", "description"}
    assert "Gardez-moi" in response.text
    assert fresh(file).title == "Exporter le registre dans un tableur"


def test_two_people_on_the_same_request_the_second_is_told_who_was_faster(client):
    cast = Cast()
    file = stories.opened(cast)
    client.force_login(cast.client_auditor)
    first = posted(file, title="Le premier")
    assert client.post(f"/demandes/{file.number}/demande/", first).status_code == 302

    client.force_login(cast.client_admin)
    response = client.post(f"/demandes/{file.number}/demande/", posted(file, title="Le second"))

    assert response.status_code == 409
    assert str(cast.client_auditor) in response.text
    assert "Le second" in response.text
    assert fresh(file).title == "Le premier"


def test_the_same_person_in_two_windows_is_not_told_that_the_second_text_is_saved(client):
    cast = Cast()
    file = stories.opened(cast)
    client.force_login(cast.client_admin)
    one, other = posted(file, title="La première fenêtre"), posted(file, title="La seconde")
    client.post(f"/demandes/{file.number}/demande/", one)

    response = client.post(f"/demandes/{file.number}/demande/", other)

    assert response.status_code == 409
    [sentence] = response.context["form"].non_field_errors()
    assert "n’est pas enregistré" in sentence
    assert "La seconde" in response.text
    assert fresh(file).title == "La première fenêtre"


def test_the_page_reads_for_everybody_who_sees_the_file_and_for_nobody_else(client):
    cast = Cast()
    file = stories.sent(cast)
    for person, status in [
        (cast.client_admin, 200),
        (cast.requester, 404),
        (cast.support, 200),
        (cast.dpo, 200),
        (cast.developer, 404),
        (cast.portal_admin, 404),
        (Cast().client_admin, 404),
    ]:
        client.force_login(person)
        assert client.get(f"/demandes/{file.number}/demande/").status_code == status


def test_the_chosen_requester_shows_with_name_position_and_e_mail(client):
    cast = Cast()
    file = stories.opened(cast, requester=cast.requester)
    client.force_login(cast.client_admin)

    own = client.get(f"/demandes/{file.number}/demande/").text
    stories.requests.send_to_support(file, actor=cast.client_admin)
    client.force_login(cast.support)
    read = client.get(f"/demandes/{file.number}/demande/").text

    person = cast.requester
    for page in (own, read):
        for said in (person.last_name, person.first_name, person.position, person.email):
            assert said in page
    assert own.count(f'data-requester="{person.email}">') == 1
    assert f'data-requester="{cast.client_admin.email}" hidden>' in own


def test_a_returned_request_shows_the_reason_and_the_vendor_reads_the_copy_last_sent(client):
    cast = Cast()
    file = stories.sent(cast)
    stories.requests.return_to_client(file, actor=cast.support, reason="Quels services ?")
    file = fresh(file)
    client.force_login(cast.client_admin)
    client.post(f"/demandes/{file.number}/demande/", posted(file, title="Un titre repris"))

    own = client.get(f"/demandes/{file.number}/demande/").text
    client.force_login(cast.support)
    read = client.get(f"/demandes/{file.number}/demande/").text

    assert "Quels services ?" in own
    assert "Un titre repris" in own
    assert "Un titre repris" not in read
    assert file.title in read


def test_support_edits_and_sends_what_it_entered(client):
    cast = Cast()
    file = stories.requests.open_request(
        actor=cast.support, organisation=cast.organisation, fields=stories.request_fields(cast)
    )
    client.force_login(cast.support)

    assert client.get(f"/demandes/{file.number}/demande/").context["form"] is not None
    client.post(f"/demandes/{file.number}/demande/", posted(file, send="on"))

    assert fresh(file).step == Step.SPECIFICATION


@pytest.mark.parametrize("send", ["", "on"])
def test_a_forged_post_of_somebody_else_changes_nothing(client, send):
    cast = Cast()
    file = stories.sent(cast)
    stories.requests.return_to_client(file, actor=cast.support, reason="Précisez.")
    for person in (cast.support, cast.dpo, cast.lead):
        client.force_login(person)
        response = client.post(f"/demandes/{file.number}/demande/", posted(file, title="Forgé", send=send))
        assert response.status_code == 403
    assert fresh(file).step == Step.REQUEST
    assert "Forgé" not in (fresh(file).title, fresh(file).draft.title if fresh(file).has_rework else "")


def test_what_is_posted_once_the_request_has_left_is_kept_on_the_page_and_not_saved(client):
    cast = Cast()
    file = stories.sent(cast)
    client.force_login(cast.client_admin)

    response = client.post(f"/demandes/{file.number}/demande/", posted(file, title="Gardez-moi"))

    assert response.status_code == 409
    assert "Gardez-moi" in response.text
    assert fresh(file).title != "Gardez-moi"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 201),
        ("deadline", "2027-02-30"),
        ("deadline", "2020-01-01"),
        ("description", "x" * 10**6),
    ],
)
def test_what_cannot_be_kept_is_said_next_to_its_field(client, field, value):
    cast = Cast()
    file = stories.opened(cast)
    client.force_login(cast.client_admin)

    response = client.post(f"/demandes/{file.number}/demande/", posted(file, **{field: value}))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


@pytest.mark.parametrize(
    "number", ["INCONNU", "VALM-2026-0001", "%00", "VALM-2026-0001%00", "valm-2026-0001"]
)
def test_a_number_that_there_is_not_answers_404(client, number):
    client.force_login(Cast().support)

    assert client.get(f"/demandes/{number}/demande/").status_code == 404


def test_the_request_asks_the_database_the_same_for_one_requester_and_for_three(
    client, django_assert_num_queries
):
    cast = Cast()
    file = stories.opened(cast)
    client.force_login(cast.client_admin)
    address = f"/demandes/{file.number}/demande/"
    client.get(address)

    with django_assert_num_queries(8):
        client.get(address)
    UserFactory.create_batch(2, requester=True, organisation=cast.organisation)
    with django_assert_num_queries(8):
        client.get(address)
