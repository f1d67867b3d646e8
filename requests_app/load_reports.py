"""The load every fortnight: a message to each lead, and the same as a PDF that the worker makes."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Side
from documents import issuing
from documents.pdf import pdf_of
from notifications.rendering import reading
from planning.periods import fortnight_of
from requests_app import making
from requests_app.loads import Team
from requests_app.models import LoadReport
from requests_app.papers import Paper
from requests_app.services.proofs import let_go

# Longer than the page of the load shows them.
KEPT_FOR = timedelta(days=200)


def make(pk):
    """Make the report `pk`, as `making.make_one`."""
    return making.make_one(LoadReport, pk, issue)


def issue(report):
    """Lay out a report and issue it. Returns its `Issued`, or None."""
    with reading(report.language, report.reader.time_zone):
        return making.issue(report, *written(report), actor=report.reader)


def let_go_of_old():
    """Remove the reports that were kept long enough: they name people. Their codes stay answered for."""
    let_go(LoadReport.objects.filter(issued__issued_at__lt=timezone.now() - KEPT_FOR))


def written(report):
    """The report as (code, name of the file, content, media type), in the language being read."""
    code, paper = issuing.new_code(), paper_of(report)
    content = ContentFile(pdf_of(making.page_of(paper, None, code)))
    return code, f"{paper.name}.pdf", content, making.PDF


def paper_of(report):
    """The `Paper` of a report: the load as it is when it is made."""
    team = Team()
    periods = team.coming()
    facts = {"periods": periods, "table": team.table(periods), "unassigned": team.unassigned}
    name = fortnight_of(report.first_day).name
    return Paper(
        _("Load of the developers"),
        f"{name} {report.first_day.year}",
        Side.VENDOR,
        "documents/load.html",
        facts,
    )
