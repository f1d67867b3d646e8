"""Above its organisation's amount two people sign: the first stays at step 5, the second, another one, validates."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from privacy.verdicts import Verdict
from requests_app import making
from requests_app.models import Attachment, Decision, Proof, Section, Signature
from requests_app.services import decision, requests, signatures
from requests_app.services.specification import change_planned_date
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from tests.pdf import text_of
from workflow.errors import Missing, MovedOn, NotYourRole
from workflow.steps import Step

pytestmark = pytest.mark.django_db

# The stories' quote is of 3 420,00 € before VAT.
QUOTE = Decimal("3420.00")


@pytest.fixture
def cast():
    """A client whose administrators and DPO decide, two of them above 1 000 €."""
    cast = Cast().everybody()
    cast.organisation.decider_roles = ["client_admin", "client_dpo"]
    cast.organisation.countersign_above = Decimal("1000")
    cast.organisation.save()
    return cast


@pytest.fixture
def file(cast):
    return stories.ruled(cast)


def address(file):
    return f"/demandes/{file.number}/decision/"


def posted(choice, **changes):
    return {
        "choice": choice, "comment": "", "order_number": "", "category": "", "version": 1, **changes
    }  # fmt: skip


def offered(response):
    return list(response.context["consequences"])


def test_two_people_sign_and_the_second_one_validates(client, cast, file):
    client.force_login(cast.client_admin)
    assert offered(client.get(address(file))) == ["sign", "request_change", "cancel"]
    order = SimpleUploadedFile("commande.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")

    client.post(
        address(file), posted("sign", order_number="BC-12", comment="Prévu au budget.", documents=[order])
    )

    first = Signature.objects.get()
    assert fresh(file).step == Step.DECISION
    assert (first.signed_by, first.version.number, first.ruling.verdict, first.order_number, first.comment) == (
        cast.client_admin, 1, Verdict.FAVOURABLE, "BC-12", "Prévu au budget.",
    )  # fmt: skip
    signed = file.events.get(name="sign")
    assert signed.data["whole_sha256"] == first.version.whole_sha256
    assert Attachment.objects.get(change_request=file, section=Section.DECISION).published_at

    client.force_login(cast.client_dpo)
    page = client.get(address(file))
    assert offered(page) == ["validate", "request_change", "cancel"]
    assert str(cast.client_admin) in page.text
    assert 'value="BC-12"' in page.text
    client.post(address(file), posted("validate", order_number="BC-12"))

    one = Decision.objects.get()
    assert fresh(file).step == Step.DEVELOPMENT
    assert (one.decided_by, one.first_signature, one.order_number) == (cast.client_dpo, first, "BC-12")
    assert file.events.get(name="validate").data["first_signature"] == signed.sequence


def test_head_of_the_page_says_to_whoever_signed_first_that_somebody_else_is_awaited(client, cast, file):
    signatures.sign(file, actor=cast.client_admin, version=1)

    said = {}
    for person in (cast.client_admin, cast.client_dpo):
        client.force_login(person)
        page = client.get(address(file)).context["page"]
        said[person] = (page.turn, page.is_my_turn)

    assert said == {
        cast.client_admin: (
            "Tour\u00a0: une autre personne habilitée à décider, pour contresigner",
            False,
        ),
        cast.client_dpo: ("À vous de décider", True),
    }


def test_whoever_signed_first_countersigns_nothing_even_by_a_forged_post(client, cast, file):
    signatures.sign(file, actor=cast.client_admin, version=1)
    client.force_login(cast.client_admin)

    page = client.get(address(file))
    forged = client.post(address(file), posted("validate", comment="Gardez-moi"))

    assert offered(page) == ["request_change", "cancel"]
    assert str(cast.client_dpo) in page.text
    assert (forged.status_code, set(forged.context["form"].errors)) == (422, {"choice"})
    assert "Gardez-moi" in forged.text
    assert fresh(file).step == Step.DECISION


def test_validating_alone_by_a_forged_post_is_refused(client, cast, file):
    client.force_login(cast.client_admin)

    forged = client.post(address(file), posted("validate"))

    assert (forged.status_code, set(forged.context["form"].errors)) == (422, {"choice"})
    assert (fresh(file).step, Signature.objects.count()) == (Step.DECISION, 0)


@pytest.mark.parametrize(
    ("above", "choices"),
    [
        (None, ["validate", "request_change", "cancel"]),
        (QUOTE, ["validate", "request_change", "cancel"]),
        (QUOTE - Decimal("0.01"), ["sign", "request_change", "cancel"]),
        (Decimal("0"), ["sign", "request_change", "cancel"]),
    ],
)
def test_amount_is_compared_before_vat_and_asks_for_two_above_it_alone(client, cast, file, above, choices):
    cast.organisation.countersign_above = above
    cast.organisation.save()
    client.force_login(cast.client_admin)

    assert offered(client.get(address(file))) == choices


def test_specification_without_a_price_needs_one_signature(client, cast):
    cast.organisation.countersign_above = Decimal("0")
    cast.organisation.save()
    file = stories.sent(cast)
    stories.specify(file, cast, quote=[])
    stories.give_ruling(fresh(file), cast)

    decision.validate(fresh(file), actor=cast.client_admin, version=1)

    assert fresh(file).step == Step.DEVELOPMENT


def test_signing_first_where_one_signature_is_enough_is_refused(client, cast, file):
    cast.organisation.countersign_above = None
    cast.organisation.save()
    client.force_login(cast.client_admin)

    forged = client.post(address(file), posted("sign"))

    assert (forged.status_code, set(forged.context["form"].errors)) == (422, {"choice"})
    assert Signature.objects.count() == 0


def test_who_may_not_decide_signs_nothing(client, cast, file):
    client.force_login(cast.client_auditor)

    assert client.post(address(file), posted("sign")).status_code == 403
    with pytest.raises(NotYourRole):
        signatures.sign(fresh(file), actor=cast.support, version=1)
    assert Signature.objects.count() == 0


def test_first_signature_is_on_the_version_that_was_read(client, cast, file):
    decision.request_change(file, actor=cast.client_admin, reason="Moins cher.")
    stories.specify(fresh(file), cast, quote=[*stories.quote_lines(), *stories.quote_lines()])
    client.force_login(cast.client_admin)

    response = client.post(address(file), posted("sign", comment="Gardez-moi"))

    assert (response.status_code, "Gardez-moi" in response.text) == (409, True)
    assert Signature.objects.count() == 0


def test_signing_against_an_unfavourable_advice_needs_a_written_reason_of_each(client, cast):
    file = stories.ruled(cast, Verdict.UNFAVOURABLE)
    with pytest.raises(Missing):
        signatures.sign(file, actor=cast.client_admin, version=1)
    signatures.sign(fresh(file), actor=cast.client_admin, version=1, against_advice="Nous assumons.")
    client.force_login(cast.client_dpo)
    assert "Nous assumons." in client.get(address(file)).text

    refused = client.post(address(file), posted("validate", against_advice=""))

    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"against_advice"})
    assert fresh(file).step == Step.DECISION


def test_infringing_instruction_is_signed_by_nobody(client, cast):
    file = stories.ruled(cast, Verdict.INFRINGING)
    client.force_login(cast.client_admin)

    assert offered(client.get(address(file))) == ["request_change", "cancel"]
    assert client.post(address(file), posted("sign")).status_code == 422
    assert Signature.objects.count() == 0


@pytest.mark.parametrize("answer", ["request_change", "cancel"])
def test_first_signature_falls_with_another_answer_and_the_history_says_why(client, cast, file, answer):
    signatures.sign(file, actor=cast.client_admin, version=1)
    if answer == "request_change":
        decision.request_change(fresh(file), actor=cast.client_auditor, reason="Le prix a changé.")
    else:
        requests.cancel(
            fresh(file), actor=cast.client_dpo, category="too_expensive", reason="Le prix a changé."
        )

    assert list(Signature.objects.waiting()) == []
    fell = file.events.get(name="drop_signature")
    assert (fell.reason, fell.data) == (
        "Le prix a changé.", {"person": cast.client_admin.pk, "version": 1}
    )  # fmt: skip
    client.force_login(cast.support)
    acts = client.get(f"/demandes/{file.number}/historique/").context["acts"]
    assert any(str(cast.client_admin) in act.what for act in acts if act.detail == "Le prix a changé.")


def test_new_version_of_the_same_content_asks_for_both_signatures_again(client, cast, file):
    signatures.sign(file, actor=cast.client_admin, version=1)
    decision.request_change(fresh(file), actor=cast.client_dpo, reason="Le prix.")
    stories.specify(fresh(file), cast, quote=[*stories.quote_lines(), *stories.quote_lines()])

    with pytest.raises(Missing):
        decision.validate(fresh(file), actor=cast.client_dpo, version=2)
    signatures.sign(fresh(file), actor=cast.client_dpo, version=2)
    decision.validate(fresh(file), actor=cast.client_admin, version=2)

    assert fresh(file).step == Step.DEVELOPMENT
    assert Decision.objects.get().first_signature.version.number == 2


def test_changed_planned_date_leaves_the_first_signature(cast, file):
    signatures.sign(file, actor=cast.client_admin, version=1)

    change_planned_date(
        fresh(file), actor=cast.support, planned_date=file.planned_date.replace(year=2099), reason="Retard."
    )

    assert Signature.objects.waiting().count() == 1


def test_first_signer_withdraws_and_nobody_else_can(client, cast, file):
    signatures.sign(file, actor=cast.client_admin, version=1)
    where = f"{address(file)}retirer/"
    client.force_login(cast.client_dpo)
    assert where not in client.get(address(file)).text
    client.post(where)
    assert Signature.objects.waiting().count() == 1

    client.force_login(cast.client_admin)
    assert where in client.get(address(file)).text
    client.post(where)

    assert Signature.objects.waiting().count() == 0
    assert offered(client.get(address(file))) == ["sign", "request_change", "cancel"]
    assert file.events.filter(name="withdraw_signature").count() == 1
    assert client.post(where).status_code == 302
    assert file.events.filter(name="withdraw_signature").count() == 1


def test_desk_of_the_first_signer_waits_for_nothing_and_that_of_the_others_does(client, cast, file):
    signatures.sign(file, actor=cast.client_admin, version=1)
    waiting = {}
    for person in (cast.client_admin, cast.client_dpo):
        client.force_login(person)
        waiting[person] = [item.act for item in client.get("/").context["mine"]]

    assert waiting == {cast.client_admin: [], cast.client_dpo: ["decide"]}


def test_page_says_when_nobody_else_can_countersign(client, cast, file):
    cast.client_dpo.is_active = False
    cast.client_dpo.save()
    client.force_login(cast.client_admin)
    assert "l’administrateur du portail peut nommer quelqu’un" in client.get(address(file)).text

    signatures.sign(file, actor=cast.client_admin, version=1)

    assert "l’administrateur du portail peut nommer quelqu’un" in client.get(address(file)).text


def test_vendor_reads_the_first_signature_and_no_other_name_of_the_client(client, cast, file):
    signatures.sign(file, actor=cast.client_admin, version=1)
    client.force_login(cast.support)

    response = client.get(address(file))

    assert response.context["first"].signed_by == cast.client_admin
    assert response.context["others"] is None


def test_amount_raised_meanwhile_lets_one_person_validate(cast, file):
    signatures.sign(file, actor=cast.client_admin, version=1)
    cast.organisation.countersign_above = None
    cast.organisation.save()

    decision.validate(fresh(file), actor=cast.client_admin, version=1)

    assert Decision.objects.get().first_signature is None
    assert Signature.objects.waiting().count() == 0


def test_proof_of_the_decision_names_both(cast, file):
    signatures.sign(file, actor=cast.client_admin, version=1, comment="Prévu au budget.")
    event = decision.validate(fresh(file), actor=cast.client_dpo, version=1, order_number="BC-12")
    proof = Proof.objects.get(event=event, language="fr")

    assert making.make_proof(proof.pk)

    proof.refresh_from_db()
    with proof.issued.file.content.open() as content:
        text = text_of(pikepdf.open(io.BytesIO(content.read())))
    for said in (str(cast.client_admin), str(cast.client_dpo), "Prévu au budget.", "BC-12"):
        assert said in text


def test_page_asks_the_database_as_often_with_a_first_signature_as_without(
    client, cast, file, django_assert_num_queries
):
    client.force_login(cast.client_dpo)
    # That somebody read a version is kept the first time.
    client.get(address(file))
    client.get("/")

    with django_assert_num_queries(12):
        client.get(address(file))
    signatures.sign(file, actor=cast.client_admin, version=1)
    client.get("/")
    with django_assert_num_queries(12):
        client.get(address(file))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_first_signatures_at_once_one_is_given_and_the_other_is_told_whose():
    cast = Cast().everybody()
    cast.organisation.decider_roles = ["client_admin", "client_dpo"]
    cast.organisation.countersign_above = Decimal("1000")
    cast.organisation.save()
    file = stories.ruled(cast)
    meeting = threading.Barrier(2)

    def sign(person):
        own = fresh(file)
        meeting.wait(timeout=10)
        try:
            return signatures.sign(own, actor=person, version=1)
        except MovedOn as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(sign, (cast.client_admin, cast.client_dpo)))

    refused = [one for one in outcomes if isinstance(one, MovedOn)]
    first = Signature.objects.get()
    assert [(one.by, one.at) for one in refused] == [(first.signed_by, first.signed_at)]
    assert file.events.filter(name="sign").count() == 1
