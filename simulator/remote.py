"""A phone on a network that is served elsewhere: its orders go there, its journal comes from there."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp

from simulator.errors import SimulatorError, UnknownNumberError, WrongUseError
from simulator.exchange.exchange import Exchange
from simulator.foreign import whole_json
from simulator.mobile import NoMobile
from simulator.network import CALLED, Network, OpenNetwork
from simulator.operator.beside import Beside
from simulator.operator.clock import Clock, WallClock
from simulator.operator.journal import Entry, as_data, entry_from
from simulator.operator.operator import Operator
from simulator.vocabulary import UNREMARKABLE, CallerId, Event
from simulator.wires.wire import WireError, WireReply, WireRequest

WAIT = 20.0
"""Real seconds that one question for what happened stays open."""
PATIENCE = 10.0
"""Real seconds more that the network may take to answer."""


class RemoteNetworkError(SimulatorError):
    """The network does not answer, or refuses an order."""


def attached(url: str, person: str) -> OpenNetwork:
    """Opens the network at `url` for the phone with that number; it rings when its number is called."""

    @asynccontextmanager
    async def open_attached(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
        del seed  # the network has its own
        if not isinstance(clock, WallClock):
            raise WrongUseError("--network is for phones with a screen; phone call opens a network of its own")
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            operator = RemoteOperator(url, person, session, clock)
            about = await operator.look()
            called = next(iter(about["numbers"]), CALLED)
            network = Network(operator, NoMobile(), called, person, title=urlsplit(url).netloc)
            okta = about.get("services", {}).get("okta")
            if okta is None:
                yield network
                return
            from simulator.served_plane import HttpTransport, ServedPlane

            async with ServedPlane(HttpTransport(okta)) as plane:
                yield replace(network, mobile=plane, preferences=plane)

    return open_attached


class RemoteOperator(Operator):
    """What people do is sent there in turn; `run` follows what happens to this phone."""

    def __init__(self, url: str, person: str, session: aiohttp.ClientSession, clock: WallClock) -> None:
        super().__init__(Exchange(), _NoWire(), clock)
        self._url, self._person, self._http = f"{url.rstrip('/')}/_network", person, session
        self._orders: asyncio.Queue[tuple[str, Mapping[str, Any]]] = asyncio.Queue()
        self._numbers: list[str] = []
        self._next = 0

    async def look(self) -> dict[str, Any]:
        """What the network says of itself; from now on is what this phone follows. Raises RemoteNetworkError."""
        about = await self._ask("GET", "/")
        if not isinstance(about.get("numbers"), list):
            raise RemoteNetworkError(f"{self._url} is not a phone network: it names no numbers")
        self._numbers, self._next = about["numbers"], about["next"]
        return about

    def place(self, *, caller: str, called: str, caller_id: CallerId = UNREMARKABLE, sid: str | None = None) -> str:
        """See Operator; the sid is chosen here."""
        if called not in self._numbers:
            raise UnknownNumberError(called, self._numbers)
        sid = sid or f"CA{uuid4().hex}"
        said = {name: value for name, value in asdict(caller_id).items() if value is not None}
        self._orders.put_nowait(("/calls", {"from": caller, "to": called, "sid": sid, "caller_id": said}))
        return sid

    def receive(self, sid: str, event: Event) -> None:
        """See Operator."""
        self._orders.put_nowait((f"/calls/{sid}/events", as_data(Entry(self.clock.now(), sid, event))))

    def note(self, sid: str, item: Beside) -> None:
        """See Operator."""
        self._orders.put_nowait((f"/calls/{sid}/events", as_data(Entry(self.clock.now(), sid, item))))

    @property
    def timer(self) -> float | None:
        """Nobody knows here when something will happen there."""
        return None

    @property
    def next_wait(self) -> float | None:
        """See `timer`."""
        return None

    async def run(self, clock: WallClock) -> None:
        """Send and follow until cancelled. Raises RemoteNetworkError when the network is gone."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send())
            while True:
                query = f"?after={self._next}&wait={WAIT:g}&person=%2B{self._person.removeprefix('+')}"
                news = await self._ask("GET", f"/journal{query}")
                if clock.rate != news["rate"]:
                    clock.set_rate(news["rate"])
                clock.move_to(news["time"])
                self._next, self._numbers = news["next"], news["numbers"]
                for row in news["entries"]:
                    entry = entry_from(row)
                    self.journal.add(entry.at, entry.sid, entry.item)

    async def _send(self) -> None:
        while True:
            path, order = await self._orders.get()
            with suppress(OrderRefusedError):  # the call was over before the key was pressed
                await self._ask("POST", path, order)

    async def _ask(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> dict[str, Any]:
        timeout = aiohttp.ClientTimeout(total=WAIT + PATIENCE)
        try:
            async with self._http.request(method, self._url + path, json=document, timeout=timeout) as reply:
                answer = await reply.json(loads=whole_json, content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise RemoteNetworkError(f"no phone network answers at {self._url}: {str(error) or 'too slow'}") from None
        if not isinstance(answer, dict):
            raise RemoteNetworkError(f"{self._url} is not a phone network")
        if reply.status >= 400:
            raise OrderRefusedError(str(answer.get("error", reply.status)))
        return answer


class OrderRefusedError(RemoteNetworkError):
    """The network will not do this."""


class _NoWire:
    """The application is asked by the network alone."""

    async def send(self, request: WireRequest) -> WireReply:
        raise WireError(11205, f"the network asks {request.url}, this phone does not")
