"""Step 4 for several requests at once, none of which touches personal data."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import role_required
from accounts.roles import DPO_ROLES
from privacy import intake
from privacy.reader import read_all
from requests_app.forms.ruling import TogetherForm
from requests_app.models import ChangeRequest, Ruling, SpecificationVersion
from requests_app.services import ruling
from requests_app.views.refusals import attempt, status_of

SHOWN = 50


@role_required(*DPO_ROLES)
@require_http_methods(["GET", "POST"])
def rule_together(request):
    """The requests that wait for this DPO and that nobody has begun to rule on, each with the words that speak of data."""
    versions = {
        f"{version.change_request.number}:{version.number}": version for version in _waiting(request.user)
    }
    form = TogetherForm(
        request.POST if request.method == "POST" else None,
        person=request.user,
        waiting=[(value, version.change_request.number) for value, version in versions.items()],
    )
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        chosen = [(versions[value].change_request, versions[value].number) for value in typed.pop("requests")]
        given = attempt(form, ruling.rule_several, chosen, actor=request.user, **typed)
        if given:
            said = ngettext("%(number)d ruling was given.", "%(number)d rulings were given.", len(given))
            messages.success(request, said % {"number": len(given)})
            return redirect("requests:home")
    lines = [
        (option, version, findings_of(version))
        for option, version in zip(form["requests"], versions.values(), strict=True)
    ]
    return render(
        request, "requests_app/rule_together.html", {"form": form, "lines": lines}, status=status_of(form)
    )


def _waiting(user):
    """The version sent of each of those requests, the first deadline first."""
    drafts = Ruling.objects.filter(change_request=OuterRef("pk"), ruled_at=None)
    files = ChangeRequest.objects.visible_to(user).rulable_by(user).filter(~Exists(drafts))
    newer = SpecificationVersion.objects.filter(
        change_request=OuterRef("change_request"), number__gt=OuterRef("number")
    )
    versions = SpecificationVersion.objects.filter(~Exists(newer), change_request__in=files)
    return versions.select_related("change_request__organisation").order_by(
        "change_request__deadline", "change_request__pk"
    )[:SHOWN]


def findings_of(version):
    """The words of personal data in the texts of `version` and in the client's answers, as `privacy.reader.Finding`s."""
    asked = version.content["request"]
    answers = asked.get("intake", {})
    texts = {_("Request"): f"{asked['title']}\n{asked['description']}", **intake.texts_of_answers(answers)}
    return [*intake.findings_of(answers), *read_all({**texts, _("Specification"): version.solution})]
