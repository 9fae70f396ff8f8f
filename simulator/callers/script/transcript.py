"""A call as a person would tell it: time, who, what; one line each. Masked and printable, as all that is shown."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator.callers.script.misses import warning_shown
from simulator.operator.beside import Raised, TroubleBegan, TroubleEnded
from simulator.operator.journal import Entry, Item
from simulator.operator.masking import LEAST, Mask, as_dots
from simulator.printable import one_line
from simulator.vocabulary import (
    Answered,
    Bridged,
    Declined,
    Dequeued,
    Dialling,
    Ended,
    Fetched,
    Heard,
    HungUp,
    Ignored,
    Joined,
    Left,
    Opened,
    Parted,
    Pressed,
    Queued,
    Rang,
    Recorded,
    Replied,
    Sent,
    Spoke,
    StoppedListening,
    StreamStarted,
    Talked,
    Told,
    Transcribed,
    Trip,
    Unreachable,
    Warned,
)

_LONGEST = 80
_PARAMS = ("Digits", "FinishedOnKey", "SpeechResult", "RecordingDuration", "ErrorCode", "CallDuration")


@dataclass(frozen=True, slots=True)
class Note:
    """Something that somebody did and no journal knows of, after so many entries of the journal."""

    after: int
    at: float
    who: str
    text: str


def transcript(
    entries: Sequence[Entry], notes: Sequence[Note], mask: Mask | None, *, names: Mapping[str, str]
) -> tuple[str, ...]:
    """The lines by time, prompts at the time they began; of a very long call the latest ones.

    `names` are those of everybody but the caller, by the sid of their leg.
    """
    began = entries[0].at if entries else 0.0
    told = sorted(_tell(entries, notes, mask, names), key=lambda each: each[0])
    lines = [one_line(f"{at - began:8.1f} s  {who:<11}  {what}") for at, who, what in told]
    left_out = len(lines) - _LONGEST
    return tuple(lines if left_out <= 0 else (f"{'':8}    … {left_out} lines before", *lines[left_out:]))


def _tell(
    entries: Sequence[Entry], notes: Sequence[Note], mask: Mask | None, names: Mapping[str, str]
) -> Iterator[tuple[float, str, str]]:
    waiting, runs = list(notes), _runs_of_keys(entries)
    for position, entry in enumerate(entries):
        while waiting and waiting[0].after <= position:
            note = waiting.pop(0)
            yield note.at, note.who, note.text
        if position in runs:
            yield entry.at, names.get(entry.sid, "caller"), f"presses {_keys(runs[position], mask)}"
        for who, what in _lines(entry, mask, names):
            at = entry.item.began if isinstance(entry.item, Heard) else entry.at
            yield at, *_on_leg(who, what, names.get(entry.sid))
    for note in waiting:
        yield note.at, note.who, note.text


def _on_leg(who: str, what: str, name: str | None) -> tuple[str, str]:
    """On somebody else's leg they act by their own name, and what happens there is said to happen to them."""
    if name is None:
        return who, what
    return (name, what) if who == "caller" else (who, f"[{name}] {what}")


def _runs_of_keys(entries: Sequence[Entry]) -> dict[int, str]:
    """Keys pressed at one moment, by the position of the first; the application's next answer ends a run."""
    runs: dict[int, str] = {}
    first: int | None = None
    for position, entry in enumerate(entries):
        if isinstance(entry.item, Replied | Unreachable):
            first = None
        elif isinstance(entry.item, Pressed):
            if first is None or (entries[first].at, entries[first].sid) != (entry.at, entry.sid):
                first = position
            runs[first] = runs.get(first, "") + entry.item.key
    return runs


def _lines(entry: Entry, mask: Mask | None, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    match entry.item:
        case Heard() | Spoke() | Talked() | Recorded() | Transcribed() | Sent() | StoppedListening() | Ignored():
            yield from _said(entry.item, mask)
        case Rang(caller=caller, called=called):
            yield "caller", f"calls {called} from {caller}"
        case Replied() | Unreachable() | Fetched() | Told() as made:
            for trip in made.trips:
                yield "application", _trip(trip, mask)
                yield from _raised(trip.raised, mask)
        case Raised(text=text):
            yield "application", "raised an exception when its answer had left"
            yield from _raised(text, mask)
        case Dialling(called=called):
            yield "line", f"dials {called}"
        case Answered():
            yield "caller", "answers"
        case Declined(outcome=outcome):
            yield "caller", f"does not take the call: {outcome}"
        case StreamStarted(url=url):
            yield "line", f"streams its sound to {url}"
        case Bridged(other=other):
            yield "line", f"joined to {names.get(other, 'the caller')}"
        case Parted(other=other, seconds=seconds):
            yield "line", f"parted from {names.get(other, 'the caller')} after {seconds:.1f} s"
        case Joined() | Opened() | Left() | Queued() | Dequeued() as moved:
            yield "line", _moved(moved)
        case HungUp():
            yield "caller", "hangs up"
        case TroubleBegan(meaning=meaning):
            yield "trouble", f"begins: {meaning}"
        case TroubleEnded(meaning=meaning):
            yield "trouble", f"ends: {meaning}"
        case Warned() as warned:
            yield "debugger", _masked(warning_shown(warned), mask)
            if warned.remedy:
                yield "debugger", f"  → {_masked(warned.remedy, mask)}"
        case Ended() as ended:
            yield "line", f"the call has ended: {ended.ending}, {ended.status}, {ended.seconds:.1f} s connected"
        case _:
            return


def _moved(moved: Joined | Opened | Left | Queued | Dequeued) -> str:
    match moved:
        case Joined(name=name):
            return f"in the conference {name!r}"
        case Opened(name=name):
            return f"the conference {name!r} has started"
        case Left(name=name, reason=reason):
            return f"out of the conference {name!r}: {reason}"
        case Queued(name=name, position=position):
            return f"in the queue {name!r}, position {position}"
        case Dequeued(name=name, seconds=seconds):
            return f"out of the queue {name!r} after {seconds:.1f} s"


def _said(item: Item, mask: Mask | None) -> Iterator[tuple[str, str]]:
    """What line and caller gave each other to hear, to read or to keep."""
    match item:
        case Heard() as heard:
            yield "line", _masked(_heard(heard), mask)
        case Spoke(words=words):
            yield "caller", f'says "{_masked(words, mask)}"'
        case Talked(seconds=seconds):
            yield "caller", f"talks for {seconds:g} s"
        case Recorded(recording=recording, seconds=seconds):
            yield "line", f"recorded {seconds:g} s as {recording}"
        case Transcribed(text=text):
            yield "line", "the recording could not be transcribed" if text is None else _masked(f'"{text}"', mask)
        case Sent(to=to, body=body):
            yield "line", f'texts {to}: "{_masked(body, mask)}"'
        case StoppedListening(outcome="timeout"):
            yield "caller", "is silent until the input times out"
        case Ignored(input=what):
            yield "line", f"nobody listens: {what if mask is None else re.sub(r'[0-9]', as_dots('0'), what)} is lost"
        case _:
            return


def _heard(heard: Heard) -> str:
    prompt = heard.prompt
    cut = ", cut off" if heard.is_cut else ""
    if prompt.text is not None:
        return f'"{heard.text}"{cut}' if heard.text else f'cut off before a word: "{prompt.text}"'
    what = f"tones {prompt.digits}" if prompt.digits else f"sound {prompt.url}" if prompt.url else prompt.verb
    return f"{what}{cut}"


def _keys(keys: str, mask: Mask | None) -> str:
    digits = re.sub(r"\D", "", keys)
    if mask is None or len(digits) < LEAST:
        return keys
    mask.learn(digits)
    return re.sub(r"\d", as_dots("0"), keys)


def _trip(trip: Trip, mask: Mask | None) -> str:
    """Method, URL without the query of a GET's own parameters, and the parameters that tell the request apart."""
    url = trip.url if trip.method == "POST" else trip.url.partition("?")[0]
    params = trip.params if mask is None else mask.params(trip.params)
    told = "".join(f" {name}={params[name]}" for name in _PARAMS if params.get(name))
    came = f"{trip.status}" if trip.status is not None else trip.error or "no answer"
    return _masked(f"{trip.method} {url}{told} -> {came}", mask)


def _raised(text: str, mask: Mask | None) -> Iterator[tuple[str, str]]:
    for line in _masked(text, mask).splitlines():
        yield "application", f"  {line}"


def _masked(text: str, mask: Mask | None) -> str:
    return text if mask is None else mask.text(text)
