"""What the simulator itself costs: three-webhook calls against a bare ASGI application, in process and over HTTP."""

import asyncio
import math
import sys
import time
import tracemalloc
from statistics import median
from typing import Any

import aiohttp

from bench.measure import Row, best_seconds
from fakes.doors import served
from simulator import AsgiWire, Exchange, ManualClock, Number, Operator
from simulator.vocabulary import Pressed
from simulator.wires.http import HttpWire
from simulator.wires.wire import Wire

LINE, CALLER = "+12075551234", "+17735551234"
WEBHOOKS = 3
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>'
_PAGES = {
    "/voice": _HEAD
    + b'<Response><Gather numDigits="1" action="/menu"><Say>Welcome. Press one.</Say></Gather></Response>',
    "/menu": _HEAD + b"<Response><Say>You chose well.</Say><Redirect>/end</Redirect></Response>",
    "/end": _HEAD + b"<Response><Say>Goodbye.</Say><Hangup/></Response>",
}


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """The least an application can do."""
    if scope["type"] != "http":
        raise RuntimeError("no lifespan")
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
    await send({"type": "http.response.body", "body": _PAGES[scope["path"]]})


async def rows() -> list[Row]:
    calls = 300  # short rounds and many: on a busy machine some of them are left alone
    cpu = time.process_time
    in_process = await best_seconds(lambda: _calls(AsgiWire(bare), "http://app.example", calls), 40, cpu)
    application = await best_seconds(lambda: _bare(calls * WEBHOOKS), 20, cpu)
    per_webhook = (in_process - application) / calls / WEBHOOKS * 1e6
    rate = calls / in_process
    return [
        Row(
            "simulator's own cost per webhook",
            f"{per_webhook:.0f} µs",
            "≤ 110 µs",
            per_webhook <= 110,
            per_webhook,
            f"{application / calls / WEBHOOKS * 1e6:.1f} µs",
        ),
        Row(
            "3-webhook calls in process, one core",
            f"{rate:,.0f}/s",
            "≥ 3,000/s",
            rate >= 3000,
            rate,
            f"{calls / application:,.0f}/s",
        ),
        *await _over_http(),
        await _open_calls(10_000),
    ]


async def _calls(wire: Wire, base: str, count: int) -> None:
    exchange, clock = Exchange(seed=1), ManualClock()
    exchange.own(Number(LINE, f"{base}/voice"))
    operator = Operator(exchange, wire, clock)
    for _ in range(count):
        sid = operator.place(caller=CALLER, called=LINE)
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


async def _over_http() -> list[Row]:
    calls = 40
    async with served(bare) as base, HttpWire() as wire, aiohttp.ClientSession() as session:
        simulated = client = math.inf
        shares: list[float] = []
        for _ in range(21):  # by turns, so that both have the same luck with the machine
            spent = await best_seconds(lambda: _calls(wire, base, calls), 2, time.process_time)
            alone = await best_seconds(lambda: _client(session, base, calls * WEBHOOKS), 2, time.process_time)
            simulated, client = min(simulated, spent), min(client, alone)
            shares.append(spent / alone - 1)
    share = median(shares)
    return [
        Row(
            "the same over HTTP on loopback, against the client alone",
            f"{calls / simulated:,.0f}/s, {share:+.0%}",
            "≤ 25 % more",
            share <= 0.25,
            share * 100,
            f"{calls / client:,.0f}/s",
        )
    ]


async def _client(session: aiohttp.ClientSession, base: str, requests: int) -> None:
    """The HTTP client's own limit: as many requests with a body and headers as large as a webhook's, nothing else."""
    body = b"x" * 900
    headers = {
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": "x" * 28,
        "I-Twilio-Idempotency-Token": "x" * 36,
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    }
    for _ in range(requests):
        async with session.post(f"{base}/voice", data=body, headers=headers) as reply:
            await reply.read()


async def _open_calls(count: int) -> Row:
    exchange, clock = Exchange(seed=1), ManualClock()
    exchange.own(Number(LINE, "http://app.example/voice"))
    operator = Operator(exchange, AsgiWire(bare), clock)
    await _calls(AsgiWire(bare), "http://app.example", 10)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(count):
        operator.place(caller=CALLER, called=LINE)
        await operator.settle()
    per_call = (tracemalloc.get_traced_memory()[0] - before) / count / 1024
    tracemalloc.stop()
    return Row(f"{count:,} calls open at once, memory each", f"{per_call:.1f} KB", "≤ 25 KB", per_call <= 25, per_call)


if __name__ == "__main__":
    sys.stdout.write("\n".join(f"{row.what}: {row.measured} ({row.budget})" for row in asyncio.run(rows())) + "\n")
