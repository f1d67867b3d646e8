"""Deliveries of several requests: all or none, each client with its own, qualification before production."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from notifications.models import OutgoingMessage
from requests_app import making
from requests_app.models import Environment, Proof, ProofKind, Release
from requests_app.services import decision, delivery, development, release
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from tests.pdf import text_of
from workflow.errors import Missing, MovedOn, NotYourRole
from workflow.steps import Step

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
NEW = "/livraisons/nouvelle/"


def two_clients():
    """A green file of each of two clients with the same vendor, and the casts."""
    mine, theirs = Cast(), Cast()
    for name in ("support", "dpo", "lead", "developer", "tester"):
        setattr(theirs, name, getattr(mine, name))
    return stories.green(mine, title="Exporter"), stories.green(theirs, title="Importer"), mine, theirs


def prepared(lead, *files, environment=Environment.PRODUCTION, own_notes=None):
    """A release of `files`, for next week."""
    fields = {
        "name": "4.3.0",
        "environment": environment,
        "planned_on": TODAY() + timedelta(days=7),
        "notes": "Un redémarrage suffit.",
    }
    return release.save_release(Release(), actor=lead, fields=fields, files=list(files), own_notes=own_notes)


def typed(*files, **changes):
    return {
        "name": "4.3.0",
        "environment": "production",
        "planned_on": (TODAY() + timedelta(days=7)).isoformat(),
        "requests": [file.pk for file in files],
        "notes": "Gardez ces notes",
        "revision": "0",
        **changes,
    }


def test_release_delivers_each_request_and_tells_each_client_of_its_own():
    one, other, mine, theirs = two_clients()
    own_notes = {one.pk: "Videz le cache des postes.", other.pk: "Relancez l’import de nuit."}
    kept = prepared(mine.lead, one, other, own_notes=own_notes)
    OutgoingMessage.objects.all().delete()

    release.deliver_release(kept, actor=mine.lead)

    assert {fresh(file).step for file in (one, other)} == {Step.ACCEPTANCE}
    assert {item.delivery.release for item in kept.items.all()} == {"4.3.0"}
    for cast, own, foreign in ((mine, one, other), (theirs, other, one)):
        [letter] = OutgoingMessage.objects.filter(recipient=cast.client_admin)
        assert own.number in letter.text
        assert foreign.number not in letter.text
        assert "Un redémarrage suffit." in letter.text
        assert own_notes[own.pk] in letter.text
        assert own_notes[foreign.pk] not in letter.text
    with pytest.raises(MovedOn):
        release.deliver_release(kept, actor=mine.lead)


def printed(file):
    """The letters of a file's delivery note, without the spaces that a line may break at."""
    proof = Proof.objects.get(event__change_request=file, kind=ProofKind.DELIVERY)
    assert making.make_proof(proof.pk)
    proof.refresh_from_db()
    with proof.issued.file.content.open() as made:
        return packed(text_of(pikepdf.open(io.BytesIO(made.read()))))


def packed(text):
    return "".join(text.split())


def test_printed_notes_of_each_client_name_its_own_request_and_no_other():
    one, other, mine, theirs = two_clients()
    own_notes = {one.pk: "Videz le cache des postes.", other.pk: "Relancez l’import de nuit."}
    release.deliver_release(prepared(mine.lead, one, other, own_notes=own_notes), actor=mine.lead)

    for cast, own, foreign_cast, foreign in ((mine, one, theirs, other), (theirs, other, mine, one)):
        text = printed(own)
        known = (own.number, cast.organisation.name, own.title, own_notes[own.pk], "Un redémarrage suffit.")
        foreign_words = (foreign.number, foreign_cast.organisation.name, foreign.title, own_notes[foreign.pk])
        assert [word for word in known if packed(word) not in text] == []
        assert [word for word in foreign_words if packed(word) in text] == []


def test_each_client_reads_what_is_planned_of_its_own_without_a_delivery_yet(client):
    one, other, mine, theirs = two_clients()
    grouped = stories.green(mine, title="Groupée")
    prepared(mine.lead, grouped, other)

    def planned(person):
        client.force_login(person)
        response = client.get(reverse("requests:deliveries"))
        return [file.number for file in response.context["planned"]], response.text

    numbers, text = planned(mine.client_admin)
    assert numbers == [one.number]
    assert (other.number in text, theirs.organisation.name in text) == (False, False)
    assert planned(theirs.client_admin)[0] == []
    late = stories.green(theirs, title="Plus tard")
    numbers, text = planned(theirs.client_admin)
    assert numbers == [late.number]
    assert (one.number in text, grouped.number in text, mine.organisation.name in text) == (
        False,
        False,
        False,
    )
    assert planned(mine.lead)[0] == [one.number, late.number]


def test_release_with_one_request_that_is_not_ready_delivers_none_and_names_it():
    one, other, mine, theirs = two_clients()
    stories.split(other, theirs, "Pas finie")
    kept = prepared(mine.lead, one, other)

    with pytest.raises(Missing) as refusal:
        release.deliver_release(kept, actor=mine.lead)

    [reason] = refusal.value.reasons
    assert other.number in str(reason)
    assert "Pas finie" in str(reason)
    assert {fresh(file).step for file in (one, other)} == {Step.DEVELOPMENT}
    assert not any(file.deliveries.exists() for file in (one, other))
    kept.refresh_from_db()
    assert kept.delivered_at is None


def test_client_sees_its_own_requests_of_a_coming_delivery_and_no_other(client):
    one, other, mine, theirs = two_clients()
    both, foreign = prepared(mine.lead, one, other), prepared(mine.lead, other)

    def shown(person):
        client.force_login(person)
        response = client.get(reverse("requests:deliveries"))
        numbers = [
            item.change_request.number for one in response.context["coming"] for item in one.items.all()
        ]
        return list(response.context["coming"]), numbers, response.text

    releases, numbers, text = shown(mine.client_admin)
    assert (releases, numbers) == ([both], [one.number])
    assert other.number not in text
    assert theirs.organisation.name not in text
    assert shown(theirs.client_admin)[0] == [both, foreign]
    assert len(shown(mine.lead)[1]) == 3
    client.force_login(mine.client_admin)
    assert client.get(reverse("requests:release", args=[both.pk])).status_code == 404


def test_each_client_reads_the_notes_on_its_own_request_and_those_on_the_version(client):
    one, other, mine, theirs = two_clients()
    own_notes = {one.pk: "Videz le **cache** des postes.", other.pk: "Relancez l’import de nuit."}
    kept = prepared(mine.lead, one, other, own_notes=own_notes)

    def reads(person, *addresses):
        client.force_login(person)
        texts = [client.get(address).text for address in addresses]
        return [
            ["Videz le <strong>cache</strong>" in text, "l’import de nuit" in text, "Un redémarrage" in text]
            for text in texts
        ]

    coming = reverse("requests:deliveries")
    assert reads(mine.client_admin, coming) == [[True, False, True]]
    assert reads(theirs.client_admin, coming) == [[False, True, True]]
    assert reads(mine.lead, coming) == [[True, True, True]]
    read_by_all = "Notes que lit chaque client de cette livraison"
    assert read_by_all in client.get(coming).text

    release.deliver_release(kept, actor=mine.lead)

    for cast, file, words in ((mine, one, [True, False, True]), (theirs, other, [False, True, True])):
        tab = reverse("requests:delivery", args=[file.number])
        history = reverse("requests:history", args=[file.number])
        assert reads(cast.client_admin, coming, tab) == [words, words]
        assert own_notes[file.pk] in client.get(history).text
        # That others read the same words is said to those who write them alone.
        assert read_by_all not in client.get(tab).text + client.get(coming).text
        made = file.deliveries.get()
        assert (made.notes, made.shared_notes) == (own_notes[file.pk], "Un redémarrage suffit.")


def test_notes_that_would_tell_a_client_of_another_are_refused_where_they_were_typed(client):
    one, other, mine, theirs = two_clients()
    name = theirs.organisation.name
    kept = prepared(mine.lead, one, other)
    client.force_login(mine.lead)
    page = reverse("requests:release", args=[kept.pk])

    def refused(**notes):
        response = client.post(page, typed(one, other, revision=kept.revision, **notes))
        return response.status_code, set(response.context["form"].errors) if response.context else set()

    assert refused(notes=f"Demandé par {name.upper()}.") == (422, {"notes"})
    assert refused(notes=f"Voir {other.number}.") == (422, {"notes"})
    assert refused(name=f"4.3 {name}") == (422, {"name"})
    assert refused(**{f"notes_{one.pk}": f"Comme pour {name}, {other.number}."}) == (422, {f"notes_{one.pk}"})
    assert kept.items.filter(notes="").count() == 2
    # Of itself it may read, and what looks like a number is none.
    own = {f"notes_{one.pk}": f"Corrige CVE-2026-1234, voir {one.number}."}
    assert refused(**own) == (302, set())
    assert kept.items.get(change_request=one).notes == own[f"notes_{one.pk}"]


def test_notes_name_no_client_whatever_its_name_ends_with_nor_its_code_nor_one_outside_the_delivery(client):
    one, other, mine, theirs = two_clients()
    theirs.organisation.name = "Dupont S.A."
    theirs.organisation.save()
    outside = Cast().organisation
    kept = prepared(mine.lead, one, other)
    client.force_login(mine.lead)
    release_page = reverse("requests:release", args=[kept.pk])
    tab = reverse("requests:development", args=[one.number])

    for words in ("Voir Dupont S.A. et suite", f"Comme {outside.name}", f"Pour {outside.code}", other.number):
        note = f"notes_{one.pk}"
        together = client.post(release_page, typed(one, other, revision=kept.revision, **{note: words}))
        assert (together.status_code, set(together.context["form"].errors)) == (422, {note})
        for environment in Environment.values:
            give = {"act": "deliver", "environment": environment, "release": "4.3.0", "notes": words}
            alone = client.post(tab, give)
            assert (alone.status_code, set(alone.context["refused"].errors)) == (422, {"notes"})
            assert words in alone.text
    assert not one.deliveries.exists()
    own = f"Pour {one.organisation.name}, {one.number}, {one.organisation.code}"
    assert client.post(tab, give | {"notes": own}).status_code == 302


def test_request_taken_out_of_a_delivery_takes_its_notes_along(client):
    one, other, mine, _theirs = two_clients()
    kept = prepared(mine.lead, one, other, own_notes={one.pk: "Une", other.pk: "Deux"})
    client.force_login(mine.lead)

    client.post(
        reverse("requests:release", args=[kept.pk]),
        typed(one, revision=kept.revision, **{f"notes_{one.pk}": "Une, relue", f"notes_{other.pk}": "Deux"}),
    )

    assert list(kept.items.values_list("change_request", "notes")) == [(one.pk, "Une, relue")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"requests": []}, "requests"),
        ({"requests": ["999999"]}, "requests"),
        ({"name": ""}, "name"),
        ({"planned_on": "2020-01-01"}, "planned_on"),
        ({"environment": "moon"}, "environment"),
    ],
)
def test_bad_delivery_says_so_next_to_its_field_and_keeps_what_was_typed(client, changes, field):
    cast = Cast()
    file = stories.green(cast)
    client.force_login(cast.lead)

    response = client.post(NEW, typed(file, **changes))

    assert (response.status_code, set(response.context["form"].errors)) == (422, {field})
    assert "Gardez ces notes" in response.text
    assert not Release.objects.exists()


def test_two_leads_on_the_same_delivery_do_not_undo_one_another(client):
    cast = Cast()
    file = stories.green(cast)
    kept = prepared(cast.lead, file)
    client.force_login(cast.lead)
    page = reverse("requests:release", args=[kept.pk])
    assert client.post(page, typed(file, revision="1", name="4.3.1")).status_code == 302

    late = client.post(page, typed(file, revision="1", name="4.3.2"))

    kept.refresh_from_db()
    assert (late.status_code, kept.name) == (409, "4.3.1")
    assert "Gardez ces notes" in late.text
    assert client.post(page, {"act": "deliver"}).status_code == 302
    assert client.post(page, {"act": "drop"}).status_code == 409
    with pytest.raises(NotYourRole):
        release.drop_release(kept, actor=cast.developer)


def test_request_that_left_development_is_named(client):
    cast = Cast()
    file = stories.green(cast)
    kept = prepared(cast.lead, file)
    delivery.deliver(fresh(file), actor=cast.lead, release="à part")
    client.force_login(cast.lead)

    response = client.post(reverse("requests:release", args=[kept.pk]), {"act": "deliver"})

    assert response.status_code == 422
    assert file.number in str(response.context["confirm"].non_field_errors())
    assert release.drop_release(kept, actor=cast.lead) == 2


def test_request_delivered_alone_or_ended_comes_no_more_and_holds_nothing_up(client):
    one, other, mine, theirs = two_clients()
    alone, given_up = stories.green(theirs, title="À part"), stories.green(theirs, title="Sans suite")
    kept = prepared(mine.lead, one, other, alone, given_up)
    delivery.deliver(fresh(alone), actor=mine.lead, release="4.2.1")
    decision.propose_to_abandon(fresh(given_up), actor=mine.lead, reason="Sans objet")
    decision.agree_to_abandon(fresh(given_up), actor=theirs.client_admin)
    decision.abandon(fresh(given_up), actor=mine.lead, reason="Sans objet")

    def coming(person):
        client.force_login(person)
        releases = client.get(reverse("requests:deliveries")).context["coming"]
        return [[item.change_request.number for item in release.items.all()] for release in releases]

    assert coming(theirs.client_admin) == [[other.number]]
    assert coming(mine.lead) == [[one.number, other.number]]
    page = client.get(reverse("requests:release", args=[kept.pk])).text
    assert page.count("hors de la livraison") == 2

    assert client.post(reverse("requests:release", args=[kept.pk]), {"act": "deliver"}).status_code == 302

    assert {fresh(file).step for file in (one, other)} == {Step.ACCEPTANCE}
    assert {item.change_request for item in kept.items.all()} == {one, other}
    assert alone.deliveries.get().release == "4.2.1"


def test_refused_request_is_again_to_come_in_its_delivery(client):
    cast = Cast()
    file = stories.green(cast)
    prepared(cast.lead, file)
    client.force_login(cast.client_admin)
    coming = reverse("requests:deliveries")
    delivery.deliver(fresh(file), actor=cast.lead)
    assert list(client.get(coming).context["coming"]) == []
    # The lead still meets it, to give it up.
    client.force_login(cast.lead)
    assert len(client.get(coming).context["coming"]) == 1

    delivery.refuse(
        fresh(file),
        actor=cast.client_admin,
        answers=stories.answers(file, accepted=False, words="Non"),
        reason="Non",
    )

    client.force_login(cast.client_admin)
    assert len(client.get(coming).context["coming"]) == 1


def test_request_refused_and_ended_again_only_where_it_was_cancelled_is_not_ready(client):
    cast = Cast()
    file = stories.green(cast)
    other = stories.split(file, cast, "Autre")
    stories.end(other, cast)
    stories.pass_checks(other, cast)
    delivery.deliver(fresh(file), actor=cast.lead)
    delivery.refuse(fresh(file), actor=cast.client_admin, answers={}, reason="Non")
    development.reopen_subtask(other, actor=cast.lead, reason="À revoir")
    stories.end(other, cast)
    kept = prepared(cast.lead, fresh(file))
    development.cancel_subtask(other, actor=cast.lead, reason="Sans suite")

    client.force_login(cast.lead)
    page = client.get(reverse("requests:release", args=[kept.pk]))

    assert [is_ready for _item, is_ready in page.context["items"]] == [False]
    with pytest.raises(Missing) as refusal:
        delivery.deliver(fresh(file), actor=cast.lead)
    assert [reason.code for reason in refusal.value.reasons] == ["nothing_new"]


def test_production_comes_after_qualification_where_the_setting_asks(client, settings):
    settings.QUALIFICATION_FIRST = True
    cast = Cast()
    file = stories.green(cast)
    client.force_login(cast.lead)
    tab = reverse("requests:development", args=[file.number])

    def give(environment):
        typed = {"act": "deliver", "environment": environment, "release": "4.3.0"}
        return client.post(tab, typed)

    refused = give("production")
    assert (refused.status_code, set(refused.context["refused"].errors)) == (422, {"environment"})
    assert give("qualification").status_code == 302
    to_try_out = "À essayer ; le client accepte ou refuse la livraison en production."
    shown = client.get(reverse("requests:delivery", args=[file.number]))
    assert (shown.context["to_accept"], " ".join(shown.text.split()).count(to_try_out)) == (None, 1)
    stories.end(stories.split(fresh(file), cast, "Encore"), cast)
    stories.pass_checks(file.subtasks.last(), cast)
    with pytest.raises(Missing) as refusal:
        delivery.deliver(fresh(file), actor=cast.lead)
    assert [reason.code for reason in refusal.value.reasons] == ["qualification"]
    delivery.deliver_to_qualification(fresh(file), actor=cast.lead, release="4.3.0-rc2")

    assert give("production").status_code == 302
    page = client.get(reverse("requests:delivery", args=[file.number]))
    assert page.context["to_accept"].environment == Environment.PRODUCTION


def test_pages_of_deliveries_ask_the_same_number_of_queries_for_any_number(client, django_assert_num_queries):
    cast = Cast()
    client.force_login(cast.lead)
    for number in (1, 2):
        file = stories.green(cast)
        kept = prepared(
            cast.lead,
            *{item.change_request for one in Release.objects.all() for item in one.items.all()},
            file,
        )
        for _more in range(number):
            prepared(cast.lead, file)
        client.get(reverse("requests:deliveries"))
        with django_assert_num_queries(6):
            client.get(reverse("requests:deliveries"))
        with django_assert_num_queries(8):
            client.get(reverse("requests:release", args=[kept.pk]))
