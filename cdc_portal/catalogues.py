"""The translations' files, made without a system gettext: what the sources say, merged, checked, compiled."""

import os
import re
from io import BytesIO
from itertools import takewhile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize
from django.utils.translation.reloader import translation_file_changed

KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
TEMPLATES = {".html", ".txt", ".svg"}
# Tests and benchmarks speak to nobody; tools and migrations repeat what models say.
NOT_SOURCES = {"tests", "bench", "tools", "migrations", "staticfiles", "docs", "var", "locale"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def languages():
    """The languages that need a catalogue: all but English, which the sources speak."""
    return [code for code, _name in settings.LANGUAGES if code != "en"]


def path_of(language):
    """Where a language's catalogue lies."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def sources():
    """Every file that may hold text for people, in a fixed order."""
    for folder, folders, files in os.walk(settings.BASE_DIR):
        folders[:] = sorted(name for name in folders if name not in NOT_SOURCES and not name.startswith("."))
        for path in sorted(Path(folder, name) for name in files):
            if path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in path.parts):
                yield path


def messages_of(path):
    """The messages of one file, as Babel's (line, message, comments, context)."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Django turns a template into something like Python; its indentation means nothing.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    return extract("python", BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=["Translators"])


def extracted(language):
    """A catalogue of `language` with every message of the sources and no translation."""
    catalogue = Catalog(locale=language, charset="utf-8")
    for path in sources():
        place = path.relative_to(settings.BASE_DIR).as_posix()
        for _line, message, comments, context in messages_of(path):
            # Places without lines: a catalogue changes only when a text does.
            catalogue.add(message, locations=[(place, None)], auto_comments=comments, context=context)
    return catalogue


def read(language):
    """The catalogue as it is kept, empty when there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def merged(language):
    """The sources' messages with the translations that are kept; what the sources dropped is left out."""
    catalogue, kept = extracted(language), read(language)
    for message in catalogue:
        old = kept.get(message.id, message.context) if message.id else None
        if old:
            message.string, message.flags = old.string, message.flags | old.flags
            message.user_comments = old.user_comments
    return catalogue


def write(language):
    """Bring the kept catalogue up to date with the sources. Returns its path."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = merged(language)
    entries = BytesIO()
    write_po(entries, catalogue, width=100, sort_output=True, omit_header=True)
    # A header without dates, so that two runs write the same bytes.
    header = (
        'msgid ""\nmsgstr ""\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Language: {language}\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    path.write_bytes(notes_of(path).encode() + header.encode() + entries.getvalue().strip() + b"\n")
    return path


def notes_of(path):
    """The translators' notes: the lines of comment at the very head of a kept catalogue, empty without any."""
    if not path.exists():
        return ""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(takewhile(lambda line: line.startswith("#"), lines))


def problems(language):
    """What is wrong with a kept catalogue, a sentence each: missing, empty, fuzzy, stale, placeholders."""
    wanted, kept = extracted(language), read(language)
    ids = {(message.context, key_of(message)) for message in wanted if message.id}
    found = []
    for message in kept:
        if not message.id:
            continue
        name = f"{language}: {key_of(message)!r}"
        strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if (message.context, key_of(message)) not in ids:
            found.append(f"{name} is stale: no source says it any more")
        elif not all(strings):
            found.append(f"{name} has no translation")
        elif message.fuzzy:
            found.append(f"{name} is fuzzy")
        elif not same_placeholders(message, strings):
            found.append(f"{name} and its translation have different placeholders")
        ids.discard((message.context, key_of(message)))
    found += [f"{language}: {key!r} is missing" for _context, key in sorted(ids, key=str)]
    return found


def key_of(message):
    """A message's text in the singular."""
    return message.id[0] if isinstance(message.id, (list, tuple)) else message.id


def same_placeholders(message, strings):
    """Whether each translation fills in what its source fills in; a singular may say it in words."""
    plural = isinstance(message.id, (list, tuple))
    wanted = set(PLACEHOLDER.findall(message.id[1] if plural else message.id))
    if plural:
        singular = set(PLACEHOLDER.findall(strings[0]))
        return singular <= wanted and all(set(PLACEHOLDER.findall(text)) == wanted for text in strings[1:])
    return set(PLACEHOLDER.findall(strings[0])) == wanted


def compile_catalogue(language):
    """Compile a catalogue for Django unless it is up to date. Returns whether something was written."""
    source = path_of(language)
    target = source.with_suffix(".mo")
    if not source.exists():
        return False
    if target.exists() and target.stat().st_mtime_ns == source.stat().st_mtime_ns:
        return False
    part = target.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        write_mo(file, read(language))
    # The same time as its source says that it was made from it.
    os.utime(part, ns=(time := source.stat().st_mtime_ns, time))
    part.replace(target)
    # This process may have looked for it before there was one, and would go on without it.
    translation_file_changed(None, target)
    return True
