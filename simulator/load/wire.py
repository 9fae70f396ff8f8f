"""The wire over Locust's own client: it blocks a greenlet, and Locust counts each request. Goes to no unnamed host."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from socket import gaierror
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import gevent
from geventhttpclient.response import HTTPConnectionClosed
from geventhttpclient.useragent import RetriesExceeded
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook

from simulator.callers.plane_door import PlaneAnswer
from simulator.wires.wire import STANDARD_LIMITS, Limits, WireError, WireReply, WireRequest

_AT_ONCE = 100_000
"""Connections to a host: every caller may have a request out."""


class LocustWire:
    """One pool of connections for all callers of a process. `check` raises for a URL that load may not reach."""

    def __init__(
        self, counted: EventHook, check: Callable[[str], None], *, stopwatch: Callable[[], float] = perf_counter
    ) -> None:
        self._counted = counted
        self._check = check
        self._stopwatch = stopwatch
        self._sessions: dict[Limits, FastHttpSession] = {}

    async def send(self, request: WireRequest) -> WireReply:
        self._check(request.url)
        limits, began = request.limits, self._stopwatch()
        name = urlsplit(request.url).path or "/"
        # Twilio's headers and no more; without this one Locust's client would ask for compression
        headers = {"Accept-Encoding": "identity", **dict(request.headers)}
        body = request.body if request.method == "POST" else None
        try:
            with gevent.Timeout(limits.total):
                reply = self._session(limits).request(
                    request.method, request.url, name=name, data=body, headers=headers
                )
        except gevent.Timeout as error:
            self._count(request.method, name, limits.total, error)
            reason = f"{request.url} did not answer within {limits.total:g} s"
            raise WireError(11205, reason, self._stopwatch() - began) from None
        except ValueError as error:
            raise WireError(11100, f"{request.url} is no usable URL: {error}") from None
        latency = self._stopwatch() - began
        if not reply.status_code:
            raise _translate(getattr(reply, "error", None), request.url, latency, limits)
        content = (reply.content or b"")[: request.most + 1]
        return WireReply(reply.status_code, tuple((reply.headers or {}).items()), content, latency)

    def _session(self, limits: Limits) -> FastHttpSession:
        if limits not in self._sessions:
            self._sessions[limits] = quiet_session(self._counted, limits)
        return self._sessions[limits]

    def _count(self, method: str, name: str, seconds: float, error: BaseException) -> None:
        self._counted.fire(
            request_type=method,
            name=name,
            response_time=seconds * 1000,
            response_length=0,
            exception=TimeoutError(str(error)),
            context={},
        )


def quiet_session(counted: EventHook, limits: Limits = STANDARD_LIMITS) -> FastHttpSession:
    """Locust's client without what the operator does itself: cookies, redirects, retries."""
    session = FastHttpSession(
        base_url="",
        request_event=counted,
        user=None,
        insecure=not limits.verifies,
        connection_timeout=limits.connect,
        network_timeout=limits.read,
        max_retries=0,
        max_redirects=0,
        concurrency=_AT_ONCE,
    )
    session.client.cookiejar = None
    return session


class BlockingPlaneDoor:
    """A control plane over the same client, uncounted: what a mobile shows is no webhook."""

    def __init__(self) -> None:
        self._session = quiet_session(EventHook())

    async def open(self) -> None:
        return

    async def close(self) -> None:
        self._session.client.close()

    async def ask(
        self, method: str, url: str, *, params: Mapping[str, str] | None, json: Mapping[str, object] | None
    ) -> PlaneAnswer:
        reply = self._session.request(method, url, json=json, params=params)
        if not reply.status_code:
            raise OSError(str(getattr(reply, "error", None) or "no answer"))
        has_json = "json" in str((reply.headers or {}).get("content-type", ""))
        if reply.status_code == 204 or (reply.status_code >= 400 and not has_json):
            return PlaneAnswer(reply.status_code, None)
        return PlaneAnswer(reply.status_code, reply.json())


def _translate(error: Any, url: str, latency: float, limits: Limits) -> WireError:
    """An error of the client as Twilio's code, as the asynchronous wire tells them."""
    match error:
        case RetriesExceeded() | TimeoutError():  # the client wraps a time-out so
            if latency < limits.read:
                return WireError(11201, f"no connection to {url} within {limits.connect:g} s", latency, stage="ct")
            return WireError(11205, f"{url} was silent for {limits.read:g} s", latency, stage="rt")
        case ssl.SSLCertVerificationError():
            return WireError(11237, f"the certificate of {url} is not accepted", latency)
        case ssl.SSLError():
            return WireError(11220, f"no TLS connection to {url}", latency)
        case gaierror():
            return WireError(11210, f"the host of {url} does not resolve", latency)
        case ConnectionRefusedError():
            return WireError(11202, f"no connection to {url}: it was refused", latency, stage="ct")
        case OSError() | HTTPConnectionClosed():
            return WireError(11205, f"{url} closed the connection without answering", latency)
        case _:
            return WireError(11206, f"{url} broke the HTTP protocol: {error}", latency)
