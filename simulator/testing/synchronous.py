"""The telephone of ordinary tests, without await: the asynchronous one, driven by an event loop of its own."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from threading import Thread
from typing import Any, TypeVar

from simulator.errors import WrongUseError
from simulator.mobile import PushPrompt, Text
from simulator.numbers import Stir
from simulator.testing.telephone import AsyncPhone
from simulator.testing.wanted import Wanted
from simulator.timeline.record import CallRecord, DialledLeg, Request
from simulator.vocabulary import Ending, Listening, Refusal, Warned
from simulator.wires.wire import WireError, WireReply

T = TypeVar("T")


class Loop:
    """Runs coroutines to their end, and lets them have a function called while no loop is running.

    So a WSGI application is called in the test's own thread, as its transactions and thread-locals need it, and may
    start a loop itself. If there is something else to do meanwhile, the loop goes on in a thread until it has answered.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._wanted: deque[tuple[Callable[[], WireReply], asyncio.Future[WireReply]]] = deque()
        self._is_in_thread = False

    async def outside(self, call: Callable[[], WireReply]) -> WireReply:
        """Have `run` call this."""
        answer: asyncio.Future[WireReply] = self._loop.create_future()
        self._wanted.append((call, answer))
        if not self._is_in_thread:  # otherwise `run` is calling another one, and looks here when that has answered
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
                    try:
                        answer.set_result(self._call(call))
                    except WireError as error:
                        answer.set_exception(error)
        finally:  # the application or the user may have broken off: then nobody is to stop the loop later
            task.remove_done_callback(self._stop)
        return task.result()

    def _call(self, call: Callable[[], WireReply]) -> WireReply:
        if len(asyncio.all_tasks(self._loop)) < 2:  # the one that waits for this call
            return call()
        self._is_in_thread = True
        thread = Thread(target=self._loop.run_forever, name="phone")
        thread.start()
        try:
            return call()
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._is_in_thread = False

    def _stop(self, _: "asyncio.Task[Any]") -> None:  # a result of any type
        self._loop.stop()

    def close(self) -> None:
        """Cancel everything that still runs."""
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        if left:
            self._loop.run_until_complete(asyncio.wait(left))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


class Phone:
    """One person's phone on the test's line; every method is that of AsyncPhone, without await."""

    def __init__(self, phone: AsyncPhone, loop: Loop) -> None:
        self.number = phone.number
        self.line = phone.line
        self.handset = phone.handset
        self._phone = phone
        self._run = loop.run

    def dial(
        self,
        called: str | None = None,
        *,
        stir: Stir | None = None,
        caller_name: str | None = None,
        forwarded_from: str | None = None,
    ) -> str:
        """Call the line (or another number of the exchange) and let it answer; returns the call's sid.

        `stir`: how the number is vouched for (A, B, C, failed or none); `caller_name` and `forwarded_from`: what else
        the network says about it. What is None is as the marker says, or as usual.
        """
        __tracebackhide__ = True
        more = {"caller_name": caller_name, "forwarded_from": forwarded_from}
        return self._run(self._phone.dial(called, stir=stir, **more))

    def answers(self, *, sip_headers: Mapping[str, str] | None = None) -> str:
        """Take the newest call that rings this phone; returns its sid.

        `sip_headers` of a SIP address, such as {"X-Agent": "7"}, are told to the action of the Dial.
        """
        __tracebackhide__ = True
        return self._run(self._phone.answers(sip_headers=sip_headers))

    def declines(self, outcome: Refusal = "busy") -> None:
        """Do not take the newest call that rings this phone."""
        __tracebackhide__ = True
        self._run(self._phone.declines(outcome))

    def press(self, keys: str) -> None:
        """At the next Gather or Record, or the one running, press the keys, then wait until it has ended."""
        __tracebackhide__ = True
        self._run(self._phone.press(keys))

    def speaks(self, words: str, confidence: float = 0.9) -> None:
        """At the next Gather for speech, or the one running, say the words."""
        __tracebackhide__ = True
        self._run(self._phone.speaks(words, confidence))

    def stays_silent(self) -> None:
        """Say and press nothing until the next Gather has given up."""
        __tracebackhide__ = True
        self._run(self._phone.stays_silent())

    def records(self, seconds: float, end: str = "silence") -> None:
        """At the next Record, or the one running, talk that long, then be silent, press the key `end` or hang up.

        `end`: `silence`, `hangup` or a key; 0 seconds: say nothing.
        """
        __tracebackhide__ = True
        self._run(self._phone.records(seconds, end))

    def approves(self, number: int | None = None, *, later: bool = False) -> None:
        """The Okta Verify prompt of this call, or the next one, is approved.

        Where it offers numbers, `number` is tapped, or else the one that the call has said or says. The call goes on
        until there is one, unless it comes `later`: then with whatever the test does next.
        """
        __tracebackhide__ = True
        self._run(self._phone.approves(number, later=later))

    def denies(self, *, later: bool = False) -> None:
        """The Okta Verify prompt of this call, or the next one, is denied."""
        __tracebackhide__ = True
        self._run(self._phone.denies(later=later))

    def ignores(self, *, later: bool = False) -> None:
        """The Okta Verify prompt of this call, or the next one, is left alone."""
        __tracebackhide__ = True
        self._run(self._phone.ignores(later=later))

    def wait(self, seconds: float) -> None:
        """Let exactly that much time pass."""
        __tracebackhide__ = True
        self._run(self._phone.wait(seconds))

    def hang_up(self) -> None:
        """End the call from this side."""
        __tracebackhide__ = True
        self._run(self._phone.hang_up())

    def breaks(self, trouble: str, *, times: int | None = None) -> None:
        """From the next request on webhooks meet this trouble, until it is mended; those of all phones of the test.

        With `times` only so many of them meet it. `webhook-500`, `webhook-slow`, `webhook-refused`, `webhook-broken` or
        `wrong-signature`; a fallback URL is spared. Raises WrongUseError for another name: services behind the
        application have the marker `faults`.
        """
        __tracebackhide__ = True
        self._run(self._phone.breaks(trouble, times=times))

    def mends(self, trouble: str | None = None) -> None:
        """This trouble is over, or all."""
        __tracebackhide__ = True
        self._run(self._phone.mends(trouble))

    def hears(self, wanted: Wanted) -> str:
        """This is spoken, within one prompt, after what was heard last; returns the words of that prompt."""
        __tracebackhide__ = True
        return self._run(self._phone.hears(wanted))

    def hears_in_order(self, *wanted: Wanted) -> None:
        """Each of these is heard, one after the other."""
        __tracebackhide__ = True
        self._run(self._phone.hears_in_order(*wanted))

    def is_asked_for(
        self, *, digits: int | None = None, speech: bool | None = None, finish_on_key: str | None = None
    ) -> Listening:
        """A Gather listens, with exactly these terms (None: whatever they are); returns all its terms."""
        __tracebackhide__ = True
        return self._run(self._phone.is_asked_for(digits=digits, speech=speech, finish_on_key=finish_on_key))

    def was_dialled(self, number: str) -> DialledLeg:
        """The call has dialled that number, or does so before it needs the caller; returns the newest such leg."""
        __tracebackhide__ = True
        return self._run(self._phone.was_dialled(number))

    def ended(self, ending: Ending = "completed") -> None:
        """The call is over, or ends without the caller's doing, in this way; `completed`: by the application."""
        __tracebackhide__ = True
        self._run(self._phone.ended(ending))

    def warned(self, code: int) -> Warned:
        """Twilio's debugger would show this code for the call; returns the first such finding."""
        __tracebackhide__ = True
        return self._run(self._phone.warned(code))

    def took(self, seconds: float | None = None, *, at_least: float = 0.0, at_most: float | None = None) -> float:
        """The call has lasted that long so far, to a tenth of a second, or within these bounds; returns the seconds."""
        __tracebackhide__ = True
        return self._run(self._phone.took(seconds, at_least=at_least, at_most=at_most))

    def texts(self) -> tuple[Text, ...]:
        """The text messages on this phone, oldest first: those that calls have sent, and those of `mobile`."""
        __tracebackhide__ = True
        return self._run(self._phone.texts())

    def pushes(self) -> tuple[PushPrompt, ...]:
        """The Okta Verify prompts that wait on this phone, oldest first."""
        __tracebackhide__ = True
        return self._run(self._phone.pushes())

    @property
    def record(self) -> CallRecord:
        """Everything that became of the call so far."""
        return self._phone.record

    @property
    def prompts(self) -> tuple[str, ...]:
        """The words that reached the ear, one text a prompt."""
        return self._phone.prompts

    @property
    def requests(self) -> tuple[Request, ...]:
        """The HTTP requests that the call has made to the application."""
        return self._phone.requests

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """What Twilio's debugger would show."""
        return self._phone.warnings

    @property
    def transcript(self) -> str:
        """Everything so far as a person would tell it; typed codes are masked."""
        return self._phone.transcript


def _is_within_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
