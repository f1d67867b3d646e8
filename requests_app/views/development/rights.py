"""What one reader may do with the subtasks of one file, as the step, the roles and the rounds allow."""

from accounts.roles import Role
from requests_app.models import CheckKind
from requests_app.progress import State
from requests_app.services.development import roles_for, why_barred
from workflow import engine


class Rights:
    """`user` before the subtasks of `file`. The services refuse the rest, and say why."""

    def __init__(self, file, user):
        self.file, self.user = file, user
        self.may_split = engine.may_edit(file, "split", user)
        self.may_work = engine.may_edit(file, "work", user)
        self.may_check = engine.may_edit(file, "checks", user)
        self.may_enter_hours = engine.may_edit(file, "hours", user)
        self.may_assess = engine.may_edit(file, "gdpr_sheet", user)

    def may_do(self, node):
        """What the reader may do to a subtask now, as names of acts, the ordinary ones first."""
        acts = []
        if node.is_cancelled:
            return acts
        if self._works_on(node):
            acts += self._acts_of_work(node)
        if self.may_enter_hours and not node.children and self.user in node.developers:
            acts.append("hours")
        if self.makeable(node):
            acts.append("check")
        if self._may_spare(node):
            acts.append("no_personal_data")
        if self.may_split:
            acts += ["edit", "cancel"]
            if node.round is not None:
                acts.append("send_back")
        return acts

    def makeable(self, node):
        """The kinds of check of a subtask that the reader may make now."""
        return [kind for kind in self._theirs(node) if not why_barred(node, self.user, kind)]

    def bars(self, node):
        """Why the reader may not make the checks that their role would let them make, each reason once."""
        reasons = [why_barred(node, self.user, kind) for kind in self._theirs(node)]
        return list(dict.fromkeys(reason for reason in reasons if reason))

    def _works_on(self, node):
        return (
            self.may_work
            and not node.children
            and node.state in (State.TODO, State.IN_PROGRESS, State.SENT_BACK)
            and (self.user.has_role(Role.LEAD) or self.user in node.developers)
        )

    def _acts_of_work(self, node):
        if node.is_blocked:
            return ["unblock"]
        return ["start", "end", "block"] if node.subtask.start_date else ["start", "block"]

    def _may_spare(self, node):
        return (
            self.may_check
            and self.user.has_role(*roles_for(CheckKind.GDPR))
            and CheckKind.GDPR in node.required
            and CheckKind.GDPR not in node.passed
            and not why_barred(node, self.user, CheckKind.GDPR)
        )

    def _theirs(self, node):
        if not self.may_check:
            return []
        return [kind for kind in node.due if self.user.has_role(*roles_for(kind))]
