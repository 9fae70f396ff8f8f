"""One test's telephone network: an exchange with one number, whose webhooks are the application under test.

It notices the methods of an asynchronous phone that were called and not awaited: they do and expect nothing.
"""

import functools
import inspect
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

from simulator.applications import Endpoint
from simulator.callers.handset import Handset
from simulator.callers.time_driver import Notice, never
from simulator.exchange.numbers import Number
from simulator.mobile import Mobile, pace_of
from simulator.network import build_network, only_from
from simulator.operator.clock import ManualClock
from simulator.operator.journal import Entry
from simulator.operator.masking import Mask
from simulator.troubles import Troubles
from simulator.vocabulary import CallerId
from simulator.wires.at_once import running_loop

Kind = TypeVar("Kind", bound=type)


class Line:
    """In virtual time. As an async context manager it starts the application (lifespan) or the HTTP session.

    Sounds are asked for at the application's own host only: no test reaches another one.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        called: str,
        auth_token: str,
        seed: int,
        mobile: Mobile,
        clock: ManualClock | None = None,
        caller_ids: Mapping[str, CallerId] | None = None,
    ) -> None:
        """`caller_ids`: what the network says about these calling numbers, unless a call says otherwise."""
        self.caller_ids = caller_ids or {}
        self.called = called
        self.url = endpoint.url
        self.mobile = mobile
        self.clock = clock or ManualClock()
        self.operator = build_network(
            *(endpoint, self.clock, Number(called, endpoint.url)),
            seed=seed,
            auth_token=auth_token,
            may_fetch=only_from((endpoint.url,)),
        ).operator
        self.troubles = Troubles(self.operator)
        self.secrets: set[str] = set()
        """What is never shown, besides what callers type: the codes that were read from their screens."""
        self.handsets: list[Handset] = []
        self.calls = Calls()
        """Of the methods of asynchronous phones."""
        self.may_fail = False
        """The application may fail calls without the test's saying so."""
        self.expected_failures: set[str] = set()
        """The sids of calls of which the test has said that the application fails them."""
        self.obligations: list[Callable[[], str | None]] = []
        """Asked at the end of the test: what has been begun and not come about, in one sentence."""
        self._opens = endpoint.opens
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        running_loop()
        async with AsyncExitStack() as stack:
            for each in self._opens:
                await stack.enter_async_context(each)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._stack.aclose()

    def handset(self, number: str, *, notice: Notice | None = None, is_watching: Callable[[], bool] = never) -> Handset:
        """Another phone of this network; `notice` is called whenever its call has come to rest.

        While `is_watching` holds it is called when the application takes its time, too.
        """
        pace = pace_of(self.mobile)
        handset = Handset(self.operator, self.clock, number, pace=pace, notice=notice, is_watching=is_watching)
        self.handsets.append(handset)
        return handset

    def left_over(self) -> Iterator[str]:
        """What was begun and has not come about."""
        yield from filter(None, (obligation() for obligation in self.obligations))

    @property
    def entries(self) -> list[Entry]:
        """Everything that has happened."""
        return self.operator.journal.entries

    @property
    def names(self) -> dict[str, str]:
        """The people on the other legs, by sid."""
        records = [handset.record for handset in self.handsets if handset.has_dialled]
        return {leg.sid: leg.called for record in records for leg in record.dialled}

    def mask(self) -> Mask:
        """For one telling of what happened."""
        return Mask(self.secrets)


class Calls:
    """Those made so far that may not have been awaited yet."""

    def __init__(self) -> None:
        self._made: list[tuple[str, Coroutine[Any, Any, Any]]] = []  # results of any type

    def add(self, what: str, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._made = [each for each in self._made if _is_untouched(each[1])]
        self._made.append((what, coroutine))

    def unawaited(self) -> tuple[str, ...]:
        """What was never awaited, and never will be."""
        found = [each for each in self._made if _is_untouched(each[1])]
        self._made = []
        for _, coroutine in found:
            coroutine.close()
        return tuple(what for what, _ in found)


def noticed(kind: Kind) -> Kind:
    """Have every public `async def` method of this class add its calls to `self.line.calls`."""
    for name, method in list(vars(kind).items()):
        if inspect.iscoroutinefunction(method) and not name.startswith("_"):
            setattr(kind, name, _noticing(method))
    return kind


def _noticing(method: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:  # as the method has it
        coroutine = method(self, *args, **kwargs)
        caller = sys._getframe(1)
        self.line.calls.add(f"{Path(caller.f_code.co_filename).name}:{caller.f_lineno} {method.__name__}()", coroutine)
        return coroutine

    return call


def _is_untouched(coroutine: Coroutine[Any, Any, Any]) -> bool:
    return inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED
