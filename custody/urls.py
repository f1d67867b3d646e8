"""The addresses of the portal's own duties."""

from django.urls import path

from custody import views

app_name = "custody"

urlpatterns = [
    path("administration/conservation/", views.retention, name="retention"),
    path("administration/conservation/effacements/", views.erasures, name="erasures"),
    path("profil/mes-donnees/", views.own_data, name="own_data"),
    path("profil/mes-donnees/export/", views.own_export, name="own_export"),
    path("administration/personnes/<int:pk>/donnees/", views.person_data, name="person_data"),
    path("administration/personnes/<int:pk>/donnees/export/", views.person_export, name="person_export"),
    path("administration/personnes/<int:pk>/effacer/", views.erase_person, name="erase"),
]
