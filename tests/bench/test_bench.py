"""The benchmarks themselves: small, so that they still run on the day when somebody wants their figures."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.processes import ROOT


def sample_kinds():
    """The kinds of which pages can be made on this machine."""
    office = ("doc", "docx", "odt", "xls", "xlsx", "ods", "ppt", "pptx", "odp")
    return [*(office if shutil.which("soffice") else ()), "pdf", "jpg", "csv"]


MEASURED = [
    "list",
    "list, filtered",
    "list, text searched",
    "list, client's",
    "home, support",
    "home, lead",
    "home, client",
    "request page",
    "development tab",
    "history tab",
    "request page, form",
    "board",
    "calendar",
    "week of 30 people",
    "creation",
    "sending, with its messages",
    *(f"pages of .{kind}" for kind in sample_kinds()),
    "PDF of 10 pictures",
    *(
        f"PDF, {kind}"
        for kind in ("specification", "ruling", "decision", "delivery", "certificate", "archive")
    ),
    *(f"register of 500, .{kind}" for kind in ("csv", "ods", "json")),
    "memory, peak of the worker",
    "memory, peak of the programs",
]


@pytest.mark.long
@pytest.mark.processes
def test_every_visit_is_answered_by_the_portal_and_by_its_floor():
    run = subprocess.run(
        [sys.executable, "-m", "bench", "--requests=120", "--rounds=1", "--visits=4"],
        cwd=ROOT,
        env={name: os.environ[name] for name in ("PATH", "HOME", "DATABASE_URL") if name in os.environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    lines = [line for line in run.stdout.splitlines() if line.split("  ")[0] in MEASURED]
    assert [line.split("  ")[0] for line in lines] == MEASURED
