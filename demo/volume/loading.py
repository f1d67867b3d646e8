"""Requests by the thousand, for measuring: the same seed on the same day gives the same rows."""

import random
import string
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import count
from operator import itemgetter

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import Mailbox, Organisation, User
from accounts.roles import CLIENT_ROLES, Role
from demo.people import PASSWORD
from demo.volume import words
from demo.volume.chronicle import host, subject_in
from demo.volume.hours import DAY, minute_of, moment
from demo.volume.rows import reset_sequences, write
from demo.volume.scripts import script
from demo.volume.story import Story
from requests_app.models import ChangeRequest, NumberSequence
from workflow.steps import Step

# Where files stand, of a hundred: most of a vendor's files are over.
OUTCOMES = {
    Step.REQUEST: 5,
    Step.SPECIFICATION: 8,
    Step.RULING: 4,
    Step.DECISION: 6,
    Step.DEVELOPMENT: 12,
    Step.ACCEPTANCE: 4,
    Step.CLOSED: 48,
    Step.DECLINED: 5,
    Step.CANCELLED: 8,
}
OVER = (Step.CLOSED, Step.DECLINED, Step.CANCELLED)
PAST_YEARS = 3
WORKING_DAYS = 250
BATCH = 500
REQUESTS_PER_ORGANISATION = 250
VENDOR_TEAM = {
    Role.SUPPORT: 6,
    Role.DPO: 1,
    Role.DEPUTY_DPO: 1,
    Role.LEAD: 2,
    Role.DEVELOPER: 8,
    Role.TESTER: 4,
    Role.PORTAL_ADMIN: 1,
}
VENDOR_DOMAIN = "volume.example"


@dataclass
class Client:
    """An organisation with its people, those who see its files, and those who decide."""

    organisation: Organisation
    people: list

    @cached_property
    def seers(self):
        return [person for person in self.people if person.has_role(*CLIENT_ROLES)]

    @cached_property
    def admins(self):
        return [person for person in self.people if person.is_client_admin]


class World:
    """Chance, people and keys for the stories, and the rows that they hand over."""

    def __init__(self, seed, requests):
        # What is there counts too, or a second loading would give the same Message-IDs again.
        grain = f"{seed}/{ChangeRequest.objects.count()}"
        self.draw = random.Random(grain)  # noqa: S311 nothing secret: the same seed gives the same rows
        self.rows = defaultdict(list)
        self.host = host()
        self.subject = cache(subject_in)
        self._keys = {}
        self._password = make_password(PASSWORD, salt=self._letters(22))
        self._addresses = set(User.objects.values_list("email", flat=True))
        self.vendor = {
            role: [self._person(role, None, VENDOR_DOMAIN) for _one in range(number)]
            for role, number in VENDOR_TEAM.items()
        }
        self.clients = [
            self._client(is_whole=rank == 0) for rank in range(max(3, requests // REQUESTS_PER_ORGANISATION))
        ]
        self.mailboxes = [self._mailbox(kind) for kind in Mailbox.Kind]

    def key(self, model):
        """The next primary key of `model`: given here, since seals and hashes cover them."""
        if model not in self._keys:
            highest = model._base_manager.aggregate(highest=Max("pk"))["highest"] or 0
            self._keys[model] = count(highest + 1)
        return next(self._keys[model])

    def address(self, number):
        """The address of a file, as its messages give it."""
        return f"{settings.PORTAL_URL}/demandes/{number}/"

    def flush(self):
        """Write the rows that the stories handed over."""
        for model, rows in self.rows.items():
            write(model, rows)
        reset_sequences(self.rows)
        self.rows.clear()

    def _letters(self, number):
        return "".join(self.draw.choices(string.ascii_letters, k=number))

    def _person(self, role, organisation, domain):
        first, last = self.draw.choice(words.FIRST_NAMES), self.draw.choice(words.LAST_NAMES)
        local = f"{plain(first)}.{plain(last)}"
        address = next(
            address
            for rank in count(1)
            if (address := f"{local}{rank if rank > 1 else ''}@{domain}") not in self._addresses
        )
        self._addresses.add(address)
        return User.objects.create(
            email=address,
            password=self._password,
            first_name=first,
            last_name=last,
            position=self.draw.choice(words.POSITIONS) if organisation else str(role.label).capitalize(),
            organisation=organisation,
            language="en" if self.draw.random() < 0.05 else "fr",
            **{role.column: True} if role else {},
        )

    def _client(self, *, is_whole):
        """One client; a whole one has people of every role."""
        draw = self.draw
        names = set(Organisation.objects.values_list("name", flat=True))
        codes = set(Organisation.objects.values_list("code", flat=True))
        places = [place for place in words.PLACES for _kind in words.KINDS]
        draw.shuffle(places)
        for place in places:
            _kind, pattern, letters = draw.choice(words.KINDS)
            name = pattern.format(place=place)
            code = (letters + plain(place).replace("-", "").replace(".", ""))[:6].upper()
            if name not in names and code not in codes:
                break
        else:
            code = next(code for _ever in count() if (code := self._letters(8).upper()) not in codes)
            name = f"Commune de {code.capitalize()}"
        organisation = Organisation.objects.create(code=code, name=name)
        roles = [Role.CLIENT_ADMIN] * draw.randint(1, 2) + [None] * draw.randint(3, 7)
        roles += [role for role in (Role.CLIENT_AUDITOR, Role.CLIENT_DPO) if is_whole or draw.random() < 0.5]
        domain = f"{code.lower()}.example"
        return Client(organisation, [self._person(role, organisation, domain) for role in roles])

    def _mailbox(self, kind):
        address = f"{kind.value}@{VENDOR_DOMAIN}"
        mailbox, _is_new = Mailbox.objects.get_or_create(kind=kind, defaults={"address": address})
        if not mailbox.address:
            mailbox.address = address
            mailbox.save()
        return mailbox


def load(requests, *, seed=1, told=None):
    """Load `requests` files with the people they need; nobody else should write meanwhile.

    Each batch is a transaction of its own, so that what an interruption leaves is whole. `told` is called
    with the number of files loaded so far.
    """
    with transaction.atomic():
        world = World(seed, requests)
    now = minute_of(timezone.localdate())
    plans = sorted((plan(world, now) for _one in range(requests)), key=itemgetter(0))
    last_numbers = Counter(
        {(row.organisation_id, row.year): row.last for row in NumberSequence.objects.all()}
    )
    for begin in range(0, requests, BATCH):
        with transaction.atomic():
            for start, client, outcome, acts in plans[begin : begin + BATCH]:
                place = (client.organisation.pk, moment(start).year)
                last_numbers[place] += 1
                number = f"{client.organisation.code}-{place[1]}-{last_numbers[place]:04d}"
                Story(world, client, outcome, number, start).play(acts)
            world.flush()
            keep_sequences(last_numbers)
        if told:
            told(min(begin + BATCH, requests))


def plan(world, now):
    """What one file will be: `(first minute, client, outcome, acts)`; it ends before `now`, in minutes."""
    draw = world.draw
    # A few clients ask for much, most for little.
    client = world.clients[int(len(world.clients) * draw.random() ** 2)]
    outcome = draw.choices(list(OUTCOMES), OUTCOMES.values())[0]
    acts = list(script(draw, outcome))
    last = draw.uniform(2, PAST_YEARS * WORKING_DAYS) if outcome in OVER else 2 + draw.expovariate(1 / 12)
    length = sum(days for _name, days in acts) + 0.5 * len(acts)
    return int(now - (last + length) * DAY), client, outcome, acts


def keep_sequences(last_numbers):
    """Let the portal go on counting where the volume stops."""
    NumberSequence.objects.bulk_create(
        [
            NumberSequence(organisation_id=organisation, year=year, last=last)
            for (organisation, year), last in sorted(last_numbers.items())
        ],
        update_conflicts=True,
        unique_fields=["organisation", "year"],
        update_fields=["last"],
    )


def plain(name):
    """A name as it stands in an address: without accents, apostrophes or spaces."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters.replace(" ", "-") if letter in string.ascii_lowercase + "-")
