"""What happens to a file, or would: all that a message may say of it, and all that decides who is told."""

from datetime import date

from django.utils.functional import cached_property

from accounts.roles import Side
from workflow.steps import Step


class Moment:
    """One act on a file. Without an `event` it is what would happen: enough to say who would be told."""

    def __init__(self, change_request, name, event=None, data=None):
        self.change_request, self.name, self.event = change_request, name, event
        self.data = event.data if event else data or {}

    @property
    def from_step(self):
        """The `Step` that the file leaves, or where it stays when nothing moves."""
        return Step((self.event and self.event.from_step) or self.change_request.step)

    @property
    def to_step(self):
        """The `Step` that the file reaches; None when nothing moves."""
        return Step(self.event.to_step) if self.event and self.event.to_step else None

    @property
    def reason(self):
        """Why, in the actor's words; empty when none was asked."""
        return self.event.reason if self.event else ""

    @property
    def actor(self):
        """The person who acted, or None when the portal did."""
        return self.event.actor if self.event else None

    @property
    def planned_date(self):
        """The planned date that this act set, or else the file's, or None."""
        return self._date("planned_date") or self.change_request.planned_date

    @property
    def previous_planned_date(self):
        """The planned date before this act, or None."""
        return self._date("previous_planned_date")

    @property
    def due_date(self):
        """The date that this act reminds of, or None."""
        return self._date("due_date")

    @property
    def fell(self):
        """Which approvals fell by this act: "ruling", "decision"."""
        return self.data.get("fell") or []

    @property
    def verdict(self):
        """The value of the DPO's verdict, when this act is a ruling; empty otherwise."""
        return self.data.get("verdict") or ""

    @property
    def subtask(self):
        """The title of the subtask that this act is about; empty when none."""
        return (self.data.get("subtask") or {}).get("title", "")

    @cached_property
    def version(self):
        """The version of the specification that this act sent, or None."""
        return self._made("version")

    @cached_property
    def ruling(self):
        """The ruling that this act gave, or None."""
        return self._made("ruling")

    @cached_property
    def decision(self):
        """The client's decision that this act took, or None."""
        return self._made("decision")

    @cached_property
    def owed(self):
        """What the ruling leaves to the client that validates by this act, as a list of its conditions."""
        # Asked of no other act: each would look for a decision of its own.
        conditions = self.decision.ruling.conditions.all() if self.name == "validate" and self.event else ()
        return [condition for condition in conditions if condition.owner == Side.CLIENT]

    @cached_property
    def signature(self):
        """The first signature that this act gave, or None."""
        return self._made("signature")

    @cached_property
    def delivery(self):
        """The delivery that this act made, or None."""
        return self._made("delivery")

    @cached_property
    def acceptance(self):
        """The client's answer to a delivery that this act gave, or None."""
        return self._made("acceptance")

    @property
    def register_entry(self):
        """The name of the client's register entry that this act leaves to adopt; empty when none."""
        return self.data.get("to_adopt") or ""

    @property
    def category(self):
        """The reason chosen in a list, as its label; empty when there was none to choose."""
        code = self.data.get("category")
        return self.change_request.category_label(self.name, code) if code else ""

    @property
    def failed_check(self):
        """The check that a subtask failed, as its label; empty when it came back otherwise."""
        code = self.data.get("check")
        return self.change_request.check_label(code) if code else ""

    def _made(self, name):
        return getattr(self.event, name, None)

    def _date(self, key):
        value = self.data.get(key)
        return date.fromisoformat(value) if isinstance(value, str) else value


def always(moment):
    """Told each time."""
    return True


def was_sent(moment):
    """The vendor knows the file: it was sent at least once."""
    return moment.change_request.sent_at is not None


def was_never_sent(moment):
    """The file exists for its author's side alone."""
    return not was_sent(moment)


def reached_development(moment):
    """Step 6 was reached, now or before; the first time, nobody is assigned to anything yet."""
    return moment.change_request.development_at is not None


def at_ruling(moment):
    """The file was with the DPO."""
    return moment.from_step == Step.RULING


def ruling_fell(moment):
    """The DPO's ruling no longer holds."""
    return "ruling" in moment.fell


def gdpr_check_is_due(moment):
    """The DPO has a check of their own to make."""
    return bool(moment.data.get("gdpr_check_due"))


def is_infringing(moment):
    """The DPO finds that the client's instruction infringes the GDPR."""
    return moment.verdict == "infringing"


def is_not_infringing(moment):
    """The DPO ruled without finding an infringement."""
    return not is_infringing(moment)


def is_for_client(moment):
    """What it is about is the client's to do."""
    return moment.data.get("owner") == "client"


def is_for_vendor(moment):
    """What it is about is the vendor's to do."""
    return moment.data.get("owner") == "vendor"


def changes_the_register(moment):
    """The client's register has an entry to adopt by this act."""
    return bool(moment.register_entry)
