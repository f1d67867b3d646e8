"""Whatever people do at step 6, in whatever order: nothing is delivered with a subtask that is not green."""

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy.verdicts import Verdict
from requests_app.models import TESTER_CHECKS, CheckKind
from requests_app.progress import Progress
from requests_app.services import decision, delivery, development
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh
from workflow.errors import Refused
from workflow.steps import Step

pytestmark = pytest.mark.django_db

# What makes green is drawn more often, so that deliveries happen.
ACTS = (
    "split", "under", "end", "end", "end", "check", "check", "check", "fail", "gdpr_fail", "cancel", "send_back",
    "block", "unblock", "spare", "assign", "tie", "rule", "qualify",
)  # fmt: skip
act = st.tuples(st.sampled_from(ACTS), st.integers(0, 3))
CALLS_FOR_CHECK = ("favourable", "conditional", "unfavourable")
# What the DPO rules when the specification is sent anew, by the rank drawn.
VERDICTS = (Verdict.FAVOURABLE, Verdict.NO_IMPACT, Verdict.FAVOURABLE, Verdict.UNFAVOURABLE)


class Undone(Exception):
    """What an example did is taken back."""


def begun():
    """A file at step 6 with two criteria and one subtask, tied to the first; its cast, with a second developer."""
    # Everybody is there before: whoever came within an example would be taken back with it.
    cast = Cast().everybody()
    cast.second = UserFactory(developer=True)
    file = stories.sent(cast)
    stories.specify(file, cast, criteria=[{"text": "Une ligne par traitement."}, {"text": "Rien de plus."}])
    stories.give_ruling(fresh(file), cast)
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    stories.split(fresh(file), cast, criteria=criteria_of(file, 1))
    return fresh(file), cast


def criteria_of(file, rank):
    """The criterion of that rank, from 1, as a list; none for others."""
    return [one for one in file.specification.criteria.all() if one.position == rank]


def play(file, cast, name, rank):
    """Make one act on the subtask of that rank, the last one where there are fewer."""
    if name == "split":
        return stories.split(fresh(file), cast, criteria=criteria_of(file, rank))
    if name == "rule":
        return rule_again(file, cast, rank)
    if name == "qualify":
        return delivery.deliver_to_qualification(fresh(file), actor=cast.lead)
    subtasks = list(fresh(file).subtasks.all())
    subtask = subtasks[min(rank, len(subtasks) - 1)]
    if name in PLAIN:
        return getattr(development, PLAIN[name])(subtask, actor=cast.lead, reason="Il le faut.")
    return BY_NAME[name](subtask, cast)


def rule_again(file, cast, rank):
    """Reopen the specification, send other words, rule on them and validate them: what hung on the ruling falls."""
    decision.reopen_specification(fresh(file), actor=cast.lead, reason="Il manque un écran.")
    number = fresh(file).versions.count() + 1
    stories.specify(fresh(file), cast, solution=f"Un bouton d’export, essai {number}.")
    stories.give_ruling(fresh(file), cast, VERDICTS[rank])
    return decision.validate(
        fresh(file), actor=cast.client_admin, version=number, against_advice="Nous l’assumons."
    )


def end(subtask, cast):
    """Start and end it today, as the lead may whoever is assigned."""
    today = timezone.localdate()
    if subtask.start_date is None:
        development.start_subtask(subtask, actor=cast.lead, start_date=today)
    development.end_subtask(subtask, actor=cast.lead, end_date=today)


def check(subtask, cast):
    """Make what is due of its four checks pass."""
    for kind in Progress(fresh(subtask.change_request)).nodes[subtask.pk].due:
        actor = cast.dpo if kind == CheckKind.GDPR else cast.tester
        development.make_check(subtask, actor=actor, kind=kind, is_passed=True)


def fail(kind, actor):
    """Let one check fail."""
    return lambda subtask, cast: development.make_check(
        subtask, actor=getattr(cast, actor), kind=kind, is_passed=False, comment="Non."
    )


def edit(**changes):
    """Change people or criteria; what is not named is taken off."""
    return lambda subtask, cast: development.edit_subtask(
        subtask,
        actor=cast.lead,
        fields={},
        **{name: given(subtask.change_request, cast) for name, given in changes.items()},
    )


BY_NAME = {
    "under": lambda subtask, cast: stories.split(fresh(subtask.change_request), cast, parent=subtask),
    "end": end,
    "check": check,
    "fail": fail(CheckKind.UNIT, "tester"),
    "gdpr_fail": fail(CheckKind.GDPR, "dpo"),
    "spare": lambda subtask, cast: development.mark_without_personal_data(subtask, actor=cast.dpo),
    "unblock": lambda subtask, cast: development.unblock_subtask(subtask, actor=cast.lead),
    "assign": edit(developers=lambda file, cast: [cast.second]),
    "tie": edit(
        developers=lambda file, cast: [cast.developer], criteria=lambda file, cast: criteria_of(file, 2)
    ),
}
PLAIN = {"cancel": "cancel_subtask", "send_back": "reopen_subtask", "block": "block_subtask"}


def by_hand(file):
    """Whether every subtask that counts is green, told from its rows alone, without `requests_app.progress`."""
    ruling = file.rulings.get(ruled_at__isnull=False, fell_at=None)
    counting = []
    for subtask in counted(file):
        children = list(subtask.children.all())
        if children:
            counting.append(any(child.cancelled_at is None for child in children))
            continue
        last = subtask.rounds.last()
        made = last.checks.all() if last else ()
        passed = {one.kind for one in made if one.is_passed and one.ruling_id in (None, ruling.pk)}
        is_spared = subtask.spared_under_id == ruling.pk
        asks_dpo = ruling.verdict in CALLS_FOR_CHECK and not is_spared
        needed = {*TESTER_CHECKS} | ({CheckKind.GDPR} if asks_dpo else set())
        counting.append(bool(last and last.sent_back_at is None and needed <= passed))
    return bool(counting) and all(counting)


def counted(file):
    """The subtasks of which neither they nor their parent are cancelled."""
    return [
        one
        for one in file.subtasks.all()
        if not (one.cancelled_at or (one.parent and one.parent.cancelled_at))
    ]


def is_new(file):
    """Whether something was added or ended since the client last refused, if it did."""
    refusal = file.acceptances.last()
    return refusal is None or any(
        one.created_at >= refusal.answered_at
        or one.rounds.filter(opened_at__gte=refusal.answered_at).exists()
        for one in leaves(file)
    )


def work(file, cast, chosen):
    """Make the acts that the rules allow; a delivery to qualification only of what may be delivered."""
    for name, rank in chosen:
        may_deliver = name == "qualify" and by_hand(fresh(file)) and is_new(fresh(file))
        try:
            with transaction.atomic():
                play(file, cast, name, rank)
        except Refused:
            assert not may_deliver
            continue
        assert name != "qualify" or may_deliver


def must_deliver_iff_green(file, cast):
    """Deliver where every subtask is green and something is new, and be refused anywhere else; whether it was done."""
    is_green = by_hand(fresh(file))
    assert Progress(fresh(file)).is_all_green == is_green
    may_deliver = is_green and is_new(fresh(file))
    try:
        delivery.deliver(fresh(file), actor=cast.lead)
    except Refused:
        assert not may_deliver
    assert (fresh(file).step == Step.ACCEPTANCE) == may_deliver
    return may_deliver


def leaves(file):
    """The subtasks that are worked on: they count, and are not split."""
    return [one for one in counted(file) if not one.children.exists()]


def refuse(file, cast, refused):
    """The client refuses the criteria of these positions: what answers them, or whose parent does, is sent back."""
    tied = {
        one.pk
        for one in leaves(fresh(file))
        for answering in (one, one.parent)
        if answering and refused.intersection(answering.criteria.values_list("position", flat=True))
    }
    answers = {one.pk: (one.position not in refused, "Non.") for one in file.specification.criteria.all()}
    delivery.refuse(fresh(file), actor=cast.client_admin, reason="Pas ainsi.", answers=answers)
    assert {one.pk for one in leaves(fresh(file)) if one.rounds.last().sent_back_at} == tied


def hold(examples, most):
    """Play `examples` stories of up to `most` acts before and after a refusal. Answers what was delivered."""
    file, cast = begun()
    acts = st.lists(act, min_size=4, max_size=most)
    delivered = []

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(acts, st.sets(st.integers(1, 2)), acts)
    def example(chosen, refused, again):
        try:
            with transaction.atomic():
                work(file, cast, chosen)
                if must_deliver_iff_green(file, cast):
                    delivered.append(1)
                    refuse(file, cast, refused)
                    work(file, cast, again)
                    if must_deliver_iff_green(file, cast):
                        delivered.append(2)
                raise Undone
        except Undone:
            pass

    example()
    return delivered


def test_nothing_is_delivered_with_a_subtask_that_is_not_green():
    # Some of the stories do end in a delivery: a property of refusals alone would prove little.
    assert 1 in hold(12, 10)


@pytest.mark.long
def test_nothing_is_delivered_with_a_subtask_that_is_not_green_in_long_stories():
    assert {1, 2} <= set(hold(150, 24))
