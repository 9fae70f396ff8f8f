"""ASGI applications as servers run them: lifespan state, work behind the answer, disconnects, what they raise."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import BackgroundTasks, FastAPI, Request, Response
from starlette.middleware.base import BaseHTTPMiddleware

from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.network import build_network
from simulator.operator.beside import Raised
from simulator.operator.clock import ManualClock
from simulator.operator.operator import Operator
from simulator.vocabulary import Updated
from simulator.wires import asgi
from simulator.wires.asgi import AsgiWire, Lifespan
from simulator.wires.asgi_exchange import AsgiApplication
from simulator.wires.wire import Limits, WireError, WireReply, WireRequest
from tests.simulator.feeding import CALLED, CALLER
from tests.simulator.remembering import codes_of_a_call

URL = "https://app.example/voice"
TWIML = "<Response><Say>hello</Say></Response>"


def request(path: str = "voice", limits: Limits | None = None, most: int = 65_536) -> WireRequest:
    url = f"https://app.example/{path}"
    return (
        WireRequest("POST", url, (), b"Digits=1", most, limits) if limits else WireRequest("POST", url, (), b"", most)
    )


async def sent(application: AsgiApplication, **wishes: Any) -> WireReply:
    return await AsgiWire(application).send(request(**wishes))


def answering(*messages: dict[str, Any], then: BaseException | None = None) -> AsgiApplication:
    """Sends these messages, then raises."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)
        if then is not None:
            raise then

    return application


START: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]}
LAST: dict[str, Any] = {"type": "http.response.body", "body": TWIML.encode()}
PART: dict[str, Any] = {**LAST, "more_body": True}


# ---------------------------------------------------------------- lifespan


@pytest.mark.parametrize("has_middleware", [False, True])
async def test_what_a_lifespan_yields_is_in_every_request_a_copy_each(has_middleware: bool) -> None:
    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        yield {"db": opened}

    opened: list[str] = []
    app = FastAPI(lifespan=living)
    if has_middleware:
        app.add_middleware(BaseHTTPMiddleware, dispatch=lambda request, call_next: call_next(request))

    @app.post("/voice")
    async def voice(request: Request) -> Response:
        request.state.db.append("asked")
        request.state.mine = getattr(request.state, "mine", 0) + 1
        return Response(f"<Response><Say>{request.state.mine}</Say></Response>", media_type="text/xml")

    async with AsgiWire(app) as wire:
        replies = [await wire.send(request_) for request_ in (request(), request())]

    assert opened == ["asked", "asked"]
    assert [b"<Say>1</Say>" in reply.body for reply in replies] == [True, True]


async def test_without_a_lifespan_there_is_no_state() -> None:
    seen: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            raise ValueError("only HTTP here")
        seen.append("state" in scope)
        await send(START)
        await send(LAST)

    reports: list[str] = []
    wire = AsgiWire(application)
    wire.report = reports.append
    async with wire:
        await wire.send(request())

    assert (seen, reports) == ([False], [])


def failing_at(moment: str) -> FastAPI:
    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        if moment == "start":
            raise RuntimeError("no database")
        yield
        raise RuntimeError("no goodbye")

    return FastAPI(lifespan=living)


async def test_a_start_that_fails_says_with_which_traceback() -> None:
    with pytest.raises(WireError, match=r"(?s)failed to start: Traceback.*in living.*RuntimeError: no database"):
        await AsgiWire(failing_at("start")).__aenter__()


async def test_a_stop_that_fails_says_with_which_traceback() -> None:
    wire = AsgiWire(failing_at("stop"))
    await wire.__aenter__()

    with pytest.raises(WireError, match=r"(?s)failed to stop: Traceback.*in living.*RuntimeError: no goodbye"):
        await wire.__aexit__(None, None, None)


async def test_an_application_that_raises_after_it_has_begun_to_start_is_reported_and_has_no_lifespan() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            raise RuntimeError("not today")
        await send(START)
        await send(LAST)

    reports: list[str] = []
    wire = AsgiWire(application)
    wire.report = reports.append
    async with wire:
        assert (await wire.send(request())).status == 200

    assert [each.splitlines()[-1] for each in reports] == ["RuntimeError: not today"]


@pytest.mark.parametrize("moment", ["startup", "shutdown"])
async def test_a_lifespan_that_never_ends_is_given_up(moment: str) -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == f"lifespan.{moment}":
                await asyncio.Event().wait()
            await send({"type": f"{message['type']}.complete"})

    async def live() -> None:
        living = Lifespan(application, lambda text: None, seconds=0.01)
        await living.start()
        await living.stop()

    with pytest.raises(WireError, match=f"did not finish its lifespan.{moment} within 0.01 s"):
        await live()


def test_a_lifespan_has_as_long_as_a_command_has_to_start() -> None:
    assert asgi.SECONDS == 30.0


# ---------------------------------------------------------------- answers


async def test_a_start_without_headers_is_one() -> None:
    reply = await sent(answering({"type": "http.response.start", "status": 204}, {"type": "http.response.body"}))

    assert (reply.status, reply.headers, reply.body) == (204, (), b"")


async def test_a_compressed_body_is_decompressed() -> None:
    start = {**START, "headers": [*START["headers"], (b"content-encoding", b"gzip")]}
    packed = gzip.compress(TWIML.encode())
    parts = [{**PART, "body": packed[:7]}, {**LAST, "body": packed[7:]}]

    assert (await sent(answering(start, *parts))).body == TWIML.encode()
    assert await codes_of_a_call(AsgiWire(answering(start, {**LAST, "body": packed[:-9]})), URL) == [11206]


async def test_a_body_in_what_nobody_asked_for_is_an_error_that_the_application_does_not_see() -> None:
    seen: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({**START, "headers": [(b"content-encoding", b"zstd")]})
        await send(LAST)
        seen.append("sent")

    wire = AsgiWire(application)
    with pytest.raises(WireError, match="compressed its body as 'zstd'"):
        await wire.send(request())
    await wire.rest()
    assert seen == ["sent"]


async def test_an_answer_that_is_broken_off_is_an_error() -> None:
    for then in (None, ValueError("too late")):
        with pytest.raises(WireError, match="broke its answer off") as caught:
            await sent(answering(START, PART, then=then))
        assert caught.value.code == 11206
        assert caught.value.raised.endswith("ValueError: too late") is (then is not None)


async def test_a_body_without_end_is_read_no_further_than_wanted_and_holds_up_nobody() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        while True:
            await send({**PART, "body": b"x" * 1000})

    wire = AsgiWire(application, limit=5)
    reply = await wire.send(request(most=5000))

    assert len(reply.body) == 5001
    await wire.__aexit__(None, None, None)


async def test_an_application_that_blocks_the_event_loop_is_judged_afterwards() -> None:
    ticks = iter([0.0, 122.0])

    with pytest.raises(WireError, match="did not answer within 15 s") as caught:
        await AsgiWire(answering(START, LAST), clock=lambda: next(ticks)).send(request())
    assert (caught.value.code, caught.value.latency) == (11205, 15.0)


async def test_when_the_answer_has_been_sent_the_client_is_gone() -> None:
    said: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        said.append((await receive())["type"])
        waiting = asyncio.create_task(receive())
        await send(START)
        await send(LAST)
        said.append((await waiting)["type"])

    wire = AsgiWire(application)
    await wire.send(request())
    await wire.rest()

    assert said == ["http.request", "http.disconnect"]


async def test_an_application_that_is_given_up_or_cancelled_with_its_caller_may_clean_up() -> None:
    cleaned: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append("cleaned")

    wire = AsgiWire(application, limit=0.01)
    with pytest.raises(WireError):
        await wire.send(request())
    await wire.rest()
    assert cleaned == ["cleaned"]

    sending = asyncio.create_task(AsgiWire(application).send(request()))
    await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert cleaned == ["cleaned"] * 2


# ---------------------------------------------------------------- behind the answer


Background = Callable[[], Awaitable[None]]


def going_on(background: Background, *, has_middleware: bool = False) -> FastAPI:
    """Answers with a pause, and then does something else."""
    app = FastAPI()
    if has_middleware:
        app.add_middleware(BaseHTTPMiddleware, dispatch=lambda request, call_next: call_next(request))

    @app.post("/voice")
    async def voice(tasks: BackgroundTasks) -> Response:
        tasks.add_task(background)
        return Response('<Response><Pause length="60"/></Response>', media_type="text/xml")

    return app


async def calling(app: AsgiApplication) -> tuple[Handset, AsgiWire, Operator]:
    wire, clock = AsgiWire(app), ManualClock()
    operator = build_network(Endpoint(URL, wire, background=wire), clock).operator
    return Handset(operator, clock, CALLER), wire, operator


@pytest.mark.parametrize("has_middleware", [False, True])
async def test_the_answer_is_there_while_background_tasks_go_on(has_middleware: bool) -> None:
    go_on, done = asyncio.Event(), list[str]()

    async def background() -> None:
        await go_on.wait()
        done.append("done")

    wire = AsgiWire(going_on(background, has_middleware=has_middleware))
    reply = await wire.send(request())
    assert (b"Pause" in reply.body, done) == (True, [])

    go_on.set()
    await wire.rest()
    assert done == ["done"]


async def test_a_call_that_is_changed_behind_the_answer_hears_so_before_time_passes() -> None:
    """The usual way round the 15 s: answer now, update the call by the REST API later."""

    async def update() -> None:
        for _ in range(100):  # as long as a request to an API in this process may take
            await asyncio.sleep(0)
        (call,) = operator.exchange.calls
        operator.receive(call.sid, Updated(twiml="<Response><Say>your balance</Say></Response>"))

    phone, _, operator = await calling(going_on(update))
    await phone.dial(CALLED)

    assert await phone.until(lambda: phone.has_heard("your balance"))
    assert phone.record.warnings == []
    assert operator.clock.now() - phone.record.began < 30


async def test_what_goes_on_for_long_is_waited_for_once_and_ends_with_the_wire() -> None:
    ended: list[str] = []

    async def background() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    wire = AsgiWire(going_on(background), patience=0.01)
    await wire.send(request())
    await wire.rest()
    again = wire.rest()

    with pytest.raises(StopIteration):  # it does not wait
        again.send(None)
    await wire.__aexit__(None, None, None)
    assert ended == ["ended"]


# ---------------------------------------------------------------- what is raised


def raising(where: str) -> FastAPI:
    app = FastAPI()

    @app.post("/voice")
    async def voice(tasks: BackgroundTasks) -> Response:
        if where == "handler":
            raise ValueError("no such account")
        tasks.add_task(fail)
        return Response(TWIML, media_type="text/xml")

    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError("no such account")

    return app


async def test_what_a_handler_raises_is_told_with_its_traceback() -> None:
    phone, _, _ = await calling(raising("handler"))
    await phone.dial(CALLED)

    (warned,) = phone.record.warnings
    assert (warned.code, "answered 500: it raised ValueError: no such account" in warned.message) == (11200, True)
    (trip,) = [made.trip for made in phone.record.requests]
    assert trip.raised.startswith("Traceback (most recent call last):")
    assert "in voice" in trip.raised
    assert "starlette" not in trip.raised


async def test_what_a_background_task_raises_is_in_the_journal_of_its_call() -> None:
    phone, _, operator = await calling(raising("background"))
    await phone.dial(CALLED)

    (entry,) = [entry for entry in operator.journal.entries if isinstance(entry.item, Raised)]
    assert entry.sid == phone.record.sid
    assert isinstance(entry.item, Raised)
    assert "in fail" in entry.item.text
    assert entry.item.text.endswith("ValueError: no such account")


async def test_where_nobody_listens_it_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    wire = AsgiWire(raising("background"))
    await wire.send(request())
    await wire.rest()

    assert "ValueError: no such account" in caplog.text
    assert caplog.records[0].name == "simulator.application"


def test_a_failure_of_a_test_inside_the_application_is_one() -> None:
    """pytest's own exceptions are no application's."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        pytest.fail("as the test says")

    with pytest.raises(pytest.fail.Exception, match="as the test says"):
        asyncio.run(sent(application))
