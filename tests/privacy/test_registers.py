"""The registers of art. 30: what a request leaves in them, and the life of what it left."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from privacy import services
from privacy.models import Kept, RegisterEntry, RegisterVersion, VersionState
from privacy.registers import RegisterKind, article_30, content_of
from privacy.verdicts import Conformity, Verdict
from requests_app.services import decision, delivery, development, requests, ruling
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import ANALYSIS, Cast, fresh
from workflow.errors import Missing, MovedOn, NotYourRole
from workflow.history import broken_files

pytestmark = pytest.mark.django_db

NAME = "Registre des traitements"


@pytest.fixture
def cast():
    return Cast()


def versions(kind, **of):
    """`(number, state)` of the versions in a register, the first first."""
    found = RegisterVersion.objects.filter(entry__kind=kind, **of).order_by("entry", "number")
    return [(version.number, version.state) for version in found]


def of_client(**of):
    return versions(RegisterKind.CONTROLLER, **of)


def of_vendor(**of):
    return versions(RegisterKind.PROCESSOR, **of)


def accept(file, cast):
    """Accept what was delivered."""
    return delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))


def refuse(file, cast):
    """Refuse it, and have its work done again."""
    answers = stories.answers(file, accepted=False)
    delivery.refuse(fresh(file), actor=cast.client_admin, reason="Non.", answers=answers)
    subtask = file.subtasks.get()
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)


def awaited(file):
    """The version of the client's entry that waits for its adoption."""
    return file.register_versions.get(state=VersionState.AWAITED)


# At delivery


def test_a_delivery_draws_up_the_clients_entry_and_the_vendors(cast):
    file = stories.delivered(cast)

    entries = RegisterEntry.objects.order_by("kind")
    assert [(entry.name, entry.organisation, entry.kind) for entry in entries] == [
        (NAME, cast.organisation, RegisterKind.CONTROLLER),
        (NAME, cast.organisation, RegisterKind.PROCESSOR),
    ]
    assert (of_client(), of_vendor()) == ([(1, "draft")], [(1, "draft")])
    ruling, version = file.rulings.get(), file.versions.get()
    for made in file.register_versions.all():
        assert (made.ruling, made.content_sha256) == (ruling, version.content_sha256)


@pytest.mark.parametrize("verdict", [Verdict.NO_IMPACT, Verdict.NO_PERSONAL_DATA])
def test_a_ruling_without_the_fourth_check_makes_no_entry(cast, verdict):
    stories.delivered(cast, verdict)

    assert not RegisterEntry.objects.exists()


def test_a_delivery_to_qualification_makes_no_entry(cast):
    delivery.deliver_to_qualification(stories.green(cast), actor=cast.lead)

    assert not RegisterEntry.objects.exists()


def test_a_redelivery_updates_the_same_drafts(cast):
    file = stories.delivered(cast)
    first = set(file.register_versions.values_list("pk", "drawn_up_at"))

    refuse(file, cast)
    delivery.deliver(fresh(file), actor=cast.lead)

    second = set(file.register_versions.values_list("pk", "drawn_up_at"))
    assert {pk for pk, _at in first} == {pk for pk, _at in second}
    assert not first & second
    assert (of_client(), of_vendor()) == ([(1, "draft")], [(1, "draft")])


def test_a_redelivery_under_another_ruling_archives_what_it_no_longer_calls_for(cast):
    file = stories.delivered(cast)
    refuse(file, cast)
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="À revoir.")
    stories.specify(fresh(file), cast, solution="Sans donnée nouvelle.")
    stories.give_ruling(fresh(file), cast, Verdict.NO_IMPACT)
    decision.validate(fresh(file), actor=cast.client_admin, version=2)

    delivery.deliver(fresh(file), actor=cast.lead)

    assert (of_client(), of_vendor()) == ([(1, "archived")], [(1, "archived")])


def test_entries_are_told_apart_by_their_names_whatever_capitals_and_accents(cast):
    stories.delivered(cast)
    file = stories.green(cast)
    ruling = file.rulings.get()
    ruling.analysis = {**ANALYSIS, "scope": {**ANALYSIS["scope"], "entry": "REGISTRE  des traitements"}}
    ruling.save()

    delivery.deliver(file, actor=cast.lead)

    assert of_client() == [(1, "draft"), (2, "draft")]


def test_a_ruling_that_names_no_entry_makes_one_of_the_requests_title(cast):
    file = stories.green(cast, title="Suivre les visites")
    ruling = file.rulings.get()
    ruling.analysis = {**ANALYSIS, "scope": {"changes": ["new_category"]}}
    ruling.save()

    delivery.deliver(file, actor=cast.lead)

    assert {entry.name for entry in RegisterEntry.objects.all()} == {"Suivre les visites"}


UNNAMED = {**ANALYSIS, "scope": {"changes": ["new_category"], "purposes": ANALYSIS["scope"]["purposes"]}}


def test_requests_of_one_title_that_name_no_entry_make_one_each_and_a_redelivery_keeps_to_its_own(cast):
    title = "É" * 200
    accepted_with(stories.specified(cast, title=title), cast, {**UNNAMED, "transfers": KNOWN["transfers"]})
    file = stories.specified(cast, title=title)

    said = accepted_with(file, cast, UNNAMED)

    [first, second] = RegisterEntry.objects.filter(kind="controller").order_by("pk")
    assert (first.name, second.name) == (title, title[: -len(file.number) - 3] + f" ({file.number})")
    assert ["transfers" in content for content in said.values()] == [False, False]
    services.draw_up(fresh(file), file.rulings.get(), at=fresh(file).step_since)
    assert RegisterEntry.objects.count() == 4
    assert [entry.versions.count() for entry in (first, second)] == [1, 2]


@pytest.mark.parametrize("name", ["Suivre (1)", "suivre  (1)"])
def test_an_entry_that_took_the_name_with_the_number_is_left_alone_too(cast, name):
    file = stories.specified(cast, title="Suivre")
    for taken in ("Suivre", name.replace("1", file.number)):
        scope = {**ANALYSIS["scope"], "entry": taken}
        accepted_with(stories.specified(cast), cast, {**ANALYSIS, "scope": scope})

    accepted_with(file, cast, UNNAMED)

    made = {version.entry.name for version in file.register_versions.all()}
    assert made == {f"Suivre ({file.number}-2)"}


# At acceptance


def test_the_acceptance_puts_the_clients_to_adoption_and_the_vendors_in_force(cast):
    file = stories.closed(cast)

    assert (of_client(), of_vendor()) == ([(1, "awaited")], [(1, "in_force")])
    accepted = file.events.get(name="accept")
    assert accepted.data["to_adopt"] == NAME
    assert file.register_versions.get(state="in_force").in_force_at == accepted.at


def test_the_next_version_replaces_the_one_before(cast):
    first = stories.closed(cast)
    services.adopt(awaited(first), actor=cast.client_admin)
    second = stories.closed(cast)
    assert of_client() == [(1, "in_force"), (2, "awaited")]
    assert of_vendor() == [(1, "replaced"), (2, "in_force")]

    services.adopt(awaited(second), actor=cast.client_admin)

    assert of_client() == [(1, "replaced"), (2, "in_force")]


def test_a_version_that_was_never_adopted_is_replaced_by_the_next_to_adopt(cast):
    stories.closed(cast)
    stories.closed(cast)

    assert of_client() == [(1, "replaced"), (2, "awaited")]


def test_versions_hold_in_the_order_of_their_numbers_whoever_is_accepted_first(cast):
    first, second = stories.delivered(cast), stories.delivered(cast)

    accept(second, cast)
    accept(first, cast)

    assert of_client(change_request=second) == [(2, "replaced")]
    assert of_client(change_request=first) == [(3, "awaited")]


def test_what_another_request_brought_meanwhile_is_in_the_version_accepted(cast):
    """Both start from nothing; the one accepted last keeps what only the other answers."""
    first, second = stories.delivered(cast), stories.delivered(cast)
    more = {"transfers": {"transfers": [{"country": "Canada", "recipient": "Siège", "tool": "adequacy"}]}}
    type(first.rulings.get()).objects.filter(change_request=first).update(analysis=ANALYSIS | more)

    accept(first, cast)
    accept(second, cast)

    content = awaited(second).content
    assert content["transfers"] == more["transfers"]


@pytest.mark.parametrize("way", ["abandoned", "cancelled", "declined"])
def test_what_ends_without_acceptance_leaves_archived_drafts(cast, way):
    file = stories.delivered(cast)
    refuse(file, cast)
    if way == "abandoned":
        decision.propose_to_abandon(fresh(file), actor=cast.lead, reason="Trop cher.")
        decision.agree_to_abandon(fresh(file), actor=cast.client_admin)
        decision.abandon(fresh(file), actor=cast.lead, reason="Trop cher.")
    else:
        decision.reopen_specification(fresh(file), actor=cast.lead, reason="À revoir.")
        end = {"cancelled": requests.cancel, "declined": requests.decline}[way]
        actor, category = {
            "cancelled": (cast.client_admin, "too_late"),
            "declined": (cast.support, "out_of_scope"),
        }[way]
        end(fresh(file), actor=actor, category=category, reason="Trop tard.")

    assert (of_client(), of_vendor()) == ([(1, "archived")], [(1, "archived")])


# Adoption


@pytest.mark.parametrize("who", ["client_dpo", "client_admin"])
def test_the_clients_dpo_or_administrator_adopts_and_the_history_says_so(cast, who):
    file = stories.closed(cast)
    actor = getattr(cast, who)

    event = services.adopt(awaited(file), actor=actor)

    assert of_client() == [(1, "in_force")]
    adopted = file.register_versions.get(entry__kind=RegisterKind.CONTROLLER)
    assert (adopted.adopted_by, adopted.in_force_at) == (actor, event.at)
    assert (event.name, event.actor, event.data) == (
        "adopt_register_entry",
        actor,
        {"entry": NAME, "number": 1},
    )
    assert list(broken_files(type(file).objects.all())) == []


@pytest.mark.parametrize("who", ["client_auditor", "requester", "dpo", "support", "lead", "portal_admin"])
def test_nobody_else_adopts(cast, who):
    file = stories.closed(cast)

    with pytest.raises(NotYourRole):
        services.adopt(awaited(file), actor=getattr(cast, who))

    assert of_client() == [(1, "awaited")]


def test_another_clients_dpo_does_not_adopt(cast):
    file = stories.closed(cast)

    with pytest.raises(NotYourRole):
        services.adopt(awaited(file), actor=UserFactory(client_dpo=True))


def test_whoever_adopts_second_is_told_who_was_faster(cast):
    file = stories.closed(cast)
    read = awaited(file)
    services.adopt(read, actor=cast.client_dpo)

    with pytest.raises(MovedOn) as refusal:
        services.adopt(read, actor=cast.client_admin)

    assert refusal.value.by == cast.client_dpo
    assert file.events.filter(name="adopt_register_entry").count() == 1


def test_a_draft_and_the_vendors_entry_are_not_adopted(cast):
    delivered, closed = stories.delivered(cast), stories.closed(Cast())

    for version in (*delivered.register_versions.all(), closed.register_versions.get(state="in_force")):
        with pytest.raises(MovedOn):
            services.adopt(version, actor=cast.client_dpo)


# Archives


def test_whoever_keeps_a_register_archives_its_version_in_force_with_a_reason(cast):
    file = stories.closed(cast)
    services.adopt(awaited(file), actor=cast.client_admin)
    client, vendor = (file.register_versions.get(entry__kind=kind) for kind in ("controller", "processor"))

    services.archive(client, actor=cast.client_dpo, reason="Le traitement a pris fin.")
    services.archive(vendor, actor=cast.deputy_dpo, reason="Le traitement a pris fin.")

    assert (of_client(), of_vendor()) == ([(1, "archived")], [(1, "archived")])
    assert [(event.actor, event.reason) for event in file.events.filter(name="archive_register_entry")] == [
        (cast.client_dpo, "Le traitement a pris fin."),
        (cast.deputy_dpo, "Le traitement a pris fin."),
    ]


def test_a_version_is_archived_by_its_own_side_in_force_and_with_a_reason(cast):
    file = stories.closed(cast)
    waiting, in_force = awaited(file), file.register_versions.get(state="in_force")

    with pytest.raises(MovedOn):
        services.archive(waiting, actor=cast.client_dpo, reason="Fin.")
    for stranger in (cast.client_dpo, cast.support, cast.lead):
        with pytest.raises(NotYourRole):
            services.archive(in_force, actor=stranger, reason="Fin.")
    with pytest.raises(Missing):
        services.archive(in_force, actor=cast.dpo, reason="  ")
    assert of_vendor() == [(1, "in_force")]


def test_a_processing_that_was_archived_comes_back_with_the_next_request(cast):
    first = stories.closed(cast)
    services.adopt(awaited(first), actor=cast.client_dpo)
    services.archive(
        first.register_versions.get(entry__kind="controller"), actor=cast.client_dpo, reason="Fin."
    )

    stories.closed(cast)

    assert of_client() == [(1, "archived"), (2, "awaited")]


# What an entry says


def test_the_clients_entry_keeps_what_article_30_asks_for_and_not_the_advice():
    analysis = ANALYSIS | {
        "recipients": {"recipients": [{"recipient": "Mairie"}], "test_data": "fictitious"},
        "risk": {"events": [{"event": "access", "severity_before": "limited"}]},
        "dpia": {"conclusion": "not_required"},
    }

    content = content_of(RegisterKind.CONTROLLER, analysis, before={}, found={})

    assert content == {
        "scope": {"purposes": ANALYSIS["scope"]["purposes"]},
        "data": ANALYSIS["data"],
        "recipients": {"recipients": [{"recipient": "Mairie"}]},
    }


def test_measures_that_were_built_exist_and_those_that_do_not_apply_are_left_out():
    measures = [
        {"measure": "masking", "state": "to_build"},
        {"measure": "backup", "state": "to_build"},
        {"measure": "anonymisation", "state": "not_applicable"},
        {"measure": "access_log", "state": "existing"},
    ]

    content = content_of(
        RegisterKind.PROCESSOR,
        {"measures": {"measures": measures}},
        before={},
        found={"masking": Conformity.CONFORMING},
    )

    assert content["measures"]["measures"] == [
        {"measure": "masking", "state": "existing"},
        {"measure": "backup", "state": "to_build"},
        {"measure": "access_log", "state": "existing"},
    ]


def test_a_measure_whose_condition_was_met_exists_in_the_entry(cast):
    file = stories.specified(cast)
    measures = {"measures": [{"measure": "masking", "state": "to_build"}]}
    stories.give_ruling(
        file, cast, Verdict.CONDITIONAL, conditions=[], analysis=ANALYSIS | {"measures": measures}
    )
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    subtask = stories.split(fresh(file), cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    stories.assess(fresh(file), cast)

    delivery.deliver(fresh(file), actor=cast.lead)

    said = {made.content["measures"]["measures"][0]["state"] for made in file.register_versions.all()}
    assert said == {"existing"}


CANADA = {"transfers": {"transfers": [{"country": "Canada"}]}, "data": {"subjects": ["minors"]}}


def test_what_the_ruling_was_never_shown_of_the_entry_stays_as_the_entry_had_it():
    content = content_of(RegisterKind.CONTROLLER, ANALYSIS, before=CANADA, found={})

    assert content["transfers"] == CANADA["transfers"]
    assert content["data"] == ANALYSIS["data"]


def test_what_the_ruling_started_from_and_does_not_state_any_more_leaves_the_entry():
    started = {"transfers-transfers", "data-subjects"}

    content = content_of(RegisterKind.CONTROLLER, ANALYSIS, before=CANADA, found={}, started=started)

    assert "transfers" not in content
    assert content["data"] == ANALYSIS["data"]


KNOWN = {
    **ANALYSIS,
    "recipients": {
        "recipients": [{"recipient": "Mairie"}],
        "sub_processors": [{"name": "Hébergeur", "country": "France"}],
    },
    "transfers": {"transfers": [{"country": "USA", "recipient": "Hébergeur", "tool": "adequacy"}]},
    "measures": {"measures": [{"measure": "backup", "state": "existing"}]},
}


def accepted_with(file, cast, analysis):
    """Rule on `file` with `analysis`, up to the acceptance; returns what both registers say then, by kind."""
    stories.give_ruling(file, cast, analysis=analysis)
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    subtask = stories.split(fresh(file), cast, criteria=file.specification.criteria.all())
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(file), actor=cast.lead)
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    return {made.entry.kind: made.content for made in file.register_versions.all()}


def started_on(cast, **analysis):
    """A file whose draft of a ruling names the entry, with a change, and starts from it; and the draft."""
    file = stories.specified(cast)
    scope = {"changes": ["access"], "entry": ANALYSIS["scope"]["entry"]}
    fields = {"personal_data": "yes", "analysis": {"scope": scope, **analysis}}
    return file, ruling.start_from_entry(file, actor=cast.dpo, fields=fields, revision=0)


@pytest.mark.parametrize(
    ("section", "part"),
    [
        ("transfers", "transfers"),
        ("recipients", "recipients"),
        ("recipients", "sub_processors"),
        ("measures", "measures"),
    ],
)
def test_the_last_one_that_the_dpo_takes_out_leaves_both_registers(cast, section, part):
    accepted_with(stories.specified(cast), cast, KNOWN)
    file, draft = started_on(cast)
    kept = {name: value for name, value in draft.analysis[section].items() if name != part}

    said = accepted_with(file, cast, {**draft.analysis, section: kept})

    assert [content.get(section, {}).get(part) for content in said.values()] == [None, None]
    assert said["controller"]["scope"] == {"purposes": ANALYSIS["scope"]["purposes"]}


def test_a_processing_that_turns_out_unchanged_takes_nothing_out_of_its_entry(cast):
    before = accepted_with(stories.specified(cast), cast, KNOWN)
    file, _draft = started_on(cast)
    scope = {"changes": ["none"], "entry": ANALYSIS["scope"]["entry"]}

    assert accepted_with(file, cast, {"scope": scope}) == before


@pytest.mark.parametrize(("kind", "letters"), [("controller", "bcdefg"), ("processor", "bcd")])
def test_every_heading_of_the_article_says_something(kind, letters):
    sections = article_30(RegisterKind(kind), {})

    assert [section.name for section in sections if section.name != "rights"] == list(letters)
    assert all(part.texts for section in sections for part in section.parts)


# Who sees, and what is kept


def test_a_client_sees_its_own_entries_the_vendors_dpo_all_and_nobody_else_any(cast):
    cast.everybody()
    stories.delivered(cast)
    stories.delivered(Cast())

    seen = {
        name: RegisterEntry.objects.visible_to(getattr(cast, name)).count()
        for name in ("client_admin", "client_auditor", "client_dpo", "requester", "support", "dpo", "deputy_dpo",
                     "lead", "developer", "tester", "portal_admin")
    }  # fmt: skip

    assert seen == {
        "client_admin": 1, "client_auditor": 1, "client_dpo": 1, "requester": 0, "support": 0, "dpo": 4,
        "deputy_dpo": 4, "lead": 0, "developer": 0, "tester": 0, "portal_admin": 0,
    }  # fmt: skip


def test_nothing_of_a_register_is_deleted(cast):
    stories.delivered(cast)
    entry, version = RegisterEntry.objects.first(), RegisterVersion.objects.first()

    for delete in (
        entry.delete,
        version.delete,
        RegisterEntry.objects.all().delete,
        RegisterVersion.objects.all().delete,
    ):
        with pytest.raises(Kept, match="never deleted"):
            delete()


def test_an_entry_has_one_version_in_force(cast):
    file = stories.closed(cast)
    in_force = file.register_versions.get(state="in_force")
    in_force.pk, in_force.number = None, 2

    with pytest.raises(IntegrityError), transaction.atomic():
        in_force.save()


def test_the_vendors_dpo_who_left_sees_nothing(cast):
    stories.delivered(cast)
    User.objects.filter(pk=cast.dpo.pk).update(is_active=False)

    assert not RegisterEntry.objects.visible_to(User.objects.get(pk=cast.dpo.pk)).exists()


def test_development_reopened_after_a_refusal_keeps_one_draft_a_register(cast):
    file = stories.delivered(cast)
    answers = stories.answers(file)
    delivery.refuse(fresh(file), actor=cast.client_admin, reason="Non.", answers=answers)
    subtask = file.subtasks.get()
    development.reopen_subtask(subtask, actor=cast.lead, reason="Encore.")
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(file), actor=cast.lead)

    accept(file, cast)

    assert (of_client(), of_vendor()) == ([(1, "awaited")], [(1, "in_force")])
