"""What the simulator itself costs: three-webhook calls against a bare ASGI application, in process and over HTTP."""

import asyncio
import sys
import tracemalloc
from typing import Any, Self

from bench.measure import Row, by_turns
from bench.server import PAGES
from bench.starting import bench_server
from simulator import AsgiWire, ManualClock
from simulator.applications import Endpoint
from simulator.exchange.numbers import nowhere
from simulator.network import CALLED, CALLER, build_network
from simulator.vocabulary import Pressed
from simulator.wires.http import HttpWire
from simulator.wires.wire import Wire

WEBHOOKS = 3


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """The least an application can do."""
    if scope["type"] != "http":
        raise RuntimeError("no lifespan")
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
    await send({"type": "http.response.body", "body": PAGES[scope["path"]]})


class Fresh:
    """The same application, but every document is another one: nothing that was parsed can be used again."""

    def __init__(self) -> None:
        self._count = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise RuntimeError("no lifespan")
        self._count += 1
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
        page = PAGES[scope["path"]].replace(b"</Say>", b" %d</Say>" % self._count)
        await send({"type": "http.response.body", "body": page})


async def rows() -> list[Row]:
    calls = 300  # short rounds and many: on a busy machine some of them are left alone
    known, fresh = AsgiWire(bare), AsgiWire(Fresh())
    found = await by_turns(
        {
            "known": lambda: _calls(known, "http://app.example", calls),
            "new": lambda: _calls(fresh, "http://app.example", calls),
            "bare": lambda: _bare(calls * WEBHOOKS),
        },
        15,
    )
    floor = found["bare"].median
    webhooks = calls * WEBHOOKS / 1e6
    rows = []
    for name, documents, budget in (("known", "documents that come again", 40), ("new", "new documents", 75)):
        cost = (found[name].median - floor) / webhooks
        rows.append(
            Row(
                f"simulator's own cost per webhook, {documents}",
                f"{cost:.0f} µs",
                f"≤ {budget} µs",
                cost <= budget,
                cost,
                f"{floor / webhooks:.1f} µs",
                found[name].is_noisy,
            )
        )
    rate = calls / found["known"].median
    rows.append(
        Row(
            "3-webhook calls in process, one core",
            f"{rate:,.0f}/s",
            "≥ 3,000/s",
            rate >= 3000,
            rate,
            f"{calls / floor:,.0f}/s",
            found["known"].is_noisy,
        )
    )
    return [*rows, await _over_http(), await _open_calls(10_000)]


async def _calls(wire: Wire, base: str, count: int) -> None:
    clock = ManualClock()
    operator = build_network(Endpoint(f"{base}/voice", wire), clock, seed=1, locate=nowhere).operator
    for _ in range(count):
        sid = operator.place(caller=CALLER, called=CALLED)
        await operator.settle()
        operator.receive(sid, Pressed("1"))
        await operator.settle()
        while await operator.step(clock):
            pass


async def _bare(requests: int) -> None:
    async def receive() -> dict[str, str]:
        return {}

    async def send(message: object) -> None:
        del message

    for _ in range(requests):
        await bare({"type": "http", "path": "/menu"}, receive, send)


async def _over_http() -> Row:
    calls = 60
    with bench_server() as port:
        client = MinimalClient("127.0.0.1", port)
        async with HttpWire() as wire, client:
            base = f"http://127.0.0.1:{port}"
            found = await by_turns(
                {"wire": lambda: _calls(wire, base, calls), "floor": lambda: client.ask(calls * WEBHOOKS)}, 21
            )
    spent, floor = found["wire"].median, found["floor"].median
    return Row(
        "the same over HTTP to a server of its own, against a minimal client",
        f"{calls / spent:,.0f}/s, {spent / floor:.1f} times its work",
        "≤ 4 times",
        spent / floor <= 4,
        spent / floor,
        f"{calls / floor:,.0f}/s",
        found["wire"].is_noisy or found["floor"].is_noisy,
    )


class MinimalClient(asyncio.Protocol):
    """As many requests as large as a webhook's, one after the other on one connection; reads no more than it must."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        body = b"x" * 900
        head = (
            b"POST /voice HTTP/1.1",
            b"Host: 127.0.0.1",
            b"User-Agent: TwilioProxy/1.1",
            b"X-Twilio-Signature: " + b"x" * 28,
            b"I-Twilio-Idempotency-Token: " + b"x" * 36,
            b"Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
            b"Content-Length: %d" % len(body),
        )
        self._request = b"\r\n".join(head) + b"\r\n\r\n" + body

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        transport, _ = await self._loop.create_connection(lambda: self, self._host, self._port)
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"</Response>"):
            self._answered.set_result(None)

    async def ask(self, requests: int) -> None:
        for _ in range(requests):
            self._answered = self._loop.create_future()
            self._transport.write(self._request)
            await self._answered


async def _open_calls(count: int) -> Row:
    endpoint = Endpoint("http://app.example/voice", AsgiWire(bare))
    operator = build_network(endpoint, ManualClock(), seed=1, locate=nowhere).operator
    await _calls(AsgiWire(bare), "http://app.example", 10)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(count):
        operator.place(caller=CALLER, called=CALLED)
        await operator.settle()
    per_call = (tracemalloc.get_traced_memory()[0] - before) / count / 1024
    tracemalloc.stop()
    return Row(f"{count:,} calls open at once, memory each", f"{per_call:.1f} KB", "≤ 25 KB", per_call <= 25, per_call)


if __name__ == "__main__":
    sys.stdout.write("\n".join(f"{row.what}: {row.measured} ({row.budget})" for row in asyncio.run(rows())) + "\n")
