"""The board: what stands where for whom, what a card lets one do, and what is answered when it does not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from privacy.verdicts import Verdict
from requests_app.board import columns, nodes_of, under_work
from requests_app.models import CheckKind, ColumnLimit, Subtask
from requests_app.progress import Progress, State
from requests_app.services import decision, development, split
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def placed(user):
    """`{a subtask's title: its state}` on the board of `user`."""
    found = columns(under_work(user))
    titles = dict(Subtask.objects.values_list("pk", "title"))
    return {titles[key]: column.state for column in found for key in column.keys}


def key_of(subtask):
    return f"{subtask.change_request.number}/{subtask.position}"


def busy_file(cast, verdict=Verdict.FAVOURABLE):
    """A file with a subtask in every state, and one split, one cancelled."""
    file = stories.validated(cast, verdict)
    made = {title: stories.split(fresh(file), cast, title) for title in ("a", "b", "c", "d", "e", "f", "g")}
    development.start_subtask(made["b"], actor=cast.developer, start_date=TODAY() - timedelta(days=1))
    for title in ("c", "d", "e"):
        stories.end(made[title], cast)
    development.make_check(
        made["d"], actor=cast.tester, kind=CheckKind.UNIT, is_passed=False, comment="Vide."
    )
    stories.pass_checks(made["e"], cast, gdpr=verdict.calls_for_check)
    development.cancel_subtask(made["f"], actor=cast.lead, reason="Inutile.")
    stories.split(fresh(file), cast, "g1", parent=made["g"])
    return fresh(file), made


@pytest.mark.parametrize("verdict", [Verdict.FAVOURABLE, Verdict.NO_PERSONAL_DATA])
def test_board_says_of_every_subtask_what_its_file_says(verdict):
    cast = Cast()
    file, made = busy_file(cast, verdict)

    stand = {
        "a": State.TODO,
        "b": State.IN_PROGRESS,
        "c": State.CHECKS,
        "d": State.SENT_BACK,
        "e": State.GREEN,
        "g1": State.TODO,
    }
    assert placed(cast.lead) == stand
    assert {node.subtask.title: node.state for node in Progress(file).live} == stand
    assert {
        node.subtask.title: node.state for node in nodes_of([one.pk for one in made.values()][:5]).values()
    } == {title: state for title, state in stand.items() if title != "g1"}


def starts(made):
    """The start date of each subtask."""
    return {title: fresh(subtask).start_date for title, subtask in made.items()}


def test_gdpr_check_keeps_a_subtask_from_green_unless_it_touches_no_personal_data():
    cast = Cast()
    file = stories.validated(cast)
    subtask = stories.split(file, cast, "a")
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast, gdpr=False)
    assert placed(cast.dpo) == {"a": State.CHECKS}

    development.mark_without_personal_data(subtask, actor=cast.dpo)

    assert placed(cast.dpo) == {"a": State.GREEN}


def test_board_shows_what_its_reader_may_see_and_only_under_development(client):
    cast = Cast()
    busy_file(cast)
    stories.delivered(cast)

    assert len(placed(cast.developer)) == 6
    assert placed(UserFactory(portal_admin=True)) == {}
    client.force_login(cast.client_admin)
    assert client.get(reverse("requests:board")).status_code == 404


def test_card_offers_what_its_reader_may_do_and_nothing_else(client):
    cast = Cast()
    busy_file(cast)

    def offered(person):
        client.force_login(person)
        found = client.get(reverse("requests:board")).context["columns"]
        return {
            card.node.subtask.title: {move.name.partition(":")[0] for move in card.moves}
            for _column, cards, _more in found
            for card in cards
        }

    none = {title: set() for title in ("a", "b", "c", "d", "e", "g1")}
    assert offered(cast.support) == none
    work = {"a": {"start", "block"}, "b": {"end", "block"}, "d": {"end", "block"}, "g1": {"start", "block"}}
    assert offered(cast.developer) == none | work
    assert offered(UserFactory(developer=True)) == none
    assert offered(cast.tester) == none | {"c": {"pass", "fail"}}
    assert offered(cast.lead) == none | work | {"c": {"send_back"}, "e": {"send_back"}}


@pytest.mark.parametrize(
    ("role", "do", "reason", "title", "state"),
    [
        ("developer", "start", "", "a", State.IN_PROGRESS),
        ("lead", "end", "", "b", State.CHECKS),
        ("tester", "pass:unit", "", "c", State.CHECKS),
        ("tester", "fail:unit", "Vide.", "c", State.SENT_BACK),
        ("lead", "send_back", "Incomplet.", "e", State.SENT_BACK),
        ("developer", "block", "Pas d’accès.", "a", State.TODO),
    ],
)
def test_move_of_a_card_is_the_act_of_its_page_and_leads_back_to_it(client, role, do, reason, title, state):
    cast = Cast()
    _file, made = busy_file(cast)
    client.force_login(getattr(cast, role))
    where = reverse("requests:board") + "?organisation=" + cast.organisation.code

    response = client.post(where, {"card": key_of(made[title]), "do": do, "reason": reason})

    assert response.status_code == 302
    assert response.url == f"{where}#card-{key_of(made[title]).replace('/', '-')}"
    assert placed(cast.lead)[title] == state


@pytest.mark.parametrize(
    ("role", "sent", "title", "status"),
    [
        # Dropped where no act leads, or not for them.
        ("developer", {"to": "green"}, "c", 422),
        ("developer", {"to": "sent_back"}, "b", 422),
        ("tester", {"to": "sent_back"}, "c", 422),
        ("developer", {"to": "todo"}, "b", 422),
        ("developer", {"to": "checks"}, "a", 422),
        ("tester", {"to": "checks"}, "b", 403),
        ("developer", {"to": "in_progress"}, "c", 409),
        # Its start date is what happened.
        ("developer", {"to": "in_progress"}, "b", 422),
        ("developer", {"do": "start"}, "b", 422),
        ("developer", {"to": "in_progress"}, "d", 422),
        ("lead", {"do": "send_back", "reason": "Gardez ces mots"}, "a", 422),
        ("lead", {"do": "block", "reason": " "}, "a", 422),
        # A tester on own work, and a check on a cancelled subtask.
        ("both", {"do": "pass:unit"}, "c", 422),
        ("tester", {"do": "pass:unit"}, "f", 409),
        ("lead", {"do": "fly"}, "a", 400),
        ("lead", {"to": "moon"}, "a", 400),
        ("lead", {"do": "pass:moon"}, "a", 400),
    ],
)
def test_move_that_the_rules_forbid_says_why_keeps_what_was_typed_and_moves_nothing(
    client, role, sent, title, status
):
    cast = Cast()
    cast.developer = UserFactory(developer=True, tester=True)
    cast.both = cast.developer
    _file, made = busy_file(cast)
    before, dates = placed(cast.lead), starts(made)
    client.force_login(getattr(cast, role))

    response = client.post(reverse("requests:board"), {"card": key_of(made[title]), **sent})

    assert (response.status_code, placed(cast.lead), starts(made)) == (status, before, dates)
    if status != 400:
        [said] = response.context["messages"]
        assert (said.level_tag, f"« {title} »" in str(said).replace("\u202f", " ")) == ("error", True)
        assert sent.get("reason", "") in response.text


def test_reason_is_kept_where_the_card_has_left_the_board_or_takes_none(client):
    cast = Cast()
    file, made = busy_file(cast)
    client.force_login(cast.lead)
    sent = {"do": "send_back", "reason": "Gardez ces mots"}
    out_of_sight = client.post(
        reverse("requests:board") + "?q=introuvable", {"card": key_of(made["a"]), **sent}
    )
    decision.reopen_specification(file, actor=cast.lead, reason="Un cas oublié.")

    gone = client.post(reverse("requests:board"), {"card": key_of(made["c"]), **sent})

    assert [one.status_code for one in (out_of_sight, gone)] == [422, 409]
    assert [one.context["typed"] for one in (out_of_sight, gone)] == ["Gardez ces mots"] * 2
    assert "Gardez ces mots" in gone.text


def test_blocked_card_stays_and_says_what_blocks_it(client):
    cast = Cast()
    _file, made = busy_file(cast)
    development.block_subtask(made["a"], actor=cast.developer, reason="Pas d’accès.")
    client.force_login(cast.developer)

    response = client.post(reverse("requests:board"), {"card": key_of(made["a"]), "to": "in_progress"})

    assert response.status_code == 422
    assert "Pas d’accès." in str(next(iter(response.context["messages"])))
    assert (
        client.post(reverse("requests:board"), {"card": key_of(made["a"]), "do": "unblock"}).status_code
        == 302
    )


def test_card_of_another_file_or_none_does_not_exist(client):
    cast = Cast()
    _file, made = busy_file(cast)
    unsent = stories.opened(Cast())
    client.force_login(cast.lead)

    for card in ("", "x", f"{unsent.number}/1", f"{key_of(made['a'])}9", "ZZZZ-2020-0001/1"):
        assert client.post(reverse("requests:board"), {"card": card, "do": "start"}).status_code == 404


def test_filters_narrow_columns_table_and_counts_alike(client):
    cast, other = Cast(), Cast()
    file, _made = busy_file(cast)
    other.lead, other.developer = cast.lead, UserFactory(developer=True)
    stories.split(stories.validated(other, title="Importer"), other, "h")
    client.force_login(cast.lead)

    def counted(query):
        counts = client.get(reverse("requests:board_counts") + query).json()
        board = client.get(reverse("requests:board") + query).context
        table = client.get(reverse("requests:board") + (query or "?") + "&view=table").context
        assert sum(counts.values()) == board["total"] == table["page"].paginator.count
        return board["total"]

    assert counted("") == 7
    assert counted(f"?q={file.number}") == 6
    assert counted("?q=importer") == 1
    assert counted(f"?organisation={other.organisation.code}") == 1
    assert counted(f"?person={other.developer.pk}") == 1
    assert client.get(reverse("requests:board") + "?person=moon").status_code == 422
    assert client.get(reverse("requests:board_counts") + "?person=moon").status_code == 422


def test_person_filter_has_developers_testers_and_whoever_left_with_cards(client):
    cast = Cast()
    _file, made = busy_file(cast)
    gone, stranger = UserFactory(developer=True), UserFactory(developer=True)
    named = UserFactory(tester=True)
    both = UserFactory(developer=True, tester=True)
    development.edit_subtask(
        made["a"], actor=cast.lead, fields={}, developers=[cast.developer, gone], testers=[named]
    )
    development.edit_subtask(made["c"], actor=cast.lead, fields={}, developers=[both, cast.developer])
    for person in (gone, stranger):
        person.is_active = False
        person.save()
    client.force_login(cast.lead)

    def shown(person):
        found = client.get(reverse("requests:board"), {"person": person.pk}).context["columns"]
        return {card.node.subtask.title for _column, cards, _more in found for card in cards}

    offered = dict(client.get(reverse("requests:board")).context["form"].fields["person"].choices)
    assert {
        one.pk: str(one.pk) in offered for one in (cast.developer, gone, stranger, named, cast.support)
    } == {
        cast.developer.pk: True,
        gone.pk: True,
        stranger.pk: False,
        named.pk: True,
        cast.support.pk: False,
    }
    assert offered[str(gone.pk)] == f"{gone} (compte désactivé)"
    assert shown(gone) == {"a"}
    # Where no tester is named, what is ended is every tester's but of those who worked on it.
    assert shown(named) == {"a", "c", "e"}
    assert shown(cast.tester) == {"c", "e"}
    assert shown(both) == {"c", "e"}
    assert client.get(reverse("requests:board"), {"person": stranger.pk}).status_code == 422


def test_limits_are_the_leads_and_a_fuller_column_says_so(client):
    cast = Cast()
    busy_file(cast)
    client.force_login(cast.developer)
    refused = client.post(reverse("requests:board"), {"do": "limits", "todo": "1"})
    assert (refused.status_code, ColumnLimit.objects.count()) == (403, 0)
    client.force_login(cast.lead)
    assert client.post(reverse("requests:board"), {"do": "limits", "todo": "-3"}).status_code == 422

    assert (
        client.post(reverse("requests:board"), {"do": "limits", "todo": "1", "checks": "5"}).status_code
        == 302
    )

    found = client.get(reverse("requests:board")).context["columns"]
    assert {column.state.value: (column.limit, column.is_over) for column, _cards, _more in found} == {
        "todo": (1, True),
        "in_progress": (None, False),
        "checks": (5, False),
        "sent_back": (None, False),
        "green": (None, False),
    }


@pytest.mark.parametrize(("view", "queries"), [("", 12), ("table", 12)])
def test_board_asks_the_same_number_of_queries_for_any_number_of_cards(
    client, view, queries, django_assert_num_queries
):
    cast = Cast()
    client.force_login(cast.lead)
    for number in (1, 2, 23):
        file, _made = busy_file(cast)
        split.add_list(file, actor=cast.lead, text="Pièce\n" * number, developers=[cast.developer])
        client.get(reverse("requests:board"))
        with django_assert_num_queries(queries):
            client.get(reverse("requests:board"), {"view": view})

    _column, cards, more = client.get(reverse("requests:board")).context["columns"][0]
    assert (len(cards), more) == (20, "?todo=40#column-todo")
    _column, cards, more = client.get(reverse("requests:board") + more).context["columns"][0]
    assert (len(cards), more) == (32, "")


@pytest.mark.long
def test_board_of_two_thousand_cards_asks_no_more(client, django_assert_num_queries):
    cast = Cast()
    file, _made = busy_file(cast)
    Subtask.objects.bulk_create(
        Subtask(change_request=file, position=100 + rank, title=f"Pièce {rank}") for rank in range(2_000)
    )
    client.force_login(cast.lead)
    client.get(reverse("requests:board"))

    with django_assert_num_queries(12):
        response = client.get(reverse("requests:board"))

    assert response.context["total"] > 2_000
