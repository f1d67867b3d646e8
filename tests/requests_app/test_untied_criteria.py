"""Criteria that no subtask is tied to: said before the delivery, to the client that tests, and after its refusal."""

import pytest
from django.urls import reverse

from notifications.models import OutgoingMessage
from privacy.verdicts import Verdict
from requests_app.progress import Progress
from requests_app.services import decision, delivery, development
from tests.factories import requests as stories
from tests.factories.requests import fresh

pytestmark = pytest.mark.django_db

TEXTS = ["Une ligne par traitement.", "Chaque service ne voit que les siens.", "Le fichier pèse peu."]


def agreed(cast):
    """A file at step 6 with three criteria, not split yet."""
    file = stories.sent(cast)
    stories.specify(file, cast, criteria=[{"text": text} for text in TEXTS])
    stories.give_ruling(fresh(file), cast, Verdict.NO_IMPACT)
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    return fresh(file)


def turn_green(subtask, cast):
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast, gdpr=False)


def delivered(cast):
    """A file at step 7 whose first criterion alone is tied to a subtask."""
    file = agreed(cast)
    turn_green(stories.split(file, cast, "Export", criteria=[file.specification.criteria.first()]), cast)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    return fresh(file)


def refuse(file, cast, *refused):
    """Refuse the delivery, and these criteria (numbers from 1), each in words of its own."""
    return delivery.refuse(
        file,
        actor=cast.client_admin,
        reason="Pas encore.",
        answers={
            one.pk: (one.position not in refused, f"Mots du critère {one.position}.")
            for one in file.specification.criteria.all()
        },
    )


def tab(client, person, file, name="development"):
    client.force_login(person)
    return client.get(reverse(f"requests:{name}", args=[file.number]))


def test_criterion_is_tied_by_a_subtask_that_counts_or_by_its_parent(cast):
    file = agreed(cast)
    first, second, third = file.specification.criteria.all()
    assert Progress(file).untied == [first, second, third]
    gone = stories.split(file, cast, "Abandonnée", criteria=[first, third])
    parent = stories.split(fresh(file), cast, "Droits", criteria=[second])
    child = stories.split(fresh(file), cast, "Lecture", parent=parent)
    assert Progress(fresh(file)).untied == []

    development.cancel_subtask(gone, actor=cast.lead, reason="Inutile.")
    assert Progress(fresh(file)).untied == [first, third]
    # Nobody works on a parent whose own subtasks are all cancelled.
    development.cancel_subtask(child, actor=cast.lead, reason="Inutile.")
    assert Progress(fresh(file)).untied == [first, second, third]


def test_lead_is_warned_where_it_splits_and_where_it_delivers_and_nobody_else_is(client, cast):
    file = agreed(cast)
    first, second, third = file.specification.criteria.all()
    assert tab(client, cast.lead, file).context["untied"] == []
    subtask = stories.split(file, cast, "Export", criteria=[first])

    page = tab(client, cast.lead, file)

    assert page.context["untied"] == [second, third]
    assert page.text.count("Critères de réception liés à aucune sous-tâche") == 1
    for person in (cast.developer, cast.tester, cast.client_admin):
        assert tab(client, person, file).context["untied"] == []
    turn_green(subtask, cast)
    page = tab(client, cast.lead, file)
    deliver = page.text.partition('id="deliver"')[2].partition('id="subtasks"')[0]
    assert ("deliver" in page.context["forms"], "3. Le fichier pèse peu." in deliver) == (True, True)
    assert page.text.count("Critères de réception liés à aucune sous-tâche") == 1


def test_client_reads_that_refusing_such_a_criterion_sends_nothing_back_by_itself(client, cast):
    file = delivered(cast)

    page = tab(client, cast.client_admin, file, "delivery")

    assert [row.goes_back for row in page.context["rows"]] == [["Export"], [], []]
    assert page.text.count("Aucune sous-tâche n’est liée à ce critère") == 2


def test_refused_criterion_that_nobody_works_on_again_is_said_until_somebody_does(client, cast):
    file = delivered(cast)
    OutgoingMessage.objects.all().delete()
    refuse(file, cast, 1, 2, 3)

    def left():
        return [answer.text for answer in Progress(fresh(file)).left_aside]

    assert left() == TEXTS[1:]
    page = tab(client, cast.lead, file)
    assert [answer.text for answer in page.context["left_aside"]] == TEXTS[1:]
    assert "Mots du critère 2." in page.text
    # Said once: what was refused is not said again among what may be refused.
    assert page.context["untied"] == []
    assert "Mots du critère 1." not in page.text.partition('id="subtasks"')[0]
    [told] = OutgoingMessage.objects.filter(kind="delivery_refused_for_lead")
    assert told.text.count(TEXTS[1]) == 2  # among those refused, and among those tied to nothing
    assert told.text.count(TEXTS[0]) == 1
    _first, second, third = file.specification.criteria.all()
    stories.split(fresh(file), cast, "Droits", criteria=[second])
    assert left() == TEXTS[2:]
    # Tied to what was green already, it is not worked on again for that.
    export = file.subtasks.get(title="Export")
    turn_green(export, cast)
    other = stories.split(fresh(file), cast, "Poids", criteria=[third])
    assert left() == []
    development.cancel_subtask(other, actor=cast.lead, reason="Inutile.")
    assert left() == TEXTS[2:]


def test_what_was_refused_is_not_worked_on_again_by_being_tied_to_what_was_green(cast):
    file = delivered(cast)
    refuse(file, cast, 2)
    export = file.subtasks.get(title="Export")
    development.edit_subtask(
        export,
        actor=cast.lead,
        fields={},
        developers=[cast.developer],
        criteria=list(file.specification.criteria.all()),
    )
    assert [answer.text for answer in Progress(fresh(file)).left_aside] == [TEXTS[1]]

    development.reopen_subtask(export, actor=cast.lead, reason="Les droits.")

    assert Progress(fresh(file)).left_aside == []
    turn_green(export, cast)
    assert Progress(fresh(file)).left_aside == []


def test_nothing_is_left_aside_of_an_earlier_refusal_once_the_next_delivery_is_answered(cast):
    file = delivered(cast)
    refuse(file, cast, 2)
    assert [answer.text for answer in Progress(fresh(file)).left_aside] == [TEXTS[1]]
    turn_green(stories.split(fresh(file), cast, "Autre"), cast)
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.1")
    refuse(fresh(file), cast, 3)

    assert [answer.text for answer in Progress(fresh(file)).left_aside] == [TEXTS[2]]
