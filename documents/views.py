"""Whether a document is genuine: asked by its code, signed in or not. Nothing else about it is told."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from documents.forms import CodeForm, CopyForm
from documents.hashing import sha256_of
from documents.issuing import read, shown
from documents.models import Issued
from documents.throttle import throttled


@require_http_methods(["GET", "HEAD"])
@login_not_required
@never_cache
def ask(request):
    """The page where a code is typed."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("verification:code", shown(form.cleaned_data["code"]))
    return render(request, "documents/ask.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@throttled
def answer(request, code):
    """Whether a document bears this code, its fingerprint, and whether the copy sent is that document."""
    issued = Issued.objects.filter(code=read(code)).first()
    if issued is None:
        return render(request, "documents/unknown.html", {"code": code[:60]}, status=404)
    if read(code) and code != shown(issued.code):
        return redirect("verification:code", shown(issued.code))
    form = CopyForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    is_same = None
    if form.is_valid():
        is_same = sha256_of(form.cleaned_data["copy"]) == issued.sha256
    context = {"code": shown(issued.code), "sha256": issued.sha256, "form": form, "is_same": is_same}
    return render(
        request, "documents/answer.html", context, status=422 if form.is_bound and form.errors else 200
    )
