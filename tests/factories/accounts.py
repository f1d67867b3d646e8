"""Organisations and people, with a trait per role."""

from string import ascii_uppercase

import factory
from django.contrib.auth.hashers import make_password

from accounts.models import Organisation, User

PASSWORD = "motdepasse-de-test"


def code_of(number):
    """A code of capitals that differs for every `number`: AAAA, AAAB, …"""
    letters = []
    for _position in range(4):
        number, letter = divmod(number, len(ascii_uppercase))
        letters.append(ascii_uppercase[letter])
    return "".join(reversed(letters))


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    code = factory.Sequence(code_of)
    name = factory.Sequence(lambda number: f"Organisation {number}")


class UserFactory(factory.django.DjangoModelFactory):
    """A person of the vendor without a role, unless a trait or an organisation says otherwise."""

    class Meta:
        model = User

    class Params:
        # A client's person who holds no role: somebody who may only be named as requester.
        requester = factory.Trait(organisation=factory.SubFactory(OrganisationFactory))
        client_admin = factory.Trait(
            is_client_admin=True, organisation=factory.SubFactory(OrganisationFactory)
        )
        client_auditor = factory.Trait(
            is_client_auditor=True, organisation=factory.SubFactory(OrganisationFactory)
        )
        client_dpo = factory.Trait(is_client_dpo=True, organisation=factory.SubFactory(OrganisationFactory))
        support = factory.Trait(is_support=True)
        dpo = factory.Trait(is_dpo=True)
        deputy_dpo = factory.Trait(is_deputy_dpo=True)
        lead = factory.Trait(is_lead=True)
        developer = factory.Trait(is_developer=True)
        tester = factory.Trait(is_tester=True)
        portal_admin = factory.Trait(is_portal_admin=True)

    email = factory.Sequence(lambda number: f"personne{number}@exemple.test")
    first_name = factory.Sequence(lambda number: f"Prénom{number}")
    last_name = factory.Sequence(lambda number: f"Nom{number}")
    position = "Chargée de mission"
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
