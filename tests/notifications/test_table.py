"""The table of who is told, row by row: for each act the exact list of who gets which message."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Mailbox
from accounts.roles import Side
from notifications.dispatch import recipients
from notifications.models import OutgoingMessage
from planning.workdays import after_working_days
from privacy.verdicts import Verdict
from requests_app.models import CheckKind
from requests_app.services import (
    decision,
    delivery,
    development,
    handovers,
    reminders,
    requests,
    ruling,
    signatures,
    specification,
    split,
)
from tests.factories import requests as files
from tests.factories.accounts import UserFactory
from tests.factories.notifications import english_cast, open_mailboxes

pytestmark = pytest.mark.django_db

HELPDESK, INFORMATION = "helpdesk", "information"


@pytest.fixture
def cast():
    open_mailboxes()
    return english_cast()


@pytest.fixture
def told(cast):
    """Who was told what by an event, as `[(role, subject without number and title)]`."""
    roles = {
        getattr(cast, name).email: name
        for name in (
            "client_admin", "client_auditor", "client_dpo", "requester", "support", "dpo", "deputy_dpo",
            "lead", "developer", "tester", "portal_admin",
        )
    }  # fmt: skip
    roles |= {"helpdesk@vendeur.test": HELPDESK, "information@vendeur.test": INFORMATION}

    def read(event):
        file = event.change_request
        messages = OutgoingMessage.objects.filter(event=event).order_by("pk")
        starts = [(message, message.subject.removeprefix(f"[{file.number}] ")) for message in messages]
        assert all(message.subject.startswith(f"[{file.number}] ") for message in messages)
        return [
            (roles[message.address], subject.removesuffix(f" · {file.title}")) for message, subject in starts
        ]

    return read


def start(state, cast, *arguments, **fields):
    """A file brought to `state` (a function of the requests' factories), whose requester is the auditor."""
    return state(cast, *arguments, requester=cast.client_auditor, **fields)


def last(file, name):
    """The file's latest event of that name."""
    return file.events.filter(name=name).last()


def test_creating_a_request_tells_nobody(cast, told):
    file = start(files.opened, cast)

    assert told(file.events.get()) == []


def test_sending_a_request_tells_mailboxes_and_client(cast, told):
    file = start(files.sent, cast)

    assert told(last(file, "send_to_support")) == [
        (HELPDESK, "Request sent to the hot line"),
        (INFORMATION, "Request sent to the hot line"),
        ("client_auditor", "Your request has reached the hot line"),
        ("client_admin", "Your request has reached the hot line"),
    ]


def test_returning_a_request_tells_client_and_mailboxes(cast, told):
    file = start(files.sent, cast)

    event = requests.return_to_client(file, actor=cast.support, reason="Le besoin manque.")

    assert told(event) == [
        ("client_auditor", "Your request comes back to you"),
        ("client_admin", "Your request comes back to you"),
        (HELPDESK, "Request returned to the client"),
        (INFORMATION, "Request returned to the client"),
    ]


def test_declining_tells_client_and_mailboxes(cast, told):
    file = start(files.declined, cast)

    assert told(last(file, "decline")) == [
        ("client_auditor", "Your request is declined"),
        ("client_admin", "Your request is declined"),
        (HELPDESK, "Request declined"),
        (INFORMATION, "Request declined"),
    ]


def test_sending_a_specification_tells_dpo_mailboxes_and_client(cast, told):
    file = start(files.specified, cast)

    assert told(last(file, "send_to_dpo")) == [
        ("dpo", "A specification awaits your ruling"),
        ("deputy_dpo", "A specification awaits your ruling"),
        (HELPDESK, "Specification sent to the DPO"),
        (INFORMATION, "Specification sent to the DPO"),
        ("client_auditor", "Your specification is with the DPO"),
        ("client_admin", "Your specification is with the DPO"),
    ]


def test_sending_the_same_content_again_tells_deciders_client_and_mailboxes(cast, told):
    file = start(files.ruled, cast)
    decision.request_change(file, actor=cast.client_admin, reason="Le prix.")

    event = files.specify(files.fresh(file), cast, quote=[])

    assert told(event) == [
        ("client_admin", "A specification awaits your decision"),
        ("client_auditor", "Your specification awaits a decision"),
        (HELPDESK, "Specification sent to the client"),
        (INFORMATION, "Specification sent to the client"),
    ]


def test_a_ruling_tells_deciders_client_mailboxes_and_dpo(cast, told):
    file = start(files.ruled, cast)

    assert told(last(file, "rule")) == [
        ("client_admin", "The DPO has ruled, your decision is awaited"),
        ("client_auditor", "The DPO has ruled on your request"),
        (HELPDESK, "The DPO has ruled"),
        (INFORMATION, "The DPO has ruled"),
        ("dpo", "Ruling given"),
        ("deputy_dpo", "Ruling given"),
    ]


def test_an_infringing_instruction_has_its_own_text(cast, told):
    file = start(files.ruled, cast, Verdict.INFRINGING)

    assert told(last(file, "rule")) == [
        ("client_admin", "Important: this instruction infringes the GDPR"),
        ("client_auditor", "Important: this instruction infringes the GDPR"),
        (HELPDESK, "The DPO finds that the instruction infringes the GDPR"),
        (INFORMATION, "The DPO finds that the instruction infringes the GDPR"),
        ("dpo", "Ruling given: the instruction infringes the GDPR"),
        ("deputy_dpo", "Ruling given: the instruction infringes the GDPR"),
    ]


def test_a_ruling_once_in_development_also_tells_the_lead(cast, told):
    file = start(files.validated, cast)
    decision.reopen_specification(file, actor=cast.lead, reason="Le format a changé.")
    files.specify(files.fresh(file), cast, solution="Une autre solution.")

    event = files.give_ruling(files.fresh(file), cast)

    assert told(event) == [
        ("client_admin", "The DPO has ruled, your decision is awaited"),
        ("client_auditor", "The DPO has ruled on your request"),
        (HELPDESK, "The DPO has ruled"),
        (INFORMATION, "The DPO has ruled"),
        ("dpo", "Ruling given"),
        ("deputy_dpo", "Ruling given"),
        ("lead", "The DPO has ruled"),
    ]


def test_returning_to_support_tells_mailboxes_client_and_dpo(cast, told):
    file = start(files.specified, cast)

    event = ruling.return_to_support(file, actor=cast.dpo, reason="La durée de conservation manque.")

    assert told(event) == [
        (HELPDESK, "The DPO returns the specification to support"),
        (INFORMATION, "The DPO returns the specification to support"),
        ("client_auditor", "Your specification is being completed"),
        ("client_admin", "Your specification is being completed"),
        ("dpo", "Specification returned to support"),
        ("deputy_dpo", "Specification returned to support"),
    ]


def test_validating_tells_lead_mailboxes_and_client(cast, told):
    file = start(files.validated, cast)

    assert told(last(file, "validate")) == [
        ("lead", "Specification validated, development may start"),
        (HELPDESK, "The client has validated the specification"),
        (INFORMATION, "The client has validated the specification"),
        ("client_auditor", "The specification is validated"),
        ("client_admin", "The specification is validated"),
    ]


def test_validating_again_also_tells_the_developers(cast, told):
    file = start(files.validated, cast)
    files.split(file, cast)
    decision.reopen_specification(file, actor=cast.lead, reason="Le format a changé.")
    files.specify(files.fresh(file), cast, quote=[])

    event = decision.validate(files.fresh(file), actor=cast.client_admin, version=2)

    assert told(event) == [
        ("lead", "Specification validated, development may start"),
        (HELPDESK, "The client has validated the specification"),
        (INFORMATION, "The client has validated the specification"),
        ("client_auditor", "The specification is validated"),
        ("client_admin", "The specification is validated"),
        ("developer", "Specification validated again, work resumes"),
    ]


def test_signing_first_and_withdrawing_tell_the_others_who_may_decide(cast, told):
    cast.organisation.countersign_above = 1000
    cast.organisation.decider_roles = ["client_admin", "client_dpo"]
    cast.organisation.save()
    file = start(files.ruled, cast)

    signed = signatures.sign(file, actor=cast.client_dpo, version=1)
    withdrawn = signatures.withdraw_signature(files.fresh(file), actor=cast.client_dpo)

    assert told(signed) == [("client_admin", "Your countersignature is awaited")]
    assert told(withdrawn) == [("client_admin", "The first signature is withdrawn")]


def test_asking_for_a_change_tells_mailboxes_and_client(cast, told):
    file = start(files.ruled, cast)

    event = decision.request_change(file, actor=cast.client_auditor, reason="Le prix.")

    assert told(event) == [
        (HELPDESK, "The client asks for a change"),
        (INFORMATION, "The client asks for a change"),
        ("client_auditor", "Support is asked to change your specification"),
        ("client_admin", "Support is asked to change your specification"),
    ]


def test_asking_for_a_change_once_in_development_also_tells_the_team(cast, told):
    file = start(files.validated, cast)
    files.split(file, cast)
    decision.reopen_specification(file, actor=cast.lead, reason="Le format a changé.")
    files.specify(files.fresh(file), cast, quote=[])

    event = decision.request_change(files.fresh(file), actor=cast.client_admin, reason="Le prix.")

    assert told(event) == [
        (HELPDESK, "The client asks for a change"),
        (INFORMATION, "The client asks for a change"),
        ("client_auditor", "Support is asked to change your specification"),
        ("client_admin", "Support is asked to change your specification"),
        ("lead", "The client asks for a change"),
        ("developer", "The client asks for a change"),
    ]


def test_cancelling_tells_client_and_mailboxes(cast, told):
    file = start(files.cancelled, cast)

    assert told(last(file, "cancel")) == [
        ("client_auditor", "Your request is cancelled"),
        ("client_admin", "Your request is cancelled"),
        (HELPDESK, "Request cancelled by the client"),
        (INFORMATION, "Request cancelled by the client"),
    ]


def test_cancelling_at_the_ruling_also_tells_the_dpo(cast, told):
    file = start(files.specified, cast)

    event = requests.cancel(file, actor=cast.client_admin, category="too_late", reason="Trop tard.")

    assert told(event) == [
        ("client_auditor", "Your request is cancelled"),
        ("client_admin", "Your request is cancelled"),
        (HELPDESK, "Request cancelled by the client"),
        (INFORMATION, "Request cancelled by the client"),
        ("dpo", "Request cancelled, no ruling is awaited"),
        ("deputy_dpo", "Request cancelled, no ruling is awaited"),
    ]


def test_cancelling_once_in_development_also_tells_the_team(cast, told):
    file = start(files.validated, cast)
    files.split(file, cast)
    decision.reopen_specification(file, actor=cast.lead, reason="Le format a changé.")

    event = requests.cancel(
        files.fresh(file), actor=cast.client_admin, category="too_late", reason="Trop tard."
    )

    assert told(event)[4:] == [
        ("lead", "Request cancelled, work stops"),
        ("developer", "Request cancelled, work stops"),
        ("tester", "Request cancelled, work stops"),
    ]


def test_cancelling_an_unsent_request_tells_its_client_author_alone(cast, told):
    file = start(files.opened, cast)

    event = requests.cancel(file, actor=cast.client_admin, category="other", reason="Par erreur.")

    assert told(event) == [
        ("client_auditor", "Your request is cancelled before it was sent"),
        ("client_admin", "Your request is cancelled before it was sent"),
    ]


def test_reopening_tells_mailboxes_client_and_team(cast, told):
    file = start(files.validated, cast)
    files.split(file, cast)

    event = decision.reopen_specification(file, actor=cast.lead, reason="Le format a changé.")

    assert told(event) == [
        (HELPDESK, "Specification reopened"),
        (INFORMATION, "Specification reopened"),
        ("client_auditor", "The specification of your request is reopened"),
        ("client_admin", "The specification of your request is reopened"),
        ("lead", "Specification reopened, work pauses"),
        ("developer", "Specification reopened, work pauses"),
    ]


def test_abandoning_tells_client_mailboxes_and_team(cast, told):
    file = start(files.validated, cast)
    files.split(file, cast)
    proposed = decision.propose_to_abandon(file, actor=cast.lead, reason="Le besoin a disparu.")
    agreed = decision.agree_to_abandon(files.fresh(file), actor=cast.client_admin)

    event = decision.abandon(files.fresh(file), actor=cast.lead, reason="Le besoin a disparu.")

    assert told(proposed) == [("client_admin", "Your agreement to abandon the request is asked for")]
    assert told(agreed) == [("lead", "The client agrees to abandon the request")]
    assert told(event) == [
        ("client_auditor", "Your request is abandoned"),
        ("client_admin", "Your request is abandoned"),
        (HELPDESK, "Request abandoned"),
        (INFORMATION, "Request abandoned"),
        ("lead", "Request abandoned, work stops"),
        ("developer", "Request abandoned, work stops"),
        ("tester", "Request abandoned, work stops"),
    ]


def test_a_planned_date_changed_tells_client_and_mailboxes(cast, told):
    file = start(files.ruled, cast)

    event = move_date(file, cast)

    assert told(event) == [
        ("client_auditor", "The planned date of your request changes"),
        ("client_admin", "The planned date of your request changes"),
        (HELPDESK, "Planned date changed"),
        (INFORMATION, "Planned date changed"),
    ]


def test_a_planned_date_changed_in_development_also_tells_the_lead(cast, told):
    file = start(files.validated, cast)

    event = move_date(file, cast)

    assert told(event)[4:] == [("lead", "Planned date changed")]


def move_date(file, cast):
    """Change the planned date of `file`; returns the event."""
    return specification.change_planned_date(
        file, actor=cast.support, planned_date=timezone.localdate() + timedelta(days=80), reason="Un retard."
    )


def test_a_subtask_assigned_tells_its_own_developers(cast, told):
    file = start(files.validated, cast)
    UserFactory(developer=True, language="en")

    files.split(file, cast)

    assert told(last(file, "assign_subtask")) == [("developer", "A subtask is yours")]


def test_a_list_of_subtasks_tells_its_developers_once(cast, told):
    file = start(files.validated, cast)
    UserFactory(developer=True, language="en")

    event = split.add_list(file, actor=cast.lead, text="Saisie\nExport", developers=[cast.developer])

    assert told(event) == []
    [assigned] = file.events.filter(name="assign_subtasks")
    assert told(assigned) == [("developer", "Subtasks are yours")]


def test_an_end_date_tells_dpo_and_testers(cast, told):
    file = start(files.validated, cast)

    event = files.end(files.split(file, cast), cast)

    assert told(event) == [
        ("dpo", "A subtask awaits the GDPR check"),
        ("deputy_dpo", "A subtask awaits the GDPR check"),
        ("tester", "A subtask awaits its checks"),
    ]


def test_an_end_date_without_gdpr_check_tells_the_named_tester_alone(cast, told):
    file = start(files.validated, cast, Verdict.NO_IMPACT)
    UserFactory(tester=True, language="en")

    event = files.end(files.split(file, cast, testers=[cast.tester]), cast)

    assert told(event) == [("tester", "A subtask awaits its checks")]


def test_a_failed_check_tells_the_subtasks_own_developers(cast, told):
    file = start(files.validated, cast)
    subtask = files.split(file, cast)
    files.end(subtask, cast)

    event = development.make_check(
        subtask, actor=cast.tester, kind=CheckKind.UNIT, is_passed=False, comment="Le fichier est vide."
    )

    assert told(event) == [("developer", "A subtask comes back to you")]


def test_all_green_tells_lead_and_mailboxes(cast, told):
    file = start(files.green, cast)

    assert told(last(file, "all_green")) == [
        ("lead", "All subtasks are green, you may deliver"),
        (HELPDESK, "All subtasks are green"),
        (INFORMATION, "All subtasks are green"),
    ]


def test_qualification_tells_client_mailboxes_and_lead(cast, told):
    file = start(files.green, cast)

    event = delivery.deliver_to_qualification(file, actor=cast.lead, release="4.2.0-rc1")

    assert told(event) == [
        ("client_auditor", "Delivered to qualification"),
        ("client_admin", "Delivered to qualification"),
        (HELPDESK, "Delivered to qualification"),
        (INFORMATION, "Delivered to qualification"),
        ("lead", "Delivered to qualification"),
    ]


def test_delivering_tells_deciders_client_mailboxes_and_lead(cast, told):
    file = start(files.delivered, cast)

    assert told(last(file, "deliver")) == [
        ("client_admin", "Delivered, your acceptance is awaited"),
        ("client_auditor", "Your request is delivered"),
        (HELPDESK, "Delivered to the client"),
        (INFORMATION, "Delivered to the client"),
        ("lead", "Delivered to the client"),
    ]


def test_accepting_tells_client_mailboxes_lead_and_developers(cast, told):
    file = start(files.delivered, cast, Verdict.NO_IMPACT)
    delivery.accept(file, actor=cast.client_admin, answers=files.answers(file))

    assert told(last(file, "accept")) == [
        ("client_auditor", "Delivery accepted, your request is closed"),
        ("client_admin", "Delivery accepted, your request is closed"),
        (HELPDESK, "Delivery accepted, request closed"),
        (INFORMATION, "Delivery accepted, request closed"),
        ("lead", "Delivery accepted, request closed"),
        ("developer", "Delivery accepted, request closed"),
    ]


def test_an_acceptance_that_changes_the_register_tells_the_clients_dpo_to_adopt(cast, told):
    file = start(files.closed, cast)

    assert told(last(file, "accept")) == [
        ("client_dpo", "Delivery accepted, your register awaits your adoption"),
        ("client_auditor", "Delivery accepted, your request is closed"),
        ("client_admin", "Delivery accepted, your request is closed"),
        (HELPDESK, "Delivery accepted, request closed"),
        (INFORMATION, "Delivery accepted, request closed"),
        ("lead", "Delivery accepted, request closed"),
        ("developer", "Delivery accepted, request closed"),
    ]


def test_without_a_dpo_the_clients_administrators_are_told_to_adopt(cast, told):
    file = start(files.delivered, cast)
    cast.client_dpo.is_active = False
    cast.client_dpo.save()

    event = delivery.accept(file, actor=cast.client_admin, answers=files.answers(file))

    assert told(event)[:2] == [
        ("client_admin", "Delivery accepted, your register awaits your adoption"),
        ("client_auditor", "Delivery accepted, your request is closed"),
    ]


def test_refusing_tells_lead_developers_mailboxes_and_client(cast, told):
    file = start(files.delivered, cast)

    event = delivery.refuse(
        file,
        actor=cast.client_admin,
        answers=files.answers(file, accepted=False),
        reason="Il manque une ligne.",
    )

    assert told(event) == [
        ("lead", "Delivery refused, work resumes"),
        ("developer", "Delivery refused, work resumes"),
        (HELPDESK, "Delivery refused by the client"),
        (INFORMATION, "Delivery refused by the client"),
        ("client_auditor", "The delivery is refused, work resumes"),
        ("client_admin", "The delivery is refused, work resumes"),
    ]
    assert told(last(file, "send_back_subtask")) == [("developer", "A subtask comes back to you")]


@pytest.mark.parametrize("state", [files.ruled, files.delivered])
def test_the_clients_silence_reminds_deciders_and_client(cast, told, state):
    file = start(state, cast)
    later = after_working_days(timezone.localdate(), 5) + timedelta(days=1)
    with time_machine.travel(later, tick=False):
        event = reminders.remind_of_silence(file)

    assert told(event) == [
        ("client_admin", "Reminder: your answer is awaited"),
        ("client_auditor", "Reminder: your organisation's answer is awaited"),
    ]


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        (
            "client",
            [
                ("client_auditor", "Reminder: an action of your organisation is awaited"),
                ("client_admin", "Reminder: an action of your organisation is awaited"),
            ],
        ),
        ("vendor", [("lead", "Reminder: an action wanted by the DPO is awaited")]),
    ],
)
def test_an_action_that_is_due_reminds_its_owner(cast, told, owner, expected):
    file = start(files.validated, cast)
    wanted = "Relire la notice.", owner, timezone.localdate()
    files.assess(file, cast, "minor", ["notice"], action=wanted)

    event = reminders.remind_of_action(file.actions.get())

    assert told(event) == expected


def test_what_the_client_owes_reminds_its_author_and_whoever_keeps_its_register(cast, told):
    file = start(files.specified, cast)
    owed = {"text": "L’analyse d’impact est faite.", "owner": "client"}
    files.give_ruling(file, cast, Verdict.CONDITIONAL, conditions=[owed])
    decision.validate(files.fresh(file), actor=cast.client_admin, version=1)
    later = after_working_days(timezone.localdate(), 5) + timedelta(days=1)
    with time_machine.travel(later, tick=False):
        event = reminders.remind_of_owed(files.fresh(file))

    subject = "Reminder: your organisation has conditions of the DPO to meet"
    assert told(event) == [("client_auditor", subject), ("client_admin", subject), ("client_dpo", subject)]


def test_forecast_end_that_has_passed_reminds_the_subtasks_developers(cast, told):
    file = start(files.validated, cast)
    subtask = files.split(file, cast)
    file.subtasks.update(forecast_end=timezone.localdate() - timedelta(days=1))

    event = reminders.remind_of_forecast_end(subtask)

    assert told(event) == [("developer", "Reminder: the forecast end of a subtask has passed")]


def test_what_is_handed_over_for_a_condition_tells_the_dpos(cast, told):
    file = start(files.validated, cast, Verdict.CONDITIONAL)

    event = handovers.hand_over(file, actor=cast.lead, position=1, words="Chaque lecture laisse une ligne.")

    assert told(event) == [
        ("dpo", "A condition of your ruling is answered"),
        ("deputy_dpo", "A condition of your ruling is answered"),
    ]


def test_a_ruling_that_is_due_reminds_those_alone_who_can_rule(cast, told):
    cast.deputy_dpo.is_support = True
    cast.deputy_dpo.save()
    file = start(files.sent, cast)
    specification.save_specification(file, actor=cast.deputy_dpo, fields={"solution": "Une piste."})
    files.specify(files.fresh(file), cast)
    with time_machine.travel(after_working_days(timezone.localdate(), 10), tick=False):
        event = reminders.remind_of_ruling(file)

    assert told(event) == [("dpo", "Reminder: a ruling is awaited")]


def test_a_file_that_nobody_can_rule_on_tells_the_portal_administrator_nothing_of_it(cast, told):
    for dpo in (cast.dpo, cast.deputy_dpo):
        dpo.is_active = False
        dpo.save()

    file = start(files.specified, cast, title="Un titre à taire")

    event = last(file, "nobody_can_rule")
    assert told(event) == [("portal_admin", "No DPO can rule, please name a deputy")]
    message = event.outgoing_messages.get()
    assert "Un titre" not in message.subject + message.text + message.html
    assert "relit ses traitements" not in message.text + message.html


def test_a_client_without_anybody_left_is_told_to_the_helpdesk(cast, told):
    file = start(files.ruled, cast)
    for person in (cast.client_admin, cast.client_auditor):
        person.is_active = False
        person.save()

    event = move_date(file, cast)

    assert told(event) == [
        (HELPDESK, "Planned date changed"),
        (INFORMATION, "Planned date changed"),
        (HELPDESK, "Nobody at the client can be told"),
    ]


def test_whoever_sent_the_request_stays_its_author_when_somebody_else_decides(cast, told):
    file = start(files.ruled, cast)
    admin = UserFactory(client_admin=True, organisation=cast.organisation, language="en")

    event = decision.validate(file, actor=admin, version=1)

    told_so = event.outgoing_messages.filter(kind="specification_validated_for_client")
    assert [message.recipient for message in told_so.order_by("pk")] == [
        cast.client_auditor,
        cast.client_admin,
    ]


def test_the_client_reads_which_conditions_are_theirs_when_they_validate(cast, told):
    asked = [
        {"text": "Joindre l’analyse d’impact.", "owner": Side.CLIENT},
        {"text": "Masquer les noms.", "owner": Side.VENDOR},
    ]
    file = files.specified(cast)
    files.give_ruling(file, cast, Verdict.CONDITIONAL, conditions=asked)

    event = decision.validate(files.fresh(file), actor=cast.client_admin, version=1)

    letters = event.outgoing_messages.filter(kind="specification_validated_for_client")
    assert letters
    for letter in letters:
        assert "leaves 1 condition to you" in letter.text or "vous confie 1 réserve" in letter.text


def test_a_page_says_that_its_reader_will_be_the_sender(cast, told):
    file = start(files.opened, cast)
    admin = UserFactory(client_admin=True, organisation=cast.organisation, language="en")
    foreseen = [letter.address for letter in recipients(file, "send_to_support", sender=admin)]

    event = requests.send_to_support(file, actor=admin)

    assert admin.email in foreseen
    assert foreseen == list(event.outgoing_messages.order_by("pk").values_list("address", flat=True))


def test_every_tester_is_told_when_the_one_named_has_left(cast, told):
    gone = UserFactory(tester=True)
    subtask = files.split(start(files.validated, cast), cast, testers=[gone])
    gone.is_active = False
    gone.save()

    event = files.end(subtask, cast)

    assert ("tester", "A subtask awaits its checks") in told(event)


def test_a_cancelled_request_is_told_to_the_testers_of_each_of_its_subtasks(cast, told):
    named = UserFactory(tester=True, language="en")
    file = start(files.validated, cast)
    files.split(file, cast, testers=[named])
    files.split(file, cast, "Écrire l’import")
    decision.reopen_specification(files.fresh(file), actor=cast.lead, reason="Un oubli.")

    event = requests.cancel(files.fresh(file), actor=cast.client_admin, category="other", reason="Tant pis.")

    told_so = event.outgoing_messages.filter(kind="request_cancelled_for_team")
    assert {cast.tester, named} <= {message.recipient for message in told_so}


def test_administrators_stand_in_for_a_client_author_who_left(cast, told):
    file = start(files.ruled, cast)
    admin = UserFactory(client_admin=True, organisation=cast.organisation, language="en")
    for person in (cast.client_admin, cast.client_auditor):
        person.is_active = False
        person.save()

    event = move_date(file, cast)

    assert event.outgoing_messages.filter(kind="planned_date_changed_for_client").get().recipient == admin


def test_a_person_of_several_audiences_gets_the_message_that_awaits_something(cast, told):
    cast.dpo.is_lead = True
    cast.dpo.save()
    file = start(files.specified, cast)

    event = files.give_ruling(file, cast, actor=cast.deputy_dpo)

    assert [name for name, _subject in told(event)].count("dpo") == 1


def test_a_mailbox_without_address_is_sent_nothing(cast, told):
    Mailbox.objects.filter(kind="information").update(address="")

    file = start(files.sent, cast)

    assert [name for name, _subject in told(last(file, "send_to_support"))] == [
        HELPDESK,
        "client_auditor",
        "client_admin",
    ]


def test_a_page_says_who_will_be_told_as_they_are_told(cast, told):
    file = start(files.ruled, cast)
    foreseen = [letter.address for letter in recipients(file, "validate")]

    event = decision.validate(file, actor=cast.client_admin, version=1)

    assert foreseen == list(event.outgoing_messages.order_by("pk").values_list("address", flat=True))


def test_a_page_says_that_an_infringing_ruling_has_its_own_text(cast):
    file = start(files.specified, cast)

    kinds = [letter.message.kind() for letter in recipients(file, "rule", data={"verdict": "infringing"})]

    assert kinds == [
        "infringement_found_for_deciders",
        "infringement_found_for_client",
        "infringement_found_for_mailboxes",
        "infringement_found_for_mailboxes",
        "infringement_found_for_dpo",
        "infringement_found_for_dpo",
    ]
