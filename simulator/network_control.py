"""The control plane of a network that is served: people's phones over HTTP, in JSON, under `/_network/`.

Every person's handset is here: dial, answer, press, speak, hang up, hear. Twilio has nothing like it. `docs/network.md`
documents it, `/_network/openapi.json` describes it.
"""

import asyncio
import re
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, get_args

from quart import Quart, request

from simulator.callers.handset import folded
from simulator.errors import SimulatorError, WrongUseError
from simulator.foreign import whole_json
from simulator.network import Network
from simulator.operator.beside import Beside
from simulator.operator.clock import WallClock
from simulator.operator.journal import Entry, as_data, entry_from
from simulator.operator.masking import Mask
from simulator.timeline.record import CallRecord
from simulator.typed_json import value_of
from simulator.vocabulary import (
    Answered,
    CallerId,
    Declined,
    Heard,
    HungUp,
    Pressed,
    Rang,
    Refusal,
    Ring,
    Spoke,
    Talked,
)

PREFIX = "/_network"
SID = re.compile("CA[0-9a-f]{32}")
WITHIN = 30.0
"""Seconds of the network's clock that an order waits for its moment."""
MOST_ENTRIES = 100_000
MOST_CALLS = 1_000
MOST_WAITING = 60.0
"""Real seconds that a question for the journal may wait for something to happen."""
BY_PEOPLE = (Pressed, Spoke, Talked, Answered, Declined, HungUp)
Answer = tuple[Any, int]  # JSON and its status


class RefusedError(SimulatorError):
    """What was ordered cannot be done; `status` is the answer's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Leg:
    """One call as the person on it knows it: who with, what they heard, what it waits for."""

    def __init__(self, network: Network, sid: str, first: Rang | Ring) -> None:
        self.first = first
        self.record = CallRecord(network.operator.journal, sid)

    @property
    def person(self) -> str:
        """The number of the phone at this end."""
        return self.first.called if isinstance(self.first, Ring) else self.first.caller

    @property
    def heard(self) -> list[str]:
        items = (entry.item for entry in self.record.heard)
        return [each.text or each.prompt.url or "" for each in items if isinstance(each, Heard)]


class NetworkControl:
    """The phones of one network whose clock is followed by `Operator.run`."""

    def __init__(self, network: Network, clock: WallClock, services: Mapping[str, str] | None = None) -> None:
        self._network, self._clock, self._services = network, clock, services or {}
        self._operator = network.operator
        self._legs: OrderedDict[str, Leg] = OrderedDict()
        self._entries: deque[dict[str, Any]] = deque(maxlen=MOST_ENTRIES)
        self._count = 0
        self._changed = asyncio.Event()
        self._mask = Mask()
        self._moving = asyncio.Lock()
        self._operator.journal.listen(self._hear)

    # ------------------------------------------------------------ what happens

    def _hear(self, entry: Entry) -> None:
        if isinstance(entry.item, Rang | Ring):
            self._legs[entry.sid] = Leg(self._network, entry.sid, entry.item)
            self._forget_the_oldest()
        self._entries.append(as_data(entry, self._mask))
        self._count += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def _forget_the_oldest(self) -> None:
        if len(self._legs) <= MOST_CALLS:
            return
        over = [sid for sid, leg in self._legs.items() if leg.record.ended is not None][: MOST_CALLS // 2]
        for sid in over:
            self._legs.pop(sid).record.close()
        self._operator.journal.forget(frozenset(over))

    # ------------------------------------------------------------ questions

    async def show(self) -> Answer:
        """The network: its time, whether that runs by itself, its account and its numbers."""
        exchange = self._operator.exchange
        return {
            "time": self._clock.now(),
            "rate": self._clock.rate,
            "account": exchange.account,
            "numbers": list(exchange.numbers),
            "next": self._count,
            "services": self._services,
            "calls": [sid for sid, leg in self._legs.items() if leg.record.ended is None],
        }, 200

    async def list_calls(self) -> Answer:
        """The calls that are known, oldest first; `person` (a number) and `live` choose among them."""
        person, is_live = _number(request.args.get("person", "")), request.args.get("live") == "true"
        legs = [leg for leg in self._legs.values() if person in ("", leg.person)]
        return [self._body(leg) for leg in legs if not (is_live and leg.record.ended)], 200

    async def show_call(self, sid: str) -> Answer:
        """One call: who with, its state, all that was heard, what it listens for."""
        return self._body(self._leg(sid)), 200

    async def journal(self) -> Answer:
        """Entries after the first `after`, masked; waits `wait` real seconds for one. `person`: of that phone."""
        after, wait = _whole(request.args.get("after")), min(_seconds(request.args.get("wait"), 0.0), MOST_WAITING)
        person = _number(request.args.get("person", ""))
        try:
            async with asyncio.timeout(wait):
                while self._count <= after:
                    await self._changed.wait()
        except TimeoutError:
            pass
        first = self._count - len(self._entries)
        rows = [row for number, row in enumerate(self._entries, first) if number >= after]
        if person:
            rows = [_as_the_person_sees(row) for row in rows if self._is_about(row["sid"], person)]
        return {
            "entries": rows,
            "next": self._count,
            "time": self._clock.now(),
            "rate": self._clock.rate,
            "numbers": list(self._operator.exchange.numbers),
        }, 200

    # ------------------------------------------------------------ orders

    async def place_call(self) -> Answer:
        """`{"from", "to"}` dials a number of the account; `caller_id` as a call script has it."""
        order = await _document()
        caller, called = (_text(order, name) for name in ("from", "to"))
        caller_id: CallerId = value_of(order.get("caller_id", {}), CallerId)
        sid = order.get("sid")
        if sid is not None and (not SID.fullmatch(str(sid)) or sid in self._legs):
            raise RefusedError(400, "sid is CA and 32 hexadecimal digits, and that of no other call")
        sid = self._operator.place(caller=caller, called=called, caller_id=caller_id, sid=sid)
        body, _ = await self._done(self._leg(sid))
        return body, 201

    async def press(self, sid: str) -> Answer:
        """`{"keys": "12#"}` presses them in turn as soon as keys count, within so many seconds (`within`)."""
        leg, order = self._live(sid), await _document()
        keys = _text(order, "keys")

        def keys_count() -> bool:
            record = leg.record
            reaches_others = record.other is not None or record.conference is not None or record.stream is not None
            return reaches_others or (record.listening is not None and record.listening.keys)

        await self._until(leg, keys_count, order, "listened for keys")
        for key in keys:
            self._operator.receive(sid, Pressed(key))
        return await self._done(leg)

    async def speak(self, sid: str) -> Answer:
        """`{"words": "my balance", "confidence": 0.9}` says them as soon as the call listens for speech."""
        leg, order = self._live(sid), await _document()
        spoke = Spoke(_text(order, "words"), _seconds(order.get("confidence"), 0.9))
        record = leg.record
        await self._until(
            leg,
            lambda: record.stream is not None or (record.listening is not None and record.listening.speech),
            *(order, "listened for speech"),
        )
        self._operator.receive(sid, spoke)
        return await self._done(leg)

    async def talk(self, sid: str) -> Answer:
        """`{"seconds": 4}` talks that long as soon as a Record runs, then is silent."""
        leg, order = self._live(sid), await _document()
        talked = Talked(_seconds(order.get("seconds"), 1.0))
        record = leg.record
        await self._until(
            leg, lambda: record.listening is not None and record.listening.verb == "Record", order, "recorded"
        )
        self._operator.receive(sid, talked)
        return await self._done(leg)

    async def answer(self, sid: str) -> Answer:
        """The phone that rings on this leg picks up."""
        leg = self._live(sid)
        self._operator.receive(sid, Answered())
        return await self._done(leg)

    async def decline(self, sid: str) -> Answer:
        """`{"outcome": "busy"}`: it does not; also `declined`, `no-answer`, `failed`."""
        leg, order = self._live(sid), await _document()
        outcome = order.get("outcome", "busy")
        if outcome not in get_args(Refusal):
            raise RefusedError(400, f"outcome is one of {', '.join(get_args(Refusal))}, got {str(outcome)[:40]!r}")
        self._operator.receive(sid, Declined(outcome))
        return await self._done(leg)

    async def hang_up(self, sid: str) -> Answer:
        """The person on this leg hangs up."""
        leg = self._live(sid)
        self._operator.receive(sid, HungUp())
        return await self._done(leg)

    async def hear(self, sid: str) -> Answer:
        """Wait until these `words` were heard (`?words=…&within=30&after=N`: later than the Nth prompt)."""
        leg = self._leg(sid)
        words, after = folded(request.args.get("words", "")), _whole(request.args.get("after"))
        if not words:
            raise RefusedError(400, "words is what to wait for")

        def found() -> int | None:
            places = (at for at, each in enumerate(leg.heard) if at >= after and words in folded(each))
            return next(places, None)

        await self._until(leg, lambda: found() is not None, request.args, "said so")
        return {"heard": found(), "call": self._body(leg)}, 200

    async def record_event(self, sid: str) -> Answer:
        """What somebody did, as a line of a journal has it: for phones with a screen."""
        order = {**await _document(), "sid": sid, "at": self._clock.now()}
        item = entry_from(order).item
        if isinstance(item, BY_PEOPLE):
            self._live(sid)
            self._operator.receive(sid, item)
        elif isinstance(item, get_args(Beside)):
            self._operator.note(sid, item)
        else:
            raise RefusedError(400, f"no person does a {type(item).__name__}")
        return {}, 200

    async def move_clock(self) -> Answer:
        """`{"advance": seconds}` lets time pass where it does not by itself, with everything that falls into it."""
        order = await _document()
        seconds = _seconds(order.get("advance"), 0.0)
        if self._clock.rate:
            raise RefusedError(409, "this network's clock runs by itself: start it with --virtual to move it by hand")
        async with self._moving:
            await self._operator.let_pass(self._clock, seconds)
        return {"time": self._clock.now()}, 200

    # ------------------------------------------------------------ inside

    def _leg(self, sid: str) -> Leg:
        leg = self._legs.get(sid)
        if leg is None:
            raise RefusedError(404, f"there is no call {sid[:40]}")
        return leg

    def _live(self, sid: str) -> Leg:
        leg = self._leg(sid)
        if leg.record.ended is not None:
            raise RefusedError(409, f"the call is over: {leg.record.ended.ending}")
        return leg

    def _is_about(self, sid: str, person: str) -> bool:
        leg = self._legs.get(sid)
        return leg is not None and leg.person == person

    async def _done(self, leg: Leg) -> Answer:
        """Where time is moved by orders, an order is over when the application has answered."""
        while not self._clock.rate and not self._operator.is_at_rest:
            await self._operator.turn(self._clock)
        return self._body(leg), 200

    async def _until(self, leg: Leg, holds: Callable[[], bool], order: Mapping[str, Any], what: str) -> None:
        """Wait, or let time pass where nobody else does; raises RefusedError (409) when that is not to be."""
        end = self._clock.now() + _seconds(order.get("within"), WITHIN)
        while not holds():
            if leg.record.ended is not None:
                raise RefusedError(409, f"the call ended and never {what}: {leg.record.ended.ending}")
            if self._clock.now() >= end:
                raise RefusedError(409, f"the call never {what} within the time given")
            await self._wait(end)

    async def _wait(self, end: float) -> None:
        """A little: until something happens, or the next deadline before `end`."""
        if self._clock.rate:
            await self._operator.turn(self._clock, end)
            return
        async with self._moving:
            while not self._operator.is_at_rest:
                await self._operator.turn(self._clock)
            due = self._operator.timer
            moment = end if due is None else min(due, end)
            await self._operator.let_pass(self._clock, max(0.0, moment - self._clock.now()))

    def _body(self, leg: Leg) -> dict[str, Any]:
        record, first = leg.record, leg.first
        listening, ended = record.listening, record.ended
        live = self._operator.exchange.call(record.sid)
        return {
            "sid": record.sid,
            "person": leg.person,
            "from": first.caller,
            "to": first.called,
            "parent": first.parent if isinstance(first, Ring) else None,
            "status": ended.status if ended else "in-progress" if live is None else live.status,
            "heard": [self._mask.text(each) for each in leg.heard],
            "listening": listening and {"verb": listening.verb, "keys": listening.keys, "speech": listening.speech},
            "joined": record.other,
            "conference": record.conference and record.conference.name,
            "ended": ended and {"ending": ended.ending, "seconds": ended.seconds},
        }


def _as_the_person_sees(row: dict[str, Any]) -> dict[str, Any]:
    """A phone that is rung knows nothing of the call that rings it."""
    return {**row, "parent": None} if row["what"] == "Ring" else row


def create_control(network: Network, clock: WallClock, services: Mapping[str, str] | None = None) -> Quart:
    """The ASGI application with every route of the control plane; `services`: URLs of what else is served, by name."""
    app = Quart("simulator.network_control", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    app.config["RESPONSE_TIMEOUT"] = None
    control = NetworkControl(network, clock, services)
    for method, path, endpoint in routes(control):
        app.add_url_rule(PREFIX + path, f"{method} {path}", _answering(endpoint), methods=[method])
    app.add_url_rule(f"{PREFIX}/openapi.json", "openapi", _answering(lambda: _openapi(control)))
    return app


Endpoint = Callable[..., Awaitable[Answer]]


def routes(control: NetworkControl) -> tuple[tuple[str, str, Endpoint], ...]:
    """Method, path and what answers; the one table."""
    return (
        ("GET", "/", control.show),
        ("GET", "/journal", control.journal),
        ("POST", "/clock", control.move_clock),
        ("GET", "/calls", control.list_calls),
        ("POST", "/calls", control.place_call),
        ("GET", "/calls/<sid>", control.show_call),
        ("GET", "/calls/<sid>/hear", control.hear),
        ("POST", "/calls/<sid>/press", control.press),
        ("POST", "/calls/<sid>/speak", control.speak),
        ("POST", "/calls/<sid>/talk", control.talk),
        ("POST", "/calls/<sid>/answer", control.answer),
        ("POST", "/calls/<sid>/decline", control.decline),
        ("POST", "/calls/<sid>/hang_up", control.hang_up),
        ("POST", "/calls/<sid>/events", control.record_event),
    )


def _answering(endpoint: Endpoint) -> Endpoint:
    @wraps(endpoint)
    async def answer(**values: str) -> Answer:
        try:
            return await endpoint(**values)
        except RefusedError as error:
            return {"error": str(error)}, error.status
        except (SimulatorError, ValueError, TypeError, KeyError) as error:
            return {"error": str(error)}, 404 if isinstance(error, WrongUseError) else 400

    return answer


async def _openapi(control: NetworkControl) -> Answer:
    paths: dict[str, dict[str, Any]] = {}
    for method, path, endpoint in routes(control):
        summary = (endpoint.__doc__ or "").strip()
        parameters = [{"name": "sid", "in": "path", "required": True, "schema": {"type": "string"}}]
        operation: dict[str, Any] = {
            "operationId": endpoint.__name__,
            "summary": summary,
            "responses": {"200": {"description": "Done."}, "4XX": {"description": "An `error`, in one sentence."}},
        }
        if "<sid>" in path:
            operation["parameters"] = parameters
        if method == "POST":
            operation["requestBody"] = {"content": {"application/json": {"schema": {"type": "object"}}}}
        paths.setdefault(PREFIX + path.replace("<sid>", "{sid}"), {})[method.lower()] = operation
    return {"openapi": "3.1.0", "info": {"title": "phone network", "version": "1"}, "paths": paths}, 200


async def _document() -> dict[str, Any]:
    body = await request.get_data()
    document = whole_json(body) if body.strip() else {}
    if not isinstance(document, dict):
        raise RefusedError(400, "the body is a JSON object")
    return document


def _text(order: Mapping[str, Any], name: str) -> str:
    value = order.get(name)
    if not isinstance(value, str) or not value:
        raise RefusedError(400, f"{name} is missing: a text")
    return value


def _number(given: str) -> str:
    """A bare `+` of a query is a space."""
    return f"+{given[1:]}" if given.startswith(" ") else given


def _whole(given: str | None) -> int:
    return int(given) if given and given.isdecimal() else 0


def _seconds(given: Any, otherwise: float) -> float:
    if given is None:
        return otherwise
    try:
        seconds = float(given)
    except (TypeError, ValueError, OverflowError):
        raise RefusedError(400, f"{str(given)[:40]!r} is not a number") from None
    if not 0 <= seconds <= 86_400:
        raise RefusedError(400, f"{seconds:g} is not between 0 and 86,400")
    return seconds
