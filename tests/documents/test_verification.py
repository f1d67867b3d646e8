"""Anybody may ask whether a document is genuine, and learns nothing else about it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents import issuing
from documents.models import Issued, StoredFile
from tests.factories.documents import BODIES, IssuedFactory

pytestmark = pytest.mark.django_db
GENUINE = BODIES["application/pdf"]


def page_of(issued):
    """The address of the page of a document's code."""
    return reverse("verification:code", args=[issuing.shown(issued.code)])


def compared(client, issued, content):
    """What the page answers to a copy."""
    return client.post(page_of(issued), {"copy": SimpleUploadedFile("copie.pdf", content)})


def test_codes_are_long_and_read_aloud_without_mistake():
    codes = {issuing.new_code() for _turn in range(50)}

    assert len(codes) == 50
    assert {len(code) for code in codes} == {20}
    assert not set("".join(codes)) & set("ILOU")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7k3dq-9xmab-40tre-8wz2c", "7K3DQ9XMAB40TRE8WZ2C"),
        (" 7K3DQ 9XMAB 4OTRE 8WZ2C ", "7K3DQ9XMAB40TRE8WZ2C"),
        ("7K3DQ-9XMAB-40TRE-8WZ2", ""),
        ("7K3DQ-9XMAB-40TRE-8WZ2U", ""),
        ("é" * 20, ""),
        ("", ""),
    ],
)
def test_code_is_read_as_people_type_it(typed, read):
    assert issuing.read(typed) == read


def test_code_of_a_document_is_answered_with_its_fingerprint_and_nothing_else(client):
    issued = IssuedFactory(file__name="VALM-2026-0042 Procès-verbal.pdf")

    response = client.get(page_of(issued))

    assert response.status_code == 200
    assert issued.sha256 in response.text
    for told in (issued.file.name, "VALM", str(issued.file.pk), str(issued.issued_at.year)):
        assert told not in response.text
    assert "no-store" in response.headers["Cache-Control"]


def test_typed_code_leads_to_the_page_of_the_document(client):
    issued = IssuedFactory()

    response = client.get(reverse("verification:ask"), {"code": issued.code.lower()})
    assert response.headers["Location"] == page_of(issued)

    plain = client.get(reverse("verification:code", args=[issued.code.lower()]))
    assert plain.headers["Location"] == page_of(issued)


@pytest.mark.parametrize("code", ["", "court"])
def test_what_is_no_code_is_said_next_to_the_field(client, code):
    response = client.get(reverse("verification:ask"), {"code": code})

    assert response.status_code == 422
    assert response.context["form"].errors["code"]


def test_unknown_code_is_not_found(client):
    assert client.get(reverse("verification:code", args=["0" * 20])).status_code == 404
    assert client.get(reverse("verification:code", args=["n’importe quoi"])).status_code == 404


def test_copy_is_told_from_the_document_and_not_kept(client):
    issued = IssuedFactory()

    assert compared(client, issued, GENUINE).context["is_same"] is True
    assert compared(client, issued, GENUINE + b" ").context["is_same"] is False
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"copy": SimpleUploadedFile("vide.pdf", b"")}])
def test_no_copy_or_an_empty_one_is_said_next_to_the_field(client, data):
    response = client.post(page_of(IssuedFactory()), data)

    assert response.status_code == 422
    assert response.context["form"].errors["copy"]


def test_copy_over_the_limit_is_refused_before_it_is_read(client, settings):
    settings.ANONYMOUS_BODY_MAX_BYTES = 1000

    assert compared(client, IssuedFactory(), b"%PDF-" + b"a" * 1000).status_code == 413


def test_one_address_asks_only_so_often(client, settings):
    settings.VERIFICATIONS_A_MINUTE = 2
    page = page_of(IssuedFactory())

    assert [client.get(page).status_code for _turn in range(3)] == [200, 200, 429]


def test_document_whose_file_is_gone_is_still_answered_for(client):
    issued = IssuedFactory()
    issuing.let_go(issued)

    assert not StoredFile.objects.exists()
    assert Issued.objects.get().sha256 == issued.sha256
    assert compared(client, issued, GENUINE).context["is_same"] is True
