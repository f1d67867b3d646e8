"""A whole split at once: pasted, from a template, in order, with what waits for what."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from notifications.models import OutgoingMessage
from requests_app import desk, pasted
from requests_app.dependencies import circle
from requests_app.history import words
from requests_app.models import Subtask, SubtaskTemplate
from requests_app.progress import Progress
from requests_app.services import development, split
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.errors import Missing, MovedOn, NotYourRole

LIST = "Écrans\n\t- Saisie (6 h)\n\t- Relecture ; 1,5 h\n2. Export\n"


def codes(refusal):
    return [reason.code for reason in refusal.value.reasons]


def outline(file):
    """The titles of a split, those of the second level in a list after their parent."""
    return [
        (node.subtask.title, [child.subtask.title for child in node.children])
        for node in Progress(fresh(file)).tree
    ]


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("Saisie\nExport", [("Saisie", None, None), ("Export", None, None)]),
        ("    Saisie\n    Export", [("Saisie", None, None), ("Export", None, None)]),
        ("* Écrans\n  * Saisie (6 h)\n\n  * Relecture : 1,5 heures", [
            ("Écrans", None, None), ("Saisie", Decimal(6), 0), ("Relecture", Decimal("1.5"), 0),
        ]),
        ("1) Export\n10. Import", [("Export", None, None), ("Import", None, None)]),
        ("1.2 Export\n1.2.1. Import\n- [ ] Relire\n☐ Tester", [
            ("Export", None, None), ("Import", None, None), ("Relire", None, None), ("Tester", None, None),
        ]),
        # A dash, a plus or a number within a line is a part of its title.
        ("Export - 6 h\nExport – colonne date (6 h)\nLire A + B\nModule 12. Titre", [
            ("Export", Decimal(6), None), ("Export – colonne date", Decimal(6), None), ("Lire A + B", None, None),
            ("Module 12. Titre", None, None),
        ]),
        ("Export 2026\nDélai de 48h", [("Export 2026", None, None), ("Délai de 48h", None, None)]),
        ("A\n  b\nC\n    d\n    e", [
            ("A", None, None), ("b", None, 0), ("C", None, None), ("d", None, 2), ("e", None, 2),
        ]),
    ],
)  # fmt: skip
def test_pasted_list_is_understood_as_people_write_it(text, understood):
    assert [(line.title, line.estimate, line.parent) for line in pasted.read(text)] == understood


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" \n\t\n", "Write at least one line."),
        ("ligne\n" * 10_000, "The list has 10000 lines; 200 at the most are taken at once."),
        ("A\n  b\n    c", "Line 3: a subtask is split only once; two levels are taken."),
        ("A\n" + "é" * 201, "Line 2: the title has 201 characters; 200 at the most."),
        ("A\n- (6 h)", "Line 2: the title is missing."),
    ],
)
def test_pasted_list_that_cannot_be_taken_says_which_line_and_why(text, said):
    with translation.override("en"), pytest.raises(pasted.Unreadable) as refusal:
        pasted.read(text)

    assert refusal.value.messages == [said]


@pytest.mark.parametrize(
    ("parents", "waits", "found"),
    [
        ({1: None, 2: None, 3: None}, {2: [1], 3: [2, 1]}, []),
        ({1: None, 2: None}, {1: [2], 2: [1]}, {1, 2}),
        ({1: None}, {1: [1]}, {1}),
        # A child waits for its own parent, which is done with it.
        ({1: None, 2: 1}, {2: [1]}, {1, 2}),
        # Through the second level: 2 is a part of 1, 4 of 3; 1 waits for 3, and 4 for 2.
        ({1: None, 2: 1, 3: None, 4: 3}, {1: [3], 4: [2]}, {2, 3, 4}),
        ({1: None, 2: 1, 3: None, 4: 3}, {1: [3], 2: [4]}, []),
    ],
)
def test_circle_of_waiting_is_found_through_both_levels(parents, waits, found):
    assert set(circle(parents, waits)) == set(found)


@pytest.mark.django_db
def test_list_is_added_whole_with_its_people_in_one_message(django_capture_on_commit_callbacks):
    cast, second = Cast(), UserFactory(developer=True)
    file = stories.validated(cast)
    OutgoingMessage.objects.all().delete()

    event = split.add_list(
        file, actor=cast.lead, text=LIST, developers=[cast.developer, second], testers=[cast.tester]
    )

    assert outline(file) == [("Écrans", ["Saisie", "Relecture"]), ("Export", [])]
    progress = Progress(fresh(file))
    assert [(node.subtask.title, node.subtask.estimate, node.accountable) for node in progress.live] == [
        ("Export", None, cast.developer),
        ("Saisie", Decimal(6), cast.developer),
        ("Relecture", Decimal("1.5"), cast.developer),
    ]
    assert {tuple(node.developers) for node in progress.live} == {(cast.developer, second)}
    assert (event.data["number"], progress.estimate) == (4, Decimal("7.5"))
    told = [(one.kind, one.recipient) for one in OutgoingMessage.objects.order_by("pk")]
    assert sorted(told, key=str) == sorted(
        [("subtasks_assigned_for_developers", person) for person in (cast.developer, second)], key=str
    )


@pytest.mark.django_db
def test_list_meets_a_split_that_another_lead_changed_and_keeps_what_was_typed(client):
    cast = Cast()
    file = stories.validated(cast)
    client.force_login(cast.lead)
    where = reverse("requests:split_list", args=[file.number])
    read = client.get(where).context["form"]
    sent = {"text": LIST, "key": str(read["key"].value()), "edition": read["edition"].value()}
    stories.split(fresh(file), cast, "Entre-temps")

    refused = client.post(where, sent)

    assert (refused.status_code, outline(file)) == (409, [("Entre-temps", [])])
    assert "Relecture ; 1,5 h" in refused.text
    assert "Entre-temps" in refused.text
    again = {**sent, "edition": refused.context["form"]["edition"].value()}
    assert client.post(where, again).status_code == 302
    assert outline(file) == [("Entre-temps", []), ("Écrans", ["Saisie", "Relecture"]), ("Export", [])]
    assert client.post(where, again).status_code == 409
    assert file.subtasks.count() == 5


@pytest.mark.django_db
def test_page_shows_how_the_list_is_understood_and_adds_nothing_yet(client):
    cast = Cast()
    file = stories.validated(cast)
    client.force_login(cast.lead)
    where = reverse("requests:split_list", args=[file.number])

    shown = client.post(where, {"text": LIST, "preview": "1"})
    refused = client.post(where, {"text": "ligne\n" * 10_000})

    assert (shown.status_code, refused.status_code, file.subtasks.count()) == (200, 422, 0)
    assert [(line.title, len(under)) for line, under in shown.context["lines"]] == [
        ("Écrans", 2),
        ("Export", 0),
    ]
    assert refused.text.count("ligne\n") == 10_000


@pytest.mark.django_db
def test_request_takes_no_more_subtasks_than_its_limit_by_list(monkeypatch):
    cast = Cast()
    file = stories.validated(cast)
    stories.split(file, cast)
    monkeypatch.setattr(split, "MOST_SUBTASKS", 4)

    with translation.override("en"), pytest.raises(Missing) as refusal:
        split.add_list(fresh(file), actor=cast.lead, text=LIST)

    assert [str(reason) for reason in refusal.value.reasons] == [
        "A request takes 4 subtasks at the most; there is room for 3 more."
    ]


@pytest.mark.django_db
def test_template_of_the_nature_splits_in_one_press_and_only_what_is_not_split(client):
    cast = Cast()
    file = stories.validated(cast)
    kept = split.save_template(
        SubtaskTemplate(), actor=cast.lead, name="Nouvelle fonction", nature=file.nature, text=LIST
    )
    split.save_template(SubtaskTemplate(), actor=cast.lead, name="Correctif", nature="fix", text="Corriger")
    client.force_login(cast.lead)
    where = reverse("requests:development", args=[file.number])
    assert list(client.get(where).context["templates"]) == [kept]

    assert client.post(where, {"act": "apply_template", "template": kept.pk}).status_code == 302
    again = client.post(where, {"act": "apply_template", "template": kept.pk})

    assert (again.status_code, file.subtasks.count()) == (409, 4)


@pytest.mark.django_db
def test_lead_keeps_templates_on_a_page(client):
    lead = UserFactory(lead=True)
    client.force_login(lead)
    new = reverse("requests:template_create")

    assert client.post(new, {"name": "Écran", "nature": "", "text": "A\n  b\n    c"}).status_code == 422
    assert client.post(new, {"name": "Écran", "nature": "", "text": LIST}).status_code == 302
    taken = client.post(new, {"name": "Écran", "nature": "new", "text": LIST})

    kept = SubtaskTemplate.objects.get()
    assert (taken.status_code, set(taken.context["form"].errors)) == (422, {"name"})
    page = reverse("requests:template", args=[kept.pk])
    typed = {"name": "Page", "nature": "fix", "text": "Corriger", "edition": kept.edition}
    assert client.post(page, typed).status_code == 302
    kept.refresh_from_db()
    assert (kept.name, kept.nature, kept.text) == ("Page", "fix", "Corriger")
    assert client.post(page, {"delete": "1", "edition": kept.edition}).status_code == 302
    assert not SubtaskTemplate.objects.exists()
    with pytest.raises(NotYourRole):
        split.save_template(
            SubtaskTemplate(), actor=UserFactory(developer=True), name="Non", nature="", text="A"
        )


@pytest.mark.django_db
def test_of_two_leads_on_one_template_the_second_is_told_and_keeps_what_they_typed(client):
    first, second = UserFactory(lead=True), UserFactory(lead=True, first_name="Hugo", last_name="Lambert")
    kept = split.save_template(SubtaskTemplate(), actor=first, name="Écran", nature="", text="Écrire")
    page = reverse("requests:template", args=[kept.pk])
    client.force_login(first)
    edition = client.get(page).context["form"]["edition"].value()
    split.save_template(
        kept, actor=second, name="Écran", nature="", text="Écrire\nRelire", edition=kept.edition
    )

    late = client.post(page, {"name": "Page", "nature": "", "text": "Dessiner", "edition": edition})
    gone = client.post(
        page, {"name": "Page", "nature": "", "text": "Dessiner", "delete": "1", "edition": edition}
    )

    for response in (late, gone):
        assert response.status_code == 409
        assert "Ce modèle a été modifié depuis que vous avez ouvert la page." in response.text
        assert "Hugo Lambert a agi avant vous" in response.text
        assert "Dessiner</textarea>" in response.text
        assert 'name="delete"' not in response.text
    kept.refresh_from_db()
    assert (kept.name, kept.text, kept.changed_by) == ("Écran", "Écrire\nRelire", second)


@pytest.mark.django_db
def test_template_deleted_meanwhile_is_not_made_anew():
    lead = UserFactory(lead=True)
    kept = split.save_template(SubtaskTemplate(), actor=lead, name="Écran", nature="", text="Écrire")
    stale = SubtaskTemplate.objects.get()
    split.delete_template(kept, actor=lead, edition=kept.edition)

    with pytest.raises(MovedOn):
        split.save_template(stale, actor=lead, name="Écran", nature="", text="Relire", edition=stale.edition)

    assert not SubtaskTemplate.objects.exists()


@pytest.mark.django_db
def test_lead_puts_subtasks_in_order_within_their_level():
    cast = Cast()
    file = stories.validated(cast)
    split.add_list(file, actor=cast.lead, text=LIST)
    by_title = {one.title: one for one in file.subtasks.all()}

    split.move_subtask(by_title["Export"], actor=cast.lead, up=True)
    split.move_subtask(by_title["Saisie"], actor=cast.lead, up=False)
    with pytest.raises(Missing):
        split.move_subtask(by_title["Saisie"], actor=cast.lead, up=False)

    said = [
        words(event) for event in file.events.filter(name__startswith="move_subtask").order_by("sequence")
    ]
    assert said == [
        "a placé la sous-tâche « Export » avant « Écrans »",
        "a placé la sous-tâche « Saisie » après « Relecture »",
    ]
    assert outline(file) == [("Export", []), ("Écrans", ["Relecture", "Saisie"])]
    assert fresh(file).subtasks.get(title="Export").position == by_title["Export"].position


@pytest.mark.django_db
def test_circle_through_the_second_level_is_refused_by_names():
    cast = Cast()
    file = stories.validated(cast)
    split.add_list(file, actor=cast.lead, text="Écrans\n  Saisie\nImport\n  Lecture")
    by_title = {one.title: one for one in file.subtasks.all()}
    development.edit_subtask(by_title["Écrans"], actor=cast.lead, fields={}, depends_on=[by_title["Import"]])

    with pytest.raises(Missing) as refusal:
        development.edit_subtask(
            by_title["Lecture"], actor=cast.lead, fields={}, depends_on=[by_title["Saisie"]]
        )

    [reason] = refusal.value.reasons
    assert reason.field == "depends_on"
    assert all(title in str(reason) for title in ("Saisie", "Import", "Lecture"))
    node = Progress(fresh(file)).nodes[by_title["Saisie"].pk]
    assert [one.subtask.title for one in node.waits_for] == ["Import"]
    foreign = stories.split(stories.validated(Cast()), cast)
    with pytest.raises(Missing) as refusal:
        development.edit_subtask(by_title["Saisie"], actor=cast.lead, fields={}, depends_on=[foreign])
    assert codes(refusal) == ["depends_on"]


@pytest.mark.django_db
def test_cancelled_subtask_closes_no_circle_and_nobody_waits_for_it():
    cast = Cast()
    file = stories.validated(cast)
    split.add_list(file, actor=cast.lead, text="Export\nImport\nReprise")
    first, between, last = file.subtasks.order_by("pk")
    development.edit_subtask(between, actor=cast.lead, fields={}, depends_on=[first])
    development.edit_subtask(last, actor=cast.lead, fields={}, depends_on=[between])
    development.cancel_subtask(between, actor=cast.lead, reason="Inutile")

    development.edit_subtask(first, actor=cast.lead, fields={}, depends_on=[last])

    nodes = Progress(fresh(file)).nodes
    assert [[one.subtask.title for one in nodes[one.pk].waits_for] for one in (first, between, last)] == [
        ["Reprise"],
        [],
        [],
    ]


@pytest.mark.django_db
def test_developer_of_a_subtask_checks_none_of_those_it_is_split_into():
    cast, both = Cast(), UserFactory(developer=True, tester=True)
    file = stories.validated(cast)
    parent = development.add_subtask(
        file, actor=cast.lead, fields={"title": "Écrans"}, developers=[cast.developer, both]
    )
    part = stories.split(fresh(file), cast, "Saisie", parent=parent)
    stories.end(part, cast)

    with pytest.raises(Missing) as refusal:
        development.make_check(part, actor=both, kind="unit", is_passed=True)

    assert codes(refusal) == ["independence"]
    said = dict(development.barred(Progress(fresh(file)).nodes[part.pk]))
    assert said[both] == "est ou a été imputé à la sous-tâche dont elle fait partie"
    assert "check" not in desk.work_on(fresh(file), both)
    assert "check" in desk.work_on(fresh(file), cast.tester)


@pytest.mark.django_db
def test_one_of_those_assigned_is_accountable_whoever_comes_and_goes():
    cast, second = Cast(), UserFactory(developer=True)
    file = stories.validated(cast)
    subtask = stories.split(file, cast)

    def people():
        node = Progress(fresh(file)).nodes[subtask.pk]
        return node.accountable, set(node.developers)

    assert people() == (cast.developer, {cast.developer})
    development.edit_subtask(
        subtask, actor=cast.lead, fields={}, developers=[cast.developer], accountable=second
    )
    assert people() == (second, {cast.developer, second})
    development.edit_subtask(subtask, actor=cast.lead, fields={}, developers=[cast.developer, second])
    assert people() == (second, {cast.developer, second})
    development.edit_subtask(subtask, actor=cast.lead, fields={}, developers=[cast.developer])
    assert people() == (cast.developer, {cast.developer})
    development.edit_subtask(subtask, actor=cast.lead, fields={}, developers=[])
    assert people() == (None, set())


@pytest.mark.django_db
def test_blocked_subtask_says_why_and_waits_until_it_is_unblocked(client):
    cast = Cast()
    file = stories.validated(cast)
    subtask = stories.split(file, cast)
    page = reverse("requests:subtask", args=[file.number, subtask.position])
    client.force_login(cast.developer)
    assert client.post(page, {"act": "block", "reason": ""}).status_code == 422

    assert client.post(page, {"act": "block", "reason": "Pas d’accès au serveur."}).status_code == 302

    refused = client.post(page, {"act": "start", "start_date": "2026-11-20"})
    assert refused.status_code == 422
    assert len(refused.context["refused"].non_field_errors()) == 1
    tester = UserFactory(tester=True)
    with pytest.raises(NotYourRole):
        development.unblock_subtask(subtask, actor=tester)
    client.force_login(cast.client_admin)
    assert "Pas d’accès au serveur." in client.get(page).text
    development.unblock_subtask(subtask, actor=cast.lead)
    with pytest.raises(MovedOn):
        development.unblock_subtask(subtask, actor=cast.lead)
    stories.end(Subtask.objects.get(pk=subtask.pk), cast)
