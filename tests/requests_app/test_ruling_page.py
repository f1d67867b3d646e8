"""Step 4 on its page: drafting, ruling, returning, and who may not."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notifications.models import OutgoingMessage
from privacy.verdicts import Blocks, PersonalData, Verdict
from requests_app.models import Ruling
from requests_app.services import decision, ruling
from requests_app.versions import sha256
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import fresh
from workflow.errors import Missing
from workflow.models import Event
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def address(file, end=""):
    return f"/demandes/{file.number}/avis-dpo/{end}"


def posted(conditions=(), **changes):
    """What the browser would post, a favourable ruling unless `changes` say otherwise; without a date it is a draft."""
    rows = {"conditions-TOTAL_FORMS": len(conditions), "conditions-INITIAL_FORMS": 0}
    for rank, row in enumerate(conditions):
        row = {"owner": "vendor", "blocks": "delivery", "days_after": "", **row}
        rows |= {f"conditions-{rank}-{name}": value for name, value in row.items()}
    return {
        "personal_data": PersonalData.YES,
        "scope-changes": ["none"],
        "verdict": Verdict.FAVOURABLE,
        "conclusions": "Les mesures suffisent.",
        "validation_date": "",
        "revision": 0,
        **rows,
        **changes,
    }


def rows(name, *lines):
    """The rows of a part of the analysis, as the browser posts them."""
    sent = {f"{name}-TOTAL_FORMS": len(lines), f"{name}-INITIAL_FORMS": 0}
    for rank, line in enumerate(lines):
        sent |= {f"{name}-{rank}-{field}": value for field, value in line.items()}
    return sent


EMPTY_ROWS = rows("recipients-recipients") | rows("recipients-sub_processors") | rows("transfers-transfers")
# The full path with nothing missing.
FULL = {
    "scope-changes": ["new_category"],
    "scope-entry": "Inscriptions",
    **rows("scope-purposes", {"purpose": "Inscrire les élèves", "legal_basis": "public_task"}),
    **rows("data-categories", {"category": "contact"}),
    "data-subjects": ["customers"],
    **EMPTY_ROWS,
}
HEALTH = (
    FULL
    | rows("data-categories", {"category": "health"})
    | {"data-article_9": "h", "data-subjects": ["minors"]}
)


def given(conditions=(), **changes):
    """The same with today's date: the ruling is given."""
    return posted(conditions, **{"validation_date": timezone.localdate().isoformat(), **changes})


@pytest.fixture
def file(cast):
    return stories.specified(cast)


@pytest.fixture
def dpo(client, cast):
    client.force_login(cast.dpo)
    return client


def test_saving_without_a_date_keeps_a_draft_that_the_client_does_not_read(dpo, cast, file):
    messages = OutgoingMessage.objects.count()

    response = dpo.post(
        address(file),
        posted([{"text": "Journaliser."}], conclusions="SECRET-DE-TRAVAIL", verdict=Verdict.CONDITIONAL),
    )

    assert (response.status_code, response.url) == (302, address(file))
    assert (fresh(file).step, OutgoingMessage.objects.count()) == (Step.RULING, messages)
    seen = {}
    for who in ("dpo", "support", "lead", "client_admin"):
        dpo.force_login(getattr(cast, who))
        seen[who] = "SECRET-DE-TRAVAIL" in dpo.get(address(file)).text
    assert seen == {"dpo": True, "support": True, "lead": True, "client_admin": False}


def test_the_date_gives_the_ruling_and_leads_back_to_the_list(dpo, cast, file):
    response = dpo.post(address(file), given())

    one = Ruling.objects.get(change_request=file)
    assert (response.status_code, response.url) == (302, "/demandes/")
    assert (fresh(file).step, one.verdict, one.ruled_by, one.validation_date) == (
        Step.DECISION,
        Verdict.FAVOURABLE,
        cast.dpo,
        timezone.localdate(),
    )


def test_the_short_path_asks_for_an_answer_conclusions_and_a_date_alone(dpo, file):
    dpo.post(address(file), given(personal_data="no", verdict=""))

    assert fresh(file).rulings.get().verdict == Verdict.NO_PERSONAL_DATA


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ({"personal_data": "no"}, 3),
        ({"personal_data": "yes", "scope-changes": ["none"]}, 9),
        ({"personal_data": "yes", "verdict": "favourable", **FULL}, 12),
    ],
)
def test_each_path_needs_few_fields_and_every_one_of_them(dpo, file, path, most):
    """Counted by leaving each out in turn: the ruling is given with all of them, and with one less it is not."""
    typed = {
        **rows("conditions"),
        **path,
        "conclusions": "Rien à redire.",
        "validation_date": timezone.localdate().isoformat(),
    }
    filled = [name for name, value in typed.items() if value and not name.endswith("_FORMS")]

    needed = []
    for left_out in filled:
        with transaction.atomic():
            response = dpo.post(
                address(file), {name: value for name, value in typed.items() if name != left_out}
            )
            if response.status_code == 422 or fresh(file).step == Step.RULING:
                needed.append(left_out)
            transaction.set_rollback(True)

    assert len(filled) <= most
    assert set(filled) - set(needed) <= {"scope-entry", "verdict"}
    dpo.post(address(file), typed)
    assert fresh(file).step == Step.DECISION


def test_an_unchanged_processing_is_ruled_without_impact_unless_said_otherwise(dpo, file):
    dpo.post(address(file), given(verdict="", **{"scope-entry": "Inscriptions"}))

    one = fresh(file).rulings.get()
    assert (one.verdict, one.analysis) == (
        Verdict.NO_IMPACT,
        {"scope": {"changes": ["none"], "entry": "Inscriptions"}},
    )


def test_the_whole_analysis_is_kept_and_the_client_reads_it(dpo, cast, file):
    everything = FULL | {
        "scope-compatibility": "compatible",
        "scope-necessity": "Ni plus ni moins.",
        **rows(
            "data-categories",
            {"category": "contact", "examples": "Adresse", "fate": "destruction", "by_software": "on"},
            {"category": ""},
        ),
        **rows(
            "recipients-sub_processors",
            {"name": "Hébergeur SA", "country": "France", "told_on": "2026-01-31"},
        ),
        **rows("transfers-transfers", {"country": "Suisse", "recipient": "Le support", "tool": "adequacy"}),
        "measures-measures-backup-state": "existing",
        "risk-events-loss-severity_before": "maximal",
        "dpia-exempt": "on",
    }
    dpo.post(address(file), given(**everything))

    one = fresh(file).rulings.get()
    assert one.analysis["data"]["categories"] == [
        {"category": "contact", "examples": "Adresse", "fate": "destruction", "by_software": True}
    ]
    assert one.analysis["recipients"]["sub_processors"] == [
        {"name": "Hébergeur SA", "country": "France", "told_on": "2026-01-31"}
    ]
    assert one.analysis["measures"]["measures"] == [{"measure": "backup", "state": "existing"}]
    assert one.analysis["risk"]["events"] == [{"event": "loss", "severity_before": "maximal"}]
    assert one.analysis["dpia"]["screening"]["outcome"] == "not_required"
    assert Event.objects.get(name="rule").data["analysis_sha256"] == sha256(one.analysis)
    dpo.force_login(cast.client_admin)
    read = dpo.get(address(file)).text
    for said in (
        "Inscrire les élèves",
        "Hébergeur SA",
        "31 janvier 2026",
        "Suisse",
        "Sauvegarde",
        "Maximale",
    ):
        assert said in read


def test_a_draft_with_gaps_is_kept_whole_and_read_again(dpo, file):
    dpo.post(
        address(file),
        posted(**HEALTH | {"data-article_9": "", "measures-measures-backup-note": "Chaque nuit"}),
    )

    text = dpo.get(address(file)).text
    assert "Inscrire les élèves" in text
    assert "Chaque nuit" in text
    assert "suggéré\xa0: santé" in text


def test_another_version_is_ruled_on_from_the_ruling_given_before(dpo, cast):
    file = stories.ruled(cast, Verdict.CONDITIONAL)
    stories.decision.request_change(fresh(file), actor=cast.client_admin, reason="Autre chose.")
    stories.specify(fresh(file), cast, solution="Tout autre chose.")

    sheet = dpo.get(address(file)).context["sheet"]

    assert sheet.form["conclusions"].value() == "Les mesures prévues suffisent."
    assert sheet.form["data-subjects"].value() == ["contacts"]
    assert sheet.saved["dpia"] == {"conclusion": "not_required"}
    assert sheet.conditions.initial[0]["text"] == "L’accès est journalisé."
    assert not file.rulings.filter(ruled_at=None).exists()


def test_an_answer_taken_back_hides_the_rest_without_losing_it(dpo, file):
    dpo.post(address(file), posted(**FULL))
    dpo.post(address(file), posted(personal_data="no", verdict="", revision=1, **FULL))

    assert fresh(file).rulings.get().analysis["data"]["subjects"] == ["customers"]
    dpo.post(address(file), given(personal_data="no", verdict="", revision=2, **FULL))
    assert fresh(file).rulings.get().analysis == {}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"data-article_9": ""}, "data-article_9"),
        ({"data-subjects": [], "dpia-justification": "Un critère."}, "data-subjects"),
        ({"data-subjects": ["licornes"]}, "data-subjects"),
        ({"dpia-conclusion": "not_required"}, "dpia-justification"),
        ({"dpia-conclusion": "not_required", "dpia-justification": "x" * 199}, "dpia-justification"),
        ({"dpia-conclusion": "not_required", "dpia-triggers": ["a"]}, "dpia-conclusion"),
        ({"dpia-criteria-7-answer": "no", "dpia-justification": "Un critère."}, "dpia-criteria-7-why"),
        ({"recipients-test_data": "real"}, "recipients-test_exception"),
        ({"scope-necessity": "x" * 5_001}, "scope-necessity"),
    ],
)
def test_what_is_wrong_of_the_analysis_is_said_at_its_field(dpo, file, changes, place):
    response = dpo.post(
        address(file),
        given(
            [{"text": "Analyser."}],
            **HEALTH | {"dpia-conclusion": "required_new", "verdict": "conditional"} | changes,
        ),
    )

    assert response.status_code == 422
    assert set(response.context["sheet"].form.errors) == {place}
    assert (fresh(file).step, fresh(file).rulings.exists()) == (Step.RULING, False)


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("scope-purposes", [], "Donnez au moins une finalité."),
        ("scope-purposes", [{"purpose": "Compter"}], "Donnez à chaque finalité sa base légale"),
        ("data-categories", [{"examples": "Adresse"}], "obligatoire"),
        ("transfers-transfers", [{"country": "Suisse"}], "obligatoire"),
        (
            "recipients-sub_processors",
            [{"name": "SA", "country": "France", "told_on": "hier"}],
            "jour du calendrier",
        ),
        (
            "recipients-sub_processors",
            [
                {
                    "name": "SA",
                    "country": "France",
                    "told_on": "2026-03-02",
                    "objection_until": "2026-03-01",
                }
            ],
            "«\u202fOpposition jusqu’au\u202f» vient avant «\u202fClient prévenu le\u202f»",
        ),
    ],
)
def test_what_is_wrong_of_its_rows_is_said_with_them(dpo, file, name, lines, said):
    others = {field: value for field, value in FULL.items() if not field.startswith(name)}
    response = dpo.post(address(file), given(**others | rows(name, *lines)))

    assert (response.status_code, said in response.text) == (422, True)
    assert not fresh(file).rulings.exists()


def test_an_overruled_assessment_needs_200_characters_and_shows_them_with_the_ruling(dpo, cast, file):
    reasons = "Les mineurs ne sont concernés que par leur date de naissance. " * 4
    dpo.post(
        address(file), given(**HEALTH | {"dpia-conclusion": "recommended", "dpia-justification": reasons})
    )

    assert fresh(file).step == Step.DECISION
    dpo.force_login(cast.client_admin)
    read = dpo.get(address(file)).text
    assert reasons.strip() in read
    assert "Requise (deux critères\xa0: 4 parce que santé, 7 parce que mineurs)" in read


def test_answers_that_make_conditions_make_them_block_the_delivery(dpo, file):
    made = HEALTH | {
        **rows("scope-purposes", {"purpose": "Soigner", "legal_basis": "client_to_determine"}),
        "dpia-conclusion": "required_new",
        "measures-measures-masking-state": "to_build",
        "verdict": "conditional",
    }
    dpo.post(address(file), posted([{"text": "Purger."}], **made))
    assert [(row.origin, row.owner, row.blocks) for row in fresh(file).rulings.get().conditions.all()] == [
        ("", "vendor", "delivery"),
        ("legal_basis", "client", "delivery"),
        ("measure:masking", "vendor", "delivery"),
        ("dpia", "client", "delivery"),
    ]

    reworded = [{"text": "La base légale est publiée.", "origin": "legal_basis", "owner": "client"}]
    dpo.post(
        address(file), given(reworded, revision=1, **made | {"measures-measures-masking-state": "existing"})
    )

    assert [(row.origin, row.text) for row in fresh(file).rulings.get().conditions.all()] == [
        ("legal_basis", "La base légale est publiée."),
        ("dpia", "L’analyse d’impact est faite, et le risque résiduel n’est pas élevé."),
    ]


def test_a_favourable_ruling_excludes_what_makes_a_condition(dpo, file):
    response = dpo.post(address(file), given(**FULL | {"measures-measures-masking-state": "to_build"}))

    assert response.status_code == 422
    assert not fresh(file).rulings.exists()


def test_a_delivery_waits_for_the_assessment_of_the_client(cast):
    file = stories.specified(cast)
    analysis = {**stories.ANALYSIS, "dpia": {"triggers": ["a"], "conclusion": "required_new"}}
    stories.give_ruling(file, cast, Verdict.CONDITIONAL, analysis=analysis, conditions=[])
    stories.decision.validate(fresh(file), actor=cast.client_admin, version=1)
    subtask = stories.split(fresh(file), cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)

    with pytest.raises(Missing) as refusal:
        stories.delivery.deliver(fresh(file), actor=cast.lead, release="1")

    assert [reason.code for reason in refusal.value.reasons] == ["condition"]
    stories.assess(fresh(file), cast, comment="Lue.")
    stories.delivery.deliver(fresh(file), actor=cast.lead, release="1")


def test_conditions_are_kept_as_typed(dpo, file):
    dpo.post(
        address(file),
        given(
            [
                {"text": "Journaliser.", "verification": "Lecture", "evidence": "Capture", "owner": "client"},
                {"text": ""},
                {"text": "Purger.", "blocks": "after", "days_after": "30"},
            ],
            verdict=Verdict.CONDITIONAL,
        ),
    )

    rows = fresh(file).rulings.get().conditions.all()
    assert [(row.text, row.evidence, row.owner, row.blocks, row.days_after) for row in rows] == [
        ("Journaliser.", "Capture", "client", Blocks.DELIVERY, None),
        ("Purger.", "", "vendor", Blocks.AFTER, 30),
    ]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"validation_date": "30 février"}, {"validation_date"}),
        ({"validation_date": (timezone.localdate() + timedelta(days=1)).isoformat()}, {"validation_date"}),
        ({"validation_date": (timezone.localdate() - timedelta(days=1)).isoformat()}, {"validation_date"}),
        ({"conclusions": "  "}, {"conclusions"}),
        ({"conclusions": "x" * 1_000_000}, {"conclusions"}),
        ({"verdict": "", **FULL}, {"verdict"}),
        ({"scope-changes": []}, {"scope-changes"}),
        ({**FULL, "scope-changes": ["none", "export"]}, {"scope-changes"}),
        ({"verdict": "oui"}, {"verdict"}),
        ({"personal_data": ""}, {"personal_data"}),
        ({"personal_data": "no"}, {"verdict"}),
        ({"verdict": Verdict.CONDITIONAL}, {"__all__"}),
        (
            {"verdict": "", "personal_data": "", "conclusions": ""},
            {"verdict", "personal_data", "conclusions"},
        ),
    ],
)
def test_what_is_wrong_is_said_next_to_its_field_and_nothing_is_saved(dpo, file, changes, wrong):
    response = dpo.post(address(file), given(**changes))

    assert response.status_code == 422
    assert set(response.context["sheet"].form.errors) == wrong
    assert (fresh(file).step, fresh(file).rulings.exists()) == (Step.RULING, False)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"text": "", "verification": "Lecture"}, "text"),
        ({"text": "Purger.", "blocks": "after"}, "days_after"),
        ({"text": "Purger.", "blocks": "after", "days_after": "-5"}, "days_after"),
        ({"text": "Purger.", "blocks": "after", "days_after": "9" * 400}, "days_after"),
        ({"text": "Purger.", "days_after": "5"}, "days_after"),
        ({"text": "Purger.", "owner": "moi"}, "owner"),
        ({"text": "Purger.", "owner": ""}, "owner"),
        ({"text": "x" * 2_001}, "text"),
    ],
)
def test_a_wrong_condition_is_said_on_its_row(dpo, file, row, wrong):
    response = dpo.post(address(file), given([row], verdict=Verdict.CONDITIONAL))

    assert response.status_code == 422
    assert [set(errors) for errors in response.context["sheet"].conditions.errors] == [{wrong}]
    assert not fresh(file).rulings.exists()


def test_conditions_with_a_verdict_that_excludes_them_are_refused_and_stay_in_sight(dpo, file):
    response = dpo.post(address(file), given([{"text": "Gardez-moi"}], verdict=Verdict.FAVOURABLE))

    assert (response.status_code, "Gardez-moi" in response.text) == (422, True)
    assert response.context["sheet"].has_conditions


def test_an_empty_post_is_refused(dpo, file):
    assert dpo.post(address(file), {}).status_code == 422


def test_two_dpos_on_one_draft_the_second_is_told_who_was_faster(dpo, cast, file):
    assert dpo.get(address(file)).context["sheet"].form["revision"].value() == 0
    ruling.save_ruling(file, actor=cast.deputy_dpo, fields={"conclusions": "La première."})

    response = dpo.post(address(file), posted(conclusions="La seconde."))

    assert response.status_code == 409
    assert str(cast.deputy_dpo) in response.text
    assert "La seconde." in response.text
    assert fresh(file).rulings.get().conclusions == "La première."


def sent_again(cast, file, **typed):
    """The file once somebody else returned it to support and another version was sent."""
    ruling.return_to_support(fresh(file), actor=cast.deputy_dpo, reason="Dites combien de personnes.")
    stories.specify(fresh(file), cast, **{"solution": "Un export, sans les noms.", **typed})


@pytest.mark.parametrize("typed", [posted, given], ids=["saved", "ruled"])
@pytest.mark.parametrize("revision", [0, 1], ids=["no draft", "a draft"])
def test_what_was_typed_on_a_version_is_kept_for_nothing_else_once_another_was_sent(
    dpo, cast, file, revision, typed
):
    if revision:
        dpo.post(address(file), posted(version=1, conclusions="Un début."))
    sent_again(cast, file)

    response = dpo.post(address(file), typed(version=1, revision=revision, conclusions="Vu la version 1."))

    assert response.status_code == 422
    assert "Une autre version a été envoyée entre-temps" in response.text
    assert "Vu la version 1." in response.text
    # The page that says so shows the other version, and is on it.
    assert '<input type="hidden" name="version" value="2">' in response.text
    assert not Ruling.objects.given().exists()
    assert [one.conclusions for one in Ruling.objects.all()] == (["Un début."] if revision else [])


def test_the_dpo_reads_first_what_changed_since_the_version_returned_to_support(dpo, cast, file):
    sent_again(cast, file)

    response = dpo.get(address(file))

    assert response.context["before"].number == 1
    assert [change.after for change in response.context["changes"]] == ["Un export, sans les noms."]


def test_a_draft_begun_on_the_version_keeps_what_changed_in_sight(dpo, cast, file):
    sent_again(cast, file)
    dpo.post(address(file), posted(version=2, conclusions="Un début."))

    assert dpo.get(address(file)).context["before"].number == 1


def test_a_fallen_ruling_says_what_made_it_fall(client, cast, file):
    stories.give_ruling(fresh(file), cast)
    decision.request_change(fresh(file), actor=cast.client_admin, reason="Sans les noms.")
    stories.specify(fresh(file), cast, solution="Un export, sans les noms.")
    client.force_login(cast.support)
    assert "une version au contenu différent a été envoyée" in client.get(address(file)).text


def test_a_double_click_rules_once(dpo, file):
    dpo.post(address(file), given())
    messages = OutgoingMessage.objects.count()

    response = dpo.post(address(file), given())

    assert response.status_code == 409
    assert (fresh(file).rulings.count(), OutgoingMessage.objects.count()) == (1, messages)


def test_a_deputy_says_for_which_dpo_and_the_record_keeps_it(client, cast, file):
    dpo = cast.dpo
    client.force_login(cast.deputy_dpo)
    refused = client.post(address(file), given())
    assert (refused.status_code, set(refused.context["sheet"].form.errors)) == (422, {"standing_in_for"})

    client.post(address(file), given(standing_in_for=dpo.pk))

    one = fresh(file).rulings.get()
    assert (one.ruled_by, one.standing_in_for) == (cast.deputy_dpo, dpo)
    client.force_login(cast.client_admin)
    assert str(dpo) in client.get(address(file)).text


def test_a_deputy_stands_in_for_a_dpo_and_nobody_else(client, cast, file):
    assert cast.dpo
    client.force_login(cast.deputy_dpo)

    response = client.post(address(file), given(standing_in_for=cast.support.pk))

    assert "standing_in_for" in response.context["sheet"].form.errors


def test_for_whom_a_deputy_rules_holds_for_whatever_calls_the_service(cast, file):
    other = UserFactory(dpo=True)
    gone = UserFactory(dpo=True, is_active=False)
    for actor, named in [
        (cast.deputy_dpo, None),
        (cast.deputy_dpo, cast.support),
        (cast.deputy_dpo, gone),
        (cast.dpo, other),
    ]:
        with pytest.raises(Missing) as refusal:
            stories.give_ruling(file, cast, actor=actor, standing_in_for=named)
        assert [reason.field for reason in refusal.value.reasons] == ["standing_in_for"]
    assert not file.rulings.exists()

    stories.give_ruling(file, cast, actor=cast.deputy_dpo, standing_in_for=other)


def test_a_deputy_rules_alone_where_there_is_no_dpo(client, cast, file):
    client.force_login(cast.deputy_dpo)

    client.post(address(file), given())

    assert fresh(file).rulings.get().standing_in_for is None


def made_author(file, person):
    file.versions.update(author=person)


def test_whoever_wrote_the_specification_reads_why_not_who_could_and_gets_no_form(dpo, cast, file):
    made_author(file, cast.dpo)
    deputy = cast.deputy_dpo

    response = dpo.get(address(file))

    assert (response.context["sheet"], response.context["offers"]) == (None, [])
    assert response.context["able"] == [deputy]
    assert str(deputy) in response.text
    assert "Un bouton d’export" in response.text


def test_a_forged_ruling_or_draft_of_somebody_barred_is_refused(dpo, cast, file):
    made_author(file, cast.dpo)

    for data in (given(), posted()):
        assert dpo.post(address(file), data).status_code == 422
    with pytest.raises(Missing):
        ruling.save_ruling(file, actor=cast.dpo, fields={"conclusions": "Oui."})
    assert (fresh(file).step, fresh(file).rulings.exists()) == (Step.RULING, False)


def test_when_nobody_can_rule_the_vendor_side_reads_it(client, cast):
    file = stories.sent(cast)
    User.objects.filter(is_dpo=True).update(is_dpo=False)
    stories.specify(file, cast)
    seen = {}
    for who in ("support", "client_admin"):
        client.force_login(getattr(cast, who))
        seen[who] = client.get(address(file)).context["nobody_can"]

    assert seen == {"support": True, "client_admin": False}


@pytest.mark.parametrize("who", ["client_admin", "client_dpo", "support", "lead"])
def test_nobody_else_rules(client, cast, file, who):
    client.force_login(getattr(cast, who))

    assert client.get(address(file)).context["sheet"] is None
    assert client.post(address(file), given()).status_code == 403
    assert fresh(file).step == Step.RULING


def test_somebody_else_s_post_shows_nothing_of_the_draft(client, cast, file):
    ruling.save_ruling(
        file,
        actor=cast.dpo,
        fields={
            "personal_data": "yes",
            "conclusions": "SECRET-DE-TRAVAIL",
            "analysis": {"data": {"subjects": ["minors"]}, "scope": {"entry": "SECRET-DE-TRAVAIL"}},
        },
        conditions=[{"text": "SECRET-DE-TRAVAIL"}],
    )
    client.force_login(cast.client_admin)

    for data in (given(), {}):
        text = client.post(address(file), data).text
        assert ("SECRET-DE-TRAVAIL" in text, "suggéré\xa0: mineurs" in text) == (False, False)


def test_the_dpo_returns_the_file_to_support_with_a_reason(dpo, file):
    empty = dpo.post(address(file, "renvoyer/"), {"reason": " "})
    assert empty.status_code == 422

    dpo.post(address(file, "renvoyer/"), {"reason": "Quels journaux ?"})

    assert fresh(file).step == Step.SPECIFICATION
    assert Event.objects.get(change_request=file, name="return_to_support").reason == "Quels journaux ?"


def test_the_dpo_reads_the_request_from_its_first_word_to_the_version(dpo, file):
    text = dpo.get(address(file)).text

    assert file.description in text
    assert "Un bouton d’export" in text


def test_the_client_reads_the_whole_ruling_and_a_fallen_one_as_fallen(client, cast):
    file = stories.specified(cast)
    stories.give_ruling(file, cast, Verdict.CONDITIONAL)
    stories.decision.request_change(fresh(file), actor=cast.client_admin, reason="Autre chose.")
    stories.specify(fresh(file), cast, solution="Tout autre chose.")
    stories.give_ruling(fresh(file), cast, Verdict.NO_IMPACT, conclusions="Rien ne change.")
    client.force_login(cast.client_auditor)

    response = client.get(address(file))

    last, first = response.context["given"]
    assert (last.fell_at, first.fell_at is None) == (None, False)
    for said in ("Les mesures prévues suffisent.", "L’accès est journalisé.", "Rien ne change."):
        assert said in response.text
    assert first.version.content_sha256 in response.text
    assert last.version.content_sha256 in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_database_as_often_for_one_row_as_for_three(
    dpo, cast, count, django_assert_num_queries
):
    file = stories.sent(cast)
    for rank in range(count):
        stories.specify(fresh(file), cast, solution=f"Version {rank}")
        stories.give_ruling(
            fresh(file),
            cast,
            Verdict.CONDITIONAL,
            conditions=[{"text": f"Condition {n}"} for n in range(count)],
        )
        stories.decision.request_change(fresh(file), actor=cast.client_admin, reason="Encore.")
    stories.specify(fresh(file), cast, solution="La dernière")
    dpo.get(address(file))

    with django_assert_num_queries(18):
        dpo.get(address(file))
