"""Measures the portal beside a bare-Django floor, on its own database and its own processes.

    python -m bench [--requests 20000] [--rounds 5] [--visits 24] [--visitors 2] [--database NAME] [--only TEXT]

`--database` keeps the database under a name and takes it up again, loaded, the next time.
"""

import argparse
import importlib
import os
import secrets
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

from bench.databases import database
from bench.processes import Processes, free_port
from cdc_portal import brokers


def arguments():
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="bench", description="Measure the portal beside a bare-Django floor."
    )
    parser.add_argument("--requests", type=int, default=20_000, help="files in the database")
    parser.add_argument("--seed", type=int, default=1, help="of the volume")
    parser.add_argument("--rounds", type=int, default=5, help="turns of portal and floor")
    parser.add_argument("--visits", type=int, default=24, help="visits in each turn")
    parser.add_argument("--visitors", type=int, default=2, help="visitors at once")
    parser.add_argument("--workers", type=int, default=2, help="web processes of each server")
    parser.add_argument("--database", default="", help="keep the database under this name, or take it up")
    parser.add_argument("--only", default="", help="measure only what has this in its name")
    return parser.parse_args()


def settle(folder, address, broker, port):
    """Production settings for this process and those it starts."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "cdc_portal.settings",
        "PORTAL_MODE": "production" if broker.program else "demo",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(folder),
        "DATABASE_URL": address,
        "SECRET_KEY": secrets.token_urlsafe(64),
        # The same each time: a database that is kept stays true to its seals.
        "HISTORY_KEY": "bench",
        "REDIS_URL": broker.url,
        "PORTAL_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "MAIL_FROM": "portail@bench.example",
        # Nobody sends here: the messages stay rows of the outbox and tasks of the broker.
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "LOG_LEVEL": "ERROR",
    }
    django.setup()
    call_command("migrate", verbosity=0)
    if os.environ["PORTAL_MODE"] == "production":
        call_command("collectstatic", interactive=False, verbosity=0)


def main():
    """Start everything, measure, print, end everything."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with database(folder, options.database) as address, Processes(folder) as processes:
            broker, ports = brokers.choose(folder), (free_port(), free_port())
            processes.start_broker(broker, folder / "broker")
            settle(folder, address, broker, ports[0])
            # Its models are there only once the settings are.
            measure = importlib.import_module("bench.measure")
            measure.run(options, processes, ports)


if __name__ == "__main__":
    main()
