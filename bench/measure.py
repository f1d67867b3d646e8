"""What is visited, by whom, and what came out of it."""

import json
import re
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from statistics import median
from uuid import uuid4

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from django.db.models import Avg, Count
from django.db.models.functions import Length
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bench import team
from bench.processes import seconds_used
from bench.visits import Times, Visit, make
from demo.volume import loading
from notifications.models import OutgoingMessage
from requests_app import agenda
from requests_app.board import under_work
from requests_app.models import ChangeRequest, Nature
from workflow.steps import Step

PORTAL_BACKEND = "accounts.backends.PeopleBackend"
FLOOR_BACKEND = "django.contrib.auth.backends.ModelBackend"
NUMBER = re.compile(rb"[A-Z]{2,8}-[0-9]{4}-[0-9]{4,}")
CARD = b"data-card"
APPLICATIONS = ("cdc_portal.wsgi:application", "bench.floor:application")
FILES = 20
CLIENTS = 8
# Three for each thread of the two processes.
WARM_UP = 24
SEARCHED = "registre"


@dataclass
class Measured:
    """One line of the result: the portal's times and the floor's, and the statements of one visit."""

    name: str
    portal: Times
    floor: Times
    ratio: float
    statements: int | None
    goal: float


class Bench:
    """One run: its options, its two servers, its people."""

    def __init__(self, options, ports, servers):
        self.options, (self.portal, self.floor) = options, ports
        self.server = {port: process.pid for port, process in zip(ports, servers, strict=True)}
        team = User.objects.vendor_side()
        self.support = (
            team.with_role(Role.SUPPORT)
            .filter(pk__in=ChangeRequest.objects.in_progress().values("in_charge"))
            .first()
        )
        self.lead = team.with_role(Role.LEAD).first()
        busiest = (
            ChangeRequest.objects.in_progress()
            .order_by()
            .values("organisation")
            .annotate(number=Count("pk"))
            .order_by("-number")
            .values_list("organisation", flat=True)[:CLIENTS]
        )
        admins = User.objects.with_role(Role.CLIENT_ADMIN).order_by("pk")
        self.clients = [admins.filter(organisation=organisation).first() for organisation in busiest]
        self.sessions = {}
        self.created = []

    def session(self, person, backend):
        """A session of `person`, as signing in makes it; one for each server."""
        if (person.pk, backend) not in self.sessions:
            store = SessionStore()
            store[SESSION_KEY] = str(person.pk)
            store[BACKEND_SESSION_KEY] = backend
            store[HASH_SESSION_KEY] = person.get_session_auth_hash()
            store.save()
            self.sessions[person.pk, backend] = store.session_key
        return self.sessions[person.pk, backend]

    def visit(self, person, path, **more):
        """A visit of the portal."""
        return Visit(self.session(person, PORTAL_BACKEND), path, **more)

    def floor_visit(self, person, path, **more):
        """A visit of the floor."""
        return Visit(self.session(person, FLOOR_BACKEND), path, **more)

    def pages(self):
        """`(name, [visit of the portal], floor's address for each)`; None: a list with as many rows."""
        home, requests = reverse("requests:home"), reverse("requests:list")
        narrowed = f"step={Step.DEVELOPMENT}&nature={Nature.NEW}"
        in_work = self._files(step=Step.DEVELOPMENT)
        drafts = [
            (client, number)
            for client in self.clients
            for number in self._files(
                step=Step.REQUEST, is_entered_by_vendor=False, organisation=client.organisation
            )[:3]
        ]
        yield "list", [(self.support, requests, "/?")]
        yield "list, filtered", [(self.support, f"{requests}?{narrowed}", f"/?{narrowed}&")]
        yield "list, text searched", [(self.support, f"{requests}?q={SEARCHED}", f"/?q={SEARCHED}&")]
        yield "list, client's", [(client, requests, "/?") for client in self.clients]
        yield "home, support", [(self.support, home, "/?")]
        yield "home, lead", [(self.lead, home, "/?")]
        yield "home, client", [(client, home, "/?") for client in self.clients]
        for name, person, tab, floor in (
            ("request page", self.support, "request", ""),
            ("development tab", self.lead, "development", "development/"),
            ("history tab", self.support, "history", "history/"),
        ):
            yield (
                name,
                [
                    (person, reverse(f"requests:{tab}", args=[number]), f"/{number}/{floor}?")
                    for number in in_work
                ],
            )
        yield (
            "request page, form",
            [
                (client, reverse("requests:request", args=[number]), f"/{number}/typed/?")
                for client, number in drafts
            ],
        )
        month, monday = f"{timezone.localdate():%Y-%m}", team.last_week().first
        yield "board", [(self.lead, reverse("requests:board"), "/board/?")]
        yield (
            "calendar",
            [(self.support, f"{reverse('requests:calendar')}?month={month}", f"/calendar/?month={month}&")],
        )
        yield (
            "week of 30 people",
            [(self.lead, f"{reverse('requests:team_hours')}?semaine={monday}", f"/week/?monday={monday}&")],
        )

    def measure_page(self, name, places):
        """Measure one kind of page beside the floor's of the same rows and bytes."""
        portal = [self.visit(person, path) for person, path, _floor in places]
        html, statements = self._answer(portal[0])
        shown = f"rows={len(set(NUMBER.findall(html)))}&cards={html.count(CARD)}"
        floor = [self.floor_visit(person, f"{path}{shown}") for person, _path, path in places]
        missing = self._size(portal, self.portal) - self._size(floor, self.floor)
        filled = [Visit(one.session, f"{one.path}&filler={max(0, missing)}") for one in floor]
        return self._interleaved(name, lambda: portal, lambda: filled, statements, 2)

    def measure_creation(self):
        """Measure the opening of a request, unsent."""
        forms = [(client, self._typed(client)) for client in self.clients]

        def portal():
            return [
                self.visit(
                    client, reverse("requests:create"), form={**typed, "key": str(uuid4())}, expects=302
                )
                for client, typed in forms
            ]

        def floor():
            return [
                self.floor_visit(client, "/new/", form={**typed, "requester": client.pk}, expects=302)
                for client, typed in forms
            ]

        _html, statements = self._answer(portal()[0])
        return self._interleaved("creation", portal, floor, statements, 3, keep=self.created)

    def measure_sending(self):
        """Measure the sending of a request to support, its messages written."""
        forms = {client.organisation.code: (client, self._typed(client)) for client in self.clients}

        def numbers(before_this_century):
            todo = [
                number for number in self.created if (number.split("-")[1] == "1999") == before_this_century
            ]
            for number in todo:
                self.created.remove(number)
                yield number, *forms[number.split("-")[0]]

        def portal():
            for number, client, typed in numbers(False):
                form = {**typed, "send": "on", "revision": "0"}
                path = reverse("requests:request", args=[number])
                yield self.visit(client, path, form=form, expects=302)

        def floor():
            for number, client, typed in numbers(True):
                yield self.floor_visit(client, f"/{number}/send/", form=typed | letters, expects=302)

        letters = {"messages": 4, "text": 0, "html": 0}
        ready = {"portal": portal(), "floor": floor()}
        first = next(ready["portal"])
        _html, statements = self._answer(first)
        sent = OutgoingMessage.objects.filter(event__change_request__number=first.path.split("/")[2])
        sizes = sent.aggregate(text=Avg(Length("text")), html=Avg(Length("html")))
        letters |= {"messages": sent.count(), **{name: int(size) for name, size in sizes.items()}}

        return self._interleaved(
            "sending, with its messages",
            lambda: ready["portal"],
            lambda: ready["floor"],
            statements,
            3,
            once=True,
        )

    def _interleaved(self, name, portal, floor, statements, goal, *, once=False, keep=None):
        """Portal, floor, portal, floor …, after a warm-up; the ratio is the middle one of the rounds'."""
        pooled, ratios = (Times(), Times()), []
        for number in range(self.options.rounds + 1):
            size = WARM_UP if number == 0 else self.options.visits
            medians = []
            for visits, port, times in ((portal, self.portal, pooled[0]), (floor, self.floor, pooled[1])):
                wanted = visits()
                if once:
                    wanted = list(islice(wanted, size))
                else:
                    wanted = (wanted * (size // len(wanted) + 1))[:size]
                    if wanted[0].form and "key" in wanted[0].form:
                        wanted = [
                            Visit(one.session, one.path, {**one.form, "key": str(uuid4())}, one.expects)
                            for one in wanted
                        ]
                used = seconds_used(self.server[port])
                turn = make(wanted, port, visitors=self.options.visitors)
                turn.processor = seconds_used(self.server[port]) - used
                if keep is not None:
                    keep += [place.split("/")[-3 if port == self.portal else -2] for place in turn.places]
                if number:
                    times.seconds += turn.seconds
                    times.sizes += turn.sizes
                    times.wall += turn.wall
                    times.processor += turn.processor
                    medians.append(turn.quantile(0.5))
            if medians:
                ratios.append(medians[0] / medians[1])
        return Measured(name, *pooled, median(ratios), statements, goal)

    def _answer(self, visit):
        """The body of an answer, and its number of statements, once what is kept between pages is kept."""
        client = Client(HTTP_HOST="127.0.0.1")
        client.cookies["sessionid"] = visit.session
        if visit.form is None:
            client.get(visit.path)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(visit.path) if visit.form is None else client.post(visit.path, visit.form)
        if answer.status_code != visit.expects:
            raise SystemExit(f"{visit.path} answered {answer.status_code}, not {visit.expects}")
        statements = [one for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        return answer.content, len(statements)

    def _size(self, visits, port):
        return make(visits, port, visitors=1).size

    def _files(self, **of):
        return list(
            ChangeRequest.objects.filter(**of)
            .exclude(number__contains="-1999-")
            .order_by("deadline", "pk")
            .values_list("number", flat=True)[:FILES]
        )

    def _typed(self, client):
        return {
            "title": "Exporter le registre des traitements, par service",
            "nature": Nature.NEW.value,
            "requester": client.email,
            "ticket_reference": "884213",
            "deadline": (timezone.localdate() + timedelta(days=90)).isoformat(),
            "description": "Chaque service relit ses traitements une fois par an.\n\n" * 10,
        }


def run(options, processes, ports):
    """Load what is missing, start the two servers, measure, print."""
    present = ChangeRequest.objects.count()
    if present < options.requests:
        begun = time.monotonic()
        loading.load(options.requests - present, seed=options.seed)
        print(f"{options.requests - present} requests loaded in {time.monotonic() - begun:.0f} s")
    team.fill()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # As the server leaves it once it has caught up: else it does so while the first lines are measured.
            cursor.execute("VACUUM (ANALYZE)")
    servers = [
        processes.start_web(application, port, workers=options.workers)
        for application, port in zip(APPLICATIONS, ports, strict=True)
    ]
    bench = Bench(options, ports, servers)
    print(
        f"{ChangeRequest.objects.count()} requests, {OutgoingMessage.objects.count()} messages, "
        f"{in_work()} subtasks under development, {dates_of_a_year()} dates in a year, "
        f"{connection.vendor}, {options.workers} web processes, {options.visitors} visitors at once, "
        f"{options.rounds} rounds of {options.visits} visits\n"
    )
    print_head()
    for name, places in bench.pages():
        if options.only in name and places:
            print_line(bench.measure_page(name, places))
    if options.only in "creation, sending":
        print_line(bench.measure_creation())
        print_line(bench.measure_sending())
    print(
        "\nTimes in milliseconds; × is the portal's median over the floor's, the middle one of the rounds;\n"
        "cpu: the processor's time of a visit in the web server, and its ratio, which a busy machine changes least."
    )
    if options.only in "documents, PDF":
        print_papers(processes.answer_of(sys.executable, "-m", "bench.papers", options.rounds))
    connections.close_all()


def in_work():
    """How many subtasks the board holds."""
    return under_work(User.objects.vendor_side().with_role(Role.LEAD).first()).count()


def dates_of_a_year():
    """How many dates the calendar of the last twelve months holds."""
    year = (timezone.localdate() - timedelta(days=364), timezone.localdate())
    reader = User.objects.vendor_side().with_role(Role.SUPPORT).first()
    return len(agenda.items(ChangeRequest.objects.visible_to(reader), *year, user=reader))


def print_papers(said):
    """What `bench.papers` said, as a table."""
    told = json.loads(said)
    print(f"\n{'documents, PDF':38}{'median s':>10}{'longest s':>11}")
    for name, middle, longest in told["lines"]:
        print(f"{name:38}{middle:10.2f}{longest:11.2f}")
    for name in ("worker", "programs"):
        print(f"{f'memory, peak of the {name}':38}{told[name] / 2**20:7.0f} MB")


def print_head():
    """The head of the table."""
    print(f"{'':27}{'portal':^32}{'floor':^32}")
    columns = "".join(f"{name:>8}" for name in ("p50", "p95", "req/s", "cpu") * 2)
    print(f"{'':27}{columns}{'×':>7}{'cpu ×':>7}{'goal':>6}{'stmts':>7}{'bytes':>9}", flush=True)


def print_line(one):
    """One line of the table."""
    figures = "".join(
        f"{times.quantile(0.5):8.1f}{times.quantile(0.95):8.1f}{times.rate:8.0f}{times.work:8.1f}"
        for times in (one.portal, one.floor)
    )
    work = one.portal.work / one.floor.work if one.floor.work else 0
    print(
        f"{one.name:27}{figures}{one.ratio:7.1f}{work:7.1f}{one.goal:6.0f}{one.statements:7}{one.portal.size:9}",
        flush=True,
    )
