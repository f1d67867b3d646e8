"""Step 3 on its page: writing, the quote, sending, and the acts beside it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from notifications.models import OutgoingMessage
from requests_app.models import SpecificationVersion
from requests_app.services import specification
from tests.factories import requests as stories
from tests.factories.requests import fresh
from workflow.models import Event
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def address(file, end=""):
    return f"/demandes/{file.number}/cahier-des-charges/{end}"


def rows(prefix, given):
    """What the browser posts for the rows of a formset."""
    posted = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": 0}
    for rank, row in enumerate(given):
        posted |= {f"{prefix}-{rank}-{name}": value for name, value in row.items()}
    return posted


def posted(file, *, criteria=(), quote=(), **changes):
    """What the browser would post for `file`, with `changes`."""
    copy = file.specification
    return {
        "solution": copy.solution,
        "tentative_date": copy.tentative_date or "",
        "planned_date": "",
        "revision": copy.revision,
        **rows("criteria", criteria),
        **rows("quote", quote),
        **changes,
    }


def line(**changes):
    return {"label": "Développement", "days": "6", "unit_price": "570", "vat_rate": "20", **changes}


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def support(client, cast):
    client.force_login(cast.support)
    return client


def test_saving_without_a_date_keeps_everything_and_sends_nothing(support, cast):
    file = stories.sent(cast)
    messages = OutgoingMessage.objects.count()

    response = support.post(
        address(file),
        posted(
            file,
            solution="Un bouton.",
            tentative_date=in_days(20),
            criteria=[{"text": "Premier"}, {"text": ""}, {"text": "Second"}],
            quote=[
                line(days="1,5", unit_price="1 200,50", vat_rate="5,5"),
                line(label="", days="", unit_price=""),
            ],
        ),
    )

    assert (response.status_code, response.url) == (302, address(file))
    copy = fresh(file).specification
    assert (fresh(file).step, copy.solution, copy.tentative_date) == (
        Step.SPECIFICATION,
        "Un bouton.",
        in_days(20),
    )
    assert [row.text for row in copy.criteria.all()] == ["Premier", "Second"]
    assert [(row.days, row.unit_price, row.vat_rate) for row in copy.quote_lines.all()] == [
        (Decimal("1.50"), Decimal("1200.50"), Decimal("5.50"))
    ]
    assert OutgoingMessage.objects.count() == messages


def test_the_totals_show_after_a_save_with_vat_by_rate(support, cast):
    file = stories.sent(cast)
    support.post(
        address(file), posted(file, quote=[line(), line(days="1", unit_price="100", vat_rate="5,5")])
    )

    text = support.get(address(file)).text.replace("\u202f", " ").replace("\u00a0", " ")

    assert [amount in text for amount in ("3 520,00 €", "684,00 €", "5,50 €", "4 209,50 €")] == [True] * 4


def test_the_planned_date_makes_saving_send_a_version_to_the_dpo_and_leads_back_to_the_list(support, cast):
    file = stories.sent(cast)

    response = support.post(
        address(file), posted(file, solution="Un bouton.", planned_date=in_days(40), quote=[line()])
    )

    assert (response.status_code, response.url) == (302, "/demandes/")
    version = SpecificationVersion.objects.get(change_request=file)
    assert (fresh(file).step, version.number, version.solution) == (Step.RULING, 1, "Un bouton.")
    assert (version.offer.total, version.planned_date) == (Decimal("4104.00"), in_days(40))


def test_a_date_written_in_french_sends_too(support, cast):
    file = stories.sent(cast)

    support.post(address(file), posted(file, solution="Oui.", planned_date=f"{in_days(40):%d/%m/%Y}"))

    assert fresh(file).planned_date == in_days(40)


def test_the_page_says_that_an_unchanged_content_goes_straight_to_the_client_and_so_it_does(support, cast):
    file = stories.ruled(cast)
    stories.decision.request_change(file, actor=cast.client_admin, reason="Moins cher.")
    file = fresh(file)
    page = support.get(address(file))
    assert page.context["sending"].name == "send_to_client"
    kept = [{"id": row.pk, "text": row.text} for row in file.specification.criteria.all()]

    support.post(
        address(file), posted(file, criteria=kept, quote=[line(unit_price="400")], planned_date=in_days(30))
    )

    assert fresh(file).step == Step.DECISION
    assert [ruling.fell_at for ruling in fresh(file).rulings.all()] == [None]


def test_a_changed_content_goes_to_the_dpo_as_the_page_says_once_it_is_saved(support, cast):
    file = stories.ruled(cast)
    stories.decision.request_change(file, actor=cast.client_admin, reason="Autre chose.")
    support.post(address(file), posted(fresh(file), solution="Tout autre chose."))

    sending = support.get(address(file)).context["sending"]

    assert (sending.name, sending.ruling_falls) == ("send_to_dpo", True)


@pytest.mark.parametrize("back", ["return_to_support", "request_change", "reopen_specification"])
def test_the_planned_date_is_empty_again_after_a_return(support, cast, back):
    if back == "return_to_support":
        file = stories.specified(cast)
        stories.ruling.return_to_support(file, actor=cast.dpo, reason="Précisez.")
    elif back == "request_change":
        file = stories.ruled(cast)
        stories.decision.request_change(file, actor=cast.client_admin, reason="Précisez.")
    else:
        file = stories.validated(cast)
        stories.decision.reopen_specification(file, actor=cast.lead, reason="Précisez.")

    page = support.get(address(file))

    assert fresh(file).planned_date is None
    assert page.context["sheet"].form["planned_date"].value() is None
    assert Event.objects.get(change_request=file, name="send_to_dpo").data["planned_date"] == str(in_days(60))


def test_reworded_and_moved_criteria_stay_the_same_rows(support, cast):
    file = stories.sent(cast)
    support.post(address(file), posted(file, criteria=[{"text": "A"}, {"text": "B"}, {"text": "C"}]))
    file = fresh(file)
    a, b, c = file.specification.criteria.all()

    support.post(
        address(file),
        posted(
            file,
            criteria=[
                {"id": c.pk, "text": "C reformulé"},
                {"id": a.pk, "text": "A"},
                {"id": b.pk, "text": "B", "DELETE": "on"},
                {"text": "D"},
            ],
        ),
    )

    after = [(row.pk, row.text) for row in file.specification.criteria.all()]
    assert after[:2] == [(c.pk, "C reformulé"), (a.pk, "A")]
    assert [text for _pk, text in after] == ["C reformulé", "A", "D"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"planned_date": "30 février"}, "planned_date"),
        ({"planned_date": "2027-02-30"}, "planned_date"),
        ({"planned_date": "2020-01-01"}, "planned_date"),
        ({"planned_date": "99999-01-01"}, "planned_date"),
        ({"tentative_date": "2020-01-01"}, "tentative_date"),
        ({"solution": "x" * 1_000_000}, "solution"),
        ({"solution": " \n ", "planned_date": "2199-01-01"}, "solution"),
    ],
)
def test_what_is_wrong_is_said_next_to_its_field_and_nothing_is_saved(support, cast, changes, wrong):
    file = stories.sent(cast)
    before = fresh(file).specification.revision

    response = support.post(address(file), posted(file, **{"criteria": [{"text": "Gardez-moi"}], **changes}))

    assert response.status_code == 422
    assert set(response.context["sheet"].form.errors) == {wrong}
    assert "Gardez-moi" in response.text
    assert (fresh(file).step, fresh(file).specification.revision) == (Step.SPECIFICATION, before)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"days": "-3"}, "days"),
        ({"days": "0"}, "days"),
        ({"days": "1,234"}, "days"),
        ({"days": "123456"}, "days"),
        ({"days": "NaN"}, "days"),
        ({"days": "beaucoup"}, "days"),
        ({"unit_price": "-1"}, "unit_price"),
        ({"unit_price": "9" * 500_000}, "unit_price"),
        ({"unit_price": "1e400"}, "unit_price"),
        ({"unit_price": ""}, "unit_price"),
        ({"vat_rate": "100"}, "vat_rate"),
        ({"label": ""}, "label"),
        ({"label": "x" * 201}, "label"),
        ({"label": "ligne\u202ecachée"}, "label"),
    ],
)
def test_a_wrong_quote_line_is_said_on_its_row(support, cast, changes, wrong):
    file = stories.sent(cast)

    response = support.post(
        address(file), posted(file, quote=[line(), line(**changes)], planned_date=in_days(3))
    )

    assert response.status_code == 422
    assert [set(errors) for errors in response.context["sheet"].quote.errors] == [set(), {wrong}]
    assert not fresh(file).specification.quote_lines.exists()


def test_forty_lines_are_kept_and_more_than_the_limit_are_refused_in_words(support, cast):
    file = stories.sent(cast)

    assert support.post(address(file), posted(file, quote=[line()] * 40)).status_code == 302
    response = support.post(address(file), posted(fresh(file), quote=[line()] * 101))

    assert response.status_code == 422
    assert response.context["sheet"].quote.non_form_errors()
    assert fresh(file).specification.quote_lines.count() == 40


def test_an_empty_post_is_refused_without_losing_what_was_saved(support, cast):
    file = stories.sent(cast)
    specification.save_specification(
        file, actor=cast.support, fields={"solution": "Là."}, criteria=[{"text": "Un"}], quote=[]
    )

    response = support.post(address(file), {})

    assert response.status_code == 422
    assert fresh(file).specification.criteria.count() == 1


def test_an_old_page_is_told_who_saved_meanwhile_and_keeps_what_was_typed(support, cast, client):
    file = stories.sent(cast)
    old = posted(file, solution="La mienne.", criteria=[{"text": "Gardez-moi"}])
    specification.save_specification(file, actor=cast.support, fields={"solution": "La première."})

    response = support.post(address(file), old)

    assert response.status_code == 409
    assert "La mienne." in response.text
    assert "Gardez-moi" in response.text
    assert fresh(file).specification.solution == "La première."


def test_a_double_click_sends_once(support, cast):
    file = stories.sent(cast)
    twice = posted(file, solution="Un bouton.", planned_date=in_days(9))
    support.post(address(file), twice)
    messages = OutgoingMessage.objects.count()

    response = support.post(address(file), twice)

    assert response.status_code == 409
    assert (fresh(file).versions.count(), OutgoingMessage.objects.count()) == (1, messages)


@pytest.mark.parametrize("who", ["client_admin", "dpo", "lead"])
def test_somebody_else_s_post_is_refused_shows_nothing_unsent_and_changes_nothing(client, cast, who):
    file = stories.sent(cast)
    specification.save_specification(file, actor=cast.support, fields={"solution": "SECRET-DE-TRAVAIL"})
    file = fresh(file)
    client.force_login(getattr(cast, who))

    response = client.post(address(file), posted(file, solution="Pirate", planned_date=in_days(5)))

    assert response.status_code == 403
    assert "SECRET-DE-TRAVAIL" not in response.text
    assert (fresh(file).step, fresh(file).specification.solution) == (Step.SPECIFICATION, "SECRET-DE-TRAVAIL")


def test_the_working_copy_shows_to_the_vendor_and_is_being_written_for_the_client(client, cast):
    file = stories.sent(cast)
    specification.save_specification(file, actor=cast.support, fields={"solution": "SECRET-DE-TRAVAIL"})
    seen = {}
    for who in ("support", "dpo", "lead", "client_admin", "client_auditor"):
        client.force_login(getattr(cast, who))
        response = client.get(address(file))
        seen[who] = (response.context["sheet"] is not None, "SECRET-DE-TRAVAIL" in response.text)

    assert seen == {
        "support": (True, True),
        "dpo": (False, True),
        "lead": (False, True),
        "client_admin": (False, False),
        "client_auditor": (False, False),
    }


def test_the_client_reads_the_version_last_sent_while_the_next_one_is_written(client, cast):
    file = stories.ruled(cast)
    stories.decision.request_change(file, actor=cast.client_admin, reason="Autre chose.")
    specification.save_specification(file, actor=cast.support, fields={"solution": "SECRET-DE-TRAVAIL"})
    client.force_login(cast.client_admin)

    response = client.get(address(file))

    assert response.context["shown"].number == 1
    assert "Un bouton d’export" in response.text
    assert "SECRET-DE-TRAVAIL" not in response.text


def test_each_version_stays_readable_with_its_quote_and_both_hashes(client, cast):
    file = stories.specified(cast)
    stories.ruling.return_to_support(file, actor=cast.dpo, reason="Précisez.")
    stories.specify(fresh(file), cast, solution="La deuxième.", quote=[])
    first = fresh(file).versions.get(number=1)
    client.force_login(cast.client_admin)

    response = client.get(address(file, "?version=1"))

    assert response.context["shown"] == first
    assert "La deuxième." not in response.text
    assert first.content_sha256 in response.text
    assert first.whole_sha256 in response.text
    assert "Développement" in response.text


@pytest.mark.parametrize("version", ["0", "2", "99999999999", "-1", "x", "", "١", "1'"])
def test_a_version_that_was_never_sent_is_not_found(client, cast, version):
    file = stories.specified(cast)
    client.force_login(cast.client_admin)

    assert client.get(address(file), {"version": version}).status_code == 404


def test_support_returns_the_request_to_the_client_with_a_reason(support, cast):
    file = stories.sent(cast)

    response = support.post(address(file, "renvoyer/"), {"reason": "Il manque la liste des services."})

    assert (response.status_code, response.url) == (302, "/demandes/")
    event = Event.objects.get(change_request=file, name="return_to_client")
    assert (fresh(file).step, event.reason) == (Step.REQUEST, "Il manque la liste des services.")


def test_support_declines_with_a_reason_of_the_list_and_words(support, cast):
    file = stories.sent(cast)
    incomplete = support.post(address(file, "decliner/"), {"reason": "Gardez-moi", "category": "peut-être"})
    assert (incomplete.status_code, "Gardez-moi" in incomplete.text) == (422, True)

    support.post(address(file, "decliner/"), {"reason": "Déjà demandé.", "category": "duplicate"})

    assert fresh(file).step == Step.DECLINED


def test_an_act_of_a_step_gone_by_keeps_the_reason_typed(support, cast):
    file = stories.specified(cast)

    response = support.post(address(file, "renvoyer/"), {"reason": "Gardez-moi"})

    assert (response.status_code, "Gardez-moi" in response.text) == (409, True)
    assert support.get(address(file, "renvoyer/")).status_code == 409


def test_an_act_that_is_not_theirs_is_refused_on_its_page_too(client, cast):
    file = stories.sent(cast)
    client.force_login(cast.dpo)

    assert client.get(address(file, "decliner/")).status_code == 403
    assert client.post(address(file, "decliner/"), {"reason": "Non", "category": "other"}).status_code == 403
    assert fresh(file).step == Step.SPECIFICATION


@pytest.mark.parametrize("who", ["support", "lead"])
def test_the_planned_date_changes_after_sending_with_a_reason_and_is_told(client, cast, who):
    file = stories.ruled(cast)
    client.force_login(getattr(cast, who))

    response = client.post(
        address(file, "date-prevue/"), {"planned_date": in_days(80), "reason": "Un développeur est absent."}
    )

    event = Event.objects.get(change_request=file, name="change_planned_date")
    assert (response.status_code, fresh(file).planned_date) == (302, in_days(80))
    assert (event.reason, event.data["previous_planned_date"]) == (
        "Un développeur est absent.",
        str(in_days(60)),
    )
    assert OutgoingMessage.objects.filter(event=event).exists()


@pytest.mark.parametrize(
    ("day", "reason", "wrong"),
    [
        ("", "Oui", "planned_date"),
        ("2020-01-01", "Oui", "planned_date"),
        (in_days(60), "Oui", "planned_date"),
        (in_days(80), "  ", "reason"),
    ],
)
def test_a_new_date_without_reason_past_or_the_same_is_refused(support, cast, day, reason, wrong):
    file = stories.ruled(cast)

    response = support.post(address(file, "date-prevue/"), {"planned_date": day, "reason": reason})

    assert (response.status_code, set(response.context["offer"].form.errors)) == (422, {wrong})
    assert fresh(file).planned_date == in_days(60)


def test_a_new_date_needs_its_reason_in_the_service_too(cast):
    file = stories.ruled(cast)

    with pytest.raises(specification.Missing) as refused:
        specification.change_planned_date(file, actor=cast.support, planned_date=in_days(80), reason=" ")

    assert [reason.field for reason in refused.value.reasons] == ["reason"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_database_as_often_for_one_row_as_for_three(
    client, cast, count, django_assert_num_queries
):
    file = stories.sent(cast)
    for version in range(count):
        stories.specify(
            fresh(file), cast, criteria=[{"text": f"Critère {rank}"} for rank in range(count)],
            quote=stories.quote_lines() * count, solution=f"Version {version}",
        )  # fmt: skip
        stories.ruling.return_to_support(fresh(file), actor=cast.dpo, reason="Encore.")
    client.force_login(cast.support)
    client.get(address(file))

    with django_assert_num_queries(12):
        client.get(address(file))
