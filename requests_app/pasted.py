"""A list of subtasks as people paste it: a line each, indented for the second level.

Bullets and numbers in front are taken off; hours at the end, as in `Export (6 h)` or `Export ; 1,5 h`, are
the estimate. A line may then say who works on it or checks it, and which criteria it answers:
`Export (6 h) @lea.nguyen #2,3`.
"""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from ui.folding import folded

MOST_LINES = 200
LONGEST_TITLE = 200
TAB = 4
# At the beginning of a line: “- ”, “2. ”, “1.2.1 ”, “[ ] ”, one after the other.
BULLET = re.compile(r"(?:(?:[-*+•–—▪◦·☐☑]|\[[ xX]?\]|\d{1,3}[.)]|\d{1,3}(?:\.\d{1,3})+[.)]?)\s+)+")
AMOUNT = r"([-−]?\s*\d{1,4}(?:[.,]\d{1,2})?)\s*h(?:ours?|eures?)?\s*"
# A dash between words and hours is no sign: “Export - 6 h”.
HOURS = re.compile(rf"\s*(?:(?:[;,:]\s*|\(\s*){AMOUNT}|[|–—-]\s*{AMOUNT})\)?$", re.IGNORECASE)
MARKS = re.compile(r"(?:^|\s)(?=@\w|#\d)")
BETWEEN = re.compile(r"[\s,;]*")
PERSON = re.compile(r"@(\w[\w.+'’-]*(?:@[\w.-]+)?)")
# “#2, 6 h” is one criterion and six hours.
NUMBERS = re.compile(r"#(\d{1,4}(?:\s*,\s*#?\d{1,4}(?![\d.,]*\s*h))*)", re.IGNORECASE)
BARE_HOURS = re.compile(rf"\(?{AMOUNT}\)?(?!\w)", re.IGNORECASE)
UNTOLD = re.compile(r"[ ._'-]")


class Unreadable(Exception):
    """A pasted list that cannot be taken; `messages` says why, line by line."""

    def __init__(self, messages):
        super().__init__(messages)
        self.messages = messages


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: `parent` is the rank, from 0, of the one that it belongs to, or None.

    `people` and `criteria` are what it names after @ and #, as it names them.
    """

    number: int
    title: str
    estimate: Decimal | None
    parent: int | None
    people: tuple = ()
    criteria: tuple = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A subtask to be: its people (`User`) and criteria (`AcceptanceCriterion`); `parent` as in `Line`."""

    title: str
    estimate: Decimal | None
    parent: int | None
    developers: tuple
    testers: tuple
    criteria: tuple


@dataclass
class Marks:
    """What the end of a line says: `hours`, as often as it gives them, `people`, `criteria`; `rest` is not understood."""

    hours: list = field(default_factory=list)
    people: list = field(default_factory=list)
    criteria: list = field(default_factory=list)
    rest: str = ""


def read(text):
    """The `Line`s of a pasted `text`, in order. Raises `Unreadable`."""
    rows = [(number, row) for number, row in enumerate(text.expandtabs(TAB).splitlines(), 1) if row.strip()]
    if not rows:
        raise Unreadable([_("Write at least one line.")])
    if len(rows) > MOST_LINES:
        raise Unreadable(
            [
                _("The list has %(count)d lines; %(most)d at the most are taken at once.")
                % {"count": len(rows), "most": MOST_LINES}
            ]
        )
    margin = min(_indent(row) for _number, row in rows)
    lines, faults, last, first_level, second = [], [], None, True, None
    for number, row in rows:
        indent = _indent(row) - margin
        first_level = indent == 0 or last is None
        if not first_level and second is not None and indent > second:
            faults.append(
                _("Line %(number)d: a subtask is split only once; two levels are taken.") % {"number": number}
            )
        if first_level:
            second = None
        elif second is None:
            second = indent
        title, marks = _parts(row)
        faults += _faults(number, title, marks)
        if first_level:
            last = len(lines)
        lines.append(
            Line(
                number,
                title,
                marks.hours[0] if marks.hours else None,
                None if first_level else last,
                tuple(dict.fromkeys(marks.people)),
                tuple(dict.fromkeys(marks.criteria)),
            )
        )
    if faults:
        raise Unreadable(faults)
    return lines


def read_template(text):
    """The same for a template, whose lines name no criteria. Raises `Unreadable`."""
    lines = read(text)
    faults = [
        _("Line %(number)d: a template names no criteria, since each request has its own.")
        % {"number": line.number}
        for line in lines
        if line.criteria
    ]
    if faults:
        raise Unreadable(faults)
    return lines


def pieces(progress, lines, *, developers=(), testers=()):
    """What `lines` become in the file of `progress`: a `Piece` each, in order. Raises `Unreadable`.

    A line that names nobody has the people of the line that it belongs to, or else `developers` and `testers`; one
    that others belong to has none of its own.
    """
    people = (
        list(User.objects.with_role(Role.DEVELOPER, Role.TESTER)) if any(one.people for one in lines) else []
    )
    criteria = {one.position: one for one in progress.criteria} if any(one.criteria for one in lines) else {}
    split = {line.parent for line in lines}
    found, faults = [], []
    for line in lines:
        try:
            named = [_named(name, people, progress.rulers) for name in line.people]
            own = Piece(
                line.title,
                line.estimate,
                line.parent,
                tuple(one for one in named if one.has_role(Role.DEVELOPER)),
                tuple(one for one in named if not one.has_role(Role.DEVELOPER)),
                tuple(_criterion(number, criteria) for number in line.criteria),
            )
        except LookupError as fault:
            faults.append(_("Line %(number)d: %(fault)s") % {"number": line.number, "fault": fault.args[0]})
            continue
        found.append(own)
    if faults:
        raise Unreadable(faults)
    return [_staffed(rank, found, split, tuple(developers), tuple(testers)) for rank in range(len(found))]


def tree(lines):
    """`lines` as pairs of a line of the first level and those under it."""
    return [
        (line, [under for under in lines if under.parent == rank])
        for rank, line in enumerate(lines)
        if line.parent is None
    ]


def _indent(row):
    return len(row) - len(row.lstrip())


def _parts(row):
    """The title of a row, and its `Marks`."""
    text = row.strip()
    bullet = BULLET.match(text)
    text = text[bullet.end() :] if bullet else text
    begin = MARKS.search(text)
    title, marks = (text[: begin.start()], _marks(text[begin.end() :])) if begin else (text, Marks())
    hours = HOURS.search(title)
    if hours:
        title = title[: hours.start()]
        marks.hours.append(_amount(hours[1] or hours[2]))
    return title.strip(), marks


def _marks(text):
    marks, at = Marks(), 0
    while at < len(text):
        if person := PERSON.match(text, at):
            marks.people.append(person[1].rstrip(".'’-"))
        elif numbers := NUMBERS.match(text, at):
            marks.criteria += [int(number) for number in re.findall(r"\d+", numbers[1])]
        elif hours := BARE_HOURS.match(text, at):
            marks.hours.append(_amount(hours[1]))
        else:
            marks.rest = text[at:]
            break
        at = BETWEEN.match(text, (person or numbers or hours).end()).end()
    return marks


def _amount(hours):
    return Decimal("".join(hours.split()).replace(",", ".").replace("−", "-"))


def _faults(number, title, marks):
    """What is wrong with one line, in sentences."""
    if not title:
        yield _("Line %(number)d: the title is missing.") % {"number": number}
    elif len(title) > LONGEST_TITLE:
        yield _("Line %(number)d: the title has %(count)d characters; %(most)d at the most.") % {
            "number": number,
            "count": len(title),
            "most": LONGEST_TITLE,
        }
    if marks.rest:
        yield _(
            "Line %(number)d: “%(rest)s” is not understood; the title comes first, then @, hours and #."
        ) % {"number": number, "rest": marks.rest}
    if len(marks.hours) > 1:
        yield _("Line %(number)d: the hours are given twice.") % {"number": number}
    elif marks.hours and marks.hours[0] <= 0:
        yield _("Line %(number)d: give hours above zero.") % {"number": number}


def _named(name, people, rulers):
    """The one of `people` whom `name` names; LookupError with a sentence where nobody can be."""
    found = [person for person in people if _told(name) in _names(person)]
    here = [person for person in found if person.is_active]
    if not found:
        raise LookupError(_("nobody who develops or tests is called “@%(name)s”.") % {"name": name})
    if not here:
        raise LookupError(_("%(name)s has left; name somebody else.") % {"name": found[0]})
    if len(here) > 1:
        several = _(" or ").join(map(str, here))
        raise LookupError(
            _("“@%(name)s” may be %(people)s; give the beginning of the e-mail.")
            % {"name": name, "people": several}
        )
    if here[0].pk in rulers:
        raise LookupError(_("%(name)s ruled on this request and keeps out of it.") % {"name": here[0]})
    return here[0]


def _names(person):
    """Everything that somebody may be called by after @."""
    first, last, email = person.first_name, person.last_name, person.email
    return {_told(name) for name in (email, email.partition("@")[0], first, last, f"{first}.{last}")}


def _told(name):
    """`name` without what people leave out when they type it."""
    return UNTOLD.sub("", folded(name))


def _criterion(number, criteria):
    if number in criteria:
        return criteria[number]
    if not criteria:
        raise LookupError(_("the specification has no acceptance criteria."))
    raise LookupError(
        _("there is no criterion %(number)d; the last one is %(last)d.")
        % {"number": number, "last": max(criteria)}
    )


def _staffed(rank, pieces, split, developers, testers):
    """The piece of that rank with the people that it has in the end."""
    piece = pieces[rank]
    if rank in split:
        return replace(piece, developers=(), testers=())
    parent = piece if piece.parent is None else pieces[piece.parent]
    return replace(
        piece,
        developers=piece.developers or parent.developers or developers,
        testers=piece.testers or parent.testers or testers,
    )
