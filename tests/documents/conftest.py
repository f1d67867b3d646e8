"""A place for documents: a folder, or a bucket of a real S3 API on this machine."""

import logging
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import boto3
import pytest
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer

from documents import unsettled
from documents.orphans import HOLDERS
from tests.factories.accounts import UserFactory

BUCKET = "documents"


def bucket_options(host, port):
    """The options of the documents' storage for a server at this place."""
    return {
        "bucket_name": BUCKET,
        "endpoint_url": f"http://{host}:{port}",
        "region_name": "us-east-1",
        "access_key": "cle-de-test",
        "secret_key": "secret-de-test",
        "addressing_style": "path",
    }


@pytest.fixture(scope="session")
def s3_server():
    """The options of a bucket on an S3 server of this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    yield bucket_options(*server.get_host_and_port())
    server.stop()


def use(settings, monkeypatch, backend, options):
    """Make `backend` the storage of documents for one test."""
    settings.STORAGES = {**settings.STORAGES, "documents": {"BACKEND": backend, "OPTIONS": options}}
    storage = storages["documents"]
    for model, column in HOLDERS:
        monkeypatch.setattr(model._meta.get_field(column), "storage", storage)
    return storage


@pytest.fixture
def folder(settings, monkeypatch, tmp_path):
    """An empty private folder."""
    return use(settings, monkeypatch, "documents.storage.PrivateFolder", {"location": tmp_path / "documents"})


@contextmanager
def empty_bucket(settings, monkeypatch, options):
    """A bucket that goes away with all that is in it."""
    client = boto3.client(
        "s3",
        endpoint_url=options["endpoint_url"],
        region_name=options["region_name"],
        aws_access_key_id=options["access_key"],
        aws_secret_access_key=options["secret_key"],
    )
    client.create_bucket(Bucket=BUCKET)
    yield use(settings, monkeypatch, "documents.storage.PrivateBucket", options)
    for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=entry["Key"])
    client.delete_bucket(Bucket=BUCKET)
    client.close()


@pytest.fixture
def bucket(settings, monkeypatch, s3_server):
    """An empty private bucket."""
    with empty_bucket(settings, monkeypatch, s3_server) as storage:
        yield storage


@pytest.fixture
def bucket_elsewhere(settings, monkeypatch, tmp_path):
    """An empty private bucket whose server is another process, so that its memory is not counted as ours."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "s3.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)],
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(port)
            with empty_bucket(settings, monkeypatch, bucket_options("127.0.0.1", port)) as storage:
                yield storage
        finally:
            server.terminate()
            server.wait(10)


def wait_for(port):
    """Return once something listens on this port of the machine; fails after half a minute."""
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            assert time.monotonic() < until, "the S3 server did not start"
            time.sleep(0.1)
        else:
            return


@pytest.fixture(params=["folder", "bucket"])
def place(request):
    """Each of the two storages in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(autouse=True)
def nothing_unsettled():
    """Each test answers for its own bytes: the transaction around a test never commits."""
    unsettled.unsettled.keys = {}
    yield
    unsettled.unsettled.keys = {}


@pytest.fixture
def actor(db):
    """Somebody who adds documents."""
    return UserFactory(support=True)


@pytest.fixture
def keys_in():
    """What bytes a storage holds: a function of the storage that returns the set of its keys."""

    def keys(storage):
        try:
            folders, _files = storage.listdir("")
        except FileNotFoundError:
            return set()
        return {f"{folder}/{file}" for folder in folders for file in storage.listdir(folder)[1]}

    return keys
