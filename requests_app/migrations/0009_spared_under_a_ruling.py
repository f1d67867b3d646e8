"""A subtask is spared the GDPR check under a ruling, and no longer for ever."""

import django.db.models.deletion
from django.db import migrations, models


def keep_marks(apps, schema_editor):
    """The marks made until now were made under the ruling in force."""
    Subtask = apps.get_model("requests_app", "Subtask")
    Ruling = apps.get_model("requests_app", "Ruling")
    in_force = Ruling.objects.filter(
        change_request=models.OuterRef("change_request"), ruled_at__isnull=False, fell_at=None
    )
    Subtask.objects.filter(touches_personal_data=False).update(
        spared_under=models.Subquery(in_force.values("pk")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0008_dossiers")]

    operations = [
        migrations.AddField(
            model_name="subtask",
            name="spared_under",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.ruling",
            ),
        ),
        migrations.RunPython(keep_marks, migrations.RunPython.noop),
        migrations.RemoveField(model_name="subtask", name="touches_personal_data"),
    ]
