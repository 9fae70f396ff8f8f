"""A small line to call in the tests of the phone: a bare ASGI application, and a mobile that it sends codes to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import parse_qs

from simulator.applications import Endpoint
from simulator.exchange.numbers import Number, nowhere
from simulator.mobile import Preferences, PushPrompt, Text
from simulator.network import Network, OpenNetwork, Person, Trouble, build_network
from simulator.operator.clock import Clock
from simulator.wires.asgi import AsgiWire
from simulator.wires.asgi_exchange import Message

LINE = "+12075551234"
ANN = Person("Ann Example", "+17735551234", "Chicago; has a mobile")
BOB = Person("Bob Example", "+14155550143", "San Francisco")
AGENT = Person("Amy Agent", "+13125550111", "answers for the bank")
CODE = "493027"

WELCOME = """<Response>
  <Gather action="/menu" numDigits="1" timeout="6">
    <Say>Welcome to the bank. For your balance, press 1.</Say>
  </Gather>
  <Say>Goodbye.</Say>
</Response>"""
ASK_CODE = """<Response>
  <Gather action="/code" timeout="20">
    <Say>Enter the code that I have sent you, then pound.</Say>
  </Gather>
</Response>"""
BALANCE = "<Response><Say>Your balance is 142 dollars and 50 cents. Goodbye.</Say><Hangup/></Response>"
WAIT = '<Response><Pause length="5"/><Redirect>/wait</Redirect></Response>'
SLOPPY = """<Response>
  <Say voice="nobody">This document has mistakes.</Say>
  <Say></Say>
  <Pause lenght="2"/>
  <Redirect>/voice</Redirect>
</Response>"""
SPEECH = '<Response><Gather input="speech" action="/spoken"><Say>What can I do for you?</Say></Gather></Response>'
DIAL = f'<Response><Dial action="/dialled">{AGENT.number}</Dial></Response>'
LEAVE_WORD = "<Response><Sms>Thank you for calling.</Sms><Record playBeep='false' action='/kept'/></Response>"
RUBBISH = b"\x1b]0;owned\x07\x1b[2J<Response><Say>never closed"
STEERING = "<Response><Say>before &#x202e;after</Say><Play>http://bank.example/\x9b31m.mp3</Play></Response>"


@dataclass
class Pocket:
    """The mobile of whoever calls: a stand-in for what reads an identity provider."""

    clock: Clock
    texts_by_number: dict[str, list[Text]] = field(default_factory=dict)
    open_prompts: list[PushPrompt] = field(default_factory=list)
    answers: list[tuple[str, bool, int | None]] = field(default_factory=list)
    trouble: Exception | None = None
    code_seconds: float | None = None

    async def texts(self, number: str) -> Sequence[Text]:
        if self.trouble is not None:
            raise self.trouble
        return self.texts_by_number.get(number, ())

    async def prompts(self, number: str) -> Sequence[PushPrompt]:
        now = self.clock.now()
        return [prompt for prompt in self.open_prompts if number == ANN.number and prompt.expires_at > now]

    async def answer(self, number: str, prompt: PushPrompt, *, approve: bool, choice: int | None = None) -> None:
        self.open_prompts.remove(prompt)
        self.answers.append((number, approve, choice))

    def deliver(self, number: str) -> None:
        now = self.clock.now()
        expires_at = None if self.code_seconds is None else now + self.code_seconds
        text = Text(number, f"Your code is {CODE}.", CODE, now, expires_at)
        self.texts_by_number.setdefault(number, []).append(text)

    def ask(self, *choices: int) -> None:
        now = self.clock.now()
        self.open_prompts.append(PushPrompt("p1", "Did you try to sign in to the bank?", now, now + 300, choices))


@dataclass
class Bank:
    """The application; `requests` are the paths and parameters it was asked with."""

    pocket: Pocket
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            raise NotImplementedError
        message = await receive()
        params = {name: values[0] for name, values in parse_qs(message["body"].decode()).items()}
        self.requests.append((scope["path"], params))
        status, body = await self._answer(scope["path"], params)
        headers = [(b"content-type", b"text/xml"), (b"set-cookie", b"session=very-secret")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, path: str, params: dict[str, str]) -> tuple[int, bytes]:
        match path, params.get("Digits"):
            case "/voice", _:
                return 200, WELCOME.encode()
            case "/menu", "1":
                self.pocket.deliver(params["From"])
                return 200, ASK_CODE.encode()
            case "/menu", "2":
                raise RuntimeError("the database is gone")
            case "/menu", "3":
                self.pocket.ask()
                return 200, WAIT.encode()
            case "/menu", "4":
                return 200, SLOPPY.encode()
            case "/menu", "5":
                await asyncio.get_running_loop().create_future()
            case "/menu", "6":
                return 200, RUBBISH
            case "/menu", "7":
                self.pocket.ask(27, 72, 45)
                return 200, WAIT.encode()
            case "/menu", "8":
                return 200, SPEECH.encode()
            case "/menu", "9":
                return 200, STEERING.encode()
            case "/menu", "0":
                return 200, DIAL.encode()
            case "/menu", "*":
                return 200, LEAVE_WORD.encode()
            case "/over", _:
                for _ in range(20):
                    await asyncio.sleep(0)  # as long as an application takes that has something to note
            case "/deaf", _:
                await asyncio.get_running_loop().create_future()
            case "/wait", _:
                return 200, WAIT.encode()
            case "/code", typed if typed == CODE:
                return 200, BALANCE.encode()
        return 200, b"<Response><Hangup/></Response>"


@dataclass
class Branch:
    """Opens the network of the tests and keeps what a test wants to look at."""

    people: tuple[Person, ...] = (ANN, BOB, AGENT)
    trouble: Exception | None = None
    bank: Bank | None = None
    is_open: bool = False
    code_seconds: float | None = None
    """How long a code is good, as far as the mobile says so."""
    troubles: tuple[Trouble, ...] = ()
    preferences: Preferences | None = None
    status_callback: str = "https://bank.example/over"

    @asynccontextmanager
    async def __call__(self, clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        if self.trouble is not None:
            raise self.trouble
        pocket = Pocket(clock, code_seconds=self.code_seconds)
        self.bank = Bank(pocket)
        async with AsgiWire(self.bank, limit=None) as wire:
            number = Number(LINE, "https://bank.example/voice", status_callback=self.status_callback)
            network = build_network(
                *(Endpoint(number.voice_url, wire), clock, number),
                seed=seed,
                mobile=pocket,
                caller=ANN.number,
                locate=nowhere,
            )
            self.is_open = True
            try:
                network = replace(network, people=self.people, title="THE BANK")
                yield replace(network, troubles=self.troubles, preferences=self.preferences)
            finally:
                self.is_open = False


def told_to(path: str, branch: Branch) -> OpenNetwork:
    """The branch; what it was asked for, and that it was closed, is written into a file for another process to read."""

    @asynccontextmanager
    async def open_network(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        async with branch(clock, seed=seed) as network:
            try:
                yield network
            finally:
                write()

    def write() -> None:
        assert branch.bank is not None
        Path(path).write_text("\n".join([*(asked for asked, _ in branch.bank.requests), "closed"]))

    return open_network
