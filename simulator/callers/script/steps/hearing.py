"""Steps that listen: to words, sounds and tones. Only what reached the ear counts, up to where a key cut it off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.callers.handset import folded
from simulator.callers.script.caller import Caller, Ear
from simulator.callers.script.fields import text_of
from simulator.callers.script.misses import MissedError, began, near_sound, near_tones, near_words, quoted, standing
from simulator.callers.script.source import UnreadableError, Value
from simulator.vocabulary import Heard


@dataclass(frozen=True, slots=True)
class Hear:
    """These words are spoken, after what was found last; within one prompt, as white space and case do not count."""

    words: str


@dataclass(frozen=True, slots=True)
class NotHear:
    """These words have been spoken nowhere in the call so far."""

    words: str


@dataclass(frozen=True, slots=True)
class HearPlay:
    """A sound whose URL contains this is played."""

    part: str


@dataclass(frozen=True, slots=True)
class NotHearPlay:
    """No such sound has been played so far."""

    part: str


@dataclass(frozen=True, slots=True)
class HearDigits:
    """Exactly these tones are played."""

    digits: str


def read_hear(value: Value, _: Mapping[str, Value]) -> Hear:
    return Hear(text_of(value, "hear"))


def read_not_hear(value: Value, _: Mapping[str, Value]) -> NotHear:
    return NotHear(text_of(value, "not_hear"))


def read_hear_play(value: Value, _: Mapping[str, Value]) -> HearPlay:
    return HearPlay(text_of(value, "hear_play"))


def read_not_hear_play(value: Value, _: Mapping[str, Value]) -> NotHearPlay:
    return NotHearPlay(text_of(value, "not_hear_play"))


def read_hear_digits(value: Value, _: Mapping[str, Value]) -> HearDigits:
    digits = text_of(value, "hear_digits")
    if set(digits) - set("0123456789ABCD#*wW"):
        raise UnreadableError(value.line, f"hear_digits takes tones 0-9 A-D # * w W, got {digits!r}")
    return HearDigits(digits)


async def hear(step: Hear, caller: Caller) -> None:
    words = await caller.fill(step.words)
    wanted = folded(words)

    def end_of(heard: Heard, start: int) -> int | None:
        found = folded(heard.text or "").find(wanted, start)
        return None if found < 0 else found + len(wanted)

    if await caller.handset.until(caller.ear.listen(caller.record.heard, end_of)):
        return
    record = caller.record
    passed = _index_of(wanted, caller)
    raise MissedError(f"{quoted(words)} was not heard: {standing(record)}", near_words(words, record, passed=passed))


async def not_hear(step: NotHear, caller: Caller) -> None:
    words = await caller.fill(step.words)
    await _stay_without(caller, lambda heard: folded(words) in folded(heard.text or ""), quoted(words))


async def hear_play(step: HearPlay, caller: Caller) -> None:
    part = await caller.fill(step.part)

    def end_of(heard: Heard, start: int) -> int | None:
        return start + 1 if start == 0 and part in (heard.prompt.url or "") else None

    if not await caller.handset.until(caller.ear.listen(caller.record.heard, end_of)):
        record = caller.record
        raise MissedError(f"no sound with {part!r} in its URL was played: {standing(record)}", near_sound(part, record))


async def not_hear_play(step: NotHearPlay, caller: Caller) -> None:
    part = await caller.fill(step.part)
    await _stay_without(caller, lambda heard: part in (heard.prompt.url or ""), f"a sound with {part!r} in its URL")


async def hear_digits(step: HearDigits, caller: Caller) -> None:
    def end_of(heard: Heard, start: int) -> int | None:
        return start + 1 if start == 0 and heard.prompt.digits == step.digits else None

    if not await caller.handset.until(caller.ear.listen(caller.record.heard, end_of)):
        raise MissedError(
            f"the tones {step.digits} were not played: {standing(caller.record)}", near_tones(caller.record)
        )


async def _stay_without(caller: Caller, is_it: Callable[[Heard], bool], what: str) -> None:
    """Let the call run until it waits for the caller; fails as soon as something heard at any time is that."""
    from_the_start = Ear().listen(caller.record.heard, lambda heard, _: 0 if is_it(heard) else None)
    if not await caller.handset.until(from_the_start):
        return
    entry = next(each for each in caller.record.heard if isinstance(each.item, Heard) and is_it(each.item))
    heard = entry.item
    assert isinstance(heard, Heard)
    what_came = quoted(heard.text) if heard.text is not None else f"{heard.prompt.url or heard.prompt.digits}"
    raise MissedError(f"{what} was heard", f"at {began(entry) - caller.record.began:.1f} s {what_came}")


def _index_of(wanted: str, caller: Caller) -> int | None:
    """The index of a prompt with these words before what was found last."""
    for index, entry in enumerate(caller.record.heard):
        if isinstance(entry.item, Heard) and wanted in folded(entry.item.text or ""):
            return index
    return None
