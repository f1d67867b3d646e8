"""The words of pages go where their pictures are, since the storage seals what it keeps."""

import json

import documents.storage
from django.core.files.base import ContentFile
from django.db import migrations, models


def move_words(apps, schema_editor):
    """Put what the pages made until now say into the storage."""
    PreviewPage = apps.get_model("documents", "PreviewPage")
    for page in PreviewPage.objects.iterator(chunk_size=100):
        said = {"text": page.text, "lines": page.lines, "rows": page.rows}
        if any(said.values()):
            page.words.save("words.json", ContentFile(json.dumps(said).encode()), save=False)
            page.save(update_fields=["words"])


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_scans")]

    operations = [
        migrations.AddField(
            model_name="previewpage",
            name="words",
            field=models.FileField(
                blank=True,
                db_index=True,
                storage=documents.storage.document_storage,
                upload_to=documents.storage.meaningless_key,
                verbose_name="words",
            ),
        ),
        migrations.RunPython(move_words, migrations.RunPython.noop),
        migrations.RemoveField(model_name="previewpage", name="lines"),
        migrations.RemoveField(model_name="previewpage", name="rows"),
        migrations.RemoveField(model_name="previewpage", name="text"),
        migrations.AlterField(
            model_name="preview",
            name="failure",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_office", "The program that opens Office files is not installed on this portal."),
                    ("protected", "The file is protected by a password."),
                    ("unreadable", "The file cannot be opened: it is damaged, protected, or too complex."),
                    ("too_large", "What the file unfolds to is too large to be shown."),
                    ("too_slow", "The file takes too long to be converted."),
                    ("lost", "The content of the file is missing from the storage."),
                    (
                        "sealed",
                        "The file is encrypted, and the portal could not open it. Tell its administrator.",
                    ),
                ],
                max_length=10,
                verbose_name="failure",
            ),
        ),
    ]
