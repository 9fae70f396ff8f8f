"""One call on a network of its own: makes a move, lets the call run until it is the caller's turn, tells what came.

Judges nothing and remembers no other call; which moves are made is decided by `exploring`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.callers.handset import Handset
from simulator.callers.script.transcript import Note
from simulator.callers.time_driver import TimeDriver
from simulator.errors import SimulatorError
from simulator.explorer import observing
from simulator.explorer.fingerprints import Place
from simulator.explorer.moves import RIGHT_CODE, Habits, Offer, hints_in, moves_at
from simulator.explorer.tree import Input, Move, Remark, Request, StateKind
from simulator.mobile import PushPrompt, pace_of
from simulator.network import Network, Trouble
from simulator.operator.clock import ManualClock
from simulator.operator.masking import Mask
from simulator.timeline.record import CallRecord
from simulator.troubles import WEBHOOK_FAULTS
from simulator.vocabulary import Answered, Ask, Declined, Heard, HungUp, Refusal, Replied, Unreachable
from simulator.wires.trouble import TroubledWire
from simulator.wires.wire import Wire

MOST_REQUESTS = 120
"""So many documents after one move without the caller's turn are a loop; waiting five minutes for a push takes 75."""
_SECONDS_BEFORE_CALLEE = 10.0
_DECLINES: Mapping[str, Refusal] = {"busy": "busy", "no-answer": "no-answer", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class Told:
    """What an edge tells about one move; `asked` is the last document of all, in `languages` was spoken since then."""

    heard: tuple[str, ...]
    requests: tuple[Request, ...]
    warnings: tuple[Remark, ...]
    transcript: tuple[str, ...]
    seconds: float
    others: tuple[str, ...]
    languages: tuple[str, ...]
    asked: str


class PathDriver:
    """The moves of one path, one after the other."""

    def __init__(self, network: Network, clock: ManualClock, called: str, habits: Habits) -> None:
        self._network = network
        self._operator = network.operator
        self._clock = clock
        self._called = called
        self._habits = habits
        self._pace = pace_of(network.mobile)
        self._time = TimeDriver(network.operator, clock, pace=self._pace)
        self._wire: TroubledWire | None = None
        self._handset: Handset | None = None
        self._prompt: PushPrompt | None = None
        self._left_alone: set[str] = set()
        self._codes: dict[str, None] = {}
        self._notes: list[Note] = []
        self._since = 0
        self._since_note = 0
        self._since_answer = 0
        self._began = 0.0
        self._kind: StateKind = "start"

    async def take(self, move: Move) -> Place:
        """Make the move and let the call run until it is the caller's turn again, or over."""
        entries = self._operator.journal.entries
        self._since, self._since_note, self._began = len(entries), len(self._notes), self._clock.now()
        self._since_answer = 0 if self._handset is None else len(self._record.answers)
        self._prompt, prompt = None, self._prompt
        trouble = self._trouble(move.fault)
        fault = move.fault if trouble is None else ""
        if fault:
            self._faulty().begin(fault, times=1)
        if trouble is not None:
            await trouble.begin()
        try:
            await self._make(move, prompt)
            self._kind = await self._rest()
        finally:
            if fault:
                self._faulty().end(fault)
            if trouble is not None:
                await trouble.end()
        await self._learn_codes()
        return self._place()

    @property
    def unanswered(self) -> Unreachable | None:
        """Why no document ever came, at the first webhook or the fallback; None when one did."""
        answers = [answer for _, answer in self._record.answers]
        reached = [answer for answer in answers if not isinstance(answer, Unreachable)]
        return next((each for each in answers if isinstance(each, Unreachable)), None) if not reached else None

    @property
    def url(self) -> str:
        """Where the first document came from."""
        return self._record.answers[0][0].url if self._record.answers else ""

    def moves(self) -> tuple[Move, ...]:
        """What could be done next."""
        record = self._record
        offer = Offer(
            _input(record) if self._kind in ("gather", "record") else None,
            tuple(self._prompts()),
            len(next(reversed(self._codes), "")),
            self._prompt is not None and bool(self._prompt.choices),
            self._hints(),
        )
        return moves_at(self._kind, offer, self._habits)

    def heard(self) -> tuple[str, ...]:
        """The prompts since the last move, masked."""
        mask = self._mask()
        return tuple(mask.text(each) for each in self._prompts())

    def asked(self) -> tuple[str, ...]:
        """The documents since the last move, masked."""
        mask = self._mask()
        return tuple(mask.text(_address(ask)) for ask, _ in self._record.answers[self._since_answer :])

    def told(self, move: Move) -> Told:
        """Everything the last move led to."""
        entries = self._operator.journal.entries
        stretch = entries[self._since :]
        mask = self._mask()
        fault = move.fault if move.fault in WEBHOOK_FAULTS else ""
        notes = [Note(note.after - self._since, note.at, note.who, note.text) for note in self._notes]
        return Told(
            self.heard(),
            tuple(observing.requests(stretch, mask, fault)),
            tuple(observing.remarks(stretch, mask)),
            observing.lines(entries[0], stretch, notes[self._since_note :], mask, self._names()),
            round(self._clock.now() - self._began, 3),
            observing.parties(stretch),
            observing.languages(stretch, self._record.sid),
            mask.text(self._last_asked()),
        )

    # ------------------------------------------------------------ making a move

    async def _make(self, move: Move, prompt: PushPrompt | None) -> None:
        if move.kind == "dial":
            self._left_alone.update(each.id for each in await self._network.mobile.prompts(move.value))
            self._handset = Handset(self._operator, self._clock, move.value, pace=self._pace)
            await self._handset.dial(self._called)
            return
        phone = self._phone
        match move.kind:
            case "keys":
                await phone.press(self._typed(move))
            case "silence":
                await phone.time_out()
            case "speech":
                await phone.speak(move.value)
            case "talk":
                await phone.talk(float(move.value))
            case "wait":
                await phone.wait(float(move.value), unless=lambda: self._record.ended is not None)
            case "push":
                await self._answer(move.value, prompt)
            case "callee":
                await self._far_end(move.value)
            case "hangup":
                await phone.hang_up()

    def _typed(self, move: Move) -> str:
        """The keys with the newest code in its place; a wrong code that happens to be right is changed."""
        newest = next(reversed(self._codes), "")
        if RIGHT_CODE in move.value:
            return move.value.replace(RIGHT_CODE, newest)
        digits = move.value.strip("*#")
        if move.is_wrong and newest and digits == newest:
            return move.value.replace(digits, ("1" if digits[0] == "0" else "0") * len(digits))
        return move.value

    async def _answer(self, how: str, prompt: PushPrompt | None) -> None:
        assert prompt is not None
        self._left_alone.add(prompt.id)
        if how == "ignore":
            self._note("leaves the Okta Verify prompt alone")
            return
        choice = _choice(prompt, list(self._prompts_so_far()), is_right=how == "approve") if prompt.choices else None
        is_approval = how != "deny"
        await self._network.mobile.answer(
            self._phone.number, prompt, approve=is_approval, choice=choice if is_approval else None
        )
        tapped = f" with {choice}" if is_approval and choice is not None else ""
        self._note(f"{'approves' if is_approval else 'denies'} the Okta Verify prompt{tapped}")

    async def _far_end(self, outcome: str) -> None:
        """Let the dialled party take the call, decline it, or end it after a while."""
        if outcome == "hangup":
            await self._time.advance(_SECONDS_BEFORE_CALLEE, unless=lambda: self._record.other is None)
            if self._record.other is not None:
                self._operator.receive(self._record.other, HungUp())
            return
        for leg in self._record.dialled:
            if leg.ended is None and not leg.is_answered:
                event = Answered() if outcome == "answered" else Declined(_DECLINES[outcome])
                self._operator.receive(leg.sid, event)
                if outcome == "answered":
                    return

    # ------------------------------------------------------------ until it is the caller's turn

    async def _rest(self) -> StateKind:
        await self._time.settle()
        while (kind := await self._standing()) is None:
            if not await self._time.step():
                return "stuck"
        return kind

    async def _standing(self) -> StateKind | None:
        """What the call waits for; None while it goes on by itself."""
        record = self._record
        if record.ended is not None:
            return "ended"
        if len(record.answers) - self._since_answer > MOST_REQUESTS:
            return "endless"
        call = self._operator.exchange.call(record.sid)
        if call is not None and call.awaits_application:
            return None  # its answer is late
        if record.other is not None:
            return "talking"
        legs = [leg for leg in record.dialled if leg.ended is None]
        if any(not leg.is_answered for leg in legs):
            return "ringing"
        if legs:
            return None  # a whisper runs on the leg
        if record.conference is not None or record.queue is not None:
            return "room"
        awaits = call is not None and call.awaits_caller
        if record.stream is not None:
            return "stream" if awaits else None
        if record.speaking is None and await self._has_prompt():
            return "push"
        if awaits and record.listening is not None:
            return "gather" if record.listening.verb == "Gather" else "record"
        return "room" if awaits else None

    async def _has_prompt(self) -> bool:
        prompts = await self._network.mobile.prompts(self._phone.number)
        self._prompt = next((each for each in reversed(prompts) if each.id not in self._left_alone), None)
        return self._prompt is not None

    async def _learn_codes(self) -> None:
        for text in await self._network.mobile.texts(self._phone.number):
            if text.code and text.at >= self._record.began:
                self._codes.pop(text.code, None)
                self._codes[text.code] = None

    # ------------------------------------------------------------ what can be observed

    def _place(self) -> Place:
        record = self._record
        return Place(
            self._kind,
            tuple(self._prompts()),
            tuple(_address(ask) for ask, _ in record.answers[self._since_answer :]),
            self._last_asked(),
            _input(record) if self._kind in ("gather", "record") else None,
            "" if record.ended is None else record.ended.ending,
        )

    def _last_asked(self) -> str:
        answers = self._record.answers
        return _address(answers[-1][0]) if answers else ""

    def _prompts(self) -> Sequence[str]:
        return tuple(observing.prompts(self._operator.journal.entries[self._since :], self._record.sid))

    def _prompts_so_far(self) -> Sequence[str]:
        heard = [entry.item for entry in self._record.heard]
        return [each.text for each in heard if isinstance(each, Heard) and each.text]

    def _hints(self) -> tuple[str, ...]:
        listening = self._record.listening
        if listening is None or not listening.speech:
            return ()
        newest = next((answer for _, answer in reversed(self._record.answers) if isinstance(answer, Replied)), None)
        return () if newest is None else hints_in(newest.body)

    def _mask(self) -> Mask:
        return Mask((*self._codes, *self._habits.codes))

    def _names(self) -> Mapping[str, str]:
        return {leg.sid: leg.called for leg in self._record.dialled}

    @property
    def _phone(self) -> Handset:
        assert self._handset is not None, "the first move is to dial"
        return self._handset

    @property
    def _record(self) -> CallRecord:
        return self._phone.record

    def _note(self, text: str) -> None:
        self._notes.append(Note(len(self._operator.journal.entries), self._clock.now(), "caller", text))

    # ------------------------------------------------------------ trouble

    def _trouble(self, fault: str) -> Trouble | None:
        if not fault or fault in WEBHOOK_FAULTS:
            return None
        for trouble in self._network.troubles:
            if trouble.name == fault:
                return trouble
        raise SimulatorError(f"this network knows no trouble called {fault!r}")

    def _faulty(self) -> TroubledWire:
        if self._wire is None:  # a network without faults is left as it is
            self._operator.intercept(self._with_faults)
        assert self._wire is not None
        return self._wire

    def _with_faults(self, wire: Wire) -> Wire:
        self._wire = TroubledWire(wire)
        return self._wire


def _address(ask: Ask) -> str:
    return re.sub(r"^[a-z]+://[^/?]*", "", ask.url) or "/"


def _input(record: CallRecord) -> Input | None:
    listening = record.listening
    if listening is None:
        return None
    return Input(
        listening.verb,
        listening.keys,
        listening.speech,
        listening.num_digits,
        listening.finish_on_key,
        listening.timeout,
    )


def _choice(prompt: PushPrompt, spoken: Sequence[str], *, is_right: bool) -> int:
    """The number that was spoken last of those offered; or the first one that was not."""
    said = [int(number) for words in reversed(spoken) for number in re.findall(r"\d+", words)]
    right = next((number for number in said if number in prompt.choices), prompt.choices[0])
    if is_right:
        return right
    return next((number for number in prompt.choices if number != right), right + 1)
