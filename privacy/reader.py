"""A reader of texts by dictionary: it shows which words speak of personal data, and where. It never decides."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from privacy.dpia import Criterion
from privacy.lexicon import WORDS
from privacy.vocabulary import DataCategory, DataSubject

# How much of the text stands around a word that was found, on each side.
AROUND = 60


@dataclass(frozen=True)
class Finding:
    """A word found: what it points to, the word as written, and the text before and after it; `where` names the text."""

    target: DataCategory | DataSubject | Criterion
    word: str
    before: str
    after: str
    where: str = ""


@cache
def _letter(one):
    folded = unicodedata.normalize("NFD", one)[0].lower()
    return "'" if folded == "’" else folded[0]


def _plain(text):
    """`text` in lower case without accents, letter for letter, so that places in it are places in `text`."""
    return "".join(map(_letter, text))


def _indexed():
    """By their first three letters, the ranks in `WORDS` of what words point to, and the pattern that finds them: a long text is quick."""
    index = defaultdict(lambda: defaultdict(list))
    for rank, (_target, words) in enumerate(WORDS):
        for word in words:
            ending = r"\w*" if word.endswith("*") else ""
            index[word[:3]][rank].append(re.escape(word.removesuffix("*")) + ending)
    return {
        start: [(rank, re.compile(rf"(?:{'|'.join(found)})(?!\w)")) for rank, found in ranks.items()]
        for start, ranks in index.items()
    }


STARTS = _indexed()
WORD = re.compile(r"\w+")


def read(text, where=""):
    """The `Finding`s in `text`, at most one for each thing pointed to, in the order of the vocabulary."""
    plain, found = _plain(text), {}
    for word in WORD.finditer(plain):
        start = word.start()
        for rank, pattern in STARTS.get(plain[start : start + 3], ()):
            if rank not in found and (match := pattern.match(plain, start)):
                found[rank] = match
    return [_finding(WORDS[rank][0], text, match, where) for rank, match in sorted(found.items())]


def read_all(texts):
    """The findings in several texts, a dict of `{where: text}`: the first place of each thing pointed to."""
    found = {}
    for where, text in texts.items():
        for finding in read(text, where):
            found.setdefault((type(finding.target), finding.target), finding)
    return list(found.values())


def beside(findings):
    """By the part of an analysis to which each speaks: `{"data-categories": [Finding, …], "dpia-criteria-4": […]}`."""
    by_part = defaultdict(list)
    for finding in findings:
        for part in _parts_of(finding.target):
            by_part[part].append(finding)
    return dict(by_part)


def _parts_of(target):
    match target:
        case Criterion():
            yield f"dpia-criteria-{target.value}"
            if target is Criterion.SENSITIVE_DATA:
                yield "data-categories"
            if target is Criterion.VULNERABLE_PEOPLE:
                yield "data-subjects"
        case DataCategory():
            yield "data-categories"
            if target.counts_for_criterion_4:
                yield f"dpia-criteria-{Criterion.SENSITIVE_DATA.value}"
            if target is DataCategory.LOCATION:
                yield f"dpia-criteria-{Criterion.MONITORING.value}"
        case DataSubject():
            yield "data-subjects"
            if target.is_vulnerable:
                yield f"dpia-criteria-{Criterion.VULNERABLE_PEOPLE.value}"


def _finding(target, text, match, where):
    start, end = match.span()
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return Finding(
        target,
        text[start:end],
        f"…{before}" if start > AROUND else before,
        f"{after}…" if end + AROUND < len(text) else after,
        where,
    )
