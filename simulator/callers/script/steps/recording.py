"""Steps about recordings: talking to one, and the transcription of one becoming ready."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.callers.script.caller import Caller
from simulator.callers.script.fields import choice_of, number_of, optional_text_of, whole_number_of
from simulator.callers.script.misses import MissedError, last_words, standing
from simulator.callers.script.source import UnreadableError, Value
from simulator.vocabulary import Recorded

_ENDS = ("#", "silence", "hangup", *"0123456789*")


@dataclass(frozen=True, slots=True)
class Talk:
    """At the next Record the caller talks that long (0: says nothing), then ends it: a key, silence or hanging up."""

    seconds: float
    end: str


@dataclass(frozen=True, slots=True)
class Transcribe:
    """The transcription of the n-th recording (from 1; None: the newest) is ready; None: it has failed."""

    text: str | None
    of: int | None


def read_record(value: Value, more: Mapping[str, Value]) -> Talk:
    end = more.get("end")
    return Talk(number_of(value, "record", most=86_400), "silence" if end is None else choice_of(end, "end", _ENDS))


def read_transcription(value: Value, more: Mapping[str, Value]) -> Transcribe:
    of = None if (given := more.get("of")) is None else whole_number_of(given, "of")
    if of == 0:
        raise UnreadableError(value.line, "of counts recordings from 1")
    return Transcribe(optional_text_of(value, "transcription"), of)


async def record(step: Talk, caller: Caller) -> None:
    if not await caller.handset.talk(step.seconds, step.end):
        raise MissedError(f"the call never recorded: {standing(caller.record)}", last_words(caller.record))


async def transcription(step: Transcribe, caller: Caller) -> None:
    """Also after the end of the call: then only what there is counts."""
    if not await caller.handset.until(lambda: len(_recorded(caller)) >= (step.of or 1)):
        reason = f"there was no recording {step.of}" if step.of else "there was no recording"
        raise MissedError(f"{reason}: {standing(caller.record)}", f"recordings so far: {len(_recorded(caller))}")
    recorded = _recorded(caller)[(step.of or 0) - 1]
    if recorded.untranscribed:
        raise MissedError(f"no words of this recording are awaited: {recorded.untranscribed}")
    await caller.handset.transcribe(recorded.recording, None if step.text is None else await caller.fill(step.text))


def _recorded(caller: Caller) -> list[Recorded]:
    """Those that Record has made; what Dial records is never transcribed."""
    return [each for each in caller.record.recordings if each.source == "RecordVerb"]
