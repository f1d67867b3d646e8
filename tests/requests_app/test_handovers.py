"""What the owner of a condition hands over for it: who may, who reads it, what is read of an impact assessment."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from privacy.impact import MOST_BYTES
from privacy.verdicts import Verdict
from requests_app.desk import Desk
from requests_app.models import Attachment, Handover, Section
from requests_app.services import decision, delivery, gdpr_sheet
from requests_app.services.handovers import hand_over
from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.requests import fresh
from workflow.errors import Missing, MovedOn, NotYourRole

pytestmark = pytest.mark.django_db

EXPORT = Path(__file__).parent.parent.joinpath("privacy", "pia_export.json").read_bytes()
ASSESSED = {**stories.ANALYSIS, "dpia": {"triggers": ["b"], "conclusion": "required_new"}}


@pytest.fixture
def file(cast):
    """At step 6, under a ruling that wants an impact assessment of the client and a log of the vendor."""
    file = stories.specified(cast)
    wanted = [{"text": "L’accès est journalisé.", "owner": "vendor"}]
    stories.give_ruling(file, cast, Verdict.CONDITIONAL, conditions=wanted, analysis=ASSESSED)
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    return fresh(file)


def rank_of(file, owner):
    return file.rulings.get().conditions.get(owner=owner).position


def named(name, content=EXPORT):
    return ContentFile(content, name=name)


def sheet(client, person, file):
    client.force_login(person)
    return client.get(reverse("requests:gdpr_sheet", args=[file.number]))


def send(client, person, file, owner="client", **sent):
    client.force_login(person)
    sent = {"act": "hand_over", "position": rank_of(file, owner), "words": "", **sent}
    return client.post(reverse("requests:gdpr_sheet", args=[file.number]), sent)


def acts(person):
    return [item.act for item in Desk(person).items]


def test_client_hands_over_the_export_and_both_sides_read_what_it_says_beside_the_condition(
    client, cast, file
):
    assert (
        send(client, cast.client_dpo, file, documents=[named("pia.json")], words="Signée.").status_code == 302
    )

    kept = Attachment.objects.get(section=Section.HANDED_OVER)
    assert (kept.handover.words, kept.handover.made_by) == ("Signée.", cast.client_dpo)
    assert kept.assessment["name"] == "Télésuivi des patients à domicile"
    for person in (cast.client_admin, cast.dpo, cast.lead):
        said = sheet(client, person, file).text
        assert "Télésuivi des patients à domicile" in said
        assert "gravité maximale, vraisemblance négligeable" in said
        assert kept.file.sha256 in said
        assert client.get(reverse("requests:document", args=[file.number, kept.file_id])).status_code == 200


def test_it_waits_for_the_client_then_for_the_dpo_then_for_nobody(cast, file):
    assert acts(cast.client_auditor) == ["owe"]
    assert "read" not in acts(cast.dpo)

    hand_over(file, actor=cast.client_admin, position=rank_of(file, "client"), words="Faite le 3 mai.")
    assert (acts(cast.client_auditor), acts(cast.dpo)) == ([], ["read"])

    [line] = [f"condition-{rank_of(file, 'client')}"]
    stories.assess(fresh(file), cast, "not_assessed", [line], comment="Il manque la page 3.")
    assert (acts(cast.client_auditor), acts(cast.dpo)) == (["owe"], [])
    hand_over(fresh(file), actor=cast.client_admin, position=rank_of(file, "client"), words="La voici.")
    stories.assess(fresh(file), cast, "conforming", [line])
    assert (acts(cast.client_auditor), acts(cast.dpo)) == ([], [])


def test_dpo_is_told_by_mail_and_the_history_says_it(client, cast, file):
    cast.everybody()

    event = hand_over(
        file, actor=cast.client_admin, position=rank_of(file, "client"), documents=[named("pia.json")]
    )

    told = {message.recipient for message in event.outgoing_messages.all()}
    assert told == {cast.dpo, cast.deputy_dpo}
    client.force_login(cast.client_admin)
    acts = client.get(reverse("requests:history", args=[file.number])).context["acts"]
    assert [act.what for act in acts[:2]] == [
        "a remis de quoi lever la réserve «\u202fL’analyse d’impact est faite, et le risque résiduel "
        "n’est pas élevé.\u202f»",
        "a ajouté la pièce jointe «\u202fpia.json\u202f»",
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pia.json", b"Bonjour"),
        ("pia.json", b'{"answers": []}'),
        ("PIA.JSON", b"[" + b"1," * (MOST_BYTES // 2) + b"1]"),
    ],
)
def test_json_that_is_no_assessment_is_refused_with_its_reason_and_nothing_is_half_saved(
    client, cast, file, name, content
):
    response = send(
        client, cast.client_admin, file, words="Voici l’analyse.", documents=[named(name, content)]
    )

    assert response.status_code == 422
    [error] = response.context["refused"].errors["documents"]
    assert name in error
    assert "Voici l’analyse." in response.text
    assert (Handover.objects.count(), Attachment.objects.filter(section=Section.HANDED_OVER).count()) == (
        0,
        0,
    )


def test_json_of_50_mb_is_refused_by_its_size_without_being_read(client, cast, file, settings):
    settings.DOCUMENT_MAX_BYTES = 60 * 2**20

    class Large(ContentFile):
        """50 MB that say so, of which nobody reads more than a beginning."""

        def read(self, size=-1):
            assert 0 <= size <= MOST_BYTES + 1
            return super().read(size)

    upload = Large(b"{}", name="pia.json")
    upload.size = 50 * 2**20
    with pytest.raises(Missing) as refusal:
        hand_over(file, actor=cast.client_admin, position=rank_of(file, "client"), documents=[upload])

    assert [reason.field for reason in refusal.value.reasons] == ["documents"]
    assert "50" in str(refusal.value.reasons[0])


def test_assessment_in_another_form_is_kept_and_not_read(client, cast, file):
    assert (
        send(client, cast.client_admin, file, documents=[named("analyse.txt", b"Faite.")]).status_code == 302
    )

    assert Attachment.objects.get(section=Section.HANDED_OVER).assessment is None


def test_export_that_the_dpo_adds_as_evidence_is_read_too(cast, file):
    line = f"condition-{rank_of(file, 'client')}"
    stories.assess(file, cast, "conforming", [line], documents=(named("pia.json"),))
    stories.assess(fresh(file), cast, "conforming", ["access"], documents=(named("profils.json", b"{}"),))

    assert [bool(one.assessment) for one in Attachment.objects.filter(section=Section.SHEET)] == [True, False]
    with pytest.raises(Missing) as refusal:
        stories.assess(fresh(file), cast, "major", [line], documents=(named("pia.json", b"{}"),))
    assert [reason.field for reason in refusal.value.reasons] == [f"{line}-documents"]


def test_only_the_owners_side_hands_over_while_the_condition_is_open(client, cast, file):
    position = rank_of(file, "client")
    with pytest.raises(NotYourRole):
        hand_over(file, actor=cast.lead, position=position, words="Pour vous.")
    with pytest.raises(NotYourRole):
        hand_over(file, actor=cast.client_admin, position=rank_of(file, "vendor"), words="Pour vous.")
    with pytest.raises(Missing):
        hand_over(file, actor=cast.client_admin, position=position, words=" ")
    with pytest.raises(MovedOn):
        hand_over(file, actor=cast.client_admin, position=99, words="Faite.")
    stranger = UserFactory(client_admin=True, organisation=OrganisationFactory())
    assert send(client, stranger, file, words="Faite.").status_code == 404
    assert send(client, cast.developer, file, words="Faite.").status_code == 403
    assert send(client, cast.lead, file, owner="vendor", words="Journal en place.").status_code == 302
    stories.assess(fresh(file), cast, "conforming")
    assert send(client, cast.client_admin, file, words="Encore.").status_code == 409

    assert [one.words for one in Handover.objects.all()] == ["Journal en place."]


def test_each_side_sees_the_form_of_its_own_conditions_alone(client, cast, file):
    for person, owners in (
        (cast.client_admin, ["client"]),
        (cast.lead, ["vendor"]),
        (cast.dpo, []),
        (cast.developer, []),
    ):
        owed = sheet(client, person, file).context["owed"]
        assert [one.line.condition.owner for one in owed] == owners


def test_what_was_handed_over_blocks_until_the_dpo_has_found_it_conforming(cast, file):
    subtask = stories.split(file, cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    stories.assess(fresh(file), cast, "conforming", [f"condition-{rank_of(file, 'vendor')}"])
    hand_over(
        fresh(file), actor=cast.client_admin, position=rank_of(file, "client"), documents=[named("pia.json")]
    )
    with pytest.raises(Missing) as refusal:
        delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    assert [reason.code for reason in refusal.value.reasons] == ["condition"]

    line = f"condition-{rank_of(file, 'client')}"
    gdpr_sheet.assess(fresh(file), actor=cast.dpo, lines={line: {"conformity": "conforming"}})

    assert delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
