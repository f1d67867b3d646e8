"""The strictness of the tests themselves."""

import socket

import pytest
from django.template import Context, Origin, Template, engines

from tests.strict import ROOT


def rendered(source, name, **context):
    """A template rendered as if it lay in the file `name`."""
    engine = engines["django"].engine
    template = Template(source, origin=Origin(str(ROOT / name), name), name=name, engine=engine)
    return template.render(Context(context))


def test_undefined_variable_fails_in_our_templates():
    with pytest.raises(AssertionError, match=r"templates/page\.html: nobody gave person\.name"):
        rendered("{{ person.name }}", "templates/page.html")


def test_undefined_variable_may_be_asked_for():
    source = "{% if nothing %}a{% endif %}{{ nothing|default:'b' }}{{ empty }}"

    assert rendered(source, "templates/page.html", empty="") == "b"


def test_undefined_variable_is_empty_in_templates_of_libraries():
    assert rendered("[{{ nothing }}]", "../library/page.html") == "[]"


def test_other_machines_are_out_of_reach():
    with socket.socket() as probe, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        probe.connect(("192.0.2.1", 80))
