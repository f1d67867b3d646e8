"""The load: a few visitors at once, each on one kept connection, bounded in number and in time."""

import http.client
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

TIMEOUT = 30
LONGEST_ROUND = 120
# Both the cookie and the field: any 32 letters that are the same.
TOKEN = "measured" * 4


@dataclass(frozen=True)
class Visit:
    """One request: the session that makes it, the address, and the form when it is a POST."""

    session: str
    path: str
    form: dict | None = None
    expects: int = 200


@dataclass
class Times:
    """What a server took for one kind of visit."""

    seconds: list = field(default_factory=list)
    wall: float = 0.0
    processor: float = 0.0
    sizes: list = field(default_factory=list)
    places: list = field(default_factory=list)

    def quantile(self, share):
        """The time under which `share` of the visits stayed, in milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def rate(self):
        """Visits a second."""
        return len(self.seconds) / self.wall if self.wall else 0.0

    @property
    def work(self):
        """The processor's time of a visit in the web server, in milliseconds: what a busy machine changes least."""
        return 1000 * self.processor / len(self.seconds)

    @property
    def size(self):
        """The mean number of bytes of an answer's body."""
        return sum(self.sizes) // max(1, len(self.sizes))


def make(visits, port, *, visitors):
    """Make `visits` by `visitors` at once; returns their `Times`."""
    times = Times()
    todo, lock, errors = list(reversed(visits)), threading.Lock(), []
    deadline = time.monotonic() + LONGEST_ROUND

    def visit_on():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        try:
            while time.monotonic() < deadline and not errors:
                with lock:
                    if not todo:
                        return
                    visit = todo.pop()
                seconds, size, place = ask(connection, visit)
                with lock:
                    times.seconds.append(seconds)
                    times.sizes.append(size)
                    times.places.append(place)
        except (OSError, http.client.HTTPException, Unexpected) as error:
            errors.append(error)
        finally:
            connection.close()

    begun = time.perf_counter()
    threads = [threading.Thread(target=visit_on) for _one in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.wall += time.perf_counter() - begun
    if errors:
        raise SystemExit(f"The run stops: {errors[0]}")
    return times


class Unexpected(Exception):
    """A server answered with another status than the visit expects."""


def ask(connection, visit):
    """Make one visit; returns its seconds, the size of the answer and where it leads."""
    headers = {"Cookie": f"sessionid={visit.session}; csrftoken={TOKEN}"}
    body = None
    if visit.form is not None:
        body = urlencode({**visit.form, "csrfmiddlewaretoken": TOKEN})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    begun = time.perf_counter()
    connection.request("GET" if body is None else "POST", visit.path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    seconds = time.perf_counter() - begun
    if answer.status != visit.expects:
        raise Unexpected(f"{visit.path} answered {answer.status}, not {visit.expects}")
    return seconds, len(content), answer.headers.get("Location", "")
