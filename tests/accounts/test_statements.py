"""Statements whose text is kept: the same answers as their querysets, never an old one."""

import pytest

from accounts.models import Sight, User
from accounts.roles import Role
from accounts.statements import rows
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def colleagues(key, only_active):
    people = User.objects.select_related("organisation").filter(organisation=key).order_by("email")
    return people.filter(is_active=True) if only_active else people


def test_rows_are_those_of_the_queryset_for_each_value_and_shape(django_assert_num_queries):
    one, other = OrganisationFactory(), OrganisationFactory()
    here = [UserFactory(organisation=one, email="a@b.example"), UserFactory(organisation=one)]
    gone, there = UserFactory(organisation=one, is_active=False), UserFactory(organisation=other)

    for key, only_active, expected in (
        (one.pk, True, here),
        (one.pk, False, [*here, gone]),
        (other.pk, True, [there]),
    ):
        with django_assert_num_queries(1):
            found = rows(colleagues, key, only_active)
            assert all(person.organisation.pk == key for person in found)
        assert sorted(found, key=str) == sorted(expected, key=str)


def test_an_answer_is_never_kept():
    person = UserFactory(organisation=OrganisationFactory())
    assert rows(colleagues, person.organisation_id, True) == [person]

    User.objects.filter(pk=person.pk).update(is_active=False)

    assert rows(colleagues, person.organisation_id, True) == []


def test_a_queryset_without_a_place_for_its_value_is_refused():
    with pytest.raises(ValueError, match="no place"):
        rows(everybody, 1)


def everybody(_key):
    return User.objects.all()


def test_what_somebody_sees_does_not_say_who_they_are():
    person, namesake = UserFactory(is_lead=True), UserFactory(is_lead=True)

    assert person.sight == namesake.sight == Sight(True, frozenset({Role.LEAD}), None)
    assert person.sight.is_vendor_side
    assert person.sight.has_role(Role.LEAD)
    with pytest.raises(AttributeError):
        person.sight.pk  # noqa: B018
    with pytest.raises(TypeError):
        User.objects.filter(pk=person.sight).exists()
