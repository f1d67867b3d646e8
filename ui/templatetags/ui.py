"""`{% load ui %}`: every component of the portal. Each module of `ui.tags` holds one family; this joins them."""

from django import template

from ui.tags import differences, forms, frame, icons, layout, lists, plots, text, tracker

register = template.Library()
for family in (icons, text, frame, layout, tracker, forms, lists, plots, differences):
    register.tags.update(family.register.tags)
    register.filters.update(family.register.filters)
