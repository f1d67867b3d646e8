"""What the general development calendar shows between two dates, as far as a person may see it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from planning.models import Leave
from planning.workdays import dates, day_of, holidays_of, start_of
from requests_app.models import Delivery, Environment, ReleaseItem, Specification, Subtask
from ui.formats import day_text
from workflow.steps import Step


class Kind(models.TextChoices):
    """What a date of the calendar is."""

    DEADLINE = "deadline", gettext_lazy("Wished deadline")
    PLANNED = "planned", gettext_lazy("Planned date")
    TENTATIVE = "tentative", gettext_lazy("Tentative date")
    STARTS = "starts", gettext_lazy("Subtask starts")
    STARTED = "started", gettext_lazy("Subtask started")
    ENDS = "ends", gettext_lazy("Subtask ends")
    ENDED = "ended", gettext_lazy("Subtask ended")
    COMING = "coming", gettext_lazy("Coming delivery")
    DELIVERY = "delivery", pgettext_lazy("calendar", "Delivery")
    LEAVE = "leave", pgettext_lazy("calendar", "Away")
    HOLIDAY = "holiday", gettext_lazy("Public holiday")

    @property
    def icon(self):
        """The icon that goes with the words."""
        return ICONS[self]

    @property
    def side(self):
        """Whose date it is: client, vendor or neutral."""
        return SIDES.get(self, "vendor")


ICONS = {
    Kind.DEADLINE: "flag",
    Kind.PLANNED: "calendar-check",
    Kind.TENTATIVE: "calendar-clock",
    Kind.STARTS: "play",
    Kind.STARTED: "circle-play",
    Kind.ENDS: "square",
    Kind.ENDED: "square-check",
    Kind.COMING: "package-open",
    Kind.DELIVERY: "package",
    Kind.LEAVE: "tree-palm",
    Kind.HOLIDAY: "sun",
}
ORDER = {kind: rank for rank, kind in enumerate(Kind)}
SIDES = {Kind.DEADLINE: "client", Kind.HOLIDAY: "neutral"}
VENDORS_OWN = (Kind.TENTATIVE, Kind.LEAVE)
# Dates of a file that came to nothing are nobody's plan.
NOTHING = (Step.DECLINED, Step.CANCELLED)


@dataclass(frozen=True)
class Item:
    """One date: what it is, of which file (its number and organisation, empty for none), in words.

    `last`: the last day of what goes on for several, else None. `mark` names it among all.
    """

    day: date
    kind: Kind
    text: str
    number: str = ""
    organisation: str = ""
    url: str = ""
    mark: str = ""
    last: date | None = None


def items(files, first, last, *, user, kinds=tuple(Kind), is_own=False):
    """The `Item`s of `files` (a queryset that `user` may see) from `first` to `last`, by day. Six queries at most.

    `is_own`: of people's leave that of `user` alone.
    """
    files = files.exclude(step__in=NOTHING)
    found = [*_of_files(files, first, last), *_of_subtasks(files, first, last)]
    if Kind.DELIVERY in kinds:
        found += _of_deliveries(files, first, last)
    if Kind.COMING in kinds:
        found += _of_releases(files, first, last)
    if user.is_vendor_side:
        found += _tentative(files, first, last)
        found += _leave(Leave.objects.filter(person=user) if is_own else Leave.objects.all(), first, last)
    found += _holidays(first, last)
    return sorted(
        (item for item in found if item.kind in kinds and first <= item.day <= last),
        key=lambda item: (item.day, *_rank(item)),
    )


def by_day(items, last):
    """`items` as lists by the day on which they stand, up to `last`: what goes on for several stands on each."""
    found = defaultdict(list)
    for item in items:
        for day in dates(item.day, min(item.last or item.day, last)):
            found[day].append(item)
    return {day: sorted(found[day], key=_rank) for day in sorted(found)}


def _rank(item):
    return ORDER[item.kind], item.number, item.text


def _of_files(files, first, last):
    within = Q(deadline__range=(first, last)) | Q(planned_date__range=(first, last))
    rows = files.filter(within).select_related("organisation").order_by()
    for file in rows.only("number", "title", "deadline", "planned_date", "organisation__name"):
        for kind, day in ((Kind.DEADLINE, file.deadline), (Kind.PLANNED, file.planned_date)):
            if day:
                yield _item(kind, day, file, file.title or _("Request without a title yet"))


def _of_subtasks(files, first, last):
    """What happened takes the place of its forecast, which is nobody's plan any more."""
    span = (first, last)
    within = Q(start_date__range=span) | Q(end_date__range=span)
    within |= Q(start_date=None, forecast_start__range=span) | Q(end_date=None, forecast_end__range=span)
    live = Subtask.objects.filter(within, cancelled_at=None, change_request__in=files.order_by().values("pk"))
    rows = live.exclude(parent__cancelled_at__isnull=False).order_by()
    rows = rows.select_related("change_request__organisation").only(
        "title",
        "position",
        "forecast_start",
        "forecast_end",
        "start_date",
        "end_date",
        "change_request__number",
        "change_request__organisation__name",
    )
    for subtask in rows:
        for kind, day in (
            (Kind.STARTED, subtask.start_date)
            if subtask.start_date
            else (Kind.STARTS, subtask.forecast_start),
            (Kind.ENDED, subtask.end_date) if subtask.end_date else (Kind.ENDS, subtask.forecast_end),
        ):
            if day:
                yield _item(kind, day, subtask.change_request, subtask.title, subtask.position)


def _of_deliveries(files, first, last):
    made = Delivery.objects.filter(
        delivered_at__gte=start_of(first),
        delivered_at__lt=start_of(last + timedelta(days=1)),
        change_request__in=files.order_by().values("pk"),
    )
    for delivery in made.select_related("change_request__organisation").order_by():
        text = _words(delivery.environment, delivery.release)
        day = day_of(delivery.delivered_at)
        yield _item(Kind.DELIVERY, day, delivery.change_request, text, _opaque(delivery))


def _of_releases(files, first, last):
    """Deliveries to come, by request: a reader meets those of `files` alone."""
    items = ReleaseItem.objects.coming().filter(
        release__planned_on__range=(first, last),
        change_request__in=files.order_by().values("pk"),
    )
    for item in items.select_related("release", "change_request__organisation").order_by():
        text = _words(item.release.environment, item.release.name)
        yield _item(Kind.COMING, item.release.planned_on, item.change_request, text, _opaque(item))


def _words(environment, version):
    return " ".join(filter(None, (str(Environment(environment).label), version)))


def _opaque(row):
    """Names a row to a client, who would learn from its key how much is delivered to others."""
    return salted_hmac("requests_app.agenda", str(row.pk)).hexdigest()[:16]


def _tentative(files, first, last):
    waiting = files.filter(step=Step.SPECIFICATION).order_by().values("pk")
    rows = Specification.objects.filter(tentative_date__range=(first, last), change_request__in=waiting)
    for specification in rows.select_related("change_request__organisation").order_by():
        file = specification.change_request
        yield _item(Kind.TENTATIVE, specification.tentative_date, file, file.title)


def _leave(rows, first, last):
    rows = rows.within(first, last).exclude(person__is_active=False).select_related("person")
    for leave in rows:
        text = _("%(name)s, until %(day)s") % {"name": leave.person, "day": day_text(leave.last_day)}
        yield Item(
            max(leave.first_day, first),
            Kind.LEAVE,
            text,
            mark=f"{Kind.LEAVE}-{leave.pk}",
            last=leave.last_day,
        )


def _holidays(first, last):
    for year in range(first.year, last.year + 1):
        for day, name in holidays_of(year).items():
            yield Item(day, Kind.HOLIDAY, name, mark=f"{Kind.HOLIDAY}-{day}")


def _item(kind, day, file, text, rank=""):
    return Item(
        day=day,
        kind=kind,
        text=str(text),
        number=file.number,
        organisation=file.organisation.name,
        url=file.get_absolute_url(),
        mark="-".join(filter(None, (kind, file.number, str(rank)))),
    )
