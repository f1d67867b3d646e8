"""Scripts and styles, pressed in a real browser; and the same page without scripts."""

import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.gallery")]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        """Requests are not worth a line in a test's report."""


@pytest.fixture(scope="module")
def address():
    """The gallery's pages on loopback; they touch no database, so neither does this server."""
    application = StaticFilesHandler(get_wsgi_application())
    server = make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(browser, address):
    """Opens the gallery: `open_page(width=360)`; a script's error or a refusal of the CSP fails the test."""
    contexts, problems = [], []

    def open_page(path="/", width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="en", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console", lambda line: problems.append(line.text) if "Security Policy" in line.text else None
        )
        page.goto(address + path)
        page.wait_for_load_state("load")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def focused(page, name):
    return page.evaluate(f"document.activeElement.{name}")


def test_only_what_the_ticked_choice_entails_stays_in_sight(open_page):
    page = open_page()
    expect(page.get_by_text("The text is frozen.")).to_be_visible()
    expect(page.get_by_text("The request ends.")).to_be_visible()

    page.get_by_label("Cancel").check()

    expect(page.get_by_text("The text is frozen.")).to_be_hidden()
    expect(page.get_by_text("The request ends.")).to_be_visible()


def test_choices_show_what_they_entail_without_a_script(open_page):
    page = open_page(java_script_enabled=False)

    page.get_by_label("Validate").check()

    expect(page.get_by_text("The text is frozen.")).to_be_visible()
    expect(page.get_by_text("The request ends.")).to_be_hidden()
    expect(page.get_by_role("button", name="Add a row")).to_be_hidden()
    expect(page.get_by_label("Remove")).to_be_visible()


def test_refused_form_takes_the_reader_to_the_list_and_to_the_field(open_page):
    page = open_page()

    with page.expect_navigation():
        page.get_by_role("button", name="Decide").click()

    assert page.title().startswith("Error: ")
    assert focused(page, "getAttribute('role')") == "alert"
    page.get_by_role("link", name="Comment").click()
    assert focused(page, "id") == "id_comment"


def test_form_is_sent_once_however_often_its_button_is_pressed(open_page):
    page = open_page()

    sent, held, busy, other_disabled = page.evaluate(
        """async () => {
            let sent = 0, held = 0;
            window.addEventListener("submit", (event) => {
                if (event.defaultPrevented) held += 1;
                else { sent += 1; event.preventDefault(); }
            });
            const button = document.querySelector("[data-main]");
            button.click();
            button.click();
            await new Promise((done) => setTimeout(done, 20));
            button.click();
            return [sent, held, button.getAttribute("aria-busy"), document.querySelector("[name=save]").disabled];
        }"""
    )

    assert (sent, held, busy, other_disabled) == (1, 2, "true", True)


def test_ctrl_enter_presses_the_main_action_from_inside_a_field(open_page):
    page = open_page()

    page.get_by_label("Comment").fill("Fine.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    assert page.inner_text("body") == "posted 1"


def test_keys_go_to_places_search_and_list(open_page):
    page = open_page()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page, "textContent") == "Row 2"
    page.keyboard.press("k")
    assert focused(page, "textContent") == "Row 1"
    page.keyboard.press("/")
    assert focused(page, "name") == "q"
    page.keyboard.type("n?")
    assert page.input_value("input[name=q]") == "n?"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    with page.expect_navigation(url="**/other/"):
        page.keyboard.press("d")


def test_keys_do_nothing_for_who_turned_them_off(open_page):
    page = open_page("/?quiet=1")

    for key in ("?", "/", "n", "j"):
        page.keyboard.press(key)

    assert focused(page, "tagName") == "BODY"
    assert page.url.endswith("/?quiet=1")


def test_rows_are_added_and_removed(open_page):
    page = open_page()
    rows = page.locator("[data-row]:visible")

    page.get_by_role("button", name="Add a row").click()
    expect(rows).to_have_count(2)
    assert focused(page, "name") == "lines-1-label"
    assert page.input_value("[name=lines-TOTAL_FORMS]") == "2"

    page.get_by_role("button", name="Remove this row").first.click()
    expect(rows).to_have_count(1)
    assert page.locator("[name=lines-0-DELETE]").evaluate("box => box.checked")


def test_each_file_is_sent_on_its_own_and_told(open_page, tmp_path):
    page = open_page()
    for name, size in (("good.txt", 5), ("bad.exe", 5), ("large.txt", 2000)):
        (tmp_path / name).write_bytes(b"x" * size)

    page.set_input_files("input[type=file]", sorted(tmp_path.iterdir()))

    expect(page.locator("#documents")).to_contain_text("good.txt")
    expect(page.locator(".upload--failed")).to_have_count(2)
    expect(page.locator("[data-uploads]")).to_contain_text("Programs are not accepted.")
    expect(page.locator("[data-uploads]")).to_contain_text("The file is too large.")
    expect(page.locator("[data-upload-status]")).to_contain_text("large.txt")


@pytest.mark.parametrize("name", ["fault-before.txt", "fault-after.txt"])
def test_a_file_goes_on_from_what_has_arrived_when_the_network_fails(open_page, tmp_path, name):
    page, starts = open_page(), []
    page.on(
        "request", lambda sent: starts.append(sent.headers.get("upload-offset")) if name in sent.url else None
    )
    (tmp_path / name).write_text("0123456789")

    page.set_input_files("input[type=file]", tmp_path / name)

    expect(page.locator("#documents")).to_contain_text(f"{name} 0123456789")
    again = {"fault-before.txt": ["0", "4", "4", "8"], "fault-after.txt": ["0", "4", "8"]}
    assert [start for start in starts if start] == again[name]
    expect(page.locator("[data-upload-status]")).to_have_text(f"{name}, sent")


def test_a_file_that_gave_up_goes_on_by_a_button(open_page, tmp_path):
    page = open_page()
    page.evaluate("document.querySelector('input[type=file]').dataset.uploadTries = '1'")
    page.context.set_offline(True)
    (tmp_path / "later.txt").write_text("0123456789")

    page.set_input_files("input[type=file]", tmp_path / "later.txt")
    expect(page.locator("[data-upload-status]")).to_contain_text("The connection was lost.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Go on").click()

    expect(page.locator("#documents")).to_contain_text("later.txt 0123456789")


def test_files_that_wait_for_their_turn_show_beside_the_one_that_is_sent(open_page, tmp_path):
    page = open_page(width=360)
    page.context.set_offline(True)
    for name in ("first.txt", "second.txt"):
        (tmp_path / name).write_text("0123456789")

    page.set_input_files("input[type=file]", sorted(tmp_path.iterdir()))

    first, second = page.locator(".upload").all()
    expect(first).to_contain_text("connection lost, trying again")
    expect(second).to_contain_text("second.txt")
    expect(second).to_contain_text("waiting")
    assert second.locator(".upload__name").bounding_box()["width"] > 200
    page.context.set_offline(False)
    expect(page.locator("#documents")).to_contain_text("second.txt 0123456789")


def test_copy_button_copies_and_says_so(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy VALM-2026-0042").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "VALM-2026-0042"


def test_tracker_folds_on_a_phone_and_unfolds(open_page):
    page = open_page(width=360)
    expect(page.get_by_role("list").filter(has_text="to come")).to_be_hidden()

    page.get_by_text("Step 5 of 7, Step 5").click()

    expect(page.locator(".steps")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_nothing_is_cut_off_or_wider_than_the_screen(open_page, width):
    page = open_page(width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator(".tab[aria-current]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_components_have_no_accessibility_violation(open_page, width, scheme):
    # axe writes styles of its own into the page, which the policy would rightly refuse.
    page = open_page(width=width, color_scheme=scheme, bypass_csp=True)
    with page.expect_navigation():
        page.get_by_role("button", name="Decide").click()

    found = Axe().run(page).response["violations"]

    assert [(item["id"], [node["target"] for node in item["nodes"]]) for item in found] == []
