"""WebSockets of an ASGI application in this process: opening, messages both ways, rest, and every kind of end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from simulator.applications import Endpoint as VoiceEndpoint
from simulator.callers.handset import Handset
from simulator.exchange.numbers import Policy
from simulator.limits import SocketLimits
from simulator.network import build_network
from simulator.operator.clock import ManualClock
from simulator.wires.asgi import AsgiWire
from simulator.wires.asgi_sockets import AsgiSocket, AsgiSockets
from simulator.wires.socket import Closed
from simulator.wires.wire import WireError
from tests.simulator.feeding import CALLED, CALLER

Endpoint = Callable[[WebSocket], Awaitable[None]]
URL = "wss://app.example/agent%20one?x=%7e"


def wire_to(endpoint: Endpoint) -> AsgiWire:
    return AsgiWire(Starlette(routes=[WebSocketRoute("/agent one", endpoint)]))


async def opened(endpoint: Endpoint, opens_in: float = 10.0) -> AsgiSocket:
    return await AsgiSockets(wire_to(endpoint), opens_in=opens_in).connect(URL, [("X-Twilio-Signature", "s")])


async def read(socket: AsgiSocket) -> tuple[list[str | bytes | None], Closed]:
    """All messages, and the end."""
    messages: list[str | bytes | None] = []
    try:
        async for message in socket.messages():
            messages.append(message)
    except Closed as closed:
        return messages, closed
    raise AssertionError


async def test_the_handshake_is_that_of_a_server() -> None:
    seen: dict[str, Any] = {}

    async def agent(socket: WebSocket) -> None:
        seen.update(socket.scope, state=dict(socket.state._state))
        await socket.accept()
        await socket.close()

    wire = wire_to(agent)
    async with wire:
        assert wire.state is not None
        wire.state["db"] = "open"
        await AsgiSockets(wire).connect(URL, [("X-Twilio-Signature", "s")])

    expected = {"type": "websocket", "scheme": "wss", "raw_path": b"/agent%20one", "query_string": b"x=%7e"}
    assert {name: seen[name] for name in expected} == expected
    assert (seen["path"], seen["server"], seen["state"]) == ("/agent one", ("app.example", 443), {"db": "open"})
    headers = dict(seen["headers"])
    assert (headers[b"host"], headers[b"upgrade"]) == (b"app.example", b"websocket")
    assert headers[b"x-twilio-signature"] == b"s"


async def test_messages_go_both_ways_and_are_read_when_it_rests() -> None:
    read_by_agent: list[str] = []

    async def agent(socket: WebSocket) -> None:
        await socket.accept()
        async for text in socket.iter_text():
            read_by_agent.append(text)
            await socket.send_text(text.upper())
            await socket.send_bytes(b"\0")

    socket = await opened(agent)
    reading = asyncio.create_task(read(socket))
    for text in ("one", "two"):
        await socket.send(text)
    await socket.rest()
    assert read_by_agent == ["one", "two"]
    await socket.close()
    messages, closed = await reading

    assert messages == ["ONE", b"\0", "TWO", b"\0"]
    assert closed.code is None
    await socket.send("three")  # nothing happens


async def test_what_is_handed_to_another_task_is_answered_before_time_passes() -> None:
    async def agent(socket: WebSocket) -> None:
        queue: asyncio.Queue[str] = asyncio.Queue()

        async def answer() -> None:
            while True:
                await socket.send_text((await queue.get()).upper())

        await socket.accept()
        answering = asyncio.create_task(answer())
        async for text in socket.iter_text():
            queue.put_nowait(text)
        answering.cancel()

    socket = await opened(agent)
    reading = asyncio.create_task(read(socket))
    await socket.send("one")
    await socket.rest()
    await socket.close()
    messages, _ = await reading

    assert messages == ["ONE"]


async def test_it_is_told_that_the_call_is_over() -> None:
    codes: list[int] = []

    async def agent(socket: WebSocket) -> None:
        await socket.accept()
        try:
            await socket.receive_text()
        except WebSocketDisconnect as gone:
            codes.append(gone.code)

    await (await opened(agent)).close()

    assert codes == [1000]


async def refuse(socket: WebSocket) -> None:
    await socket.close()


async def fail(socket: WebSocket) -> None:
    raise ValueError("no agent today")


@pytest.mark.parametrize(("endpoint", "status"), [(refuse, 403), (fail, 500)])
async def test_one_that_is_not_accepted(endpoint: Endpoint, status: int, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(WireError, match=f"answered {status} instead of opening a WebSocket") as caught:
        await opened(endpoint)

    assert caught.value.code == 31920
    assert ("ValueError: no agent today" in caplog.text) is (status == 500)


async def test_one_that_is_answered_by_http() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})

    with pytest.raises(WireError, match="answered 404 instead"):
        await AsgiSockets(AsgiWire(application)).connect(URL, [])


async def test_one_that_is_never_accepted_is_given_up() -> None:
    async def agent(socket: WebSocket) -> None:
        await asyncio.Event().wait()

    with pytest.raises(WireError, match=r"did not accept the WebSocket within 0\.01 s") as caught:
        await opened(agent, opens_in=0.01)
    assert caught.value.code == 31901


async def close_well(socket: WebSocket) -> None:
    await socket.close()


async def close_badly(socket: WebSocket) -> None:
    await socket.close(4000)


async def return_only(socket: WebSocket) -> None:
    """A server then closes the connection."""


ENDS: list[tuple[Endpoint, int | None, str]] = [
    (close_well, None, ""),
    (close_badly, 31921, "with code 4000"),
    (return_only, 31921, "with code 1006"),
    (fail, 31921, "with code 1011"),
]


@pytest.mark.parametrize(("then", "code", "words"), ENDS)
async def test_ends_of_the_application_s_making(then: Endpoint, code: int | None, words: str) -> None:
    async def agent(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("hello")
        await then(socket)

    messages, closed = await read(await opened(agent))

    assert messages == ["hello"]
    assert (closed.code, words in closed.reason) == (code, True)


async def test_an_application_that_does_not_read_holds_up_whoever_sends() -> None:
    async def agent(socket: WebSocket) -> None:
        await socket.accept()
        await asyncio.Event().wait()

    socket, sent = await opened(agent), list[int]()

    async def send() -> None:
        while True:
            await socket.send("frame")
            sent.append(1)

    sending = asyncio.create_task(send())
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(sent) == 100
    sending.cancel()
    await socket.close()


async def test_a_flood_waits_until_it_is_read_and_ends_with_the_call() -> None:
    sent = 0

    async def agent(socket: WebSocket) -> None:
        nonlocal sent
        await socket.accept()
        while True:
            await socket.send_text("mark")
            sent += 1

    socket = await opened(agent)
    for _ in range(10):
        await asyncio.sleep(0)
    assert sent == 100
    await socket.close()


async def test_who_reads_no_further_holds_up_nobody() -> None:
    async def agent(socket: WebSocket) -> None:
        await socket.accept()
        async for text in socket.iter_text():
            for _ in range(200):
                await socket.send_text(text)

    socket = await opened(agent)
    reading = socket.messages()
    await socket.send("one")
    assert await anext(reading) == "one"
    await reading.aclose()
    await socket.rest()
    await socket.close()


async def test_those_that_are_open_are_closed_with_the_context() -> None:
    ended: list[str] = []

    async def agent(socket: WebSocket) -> None:
        await socket.accept()
        async for _ in socket.iter_text():
            pass
        ended.append("ended")

    async with AsgiSockets(wire_to(agent)) as sockets:
        kept = [await sockets.connect(URL, []) for _ in range(2)]

    assert (ended, len(kept)) == (["ended"] * 2, 2)


async def test_a_call_to_a_flooding_agent_is_ended_as_one_over_http_is() -> None:
    async def agent(socket: WebSocket) -> None:
        await socket.accept()
        while True:
            await socket.send_text('{"event":"mark"}')

    async def voice(request: Request) -> Response:
        return Response(f'<Response><Connect><Stream url="{URL}"/></Connect></Response>', media_type="text/xml")

    app = Starlette(routes=[Route("/voice", voice, methods=["POST"]), WebSocketRoute("/agent one", agent)])
    wire, clock, policy = AsgiWire(app), ManualClock(), Policy(sockets=SocketLimits(messages=500))
    endpoint = VoiceEndpoint("https://app.example/voice", wire, AsgiSockets(wire))
    phone = Handset(build_network(endpoint, clock, policy=policy).operator, clock, CALLER)
    await phone.dial(CALLED)
    await phone.wait(60)

    assert phone.record.ended is not None
    assert phone.record.ended.ending == "socket-limit"
