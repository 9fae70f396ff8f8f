"""The requests to the application, of all calls, oldest first: what went out, what came back, what was found wrong.

Kept as it was; masking is for whoever shows it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from simulator.exchange.urls import without_user
from simulator.operator.beside import OutsideCall, TroubleBegan, TroubleEnded
from simulator.operator.journal import Entry
from simulator.timeline.grouping import follow
from simulator.vocabulary import Ask, Fetched, Replied, Tell, Told, Trip, Unreachable, Warned

Kind = Literal["document", "fallback", "media", "callback", "redirect"]
Outcome = Literal["out", "answered", "lost", "skipped"]
Pairs = tuple[tuple[str, str], ...]
MOST = 1000
"""Requests kept; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `since` is seconds from the start of its call; `reason` says why nothing usable came back."""

    number: int
    sid: str
    kind: Kind
    at: float
    since: float
    method: str
    url: str
    params: Mapping[str, str]
    own: tuple[str, ...] = ()
    headers: Pairs = ()
    outcome: Outcome = "out"
    status: int | None = None
    reply_headers: Pairs = ()
    latency: float = 0.0
    reason: str | None = None
    body: bytes | None = None
    raised: str = ""
    """The traceback of what the application raised."""
    findings: tuple[Warned, ...] = ()
    outside: tuple[OutsideCall, ...] = ()
    """What the application asked other services meanwhile."""
    troubles: tuple[str, ...] = ()
    """The names of what was broken on purpose when it went out."""

    @property
    def worst(self) -> Literal["error", "warning", "policy"] | None:
        """The gravest level of its findings."""
        levels = {finding.level for finding in self.findings}
        for level in ("error", "policy", "warning"):
            if level in levels:
                return level
        return None


class Traffic:
    """Requests by a running number; they are replaced, never changed, so that a screen sees by identity what is new."""

    def __init__(self, most: int | None = MOST) -> None:
        self.requests: dict[int, Request] = {}
        self._most = most
        self._count = 0
        self._out: dict[int, int] = {}
        self._told: dict[tuple[str, str], list[int]] = {}
        self._latest: dict[str, int] = {}
        self._by_ask: dict[int, int] = {}
        self._troubles: dict[str, Entry] = {}

    @property
    def newest(self) -> Request | None:
        return self.requests[next(reversed(self.requests))] if self.requests else None

    def answering(self, ask: int | None) -> Request | None:
        """The request that was made last for the Ask with that number, as far as it is still kept."""
        return self.requests.get(self._by_ask.get(ask if ask is not None else -1, -1))

    @property
    def has_callbacks_out(self) -> bool:
        """A status callback has not been delivered yet."""
        return bool(self._told)

    def forget(self, sids: Iterable[str]) -> None:
        """Nothing more will be found wrong with what these calls were told; their requests go when it is their turn."""
        for sid in sids:
            self._latest.pop(sid, None)

    def take(self, entry: Entry, began: float) -> None:
        """Something happened on a call that began then."""
        match entry.item:
            case TroubleBegan() | TroubleEnded():
                follow(self._troubles, entry)
            case Ask() as ask:
                kind: Kind = ask.purpose
                self._out[ask.request] = self._add(
                    entry, began, kind, ask.method, without_user(ask.url), ask.params, ask.own
                )
                self._by_ask[ask.request] = self._out[ask.request]
                if self._most is not None and len(self._by_ask) > self._most:
                    del self._by_ask[next(iter(self._by_ask))]
            case OutsideCall() as outside:
                asking = self.answering(outside.request)
                if asking is not None:
                    self.requests[asking.number] = replace(asking, outside=(*asking.outside, outside))
            case Tell() as tell:
                number = self._add(entry, began, "callback", tell.method, without_user(tell.url), tell.params)
                self._told.setdefault((entry.sid, tell.url), []).append(number)
            case Replied() as replied:
                self._answer(entry, replied.request, replied.trips, body=replied.body)
            case Fetched() as fetched:
                self._answer(entry, fetched.request, fetched.trips)
            case Unreachable() as lost:
                self._answer(entry, lost.request, lost.trips, lost=lost)
            case Told() as told:
                self._complete(self._next_told(entry.sid, told.url), told.trips, entry.at)
            case Warned() as warned:
                self._find(entry.sid, warned)
            case _:
                return

    def _add(
        self,
        entry: Entry,
        began: float,
        kind: Kind,
        method: str,
        url: str,
        params: Mapping[str, str],
        own: tuple[str, ...] = (),
    ) -> int:
        self._count += 1
        since, troubles = entry.at - began, tuple(self._troubles)
        self._keep(Request(self._count, entry.sid, kind, entry.at, since, method, url, params, own, troubles=troubles))
        return self._count

    def _keep(self, request: Request) -> None:
        self.requests[request.number] = request
        if self._most is not None and len(self.requests) > self._most:
            del self.requests[next(iter(self.requests))]

    def _next_told(self, sid: str, url: str) -> int:
        numbers = self._told.get((sid, url), [])
        number = numbers.pop(0) if numbers else -1
        if not numbers:
            self._told.pop((sid, url), None)
        return number

    def _answer(
        self,
        entry: Entry,
        request: int,
        trips: tuple[Trip, ...],
        *,
        body: bytes | None = None,
        lost: Unreachable | None = None,
    ) -> None:
        last = self._complete(self._out.pop(request, -1), trips, entry.at)
        answered = self.requests.get(last)
        if answered is None:
            return
        self._by_ask[request] = last
        if lost is not None:
            answered = replace(answered, outcome="lost", reason=lost.reason, latency=lost.latency or answered.latency)
        elif not trips:
            answered = replace(answered, outcome="skipped", reason="this host is not contacted")
        self.requests[last] = replace(answered, body=body)
        if answered.kind != "media":
            self._latest[entry.sid] = last

    def _complete(self, number: int, trips: tuple[Trip, ...], at: float) -> int:
        """Fill in the request that was out, add those it was redirected to; returns the last one's number."""
        request = self.requests.get(number)
        for position, trip in enumerate(trips):
            if request is None:
                return -1
            if position:
                self._count += 1
                since = request.since + at - request.at
                request = replace(request, number=self._count, kind="redirect", own=(), at=at, since=since)
            request = _with_trip(request, trip)
            self._keep(request)
            number = request.number
        return number

    def _find(self, sid: str, warned: Warned) -> None:
        """A finding belongs to the request answered last: that document is the one being read."""
        number = self._latest.get(sid, -1)
        request = self.requests.get(number)
        if request is not None:
            self.requests[number] = replace(request, findings=(*request.findings, warned))


def _with_trip(request: Request, trip: Trip) -> Request:
    return replace(
        request,
        method=trip.method,
        url=trip.url,
        params=trip.params,
        headers=trip.headers,
        status=trip.status,
        reply_headers=trip.reply_headers,
        latency=trip.latency,
        outcome="answered" if trip.error is None else "lost",
        reason=trip.error,
        raised=trip.raised,
    )
