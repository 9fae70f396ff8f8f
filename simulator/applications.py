"""What may be given as a voice application, and the wires that reach it. Opens nothing itself."""

import inspect
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from dataclasses import dataclass
from importlib import import_module
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

from simulator.errors import WrongUseError
from simulator.wires.raised import Background
from simulator.wires.socket import Socket, Sockets
from simulator.wires.wire import Headers, Wire
from simulator.wires.wsgi import Run

HOST = "https://app.example"
"""Where applications in this process seem to be; what they see as their own address, and what is signed."""
_REMEDY = "give an ASGI or WSGI application, 'module:name', 'module:factory()' or a URL"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The URL of an application's first webhook, and how it is reached.

    `sockets` open its WebSockets; `background` is what it does behind its answers, in this process; `opens` have to be
    opened before any of them is used.
    """

    url: str
    wire: Wire
    sockets: Sockets | None = None
    background: Background | None = None
    opens: tuple[AbstractAsyncContextManager[Any], ...] = ()  # what they give is not used


def reach(
    application: object,
    path: str,
    *,
    run: Run,
    stopwatch: Callable[[], float] | None = None,
    name: str = "the application",
) -> Endpoint:
    """Find the way to an application; raises WrongUseError, which calls it by this name.

    `run` is how a WSGI application is called, `stopwatch` measures latencies; without one every reply takes no time.
    """
    if isinstance(application, str):
        if "://" in application:
            return _reach_over_http(application, stopwatch or (lambda: 0.0))
        application = _import(application, name)
    if not callable(application):
        raise WrongUseError(f"{name} is {application!r}: {_REMEDY}")
    url = urljoin(f"{HOST}/", path)
    if _is_asgi(application, name):
        from simulator.wires.asgi import AsgiWire
        from simulator.wires.asgi_sockets import AsgiSockets

        asgi = AsgiWire(application, stopwatch=stopwatch)
        sockets = AsgiSockets(asgi, stopwatch=stopwatch)
        return Endpoint(url, asgi, sockets, asgi, (asgi, sockets))
    from simulator.wires.wsgi import WsgiWire

    return Endpoint(url, WsgiWire(application, run=run, stopwatch=stopwatch), opens=(nullcontext(),))


def _reach_over_http(url: str, stopwatch: Callable[[], float]) -> Endpoint:
    from simulator.wires.http import HttpWire

    if not url.startswith(("http://", "https://")):
        raise WrongUseError(f"the voice application's URL is an http or https one, got {url!r}")
    wire, sockets = HttpWire(stopwatch=stopwatch), SocketsOnDemand(stopwatch)
    return Endpoint(url, wire, sockets, None, (wire, sockets))


def _import(dotted: str, name: str) -> Any:  # an application of any kind
    module, colon, attribute = dotted.partition(":")
    is_factory = attribute.endswith("()")
    if not colon or not module or not attribute.removesuffix("()"):
        raise WrongUseError(f"{name} is {dotted!r}: {_REMEDY}")
    try:
        found: Any = import_module(module)
    except ModuleNotFoundError as error:
        raise WrongUseError(f"{name} is {dotted!r}, but there is no module {error.name!r} to import") from error
    for part in attribute.removesuffix("()").split("."):
        if not hasattr(found, part):
            raise WrongUseError(f"{name} is {dotted!r}, but {module} has no {attribute.removesuffix('()')!r}")
        found = getattr(found, part)
    return found() if is_factory else found


def _is_asgi(application: Callable[..., Any], name: str) -> bool:
    """Coroutine functions are ASGI; of anything else the number of arguments tells: three, or WSGI's two."""
    call = application if inspect.isroutine(application) else type(application).__call__
    if inspect.iscoroutinefunction(application) or inspect.iscoroutinefunction(call):
        return True
    for count, is_asgi in ((3, True), (2, False)):
        try:
            inspect.signature(application).bind(*range(count))
        except TypeError:
            continue
        return is_asgi
    raise WrongUseError(f"{name} is {application!r}, which takes neither ASGI's nor WSGI's arguments: {_REMEDY}")


class SocketsOnDemand:
    """`HttpSockets`, opened by the first `connect`; use it as an async context manager."""

    def __init__(self, stopwatch: Callable[[], float]) -> None:
        self.stopwatch = stopwatch
        self._stack = AsyncExitStack()
        self._sockets: Sockets | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def connect(self, url: str, headers: Headers) -> Socket:
        """Open one; raises WireError as `HttpSockets` does."""
        if self._sockets is None:
            from simulator.wires.websocket import HttpSockets

            self._sockets = await self._stack.enter_async_context(HttpSockets(stopwatch=self.stopwatch))
        return await self._sockets.connect(url, headers)
