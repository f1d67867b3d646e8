"""Run a command with a PostgreSQL and a Redis at hand: `python tools/services.py command [argument…]`.

The ones of DATABASE_URL and REDIS_URL, else those of this machine, else ones started here, in a temporary
folder, from the system's programs, and stopped with the command. The command gets DATABASE_URL, naming a
database of its own that is dropped afterwards, and REDIS_URL.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg2
from redis import Redis, RedisError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cdc_portal import brokers

START_SECONDS = 30
POSTGRES_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def postgres_answers(url):
    """Whether a PostgreSQL answers there and lets us make databases."""
    try:
        connection = psycopg2.connect(url, connect_timeout=3)
    except psycopg2.OperationalError:
        return False
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        (may,) = cursor.fetchone()
    connection.close()
    return may


@contextmanager
def postgres():
    """The address of a server, without the name of a database."""
    given = os.environ.get("DATABASE_URL", "").rpartition("/")[0]
    user = pwd.getpwuid(os.getuid()).pw_name
    for server in filter(
        None, [given, f"postgres://{user}@127.0.0.1:5432", "postgres://postgres@127.0.0.1:5432"]
    ):
        if postgres_answers(f"{server}/postgres"):
            yield server
            return
    with started_postgres() as server:
        yield server


@contextmanager
def started_postgres():
    """A server of our own from the system's programs, which refuse to run as root."""
    programs = shutil.which("initdb") or next((str(folder / "initdb") for folder in POSTGRES_FOLDERS), None)
    if not programs:
        sys.exit("No PostgreSQL runs here and none is installed: apt-get install postgresql")
    programs = Path(programs).parent
    owner = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="portal-pg-") as folder:
        if owner:
            shutil.chown(folder, "postgres", "postgres")
        data, port = f"{folder}/data", "54329"
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **owner,
        )
        options = ["-c", f"port={port}", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-c", "listen_addresses=127.0.0.1", *options],
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **owner,
        )
        try:
            address = f"postgres://postgres@127.0.0.1:{port}"
            wait_until(lambda: postgres_answers(f"{address}/postgres"), "PostgreSQL does not start")
            yield address
        finally:
            server.terminate()
            server.wait()


@contextmanager
def database(server):
    """The address of a new database on a server, dropped afterwards."""
    name = f"portal_{os.getpid()}"
    execute(server, f'CREATE DATABASE "{name}"')
    try:
        yield f"{server}/{name}"
    finally:
        execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def execute(server, statement):
    """Run one statement outside of a transaction."""
    connection = psycopg2.connect(f"{server}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def redis_answers(url):
    """Whether a Redis answers there."""
    try:
        with Redis.from_url(url, socket_connect_timeout=3) as server:
            return server.ping()
    except RedisError:
        return False


@contextmanager
def redis():
    """The address of a server."""
    for url in filter(None, [os.environ.get("REDIS_URL"), "redis://127.0.0.1:6379/4"]):
        if redis_answers(url):
            yield url
            return
    with tempfile.TemporaryDirectory(prefix="portal-redis-") as folder:
        broker = brokers.choose(folder)
        if not broker.program:
            sys.exit("No Redis runs here and none is installed: apt-get install redis-server")
        server = subprocess.Popen(broker.command(Path(folder)), stdout=subprocess.DEVNULL)
        try:
            wait_until(lambda: redis_answers(broker.url), "Redis does not start")
            yield broker.url
        finally:
            server.terminate()
            server.wait()


def wait_until(condition, complaint):
    """Wait for a server to answer."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(complaint)
        time.sleep(0.1)


def main(command):
    """Run the command and return its exit code."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        url = stack.enter_context(database(server))
        addresses = {"DATABASE_URL": url, "REDIS_URL": stack.enter_context(redis())}
        # Importing the portal above has named its settings; the command names its own.
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        return subprocess.run(command, env=environment | addresses, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
