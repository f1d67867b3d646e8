"""The addresses of sign-in, profile and administration."""

from allauth.account import views as entrance
from django.urls import include, path, re_path

from accounts.views import administration, invitations, mailboxes, organisations, people, profile

organisation_urls = [
    path("", organisations.list_organisations, name="list"),
    path("nouvelle/", organisations.create, name="create"),
    path("<int:pk>/", organisations.edit, name="edit"),
]
people_urls = [
    path("", people.list_people, name="list"),
    path("nouvelle/", people.create, name="create"),
    path("<int:pk>/", people.edit, name="edit"),
    path("<int:pk>/inviter/", people.invite, name="invite"),
    path("<int:pk>/desactiver/", people.deactivate, name="deactivate"),
    path("<int:pk>/reactiver/", people.reactivate, name="reactivate"),
]
mailbox_urls = [path("", mailboxes.edit, name="edit")]
profile_urls = [path("", profile.edit, name="edit")]
invitation_urls = [path("<str:token>/", invitations.accept, name="accept")]

urlpatterns = [
    # Under the names that allauth looks them up by; what it offers besides is not opened.
    path("connexion/", entrance.login, name="account_login"),
    path("connexion/compte-desactive/", entrance.account_inactive, name="account_inactive"),
    path("deconnexion/", entrance.logout, name="account_logout"),
    path("mot-de-passe/oublie/", entrance.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", entrance.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        entrance.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/",
        entrance.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("profil/mot-de-passe/", entrance.password_change, name="account_change_password"),
    path("profil/", include((profile_urls, "profile"))),
    path("invitation/", include((invitation_urls, "invitations"))),
    path("langue/", profile.set_language, name="set_language"),
    path("administration/", administration.home, name="administration"),
    path("administration/organisations/", include((organisation_urls, "organisations"))),
    path("administration/personnes/", include((people_urls, "people"))),
    path("administration/boites/", include((mailbox_urls, "mailboxes"))),
]
