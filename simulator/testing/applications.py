"""What a project may give as its voice application, and the wire that reaches it. Opens nothing itself."""

import inspect
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urljoin

from simulator.errors import WrongUseError
from simulator.wires.asgi import AsgiWire
from simulator.wires.socket import Sockets
from simulator.wires.wire import Wire
from simulator.wires.wsgi import Run, WsgiWire

HOST = "https://app.example"
"""Where applications in this process seem to be; what they see as their own address, and what is signed."""
_REMEDY = "give an ASGI or WSGI application, 'module:name', 'module:factory()' or a URL"


@dataclass(frozen=True, slots=True)
class Reached:
    """The URL of the first webhook, the wire to it, and what has to be opened before it is used."""

    url: str
    wire: Wire
    sockets: Sockets | None
    opens: tuple[AbstractAsyncContextManager[Any], ...]  # what they give is not used


def reach(application: object, path: str, *, run: Run) -> Reached:
    """The way to an application; `run` is how a WSGI application is called. Raises WrongUseError."""
    if isinstance(application, str):
        if "://" in application:
            return _over_http(application)
        application = _named(application)
    if not callable(application):
        raise WrongUseError(f"voice_app is {application!r}: {_REMEDY}")
    url = urljoin(f"{HOST}/", path)
    if _is_asgi(application):
        asgi = AsgiWire(application)
        return Reached(url, asgi, None, (asgi,))
    return Reached(url, WsgiWire(application, run=run), None, (nullcontext(),))


def _over_http(url: str) -> Reached:
    from simulator.wires.http import HttpWire
    from simulator.wires.websocket import HttpSockets

    if not url.startswith(("http://", "https://")):
        raise WrongUseError(f"the voice application's URL is an http or https one, got {url!r}")
    wire, sockets = HttpWire(stopwatch=lambda: 0.0), HttpSockets()
    return Reached(url, wire, sockets, (wire, sockets))


def _named(name: str) -> Any:  # an application of any kind
    module, colon, attribute = name.partition(":")
    is_factory = attribute.endswith("()")
    if not colon or not module or not attribute.removesuffix("()"):
        raise WrongUseError(f"voice_app is {name!r}: {_REMEDY}")
    try:
        found: Any = import_module(module)
    except ModuleNotFoundError as error:
        raise WrongUseError(f"voice_app is {name!r}, but there is no module {error.name!r} to import") from error
    for part in attribute.removesuffix("()").split("."):
        if not hasattr(found, part):
            raise WrongUseError(f"voice_app is {name!r}, but {module} has no {attribute.removesuffix('()')!r}")
        found = getattr(found, part)
    return found() if is_factory else found


def _is_asgi(application: Callable[..., Any]) -> bool:
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
    raise WrongUseError(f"voice_app is {application!r}, which takes neither ASGI's nor WSGI's arguments: {_REMEDY}")
