"""Step 6 by its services: the rules hold whatever page or program calls them."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from notifications.models import OutgoingMessage
from privacy.verdicts import Verdict
from requests_app.desk import all_green
from requests_app.history import named_in, words
from requests_app.models import TESTER_CHECKS, ChangeRequest, CheckKind, Subtask
from requests_app.progress import Progress, State
from requests_app.services import decision, delivery, development, specification
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.errors import Missing, MovedOn, NotYourRole

pytestmark = pytest.mark.django_db


def node_of(subtask):
    return Progress(fresh(subtask.change_request)).nodes[subtask.pk]


def ended(cast=None, **extra):
    """An ended subtask of a file at step 6, and its cast."""
    cast = cast or Cast()
    file = stories.validated(cast)
    subtask = stories.split(file, cast, **extra)
    stories.end(subtask, cast)
    return subtask, cast


def check(subtask, actor, kind=CheckKind.UNIT, **kwargs):
    return development.make_check(subtask, actor=actor, kind=kind, **{"is_passed": True, **kwargs})


def person(*roles):
    """Somebody of the vendor with several roles."""
    return UserFactory(**dict.fromkeys(roles, True))


@pytest.mark.parametrize("kind", CheckKind, ids=str)
def test_nobody_checks_a_subtask_they_are_assigned_to(kind):
    cast = Cast()
    cast.developer = person("developer", "tester", "deputy_dpo")
    subtask, cast = ended(cast)

    with pytest.raises(Missing) as refusal:
        check(subtask, cast.developer, kind)

    assert [reason.code for reason in refusal.value.reasons] == ["independence"]
    assert subtask.rounds.get().checks.count() == 0


@pytest.mark.parametrize("kind", CheckKind, ids=str)
def test_nobody_checks_a_subtask_they_were_once_assigned_to(kind):
    cast = Cast()
    cast.developer = person("developer", "tester", "deputy_dpo")
    subtask, cast = ended(cast)
    development.edit_subtask(subtask, actor=cast.lead, fields={}, developers=[person("developer")])

    with pytest.raises(Missing) as refusal:
        check(subtask, cast.developer, kind)

    assert [reason.code for reason in refusal.value.reasons] == ["independence"]


@pytest.mark.parametrize("kind", CheckKind, ids=str)
def test_nobody_checks_a_subtask_whose_end_date_they_entered(kind):
    cast = Cast()
    cast.lead = person("lead", "tester", "deputy_dpo")
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    today = timezone.localdate()
    development.start_subtask(subtask, actor=cast.developer, start_date=today)
    development.end_subtask(subtask, actor=cast.lead, end_date=today)

    with pytest.raises(Missing) as refusal:
        check(subtask, cast.lead, kind)

    assert [reason.code for reason in refusal.value.reasons] == ["independence"]


def test_the_end_date_of_a_round_that_failed_still_bars_whoever_entered_it():
    cast = Cast()
    cast.lead = person("lead", "tester")
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    today = timezone.localdate()
    development.start_subtask(subtask, actor=cast.developer, start_date=today)
    development.end_subtask(subtask, actor=cast.lead, end_date=today)
    check(subtask, cast.tester, is_passed=False, comment="Vide.")
    development.end_subtask(subtask, actor=cast.developer, end_date=today)

    with pytest.raises(Missing):
        check(subtask, cast.lead)


@pytest.mark.parametrize("kind", TESTER_CHECKS, ids=str)
def test_whoever_ruled_makes_no_other_check_than_the_gdpr_one(kind):
    cast = Cast()
    cast.dpo = person("dpo", "tester")
    subtask, cast = ended(cast)

    with pytest.raises(Missing) as refusal:
        check(subtask, cast.dpo, kind)

    assert [reason.code for reason in refusal.value.reasons] == ["independence"]
    check(subtask, cast.dpo, CheckKind.GDPR)


@pytest.mark.parametrize("field", ["developers", "testers"])
def test_whoever_ruled_is_refused_as_developer_and_as_tester(field):
    cast = Cast()
    cast.dpo = person("dpo", "developer", "tester")
    file = stories.validated(cast)

    with pytest.raises(Missing) as refusal:
        development.add_subtask(file, actor=cast.lead, fields={"title": "Écrire"}, **{field: [cast.dpo]})

    assert [reason.field for reason in refusal.value.reasons] == [field]
    assert Subtask.objects.count() == 0


def test_whoever_works_on_a_subtask_does_not_say_that_it_touches_no_personal_data():
    cast = Cast()
    cast.developer = person("developer", "deputy_dpo")
    subtask, cast = ended(cast)

    with pytest.raises(Missing) as refusal:
        development.mark_without_personal_data(subtask, actor=cast.developer)

    assert [reason.code for reason in refusal.value.reasons] == ["independence"]
    assert Subtask.objects.get().spared_under is None


def test_the_dpo_spares_a_subtask_the_gdpr_check_once():
    subtask, cast = ended()

    development.mark_without_personal_data(subtask, actor=cast.dpo)
    assert node_of(subtask).required == TESTER_CHECKS
    with pytest.raises(MovedOn) as refusal:
        development.mark_without_personal_data(subtask, actor=cast.dpo)

    assert refusal.value.by == cast.dpo
    with pytest.raises(NotYourRole):
        development.mark_without_personal_data(subtask, actor=cast.tester)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("tester", CheckKind.GDPR), ("dpo", CheckKind.UNIT), ("deputy_dpo", CheckKind.INTEGRATION)],
)
def test_a_check_is_its_own_role_alone(name, kind):
    subtask, cast = ended()

    with pytest.raises(NotYourRole):
        check(subtask, getattr(cast, name), kind)


def test_a_check_made_twice_is_kept_once_and_the_second_is_told_by_whom_and_when():
    subtask, cast = ended()
    check(subtask, cast.tester)

    with pytest.raises(MovedOn) as refusal:
        check(subtask, person("tester"))

    made = subtask.rounds.get().checks.get()
    assert (refusal.value.by, refusal.value.at) == (cast.tester, made.made_at)


def test_a_check_after_another_failed_is_told_who_sent_the_subtask_back():
    subtask, cast = ended()
    check(subtask, cast.tester, is_passed=False, comment="Rien ne s’affiche.")

    with pytest.raises(MovedOn) as refusal:
        check(subtask, cast.dpo, CheckKind.GDPR)

    assert refusal.value.by == cast.tester


def test_a_check_on_a_cancelled_subtask_is_refused_with_whoever_cancelled_it():
    subtask, cast = ended()
    development.cancel_subtask(subtask, actor=cast.lead, reason="Hors sujet.")

    with pytest.raises(MovedOn) as refusal:
        check(subtask, cast.tester)

    assert (refusal.value.by, str(refusal.value.what) != "") == (cast.lead, True)


def test_a_child_of_a_cancelled_parent_is_cancelled_with_it():
    cast = Cast()
    file = stories.validated(cast)
    parent = stories.split(file, cast)
    child = stories.split(fresh(file), cast, "Une partie", parent=parent)
    development.cancel_subtask(parent, actor=cast.lead, reason="Hors sujet.")

    with pytest.raises(MovedOn) as refusal:
        development.start_subtask(child, actor=cast.developer, start_date=timezone.localdate())

    assert (refusal.value.by, node_of(child).state) == (cast.lead, State.CANCELLED)


def test_a_check_before_the_end_date_says_that_it_is_not_open_yet():
    cast = Cast()
    subtask = stories.split(stories.validated(cast), cast)

    with pytest.raises(Missing) as refusal:
        check(subtask, cast.tester)

    assert [reason.code for reason in refusal.value.reasons] == ["not_ended"]


def test_a_check_that_is_not_needed_is_refused():
    cast = Cast()
    subtask = stories.split(stories.validated(cast, Verdict.NO_PERSONAL_DATA), cast)
    stories.end(subtask, cast)

    with pytest.raises(Missing) as refusal:
        check(subtask, cast.dpo, CheckKind.GDPR)

    assert [reason.code for reason in refusal.value.reasons] == ["kind"]


def test_an_end_date_entered_twice_opens_one_round_and_tells_the_second_who_was_faster():
    subtask, cast = ended()
    told = OutgoingMessage.objects.count()

    with pytest.raises(MovedOn) as refusal:
        development.end_subtask(subtask, actor=cast.developer, end_date=timezone.localdate())

    assert (refusal.value.by, subtask.rounds.count()) == (cast.developer, 1)
    assert OutgoingMessage.objects.count() == told


def test_the_same_start_date_twice_is_kept_once():
    cast = Cast()
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    day = timezone.localdate() - timedelta(days=2)
    development.start_subtask(subtask, actor=cast.developer, start_date=day)

    with pytest.raises(MovedOn):
        development.start_subtask(subtask, actor=cast.developer, start_date=day)
    development.start_subtask(subtask, actor=cast.developer, start_date=timezone.localdate())

    assert file.events.filter(name="start_subtask").count() == 2


@pytest.mark.parametrize(("days", "service"), [(1, "start"), (1, "end"), (-3, "end")])
def test_dates_are_never_in_the_future_nor_the_end_before_the_start(days, service):
    cast = Cast()
    subtask = stories.split(stories.validated(cast), cast)
    today = timezone.localdate()
    if service == "end":
        development.start_subtask(subtask, actor=cast.developer, start_date=today - timedelta(days=1))

    with pytest.raises(Missing) as refusal:
        getattr(development, f"{service}_subtask")(
            subtask, actor=cast.developer, **{f"{service}_date": today + timedelta(days=days)}
        )

    assert [reason.field for reason in refusal.value.reasons] == [f"{service}_date"]
    assert Subtask.objects.get().end_date is None


def test_a_developer_of_another_subtask_does_not_enter_its_dates():
    cast = Cast()
    subtask = stories.split(stories.validated(cast), cast)

    with pytest.raises(NotYourRole):
        development.start_subtask(subtask, actor=person("developer"), start_date=timezone.localdate())


def test_the_same_page_adds_a_subtask_once():
    cast = Cast()
    file = stories.validated(cast)
    stories.split(file, cast, key="une-page")

    with pytest.raises(MovedOn) as refusal:
        stories.split(fresh(file), cast, key="une-page")
    stories.split(fresh(file), cast, key="une-autre-page")

    assert (refusal.value.by, file.subtasks.count()) == (cast.lead, 2)


def test_an_edit_of_a_page_read_before_another_edit_is_refused():
    cast = Cast()
    subtask = stories.split(stories.validated(cast), cast)
    read = node_of(subtask).edition
    edit = {"actor": cast.lead, "developers": [cast.developer], "edition": read}
    development.edit_subtask(subtask, fields={"title": "Le premier"}, **edit)

    with pytest.raises(MovedOn):
        development.edit_subtask(subtask, fields={"title": "Le second"}, **edit)

    assert Subtask.objects.get().title == "Le premier"


def test_a_parent_of_another_file_is_refused():
    cast = Cast()
    foreign = stories.split(stories.validated(Cast()), cast)

    with pytest.raises(Missing) as refusal:
        stories.split(stories.validated(cast), cast, parent=foreign)

    assert [reason.field for reason in refusal.value.reasons] == ["parent"]


def test_a_criterion_of_another_file_is_refused_and_nothing_is_kept():
    cast = Cast()
    file = stories.validated(cast)
    foreign = stories.validated(Cast()).specification.criteria.all()

    with pytest.raises(Missing) as refusal:
        stories.split(file, cast, criteria=foreign)

    assert ([reason.field for reason in refusal.value.reasons], file.subtasks.count()) == (["criteria"], 0)


def test_a_subtask_is_split_once_and_never_once_started():
    cast = Cast()
    file = stories.validated(cast)
    parent = stories.split(file, cast)
    child = stories.split(fresh(file), cast, parent=parent)
    started, _cast = ended()

    for bad in (child, Subtask.objects.get(pk=started.pk)):
        with pytest.raises(Missing) as refusal:
            stories.split(fresh(bad.change_request), cast, parent=bad)
        assert [reason.code for reason in refusal.value.reasons] == ["parent"]


def test_a_developer_deactivated_meanwhile_is_refused_by_name():
    cast = Cast()
    file = stories.validated(cast)
    gone = UserFactory(developer=True, is_active=False)

    with pytest.raises(Missing) as refusal:
        development.add_subtask(file, actor=cast.lead, fields={"title": "Écrire"}, developers=[gone])

    assert [reason.field for reason in refusal.value.reasons] == ["developers"]
    assert str(gone) in str(refusal.value.reasons[0])


@pytest.mark.parametrize("service", [development.cancel_subtask, development.reopen_subtask])
def test_cancelling_and_sending_back_need_a_reason(service):
    subtask, cast = ended()

    with pytest.raises(Missing) as refusal:
        service(subtask, actor=cast.lead, reason="  ")

    assert [reason.field for reason in refusal.value.reasons] == ["reason"]


def test_sending_back_a_green_subtask_clears_its_end_date_and_makes_every_check_again():
    cast = Cast()
    subtask = stories.green(cast).subtasks.get()
    development.reopen_subtask(subtask, actor=cast.lead, reason="Un oubli.")

    assert (node_of(subtask).state, node_of(subtask).subtask.end_date) == (State.SENT_BACK, None)
    with pytest.raises(MovedOn) as refusal:
        development.reopen_subtask(subtask, actor=cast.lead, reason="Un oubli.")
    assert refusal.value.by == cast.lead
    development.end_subtask(subtask, actor=cast.developer, end_date=timezone.localdate())
    assert len(node_of(subtask).due) == 4


def test_several_gdpr_passes_at_once_keep_a_record_each():
    cast = Cast()
    file = stories.validated(cast)
    subtasks = [stories.split(fresh(file), cast, f"Partie {number}") for number in range(3)]
    for subtask in subtasks:
        stories.end(subtask, cast)

    development.pass_gdpr_checks(fresh(file), actor=cast.dpo, subtasks=subtasks)

    made = [subtask.rounds.get().checks.get() for subtask in subtasks]
    assert [(one.kind, one.made_by, one.is_passed) for one in made] == [(CheckKind.GDPR, cast.dpo, True)] * 3
    assert file.events.filter(name="pass_check").count() == 3


def test_several_gdpr_passes_are_all_or_none_and_name_the_one_that_cannot():
    cast = Cast()
    file = stories.validated(cast)
    done, open_one = stories.split(file, cast, "Faite"), stories.split(fresh(file), cast, "Pas finie")
    stories.end(done, cast)

    with pytest.raises(Missing) as refusal:
        development.pass_gdpr_checks(fresh(file), actor=cast.dpo, subtasks=[done, open_one])

    assert "Pas finie" in str(refusal.value.reasons[0])
    assert done.rounds.get().checks.count() == 0


def test_gdpr_passes_fall_with_the_ruling_and_the_other_checks_stay():
    cast = Cast()
    file = stories.green(cast)
    subtask = file.subtasks.get()
    decision.reopen_specification(file, actor=cast.lead, reason="Une colonne de plus.")
    stories.specify(fresh(file), cast, solution="Avec une colonne de plus.")
    stories.give_ruling(fresh(file), cast)
    decision.validate(fresh(file), actor=cast.client_admin, version=2)

    assert node_of(subtask).due == [CheckKind.GDPR]


def test_a_mark_that_spares_the_gdpr_check_falls_with_the_ruling():
    cast = Cast()
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast, gdpr=False)
    development.mark_without_personal_data(subtask, actor=cast.dpo)
    assert (node_of(subtask).due, list(all_green(ChangeRequest.objects.all()))) == ([], [file])

    rule_again(file, cast, Verdict.FAVOURABLE)

    assert (node_of(subtask).due, list(all_green(ChangeRequest.objects.all()))) == ([CheckKind.GDPR], [])


def rule_again(file, cast, verdict):
    """Back through the four steps with another content, and another ruling."""
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Une colonne de plus.")
    stories.specify(fresh(file), cast, solution="Avec une colonne de plus.")
    stories.give_ruling(fresh(file), cast, verdict)
    decision.validate(fresh(file), actor=cast.client_admin, version=file.versions.last().number)


def test_a_ruling_that_asks_for_no_gdpr_check_any_more_tells_once_that_all_is_green():
    cast = Cast()
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast, gdpr=False)

    rule_again(file, cast, Verdict.NO_IMPACT)

    told = OutgoingMessage.objects.filter(event__name="all_green")
    assert [row.recipient for row in told] == [cast.lead]
    assert file.events.filter(name="all_green").count() == 1


def test_an_edit_of_a_subtask_stays_in_the_history_with_what_it_changed():
    cast = Cast()
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    other = UserFactory(developer=True)
    fields = {"title": "Écrire l’export", "forecast_end": timezone.localdate() + timedelta(days=9)}

    development.edit_subtask(
        subtask, actor=cast.lead, fields=fields, developers=[other], testers=[cast.tester]
    )
    development.edit_subtask(
        subtask, actor=cast.lead, fields={"title": "Lire"}, developers=[other], testers=[cast.tester]
    )
    development.edit_subtask(
        subtask, actor=cast.lead, fields={"title": "Lire"}, developers=[other], testers=[cast.tester]
    )

    edits = list(file.events.filter(name="edit_subtask"))
    assert [sorted(edit.data["changed"]) for edit in edits] == [
        ["accountable", "developers", "forecast_end", "testers"],
        ["title"],
    ]
    with override("en"):
        said = [words(edit, named_in(edits)) for edit in edits]
    assert said[1] == "changed the subtask “Lire”: title from “Écrire l’export” to “Lire”"
    start = (
        f"changed the subtask “Écrire l’export”: accountable developer from {cast.developer} to {other}, "
        f"developers from {cast.developer} to {other}, forecast end from — to "
    )
    assert said[0].startswith(start)
    assert said[0].endswith(f", testers from — to {cast.tester}")


def test_what_a_subtask_waits_for_and_who_is_accountable_stay_in_the_history():
    cast, other = Cast(), UserFactory(developer=True)
    file = stories.validated(cast)
    before = stories.split(file, cast, "Import")
    subtask = development.add_subtask(
        fresh(file), actor=cast.lead, fields={"title": "Lire"}, developers=[cast.developer, other]
    )
    both = {"actor": cast.lead, "fields": {}, "developers": [cast.developer, other]}

    development.edit_subtask(subtask, **both, accountable=other)
    development.edit_subtask(subtask, **both, depends_on=[before])

    edits = list(file.events.filter(name="edit_subtask"))
    with override("en"):
        said = [words(edit, named_in(edits)) for edit in edits]
    assert said == [
        f"changed the subtask “Lire”: accountable developer from {cast.developer} to {other}",
        "changed the subtask “Lire”: what it waits for from — to “Import”",
    ]


def test_work_pauses_while_the_specification_is_open_again():
    subtask, cast = ended()
    decision.reopen_specification(subtask.change_request, actor=cast.lead, reason="À revoir.")

    for act in (
        lambda: check(subtask, cast.tester),
        lambda: development.cancel_subtask(subtask, actor=cast.lead, reason="Non."),
        lambda: stories.split(fresh(subtask.change_request), cast),
    ):
        with pytest.raises(MovedOn) as refusal:
            act()
        assert refusal.value.by == cast.lead


def test_an_agreement_to_stop_does_not_outlive_the_decision_it_was_given_on():
    cast = Cast()
    file = stories.green(cast)
    decision.propose_to_abandon(file, actor=cast.lead, reason="Le besoin a disparu.")
    decision.agree_to_abandon(fresh(file), actor=cast.client_admin)
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Finalement non.")
    specification.send_specification(
        fresh(file), actor=cast.support, planned_date=timezone.localdate() + timedelta(days=9)
    )
    decision.validate(fresh(file), actor=cast.client_admin, version=2)

    with pytest.raises(Missing) as refusal:
        decision.abandon(fresh(file), actor=cast.lead, reason="Le besoin a disparu.")

    assert [reason.code for reason in refusal.value.reasons] == ["agreement"]


def test_an_agreement_to_stop_does_not_outlive_a_delivery():
    cast = Cast()
    file = stories.green(cast)
    decision.propose_to_abandon(file, actor=cast.lead, reason="Le besoin a disparu.")
    decision.agree_to_abandon(fresh(file), actor=cast.client_admin)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")

    assert (fresh(file).abandonment_reason, fresh(file).abandonment_agreed_by) == ("", None)


def test_the_same_proposal_to_stop_and_the_same_agreement_are_made_once():
    cast = Cast()
    file = stories.green(cast)
    decision.propose_to_abandon(file, actor=cast.lead, reason="Plus de besoin.")
    with pytest.raises(MovedOn):
        decision.propose_to_abandon(fresh(file), actor=cast.lead, reason="Plus de besoin.")
    decision.agree_to_abandon(fresh(file), actor=cast.client_admin)
    with pytest.raises(MovedOn) as refusal:
        decision.agree_to_abandon(fresh(file), actor=cast.client_admin)

    assert refusal.value.by == cast.client_admin
    assert file.events.filter(name__in=["propose_to_abandon", "agree_to_abandon"]).count() == 2


def test_the_same_page_delivers_to_qualification_once():
    cast = Cast()
    file = stories.green(cast)
    delivery.deliver_to_qualification(file, actor=cast.lead, release="4.2.0-rc1", key="une-page")
    told = OutgoingMessage.objects.count()

    with pytest.raises(MovedOn):
        delivery.deliver_to_qualification(fresh(file), actor=cast.lead, release="4.2.0-rc1", key="une-page")

    assert (file.deliveries.count(), OutgoingMessage.objects.count()) == (1, told)


def test_the_last_pass_tells_once_that_everything_is_green():
    cast = Cast()
    file = stories.green(cast)

    assert file.events.filter(name="all_green").count() == 1


def test_cancelling_the_last_subtask_that_is_not_green_makes_the_file_deliverable():
    cast = Cast()
    file = stories.green(cast)
    late = stories.split(file, cast, "En retard")
    assert fresh(file).missing("deliver", actor=cast.lead, data={}) != []

    development.cancel_subtask(late, actor=cast.lead, reason="Reporté.")

    assert fresh(file).missing("deliver", actor=cast.lead, data={}) == []
    assert file.events.filter(name="all_green").count() == 2


def test_an_agreement_to_stop_is_on_the_proposal_that_was_read():
    cast = Cast()
    file = stories.validated(cast)
    read = decision.propose_to_abandon(file, actor=cast.lead, reason="Plus de sens.")
    decision.propose_to_abandon(fresh(file), actor=cast.lead, reason="Trop cher.")

    with pytest.raises(MovedOn):
        decision.agree_to_abandon(fresh(file), actor=cast.client_admin, proposal=read.sequence)

    assert fresh(file).abandonment_agreed_by is None
