"""Given HTML into PDF, under a fetcher that reads our own fonts and calls nobody."""

import gc
import multiprocessing
import os
import re
import threading
from functools import lru_cache
from io import BytesIO

from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont
from weasyprint import HTML, Attachment
from weasyprint.urls import URLFetcher, URLFetcherResponse

from documents.tagging import complete, complete_archive

ACCESSIBLE = "pdf/ua-1"
ARCHIVE = "pdf/a-3a"
OUR_FONTS = re.compile(r"app:(fonts/[a-z0-9-]+\.woff2)")
# How many processes lay out one long document, and how long each of its parts may take.
MOST_PROCESSES = 4
SECONDS = 300
# A long text takes hundreds of megabytes to lay out: one at a time in a process, whatever its threads.
one_at_a_time = threading.Lock()


class Forbidden(ValueError):
    """What a document asked for is neither one of our files nor written in it. WeasyPrint goes on without it."""


class LockedFetcher(URLFetcher):
    """Answers `app:fonts/inter.woff2` and `data:`; everything else is neither read nor called."""

    def __init__(self):
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)

    def fetch(self, url, headers=None):
        """The response for `url`, as WeasyPrint asks; raises `Forbidden`."""
        if url.startswith("data:"):
            return super().fetch(url)
        asked = OUR_FONTS.fullmatch(url)
        found = finders.find(asked[1]) if asked else None
        if found is None:
            raise Forbidden("not one of our files")
        return URLFetcherResponse(url, unpacked(found), {"Content-Type": "font/ttf"})


@lru_cache
def unpacked(path):
    """A font as a printer wants it; unpacking one takes longer than laying out a page."""
    font, content = TTFont(path), BytesIO()
    font.flavor = None
    font.save(content)
    return content.getvalue()


def pdf_of(html, *, archive=False, embedded=(), tagged=True):
    """The PDF of `html` (a whole page, as text) as bytes: tagged PDF/UA-1, and PDF/A-3 as well with `archive`.

    `embedded`: `(name, bytes, description)` of the files that an archive carries. Not `tagged` is only what is put on
    the pages of another.
    """
    attachments = [
        Attachment(string=content, base_url="", name=name, description=description, relationship="Data")
        for name, content, description in embedded
    ]
    with one_at_a_time:
        page = HTML(string=html, base_url="app:", url_fetcher=LockedFetcher())
        return page.write_pdf(
            pdf_variant=ARCHIVE if archive else ACCESSIBLE if tagged else None,
            pdf_tags=tagged,
            finisher=complete_archive if archive else complete if tagged else None,
            attachments=attachments,
            # What is asked for over and over within a page is fetched once.
            cache={},
        )


def pdfs_of(pages):
    """The PDF of each of `pages` (of HTML), in order, laid out by several processes where there are several."""
    if len(pages) == 1:
        yield pdf_of(pages[0])
        return
    processes = min(len(os.sched_getaffinity(0)), len(pages), MOST_PROCESSES)
    with one_at_a_time, multiprocessing.get_context("spawn").Pool(processes, _started) as pool:
        made = pool.imap(_pdf_there, pages)
        for _page in pages:
            # A process that the system ends for its memory never answers.
            yield made.next(SECONDS)


def _started():
    """Begin as a process that only lays out pages: politely, and looking for what is left over once for each part."""
    os.nice(5)
    gc.disable()


def _pdf_there(html):
    gc.collect()
    return pdf_of(html)
