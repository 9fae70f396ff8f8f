"""What a stretch of the journal holds that an edge tells: prompts, requests, the debugger's remarks, the transcript."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from simulator.callers.script.transcript import Note, transcript
from simulator.explorer.tree import Remark, Request
from simulator.foreign import decoded
from simulator.operator.beside import OutsideCall
from simulator.operator.journal import Entry
from simulator.operator.masking import Mask
from simulator.timeline.record import Request as Made
from simulator.vocabulary import Ask, Fetched, Heard, Prompt, Purpose, Replied, Told, Trip, Unreachable, Warned

_LOCALE_OF_VOICE = re.compile(r"Google\.([a-z]{2,3}-[A-Z]{2})-")
_MOST_DOCUMENTS = 12
_FIRST_DOCUMENTS = 5
_Purpose = Literal["document", "fallback", "redirect", "media", "callback"]


def prompts(entries: Sequence[Entry], sid: str) -> Iterator[str]:
    """The words that reached the caller's ear; sounds by their address, tones as they are."""
    for entry in entries:
        if isinstance(entry.item, Heard) and entry.sid == sid:
            prompt = entry.item.prompt
            text = entry.item.text if prompt.text is not None else prompt.url or prompt.digits
            if text:
                yield text


def languages(entries: Sequence[Entry], sid: str) -> tuple[str, ...]:
    """In which the line spoke, each once: the voice's own, where its name tells, or the `language` of Say."""
    spoken = (entry.item.prompt for entry in entries if isinstance(entry.item, Heard) and entry.sid == sid)
    return tuple(dict.fromkeys(language for prompt in spoken if (language := _language(prompt))))


def _language(prompt: Prompt) -> str:
    voice = _LOCALE_OF_VOICE.match(prompt.voice or "")
    return str(voice[1]) if voice else prompt.language or ""


def parties(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The services that the application asked, each once."""
    return tuple(dict.fromkeys(entry.item.party for entry in entries if isinstance(entry.item, OutsideCall)))


def remarks(entries: Sequence[Entry], mask: Mask) -> Iterator[Remark]:
    """What the debugger showed, about dialled legs too."""
    for entry in entries:
        if isinstance(entry.item, Warned):
            warned = entry.item
            yield Remark(warned.code, warned.level, mask.text(warned.message), warned.line, warned.remedy)


def requests(entries: Sequence[Entry], mask: Mask, fault: str) -> Iterator[Request]:
    """The requests in the order of their answers; the first document met the webhook fault, if there was one."""
    asks = {entry.item.request: entry.item for entry in entries if isinstance(entry.item, Ask)}
    for entry in entries:
        match entry.item:
            case Replied() | Unreachable() | Fetched() as answer:
                ask = asks.get(answer.request)
                purpose: Purpose = "document" if ask is None else ask.purpose
                own = () if ask is None else ask.own
                for position, trip in enumerate(answer.trips):
                    is_last = position == len(answer.trips) - 1
                    body = answer.body if is_last and isinstance(answer, Replied) else b""
                    met = fault if purpose == "document" and position == 0 else ""
                    yield _request(entry, trip, "redirect" if position else purpose, own, mask, met, body)
                    fault = "" if met else fault
            case Told() as told:
                for trip in told.trips:
                    yield _request(entry, trip, "callback", (), mask, "")
            case _:
                continue


def _request(
    entry: Entry, trip: Trip, purpose: _Purpose, own: Sequence[str], mask: Mask, fault: str, body: bytes = b""
) -> Request:
    params: Mapping[str, str] = {name: value for name, value in trip.params.items() if name in own}
    return Request(
        trip.method,
        mask.text(Made(entry.at, trip).path),
        purpose,
        mask.params(params),
        trip.status,
        round(trip.latency, 4),
        mask.text(trip.error or ""),
        fault,
        mask.text(decoded(body)),
    )


def lines(
    first: Entry, entries: Sequence[Entry], notes: Sequence[Note], mask: Mask, names: Mapping[str, str]
) -> tuple[str, ...]:
    """The transcript of a stretch; `first` is the call's first entry, from which the seconds are counted.

    Of a stretch with very many documents only the first and the last ones are told.
    """
    answers = [position for position, entry in enumerate(entries) if isinstance(entry.item, Replied | Unreachable)]
    if len(answers) <= _MOST_DOCUMENTS:
        return _told(first, entries, notes, mask, names)
    begins, ends = answers[_FIRST_DOCUMENTS], answers[-1]
    left_out = f"{'':8}    … {len(answers) - _FIRST_DOCUMENTS - 1} documents more"
    last = [Note(note.after - ends, note.at, note.who, note.text) for note in notes if note.after > begins]
    return (
        *_told(first, entries[:begins], [note for note in notes if note.after <= begins], mask, names),
        left_out,
        *_told(first, entries[ends:], last, mask, names),
    )


def _told(
    first: Entry, entries: Sequence[Entry], notes: Sequence[Note], mask: Mask, names: Mapping[str, str]
) -> tuple[str, ...]:
    if entries and entries[0] is first:
        return transcript(entries, notes, mask, names=names)
    told = transcript([first, *entries], [_later(note) for note in notes], mask, names=names)
    return told[1:] if told[:1] == transcript([first], (), mask, names=names) else told


def _later(note: Note) -> Note:
    return Note(note.after + 1, note.at, note.who, note.text)
