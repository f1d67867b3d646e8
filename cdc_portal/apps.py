from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "cdc_portal"
