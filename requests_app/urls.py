"""The addresses of the files' pages, French since people read them."""

from datetime import date

from django.urls import include, path, register_converter

from requests_app.views import (
    albums,
    calendar,
    clock,
    conversation,
    creation,
    decision,
    delivery,
    development,
    documents,
    dpo_desk,
    files,
    forecast,
    history,
    hours,
    in_charge,
    invitations,
    leave,
    lists,
    load,
    messages,
    moves,
    proofs,
    reading,
    register,
    releases,
    request,
    ruling,
    rulings,
    specification,
    uploads,
)

app_name = "requests"


class NumberConverter:
    """A number such as VALM-2026-0042: whatever is not one never reaches the database."""

    regex = r"[A-Z]{2,8}-[0-9]{4}-[0-9]{4,9}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class DayConverter:
    """A day such as 2027-03-16; 404 for one that no calendar has."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value):
        return date.fromisoformat(value)

    def to_url(self, value):
        return value.isoformat()


register_converter(NumberConverter, "number")
register_converter(DayConverter, "day")

tabs = [
    path("", files.detail, name="detail"),
    path("demande/", request.request_tab, name="request"),
    path("documents/", documents.request_documents_tab, name="request_documents"),
    path("documents/<uuid:key>/", reading.document, name="document"),
    path("documents/<uuid:key>/pages/<int:page>/", reading.document_page, name="document_page"),
    path("documents/<uuid:key>/vignettes/<int:page>/", reading.document_thumbnail, name="document_thumbnail"),
    path("documents/<uuid:key>/contenu/", reading.document_content, name="document_content"),
    path("documents/<uuid:key>/telecharger/", reading.document_download, name="document_download"),
    path("documents/<uuid:key>/retirer/", documents.document_withdraw, name="document_withdraw"),
    path("photos/<slug:section>/", albums.album, name="album"),
    path("photos/<slug:section>/<uuid:key>/", albums.album_picture, name="album_picture"),
    path("envois/<slug:section>/<slug:purpose>/", uploads.upload_begin, name="upload_begin"),
    path("envois/<slug:section>/<slug:purpose>/<uuid:key>/", uploads.upload, name="upload"),
    path("envois/<slug:section>/<slug:purpose>/<uuid:key>/fin/", uploads.upload_finish, name="upload_finish"),
    path("cahier-des-charges/", specification.specification_tab, name="specification"),
    path("cahier-des-charges/renvoyer/", moves.make, {"name": "return_to_client"}, name="return_to_client"),
    path("cahier-des-charges/decliner/", moves.make, {"name": "decline"}, name="decline"),
    path(
        "cahier-des-charges/date-prevue/",
        moves.make,
        {"name": "change_planned_date"},
        name="change_planned_date",
    ),
    path("cahier-des-charges/charge/", load.date_load, name="date_load"),
    path("documents-cdc/", documents.specification_documents_tab, name="specification_documents"),
    path("avis-dpo/", ruling.ruling_tab, name="ruling"),
    path("avis-dpo/renvoyer/", moves.make, {"name": "return_to_support"}, name="return_to_support"),
    path("decision/", decision.decision_tab, name="decision"),
    path("decision/retirer/", decision.withdraw_signature, name="withdraw_signature"),
    path("annuler/", moves.make, {"name": "cancel"}, name="cancel"),
    path("developpement/", development.development_tab, name="development"),
    path("developpement/liste/", development.split_list, name="split_list"),
    path("developpement/fiche-rgpd/", development.gdpr_sheet, name="gdpr_sheet"),
    path("developpement/<int:rank>/", development.subtask, name="subtask"),
    path("livraison/", delivery.delivery_tab, name="delivery"),
    path("dossier/<slug:form>/", proofs.dossier, name="dossier"),
    path("preuves/<int:rank>/<slug:kind>/<slug:language>/", proofs.proof, name="proof"),
    path("historique/", history.history_tab, name="history"),
    path("historique/messages/<int:pk>/", history.resolve_message, name="resolve_message"),
    path("en-charge/", in_charge.put_in_charge, name="in_charge"),
    path("conversation/", conversation.conversation_tab, name="conversation"),
]

urlpatterns = [
    path("", lists.home, name="home"),
    path("demandes/", lists.request_list, name="list"),
    path("demandes/nouvelle/", creation.create, name="create"),
    path("avis/", dpo_desk.desk, name="dpo_desk"),
    path("avis/rendus/", dpo_desk.rulings_given, name="rulings_given"),
    path("demandes/avis-groupes/", rulings.rule_together, name="rule_together"),
    path("demandes/invitations/", invitations.invite, name="invite"),
    path("demandes/messages/", messages.stuck_messages, name="stuck_messages"),
    path("demandes/messages/<int:pk>/", messages.settle_message, name="settle_message"),
    path("demandes/<number:number>/", include(tabs)),
    path("registre/", register.register, name="register"),
    path("registre/exports/<slug:file_format>/", register.register_export, name="register_export"),
    path("registre/<uuid:key>/", register.register_entry, name="register_entry"),
    path("calendrier/", calendar.calendar, name="calendar"),
    path("calendrier/abonnement/", calendar.subscription, name="calendar_subscription"),
    path("calendrier/abonnement/<str:key>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("charge/", load.load, name="load"),
    path("charge/rapports/<day:day>/", load.load_report, name="load_report"),
    path("temps/", hours.hours, name="hours"),
    path("temps/equipe/", hours.team_hours, name="team_hours"),
    path("temps/totaux/", hours.time_totals, name="time_totals"),
    path("temps/totaux/export/", hours.time_totals_export, name="time_totals_export"),
    path("previsions/", forecast.forecasts, name="forecasts"),
    path("conges/", leave.leave, name="leave"),
    path("horloge/", clock.clock, name="clock"),
    path("livraisons/", releases.coming, name="deliveries"),
    path("livraisons/nouvelle/", releases.release, name="release_create"),
    path("livraisons/<int:pk>/", releases.release, name="release"),
    path("developpement/", development.board, name="board"),
    path("developpement/nombres/", development.counts, name="board_counts"),
    path("developpement/modeles/", development.template_list, name="templates"),
    path("developpement/modeles/nouveau/", development.template, name="template_create"),
    path("developpement/modeles/<int:pk>/", development.template, name="template"),
]
