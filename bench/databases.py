"""A database for one run: made, given, taken away again."""

import os
import socket
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

LOCAL = "postgres://postgres@127.0.0.1:5432/postgres"


def server():
    """The PostgreSQL server to use: that of DATABASE_URL, or this machine's own; "" when neither answers."""
    given = os.environ.get("DATABASE_URL", "")
    for address in (given, LOCAL):
        if address.startswith("postgres") and answers(address):
            return address
    return ""


def answers(address):
    """Whether a PostgreSQL server answers at this address."""
    try:
        psycopg2.connect(address, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True


@contextmanager
def database(folder, name=""):
    """Give the address of a database of this run's own; `name` keeps it, or takes up the one kept before."""
    address = server()
    if not address:
        print("No PostgreSQL server answers: this run uses SQLite, whose figures say less.")
        yield f"sqlite:///{quote(str(Path(folder) / 'bench.sqlite3'))}"
        return
    own = name or f"portal_bench_{socket.gethostname().replace('-', '_')}_{os.getpid()}"
    if not exists(address, own):
        ask(address, "CREATE DATABASE {}", own)
    try:
        yield urlunsplit(urlsplit(address)._replace(path=f"/{own}"))
    finally:
        if not name:
            ask(address, "DROP DATABASE IF EXISTS {} WITH (FORCE)", own)


def exists(address, name):
    """Whether the server has a database of this name."""
    connection = psycopg2.connect(address)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        found = cursor.fetchone() is not None
    connection.close()
    return found


def ask(address, statement, name):
    """Run a statement that names a database and may stand in no transaction."""
    connection = psycopg2.connect(address)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
    connection.close()
