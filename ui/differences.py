"""What changed from one text to another, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# A word with the spaces after it, so that what is kept keeps its lines.
WORDS = re.compile(r"\S+\s*|\s+")
# Beyond, comparing word by word would take too long: lines are compared.
MOST_WORDS = 3_000
# How many words of an unchanged passage stay around a change.
AROUND = 12


@dataclass(frozen=True)
class Piece:
    """A stretch of text: `kept`, `added`, `removed`, or `gap` for an unchanged passage left out."""

    kind: str
    text: str = ""


def differences(before, after):
    """The `Piece`s that lead from the text `before` to `after`, long unchanged passages shortened; [] when the same."""
    if before == after:
        return []
    old, new = _tokens(before, after)
    # Spaces at the end of a line do not make another word.
    matcher = SequenceMatcher(
        None, [one.rstrip() for one in old], [one.rstrip() for one in new], autojunk=False
    )
    pieces, opcodes = [], matcher.get_opcodes()
    for rank, (tag, i1, i2, j1, j2) in enumerate(opcodes):
        if tag == "equal":
            pieces += _kept(new[j1:j2], is_first=rank == 0, is_last=rank == len(opcodes) - 1)
            continue
        pieces += _marked("removed", "".join(old[i1:i2]))
        pieces += _marked("added", "".join(new[j1:j2]))
    return pieces


def _marked(kind, text):
    """A stretch that changed; the spaces after it are nobody's."""
    words = text.rstrip()
    if not words:
        return [Piece(kind, text)] if text else []
    spaces = text[len(words) :]
    return [Piece(kind, words), *([Piece("kept", spaces)] if spaces else [])]


def _tokens(before, after):
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return before.splitlines(keepends=True), after.splitlines(keepends=True)
    return old, new


def _kept(words, *, is_first, is_last):
    """An unchanged passage; only what stands next to a change when it is long."""
    start = [] if is_first else words[:AROUND]
    end = [] if is_last else words[-AROUND:]
    if len(words) <= len(start) + len(end):
        return [Piece("kept", "".join(words))]
    return [
        *([Piece("kept", "".join(start))] if start else []),
        Piece("gap"),
        *([Piece("kept", "".join(end))] if end else []),
    ]
