"""Writing rows by the thousand."""

import io
import json

from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

BATCH = 1000
# How PostgreSQL's COPY takes what would end a value or a line.
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NOTHING = "\\N"


def write(model, rows):
    """Insert `rows` of `model`, their keys given or left to the database; by COPY where there is one.

    COPY takes a third of the time of INSERT, most of which Django spends on each value.
    """
    if connection.vendor == "postgresql":
        _copy(model, rows)
    else:
        model._base_manager.bulk_create(rows, batch_size=BATCH)


def reset_sequences(tables):
    """Tell the database which keys were given by hand in the models of `tables`."""
    given = [model for model in tables if isinstance(model._meta.pk, models.AutoField)]
    statements = connection.ops.sequence_reset_sql(no_style(), given)
    if statements:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def _copy(model, rows):
    has_keys = rows[0].pk is not None
    fields = [field for field in model._meta.concrete_fields if has_keys or not field.primary_key]
    readers = [_reader(field) for field in fields]
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join([read(row) for read in readers]))
        lines.write("\n")
    lines.seek(0)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN", lines)


def _reader(field):
    """A function that gives a row's value of `field` as COPY takes it."""
    name = field.attname

    def read(row):
        value = getattr(row, name)
        if value is None:
            return NOTHING
        return value.translate(ESCAPED) if isinstance(value, str) else str(value)

    def read_json(row):
        text = json.dumps(getattr(row, name), cls=DjangoJSONEncoder, ensure_ascii=False)
        return text.translate(ESCAPED)

    def read_computed(row):
        return field.pre_save(row, True).translate(ESCAPED)

    if isinstance(field, models.JSONField):
        return read_json
    # A text that is made of other columns at each save, such as the one that searches look through.
    return read_computed if isinstance(field, models.TextField) and not field.editable else read
