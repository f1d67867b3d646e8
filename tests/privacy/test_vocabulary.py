"""The vocabularies against the specification's own lists."""

import inspect

import pytest
from django.db.models import TextChoices
from django.utils.translation import override

from privacy import vocabulary
from privacy.vocabulary import DataCategory, DataSubject, DpiaConclusion

LISTS = [one for _name, one in inspect.getmembers(vocabulary, inspect.isclass) if one is not TextChoices]


def test_what_counts_for_criterion_4_is_what_the_specification_marks():
    highly_personal = {"identity_documents", "financial", "location", "communications"}
    article_9 = {"health", "genetic", "biometric", "origin", "political", "beliefs", "union", "sex_life"}

    assert {one.value for one in DataCategory if one.is_highly_personal} == highly_personal
    assert {one.value for one in DataCategory if one.is_special} == article_9
    assert {one.value for one in DataCategory if one.is_sensitive} == article_9 | {"nir", "offences"}
    assert {one.value for one in DataCategory if one.counts_for_criterion_4} == (
        highly_personal | article_9 | {"nir", "offences"}
    )


def test_who_is_vulnerable():
    assert {one.value for one in DataSubject if one.is_vulnerable} == {
        "employees", "pupils", "patients", "minors", "vulnerable",
    }  # fmt: skip


def test_an_assessment_still_to_be_made_is_required():
    assert [one for one in DpiaConclusion if one.is_required] == ["required_new", "required_update"]


@pytest.mark.parametrize("choices", LISTS)
def test_no_label_of_a_list_is_said_twice(choices):
    for language in ("en", "fr"):
        with override(language):
            labels = [str(label) for label in choices.labels]
            assert len(set(labels)) == len(labels)
