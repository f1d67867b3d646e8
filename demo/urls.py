"""The demo's own pages."""

from django.urls import path

from demo import views

app_name = "demo"

urlpatterns = [
    path("", views.mail_list, name="mail_list"),
    path("<str:stem>/", views.mail, name="mail"),
    path("<str:stem>/html/", views.mail_html, name="mail_html"),
]
