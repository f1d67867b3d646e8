"""The choice of the message broker, and a message through each."""

import shutil

import pytest

from cdc_portal import brokers
from notifications.models import OutgoingMessage
from tests.processes import server_program, wait_for

pytestmark = pytest.mark.processes


@pytest.fixture
def system(tmp_path):
    """A search path whose only program is a Redis server, wherever this machine has one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "redis-server").symlink_to(server_program())
    return str(folder)


def queued_message():
    return OutgoingMessage.objects.create(
        kind="Trial",
        address="somebody@client.example",
        language="fr",
        subject="Essai",
        message_id="<1@portal>",
    )


def assert_delivered_through(house, broker):
    """A message that a page hands over reaches the worker by this broker and leaves, once."""
    house.start_broker(broker)
    house.start_worker()
    message = queued_message()

    house.call("notifications.tasks.send_message", message.pk)

    wait_for(house.mail, "the message did not leave")
    wait_for(lambda: OutgoingMessage.objects.get().state == "sent", "the message is not marked as sent")
    assert len(house.mail()) == 1


def test_given_address_is_chosen_first(house, system):
    address = house.start_server()

    broker = house.choose_broker(given=address, path=system)

    assert (broker.kind, broker.url, broker.program) == (brokers.GIVEN, address, None)
    assert_delivered_through(house, broker)


def test_server_of_the_system_is_chosen_before_the_wheel(house, system):
    broker = house.choose_broker(path=system)

    assert (broker.kind, broker.program) == (brokers.SYSTEM, shutil.which("redis-server", path=system))
    assert_delivered_through(house, broker)


def test_valkey_of_the_system_serves_as_well(tmp_path, system):
    (tmp_path / "bin" / "redis-server").rename(tmp_path / "bin" / "valkey-server")

    broker = brokers.choose(tmp_path, path=system)

    assert (broker.kind, broker.program) == (brokers.SYSTEM, f"{system}/valkey-server")


def test_wheel_is_chosen_where_the_system_has_no_server(house):
    wheel = brokers.wheel_server() or server_program()

    broker = house.choose_broker(path="", wheel=wheel)

    assert (broker.kind, broker.program) == (brokers.WHEEL, wheel)
    assert_delivered_through(house, broker)


def test_files_are_chosen_where_there_is_no_server_at_all(house):
    broker = house.choose_broker(path="", wheel="")

    assert broker == brokers.Broker(brokers.FILES)
    assert_delivered_through(house, broker)


@pytest.mark.parametrize("kind", [brokers.SYSTEM, brokers.WHEEL, brokers.FILES])
def test_wanted_kind_overrides_the_order(tmp_path, system, kind):
    broker = brokers.choose(
        tmp_path, given="redis://127.0.0.1:1/0", wanted=kind, path=system, wheel="/a/server"
    )

    assert broker.kind == kind


@pytest.mark.parametrize("kind", [brokers.GIVEN, brokers.SYSTEM, brokers.WHEEL, "rabbit"])
def test_wanted_kind_that_is_not_there_is_refused(tmp_path, kind):
    with pytest.raises(LookupError, match=f"PORTAL_BROKER={kind}"):
        brokers.choose(tmp_path, wanted=kind, path="", wheel="")


def test_sweep_delivers_what_nobody_handed_over(house):
    house.start_broker(house.choose_broker())
    house.start_worker()
    house.start_beat()

    queued_message()

    wait_for(house.mail, "the sweep did not find the message")


def test_socket_of_a_deep_folder_still_fits(tmp_path):
    deep = tmp_path / ("deep" * 30)

    place = brokers.socket_path(deep)

    assert len(str(place)) <= brokers.LONGEST_SOCKET_PATH
    assert place == brokers.socket_path(deep)
    assert place != brokers.socket_path(tmp_path / ("other" * 30))


@pytest.mark.parametrize(
    ("url", "for_celery", "for_cache"),
    [
        ("unix:///run/a.sock", "redis+socket:///run/a.sock", "unix:///run/a.sock?db=1"),
        ("unix:///run/a.sock?db=2", "redis+socket:///run/a.sock?virtual_host=2", "unix:///run/a.sock?db=3"),
        ("redis://host:6379", "redis://host:6379", "redis://host:6379/1"),
        ("rediss://u:p@host:6379/4", "rediss://u:p@host:6379/4", "rediss://u:p@host:6379/5"),
    ],
)
def test_tasks_and_cache_never_share_a_database(url, for_celery, for_cache):
    assert brokers.for_celery(url) == for_celery
    assert brokers.for_cache(url) == for_cache
