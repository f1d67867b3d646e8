"""The mail of the demo, as its readers would have it. Mounted in demo mode alone (`cdc_portal.urls`)."""

from csp.decorators import csp
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications.transport import read_file, written_files

PER_PAGE = 50


@require_safe
@login_not_required
def mail_list(request):
    """Every message that left, the newest first; `?to=` keeps those to one address."""
    address = request.GET.get("to", "").strip()
    heads = [head(path.stem, read_file(path)) for path in written_files()]
    kept = [one for one in heads if not address or one["To"] == address]
    page = Paginator(kept, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "demo/mail_list.html",
        {
            "page": page,
            "address": address,
            "addresses": sorted({one["To"] for one in heads}),
        },
    )


@require_safe
@login_not_required
def mail(request, stem):
    """One message: its head, its text with links to follow, its documents."""
    message = message_or_404(stem)
    return render(
        request,
        "demo/mail.html",
        {
            "stem": stem,
            "mail": head(stem, message),
            "text": message.get_body(("plain",)).get_content(),
            "attachments": [part.get_filename() for part in message.iter_attachments()],
        },
    )


@require_safe
@login_not_required
@csp({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"], "sandbox": ["allow-top-navigation", "allow-popups"]})  # fmt: skip
def mail_html(request, stem):
    """The HTML of one message, by itself, as a mail program would show it."""
    return HttpResponse(message_or_404(stem).get_body(("html",)).get_content())


def head(stem, message):
    """What a list says of a message."""
    return {
        "stem": stem,
        "when": message["Date"].datetime,
        **{name: str(message[name]) for name in ("Subject", "From", "To")},
    }


def message_or_404(stem):
    """The message whose file is called `stem`; 404 when there is none."""
    path = next((path for path in written_files() if path.stem == stem), None)
    if path is None:
        raise Http404(stem)
    return read_file(path)
