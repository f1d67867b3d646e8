"""The house rules that can be read off the sources."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.template import engines
from django.template.loader import get_template

from notifications.messages.base import Message

ROOT = Path(__file__).resolve().parent.parent
# Lowest first: a room imports only from rooms before it. `demo` makes demo data and volume through every
# room's models and services, and no room knows it.
ROOMS = [
    "ui",
    "accounts",
    "documents",
    "workflow",
    "notifications",
    "privacy",
    # Knows working days, people's leave and capacity, the arithmetic of clocks, loads and forecasts; never who may
    # see a request, nor its pages.
    "planning",
    "requests_app",
    # Knows what the portal owes the people whose data it holds, through every room's services; nothing of a file's pages.
    "custody",
    "demo",
    "cdc_portal",
]
LONGEST_MODULE = 600
# What Django reads in a template, as opposed to what a browser reads.
TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)
# Sanitised Markdown is the one output that is declared safe by hand.
MAY_DECLARE_SAFE = {"ui/markdown.py"}
NAMES_OF_NOTHING = {"utils", "core", "common", "helpers", "misc"}
# Django and allauth find these by their names,
NAMED_BY_LIBRARIES = {"400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"}
# and these folders are theirs: sign-in pages, parts of forms, the admin.
FOLDERS_OF_LIBRARIES = ("account/", "allauth/", "django/", "admin/")


def modules(room):
    """The Python files of a room."""
    return sorted((ROOT / room).rglob("*.py"))


def every_module():
    return [path for room in ROOMS for path in modules(room)]


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def shown(path):
    return str(path.relative_to(ROOT))


def imported_rooms(path):
    """The first names of what a module imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.partition(".")[0]


def templates():
    return sorted((ROOT / "templates").rglob("*.*"))


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_down(room):
    above = {*ROOMS[ROOMS.index(room) + 1 :], "tests", "bench"}

    wrong = [
        f"{shown(path)} imports {name}"
        for path in modules(room)
        for name in imported_rooms(path)
        if name in above
    ]

    assert wrong == []


def test_every_room_has_a_place_in_the_order():
    rooms = {config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}

    assert rooms == set(ROOMS)


def test_imports_are_never_relative():
    wrong = [
        shown(path)
        for path in every_module()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert wrong == []


def test_imports_are_never_inside_functions_but_in_ready():
    wrong = [
        f"{shown(path)}:{inner.lineno}"
        for path in every_module()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and not (node.name == "ready" and path.name == "apps.py")
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]

    assert wrong == []


def test_modules_stay_short():
    long = [
        shown(path)
        for path in every_module()
        # A migration is generated, and nobody reads it twice.
        if path.parent.name != "migrations" and len(path.read_text("utf-8").splitlines()) > LONGEST_MODULE
    ]

    assert long == []


def test_modules_are_named_after_something():
    assert [shown(path) for path in every_module() if path.stem in NAMES_OF_NOTHING] == []


def test_only_the_engine_runs_transitions():
    """django-fsm's decorated methods are called by name in one place."""
    wrong = [
        shown(path)
        for path in every_module()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and node.module == "django_fsm"
        and path.parent.name not in {"workflow", "migrations"}
    ]

    assert wrong == []


def test_html_is_never_declared_safe():
    unsafe = re.compile(r"mark_safe|\|\s*safe\b|autoescape off|SafeString\(")

    wrong = {
        shown(path) for path in [*every_module(), *templates()] if unsafe.search(path.read_text("utf-8"))
    }

    assert wrong == MAY_DECLARE_SAFE


def test_pages_hold_no_script_or_style_of_their_own():
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", re.IGNORECASE)

    wrong = [
        f"{shown(path)}: {found.group().strip()}"
        for path in templates()
        # Mail programs know no style sheets, and PDF pages are not pages of the site.
        if path.relative_to(ROOT / "templates").parts[0] not in {"emails", "documents"}
        if (found := inline.search(TAG.sub("", path.read_text("utf-8"))))
    ]

    assert wrong == []


def test_style_sheets_use_logical_properties():
    physical = re.compile(
        r"(?<![\w-])(margin|padding|border)-(left|right)|(?<![\w-])(left|right)\s*:|text-align:\s*(left|right)"
    )

    wrong = [
        f"{shown(path)}: {found.group()}"
        for path in sorted((ROOT / "static" / "css").rglob("*.css"))
        if (found := physical.search(path.read_text("utf-8")))
    ]

    assert wrong == []


@pytest.mark.parametrize("path", [pytest.param(path, id=shown(path)) for path in templates()])
def test_template_compiles(path):
    get_template(path.relative_to(ROOT / "templates").as_posix())


def test_every_template_is_used():
    names = {path.relative_to(ROOT / "templates").as_posix() for path in templates()}
    sources = "\n".join(path.read_text("utf-8") for path in [*every_module(), *templates()])

    unused = sorted(
        name
        for name in names - NAMED_BY_LIBRARIES - set(message_templates())
        if not name.startswith(FOLDERS_OF_LIBRARIES) and name not in sources
    )

    assert unused == []


def message_templates(parent=Message):
    """The templates that the message classes name after themselves."""
    for message in parent.__subclasses__():
        yield message.template()
        yield from message_templates(message)


def test_every_template_comes_from_one_engine():
    assert list(engines) == ["django"]


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named():
    unnamed = [
        shown(path)
        for path in every_module()
        if path.parent.name == "migrations" and re.match(r"\d{4}_auto_", path.name)
    ]

    assert unnamed == []
