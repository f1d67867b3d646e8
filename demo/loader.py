"""Plays the demo's scripts through the services, each act dated in the past."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import Organisation
from demo import analyses, people, sample_files
from demo.clock import Past
from demo.scripts import SCRIPTS
from notifications.models import OutgoingMessage
from planning.services import add_leave, set_pace
from privacy import services as register
from privacy.models import VersionState
from privacy.registers import RegisterKind
from privacy.verdicts import PersonalData, Verdict
from requests_app.models import (
    TESTER_CHECKS,
    ChangeRequest,
    CheckKind,
    Environment,
    Release,
    Section,
    Subtask,
    SubtaskTemplate,
)
from requests_app.progress import Progress
from requests_app.services import (
    conversation,
    decision,
    delivery,
    development,
    gdpr_sheet,
    hours,
    invitations,
    release,
    requests,
    ruling,
    split,
)
from requests_app.services import specification as specifications
from requests_app.services.documents import add_documents
from workflow.steps import ENDS, SEVEN, Step

# Messages younger than this leave through the worker, so that the demo's mail has something to show.
RECENT = timedelta(days=3)

TEMPLATE = {
    "name": "Écran, export et droits",
    "nature": "",
    "text": "Écran\n\tSaisie (6 h)\n\tRelecture (3 h)\nExport (4 h)\nDroits d’accès (2 h)\nAide en ligne (1 h)",
}

# Who decides for an author who may not.
DECIDERS = {"VALM": "Morel", "TILL": "Renaud", "ARVR": "Le Goff"}


@transaction.atomic
def load():
    """Load the demo data; returns the number of requests, 0 when somebody is already at home here."""
    if Organisation.objects.exists():
        return 0
    with translation.override("fr"):
        cast = people.create()
        past = Past()
        for script in sorted(SCRIPTS, key=lambda one: -one.age):
            Play(script, cast, past).run()
        prepare_development(cast["Lambert"], tester=cast["Rossi"])
        hand_over_leave(cast["Haddad"], stand_in=cast["Nguyen"])
    settle_old_messages()
    return len(SCRIPTS)


def prepare_development(lead, *, tester):
    """Give the lead a template, a blocked subtask and the next delivery, the tester one to check and one sent back."""
    split.save_template(SubtaskTemplate(), actor=lead, **TEMPLATE)
    files = list(ChangeRequest.objects.filter(step=Step.DEVELOPMENT).order_by("planned_date", "pk"))
    waiting = (
        Subtask.objects.filter(change_request__in=files, end_date=None, rounds=None).order_by("pk").first()
    )
    development.block_subtask(
        waiting, actor=lead, reason="Le serveur d’essai du client ne répond pas ; l’assistance est prévenue."
    )
    under_way = Subtask.objects.filter(change_request__in=files, blocked_at=None, end_date=None)
    to_check, to_redo = under_way.exclude(start_date=None).order_by("pk")[:2]
    for subtask in (to_check, to_redo):
        worker = subtask.assignments.current().get().person
        development.end_subtask(subtask, actor=worker, end_date=timezone.localdate())
    development.make_check(
        to_redo,
        actor=tester,
        kind=CheckKind.FUNCTIONAL,
        is_passed=False,
        comment="Un nom de plus de quarante lettres sort de sa colonne.",
    )
    release.save_release(
        Release(),
        actor=lead,
        fields={
            "name": "4.3.0",
            "environment": Environment.PRODUCTION,
            "planned_on": timezone.localdate() + timedelta(days=16),
            "notes": "Installation de nuit ; aucun poste à mettre à jour.",
        },
        files=files[:3],
        own_notes={files[0].pk: "Après l’installation, videz le cache des navigateurs une fois."},
    )


def hand_over_leave(person, *, stand_in):
    """Have one developer away, and what waits for them on the desk of a colleague."""
    day = timezone.localdate()
    set_pace(person, hours_per_day=settings.HOURS_PER_DAY, stand_in=stand_in)
    add_leave(person, first_day=day, last_day=day + timedelta(days=9))


def settle_old_messages():
    """Say of the older messages that they were sent when they were written."""
    for message in OutgoingMessage.objects.filter(created_at__lt=timezone.now() - RECENT):
        message.state = OutgoingMessage.State.SENT
        message.attempts, message.handed_over_at, message.sent_at = 1, message.created_at, message.created_at
        message.save(update_fields=["state", "attempts", "handed_over_at", "sent_at"])


class Play:
    """One script: a list of acts, spread evenly over its days."""

    def __init__(self, script, cast, past):
        self.script, self.cast, self.past = script, cast, past
        self.author = cast[script.author]
        self.decider = (
            self.author
            if self.author.has_role(*self.author.organisation.deciders)
            else cast[DECIDERS[script.organisation]]
        )
        self.support = cast["Benali" if script.age % 3 else "Girard"]
        self.developers = [cast["Nguyen"], cast["Haddad"]]
        self.number = None

    @property
    def file(self):
        """The file as it stands."""
        return ChangeRequest.objects.get(number=self.number)

    def run(self):
        """Play every act at its moment: in office hours, each after the one before."""
        acts = list(self.acts())
        days = (self.script.age - self.script.rest) / max(len(acts) - 1, 1)
        latest = None
        for rank, act in enumerate(acts):
            moment = office_hours(self.past.began - timedelta(days=self.script.age - rank * days), rank)
            moment = min(moment, self.past.began - timedelta(minutes=len(acts) - rank))
            if latest is not None and moment <= latest:
                moment = latest + timedelta(seconds=20)
            latest = moment
            with self.past.at(moment):
                act()

    def acts(self):
        """The acts of this script, in order."""
        script, reached = self.script, self._reached
        if "invited" in script.twists:
            yield self.invite
        yield self.open
        if script.documents:
            yield self.attach
        if not reached(Step.SPECIFICATION) and "returned" not in script.twists:
            return
        yield self.send
        if script.until == Step.DECLINED:
            yield self.decline
            return
        if script.until == Step.CANCELLED and not script.solution:
            yield self.cancel
            return
        if "by_support" not in script.twists:
            yield self.take
        if "returned" in script.twists:
            yield self.ask
            if not reached(Step.SPECIFICATION):
                yield self.rework
                return
            yield self.send
        if "talk" in script.twists:
            yield from self.talk()
        if not script.solution:
            return
        if "dpo_return" in script.twists:
            yield self.specify
            yield self.ask_support
            return
        if "change_asked" in script.twists:
            yield self.specify
            yield self.rule
            yield self.bargain
            return
        if not reached(Step.RULING):
            return
        yield self.specify
        if not reached(Step.DECISION):
            return
        yield self.rule
        if script.until == Step.CANCELLED:
            yield self.cancel
            return
        if "cheaper" in script.twists:
            yield self.bargain
            yield self.lower
        if not reached(Step.DEVELOPMENT):
            return
        yield self.validate
        yield from self.develop()
        if not reached(Step.ACCEPTANCE):
            return
        yield self.deliver
        if "refused" in script.twists:
            yield self.refuse
            yield self.finish_again
            yield self.check_again
            yield self.deliver
        if script.until == Step.CLOSED:
            yield self.accept
        if "adopted" in script.twists:
            yield self.adopt
        if "archived" in script.twists:
            yield self.archive

    def develop(self):
        """Split, work, check."""
        script = self.script
        if not script.subtasks:
            return
        yield self.split
        if "reopened" in script.twists:
            yield self.reopen
            yield self.specify_again
            yield self.rule
            yield self.validate
        for rank in range(script.started):
            yield lambda rank=rank: self.start(rank)
            if rank < script.ended:
                yield lambda rank=rank: self.end(rank)
                if rank == 0 and "failed_check" in script.twists:
                    yield self.fail
                    yield lambda: self.end(0)
                yield lambda rank=rank: self.check(rank)

    # Step by step

    def invite(self):
        invitations.invite(
            actor=self.support,
            organisation=self.author.organisation,
            person=self.author,
            ticket_reference=self.script.ticket,
            subject=self.script.title,
        )

    def open(self):
        script = self.script
        by_support = "by_support" in script.twists
        invitation = self.author.invitations.open().filter(subject=script.title).first()
        file = requests.open_request(
            actor=self.support if by_support else self.author,
            organisation=self.author.organisation,
            invitation=invitation,
            fields={
                "title": script.title,
                "nature": script.nature,
                "requester": self.cast[script.requester],
                "ticket_reference": script.ticket,
                "deadline": self._deadline(),
                "description": script.description,
                "intake": script.intake,
            },
        )
        self.number = file.number

    def attach(self):
        uploads = [upload(getattr(sample_files, kind)()) for kind in self.script.documents]
        add_documents(self.file, actor=self.author, section=Section.REQUEST, uploads=uploads)

    def send(self):
        file = self.file
        requests.send_to_support(
            file, actor=self.support if file.sent_at is None and file.is_entered_by_vendor else self.author
        )

    def take(self):
        requests.take_in_charge(self.file, actor=self.support, person=self.support)

    def ask(self):
        requests.return_to_client(
            self.file,
            actor=self.support,
            reason="Pour combien de personnes, et à quelle fréquence ? Une capture de l’écran actuel nous aiderait.",
        )

    def rework(self):
        requests.save_request(
            self.file,
            actor=self.author,
            fields={
                "description": self.script.description + "\n\nUne quarantaine de personnes, deux fois par an."
            },
        )

    def decline(self):
        requests.decline(self.file, actor=self.support, category="out_of_scope", reason=self.script.reason)

    def cancel(self):
        requests.cancel(self.file, actor=self.decider, category="no_longer_needed", reason=self.script.reason)

    def talk(self):
        """A question, its answer, and a note of the vendor's side."""
        said = [
            (self.support, "Bonjour, nous avons bien reçu votre demande et revenons vers vous cette semaine.", False),
            (self.author, "Merci. L’échéance tient à notre conseil de fin de trimestre, nous pouvons attendre deux semaines de plus.", False),
            (self.support, "Voir avec Hugo si la brique d’export livrée l’an dernier suffit.", True),
        ]  # fmt: skip
        for actor, text, is_note in said:
            yield lambda actor=actor, text=text, is_note=is_note: conversation.post_message(
                self.file, actor=actor, text=text, is_note=is_note
            )

    def specify(self):
        self._specify(self.script.solution, self._quote())

    def specify_again(self):
        self._specify(
            self.script.solution + "\n\nLe cas des prestataires sans adresse connue est traité.",
            self._quote(),
        )

    def ask_support(self):
        ruling.return_to_support(
            self.file,
            actor=self.cast["Simon"],
            reason="Quelles données de l’outil d’achats sont lues, et lesquelles sont gardées ?",
        )

    def rule(self):
        script = self.script
        none = script.verdict == Verdict.NO_PERSONAL_DATA
        deputy = script.age % 5 == 0
        ruling.rule(
            self.file,
            actor=self.cast["Marchand" if deputy else "Simon"],
            validation_date=timezone.localdate(),
            fields={
                "personal_data": PersonalData.NO if none else PersonalData.YES,
                "analysis": analyses.of(script),
                "verdict": script.verdict,
                "conclusions": script.conclusions,
                "standing_in_for": self.cast["Simon"] if deputy else None,
            },
            conditions=[{"text": text} for text in script.conditions],
        )

    def bargain(self):
        decision.request_change(
            self.file,
            actor=self.author,
            reason="Pouvez-vous ôter un jour de tests ? Nous les ferons chez nous.",
        )

    def lower(self):
        self._specify(self.script.solution, self._quote()[:1])

    def validate(self):
        file = self.file
        decision.validate(
            file,
            actor=self.decider,
            version=file.versions.last().number,
            comment="Bon pour accord.",
            order_number=f"BC-{file.pk:05d}",
        )

    def split(self):
        file = self.file
        criteria = list(file.specification.criteria.all())
        today = timezone.localdate()
        for rank, title in enumerate(self.script.subtasks):
            development.add_subtask(
                self.file,
                actor=self.cast["Lambert"],
                fields={
                    "title": title,
                    "forecast_start": today + timedelta(days=7 * rank),
                    "forecast_end": today + timedelta(days=7 * rank + 10),
                    "estimate": Decimal(6 + 3 * rank),
                },
                developers=[self.developers[rank % 2]],
                testers=[self.cast["Rossi"]],
                criteria=criteria[rank : rank + 1],
            )

    def reopen(self):
        decision.reopen_specification(
            self.file,
            actor=self.cast["Lambert"],
            reason="Un prestataire sans adresse connue ne reçoit pas le lien.",
        )

    def start(self, rank):
        development.start_subtask(
            self._subtask(rank), actor=self.developers[rank % 2], start_date=timezone.localdate()
        )
        self._spend(rank, "3.5")

    def end(self, rank):
        development.end_subtask(
            self._subtask(rank), actor=self.developers[rank % 2], end_date=timezone.localdate()
        )
        self._spend(rank, "2.25")

    def fail(self):
        development.make_check(
            self._subtask(0),
            actor=self.cast["Rossi"],
            kind=CheckKind.FUNCTIONAL,
            is_passed=False,
            comment="Le choix n’est pas retenu après une déconnexion.",
        )

    def check(self, rank):
        for kind in TESTER_CHECKS:
            development.make_check(self._subtask(rank), actor=self.cast["Rossi"], kind=kind, is_passed=True)
        if Verdict(self.script.verdict).calls_for_check:
            development.make_check(
                self._subtask(rank), actor=self.cast["Simon"], kind=CheckKind.GDPR, is_passed=True
            )

    def finish_again(self):
        subtasks = self.file.subtasks.order_by("position")
        self.again = [rank for rank, subtask in enumerate(subtasks) if subtask.end_date is None]
        for rank in self.again:
            self.end(rank)

    def check_again(self):
        for rank in self.again:
            self.check(rank)

    def deliver(self):
        to_assess = [line.key for line in Progress(self.file).sheet if not line.findings]
        if to_assess:
            found = {"conformity": "conforming", "comment": "Vérifié en qualification."}
            gdpr_sheet.assess(
                self.file,
                actor=self.cast["Simon"],
                lines=dict.fromkeys(to_assess, found),
                build=f"4.{self.script.age % 7}.0-rc1",
            )
        delivery.deliver(
            self.file,
            actor=self.cast["Lambert"],
            release=f"4.{self.script.age % 7}.0",
            notes="Livré en production à 7 h, sans interruption.",
        )

    def refuse(self):
        criteria = list(self.file.specification.criteria.all())
        answers = {criterion.pk: (True, "") for criterion in criteria}
        answers[criteria[-1].pk] = (False, "Un consentement retiré apparaît encore comme donné.")
        picture = sample_files.png(
            "Récapitulatif",
            ("Lettre d’information : consentement donné", "Retiré le 3 mars"),
            name="recapitulatif-apres-retrait.png",
        )
        delivery.refuse(
            self.file,
            actor=self.decider,
            reason="Un critère sur deux n’est pas rempli.",
            answers=answers,
            evidence={criteria[-1].pk: [upload(picture)]},
        )

    def accept(self):
        answers = {criterion.pk: (True, "") for criterion in self.file.specification.criteria.all()}
        delivery.accept(
            self.file, actor=self.decider, answers=answers, comment="Conforme à ce qui était convenu."
        )

    def adopt(self):
        register.adopt(self._entry_version(VersionState.AWAITED), actor=self._keeper())

    def archive(self):
        register.archive(
            self._entry_version(VersionState.IN_FORCE),
            actor=self._keeper(),
            reason="L’application a été remplacée ; les données ont été détruites.",
        )

    # Helpers

    def _entry_version(self, state):
        """The version of the client's register that the file brought, in `state`."""
        return self.file.register_versions.get(state=state, entry__kind=RegisterKind.CONTROLLER)

    def _keeper(self):
        return self.file.audiences().people("adopters")[0]

    def _specify(self, solution, quote):
        file = self.file
        known = list(file.specification.criteria.all())
        specifications.send_specification(
            file,
            actor=self.support,
            planned_date=max(self._deadline() - timedelta(days=12), timezone.localdate() + timedelta(days=5)),
            fields={"solution": solution},
            criteria=[{"id": row.pk, "text": row.text} for row in known]
            or [{"text": text} for text in self.script.criteria],
            quote=quote,
        )

    def _quote(self):
        return [
            {"label": label, "days": Decimal(days), "unit_price": Decimal(price), "vat_rate": Decimal("20")}
            for label, days, price in self.script.quote
        ]

    def _spend(self, rank, spent):
        """Enter that the subtask's developer spent so many hours on it today."""
        hours.enter_day(
            self._subtask(rank),
            actor=self.developers[rank % 2],
            day=timezone.localdate(),
            hours=int(4 * Decimal(spent)),
        )

    def _subtask(self, rank):
        return self.file.subtasks.order_by("position")[rank]

    def _deadline(self):
        # As wished when the request was opened: never before its own day.
        return (self.past.began + timedelta(days=self.script.deadline)).date()

    def _reached(self, step):
        until = Step(self.script.until)
        return until in ENDS or SEVEN.index(until) >= SEVEN.index(step)


def office_hours(moment, rank):
    """The day of `moment`, or the Friday before, at an hour when people work; `rank` spreads the acts of a day."""
    day = timezone.localtime(moment).date()
    day -= timedelta(days=max(day.weekday() - 4, 0))
    start = datetime.combine(day, time(9, 12), tzinfo=timezone.get_current_timezone())
    return start + timedelta(minutes=37 * rank % 480)


def upload(named):
    """`(name, bytes)` as an uploaded file."""
    name, content = named
    return SimpleUploadedFile(name, content)
