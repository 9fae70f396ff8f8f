"""Requests, answers and a route table that know no web framework; rules and I/O live elsewhere."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Generic, Protocol, TypeVar, runtime_checkable
from urllib.parse import parse_qsl, unquote

from fakes.foreign import whole

JSON_TYPE = ("Content-Type", "application/json")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `path` and `query` are still percent-encoded, header names are in lower case.

    `patience`: seconds the client waits for the answer, where that is known.
    """

    method: str
    base: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    patience: float | None = None

    def parameters(self) -> dict[str, str]:
        """The query, decoded as Okta and Twilio do: a bare `+` is a space. The last of two equal names wins."""
        pairs = parse_qsl(self.query, keep_blank_values=True) if self.query else ()
        return {whole(name): whole(value) for name, value in pairs}


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer; `delay` is how many seconds it should take to arrive, for the door to act upon."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay: float = 0.0

    def with_headers(self, *headers: tuple[str, str]) -> "Response":
        return replace(self, headers=self.headers + headers)

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@runtime_checkable
class Answering(Protocol):
    """Anything that can answer a request without a web framework in between."""

    def answer(self, request: Request) -> Response: ...


def json_response(body: object, status: int = 200, *headers: tuple[str, str]) -> Response:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return Response(status, (JSON_TYPE, *headers), _encoded(text))


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a character, which a program in this process has put into a profile
        return whole(text).encode()


E_ = TypeVar("E_", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Route(Generic[E_]):
    """One row of a route table. `template` has `{name}` for a variable path segment."""

    method: str
    template: str
    endpoint: E_
    scope: str = ""
    bucket: str = ""


@dataclass(frozen=True, slots=True)
class Match(Generic[E_]):
    route: Route[E_]
    values: Mapping[str, str]


class Router(Generic[E_]):
    """Finds the route for a method and path; a fixed segment is preferred to a variable one."""

    def __init__(self, routes: Iterable[Route[E_]]) -> None:
        self.routes = tuple(routes)

    @cached_property
    def _root(self) -> "_Node[E_]":
        """Built when first asked: many a fake is never asked anything."""
        root: _Node[E_] = _Node()
        for route in self.routes:
            root.add(route)
        return root

    def find(self, method: str, path: str) -> "Match[E_] | frozenset[str]":
        """The match, or the methods that this path does support (empty: no such path)."""
        values: list[str] = []
        node = self._root.descend(path.strip("/").split("/"), 0, values)
        if node is None:
            return frozenset()
        route = node.routes.get(method)
        if route is None:
            return frozenset(node.routes)
        return Match(route, dict(zip(_names(route.template), values, strict=True)))


class _Node(Generic[E_]):
    __slots__ = ("fixed", "routes", "variable")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node[E_]] = {}
        self.variable: _Node[E_] | None = None
        self.routes: dict[str, Route[E_]] = {}

    def add(self, route: Route[E_]) -> None:
        node: _Node[E_] = self
        for part in route.template.strip("/").split("/"):
            if part.startswith("{"):
                node.variable = node.variable or _Node()
                node = node.variable
            else:
                node = node.fixed.setdefault(part, _Node())
        node.routes[route.method] = route

    def descend(self, parts: list[str], at: int, values: list[str]) -> "_Node[E_] | None":
        if at == len(parts):
            return self if self.routes else None
        fixed = self.fixed.get(parts[at])
        if fixed is not None:
            found = fixed.descend(parts, at + 1, values)
            if found is not None:
                return found
        if self.variable is None or not parts[at]:
            return None
        values.append(whole(unquote(parts[at])))
        found = self.variable.descend(parts, at + 1, values)
        if found is None:
            values.pop()
        return found


def _names(template: str) -> list[str]:
    return [part[1:-1] for part in template.strip("/").split("/") if part.startswith("{")]
