"""What a line of a pasted list says at its end: its hours, who works on it or checks it, which criteria it answers."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from notifications.models import OutgoingMessage
from privacy.verdicts import Verdict
from requests_app import pasted
from requests_app.history import named_in, words
from requests_app.models import SubtaskTemplate
from requests_app.progress import Progress
from requests_app.services import decision, split
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh

CRITERIA = ["Une ligne par traitement.", "Chaque service ne voit que les siens.", "Le fichier pèse peu."]


@pytest.mark.parametrize(
    ("row", "title", "estimate", "people", "criteria"),
    [
        ("Saisie @lea.nguyen 6h #2,3", "Saisie", 6, ["lea.nguyen"], [2, 3]),
        ("Saisie (6 h) @lea.nguyen #2 #3", "Saisie", 6, ["lea.nguyen"], [2, 3]),
        ("- Saisie ; 1,5 h #3, 2 @Léa @d’Arc", "Saisie", Decimal("1.5"), ["Léa", "d’Arc"], [3, 2]),
        ("Saisie #2, 6 h", "Saisie", 6, [], [2]),
        ("Saisie #2,#3 ; 12h", "Saisie", 12, [], [2, 3]),
        ("Saisie @lea.nguyen@editeur.example (3 h)", "Saisie", 3, ["lea.nguyen@editeur.example"], []),
        # Neither an address within the title, nor a sign that names nothing, is a mark.
        ("Écrire à lea@editeur.example en C# (2 h)", "Écrire à lea@editeur.example en C#", 2, [], []),
        ("Délai de 48h", "Délai de 48h", None, [], []),
    ],
)
def test_line_is_understood_in_whatever_order_its_marks_come(row, title, estimate, people, criteria):
    [line] = pasted.read(row)

    assert (line.title, line.estimate, list(line.people), list(line.criteria)) == (
        title, estimate, people, criteria,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Saisie (−3 h)", "Line 2: give hours above zero."),
        ("Saisie ; -3 h", "Line 2: give hours above zero."),
        ("Saisie @lea -3h", "Line 2: give hours above zero."),
        ("Saisie (0 h)", "Line 2: give hours above zero."),
        ("Saisie (6 h) @lea 3h", "Line 2: the hours are given twice."),
        ("@lea 6h", "Line 2: the title is missing."),
        ("Saisie @lea écran 6h", "Line 2: “écran 6h” is not understood; the title comes first, then @, hours and #."),
    ],
)  # fmt: skip
def test_line_whose_marks_cannot_be_taken_says_why(row, said):
    with translation.override("en"), pytest.raises(pasted.Unreadable) as refusal:
        pasted.read(f"Écrans\n{row}")

    assert refusal.value.messages == [said]


def agreed(cast):
    """A file at step 6 with three criteria."""
    file = stories.sent(cast)
    stories.specify(file, cast, criteria=[{"text": text} for text in CRITERIA])
    stories.give_ruling(fresh(file), cast, Verdict.NO_IMPACT)
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    return fresh(file)


def named(first, last, **traits):
    """Somebody of the vendor by name, whose address is made of it."""
    email = f"{first}.{last}@editeur.example".lower().replace("é", "e").replace(" ", "-")
    return UserFactory(first_name=first, last_name=last, email=email, **(traits or {"developer": True}))


def outline(file):
    """`{title: (developers, the accountable one first; testers; criteria by number)}` of a split."""
    return {
        node.subtask.title: (
            sorted(map(str, node.developers), key=lambda name: name != str(node.accountable)),
            [str(person) for person in node.subtask.testers.all()],
            [criterion.position for criterion in node.criteria],
        )
        for node in Progress(fresh(file)).nodes.values()
    }


@pytest.mark.django_db
def test_lines_bring_their_own_people_and_criteria_the_others_take_those_of_the_form(cast):
    file = agreed(cast)
    lea, karim = named("Léa", "Nguyen"), named("Karim", "Haddad")
    both = named("Bruno", "de La Tour", developer=True, tester=True)
    eva = named("Eva", "Rossi", tester=True)
    OutgoingMessage.objects.all().delete()

    event = split.add_list(
        file,
        actor=cast.lead,
        text=(
            "Écrans @karim @lea.nguyen #1\n"
            "  Saisie 1 @eva.rossi\n"
            "  Saisie 2 @de-la-tour #2,3\n"
            "Export\n"
            "Import @rossi @NGUYEN 6h"
        ),
        developers=[cast.developer],
        testers=[cast.tester],
    )

    own, others = [str(cast.tester)], [str(cast.developer)]
    assert outline(file) == {
        # A parent has no work of its own: its people are its children's where these name nobody.
        "Écrans": ([], [], [1]),
        "Saisie 1": ([str(karim), str(lea)], [str(eva)], []),
        "Saisie 2": ([str(both)], own, [2, 3]),
        "Export": (others, own, []),
        "Import": ([str(lea)], [str(eva)], []),
    }
    told = {
        (one.recipient, one.text.count("Saisie"), "Import" in one.text)
        for one in OutgoingMessage.objects.filter(kind="subtasks_assigned_for_developers")
    }
    assert told == {(karim, 1, False), (lea, 1, True), (both, 1, False), (cast.developer, 0, False)}
    made = list(fresh(file).events.filter(sequence__gte=event.sequence).order_by("sequence"))
    people = named_in(made)
    said = [words(one, people) for one in made]
    assert said[0] == "a ajouté 5 sous-tâches"
    assert set(said[1:]) == {
        f"a imputé à {name} des sous-tâches\u00a0: {number}"
        for name, number in ((karim, 1), (lea, 2), (both, 1), (cast.developer, 1))
    }


@pytest.mark.django_db
def test_whoever_or_whatever_cannot_be_named_is_said_line_by_line_and_nothing_is_added(client, cast):
    file = agreed(cast)
    gone = named("Noé", "Petit")
    gone.is_active = False
    gone.save()
    twins = [named("Anne", "Martin"), named("Paul", "Martin")]
    named("Alix", "Fontaine", support=True)
    text = "Un @personne\nDeux @noe.petit\nTrois @martin\nQuatre #9\nCinq @alix.fontaine #1\nSix @anne.martin"
    client.force_login(cast.lead)
    where = reverse("requests:split_list", args=[file.number])

    cast.lead.language = "en"
    cast.lead.save()
    # The page is read in English, and the tests that follow are not.
    with translation.override("fr"):
        response = client.post(where, {"text": text})

    assert (response.status_code, file.subtasks.count()) == (422, 0)
    assert response.context["form"].errors["text"] == [
        "Line 1: nobody who develops or tests is called “@personne”.",
        "Line 2: Noé Petit has left; name somebody else.",
        f"Line 3: “@martin” may be {twins[0]} or {twins[1]}; give the beginning of the e-mail.",
        "Line 4: there is no criterion 9; the last one is 3.",
        "Line 5: nobody who develops or tests is called “@alix.fontaine”.",
    ]
    assert "Quatre #9" in response.text


@pytest.mark.django_db
def test_whoever_ruled_on_the_request_is_refused_on_its_line(cast):
    file = agreed(cast)
    cast.dpo.is_developer = True
    cast.dpo.save()

    with translation.override("en"), pytest.raises(pasted.Unreadable) as refusal:
        pasted.pieces(Progress(file), pasted.read(f"Un @{cast.dpo.email}"))

    assert refusal.value.messages == [f"Line 1: {cast.dpo} ruled on this request and keeps out of it."]


@pytest.mark.django_db
def test_preview_shows_who_does_what_for_which_criterion(client, cast):
    file = agreed(cast)
    lea = named("Léa", "Nguyen")
    client.force_login(cast.lead)

    page = client.post(
        reverse("requests:split_list", args=[file.number]),
        {
            "text": "Écrans\n  Saisie @lea 6h #2\n  Relecture",
            "developers": [cast.developer.pk],
            "preview": "1",
        },
    )

    [(parent, (entry, review))] = page.context["lines"]
    assert (parent.developers, entry.developers, review.developers) == ((), (lea,), (cast.developer,))
    shown = page.text.partition('class="outline"')[2].partition("</ol></li>")[0]
    assert all(word in shown for word in ("Saisie", "6 h".replace(" ", "\u00a0"), "Léa Nguyen", CRITERIA[1]))
    assert file.subtasks.count() == 0


@pytest.mark.django_db
def test_template_names_no_criteria_since_they_are_those_of_one_request(client):
    cast = Cast()
    client.force_login(cast.lead)

    refused = client.post(reverse("requests:template_create"), {"name": "Écran", "text": "A\nB #2"})

    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"text"})
    assert not SubtaskTemplate.objects.exists()


@pytest.mark.django_db
def test_template_that_names_somebody_who_left_is_not_applied_and_says_so(client, cast):
    lea = named("Léa", "Nguyen")
    file = agreed(cast)
    kept = split.save_template(
        SubtaskTemplate(), actor=cast.lead, name="Écran", nature="", text="Saisie @lea.nguyen"
    )
    lea.is_active = False
    lea.save()
    client.force_login(cast.lead)

    where = reverse("requests:development", args=[file.number])
    response = client.post(where, {"act": "apply_template", "template": kept.pk})

    assert (response.status_code, file.subtasks.count()) == (422, 0)
    assert "Léa Nguyen" in " ".join(response.context["refused"].non_field_errors())
