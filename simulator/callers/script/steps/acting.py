"""Steps in which the caller does something: keys, words, silence, waiting, hanging up, answering a prompt."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.callers.script.caller import Caller
from simulator.callers.script.device import Answer, Intention
from simulator.callers.script.fields import check_true, choice_of, number_of, text_of, whole_number_of
from simulator.callers.script.misses import MissedError, last_words, standing
from simulator.callers.script.source import UnreadableError, Value
from simulator.callers.script.variables import CODES, replaced

_KEYS = frozenset("0123456789*#")
_ANSWERS: Mapping[str, Answer] = {"approve": "approve", "deny": "deny", "ignore": "ignore"}


@dataclass(frozen=True, slots=True)
class Press:
    """At the next Gather or Record, or to whom the call is joined: these keys in turn; then wait until it is over."""

    keys: str


@dataclass(frozen=True, slots=True)
class Speak:
    """At the next Gather for speech, these words, recognised with that confidence."""

    words: str
    confidence: float


@dataclass(frozen=True, slots=True)
class StaySilent:
    """Silence until the next Gather has timed out."""


@dataclass(frozen=True, slots=True)
class LetPass:
    """That many seconds pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller hangs up."""


@dataclass(frozen=True, slots=True)
class AnswerPush:
    """The newest Okta Verify prompt is answered so, or else the next one; `number` is the one to tap."""

    answer: Answer
    number: int | None


def read_press(value: Value, _: Mapping[str, Value]) -> Press:
    keys = text_of(value, "press").strip()
    wrong = sorted(set(replaced(keys, lambda name: "" if name in CODES else name)) - _KEYS)
    if wrong:
        raise UnreadableError(value.line, f"press takes the keys 0-9 * #, and {wrong[0]!r} is none")
    return Press(keys)


def read_speak(value: Value, more: Mapping[str, Value]) -> Speak:
    confidence = more.get("confidence")
    sure = 0.9 if confidence is None else number_of(confidence, "confidence", most=1.0)
    return Speak(text_of(value, "speak"), sure)


def read_timeout(value: Value, _: Mapping[str, Value]) -> StaySilent:
    check_true(value, "timeout")
    return StaySilent()


def read_wait(value: Value, _: Mapping[str, Value]) -> LetPass:
    return LetPass(number_of(value, "wait", most=86_400))


def read_hangup(value: Value, _: Mapping[str, Value]) -> HangUp:
    check_true(value, "hangup")
    return HangUp()


def read_push(value: Value, more: Mapping[str, Value]) -> AnswerPush:
    answer = _ANSWERS[choice_of(value, "push", tuple(_ANSWERS))]
    number = more.get("number")
    if number is not None and answer != "approve":
        raise UnreadableError(number.line, f"a number goes with push: approve only, not with {answer}")
    return AnswerPush(answer, None if number is None else whole_number_of(number, "number"))


async def press(step: Press, caller: Caller) -> None:
    """The keys are known only when the call listens: a code may be on its way until then."""
    if not await caller.handset.until_keys_count():
        raise MissedError(f"the call never listened for keys: {standing(caller.record)}", last_words(caller.record))
    await caller.handset.press(await caller.fill(step.keys))


async def speak(step: Speak, caller: Caller) -> None:
    if not await caller.handset.speak(await caller.fill(step.words), step.confidence):
        raise MissedError(f"the call never listened for speech: {standing(caller.record)}", last_words(caller.record))


async def stay_silent(step: StaySilent, caller: Caller) -> None:
    del step
    if not await caller.handset.time_out():
        raise MissedError(f"nothing timed out: {standing(caller.record)}", last_words(caller.record))


async def let_pass(step: LetPass, caller: Caller) -> None:
    await caller.handset.wait(step.seconds)


async def hang_up(step: HangUp, caller: Caller) -> None:
    del step
    await caller.handset.hesitate()
    if not caller.handset.is_up:
        raise MissedError(f"there was no call to hang up: {standing(caller.record)}", last_words(caller.record))
    await caller.handset.hang_up()


async def answer_push(step: AnswerPush, caller: Caller) -> None:
    await caller.device.intend(Intention(step.answer, step.number, caller.current))
