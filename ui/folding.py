"""Texts as a search compares them."""

import re
import unicodedata

ACCENTS = re.compile("[\u0300-\u036f]")
# What people type with one key and texts hold with another, and letters that no accent explains.
ALIKE = str.maketrans({"’": "'", "‘": "'", "œ": "oe", "æ": "ae"})


def folded(text):
    """`text` without capitals, accents, or the difference between its kinds of spaces and apostrophes."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold().translate(ALIKE)))
    return " ".join(plain.split())
