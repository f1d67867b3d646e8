"""How long the portal keeps what it holds, and what takes away the rest: one class for each rule.

A rule says which rows are due, and what becomes of them. Each is bounded, may run twice, and leaves a `RuleRun`.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from custody.duties import without_open_files
from custody.erasure import erase
from custody.models import InactivityNotice, RemovedFile, RuleRun
from documents.services import discard
from notifications.dispatch import warn_of_erasure
from notifications.models import OutgoingMessage
from notifications.outbox import forget_bodies
from planning.periods import shifted
from planning.workdays import day_of
from requests_app.models import Attachment, ChangeRequest
from requests_app.services.removal import remove_file, spent_documents

logger = logging.getLogger(__name__)

# How many rows one transaction takes, and how many one run: the others are the next one's.
BATCH = 200
RUN_SIZE = 5_000


class Rule:
    """key: its name in the trace; label, text: in words; setting: how long, 0 for ever; unit: of the setting."""

    key = ""
    label = ""
    text = ""
    setting = ""
    unit = "months"

    @property
    def length(self):
        """The number that the setting gives."""
        return getattr(settings, self.setting)

    @property
    def is_on(self):
        """Whether anything goes by this rule."""
        return self.length > 0

    @property
    def period(self):
        """How long, in words."""
        return {
            "days": ngettext("%(number)d day", "%(number)d days", self.length),
            "months": ngettext("%(number)d month", "%(number)d months", self.length),
            "years": ngettext("%(number)d year", "%(number)d years", self.length),
        }[self.unit] % {"number": self.length}

    def limit(self, now):
        """The moment before which things are due."""
        return shifted(now, -self.length)

    def due(self, now):
        """The rows that are due, as a queryset."""
        raise NotImplementedError

    def count(self, now):
        """How many are due."""
        return self.due(now).count() if self.is_on else 0

    def keys(self, now, most):
        """The keys of at most `most` that are due."""
        return list(self.due(now).values_list("pk", flat=True)[:most]) if self.is_on else []

    def take(self, keys, now):
        """Do what the rule says with the rows of `keys` that are still due. Returns how many."""
        raise NotImplementedError


class SentMessages(Rule):
    key = "messages"
    label = gettext_lazy("Words of sent messages")
    text = gettext_lazy(
        "The words go; the subject, the recipient and what became of the message stay in the history."
    )
    setting = "RETENTION_MESSAGES_DAYS"
    unit = "days"

    def limit(self, now):
        return now - timedelta(days=self.length)

    def due(self, now):
        return OutgoingMessage.objects.with_body_sent_before(self.limit(now)).order_by("sent_at", "pk")

    def take(self, keys, now):
        return forget_bodies(keys)


class Sessions(Rule):
    key = "sessions"
    label = gettext_lazy("Sessions that are over")
    text = gettext_lazy(
        "What the portal knows of a browser that was signed in goes once the session has expired."
    )

    is_on = True
    period = ""

    def due(self, now):
        return Session.objects.filter(expire_date__lt=now).order_by("expire_date")

    def take(self, keys, now):
        return self.due(now).filter(pk__in=keys).delete()[0]


class AccessLogs(Rule):
    key = "access_logs"
    label = gettext_lazy("Log of the emergency administration")
    text = gettext_lazy(
        "It is the only log of access that the portal keeps itself; the date of a last sign-in goes with the account."
    )
    setting = "RETENTION_ACCESS_LOGS_MONTHS"

    def due(self, now):
        return LogEntry.objects.filter(action_time__lt=self.limit(now)).order_by("action_time", "pk")

    def take(self, keys, now):
        return self.due(now).filter(pk__in=keys).delete()[0]


class InactiveWarnings(Rule):
    key = "account_warnings"
    label = gettext_lazy("Warning before an account goes")
    text = gettext_lazy("Whoever has not signed in for that long is told by mail when the account will go.")
    setting = "RETENTION_WARNING_MONTHS"

    @property
    def is_on(self):
        return settings.RETENTION_ACCOUNTS_MONTHS > 0

    def due(self, now):
        unused = without_open_files(User.objects.active().unused_since(self.limit(now)))
        untold = Q(inactivity_notice=None) | Q(inactivity_notice__told_at__lt=F("last_used"))
        return unused.filter(untold).order_by("pk")

    def take(self, keys, now):
        return sum(self._warn(key, now) for key in keys)

    @transaction.atomic
    def _warn(self, key, now):
        person = self.due(now).filter(pk=key).select_for_update(of=("self",)).first()
        if person is None:
            return False
        InactivityNotice.objects.update_or_create(person=person, defaults={"told_at": now})
        kept_until = max(
            shifted(person.last_used, settings.RETENTION_ACCOUNTS_MONTHS), shifted(now, months_of_notice())
        )
        warn_of_erasure(person, last_used=day_of(person.last_used), erased_on=day_of(kept_until))
        return True


class InactiveAccounts(Rule):
    key = "accounts"
    label = gettext_lazy("Accounts that nobody uses")
    text = gettext_lazy(
        "The account is closed and the person erased, as long after the warning as the two periods differ. Whoever a "
        "request in progress names stays until it has ended, and the last portal administrator stays."
    )
    setting = "RETENTION_ACCOUNTS_MONTHS"

    def due(self, now):
        unused = without_open_files(User.objects.unused_since(self.limit(now)))
        told = Q(
            inactivity_notice__told_at__gte=F("last_used"),
            inactivity_notice__told_at__lte=shifted(now, -months_of_notice()),
        )
        # A warning is of no use to somebody who cannot sign in.
        return unused.filter(told | ~Q(pk__in=User.objects.active().values("pk"))).order_by("pk")

    def take(self, keys, now):
        return sum(self._erase(key, now) for key in keys)

    @transaction.atomic
    def _erase(self, key, now):
        person = self.due(now).filter(pk=key).select_for_update(of=("self",)).first()
        if person is None:
            return False
        try:
            with transaction.atomic():
                erase(person, actor=None, at=now)
        except ValidationError:
            logger.warning("person %s is due for erasure and the last who administers the portal", key)
            return False
        return True


class CancelledDocuments(Rule):
    key = "documents"
    label = gettext_lazy("Documents of cancelled requests")
    text = gettext_lazy(
        "Their content goes, their name and fingerprint stay. What belongs to a version on which somebody ruled or "
        "decided is kept, and what was sent with a decision."
    )
    setting = "RETENTION_CANCELLED_DOCUMENTS_MONTHS"

    def count(self, now):
        return len(self.keys(now, None))

    def keys(self, now, most):
        return spent_documents(self.limit(now))[:most] if self.is_on else []

    def take(self, keys, now):
        documents = Attachment.objects.filter(pk__in=keys).select_related("file")
        return sum(discard(attachment.file) for attachment in documents)


class EndedContracts(Rule):
    key = "evidence"
    label = gettext_lazy("Requests of clients whose contract has ended")
    text = gettext_lazy(
        "The request goes as a whole: texts, documents, rulings, decisions, history and messages. Its number and the "
        "last seal of its history stay. One that moved since is kept as long after that; one on which a register "
        "rests is kept with it."
    )
    setting = "RETENTION_EVIDENCE_YEARS"
    unit = "years"

    def limit(self, now):
        return shifted(now, -12 * self.length)

    def due(self, now):
        limit = self.limit(now)
        # Versions of the registers are never deleted, and each names its request and its ruling.
        files = ChangeRequest.objects.filter(
            organisation__contract_ended_on__lt=day_of(limit), step_since__lt=limit, register_versions=None
        )
        return files.order_by("pk")

    def take(self, keys, now):
        return sum(self._remove(key, now) for key in keys)

    @transaction.atomic
    def _remove(self, key, now):
        file = self.due(now).filter(pk=key).first()
        if file is None:
            return False
        gone = remove_file(file)
        RemovedFile.objects.create(
            number=gone.number,
            history_length=gone.history_length,
            history_seal=gone.history_seal,
            removed_at=now,
        )
        return True


RULES = (
    SentMessages(),
    Sessions(),
    AccessLogs(),
    InactiveWarnings(),
    InactiveAccounts(),
    CancelledDocuments(),
    EndedContracts(),
)
BY_KEY = {rule.key: rule for rule in RULES}


def months_of_notice():
    """How long before the end of an account the person is told."""
    return settings.RETENTION_ACCOUNTS_MONTHS - settings.RETENTION_WARNING_MONTHS


def apply(rule, *, now=None):
    """Take away what is due by `rule` (a `Rule`), as much as one run does. Returns the `RuleRun` that says how much."""
    now = now or timezone.now()
    due, done = rule.count(now), 0
    keys = rule.keys(now, RUN_SIZE)
    for start in range(0, len(keys), BATCH):
        done += rule.take(keys[start : start + BATCH], now)
    # More may have become due while it ran.
    run = RuleRun.objects.create(rule=rule.key, ran_at=now, due=max(due, done), done=done)
    logger.info("retention %s: %s of %s", rule.key, done, due)
    return run


def forecast(*, now=None):
    """What the next run would take: pairs of a `Rule` and a number. Nothing is changed."""
    now = now or timezone.now()
    return [(rule, rule.count(now)) for rule in RULES]


def label_of(key):
    """The rule `key` of a trace, in words; the key itself for a rule that is no more."""
    return BY_KEY[key].label if key in BY_KEY else key
