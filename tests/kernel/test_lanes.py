"""Guests have few places; members go first."""

import io
import re
import threading
import time

import pytest

from app.kernel.cache import lanes
from app.kernel.cache.front import FORM_PLACES, FORM_QUEUE, GUEST_PLACES, GUEST_QUEUE, Front
from app.kernel.cache.lanes import Full, Lane, Precedence, step_aside, stepping_aside
from app.kernel.cache.pages import GuestPages, SharedPage, shows

PATIENCE = 10


def test_a_lane_turns_away_who_comes_when_places_and_queue_are_taken():
    lane = Lane(places=1, queue=0, seconds=5)

    with lane.enter(), pytest.raises(Full), lane.enter():
        pass
    with lane.enter():
        pass


def test_who_waits_gets_the_place_that_becomes_free():
    lane, entered = Lane(places=1, queue=1, seconds=PATIENCE), threading.Event()

    def wait():
        with lane.enter():
            entered.set()

    with lane.enter():
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not entered.wait(0.05)
    waiting.join(PATIENCE)
    assert entered.is_set()


def test_who_waits_too_long_is_turned_away():
    lane = Lane(places=1, queue=1, seconds=0.05)

    with lane.enter(), pytest.raises(Full), lane.enter():
        pass


def test_a_place_is_given_back_when_the_work_fails():
    lane = Lane(places=1, queue=0, seconds=1)
    with pytest.raises(ValueError, match="broken"), lane.enter():
        raise ValueError("broken")

    with lane.enter():
        pass


def test_a_guest_steps_aside_until_the_member_is_served(monkeypatch):
    members = Precedence()
    monkeypatch.setattr(lanes, "members", members)
    monkeypatch.setattr(lanes, "PATIENCE_SECONDS", PATIENCE)
    order = []

    def guest():
        with stepping_aside():
            step_aside()
            order.append("guest")

    with members.serve():
        waiting = threading.Thread(target=guest)
        waiting.start()
        time.sleep(0.05)
        order.append("member")
    waiting.join(PATIENCE)

    assert order == ["member", "guest"]


def test_a_guest_does_not_step_aside_for_ever(monkeypatch):
    members = Precedence()
    monkeypatch.setattr(lanes, "members", members)
    monkeypatch.setattr(lanes, "PATIENCE_SECONDS", 0.1)

    with members.serve(), stepping_aside():
        started = time.monotonic()
        step_aside()
        step_aside()
        assert 0.05 < time.monotonic() - started < 5


def test_a_member_never_steps_aside(monkeypatch):
    members = Precedence()
    monkeypatch.setattr(lanes, "members", members)

    with members.serve():
        started = time.monotonic()
        step_aside()
        assert time.monotonic() - started < 0.1


class Site:
    """A front before an application whose pages take until `go` is set."""

    def __init__(self):
        self.go, self.served = threading.Event(), 0
        pages = GuestPages(
            self.application,
            addresses=re.compile(r"/page/\d+/"),
            look_of=lambda cookies: None if "sid" in cookies else "",
            origin=("http", "forum.test"),
            max_bytes=1_000_000,
        )
        self.front = Front(
            pages,
            is_free=re.compile("/healthz"),
            is_form=re.compile("/sign-in/"),
            is_member=lambda cookies: cookies == "sid=true",
            busy_page=lambda: b"<h1>Please try again</h1>",
        )

    def application(self, environ, start):
        if environ["PATH_INFO"] != "/healthz" and environ.get("HTTP_COOKIE") != "sid=true":
            self.go.wait(PATIENCE)
        self.served += 1
        start("200 OK", [("Content-Type", "text/html")])
        return [b"hello"]

    def get(self, path, cookies="", method="GET"):
        said = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_COOKIE": cookies, "wsgi.input": io.BytesIO()}
        body = b"".join(self.front(environ, lambda status, headers: said.extend([status, dict(headers)])))
        return said[0], said[1], body

    def crowd(self, path, size, method="GET"):
        threads = [threading.Thread(target=self.get, args=(path,), kwargs={"method": method}) for _ in range(size)]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        return threads


@pytest.fixture
def site():
    made = Site()
    yield made
    made.go.set()


def test_past_their_places_guests_are_told_to_come_back_and_members_are_served(site):
    crowd = site.crowd("/topic/", GUEST_PLACES + GUEST_QUEUE)

    status, headers, body = site.get("/topic/")
    assert status.startswith("503")
    assert headers["Retry-After"].isdecimal()
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert b"Please try again" in body
    assert site.get("/topic/", "sid=true")[0] == "200 OK"
    assert site.get("/healthz")[0] == "200 OK"

    site.go.set()
    for thread in crowd:
        thread.join(PATIENCE)
    assert site.get("/topic/")[0] == "200 OK"


def test_a_made_up_sign_in_gets_no_members_place(site):
    site.crowd("/topic/", GUEST_PLACES + GUEST_QUEUE)

    assert site.get("/topic/", "sid=forged")[0].startswith("503")


def test_a_crowd_of_readers_does_not_keep_people_from_signing_in(site):
    site.crowd("/topic/", GUEST_PLACES + GUEST_QUEUE)
    threading.Timer(0.05, site.go.set).start()

    assert site.get("/sign-in/")[0] == "200 OK"


def test_a_crowd_of_forms_does_not_keep_people_from_reading(site):
    site.crowd("/sign-in/", FORM_PLACES + FORM_QUEUE, method="POST")
    assert site.get("/sign-in/")[0].startswith("503")

    threading.Timer(0.05, site.go.set).start()
    assert site.get("/topic/")[0] == "200 OK"


def test_a_page_whose_time_is_over_stands_in_when_there_is_no_place(site):
    copies = site.front.pages.copies
    page = make_page()
    copies.keep(("/page/7/", ""), page, tags={"t"}, size=100, seconds=-1, since=copies.moment())
    site.crowd("/topic/", GUEST_PLACES + GUEST_QUEUE)

    assert site.get("/page/7/")[0] == "200 OK"
    assert site.get("/page/8/")[0].startswith("503")


def make_page():
    return SharedPage([("Content-Type", "text/html")], b"an earlier page", None)


def test_a_page_whose_time_is_over_stands_in_when_the_database_is_away(site):
    copies, away = site.front.pages.copies, []
    site.front.pages.app = lambda _environ, start: away.append(start("503 Service Unavailable", [])) or [b"away"]
    copies.keep(("/page/7/", ""), make_page(), tags={"t"}, size=100, seconds=-1, since=copies.moment())

    assert site.get("/page/7/")[2] == b"an earlier page"
    assert site.get("/page/8/")[0].startswith("503")
    assert away


def test_a_stampede_on_a_cold_page_makes_it_once():
    from flask import Flask

    made = []
    app = Flask("stampede")

    @app.get("/page/<int:number>/")
    def show(number):
        made.append(number)
        time.sleep(0.1)
        shows(f"page:{number}", seconds=60)
        return "hello"

    pages = GuestPages(
        app.wsgi_app,
        addresses=re.compile(r"/page/\d+/"),
        look_of=lambda _cookies: "",
        origin=("http", "forum.test"),
        max_bytes=1_000_000,
    )
    answers, lane = [], Lane(places=1, queue=0, seconds=1)

    def read():
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/page/3/", "SERVER_NAME": "x", "SERVER_PORT": "80"}
        answers.append(b"".join(pages.make(environ, lambda _status, _headers: None, lane)))

    threads = [threading.Thread(target=read) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert made == [3]
    assert answers == [b"hello"] * 12
    assert not pages._turns._turns


def test_background_work_gives_way_while_a_member_is_served(monkeypatch):
    members = Precedence()
    monkeypatch.setattr(lanes, "members", members)
    monkeypatch.setattr(lanes, "PATIENCE_SECONDS", PATIENCE)
    order = []

    def work():
        lanes.give_way()
        order.append("work")

    with members.serve():
        working = threading.Thread(target=work)
        working.start()
        time.sleep(0.05)
        order.append("member")
    working.join(PATIENCE)

    assert order == ["member", "work"]
