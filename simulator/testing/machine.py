"""`CallerMachine`: a Hypothesis state machine that calls a line and does whatever a caller could, in any order.

Subclass it, say which application answers, add invariants. Needs Hypothesis (`pip install hypothesis`).
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from typing import Literal, get_args

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from simulator.applications import reach
from simulator.callers.script.misses import warning_shown
from simulator.callers.script.transcript import transcript
from simulator.errors import WrongUseError
from simulator.explorer.announced import announced
from simulator.mobile import Mobile, NoMobile
from simulator.network import CALLED, CALLER, Network
from simulator.operator.clock import Clock, ManualClock
from simulator.operator.operator import DEFAULT_AUTH_TOKEN
from simulator.printable import one_line
from simulator.testing import strategies
from simulator.testing.fuzz_phone import FuzzPhone
from simulator.testing.line import Line
from simulator.testing.report import report
from simulator.testing.synchronous import Loop
from simulator.timeline.record import CallRecord, Request
from simulator.vocabulary import Heard, Refusal, Warned

_runs = count()


def _machine_s_own(name: str) -> st.SearchStrategy[str]:
    """What a subclass has set its attribute or method to."""

    def own(machine: "CallerMachine") -> st.SearchStrategy[str]:
        found = getattr(machine, name)
        strategy: st.SearchStrategy[str] = found() if callable(found) else found
        return strategy

    return st.runner().flatmap(own)


class CallerMachine(RuleBasedStateMachine):
    """One caller at a time, in virtual time. Override `voice_app` (or `open_network`), and the attributes below.

    Deterministic as far as the application is: one that remembers calls should be made anew in `voice_app`, which is
    asked at the start of every run. A failure shows the steps, then the calls, the debugger's findings and requests.
    """

    callers: st.SearchStrategy[str] = strategies.callers()
    """The number that calls."""
    phrases: st.SearchStrategy[str] = strategies.speech()
    """What they say where speech is taken."""
    voice_path = "/voice"
    called = CALLED
    auth_token = DEFAULT_AUTH_TOKEN
    patience = 600.0
    """So many seconds may the call go on without anybody's turn before the machine does something again."""
    seed: int | None = None
    """Where ids come from; None: other ids in every run, as Twilio uses none twice."""

    def voice_app(self) -> object:
        """The application: ASGI, WSGI, 'module:name', 'module:factory()' or a URL."""
        raise WrongUseError(f"which application? Define voice_app in {type(self).__name__}")

    def mobile(self) -> Mobile:
        """Where text messages and prompts on the caller's other screen are read from."""
        return NoMobile()

    def open_network(self, clock: Clock, *, seed: int = 0) -> AbstractAsyncContextManager[Network]:
        """A whole network, for applications that are more than a `voice_app`."""
        return self._open_line(clock, seed)

    @asynccontextmanager
    async def _open_line(self, clock: Clock, seed: int) -> AsyncIterator[Network]:
        assert isinstance(clock, ManualClock)
        endpoint = reach(self.voice_app(), self.voice_path, run=self._loop.outside, name="voice_app")
        line = Line(
            endpoint, called=self.called, auth_token=self.auth_token, seed=seed, mobile=self.mobile(), clock=clock
        )
        async with line:
            yield Network(line.operator, line.mobile, self.called, CALLER)

    def __init__(self) -> None:
        super().__init__()
        self._loop = Loop()
        seed = next(_runs) if self.seed is None else self.seed
        self._phone = FuzzPhone(self.open_network, self._loop, seed=seed, patience=self.patience)

    def teardown(self) -> None:
        note(_Telling(self._phone))
        self._phone.close()

    # ------------------------------------------------------------ for invariants

    @property
    def record(self) -> CallRecord | None:
        """Everything about the newest call; None before the first."""
        return self._phone.record

    @property
    def is_up(self) -> bool:
        """A call is going on."""
        return self._phone.is_up

    @property
    def prompts(self) -> tuple[str, ...]:
        """The words that have reached the caller's ear in the newest call, one text a prompt."""
        heard = () if self.record is None else (entry.item for entry in self.record.heard)
        return tuple(each.text for each in heard if isinstance(each, Heard) and each.text)

    @property
    def requests(self) -> tuple[Request, ...]:
        """The requests of the newest call."""
        return () if self.record is None else tuple(self.record.requests)

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """What Twilio's debugger would show of the newest call."""
        return () if self.record is None else tuple(self.record.warnings)

    @property
    def transcript(self) -> str:
        """All calls so far, as a person would tell them; typed codes are masked."""
        return "\n".join(transcript(self._phone.entries, (), self._phone.mask(), names=self._phone.names))

    @invariant()
    def no_application_error(self) -> None:
        """Nobody hears that an application error has occurred, and no call goes round in circles."""
        ended = None if self.record is None else self.record.ended
        if ended is not None and ended.ending in ("application-error", "loop", "socket-limit"):
            found = "; ".join(map(warning_shown, self.warnings[-1:]))
            raise AssertionError(
                f"the call ended with an application error: {one_line(self._phone.mask().text(found))}"
            )

    # ------------------------------------------------------------ what a caller does

    def entries(self) -> st.SearchStrategy[str]:
        """What may be typed now."""
        listening = self._phone.listening
        assert listening is not None
        return strategies.entries(listening)

    def offers(self) -> st.SearchStrategy[str]:
        """The keys that have just been announced."""
        return st.sampled_from(self._offers)

    @property
    def _offers(self) -> tuple[str, ...]:
        """What is being said counts, and what was said last."""
        speaking = None if self.record is None else self.record.speaking
        now = "" if speaking is None else speaking.prompt.text or ""
        return announced([now]) or announced(self.prompts[-1:])

    @precondition(lambda self: not self.is_up)
    @rule(caller=_machine_s_own("callers"))
    def dial(self, caller: str) -> None:
        self._phone.dial(caller)

    @precondition(lambda self: self._takes("keys"))
    @rule(keys=_machine_s_own("entries"), patiently=st.booleans())
    def press(self, keys: str, patiently: bool) -> None:
        self._phone.press(keys, patiently=patiently)

    @precondition(lambda self: self._takes("keys") and self._offers)
    @rule(key=_machine_s_own("offers"), patiently=st.booleans())
    def press_what_is_offered(self, key: str, patiently: bool) -> None:
        self._phone.press(key, patiently=patiently)

    @precondition(lambda self: self._takes("keys") and self._code is not None)
    @rule()
    def type_the_code_from_the_text_message(self) -> None:
        self._phone.press(f"{self._code}", patiently=False)

    @precondition(lambda self: self._takes("speech"))
    @rule(words=_machine_s_own("phrases"), confidence=st.sampled_from([0.9, 0.4]))
    def speak(self, words: str, confidence: float) -> None:
        self._phone.speak(words, confidence)

    @precondition(lambda self: self._takes("Gather"))
    @rule()
    def stay_silent(self) -> None:
        self._phone.stay_silent()

    @precondition(lambda self: self._takes("Record"))
    @rule(seconds=st.sampled_from([3.0, 0.0, 40.0]), end=st.sampled_from(["silence", "hangup"]))
    def leave_a_message(self, seconds: float, end: str) -> None:
        self._phone.talk(seconds, end)

    @precondition(lambda self: bool(self.is_up and self._phone.prompts))
    @rule(approve=st.booleans(), choice=st.integers(0, 2))
    def answer_the_prompt(self, approve: bool, choice: int) -> None:
        self._phone.answer_prompt(approve=approve, choice=choice)

    @precondition(lambda self: self._phone.ringing is not None)
    @rule()
    def callee_answers(self) -> None:
        self._phone.callee_answers()

    @precondition(lambda self: self._phone.ringing is not None)
    @rule(outcome=st.sampled_from(get_args(Refusal)))
    def callee_declines(self, outcome: Refusal) -> None:
        self._phone.callee_declines(outcome)

    @precondition(lambda self: self._phone.callee is not None and self._phone.callee.is_up)
    @rule()
    def callee_hangs_up(self) -> None:
        self._phone.callee_hangs_up()

    @precondition(lambda self: self.is_up and self._phone.listening is None)
    @rule(seconds=st.sampled_from([1.0, 5.0, 20.0, 60.0, 300.0]))
    def wait(self, seconds: float) -> None:
        self._phone.wait(seconds)

    @precondition(lambda self: self.is_up)
    @rule()
    def hang_up(self) -> None:
        self._phone.hang_up()

    @property
    def _code(self) -> str | None:
        """The newest one delivered to the caller."""
        return next((text.code for text in reversed(self._phone.texts) if text.code), None)

    def _takes(self, what: Literal["keys", "speech", "Gather", "Record"]) -> bool:
        now = self._phone.listening
        if now is None:
            return False
        return {"keys": now.keys, "speech": now.speech}.get(what, now.verb == what)


class _Telling:
    """What has happened, told only where Hypothesis shows it."""

    def __init__(self, phone: FuzzPhone) -> None:
        self._phone = phone

    def __repr__(self) -> str:
        return report(self._phone, is_told=False)
