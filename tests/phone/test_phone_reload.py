"""`phone --reload`: an application that is worked on restarts, on a real port, and the phone calls it anew."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl

import pytest
from click.testing import CliRunner
from textual.widgets import Input

from okta_twilio_ivr.world import open_demo
from simulator.cli.phone import make_phone
from simulator.network import open_network
from simulator.phone.watching import NOTICE, AppStatus, Restarts, Watch, watch_of
from tests.phone.visitor import Tick, Visitor, visiting


@dataclass
class Work:
    """An application that somebody works on: its words change, it can be stopped and started again.

    In a thread of its own: a connection that an event loop has half accepted cannot be closed by anybody.
    """

    words: str = "first draft"
    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/voice"

    def start(self) -> None:
        work = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                document = f"<Response><Say>{work.words}</Say><Pause length='60'/></Response>".encode()
                work.asked.append(dict(parse_qsl(form)))
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(document)))
                self.end_headers()
                self.wfile.write(document)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Answering)
        self._server.daemon_threads = False  # closing waits for them
        self.port = self._server.server_port
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}).start()

    async def stop(self) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            await asyncio.to_thread(server.shutdown)
            await asyncio.to_thread(server.server_close)


@asynccontextmanager
async def worked_on(path: Path | None = None, now: Tick | None = None) -> AsyncIterator[tuple[Work, Visitor]]:
    """The application runs, and the phone watches it."""
    work = Work()
    work.start()
    watch = replace(watch_of(work.url, path), every=0.01, every_file=0.01, now=now or Tick())
    try:
        async with visiting(partial(open_network, work.url), size=(120, 40), watch=watch) as visitor:
            yield work, visitor
    finally:
        await work.stop()


async def call(work: Work, visitor: Visitor) -> None:
    """Call and listen until the words are said."""
    await visitor.press("c")
    await visitor.until(lambda: len(work.asked) == 1)
    await visitor.until(lambda: visitor.session.traffic.requests[1].outcome == "answered")
    await visitor.wait(2)


async def test_an_application_that_has_restarted_is_called_anew() -> None:
    async with worked_on() as (work, visitor):
        await call(work, visitor)
        first = visitor.session.shown
        assert visitor.sees("first draft")
        await work.stop()
        await visitor.until(lambda: visitor.sees(f"nobody answers at 127.0.0.1:{work.port}"))
        assert visitor.sees("↻ waiting for the application")
        work.words = "second draft"
        work.start()
        await visitor.until(lambda: len(work.asked) == 2)
        await visitor.until(lambda: visitor.session.traffic.requests[2].outcome == "answered")
        await visitor.wait(2)

        assert first is not None
        assert first.ended is not None
        assert first.ended.ending == "hangup"
        assert visitor.sees("the application is back: dialled again")
        assert visitor.sees("second draft")
        assert not visitor.sees("waiting for the application")
        assert [(asked["From"], asked["To"]) for asked in work.asked] == [("+17735551234", "+12075551234")] * 2
        assert work.asked[0]["CallSid"] != work.asked[1]["CallSid"]


async def test_a_call_that_is_over_is_made_anew_too() -> None:
    async with worked_on() as (work, visitor):
        await call(work, visitor)
        await visitor.press("h")
        await work.stop()
        await visitor.until(lambda: visitor.session.is_awaiting)
        work.start()

        await visitor.until(lambda: len(work.asked) == 2)


async def test_nobody_is_called_by_itself_before_the_first_call() -> None:
    async with worked_on() as (work, visitor):
        await work.stop()
        await visitor.until(lambda: visitor.sees("nobody answers at"))
        work.start()
        await visitor.until(lambda: visitor.sees("the application is back"))

        assert not visitor.sees("dialled again")
        assert visitor.session.shown is None
        assert work.asked == []


async def test_a_change_of_its_files_counts_once_it_had_time_to_restart(tmp_path: Path) -> None:
    """A reloader that keeps the port open, such as Flask's, cannot be seen restarting."""
    now = Tick()
    (tmp_path / "app.py").write_text("first")
    async with worked_on(tmp_path, now) as (work, visitor):
        await call(work, visitor)
        await visitor.until(lambda: has_changed(visitor, tmp_path / "app.py"))
        assert visitor.sees("app.py has changed: waiting for the application")
        assert len(visitor.session.calls.by_sid) == 1
        await visitor.until(lambda: has_asked_later(work, now))

        assert visitor.sees("app.py has changed: dialled again")


async def test_what_the_phone_and_the_application_write_is_no_change(tmp_path: Path) -> None:
    """A journal in the application's folder had the phone redial for ever."""
    now, kept = Tick(), tmp_path / "call.html"
    app = tmp_path / "app.py"
    app.write_text("first")
    async with worked_on(tmp_path, now) as (work, visitor):
        await call(work, visitor)
        await visitor.press("x", "enter")
        visitor.app.screen.query_one("#path", Input).value = str(kept)
        await visitor.press("enter")
        assert kept.exists()
        (tmp_path / "app.log").write_text("a line")
        (tmp_path / "calls.jsonl").write_text("{}")
        await visitor.until(lambda: has_changed(visitor, app))

        assert visitor.sees("app.py has changed")
        assert not visitor.sees("call.html has changed")


def has_changed(visitor: Visitor, path: Path) -> bool:
    """Write until the watcher has begun to watch and has seen it."""
    path.write_text(path.read_text() + "!")
    return visitor.session.is_awaiting


def has_asked_later(work: Work, now: Tick) -> bool:
    """Let time go on: the last of the changes may be noticed only now."""
    now.at += NOTICE
    return len(work.asked) >= 2


async def test_redialling_by_hand() -> None:
    async with visiting() as visitor:
        await visitor.press("r")
        assert len(visitor.session.calls.by_sid) == 0
        await visitor.press("c")
        await visitor.press("r")

        assert [call.is_up for call in visitor.session.calls.by_sid.values()] == [False, True]
        assert [path for path, _ in visitor.bank.requests].count("/voice") == 2


UP = Restarts("here:1")


@pytest.mark.parametrize(
    ("seen", "news"),
    [
        ((True, True), []),
        ((False, False), ["gone"]),
        ((False, True), ["gone", "back!"]),
        (("a", True), ["changed"]),
        (("a", "a", NOTICE, True), ["changed", "back!"]),
        (("a", NOTICE, "a", True), ["changed"]),
        (("a", "b", NOTICE, True, True), ["changed", "changed", "back!"]),
        (("a", False, True, NOTICE, True), ["changed", "gone", "back!"]),
        ((False, "a", NOTICE, False, True), ["gone", "changed", "back!"]),
    ],
)
def test_what_counts_as_a_restart(seen: tuple[bool | str | float, ...], news: list[str]) -> None:
    """True and False: a connection went, or not; a word: that file has changed; a number: so much time passes."""
    now, restarts, told = 0.0, UP, list[AppStatus]()
    for each in seen:
        found: AppStatus | None = None
        match each:
            case bool():
                restarts, found = restarts.saw(is_up=each, at=now)
            case str():
                restarts, found = restarts.saw_change(each, at=now)
            case _:
                now += each
        told += [found] if found is not None else []

    assert [each.kind + "!" * each.is_ready for each in told] == news


def test_a_change_and_the_restart_it_causes_are_one() -> None:
    restarts, _ = UP.saw_change("app.py", at=0)
    restarts, _ = restarts.saw(is_up=False, at=1)
    restarts, back = restarts.saw(is_up=True, at=1.2)
    assert back == AppStatus("back", "app.py has changed, and the application is back", is_ready=True)

    assert not restarts.is_waiting
    assert restarts.saw(is_up=True, at=9) == (restarts, None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--reload"], "--reload goes with --url"),
        (["--url", "http://127.0.0.1:5000/", "--reload", "no/such/folder"], "there is no 'no/such/folder'"),
        (["--reload", "docs", "call", "docs/calls/sms.yaml"], "--reload before call belongs to the terminal phone"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(make_phone(open_demo), arguments)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "watch"),
    [
        ([], None),
        (["--reload"], Watch("127.0.0.1", 5000)),
        (["--reload", "docs"], Watch("127.0.0.1", 5000, Path("docs"))),
    ],
)
def test_what_is_watched(arguments: list[str], watch: Watch | None) -> None:
    shown: list[Watch | None] = []

    def screen(network: object, *, watch: Watch | None = None, **more: object) -> int:
        shown.append(watch)
        return 0

    CliRunner().invoke(make_phone(open_demo, screen), ["--url", "http://127.0.0.1:5000/voice", *arguments])

    assert shown == [watch]
