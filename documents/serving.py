"""Sending a stored file back. Whoever calls this has asked first whether the reader may have it."""

import re

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from documents.errors import Held
from documents.formats import BY_MEDIA_TYPE, UNKNOWN
from documents.names import clean_name

# `sandbox` takes away origin, scripts and forms from whatever a browser might make of the bytes.
ATTACHMENT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
PLAYED_POLICY = "default-src 'none'; media-src 'self'; sandbox; frame-ancestors 'self'"
RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


def download(stored, request=None):
    """The response that hands a `StoredFile` over as an attachment.

    With `request`, the stretch it asks for (`Range`) is sent alone; the caller's check of who asks then
    holds for each stretch. Raises FileNotFoundError when the storage has lost the bytes, `Held` while a scan
    holds them.
    """
    return respond(stored, request, as_attachment=True)


def play(stored, request=None):
    """The response that a player of the page asks for; an attachment for what no browser plays.

    Takes and raises the same as `download`. Pictures, PDF and all else are read as pages made by the portal
    (`page_picture`): what somebody handed over is never drawn by the reader's browser.
    """
    return respond(stored, request, as_attachment=not stored.plays)


def page_picture(picture):
    """The response that shows a picture of `documents.models.PreviewPage`; raises FileNotFoundError."""
    with picture.open() as file:
        return HttpResponse(
            file.read(),
            content_type="image/webp",
            headers={
                "Cache-Control": "private, no-store",
                "Content-Security-Policy": ATTACHMENT_POLICY,
                "Cross-Origin-Resource-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
            },
        )


def respond(stored, request, *, as_attachment):
    """The whole file, the stretch asked for, or the answer that there is no such stretch."""
    if stored.quarantine:
        raise Held
    etag = f'"{stored.sha256}"'
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": content_disposition_header(as_attachment, clean_name(stored.name)),
        "Content-Security-Policy": ATTACHMENT_POLICY if as_attachment else PLAYED_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY" if as_attachment else "SAMEORIGIN",
    }
    stretch = asked_stretch(request, stored.size, etag)
    if stretch is None:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{stored.size}"})
    start, stop = stretch
    headers["Content-Length"] = str(stop - start)
    is_part = stop - start < stored.size
    if is_part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{stored.size}"
    return StreamingHttpResponse(
        stored.content.storage.stream(stored.content.name, start, stop),
        status=206 if is_part else 200,
        content_type=sent_type(stored.media_type),
        headers=headers,
    )


def asked_stretch(request, size, etag):
    """What of the file to send, as (start, stop); None when the reader asks for what lies beyond its end.

    Several stretches at once, or a wish that cannot be read, get the whole file, as the standard allows.
    """
    whole = (0, size)
    if request is None or request.headers.get("If-Range", etag) != etag:
        return whole
    wish = RANGE.fullmatch(request.headers.get("Range", "").strip())
    if wish is None or wish[0] == "bytes=-":
        return whole
    first, last = wish.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) else None
    start, stop = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return whole
    return (start, stop) if start < size else None


def sent_type(media_type):
    """The type told to the browser: none that it would run or draw by itself."""
    known = BY_MEDIA_TYPE.get(media_type)
    return media_type if known is not None and known.kind != "other" else UNKNOWN
