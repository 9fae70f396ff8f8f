"""Connections are kept for the next request; one that the server has closed meanwhile costs nobody a webhook.

The server is all that is looked at, and the wire: whatever client is behind it.
"""

import pytest

from simulator.wires.http import HttpWire
from simulator.wires.wire import Limits, Wire, WireError, WireReply, WireRequest
from tests.simulator.remembering import codes_of_a_call
from tests.simulator.scripted_server import Answer, Close, Server, answer, scripted_server, twiml

OK, PARTIAL = answer(b"one"), b"HTTP/1.1 200 OK\r\nContent-Le"
DEAD = {"closed": Close(), "reset": Close(hard=True)}
either_method = pytest.mark.parametrize("method", ["GET", "POST"])


def request(server: Server, method: str, body: bytes = b"Digits=1") -> WireRequest:
    headers = [("Host", "app.example"), ("Content-Length", str(len(body)))] if method == "POST" else []
    return WireRequest(method, f"{server.url}/", headers, body if method == "POST" else b"", 1000, Limits(total=5))


async def sent(wire: Wire, server: Server, method: str) -> WireReply:
    return await wire.send(request(server, method))


@either_method
async def test_a_connection_is_kept(method: str) -> None:
    async with scripted_server(OK, OK) as server, HttpWire() as wire:
        await sent(wire, server, method)
        await sent(wire, server, method)

    assert server.connections == [0, 0]


@either_method
@pytest.mark.parametrize("dead", DEAD.values(), ids=DEAD)
async def test_a_request_that_met_a_dead_connection_is_sent_again_on_a_new_one(method: str, dead: Answer) -> None:
    async with scripted_server(OK, dead, answer(b"two")) as server, HttpWire() as wire:
        await sent(wire, server, method)
        reply = await sent(wire, server, method)

    assert reply.body == b"two"
    assert server.connections == [0, 0, 1]
    assert server.requests[1] == server.requests[2]


@either_method
async def test_a_server_that_closes_after_every_answer(method: str) -> None:
    async with scripted_server(Close(OK), Close(OK), Close(OK)) as server, HttpWire() as wire:
        for _ in range(3):
            assert (await sent(wire, server, method)).body == b"one"

    assert server.connections == [0, 1, 2]


@either_method
@pytest.mark.parametrize("dead", DEAD.values(), ids=DEAD)
async def test_a_new_connection_that_is_closed_without_an_answer_is_an_error_at_once(method: str, dead: Answer) -> None:
    async with scripted_server(dead) as server, HttpWire() as wire:
        with pytest.raises(WireError) as caught:
            await sent(wire, server, method)

    assert (caught.value.code, caught.value.stage) == (11205, None)
    assert len(server.requests) == 1


@either_method
async def test_an_answer_that_has_begun_is_not_asked_for_again(method: str) -> None:
    async with scripted_server(OK, Close(PARTIAL), OK) as server, HttpWire() as wire:
        await sent(wire, server, method)
        with pytest.raises(WireError) as caught:
            await sent(wire, server, method)

    assert caught.value.code in (11205, 11206)
    assert server.connections == [0, 0]


@either_method
async def test_a_new_connection_that_dies_too_is_the_end(method: str) -> None:
    async with scripted_server(OK, Close(), Close(), OK) as server, HttpWire() as wire:
        await sent(wire, server, method)
        with pytest.raises(WireError) as caught:
            await sent(wire, server, method)

    assert caught.value.code == 11205
    assert server.connections == [0, 0, 1]


async def test_a_call_whose_server_lets_go_of_its_connection_goes_on() -> None:
    answers = (twiml(b"<Redirect>/next</Redirect>"), Close(), twiml(b"<Say>hello</Say>"))
    async with scripted_server(*answers) as server, HttpWire() as wire:
        assert await codes_of_a_call(wire, f"{server.url}/voice") == []

    assert [each.split(b" ")[1] for each in server.requests] == [b"/voice", b"/next", b"/next"]
    tokens = [server.header(position, b"I-Twilio-Idempotency-Token") for position in (1, 2)]
    assert tokens[0] == tokens[1]
