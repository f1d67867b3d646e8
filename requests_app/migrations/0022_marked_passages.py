from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0021_load_reports")]

    operations = [
        migrations.AddField(
            model_name="specificationversion",
            name="passages",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
