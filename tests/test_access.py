"""Every address of the portal, for every role, on the own organisation's files and on another's: a line each.

The pages of people and administration have their lines in `tests/accounts/test_access.py`; here is all the
rest. An address that stands in neither table fails.
"""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from documents.models import Preview, PreviewPage
from notifications.models import OutgoingMessage
from privacy.models import RegisterEntry
from requests_app.models import Proof, Release, Section, SubtaskTemplate
from requests_app.services import conversation, documents, requests, split
from tests.accounts import test_access as accounts_access
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.documents import PNG, IssuedFactory, ready_preview
from tests.factories.notifications import MessageFactory
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db

CLIENTS = {"client_admin", "client_auditor", "client_dpo"}
DPOS = {"dpo", "deputy_dpo"}
WORKERS = {"developer", "tester"}
VENDORS = {"support", "lead"} | DPOS | WORKERS
ROLES = [*sorted(CLIENTS), "requester", *sorted(VENDORS), "portal_admin"]

# Who knows that a file exists, by what became of it. Everybody else is answered as if it did not.
SEES = {
    "unsent": CLIENTS,
    "entered": {"support"},
    "sent": CLIENTS | {"support", "lead"} | DPOS,
    "developed": CLIENTS | VENDORS,
}
OPEN = ("unsent", "entered")


@dataclass(frozen=True)
class Turn:
    """`status` for `who` while the file is in one of `states`; there 403 for others, elsewhere 409 for all."""

    states: tuple
    who: set
    status: int

    def of(self, state, who):
        if state not in self.states:
            return 409
        return self.status if who in self.who else 403


# GET, then POST without a word, by somebody who sees the file.
FILE = {
    "requests:detail": (302, 302),
    "requests:request": (200, Turn(OPEN, CLIENTS | {"support"}, 302)),
    "requests:request_documents": (200, Turn(OPEN, CLIENTS | {"support"}, 422)),
    # It came with a message, and what was said stays said.
    "requests:document": (200, 403),
    "requests:document_page": (200, 405),
    "requests:document_thumbnail": (200, 405),
    "requests:document_content": (200, 405),
    "requests:document_download": (200, 405),
    "requests:document_withdraw": (405, 302),
    "requests:album": (
        Turn(OPEN, CLIENTS | {"support"}, 200),
        Turn(OPEN, CLIENTS | {"support"}, 422),
    ),
    # Nobody has taken or sent any.
    "requests:album_picture": (404, 405),
    "requests:upload_begin": (405, 400),
    "requests:upload": (404, 404),
    "requests:upload_finish": (405, 404),
    # Its rows are missing: a page out of order, that saves nothing.
    "requests:specification": (200, Turn(("sent",), {"support"}, 422)),
    "requests:return_to_client": (
        Turn(("sent",), {"support"}, 200),
        Turn(("sent",), {"support"}, 422),
    ),
    "requests:date_load": (200, 405),
    "requests:decline": (Turn(("sent",), {"support"}, 200), Turn(("sent",), {"support"}, 422)),
    "requests:change_planned_date": (
        Turn(("developed",), {"support", "lead"}, 200),
        Turn(("developed",), {"support", "lead"}, 422),
    ),
    "requests:specification_documents": (200, Turn(("sent",), {"support"}, 422)),
    "requests:ruling": (200, Turn((), DPOS, 422)),
    "requests:return_to_support": (Turn((), DPOS, 200), Turn((), DPOS, 422)),
    "requests:decision": (200, Turn((), CLIENTS, 422)),
    "requests:withdraw_signature": (405, 302),
    "requests:cancel": (
        Turn(("unsent", "entered", "sent"), {"client_admin"}, 200),
        Turn(("unsent", "entered", "sent"), {"client_admin"}, 422),
    ),
    # A form that names no act is a page out of order, whoever sends it.
    "requests:development": (200, 400),
    "requests:split_list": (
        Turn(("developed",), {"lead"}, 200),
        Turn(("developed",), {"lead"}, 422),
    ),
    "requests:gdpr_sheet": (200, 400),
    "requests:subtask": (200, 400),
    "requests:delivery": (200, Turn((), {"client_admin"}, 422)),
    "requests:proof": (200, 302),
    "requests:dossier": (404, 302),
    "requests:history": (200, 405),
    "requests:resolve_message": (405, 403),
    "requests:in_charge": (405, 302),
    "requests:conversation": (200, 422),
}
# What the address of each has beside the number; the keys are of nothing.
KEYED = {
    "requests:album": ["request"],
    "requests:album_picture": ["request", UUID(int=0)],
    "requests:upload_begin": ["request", "documents"],
    "requests:upload": ["request", "documents", UUID(int=0)],
    "requests:upload_finish": ["request", "documents", UUID(int=0)],
}
# What of a file is not there in each state, or not for each who sees it.
ABSENT = {
    "requests:subtask": {"unsent": CLIENTS, "entered": {"support"}, "sent": SEES["sent"]},
    # Nothing is proved before it became true.
    "requests:proof": {"unsent": CLIENTS, "entered": {"support"}, "sent": SEES["sent"]},
    # Dates are given by support and the lead.
    "requests:date_load": {state: sees - {"support", "lead"} for state, sees in SEES.items()},
    # A message that is stuck is the vendor's business.
    "requests:resolve_message": dict.fromkeys(SEES, CLIENTS),
}
# GET, then POST without a word: who is answered otherwise than 404.
PLACES = {
    # It takes no POST from anybody: that tells nothing of requests.
    "requests:home": (
        {**dict.fromkeys(CLIENTS | VENDORS, 200), "portal_admin": 302},
        dict.fromkeys(ROLES, 405),
    ),
    "requests:list": (dict.fromkeys(CLIENTS | VENDORS, 200), 405),
    "requests:create": (
        dict.fromkeys(CLIENTS | {"support"}, 200),
        {**dict.fromkeys(CLIENTS, 302), "support": 200},
    ),
    # Ticking nothing is refused; who waits for nothing has nothing to tick.
    "requests:rule_together": (dict.fromkeys(DPOS, 200), dict.fromkeys(DPOS, 422)),
    "requests:dpo_desk": (dict.fromkeys(DPOS, 200), 405),
    "requests:rulings_given": (dict.fromkeys(DPOS, 200), 405),
    "requests:invite": ({"support": 200}, {"support": 200}),
    "requests:calendar": (dict.fromkeys(CLIENTS | VENDORS, 200), 405),
    "requests:calendar_subscription": (
        dict.fromkeys(CLIENTS | VENDORS, 200),
        dict.fromkeys(CLIENTS | VENDORS, 302),
    ),
    # A form that names no act is a page out of order.
    "requests:leave": (dict.fromkeys(VENDORS, 200), dict.fromkeys(VENDORS, 400)),
    "requests:forecasts": (dict.fromkeys(CLIENTS | VENDORS, 200), 405),
    "requests:hours": (
        dict.fromkeys(["developer", "lead"], 200),
        # A week without a line: nothing was changed.
        dict.fromkeys(["developer", "lead"], 302),
    ),
    # A form that names no act is a page out of order.
    "requests:team_hours": ({"lead": 200}, {"lead": 400}),
    "requests:time_totals": ({"lead": 200}, 405),
    "requests:time_totals_export": ({"lead": 200}, 405),
    # Of a fortnight of which nobody was told.
    "requests:load_report": ({}, {"lead": 405}),
    "requests:load": (dict.fromkeys(VENDORS, 200), 405),
    "requests:clock": (dict.fromkeys(CLIENTS | VENDORS, 200), 405),
    "requests:deliveries": (dict.fromkeys(CLIENTS | VENDORS, 200), 405),
    "requests:release_create": ({"lead": 200}, {"lead": 422}),
    "requests:release": ({"lead": 200}, {"lead": 422}),
    "requests:register": (dict.fromkeys(CLIENTS | DPOS, 200), 405),
    # An adoption that names no version.
    "requests:register_entry": (dict.fromkeys(CLIENTS | DPOS, 200), dict.fromkeys(CLIENTS | DPOS, 422)),
    # Nothing is made before it is asked for.
    "requests:register_export": ({}, dict.fromkeys(CLIENTS | DPOS, 302)),
    # A card that names none is not there.
    "requests:board": (dict.fromkeys(VENDORS, 200), dict.fromkeys(VENDORS, 404)),
    "requests:board_counts": (dict.fromkeys(VENDORS, 200), 405),
    "requests:templates": ({"lead": 200}, 405),
    "requests:template_create": ({"lead": 200}, {"lead": 422}),
    "requests:template": ({"lead": 200}, {"lead": 422}),
    "requests:stuck_messages": ({"support": 200, "portal_admin": 200}, 405),
    "custody:retention": ({"portal_admin": 200}, {"portal_admin": 405}),
    "custody:erasures": ({"portal_admin": 200}, {"portal_admin": 405}),
    # Nothing was made for them yet.
    "custody:own_data": (dict.fromkeys(ROLES, 200), dict.fromkeys(ROLES, 302)),
    "custody:own_export": ({}, dict.fromkeys(ROLES, 405)),
    "custody:person_data": ({"portal_admin": 200}, {"portal_admin": 302}),
    "custody:person_export": ({}, {"portal_admin": 405}),
    # Without the tick.
    "custody:erase": ({"portal_admin": 200}, {"portal_admin": 422}),
    "requests:settle_message": ({"support": 405, "portal_admin": 405}, {"support": 403, "portal_admin": 403}),
}
# Everybody, signed in or not.
OPEN_TO_ALL = {
    "health": (200, 405),
    # Of a code that was never given.
    "verification:ask": (200, 405),
    "verification:code": (404, 404),
    # A secret address, that of nobody.
    "requests:calendar_feed": (404, 405),
    "demo:mail_list": (200, 405),
    "demo:mail": (404, 405),
    "demo:mail_html": (404, 405),
}
EMERGENCY = "admin:"


@dataclass
class Story:
    """A file in one state, with something of everything that has an address of its own."""

    cast: Cast
    state: str

    def __post_init__(self):
        tell = {
            "unsent": self.unsent,
            "entered": self.entered,
            "sent": self.sent,
            "developed": self.developed,
        }
        self.file = tell[self.state]()
        self.attachment = self.attach()
        self.subtask = self.file.subtasks.first()
        self.proof = Proof.objects.filter(event__change_request=self.file).first()
        if self.proof:
            self.proof.issued = IssuedFactory()
            self.proof.save()
        self.message = MessageFactory(uncertain=True, event=self.file.events.first())

    def unsent(self):
        return stories.opened(self.cast)

    def entered(self):
        return requests.open_request(
            actor=self.cast.support,
            organisation=self.cast.organisation,
            fields=stories.request_fields(self.cast),
        )

    def sent(self):
        return stories.sent(self.cast)

    def developed(self):
        file = stories.validated(self.cast)
        stories.split(file, self.cast)
        return fresh(file)

    def attach(self):
        """A document that everybody who sees the file may read: one that came with a message."""
        author = self.cast.support if self.state == "entered" else self.cast.client_admin
        upload = ContentFile(PNG, name="ecran.png")
        said, refusals = conversation.post_message(
            self.file, actor=author, text="Voir la note.", uploads=[upload]
        )
        assert refusals == []
        attachment = said.attachments.get()
        with_pages(attachment)
        return attachment

    def address(self, name, *, number=None):
        """The address of one of the file's pages; under another file's `number`, its parts are not there."""
        part = {
            "requests:subtask": self.subtask.position if self.subtask else 1,
            "requests:resolve_message": self.message.pk,
        }
        number = number or self.file.number
        if name == "requests:proof":
            rank = self.proof.event.sequence if self.proof else 1
            return reverse(name, args=[number, rank, "specification", "fr"])
        if name == "requests:dossier":
            return reverse(name, args=[number, "pdf"])
        if name in part:
            return reverse(name, args=[number, part[name]])
        if name in KEYED:
            return reverse(name, args=[number, *KEYED[name]])
        if name.startswith("requests:document"):
            return document_address(name, number, self.attachment)
        return reverse(name, args=[number])


def document_address(name, number, attachment):
    """The address of something of a document; of its pages, the first."""
    pages = [1] if name in ("requests:document_page", "requests:document_thumbnail") else []
    return reverse(name, args=[number, attachment.file_id, *pages])


def with_pages(attachment):
    """A document whose first page can be read. Files of the same content share it."""
    if not PreviewPage.objects.filter(preview__in=Preview.objects.of(attachment.file)).exists():
        ready_preview(attachment.file)
    return attachment


def address(name):
    """The address of a page that belongs to no file."""
    if name == "requests:settle_message":
        return reverse(name, args=[OutgoingMessage.objects.last().pk])
    if name == "requests:release":
        return reverse(name, args=[Release.objects.last().pk])
    if name == "requests:register_entry":
        return RegisterEntry.objects.get(kind="controller").get_absolute_url()
    if name == "requests:register_export":
        return reverse(name, args=["csv"])
    if name == "requests:template":
        return reverse(name, args=[SubtaskTemplate.objects.last().pk])
    if name in ("custody:erase", "custody:person_data", "custody:person_export"):
        return reverse(name, args=[UserFactory(requester=True).pk])
    if name == "requests:load_report":
        return reverse(name, args=[date(2026, 3, 16)])
    if name == "requests:calendar_feed":
        return reverse(name, args=["aucune"])
    if name in ("demo:mail", "demo:mail_html"):
        return reverse(name, args=["20260101T000000-aucun"])
    if name == "verification:code":
        return reverse(name, args=["0" * 20])
    return reverse(name)


def at_desk(person):
    """A browser in which `person` is signed in; with None, nobody."""
    client = Client()
    if person:
        client.force_login(person)
    return client


def desks_of(cast):
    """A browser for each role, and one in which nobody is signed in."""
    return {who: at_desk(getattr(cast, who)) for who in ROLES} | {"anonymous": at_desk(None)}


def ask(client, method, where):
    """The status that is answered, with nothing of it kept."""
    with transaction.atomic():
        response = client.generic(method, where) if method == "GET" else client.post(where)
        transaction.set_rollback(True)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def expected(name, state, who, method):
    """What the table says of a file's page for `who`."""
    if who == "anonymous":
        return 302
    if who not in SEES[state] or who in ABSENT.get(name, {}).get(state, ()):
        # What a page takes is the same for all files, known or not.
        takes = FILE[name][method == "POST"]
        return 405 if takes == 405 else 404
    line = FILE[name][method == "POST"]
    return line.of(state, who) if isinstance(line, Turn) else line


def test_every_address_has_a_line():
    names = set(accounts_access.names(get_resolver()))
    lines = [*accounts_access.ACCESS, *FILE, *PLACES, *OPEN_TO_ALL]

    assert len(lines) == len(set(lines))
    assert {name for name in names if not name.startswith(EMERGENCY)} == set(lines)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("state", SEES)
def test_who_is_answered_what_on_a_file_of_their_own_organisation(state, method):
    cast = Cast().everybody()
    story = Story(cast, state)
    desks = desks_of(cast)

    answered, table = {}, {}
    for name in FILE:
        for who, desk in desks.items():
            answered[name, who] = ask(desk, method, story.address(name))
            table[name, who] = expected(name, state, who, method)

    assert {line: status for line, status in answered.items() if status != table[line]} == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_file_of_another_organisation_answers_as_one_that_does_not_exist(method):
    theirs = [Story(Cast(), state) for state in SEES]
    own = Story(Cast(), "developed")
    reader = at_desk(own.cast.client_admin)
    nobody = "ZZZZ-2020-0001"

    for story in theirs:
        for name in FILE:
            absent = 405 if FILE[name][method == "POST"] == 405 else 404
            assert ask(reader, method, story.address(name)) == absent, name
            assert ask(reader, method, story.address(name, number=nobody)) == absent, name


def plain(response):
    """A page without the token against forgery, which is new on each."""
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", response.text)


def test_page_of_another_organisations_file_reads_like_that_of_a_number_never_given(client):
    story = Story(Cast(), "developed")
    client.force_login(Cast().client_admin)
    there, nowhere = story.file.number, "ZZZZ-2020-0001"

    for name in FILE:
        known = client.get(story.address(name))
        unknown = client.get(story.address(name, number=nowhere))
        assert known.status_code == unknown.status_code
        assert plain(known).replace(there, nowhere) == plain(unknown)
        assert {*known.headers} == {*unknown.headers}


# Named by a rank in their file or by nothing but the file: under another number they are that file's own.
BY_RANK = {"requests:subtask", "requests:proof", "requests:date_load"}
PARTS = [
    name for name in FILE if name.startswith("requests:document") or (name in ABSENT and name not in BY_RANK)
]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_part_of_one_file_is_not_found_under_the_number_of_another(method):
    own, theirs = Story(Cast().everybody(), "developed"), Story(Cast(), "developed")

    for who, desk in desks_of(own.cast).items():
        for name in PARTS:
            where = theirs.address(name, number=own.file.number)
            absent = 405 if FILE[name][method == "POST"] == 405 else 404
            assert ask(desk, method, where) == (302 if who == "anonymous" else absent), (name, who)


def test_note_of_the_vendors_side_and_its_documents_do_not_exist_for_the_client():
    cast = Cast()
    file = stories.sent(cast)
    upload = ContentFile(PNG, name="interne.png")
    said, _refusals = conversation.post_message(
        file, actor=cast.support, text="Entre nous.", is_note=True, uploads=[upload]
    )
    note = with_pages(said.attachments.get())
    client, support = at_desk(cast.client_admin), at_desk(cast.support)

    for name in (name for name in PARTS if name.startswith("requests:document")):
        where = document_address(name, file.number, note)
        method = "POST" if FILE[name][0] == 405 else "GET"
        assert ask(client, method, where) == 404
        assert ask(support, method, where) == (302 if method == "POST" else 200)


def test_document_not_sent_yet_exists_for_its_own_side_alone():
    cast = Cast()
    file = stories.opened(cast)
    stories.requests.send_to_support(file, actor=cast.client_admin)
    [attachment], _refusals = documents.add_documents(
        fresh(file),
        actor=cast.support,
        section=Section.SPECIFICATION,
        uploads=[ContentFile(PNG, name="brouillon.png")],
    )
    with_pages(attachment)

    client, support = at_desk(cast.client_admin), at_desk(cast.support)

    for name in (name for name in PARTS if name.startswith("requests:document") and FILE[name][0] == 200):
        where = document_address(name, file.number, attachment)
        assert (ask(support, "GET", where), ask(client, "GET", where)) == (200, 404)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_is_answered_what_beside_the_files(method):
    cast = Cast().everybody()
    stories.delivered(cast)
    Story(cast, "sent")
    split.save_template(SubtaskTemplate(), actor=cast.lead, name="Écran", nature="", text="Écrire")
    Release.objects.create(
        name="4.3.0", environment="production", planned_on="2027-03-01", created_by=cast.lead
    )
    desks = desks_of(cast)
    answered, table = {}, {}
    for name, line in PLACES.items():
        allowed = line[method == "POST"]
        if isinstance(allowed, int):
            allowed = dict.fromkeys(line[0], allowed)
        for who, desk in desks.items():
            answered[name, who] = ask(desk, method, address(name))
            table[name, who] = 302 if who == "anonymous" else allowed.get(who, 404)

    assert {line: status for line, status in answered.items() if status != table[line]} == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_open_to_all_is_open_to_all(method):
    desks = desks_of(Cast()).values()

    for name, line in OPEN_TO_ALL.items():
        assert {ask(desk, method, address(name)) for desk in desks} == {line[method == "POST"]}, name


def test_emergency_pages_exist_for_no_role():
    names = [name for name in accounts_access.names(get_resolver()) if name.startswith(EMERGENCY)]
    addresses = {reverse(name) for name in names if name.endswith(("_changelist", "_add", ":index"))}
    desks = desks_of(Cast())

    # Each leads to the portal's own sign-in, and from there to nothing.
    for where in addresses:
        assert {ask(desk, method, where) for desk in desks.values() for method in ("GET", "POST")} == {302}
