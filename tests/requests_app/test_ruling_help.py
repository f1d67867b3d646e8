"""Help stands under each field of the ruling, with the article that it comes from."""

import re

import pytest

from privacy.schema import SECTIONS, Grid
from requests_app.forms.analysis import named
from tests.factories import requests as stories

pytestmark = pytest.mark.django_db

ARTICLE = re.compile(r"[Aa]rt\. \d+|WP248")


def grid_of(name):
    """The grid of which the field `name` is a cell, or None."""
    grids = {
        named(section.name, part.name): part
        for section in SECTIONS
        for part in section.parts
        if isinstance(part, Grid)
    }
    return next((grid for start, grid in grids.items() if name.startswith(f"{start}-")), None)


def help_of(name, field):
    """The help that stands at a field: its own, or that of its grid, once above the table."""
    grid = grid_of(name)
    return str(grid.help if grid else field.help_text)


def shown_fields(form):
    """The fields that are filled in, with their names."""
    return [
        (name, field)
        for name, field in form.fields.items()
        if name != "DELETE" and not field.widget.is_hidden
    ]


@pytest.mark.parametrize("who", ["dpo", "deputy_dpo"])
def test_every_field_and_every_field_of_a_row_says_from_which_article_it_comes(client, cast, who):
    cast.everybody()
    file = stories.specified(cast)
    client.force_login(getattr(cast, who))

    page = client.get(f"/demandes/{file.number}/avis-dpo/")

    sheet = page.context["sheet"]
    helps = {name: help_of(name, field) for name, field in shown_fields(sheet.form)}
    for rows in (*sheet.formsets.values(), sheet.conditions):
        helps |= {
            f"{rows.prefix}-{name}": str(field.help_text) for name, field in shown_fields(rows.empty_form)
        }
    assert len(helps) > 60
    assert [name for name, text in helps.items() if not ARTICLE.search(text)] == []
    shown = page.text.replace("&#x27;", "'")
    assert [name for name, text in helps.items() if text not in shown] == []
