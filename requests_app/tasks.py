"""What the worker does for this room. Celery may lose any of it: each is found again."""

from celery import shared_task
from django.conf import settings

from requests_app import albums, dossiers, exports, load_reports, making
from requests_app.models import Album, Dossier, LoadReport, Proof, RegisterExport
from requests_app.services import albums as album_services
from requests_app.services import load_reports as services
from requests_app.services import reminders, ruling


@shared_task(ignore_result=True)
def remind_silent_clients():
    """Remind the clients for whom files wait. Safe to run twice."""
    reminders.remind_silent_clients()


@shared_task(ignore_result=True)
def remind_owing_clients():
    """Remind the clients of the conditions of the DPO that are theirs. Safe to run twice."""
    reminders.remind_owing_clients()


@shared_task(ignore_result=True)
def remind_due_actions():
    """Remind the owners of the dated actions whose day comes, has come or has passed. Safe to run twice."""
    reminders.remind_due_actions()


@shared_task(ignore_result=True)
def remind_forecast_ends():
    """Remind the developers of the subtasks whose forecast end has passed. Safe to run twice."""
    reminders.remind_forecast_ends()


@shared_task(ignore_result=True)
def remind_dpos():
    """Remind those who can rule of the files whose ruling is due. Safe to run twice."""
    reminders.remind_dpos()


@shared_task
def make_proof(pk):
    """Make the proof `pk` if it is due, and others that wait. Safe to run twice."""
    making.make_some(pk)


@shared_task
def sweep_proofs():
    """Every `settings.SWEEP_SECONDS`: have made what a broker or a worker lost, and what is to be tried again."""
    for pk in making.due(Proof):
        make_proof.apply_async((pk,), expires=settings.SWEEP_SECONDS)
    for pk in making.due(Dossier):
        make_dossier.apply_async((pk,), expires=settings.SWEEP_SECONDS)
    for pk in making.due(RegisterExport):
        make_register_export.apply_async((pk,), expires=settings.SWEEP_SECONDS)
    for pk in making.due(LoadReport):
        make_load_report.apply_async((pk,), expires=settings.SWEEP_SECONDS)
    for pk in making.due(Album):
        make_album.apply_async((pk,), expires=settings.SWEEP_SECONDS)
    album_services.let_go_of_old()
    dossiers.let_go_of_old()
    load_reports.let_go_of_old()
    exports.let_go_of_old()


@shared_task
def make_dossier(pk):
    """Make the whole file `pk` if it is due. Safe to run twice."""
    dossiers.make(pk)


@shared_task
def make_album(pk):
    """Make the document of the pictures `pk` if it is due. Safe to run twice."""
    albums.make(pk)


@shared_task
def make_register_export(pk):
    """Make the exported register `pk` if it is due. Safe to run twice."""
    exports.make(pk)


@shared_task
def make_load_report(pk):
    """Make the report of the load `pk` if it is due. Safe to run twice."""
    load_reports.make(pk)


@shared_task(ignore_result=True)
def tell_load():
    """Tell the leads the load of the fortnight that has begun. Safe to run twice."""
    services.tell_load()


@shared_task(ignore_result=True)
def tell_where_nobody_can_rule():
    """Tell the portal administrator of the files that nobody can rule on any more. Safe to run twice."""
    ruling.tell_where_nobody_can_rule()
