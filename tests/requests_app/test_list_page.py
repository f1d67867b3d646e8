"""The list of requests: who sees what, narrowed and ordered by its address alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from requests_app.filters import View
from requests_app.lines import lateness
from requests_app.models import ChangeRequest
from requests_app.models.request import late
from requests_app.services import requests
from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.requests import AT, Cast, fresh
from ui.folding import folded
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def listed(client, query=""):
    """The numbers that the list shows at this address, in order."""
    response = client.get(f"/demandes/{query}")
    assert response.status_code == 200
    return [line["number"] for line in response.context["lines"]]


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.fixture
def files_at_every_step():
    """`{step: file}` of one cast, and the cast."""
    cast = Cast().everybody()
    return {step: make(cast) for step, make in AT.items()}, cast


# Who sees what.


def test_the_list_shows_to_each_what_they_may_know_of(client, files_at_every_step):
    files, cast = files_at_every_step
    developed = {Step.DEVELOPMENT, Step.ACCEPTANCE, Step.CLOSED}
    sees = [
        (set(files), ("client_admin", "client_auditor", "client_dpo")),
        (set(files) - {Step.REQUEST}, ("support", "dpo", "deputy_dpo", "lead")),
        (developed, ("developer", "tester")),
    ]

    for steps, names in sees:
        for name in names:
            client.force_login(getattr(cast, name))
            assert set(listed(client, "?view=all")) == {files[step].number for step in steps}, name


@pytest.mark.parametrize("name", ["requester", "portal_admin"])
def test_the_list_does_not_exist_for_who_sees_no_request(client, name):
    client.force_login(getattr(Cast(), name))

    assert client.get("/demandes/").status_code == 404


def test_a_client_learns_of_no_other_client_by_counts_filters_or_search(client):
    cast, other = Cast(), Cast(OrganisationFactory(name="Clinique voisine"))
    mine, theirs = stories.sent(cast), stories.sent(other, title="Secret de la voisine")
    client.force_login(cast.client_admin)

    response = client.get("/demandes/?view=all")

    assert [line["number"] for line in response.context["lines"]] == [mine.number]
    assert [chip.count for chip in response.context["views"]] == [1, 1, 0, 1]
    assert "organisation" not in response.context["form"].fields
    assert other.organisation.name not in response.text
    assert listed(client, f"?organisation={other.organisation.code}&view=all") == [mine.number]
    assert listed(client, "?q=Secret") == []
    assert listed(client, f"?q={theirs.number}") == []


def test_vendors_read_the_organisation_under_the_title_and_clients_need_not(client):
    cast = Cast(OrganisationFactory(name="Mairie de Valmont"))
    stories.sent(cast)

    for person, shown in ((cast.support, True), (cast.client_admin, False)):
        client.force_login(person)
        table = client.get("/demandes/").text.partition("<tbody>")[2]
        assert ("Mairie de Valmont" in table) is shown


def test_a_line_leads_to_the_tab_whose_turn_it_is(client, files_at_every_step):
    files, cast = files_at_every_step
    client.force_login(cast.support)

    response = client.get("/demandes/?view=all")

    for line in response.context["lines"]:
        assert client.get(line["url"]).status_code == 200
    ruling = files[Step.RULING].number
    assert f"/demandes/{ruling}/avis-dpo/" in [line["url"] for line in response.context["lines"]]


# Views.


def test_each_view_counts_what_it_lists(client, files_at_every_step):
    files, cast = files_at_every_step
    requests.take_in_charge(files[Step.RULING], actor=cast.support, person=cast.support)
    ChangeRequest.objects.filter(pk=files[Step.DECISION].pk).update(planned_date=in_days(200))
    client.force_login(cast.support)

    counts = {}
    for view in View:
        response = client.get(f"/demandes/?view={view}")
        [chip] = [chip for chip in response.context["views"] if chip.current]
        assert chip.count == len(response.context["lines"])
        counts[view] = chip.count

    assert counts == {View.MINE: 1, View.OPEN: 5, View.LATE: 1, View.ALL: 8}


def test_counts_follow_the_filters(client, files_at_every_step):
    _files, cast = files_at_every_step
    client.force_login(cast.support)

    response = client.get("/demandes/?turn=client&view=all")

    assert [chip.count for chip in response.context["views"]] == [0, 2, 0, 2]
    assert all("turn=client" in chip.url for chip in response.context["views"])


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("client_admin", {Step.REQUEST, Step.SPECIFICATION, Step.RULING, Step.DECISION, Step.DEVELOPMENT, Step.ACCEPTANCE}),
        ("client_dpo", set()),
        ("dpo", {Step.DECISION, Step.DEVELOPMENT, Step.ACCEPTANCE}),
        ("lead", {Step.DEVELOPMENT, Step.ACCEPTANCE}),
        ("developer", {Step.DEVELOPMENT, Step.ACCEPTANCE}),
    ],
)  # fmt: skip
def test_mine_are_those_in_which_one_has_a_part(client, files_at_every_step, name, steps):
    files, cast = files_at_every_step
    client.force_login(getattr(cast, name))

    assert set(listed(client, "?view=mine")) == {files[step].number for step in steps}


@pytest.mark.parametrize(
    ("deadline", "planned", "days"),
    [
        (10, None, None),
        (-4, None, 4),
        (10, 10, None),
        (10, 14, 4),
        (10, -3, 3),
        (-2, -3, 2),
        (None, None, None),
        (None, -1, 1),
        (-2, 5, 7),
    ],
)
def test_late_is_said_of_a_line_and_counted_by_the_same_rule(deadline, planned, days):
    file = stories.validated(Cast())
    today = timezone.localdate()
    ChangeRequest.objects.filter(pk=file.pk).update(
        deadline=None if deadline is None else in_days(deadline),
        planned_date=None if planned is None else in_days(planned),
    )

    behind = lateness(fresh(file), today)

    assert (behind and (behind[0] - behind[1]).days) == days
    assert ChangeRequest.objects.filter(late(today)).exists() is (days is not None)


@pytest.mark.parametrize("step", [Step.ACCEPTANCE, Step.CLOSED, Step.CANCELLED])
def test_what_the_client_tests_or_has_ended_is_not_late(step):
    cast = Cast()
    file = AT[step](cast)
    ChangeRequest.objects.filter(pk=file.pk).update(deadline=in_days(-9), planned_date=in_days(-5))
    today = timezone.localdate()

    assert lateness(fresh(file), today) is None
    assert not ChangeRequest.objects.filter(late(today)).exists()


# Filters.


@pytest.mark.parametrize("step", [step for step in AT if step is not Step.REQUEST])
def test_the_step_narrows_the_list_those_that_ended_too(client, files_at_every_step, step):
    files, cast = files_at_every_step
    client.force_login(cast.support)

    assert listed(client, f"?step={step}") == [files[step].number]


def test_organisation_nature_and_turn_narrow_the_list_together(client):
    cast, other = Cast(), Cast()
    fix = stories.sent(cast, nature="fix")
    new = stories.sent(cast, nature="new")
    decided = stories.ruled(other, nature="fix")
    client.force_login(cast.support)

    assert set(listed(client, f"?organisation={cast.organisation.code}")) == {fix.number, new.number}
    assert set(listed(client, "?nature=fix")) == {fix.number, decided.number}
    assert listed(client, "?turn=client") == [decided.number]
    assert listed(client, f"?turn=vendor&nature=fix&organisation={cast.organisation.code}") == [fix.number]


@pytest.mark.parametrize(
    "words",
    [
        "EXPORTER",
        "conges refuses",
        "refusés  congés",
        "l'exporter",
        "l’exporter",
        "T-99",
        "un cœur",
        "un coeur",
        "0001",
        "100 %",
    ],
)
def test_words_find_a_request_whatever_their_accents_capitals_and_order(client, words):
    cast = Cast()
    file = stories.sent(
        cast,
        title="Congés refusés : l’exporter",
        description="Un cœur de métier, à 100\u202f%.",
        ticket_reference="T-99",
    )
    stories.sent(cast, title="Autre", description="Rien de commun.")
    client.force_login(cast.support)

    assert listed(client, f"?q={words.replace('%', '%25')}") == [file.number]


@pytest.mark.parametrize("words", ["%25", "_", "\\", "'", '"', "100%25%25"])
def test_signs_of_the_database_are_plain_letters_to_a_search(client, words):
    cast = Cast()
    stories.sent(cast, title="Exporter", description="Rien")
    client.force_login(cast.support)

    assert listed(client, f"?q={words}") == []


def test_a_search_reaches_requests_that_ended_the_last_opened_first(client):
    cast = Cast()
    old, new = stories.declined(cast, title="Télétravail"), stories.sent(cast, title="Télétravail")
    client.force_login(cast.support)

    assert listed(client, "?q=teletravail") == [new.number, old.number]
    assert listed(client, "?q=teletravail&view=open") == [new.number]


def test_the_vendor_finds_a_reworked_request_by_what_was_sent_and_its_client_by_both(client):
    cast = Cast()
    file = stories.sent(cast, title="Titre envoyé")
    requests.return_to_client(file, actor=cast.support, reason="Précisez.")
    requests.save_request(fresh(file), actor=cast.client_admin, fields={"title": "Titre repris"})

    client.force_login(cast.support)
    assert (listed(client, "?q=envoye"), listed(client, "?q=repris")) == ([file.number], [])
    client.force_login(cast.client_admin)
    assert (listed(client, "?q=envoye"), listed(client, "?q=repris")) == ([file.number], [file.number])


def test_what_was_chosen_stays_chosen_on_the_page(client):
    cast = Cast()
    client.force_login(cast.support)

    page = client.get("/demandes/?q=abc&step=ruling&view=late&sort=-planned").text

    assert 'value="abc"' in page
    assert '<option value="ruling" selected>' in page
    assert re.search(r'<input type="hidden" name="view" value="late"', page)
    assert re.search(r'<input type="hidden" name="sort" value="-planned"', page)


def test_folding_keeps_letters_and_drops_what_readers_do_not_type():
    assert folded("Éléonore  n’a\u00a0PAS d’œuvre — Straße") == "eleonore n'a pas d'oeuvre — strasse"


# Order and pages.


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", "abc"),
        ("deadline", "abc"),
        ("-deadline", "bac"),
        ("number", "bac"),
        ("-number", "cab"),
        ("progress", "cab"),
        ("-progress", "bac"),
        ("planned", "bac"),
        ("surprise", "abc"),
    ],
)
def test_columns_order_the_list_and_what_has_no_date_comes_last(client, sort, expected):
    cast = Cast()
    b = stories.ruled(cast, deadline=in_days(90))
    a = stories.sent(cast, deadline=in_days(30))
    c = requests.open_request(actor=cast.client_admin, organisation=cast.organisation)
    names = {a.number: "a", b.number: "b", c.number: "c"}
    client.force_login(cast.client_admin)

    assert "".join(names[number] for number in listed(client, f"?sort={sort}")) == expected


def test_pages_of_fifty_keep_the_filters(client):
    cast = Cast()
    ChangeRequest.objects.bulk_create(
        ChangeRequest(
            number=f"{cast.organisation.code}-2026-{number:04d}",
            organisation=cast.organisation,
            title="Exporter",
            created_by=cast.client_admin,
            step=Step.SPECIFICATION,
            sent_at=timezone.now(),
        )
        for number in range(1, 103)
    )
    client.force_login(cast.support)

    sizes = [len(listed(client, f"?q=exporter&page={page}")) for page in (1, 2, 3)]

    assert sizes == [50, 50, 2]
    assert "?q=exporter&amp;page=3" in client.get("/demandes/?q=exporter").text
    for odd, size in [("0", 50), ("-1", 50), ("abc", 50), ("", 50), ("99", 2), ("9" * 400, 50), ("²", 50)]:
        assert len(listed(client, f"?q=exporter&page={odd}")) == size


# Addresses that make no sense.


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("?step=inconnue", {"step"}),
        ("?step=ticket", {"step"}),
        ("?nature=%F0%9F%98%80", {"nature"}),
        ("?turn=x&organisation=NULLEPART", {"turn", "organisation"}),
        ("?view=hier", {"view"}),
        ("?q=a%00b", {"q"}),
        ("?q=a%0Ab", {"q"}),
        ("?q=%E2%80%AE", {"q"}),
        ("?q=" + "a" * 201, {"q"}),
        ("?q=" + "a" * 1_000_000, {"q"}),
    ],
)
def test_a_filter_that_cannot_be_read_is_named_and_lists_nothing(client, query, fields):
    cast = Cast()
    stories.sent(cast)
    client.force_login(cast.support)

    response = client.get(f"/demandes/{query}")

    assert response.status_code == 422
    assert set(response.context["form"].errors) == fields
    assert response.context["lines"] == []
    assert [chip.count for chip in response.context["views"]] == [None] * 4


def test_titles_are_texts_and_never_markup(client):
    cast = Cast()
    stories.sent(cast, title='<script>alert("x")</script> ‏עברית')
    client.force_login(cast.support)

    page = client.get("/demandes/").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_an_unnamed_draft_can_be_found_and_opened(client):
    cast = Cast()
    file = requests.open_request(actor=cast.client_admin, organisation=cast.organisation)
    client.force_login(cast.client_admin)

    [line] = client.get("/demandes/").context["lines"]

    assert (line["number"], bool(line["title"]), line["deadline"]) == (file.number, True, "—")


def test_an_empty_list_says_what_to_do_next(client):
    client.force_login(UserFactory(client_admin=True))
    assert 'href="/demandes/nouvelle/"' in client.get("/demandes/").text.partition('class="empty"')[2]

    cast = Cast()
    stories.sent(cast)
    client.force_login(cast.support)
    nothing = client.get("/demandes/?q=introuvable").text.partition('class="empty"')[2]
    assert 'href="/demandes/?view=all"' in nothing


@pytest.mark.parametrize(
    ("role", "queries"),
    [(Role.CLIENT_ADMIN, 4), (Role.SUPPORT, 5), (Role.DPO, 5), (Role.LEAD, 5), (Role.DEVELOPER, 5), (Role.TESTER, 5)],
)  # fmt: skip
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries_for_one_row_and_for_three(
    client, django_assert_num_queries, role, queries, rows
):
    cast = Cast()
    for _row in range(rows):
        file = stories.green(cast, title="Télétravail")
        requests.take_in_charge(file, actor=cast.support, person=cast.support)
        file.subtasks.get().testers.add(cast.tester)
    client.force_login(cast.person(role))
    client.get("/demandes/")

    for query in ("", "?view=mine", "?q=teletravail", "?view=all&sort=-progress&turn=vendor"):
        with django_assert_num_queries(queries):
            assert len(listed(client, query)) == rows
