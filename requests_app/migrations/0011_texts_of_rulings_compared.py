"""What was ruled on, as one text, so that past rulings are found by it; on PostgreSQL its words beside it."""

from django.db import migrations

import requests_app.models.search
from ui.folding import folded

# The title's words count most. What stands beyond the length is not compared, so that no text is too long for its words.
WORDS = """
    ALTER TABLE requests_app_ruling ADD COLUMN words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('french', left(split_part(compared_text, E'\\n', 1), 1000)), 'A')
        || to_tsvector('french', left(compared_text, 20000))
    ) STORED
"""


def keep_texts(apps, schema_editor):
    rulings = apps.get_model("requests_app", "Ruling").objects.select_related("version")
    for ruling in rulings.only("version__content").iterator(chunk_size=500):
        content = ruling.version.content
        texts = content["request"]["title"], content["request"]["description"], content["solution"]
        text = "\n".join(folded(one) for one in texts if one)
        rulings.filter(pk=ruling.pk).update(compared_text=text)


def add_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(WORDS)


def drop_words(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE requests_app_ruling DROP COLUMN words")


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0010_evidence_of_a_criterion")]

    operations = [
        migrations.AddField("ruling", "compared_text", requests_app.models.search.SearchText()),
        migrations.RunPython(keep_texts, migrations.RunPython.noop),
        migrations.RunPython(add_words, drop_words),
    ]
