"""What similar requests of the past took, for whoever estimates a new one."""

from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.db.models import Sum

from planning.forecast import FEWEST, percentile
from planning.workdays import start_of, today
from requests_app.forecasts import PAST
from requests_app.models import TimeEntry
from requests_app.models.hours import hours_of
from workflow.steps import Step

QUARTILES = (25, 75)


@dataclass(frozen=True)
class Similar:
    """Hours that closed requests of one nature took: the median, what half of them lie between, of how many.

    `is_same_client`: they are all of the client of the request asked about.
    """

    median: Decimal
    low: Decimal
    high: Decimal
    number: int
    is_same_client: bool


def similar_to(file, files):
    """The `Similar` of `file` among those of `files` (a queryset) closed in the last two years; None under five. One query.

    Those of the same client where there are enough of them, or else of all.
    """
    closed = files.filter(step=Step.CLOSED, ended_at__gte=start_of(today() - PAST), nature=file.nature)
    entries = TimeEntry.objects.filter(subtask__change_request__in=closed.order_by().values("pk")).order_by()
    of_file = ("subtask__change_request", "subtask__change_request__organisation")
    rows = list(entries.values_list(*of_file).annotate(Sum("quarters")))
    own = [row for row in rows if row[1] == file.organisation_id]
    is_same_client = len(own) >= FEWEST
    hours = [hours_of(quarters) for _file, _client, quarters in (own if is_same_client else rows)]
    if len(hours) < FEWEST:
        return None
    low, high = (percentile(hours, level) for level in QUARTILES)
    return Similar(median(hours), low, high, len(hours), is_same_client)
