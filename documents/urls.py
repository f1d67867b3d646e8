"""The addresses where anybody may ask whether a document is genuine."""

from django.urls import path

from documents import views

app_name = "verification"

urlpatterns = [
    path("", views.ask, name="ask"),
    path("<str:code>/", views.answer, name="code"),
]
