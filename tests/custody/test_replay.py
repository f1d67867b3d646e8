"""A backup is restored, and with it somebody who was erased since: the ledger outside of it erases them again."""

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from custody import ledger
from custody.erasure import erase
from custody.models import Erasure
from custody.tasks import keep_ledger
from requests_app.models import ChangeRequest
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / "effacements.json")


def dumped(tmp_path):
    """A backup of the people, made now; call what is returned to restore it."""
    backup = str(tmp_path / "people.json")
    call_command("dumpdata", "accounts.user", output=backup)

    def restore():
        # What the backup does not know was not there.
        Erasure.objects.all().delete()
        call_command("loaddata", backup, verbosity=0)

    return restore


def test_restored_people_are_erased_again_under_the_same_pseudonym(tmp_path, file, capsys):
    admin, cast = UserFactory(portal_admin=True), Cast()
    request = stories.sent(cast)
    restore = dumped(tmp_path)
    told = erase(cast.client_admin, actor=admin)
    call_command("export_erasures", file)
    restore()
    person = User.objects.get(pk=cast.client_admin.pk)
    assert (person.is_active, person.email) == (True, cast.client_admin.email)

    call_command("replay_erasures", file)

    person = User.objects.get(pk=person.pk)
    again = Erasure.objects.get()
    assert str(person) == f"Personne effacée {told.pseudonym}"
    assert cast.client_admin.email not in str(User.objects.values())
    assert (again.mark, again.erased_by) == (told.mark, admin)
    assert str(ChangeRequest.objects.get(pk=request.pk).events.first().actor) == str(person)
    assert f"{told.pseudonym}: erased again" in capsys.readouterr().out


def test_somebody_whose_address_changed_since_the_backup_is_recognised(tmp_path, file):
    admin, person = UserFactory(portal_admin=True), UserFactory(email="ancienne@exemple.test")
    restore = dumped(tmp_path)
    User.objects.filter(pk=person.pk).update(email="nouvelle@exemple.test")
    erase(User.objects.get(pk=person.pk), actor=admin)
    ledger.write(file)
    restore()

    call_command("replay_erasures", file)

    assert User.objects.get(pk=person.pk).is_erased


def test_replaying_twice_or_on_the_present_database_does_nothing_more(file, capsys):
    admin, other = UserFactory(portal_admin=True), UserFactory(email="autre@exemple.test")
    erase(UserFactory(), actor=admin)
    call_command("export_erasures", file)
    before = list(Erasure.objects.values())

    for _time in range(2):
        call_command("replay_erasures", file)

    assert list(Erasure.objects.values()) == before
    assert "erased again" not in capsys.readouterr().out
    assert not User.objects.get(pk=other.pk).is_erased


def test_file_does_not_say_who_was_erased(file):
    person = UserFactory(first_name="Nadia", last_name="Benali", email="nadia@exemple.test")
    erase(person, actor=UserFactory(portal_admin=True))

    call_command("export_erasures", file)

    with open(file) as written:
        [line] = json.load(written)
    assert set(line) == {"pseudonym", "mark", "erased_at", "erased_by"}
    assert "nadia" not in str(line).lower()


def test_mark_needs_the_key(settings):
    person = UserFactory()
    mark = ledger.mark_of(person)
    settings.HISTORY_KEY = "another key"

    assert ledger.mark_of(person) != mark


@pytest.mark.parametrize(
    "content",
    ["", "no", "{}x", "[1]", '[{"pseudonym": "A"}]', "7",
     '[{"pseudonym": "A", "mark": "b", "erased_at": "hier", "erased_by": null}]',
     '[{"pseudonym": "A", "mark": "b", "erased_at": "2027-03-01T10:00:00", "erased_by": null}]'],
)  # fmt: skip
def test_what_is_no_ledger_is_said_and_erases_nobody(tmp_path, content):
    person, path = UserFactory(), tmp_path / "file.json"
    path.write_text(content)

    with pytest.raises(CommandError, match="is not a ledger of erasures"):
        call_command("replay_erasures", str(path))
    with pytest.raises(CommandError, match="No such file"):
        call_command("replay_erasures", str(tmp_path / "missing.json"))
    assert not User.objects.get(pk=person.pk).is_erased


def test_worker_keeps_the_ledger_beside_the_database(settings, tmp_path):
    settings.ERASURES_FILE = tmp_path / "var" / "erasures.json"
    erasure = erase(UserFactory(), actor=UserFactory(portal_admin=True))
    keep_ledger()

    assert [line.pseudonym for line in ledger.read(settings.ERASURES_FILE)] == [erasure.pseudonym]
