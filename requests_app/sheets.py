"""Tables as CSV, for spreadsheets: as they open them in the reader's language, and without a formula in them."""

import csv
from decimal import Decimal
from io import StringIO

from django.http import HttpResponse
from django.utils.formats import get_format

# What makes a spreadsheet compute what it should show.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def csv_text(rows):
    """A table as text, with a mark of UTF-8: `rows` of texts and decimals, that of the heads first."""
    comma = get_format("DECIMAL_SEPARATOR")
    # Where the comma is in numbers, spreadsheets want a semicolon between cells.
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if comma == "," else ",")
    writer.writerows([_cell(value, comma) for value in row] for row in rows)
    return "\ufeff" + text.getvalue()


def csv_response(name, head, rows):
    """A download `name`.csv of a table: the `head`'s texts, then `rows` of texts and decimals."""
    response = HttpResponse(csv_text([head, *rows]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _cell(value, comma):
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", comma)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
