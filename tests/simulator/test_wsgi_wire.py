"""The wire to WSGI applications: what they are told (PEP 3333), and how their misbehaviour looks from outside."""

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.wires.wire import STANDARD_LIMITS, Limits, WireError, WireReply, WireRequest
from simulator.wires.wsgi import WsgiApplication, WsgiWire


async def sent(application: WsgiApplication, *, most: int = 1000, **given: Any) -> WireReply:
    request = {
        "method": "POST",
        "url": "https://app.example:8443/caf%C3%A9/%2f?a=%7e&b=",
        "headers": (),
        "body": b"x=1",
    }
    return await WsgiWire(application).send(WireRequest(**(request | given), most=most))


async def environ_of(**given: Any) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    def application(environ: Any, start_response: Any) -> list[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("204 No Content", [])
        return []

    assert (await sent(application, **given)).status == 204
    return seen


async def test_the_environ_is_that_of_a_server() -> None:
    headers = [("Host", "app.example:8443"), ("Content-Type", "text/plain"), ("Content-Length", "3"), ("X-A", "1")]
    seen = await environ_of(headers=[*headers, ("x-a", "2")])

    assert seen["PATH_INFO"].encode("latin-1").decode() == "/café//"
    expected = {
        "REQUEST_METHOD": "POST", "QUERY_STRING": "a=%7e&b=", "CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "3",
        "HTTP_HOST": "app.example:8443", "HTTP_X_A": "1,2", "SERVER_NAME": "app.example", "SERVER_PORT": "8443",
        "SCRIPT_NAME": "", "wsgi.url_scheme": "https", "body": b"x=1",
    }  # fmt: skip
    assert {name: seen[name] for name in expected} == expected
    assert "HTTP_CONTENT_TYPE" not in seen
    assert "HTTP_CONTENT_LENGTH" not in seen


async def test_what_latin_1_cannot_hold_arrives_as_utf_8() -> None:
    seen = await environ_of(headers=[("X-Name", "Łódź")])

    assert seen["HTTP_X_NAME"].encode("latin-1").decode() == "Łódź"


class Closing:
    """An iterable that notes its end; it may break after its first part."""

    def __init__(self, *parts: bytes | Exception) -> None:
        self.parts = parts
        self.closed = 0

    def __call__(self, environ: Any, start_response: Any) -> "Closing":
        start_response("200 OK", [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize(
    ("parts", "status", "body"),
    [
        ((b"ab", b"cd", b"ef"), 200, b"abcd"),
        ((b"", ValueError("late")), 500, b"the application raised ValueError: late"),
    ],
)
async def test_what_was_begun_is_closed(parts: Any, status: int, body: bytes) -> None:
    application = Closing(*parts)

    reply = await sent(application, most=3)

    assert (reply.status, reply.body, application.closed) == (status, body, 1)


async def test_an_answer_that_is_broken_off_is_none_and_is_closed() -> None:
    """A server closes the connection: the head said that more would come."""
    application = Closing(b"ab", ValueError("too late"))

    with pytest.raises(WireError, match="broke its answer off") as caught:
        await sent(application)

    assert (caught.value.code, application.closed) == (11206, 1)
    assert caught.value.raised.endswith("ValueError: too late")


async def test_a_head_may_be_replaced_while_nothing_was_sent() -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        error = ValueError("found out later")
        start_response("503 Service Unavailable", [("Retry-After", "1")], (ValueError, error, None))
        return [b"sorry"]

    reply = await sent(application)

    assert (reply.status, reply.headers, reply.body) == (503, (("Retry-After", "1"),), b"sorry")


async def test_what_is_written_comes_before_what_is_returned() -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])(b"one ")
        return [b"two"]

    assert (await sent(application)).body == b"one two"


@pytest.mark.parametrize("answer", [[], [b"body"]])
async def test_without_a_head_there_is_no_answer_but_500(answer: list[bytes]) -> None:
    reply = await sent(lambda environ, start_response: answer)

    assert (reply.status, b"start_response" in reply.body) == (500, True)


@pytest.mark.parametrize(
    ("seconds", "limits", "stage"), [(122.0, STANDARD_LIMITS, None), (0.2, Limits(read=0.1), "rt")]
)
async def test_what_takes_too_long_is_judged_afterwards(seconds: float, limits: Limits, stage: str | None) -> None:
    """An SDK that sleeps for a rate limit cannot be stopped from outside; its time counts all the same."""
    ticks = iter([0.0, seconds])
    wire = WsgiWire(Closing(b"hi"), clock=lambda: next(ticks))

    with pytest.raises(WireError, match="did not answer within") as caught:
        await wire.send(WireRequest("GET", "http://app.example/", (), b"", 10, limits))

    assert (caught.value.code, caught.value.stage) == (11205, stage)
    assert caught.value.latency == min(limits.read, limits.total)


async def test_what_takes_long_but_not_too_long_takes_no_time_without_a_stopwatch() -> None:
    ticks = iter([0.0, 14.9])

    wire = WsgiWire(Closing(b"hi"), clock=lambda: next(ticks))

    assert (await wire.send(WireRequest("GET", "http://app.example/", (), b"", 10))).latency == 0.0


async def test_a_wsgi_application_s_latency_is_measured_by_the_stopwatch() -> None:
    ticks = iter([10.0, 10.25])

    wire = WsgiWire(Closing(b"hi"), stopwatch=lambda: next(ticks))

    assert (await wire.send(WireRequest("GET", "http://app.example/", (), b"", 10))).latency == 0.25
