"""What an invited person sees before they can sign in."""

from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import invitations, services
from accounts.forms import InvitationForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
def accept(request, token):
    """Choose a password by the link of a message, and be signed in."""
    person = invitations.person_for(token)
    if person is None:
        return render(request, "accounts/invitation_over.html", status=410)
    # The message was in this language; the browser's may be another.
    translation.activate(person.language)
    form = InvitationForm(request.POST if request.method == "POST" else None, user=person)
    if form.is_valid():
        person = services.accept_invitation(token, password=form.cleaned_data["password1"])
        if person is None:
            return render(request, "accounts/invitation_over.html", status=410)
        # Whoever sat here before must not lend their session to the invited person.
        logout(request)
        return perform_login(request, person)
    return render(request, "accounts/invitation.html", {"form": form, "person": person})
