"""Where each room's pages are. Addresses are French, since people read them."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from cdc_portal import views

urlpatterns = [
    path("sante/", views.health, name="health"),
    path("secours/", admin.site.urls),
    path("verification/", include("documents.urls")),
    path("", include("accounts.urls")),
    path("", include("requests_app.urls")),
    path("", include("custody.urls")),
]

if settings.PORTAL_MODE != "production":
    urlpatterns.insert(0, path("courrier-demo/", include("demo.urls")))
