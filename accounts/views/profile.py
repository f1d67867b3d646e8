"""What everybody may change about themself, and the language of pages."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language as remember_in_cookie

from accounts import services
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.sections import profile_links


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request):
    """The profile of the person who looks."""
    form = ProfileForm(
        request.POST if request.method == "POST" else None, instance=User.objects.get(pk=request.user.pk)
    )
    if form.is_valid():
        person = services.update_profile(request.user, **form.cleaned_data)
        # The message is said on the next page, in the language just chosen.
        with translation.override(person.language):
            messages.success(request, _("Your profile has been saved."))
        return redirect("profile:edit")
    context = {"form": form, "links": profile_links(request.user)}
    return render(request, "accounts/profile.html", context)


@require_POST
@login_not_required
def set_language(request):
    """Go on in another language: kept on the person, and in a cookie for the pages before sign-in."""
    language = request.POST.get("language")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        services.choose_language(request.user, language)
    return remember_in_cookie(request)
