"""The telephone of ordinary tests, without await: the asynchronous one, driven by an event loop of its own."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Literal, TypeVar

from simulator.callers.record import CallRecord, DialledLeg, Request
from simulator.errors import WrongUseError
from simulator.mobile import PushPrompt, Text
from simulator.testing.telephone import AsyncPhone
from simulator.testing.wanted import Wanted
from simulator.vocabulary import Ending, Listening, Warned
from simulator.wires.wire import WireReply

T = TypeVar("T")


class Loop:
    """Runs coroutines to their end, and lets them have a function called while no loop is running.

    So a WSGI application is called in the test's own thread, as its transactions and thread-locals need it, and may
    start a loop itself.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._wanted: deque[tuple[Callable[[], WireReply], asyncio.Future[WireReply]]] = deque()

    async def outside(self, call: Callable[[], WireReply]) -> WireReply:
        """Have `run` call this."""
        answer: asyncio.Future[WireReply] = self._loop.create_future()
        self._wanted.append((call, answer))
        self._loop.stop()
        return await answer

    def run(self, work: Coroutine[Any, Any, T]) -> T:  # what it yields and takes is between it and the loop
        """The work's result; raises WrongUseError where a loop is running already."""
        __tracebackhide__ = True
        if _is_within_a_loop():
            work.close()
            raise WrongUseError(
                "this phone belongs to an ordinary test: from a coroutine use it in an `async def` test"
            )
        task = self._loop.create_task(work)
        task.add_done_callback(self._stop)
        try:
            while not task.done():
                self._loop.run_forever()
                while self._wanted:
                    call, answer = self._wanted.popleft()
                    answer.set_result(call())
        finally:  # the application or the user may have broken off: then nobody is to stop the loop later
            task.remove_done_callback(self._stop)
        return task.result()

    def _stop(self, _: "asyncio.Task[Any]") -> None:  # a result of any type
        self._loop.stop()

    def close(self) -> None:
        """Whatever still runs is cancelled."""
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        if left:
            self._loop.run_until_complete(asyncio.wait(left))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


class Phone:
    """One person's phone on the test's line; every method is that of AsyncPhone, which says what it does."""

    def __init__(self, phone: AsyncPhone, loop: Loop) -> None:
        self.number = phone.number
        self.line = phone.line
        self.handset = phone.handset
        self._phone = phone
        self._run = loop.run

    def dial(self, called: str | None = None) -> str:
        __tracebackhide__ = True
        return self._run(self._phone.dial(called))

    def answers(self) -> str:
        __tracebackhide__ = True
        return self._run(self._phone.answers())

    def declines(self, outcome: Literal["busy", "no-answer", "failed"] = "busy") -> None:
        __tracebackhide__ = True
        self._run(self._phone.declines(outcome))

    def press(self, keys: str) -> None:
        __tracebackhide__ = True
        self._run(self._phone.press(keys))

    def speaks(self, words: str, confidence: float = 0.9) -> None:
        __tracebackhide__ = True
        self._run(self._phone.speaks(words, confidence))

    def stays_silent(self) -> None:
        __tracebackhide__ = True
        self._run(self._phone.stays_silent())

    def records(self, seconds: float, end: str = "silence") -> None:
        __tracebackhide__ = True
        self._run(self._phone.records(seconds, end))

    def approves(self, number: int | None = None) -> None:
        __tracebackhide__ = True
        self._run(self._phone.approves(number))

    def denies(self) -> None:
        __tracebackhide__ = True
        self._run(self._phone.denies())

    def ignores(self) -> None:
        __tracebackhide__ = True
        self._run(self._phone.ignores())

    def wait(self, seconds: float) -> None:
        __tracebackhide__ = True
        self._run(self._phone.wait(seconds))

    def hang_up(self) -> None:
        __tracebackhide__ = True
        self._run(self._phone.hang_up())

    def breaks(self, trouble: str, *, times: int | None = None) -> None:
        __tracebackhide__ = True
        self._run(self._phone.breaks(trouble, times=times))

    def mends(self, trouble: str | None = None) -> None:
        __tracebackhide__ = True
        self._run(self._phone.mends(trouble))

    def hears(self, wanted: Wanted) -> str:
        __tracebackhide__ = True
        return self._run(self._phone.hears(wanted))

    def hears_in_order(self, *wanted: Wanted) -> None:
        __tracebackhide__ = True
        self._run(self._phone.hears_in_order(*wanted))

    def is_asked_for(
        self, *, digits: int | None = None, speech: bool | None = None, finish_on_key: str | None = None
    ) -> Listening:
        __tracebackhide__ = True
        return self._run(self._phone.is_asked_for(digits=digits, speech=speech, finish_on_key=finish_on_key))

    def was_dialled(self, number: str) -> DialledLeg:
        __tracebackhide__ = True
        return self._run(self._phone.was_dialled(number))

    def ended(self, ending: Ending = "completed") -> None:
        __tracebackhide__ = True
        self._run(self._phone.ended(ending))

    def warned(self, code: int) -> Warned:
        __tracebackhide__ = True
        return self._run(self._phone.warned(code))

    def took(self, seconds: float | None = None, *, at_least: float = 0.0, at_most: float | None = None) -> float:
        __tracebackhide__ = True
        return self._run(self._phone.took(seconds, at_least=at_least, at_most=at_most))

    def texts(self) -> tuple[Text, ...]:
        __tracebackhide__ = True
        return self._run(self._phone.texts())

    def pushes(self) -> tuple[PushPrompt, ...]:
        __tracebackhide__ = True
        return self._run(self._phone.pushes())

    @property
    def record(self) -> CallRecord:
        return self._phone.record

    @property
    def prompts(self) -> tuple[str, ...]:
        return self._phone.prompts

    @property
    def requests(self) -> tuple[Request, ...]:
        return self._phone.requests

    @property
    def warnings(self) -> tuple[Warned, ...]:
        return self._phone.warnings

    @property
    def transcript(self) -> str:
        return self._phone.transcript


def _is_within_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
