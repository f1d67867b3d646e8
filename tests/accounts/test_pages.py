"""The pages of administration and profile: what they save, what they refuse, how many queries they cost."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Mailbox, Organisation, User
from accounts.roles import Role
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
LONG = "x" * 5000
UNPRINTABLE = ["Cam\u202eille", "Cam\nille", "Cam\tille", "Cam\u200fille", "Cam\x07ille", "Cam\u2066ille"]


@pytest.fixture
def administrator(client):
    person = UserFactory(portal_admin=True, first_name="Zoé", last_name="Zola")
    client.force_login(person)
    return person


def person_data(**changes):
    return {
        "first_name": "Camille",
        "last_name": "Roy",
        "position": "Juriste",
        "email": "camille@exemple.test",
        "language": "fr",
        "organisation": "",
    } | changes


def names_on(page):
    return [person.first_name for person in page.context["page"]]


@pytest.mark.parametrize("rows", [1, 3])
def test_people_list_costs_the_same_for_any_number(client, administrator, django_assert_num_queries, rows):
    for number in range(rows):
        UserFactory(client_admin=True, client_dpo=True, first_name=f"Client {number}")
    client.get(reverse("people:list"))

    # The session, the person with their organisation, the organisations to filter by, how many, the page.
    with django_assert_num_queries(5):
        page = client.get(reverse("people:list"))

    assert len(page.context["page"]) == rows + 1


@pytest.mark.parametrize("rows", [1, 3])
def test_organisations_list_costs_the_same_for_any_number(
    client, administrator, django_assert_num_queries, rows
):
    for _number in range(rows):
        UserFactory(client_admin=True)

    # The session, the person with their organisation, the list.
    with django_assert_num_queries(3):
        page = client.get(reverse("organisations:list"))

    assert [row.people_count for row in page.context["organisations"]] == [1] * rows


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ada", "Bob", "Cam", "Zoé"]),
        ("?q=ada", ["Ada"]),
        ("?q=valmont", ["Cam"]),
        ("?q=juriste valmont", ["Cam"]),
        ("?q=juriste ada", []),
        ("?side=vendor", ["Ada", "Bob", "Zoé"]),
        ("?side=client", ["Cam"]),
        ("?role=dpo", ["Ada"]),
        ("?role=client_dpo", ["Cam"]),
        ("?state=inactive", ["Dan"]),
        ("?state=invited", ["Bob"]),
        ("?state=", ["Ada", "Bob", "Cam", "Dan", "Zoé"]),
        ("?side=client&role=dpo", []),
    ],
)
def test_people_list_is_narrowed(client, administrator, query, found):
    UserFactory(first_name="Ada", last_name="A", dpo=True)
    UserFactory(first_name="Bob", last_name="B", support=True, password="!")
    UserFactory(
        first_name="Cam",
        last_name="C",
        client_dpo=True,
        position="Juriste",
        organisation=OrganisationFactory(name="Mairie de Valmont"),
    )
    UserFactory(first_name="Dan", last_name="D", is_active=False)

    assert names_on(client.get(reverse("people:list") + query)) == found


def test_people_list_is_narrowed_to_one_organisation(client, administrator):
    person = UserFactory(client_admin=True)
    UserFactory(client_admin=True)

    page = client.get(reverse("people:list"), {"organisation": person.organisation_id})

    assert names_on(page) == [person.first_name]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "a\x00b"},
        {"q": LONG},
        {"side": "x"},
        {"role": "\x00"},
        {"organisation": "9" * 40},
        {"organisation": "x"},
        {"state": "x"},
    ],
)
def test_people_list_says_which_filter_is_wrong_and_shows_everybody(client, administrator, query):
    page = client.get(reverse("people:list"), query)

    assert page.status_code == 200
    assert set(page.context["form"].errors) == set(query)
    assert names_on(page) == ["Zoé"]


@pytest.mark.parametrize("number", ["x", "-1", "0", "9" * 40, "\x00"])
def test_people_list_has_some_page_for_any_number(client, administrator, number):
    assert client.get(reverse("people:list"), {"page": number}).status_code == 200


def test_people_list_comes_in_pages(client, administrator):
    UserFactory.create_batch(60)

    first, second = (client.get(reverse("people:list"), {"page": number}) for number in (1, 2))

    assert (len(first.context["page"]), len(second.context["page"])) == (50, 11)


def test_person_is_created_with_roles_and_invited(client, administrator):
    organisation = OrganisationFactory()

    response = client.post(
        reverse("people:create"),
        person_data(
            email="Camille@Exemple.test",
            organisation=organisation.pk,
            client_roles=["client_admin", "client_dpo"],
        ),
    )

    person = User.objects.get(email="camille@exemple.test")
    assert (response.status_code, response.url) == (302, reverse("people:list"))
    assert person.roles == {Role.CLIENT_ADMIN, Role.CLIENT_DPO}
    assert person.organisation == organisation
    assert person.invited_at is not None


@pytest.mark.parametrize(
    ("at_client", "roles", "field"),
    [
        (True, {"client_roles": ["client_dpo"], "vendor_roles": ["support"]}, "vendor_roles"),
        (False, {"client_roles": ["client_dpo"], "vendor_roles": ["support"]}, "client_roles"),
    ],
)
def test_person_of_both_sides_is_refused_beside_the_roles_and_nothing_is_lost(
    client, administrator, at_client, roles, field
):
    organisation = OrganisationFactory().pk if at_client else ""

    page = client.post(reverse("people:create"), person_data(organisation=organisation, **roles))

    form = page.context["form"]
    assert set(form.errors) == {field}
    assert form["email"].value() == "camille@exemple.test"
    assert form["client_roles"].value() == ["client_dpo"]
    assert form["vendor_roles"].value() == ["support"]
    assert not User.objects.filter(email="camille@exemple.test").exists()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        *[({"first_name": text}, "first_name") for text in UNPRINTABLE],
        *[({"position": text}, "position") for text in UNPRINTABLE],
        ({"last_name": "Ro\x00y"}, "last_name"),
        ({"last_name": LONG}, "last_name"),
        ({"last_name": "  "}, "last_name"),
        ({"email": "camille"}, "email"),
        ({"email": "camillé@exemple.test"}, "email"),
        ({"email": "cam\x00ille@exemple.test"}, "email"),
        ({"email": f"{LONG}@exemple.test"}, "email"),
        ({"email": "ZOE@exemple.test"}, "email"),
        ({"language": "xx"}, "language"),
        ({"organisation": "999999"}, "organisation"),
        ({"organisation": "\x00"}, "organisation"),
        ({"vendor_roles": ["root"]}, "vendor_roles"),
        ({"vendor_roles": ["client_dpo"]}, "vendor_roles"),
    ],
)
def test_person_with_wrong_data_is_refused_beside_the_field(client, administrator, data, field):
    UserFactory(email="zoe@exemple.test")

    page = client.post(reverse("people:create"), person_data(**data))

    assert page.status_code == 200
    assert set(page.context["form"].errors) == {field}
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    "name", ['L’Été d\'"Ô" <b>', "ليلى", "דנה", "Nguyễn", "<script>alert(1)</script>", "100 % {{ x }}"]
)
def test_names_are_shown_as_they_were_typed(client, administrator, name):
    client.post(reverse("people:create"), person_data(first_name=name), follow=True)

    person = User.objects.get(email="camille@exemple.test")
    assert person.first_name == name
    page = client.get(reverse("people:edit", args=[person.pk]))
    assertContains(page, f"{name} Roy", html=False) if name.isalpha() else assertNotContains(
        page, "<script>alert"
    )


def test_person_without_any_field_is_refused(client, administrator):
    page = client.post(reverse("people:create"), {})

    assert set(page.context["form"].errors) == {"first_name", "last_name", "email", "language"}


def test_person_is_edited(client, administrator):
    person = UserFactory(client_admin=True)

    client.post(
        reverse("people:edit", args=[person.pk]),
        person_data(organisation=person.organisation_id, client_roles=["client_auditor"]),
    )

    person = User.objects.get(pk=person.pk)
    assert (person.email, person.roles) == ("camille@exemple.test", {Role.CLIENT_AUDITOR})


def test_person_keeps_their_organisation_and_the_page_says_why(client, administrator):
    person = UserFactory(client_admin=True)
    page = client.get(reverse("people:edit", args=[person.pk]))

    client.post(
        reverse("people:edit", args=[person.pk]),
        person_data(organisation=OrganisationFactory().pk, client_roles=["client_admin"]),
    )

    field = page.context["form"]["organisation"]
    assert field.field.disabled
    assertContains(page, field.help_text)
    assert User.objects.get(pk=person.pk).organisation_id == person.organisation_id


def test_person_may_move_to_a_client_before_they_ever_sign_in(client, administrator):
    person, veteran = UserFactory(support=True), UserFactory(support=True, last_login=timezone.now())
    organisation = OrganisationFactory()

    for row in (person, veteran):
        page = client.post(
            reverse("people:edit", args=[row.pk]),
            person_data(email=row.email, organisation=organisation.pk, client_roles=["client_admin"]),
        )

    assert User.objects.get(pk=person.pk).organisation == organisation
    assert set(page.context["form"].errors) == {"organisation"}


def test_last_administrator_is_told_why_they_stay(client, administrator):
    url = reverse("people:edit", args=[administrator.pk])

    page = client.post(url, person_data(email=administrator.email, vendor_roles=["support"]))
    after = client.post(reverse("people:deactivate", args=[administrator.pk]), follow=True)

    assert set(page.context["form"].errors) == {"__all__"}
    assert [message.level_tag for message in after.context["messages"]] == ["error"]
    assert User.objects.get(pk=administrator.pk).has_role(Role.PORTAL_ADMIN)


def test_person_is_deactivated_and_reactivated(client, administrator):
    person = UserFactory()

    client.post(reverse("people:deactivate", args=[person.pk]))
    assert not User.objects.get(pk=person.pk).is_active

    client.post(reverse("people:reactivate", args=[person.pk]))
    assert User.objects.get(pk=person.pk).is_active


@pytest.mark.parametrize("traits", [{}, {"password": "!", "is_active": False}])
def test_invitation_is_refused_with_the_reason(client, administrator, traits):
    person = UserFactory(**traits)

    page = client.post(reverse("people:invite", args=[person.pk]), follow=True)

    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert User.objects.get(pk=person.pk).invited_at is None


def test_organisation_is_created(client, administrator):
    response = client.post(
        reverse("organisations:create"),
        {"code": "VALM", "name": "Mairie de Valmont", "decider_roles": ["client_admin", "client_dpo"]},
    )

    organisation = Organisation.objects.get()
    assert response.status_code == 302
    assert (organisation.code, organisation.name) == ("VALM", "Mairie de Valmont")
    assert organisation.deciders == {Role.CLIENT_ADMIN, Role.CLIENT_DPO}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"code": "valm"}, "code"),
        ({"code": "V1"}, "code"),
        ({"code": "VÀLM"}, "code"),
        ({"code": LONG}, "code"),
        ({"code": "VA\x00"}, "code"),
        ({"code": "PRIS"}, "code"),
        ({"name": ""}, "name"),
        ({"name": LONG}, "name"),
        ({"name": "Val\u202emont"}, "name"),
        ({"name": "DÉJÀ".lower()}, "name"),
        ({"decider_roles": []}, "decider_roles"),
        ({"decider_roles": ["support"]}, "decider_roles"),
        ({"countersign_above": "beaucoup"}, "countersign_above"),
        ({"countersign_above": "-1"}, "countersign_above"),
        ({"countersign_above": "9" * 30}, "countersign_above"),
    ],
)
def test_organisation_with_wrong_data_is_refused_beside_the_field(client, administrator, data, field):
    OrganisationFactory(code="PRIS", name="déjà")

    page = client.post(
        reverse("organisations:create"),
        {"code": "VALM", "name": "Valmont", "decider_roles": ["client_admin"]} | data,
    )

    assert page.status_code == 200
    assert set(page.context["form"].errors) == {field}
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(("typed", "kept"), [("1 500,50", "1500.50"), ("", None), ("0", "0")])
def test_organisation_says_above_which_amount_two_people_sign(client, administrator, typed, kept):
    organisation = OrganisationFactory(countersign_above=Decimal("9"))
    client.force_login(administrator)

    client.post(
        reverse("organisations:edit", args=[organisation.pk]),
        {"name": "Valmont", "decider_roles": ["client_dpo"], "countersign_above": typed, "is_active": "on"},
    )

    organisation.refresh_from_db()
    assert organisation.countersign_above == (None if kept is None else Decimal(kept))


def test_organisation_is_edited_and_never_its_code(client, administrator):
    organisation = OrganisationFactory(code="VALM")

    client.post(
        reverse("organisations:edit", args=[organisation.pk]),
        {"code": "AUTRE", "name": "Valmont", "decider_roles": ["client_dpo"]},
    )

    organisation.refresh_from_db()
    assert (organisation.code, organisation.name, organisation.is_active) == ("VALM", "Valmont", False)
    assert organisation.deciders == {Role.CLIENT_DPO}


def test_mailboxes_are_set_on_one_page(client, administrator):
    data = {
        "helpdesk_address": "aide@exemple.test",
        "helpdesk_language": "fr",
        "information_address": "",
        "information_language": "en",
    }

    wrong = client.post(reverse("mailboxes:edit"), data | {"helpdesk_address": "aide"})
    client.post(reverse("mailboxes:edit"), data)
    page = client.get(reverse("mailboxes:edit"))

    assert set(wrong.context["form"].errors) == {"helpdesk_address"}
    assert Mailbox.objects.get(kind="helpdesk").address == "aide@exemple.test"
    assert page.context["form"]["information_language"].value() == "en"


def profile_data(**changes):
    return {
        "first_name": "Camille",
        "last_name": "Roy",
        "position": "",
        "language": "en",
        "time_zone": "America/Montreal",
        "has_shortcuts": "",
    } | changes


def test_profile_changes_language_zone_and_keys(client):
    person = UserFactory()
    client.force_login(person)

    saved = client.post(reverse("profile:edit"), profile_data(time_zone="Pacific/Auckland"))
    page = client.get(reverse("profile:edit"))

    person.refresh_from_db()
    assert (saved.status_code, page["Content-Language"]) == (302, "en")
    assert (person.language, person.time_zone, person.has_shortcuts) == ("en", "Pacific/Auckland", False)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "\x00"}, "time_zone"),
        ({"language": "de"}, "language"),
        ({"first_name": "A\u202eB"}, "first_name"),
        ({"position": LONG}, "position"),
    ],
)
def test_profile_with_wrong_data_is_refused_beside_the_field(client, data, field):
    person = UserFactory()
    client.force_login(person)

    page = client.post(reverse("profile:edit"), profile_data(time_zone="Europe/Paris") | data)

    assert set(page.context["form"].errors) == {field}
    assert User.objects.get(pk=person.pk).language == "fr"


def test_profile_changes_nothing_that_is_not_its_own(client):
    person = UserFactory(client_auditor=True)
    client.force_login(person)

    client.post(
        reverse("profile:edit"),
        profile_data(time_zone="Europe/Paris", email="x@exemple.test", is_support="on", organisation=""),
    )

    after = User.objects.get(pk=person.pk)
    assert (after.email, after.roles, after.organisation_id) == (
        person.email,
        person.roles,
        person.organisation_id,
    )


def test_pages_speak_the_language_of_the_person_whatever_the_browser_asks(client):
    client.force_login(UserFactory(language="fr"))

    assert client.get(reverse("profile:edit"), headers={"accept-language": "en"})["Content-Language"] == "fr"


def test_pages_before_sign_in_are_french_unless_the_browser_or_cookie_says_otherwise(client):
    url = reverse("account_login")

    assert client.get(url)["Content-Language"] == "fr"
    assert client.get(url, headers={"accept-language": "en"})["Content-Language"] == "en"
    client.post(reverse("set_language"), {"language": "en", "next": url})
    assert client.get(url)["Content-Language"] == "en"


@pytest.mark.parametrize(("language", "kept"), [("en", "en"), ("de", "fr"), ("\x00", "fr"), ("", "fr")])
def test_language_chosen_in_the_bar_is_remembered(client, language, kept):
    person = UserFactory(language="fr")
    client.force_login(person)

    response = client.post(reverse("set_language"), {"language": language, "next": "/profil/"})

    assert (response.status_code, response.url) == (302, "/profil/")
    assert User.objects.get(pk=person.pk).language == kept
    assert client.get("/profil/")["Content-Language"] == kept


def test_language_does_not_lead_to_other_sites(client):
    response = client.post(reverse("set_language"), {"language": "en", "next": "https://ailleurs.example/"})

    assert response.url == "/"


def test_times_are_told_where_the_person_is(client, administrator):
    User.objects.filter(pk=administrator.pk).update(time_zone="Pacific/Auckland", language="en")
    person = UserFactory(
        last_login=timezone.datetime(2026, 3, 1, 20, 30, tzinfo=timezone.get_fixed_timezone(0))
    )

    page = client.get(reverse("people:edit", args=[person.pk]))

    assertContains(page, "2026-03-02T09:30:00+13:00")


def test_administration_shows_in_the_bar_for_its_administrators_only(client, administrator):
    assert [place["key"] for place in client.get(reverse("people:list")).context["frame"].places][-1:] == [
        "administration"
    ]

    client.force_login(UserFactory(requester=True))
    assert client.get(reverse("profile:edit")).context["frame"].places == []


def test_whoever_has_no_place_is_led_to_their_profile_and_told_whom_to_ask(client):
    client.force_login(UserFactory(requester=True))

    page = client.get("/")

    assertContains(page, f'href="{reverse("profile:edit")}"', status_code=404)
    assertContains(page, "adressez-vous à l’administrateur de votre organisation", status_code=404)
    assertNotContains(page, "liste des demandes", status_code=404)
