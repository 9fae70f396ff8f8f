"""A bare application for scripts to call: pages by path, in this process. And a mobile that a test fills by hand."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent
from typing import Any
from urllib.parse import parse_qsl

from simulator.applications import Endpoint
from simulator.callers.script.playing import Settings, run_call
from simulator.callers.script.reading import read_scripts
from simulator.callers.script.result import CallResult
from simulator.exchange.numbers import Number, nowhere
from simulator.mobile import Mobile, PushPrompt, Text
from simulator.network import Network, OpenNetwork, build_network
from simulator.operator.clock import Clock
from simulator.wires.asgi import AsgiWire
from simulator.wires.asgi_exchange import AsgiApplication

CALLER, CALLED = "+17735551234", "+12075551234"
URL = "http://app.example/voice"
Params = dict[str, str]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    body: str
    status: int = 200
    kind: str = "text/xml"
    headers: tuple[tuple[str, str], ...] = ()


Page = str | Answer | Callable[[Params], "str | Answer"]
Pages = Mapping[str, Page]


def twiml(verbs: str) -> str:
    return f"<Response>{verbs}</Response>"


class Line:
    """The application. A page is TwiML verbs, an answer, or a function of the request's parameters."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # ASGI's own types
        if scope["type"] != "http":
            raise RuntimeError("no lifespan here")
        body = (await receive())["body"].decode()
        query = scope["query_string"].decode()
        self.asked.append((scope["method"], scope["path"]))
        page = self.pages.get(scope["path"], Answer("not here", 404, "text/plain"))
        if callable(page):
            page = page(dict(parse_qsl(f"{query}&{body}", keep_blank_values=True)))
        answer = Answer(twiml(page)) if isinstance(page, str) else page
        headers = [(b"content-type", answer.kind.encode())]
        headers += [(name.encode(), value.encode()) for name, value in answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body.encode()})


@dataclass
class HandMobile:
    """Texts and prompts that the test puts there; remembers how prompts were answered."""

    delivered: list[Text] = field(default_factory=list)
    waiting: list[PushPrompt] = field(default_factory=list)
    answered: list[tuple[str, bool, int | None]] = field(default_factory=list)

    def deliver(self, code: str, number: str = CALLER) -> None:
        self.delivered.append(Text(number, f"Your code is {code}.", code, 0.0))

    def prompt(self, name: str, *choices: int) -> None:
        self.waiting.append(PushPrompt(name, "Sign in?", 0.0, 300.0, choices))

    async def texts(self, number: str) -> Sequence[Text]:
        return [text for text in self.delivered if text.to == number]

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        return list(self.waiting)

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        if prompt not in self.waiting:
            raise LookupError("that prompt is gone")
        self.waiting.remove(prompt)
        self.answered.append((prompt.id, approve, choice))


def open_line(line: AsgiApplication, mobile: Mobile | None = None, **configured: Any) -> OpenNetwork:
    """Networks in which the line has a number; `configured` are more fields of that Number."""

    @asynccontextmanager
    async def open_network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        number = Number(CALLED, **{"voice_url": URL, **configured})
        async with AsgiWire(line) as wire:
            yield build_network(Endpoint(URL, wire), clock, number, seed=seed, mobile=mobile, locate=nowhere)

    return open_network


@dataclass(frozen=True)
class Play:
    """Plays steps written as YAML."""

    folder: Path

    def write(self, steps: str, name: str = "script.yaml") -> Path:
        path = self.folder / name
        path.write_text(f"name: a call\nsteps:\n{indent(dedent(steps).strip(), '  ')}\n")
        return path

    async def __call__(
        self,
        steps: str,
        pages: Pages | str,
        *,
        mobile: Mobile | None = None,
        settings: Settings | None = None,
        **configured: Any,
    ) -> CallResult:
        """One call; pages given as a text are the first document."""
        line = Line({"/voice": pages} if isinstance(pages, str) else pages)
        (script,) = read_scripts(self.write(steps))
        return await run_call(script, open_line(line, mobile, **configured), settings)


def told(result: CallResult) -> str:
    """What a person is shown of a failure."""
    assert result.failure is not None, "the call went as expected"
    return "\n".join((result.message() or "", *result.failure.transcript))
