"""What must hold of a file whatever was done to it, read from the rows by other means than the guards'."""

from privacy.models import VersionState
from privacy.registers import RegisterKind
from privacy.verdicts import Verdict
from requests_app.models import Check, CheckKind
from requests_app.versions import content_of, quote_of, sha256
from workflow.steps import ENDS, Step


class MustHold:
    """For a walk that has a `cast`, a file as it is `now` with its last `version`, and the `hands` of each file."""

    def must_have_ruled_nothing(self, person):
        """Whoever works on a file never ruled on it."""
        assert not self.now.rulings.given().filter(ruled_by=person).exists()

    def must_be_ruled_rightly(self):
        """By a DPO, or a deputy for one, who took no part; on the last version, with the conditions that follow."""
        file = self.now
        given = file.rulings.get(ruled_at__isnull=False, fell_at=None)
        assert (given.version, file.step) == (self.version, Step.DECISION)
        assert given.ruled_by.is_dpo or (given.ruled_by.is_deputy_dpo and given.standing_in_for.is_dpo)
        assert given.ruled_by not in self.hands[file.pk]
        causes = set(given.conditions.exclude(origin="").values_list("origin", flat=True))
        if given.verdict == Verdict.INFRINGING or given.personal_data == "no":
            assert causes == set()
        else:
            bases = [row.get("legal_basis") for row in given.analysis["scope"].get("purposes", [])]
            assert ("legal_basis" in causes) == ("client_to_determine" in bases)
            states = [row["state"] for row in given.analysis.get("measures", {}).get("measures", [])]
            assert ("measure:access_log" in causes) == ("to_build" in states)
            assert {one.blocks for one in given.conditions.filter(origin="legal_basis")} <= {"delivery"}
            # Nobody gives an exception of art. 9 here.
            categories = given.analysis.get("data", {}).get("categories", [])
            assert "health" not in [row["category"] for row in categories]
        assert given.conditions.exists() <= given.outcome.takes_conditions

    def must_be_validated_rightly(self, event):
        """What the client validated is what it read and what the DPO ruled on; by two people where it asks for two."""
        taken, version = event.decision, self.version
        assert taken.version == version
        assert taken.ruling.version.content_sha256 == version.content_sha256
        assert taken.ruling.verdict != Verdict.INFRINGING
        assert taken.against_advice or taken.ruling.verdict != Verdict.UNFAVOURABLE
        above, first = self.cast.organisation.countersign_above, taken.first_signature
        if above is not None and version.offer.net > above:
            assert first is not None
            assert (first.version, first.ruling) == (version, taken.ruling)
            assert first.signed_by != taken.decided_by

    def must_be_delivered_rightly(self):
        """The exact content was ruled on, the exact whole validated, and nothing that blocks is open."""
        file = self.now
        content, whole = sha256(content_of(file)), sha256(content_of(file), quote_of(file))
        given = file.rulings.get(ruled_at__isnull=False, fell_at=None)
        taken = file.decisions.get(ended_at=None)
        assert (given.version.content_sha256, taken.version.whole_sha256) == (content, whole)
        assert given.verdict != Verdict.INFRINGING
        assert open_conditions(file, "delivery") == []
        owed = given.conditions.filter(origin__in=["legal_basis", "dpia"])
        met = given.findings.current().filter(conformity__in=["conforming", "not_applicable"])
        assert not owed.exclude(pk__in=met.values("condition")).exists()
        assert not given.findings.current().filter(conformity="major").exists()
        assert file.subtasks.exists()
        if given.outcome.calls_for_check:
            for subtask in file.subtasks.filter(cancelled_at=None):
                passed = Check.objects.filter(kind=CheckKind.GDPR, is_passed=True, ruling=given)
                is_checked = passed.filter(round=subtask.rounds.last()).exists()
                assert is_checked or subtask.spared_under == given

    def must_stand(self, file):
        """One decision in force from the validation on, and no signature that waits elsewhere than at step 5."""
        assert file.signatures.waiting().count() <= (file.step == Step.DECISION)
        if file.step in (Step.DEVELOPMENT, Step.ACCEPTANCE, Step.CLOSED):
            assert file.decisions.in_force().count() == 1

    def must_be_registered_rightly(self, file):
        """What the file brought into the registers is what was delivered, and holds once it was accepted."""
        versions = list(file.register_versions.select_related("entry", "ruling__version", "adopted_by"))
        live = {version.entry.kind: version for version in versions if version.outcome.is_live}
        assert len(live) == sum(version.outcome.is_live for version in versions)
        if file.step == Step.CLOSED:
            states = {kind: version.state for kind, version in live.items()}
            assert VersionState.DRAFT not in states.values()
            assert states.get(RegisterKind.PROCESSOR) in (None, VersionState.IN_FORCE)
        else:
            assert {version.state for version in live.values()} <= {VersionState.DRAFT}
            assert file.step not in ENDS or not live
        if file.step == Step.ACCEPTANCE:
            given = file.rulings.get(ruled_at__isnull=False, fell_at=None)
            assert set(live) == (set(RegisterKind) if given.outcome.calls_for_check else set())
            assert {version.ruling for version in live.values()} <= {given}
        for version in versions:
            assert version.content_sha256 == version.ruling.version.content_sha256
            is_controllers = version.entry.kind == RegisterKind.CONTROLLER
            assert version.adopted_by is None or version.adopted_by.organisation_id == file.organisation_id
            assert (version.in_force_at is not None) <= (is_controllers == (version.adopted_by is not None))


def open_conditions(file, blocks):
    """The conditions of the ruling that holds which block so and were not found conforming or not applicable."""
    given = file.rulings.get(ruled_at__isnull=False, fell_at=None)
    met = given.findings.current().filter(conformity__in=["conforming", "not_applicable"])
    return [one for one in given.conditions.filter(blocks=blocks) if not met.filter(condition=one).exists()]
