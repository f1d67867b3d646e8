"""The frame: places by person, search, language, the way back, and pages without anybody."""

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.urls import ResolverMatch
from django.utils import translation

from ui.context import Frame
from ui.places import Registry, Viewer
from ui.tags.frame import error_prefix


class Somebody:
    is_authenticated = True

    def __str__(self):
        return "Claire Morel"


@pytest.fixture
def registry():
    places = Registry()
    places.register("b", "Second", "set_language", test=bool, order=2)
    places.register(
        "a", "First", "health", test=bool, order=1, count=lambda user: 3, covers=("x:",), shortcut="a"
    )
    places.register("c", "Closed", "health", test=lambda user: False)
    return places


def frame(registry, user=None, view_name="health", path="/"):
    request = RequestFactory().get(path)
    request.user = user or Somebody()
    request.resolver_match = ResolverMatch(None, (), {}, url_name=view_name)
    return Frame(request, registry)


def page(template="base.html", **context):
    with translation.override("en"):
        return BeautifulSoup(render_to_string(template, context), "html.parser")


def test_places_are_those_the_person_may_go_to_in_order(registry):
    assert [place["label"] for place in frame(registry).places] == ["First", "Second"]


def test_anonymous_people_have_no_place(registry):
    shown = frame(registry, user=AnonymousUser())

    assert (shown.places, shown.viewer, shown.search_url) == ([], None, "")


@pytest.mark.parametrize(
    ("view_name", "current"),
    [("health", ["a"]), ("x:list", ["a"]), ("set_language", ["b"]), ("elsewhere", [])],
)
def test_place_is_current_for_what_it_covers(registry, view_name, current):
    shown = frame(registry, view_name=view_name)

    assert [place["key"] for place in shown.places if place["current"]] == current


def test_place_cannot_be_registered_twice(registry):
    with pytest.raises(ValueError, match="already registered"):
        registry.register("a", "Again", "health", test=bool)


def test_search_keeps_what_was_asked_on_its_own_page(registry):
    registry.set_search("health", test=bool)
    url = frame(registry).search_url

    assert frame(registry, path=f"{url}?q=plan").query == "plan"
    assert frame(registry, path="/elsewhere/?q=plan").query == ""


def test_languages_offered_are_the_others(registry):
    with translation.override("fr"):
        assert [language["code"] for language in frame(registry).languages] == ["en"]


def test_bar_shows_places_search_way_back_and_sign_out(registry, settings):
    settings.HOST_PLATFORM_URL = "https://host.example/"
    registry.set_search("health", test=bool)
    registry.set_sign_out("set_language")
    registry.set_viewer(lambda user: Viewer(name=str(user), side="client"))
    html = page(frame=frame(registry), csrf_token="t")

    assert html.select_one("nav [aria-current=page]").text.split() == ["First", "3"]
    assert html.select_one("form[role=search] input")["name"] == "q"
    assert html.select_one(".bar__host")["href"] == "https://host.example/"
    assert {form["method"] for form in html.select(".menu form, .bar__language")} == {"post"}


def test_keys_are_off_when_the_person_says_so(registry):
    registry.set_viewer(lambda user: Viewer(name="x", keys=False))
    html = page(frame=frame(registry))

    assert html.body["data-keys"] == "off"
    assert html.find("dialog") is None


def test_messages_interrupt_only_when_something_went_wrong():
    html = page(messages=[Message(constants.SUCCESS, "Saved."), Message(constants.ERROR, "Not saved.")])

    assert [note["role"] for note in html.select(".flashes > div")] == ["status", "alert"]


def test_page_carries_no_inline_script_or_style(registry):
    html = page(frame=frame(registry))

    assert [script for script in html.find_all("script") if not script.get("src")] == []
    assert html.find_all("style") == []
    assert html.select("[style], [onclick], [onload]") == []


class Wrong(forms.Form):
    x = forms.CharField()


Wrongs = forms.formset_factory(Wrong)


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"form": Wrong({})}, "Error: "),
        ({"form": Wrong()}, ""),
        ({"form": Wrong({"x": "1"})}, ""),
        ({"forms": [Wrong(), Wrong({})]}, "Error: "),
        ({"forms": {"a": Wrong({})}}, "Error: "),
        ({"rows": Wrongs({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-x": ""})}, ""),
        ({"rows": Wrongs({})}, "Error: "),
    ],
)
def test_title_starts_with_error_when_a_form_was_refused(context, expected):
    with translation.override("en"):
        assert error_prefix(Context(context)) == expected


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "413", "500"])
def test_error_page_stands_without_any_context(code):
    with translation.override("en"):
        html = BeautifulSoup(get_template(f"{code}.html").render(), "html.parser")

    assert html.h1.text
    assert html.select_one("main a")["href"] == "/"
    assert html.html["lang"] == "en"
