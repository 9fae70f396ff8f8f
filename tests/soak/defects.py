"""Lines with one defect each, for `--line`: what the soak must find, and by which check."""

import os
import signal
from dataclasses import replace
from typing import Any

from ivr.app import create_app
from ivr.calls.store import CallStore
from ivr.identity.protocol import Attempt, Checked, Factor, Identity, Polled, Push, Rejected, Verified
from ivr.limits import Count, Limit, Limits
from ivr.line import Line
from ivr.phrases.english import ENGLISH
from ivr.webhooks.record import WebhookRecord
from simulator.wires.asgi_exchange import AsgiApplication


class Around:
    """Everything as it is; what is defective is overridden."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Gullible(Around):
    async def verify(self, attempt: Attempt, factor: Factor, code: str) -> Checked:
        return Verified()


def forgets_the_factor_check(line: Line) -> AsgiApplication:
    """Any code will do."""
    identity: Identity = Gullible(line.identity)
    return create_app(replace(line, identity=identity))


def answers_500_under_fault(line: Line) -> AsgiApplication:
    """Whatever says that Okta is out of reach is answered with status 500 instead."""
    app = create_app(line)

    async def failing(scope: Any, receive: Any, send: Any) -> None:
        start: Any = None

        async def sent(message: Any) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None and ENGLISH.identity_out_of_reach.encode() in message.get("body", b""):
                start |= {"status": 500}
            if start is not None:
                await send(start)
                start = None
            await send(message)

        await app(scope, receive, sent if scope["type"] == "http" else send)

    return failing


def leaks(line: Line) -> AsgiApplication:
    """Every webhook is kept for ever."""
    kept: list[tuple[WebhookRecord, list[object]]] = []

    def watch(seen: WebhookRecord) -> None:
        kept.append((seen, [object() for _ in range(20)]))
        line.watch(seen)

    return create_app(replace(line, watch=watch))


class Forgetful(Around):
    async def replied(self, sid: str, delivery: str) -> str | None:
        return None


def knows_no_repetition(line: Line) -> AsgiApplication:
    """A webhook that is delivered again is a new one."""
    calls: CallStore = Forgetful(line.calls)
    return create_app(replace(line, calls=calls))


class Boundless(Around):
    async def take(self, *counts: Count) -> Limit | None:
        return None

    async def left(self, limit: Limit, whose: str) -> int:
        return 1


def counts_no_tries(line: Line) -> AsgiApplication:
    """Wrong codes are limited in each call, but not over all calls."""
    limits: Limits = Boundless(line.limits)
    return create_app(replace(line, limits=limits))


class Surprised(Around):
    async def poll_push(self, attempt: Attempt, push: Push) -> Polled:
        found: Polled = await self._inner.poll_push(attempt, push)
        if isinstance(found, Rejected):
            raise KeyError("rejected")
        return found


def stumbles_over_a_denial(line: Line) -> AsgiApplication:
    """A push that is denied is not foreseen."""
    identity: Identity = Surprised(line.identity)
    return create_app(replace(line, identity=identity))


def is_interrupted(line: Line) -> AsgiApplication:
    """No defect: somebody presses Ctrl-C at the twentieth webhook."""
    left = iter([False] * 19 + [True])

    def watch(seen: WebhookRecord) -> None:
        if next(left, False):
            os.kill(os.getpid(), signal.SIGINT)
        line.watch(seen)

    return create_app(replace(line, watch=watch))
