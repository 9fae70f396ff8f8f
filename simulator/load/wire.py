"""The wire over Locust's own client: it blocks a greenlet, and Locust counts each request. Goes to no unnamed host."""

from __future__ import annotations

import ssl
import zlib
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

from simulator.control_plane import ControlAnswer
from simulator.exchange.urls import without_user
from simulator.foreign import whole_json
from simulator.wires.connection import breach_of
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
                content = (reply.content or b"")[: request.most + 1]
        except gevent.Timeout as error:
            self._count(request.method, name, limits.total, error)
            reason = f"{request.url} did not answer within {limits.total:g} s"
            raise WireError(11205, reason, self._stopwatch() - began) from None
        except (ValueError, zlib.error):  # what is not a usable URL comes no further than the operator
            raise WireError(11206, f"the body of {request.url} cannot be decompressed") from None
        latency = self._stopwatch() - began
        if not reply.status_code:
            raise _translate(getattr(reply, "error", None), request.url, latency, limits)
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


class BlockingTransport:
    """Reaches a control plane by the same client, uncounted: what a mobile shows is not a webhook."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self.name = without_user(self._url)
        self._session = quiet_session(EventHook())

    async def close(self) -> None:
        self._session.client.close()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
    ) -> ControlAnswer:
        reply = self._session.request(method, f"{self._url}{path}", json=json, params=params)
        if not reply.status_code:
            raise OSError(str(getattr(reply, "error", None) or "no answer"))
        has_json = "json" in str((reply.headers or {}).get("content-type", ""))
        if reply.status_code == 204 or (reply.status_code >= 400 and not has_json):
            return ControlAnswer(reply.status_code, None)
        return ControlAnswer(reply.status_code, whole_json(reply.text))


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
            return WireError(11206, f"{url} broke the HTTP protocol: {breach_of(str(error))}", latency)
