"""A file's whole life, with its accidents, so that every message is written once with believable words."""

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from notifications.dispatch import announce, warn_of_erasure
from notifications.models import OutgoingMessage
from privacy.verdicts import Verdict
from requests_app.models import CheckKind
from requests_app.services import (
    decision,
    delivery,
    development,
    handovers,
    invitations,
    load_reports,
    reminders,
    requests,
    ruling,
    signatures,
    specification,
    split,
)
from tests.factories import requests as files
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.documents import StoredFileFactory
from tests.factories.notifications import open_mailboxes
from workflow import engine

PEOPLE = {
    "client_admin": ("Claire", "Vidal", "Directrice générale des services"),
    "client_auditor": ("Hugo", "Lambert", "Chargé de conformité"),
    "client_dpo": ("Inès", "Roche", "Déléguée à la protection des données"),
    "requester": ("Léa", "Petit", "Agente d’accueil"),
    "support": ("Nadia", "Benali", "Support"),
    "dpo": ("Thomas", "Garnier", "DPO"),
    "deputy_dpo": ("Alice", "Morel", "DPO suppléante"),
    "lead": ("Marc", "Dubois", "Responsable du développement"),
    "developer": ("Jules", "Faure", "Développeur"),
    "tester": ("Sofia", "Nguyen", "Contrôleuse"),
    "portal_admin": ("Paul", "Girard", "Administrateur"),
}
TEXT = {
    "title": "Exporter le registre des traitements dans un tableur",
    "deadline": date(2027, 3, 31),
    "description": (
        "Une fois par an, chaque service relit ses traitements. Aujourd’hui nous recopions le registre à la main.\n\n"
        "Nous souhaitons un export par service, avec l’intitulé, la finalité, les durées & les destinataires."
    ),
}
SOLUTION = (
    "Un bouton « Exporter » sur la page de chaque service.\nLe fichier contient une ligne par traitement."
)
CONDITIONS = [
    {"text": "L’export est journalisé."},
    {"text": "Seuls les responsables de service y ont accès."},
]
REASON = "Il manque la liste des colonnes attendues."


def cast_of(language):
    """The people of the scenes, all reading `language`, and the two mailboxes."""
    cast = files.Cast(OrganisationFactory(code="VALM", name="Ville de Valmont"))
    for name, (first, last, position) in PEOPLE.items():
        organisation = {"organisation": cast.organisation} if name.startswith(("client", "requester")) else {}
        setattr(
            cast,
            name,
            UserFactory(
                **{name: True},
                first_name=first,
                last_name=last,
                position=position,
                email=f"{name.replace('_', '.')}@exemple.test",
                language=language,
                **organisation,
            ),
        )
    open_mailboxes(language)
    return cast


def play(cast):
    """Play every scene; the outbox then holds every kind of message."""
    for scene in (
        straight_through,
        returned_and_declined,
        returned_by_the_dpo,
        ruled_unfavourably_and_cancelled,
        infringing,
        reopened,
        reopened_and_infringing,
        abandoned,
        never_sent,
        ruling_falls,
        silent,
        owed_by_the_client,
        late_subtask,
        nobody_can_rule,
        invited,
        unused,
        nobody_left,
        load_told,
    ):
        scene(cast)


def load_told(cast):
    load_reports.tell_load()


def one_of_each_kind():
    """The first message of each kind, by kind."""
    messages = {}
    for message in OutgoingMessage.objects.order_by("-pk"):
        messages[message.kind] = message
    return messages


def straight_through(cast):
    file = opened(cast)
    for name in ("Courrier de la direction.pdf", "Colonnes attendues.xlsx"):
        file.attachments.create(
            section="request",
            file=StoredFileFactory(name=name, uploaded_by=cast.client_admin),
            added_by=cast.client_admin,
        )
    requests.send_to_support(file, actor=cast.client_admin)
    send_version(file, cast)
    rule(file, cast)
    validate(file, cast)
    specification.change_planned_date(
        fresh(file),
        actor=cast.support,
        planned_date=date(2027, 4, 9),
        reason="Un correctif de sécurité passe avant.",
    )
    pieces = split.add_list(
        fresh(file), actor=cast.lead, text="Lire le registre (6 h)\nPrévenir", developers=[cast.developer]
    )
    for piece in file.subtasks.filter(title__in=pieces.data["titles"]):
        development.cancel_subtask(piece, actor=cast.lead, reason="Compris dans l’export.")
    subtask = files.split(fresh(file), cast, "Écrire l’export", criteria=file.specification.criteria.all())
    files.end(subtask, cast)
    development.make_check(
        subtask,
        actor=cast.tester,
        kind=CheckKind.UNIT,
        is_passed=False,
        comment="Le fichier est vide sans traitement.",
    )
    subtask.refresh_from_db()
    files.end(subtask, cast)
    files.pass_checks(subtask, cast)
    handovers.hand_over(
        fresh(file), actor=cast.lead, position=1, words="Chaque lecture laisse une ligne, gardée un an."
    )
    files.assess(fresh(file), cast, comment="Vérifié.")
    for key, owner in (("notice", "client"), ("retention", "vendor")):
        wanted = "Ajouter la durée de conservation.", owner, timezone.localdate()
        files.assess(fresh(file), cast, "minor", [key], action=wanted)
    delivery.deliver_to_qualification(
        fresh(file), actor=cast.lead, release="4.2.0-rc1", notes="À essayer sur VALM-Q."
    )
    deliver(file, cast)
    delivery.refuse(
        fresh(file),
        actor=cast.client_admin,
        answers=files.answers(file, accepted=False, words="La colonne « destinataires » est vide."),
        reason="Une colonne est vide.",
    )
    subtask.refresh_from_db()
    files.end(subtask, cast)
    files.pass_checks(subtask, cast)
    deliver(file, cast)
    delivery.accept(
        fresh(file), actor=cast.client_admin, answers=files.answers(file), comment="Merci à tous."
    )
    reminders.remind_due_actions()


def owed_by_the_client(cast):
    file = sent(cast)
    send_version(file, cast)
    owed = {
        "text": "L’analyse d’impact est faite, et le risque qui reste n’est pas élevé.",
        "owner": "client",
        "blocks": "delivery",
    }
    files.give_ruling(fresh(file), cast, Verdict.CONDITIONAL, conditions=[owed])
    validate(fresh(file), cast)
    # The week before, without a holiday.
    type(file).objects.filter(pk=file.pk).update(step_since=timezone.now() - timedelta(days=7))
    reminders.remind_owing_clients()


def late_subtask(cast):
    file = files.validated(cast)
    subtask = files.split(file, cast)
    late = timezone.localdate() - timedelta(days=3)
    file.subtasks.filter(pk=subtask.pk).update(forecast_end=late)
    reminders.remind_forecast_ends()


def returned_and_declined(cast):
    file = sent(cast)
    requests.return_to_client(file, actor=cast.support, reason=REASON)
    requests.send_to_support(fresh(file), actor=cast.client_auditor)
    requests.decline(
        fresh(file), actor=cast.support, category="out_of_scope", reason="Un autre logiciel le fait déjà."
    )


def returned_by_the_dpo(cast):
    file = sent(cast)
    send_version(file, cast)
    # Three weeks before, so that the due date has passed whatever its holidays.
    type(file).objects.filter(pk=file.pk).update(step_since=timezone.now() - timedelta(days=21))
    reminders.remind_of_ruling(file)
    ruling.return_to_support(
        fresh(file), actor=cast.dpo, reason="La durée de conservation de l’export manque."
    )
    send_version(file, cast)
    requests.cancel(
        fresh(file), actor=cast.client_admin, category="other_solution", reason="Nous gardons le papier."
    )


def ruled_unfavourably_and_cancelled(cast):
    file = sent(cast)
    send_version(file, cast)
    rule(file, cast, Verdict.UNFAVOURABLE)
    decision.request_change(fresh(file), actor=cast.client_auditor, reason="Le prix dépasse notre budget.")
    send_version(file, cast, quote=[])
    requests.cancel(
        fresh(file), actor=cast.client_admin, category="too_expensive", reason="Trop cher pour nous."
    )


def infringing(cast):
    file = sent(cast)
    send_version(file, cast)
    rule(file, cast, Verdict.INFRINGING)


def silent(cast):
    file = sent(cast)
    send_version(file, cast)
    rule(file, cast)
    signed_and_withdrawn(file, cast)
    # The week before, without a holiday.
    type(file).objects.filter(pk=file.pk).update(step_since=timezone.now() - timedelta(days=7))
    reminders.remind_of_silence(file)


def signed_and_withdrawn(file, cast):
    organisation = cast.organisation
    organisation.countersign_above, organisation.decider_roles = 1000, ["client_admin", "client_auditor"]
    organisation.save()
    signatures.sign(
        fresh(file),
        actor=cast.client_auditor,
        version=1,
        order_number="BC-2026-118",
        comment="Prévu au budget.",
    )
    signatures.withdraw_signature(fresh(file), actor=cast.client_auditor)
    organisation.countersign_above, organisation.decider_roles = None, ["client_admin"]
    organisation.save()


def reopened(cast):
    file = in_development(cast)
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Le format demandé n’existe plus.")
    requests.return_to_client(fresh(file), actor=cast.support, reason=REASON)
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    send_version(file, cast, solution="Un export au format ouvert.")
    ruling.return_to_support(fresh(file), actor=cast.dpo, reason="Le nouveau format n’est pas décrit.")
    send_version(file, cast, solution="Un export au format ouvert, décrit.")
    rule(file, cast)
    decision.request_change(fresh(file), actor=cast.client_admin, reason="Le prix dépasse notre budget.")
    send_version(file, cast, solution="Un export au format ouvert, décrit.", quote=[])
    validate(file, cast)
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Le format demandé n’existe plus.")
    requests.decline(fresh(file), actor=cast.support, category="other", reason="Le format n’existe plus.")


def reopened_and_infringing(cast):
    file = in_development(cast)
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Le format demandé n’existe plus.")
    send_version(file, cast, solution="Un export de toutes les données de santé.")
    rule(file, cast, Verdict.INFRINGING)
    requests.cancel(fresh(file), actor=cast.client_admin, category="privacy", reason="Nous suivons le DPO.")


def abandoned(cast):
    file = in_development(cast)
    decision.propose_to_abandon(fresh(file), actor=cast.lead, reason="Le besoin a disparu avec la réforme.")
    decision.agree_to_abandon(fresh(file), actor=cast.client_admin)
    decision.abandon(fresh(file), actor=cast.lead, reason="Le besoin a disparu avec la réforme.")


def never_sent(cast):
    requests.cancel(opened(cast), actor=cast.client_admin, category="other", reason="Ouverte par erreur.")


def ruling_falls(cast):
    """No move of ours makes a ruling fall but a new content; the table foresees that one might."""
    file = in_development(cast)
    fell = {"fell": ["ruling", "decision"]}
    for name, actor in (
        ("reopen_specification", cast.lead),
        ("return_to_client", cast.support),
    ):
        announce(engine.run(fresh(file), name, actor=actor, reason=REASON, data=fell))
    file = sent(cast)
    send_version(file, cast)
    rule(file, cast)
    announce(engine.run(fresh(file), "request_change", actor=cast.client_admin, reason=REASON, data=fell))


def nobody_can_rule(cast):
    User.objects.filter(pk__in=[cast.dpo.pk, cast.deputy_dpo.pk]).update(is_active=False)
    file = sent(cast)
    send_version(file, cast)
    User.objects.filter(pk__in=[cast.dpo.pk, cast.deputy_dpo.pk]).update(is_active=True)


def invited(cast):
    invitations.invite(
        actor=cast.support,
        organisation=cast.organisation,
        person=cast.client_admin,
        ticket_reference="884213",
        subject=TEXT["title"],
    )


def unused(cast):
    warn_of_erasure(cast.client_dpo, last_used=date(2024, 12, 20), erased_on=date(2026, 12, 20))


def nobody_left(cast):
    file = sent(cast)
    User.objects.filter(organisation=cast.organisation).update(is_active=False)
    send_version(file, cast)


def opened(cast):
    return files.opened(cast, requester=cast.client_auditor, **TEXT)


def sent(cast):
    file = opened(cast)
    requests.send_to_support(file, actor=cast.client_admin)
    return fresh(file)


def send_version(file, cast, **extra):
    files.specify(fresh(file), cast, **{"solution": SOLUTION, "planned_date": date(2027, 3, 12), **extra})


def rule(file, cast, verdict=Verdict.CONDITIONAL):
    files.give_ruling(
        fresh(file),
        cast,
        verdict,
        conditions=CONDITIONS if verdict.takes_conditions else [],
        conclusions="L’export ne contient que des données déjà visibles.\nLa journalisation suffit à suivre son usage.",
    )


def validate(file, cast):
    file = fresh(file)
    decision.validate(
        file,
        actor=cast.client_admin,
        version=file.versions.last().number,
        comment="Bon pour accord.",
        order_number="BC-2026-118",
    )


def in_development(cast):
    file = sent(cast)
    send_version(file, cast)
    rule(file, cast)
    validate(file, cast)
    files.split(fresh(file), cast, "Écrire l’export")
    return fresh(file)


def deliver(file, cast):
    delivery.deliver(
        fresh(file), actor=cast.lead, release="4.2.0", notes="L’export est dans le menu « Registre »."
    )


def fresh(file):
    return files.fresh(file)
