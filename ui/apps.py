from django.apps import AppConfig


class UiConfig(AppConfig):
    """Components, icons and formats. It has no model and knows nothing of what pages are about."""

    name = "ui"
