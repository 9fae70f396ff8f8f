"""What did happen that comes nearest to what a script expected, in one sentence each. Judges nothing."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from simulator.callers.handset import composed, folded
from simulator.callers.script.script import Placed
from simulator.errors import SimulatorError
from simulator.operator.journal import Entry
from simulator.timeline.record import CallRecord, DialledLeg, Request
from simulator.vocabulary import Heard, Warned

_SHOWN = 200
_LATEST = 200
"""So many prompts or requests, the latest ones, are compared; a call that went on for hours has more."""


class MissedError(SimulatorError):
    """A step did not hold: why, what came nearest, and which step it was if not the one that runs."""

    def __init__(self, reason: str, nearest: str = "", *, step: Placed | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.nearest = nearest
        self.step = step


def standing(record: CallRecord) -> str:
    """Where the call stands."""
    if record.ended is not None:
        return f"the call had ended ({ending_of(record)})"
    if record.other is not None:
        return f"the call was joined to {_other_of(record)}"
    if record.conference is not None:
        return f"the call was in the conference {record.conference.name!r}"
    if record.listening is None:
        return (
            "the call could not go on" if record.queue is None else f"the call was in the queue {record.queue.name!r}"
        )
    if record.listening.verb == "Record":
        return "the call was being recorded"
    takes = " or ".join(
        what for what, is_taken in (("keys", record.listening.keys), ("speech", record.listening.speech)) if is_taken
    )
    return f"the call was waiting for {takes}"


def _other_of(record: CallRecord) -> str:
    """Name the party that the call is joined to: one that it has dialled, or that has dialled it or its queue."""
    return next((leg.called for leg in record.dialled if leg.sid == record.other), "another call")


def ending_of(record: CallRecord) -> str:
    """How the call ended in a script's words; a status other than completed says more than the ending, so both show."""
    if record.ended is None:
        return "still up"
    ended = record.ended
    return ended.ending if ended.status == "completed" else f"{ended.ending}, {ended.status}"


def near_words(words: str, record: CallRecord, *, passed: int | None = None) -> str:
    """The prompt most like these words; `passed` is the index of a prompt that has them, but was passed already."""
    spoken = [(entry, prompt) for entry, prompt in _prompts(record) if prompt.text is not None]
    if passed is not None:
        entry = record.heard[passed]
        return f"{_at(record, began(entry))} it was heard, before what was heard last: hear moves forward only"
    for entry, prompt in spoken:
        if prompt.is_cut and folded(words) in folded(prompt.prompt.text or ""):
            return f"{_at(record, entry.at)} that prompt was cut off after {quoted(prompt.text or '')}"
    if not spoken:
        return "nothing was spoken"
    parts = _prompts_with(folded(words), [prompt.text or "" for _, prompt in spoken])
    if parts:
        return f"the words lie in {len(parts)} prompts, not in one: look for {' and '.join(map(quoted, parts))} apart"
    best = max(spoken[-_LATEST:], key=lambda each: _likeness(words, each[1].text or ""))
    text, cut = best[1].text or "", ", cut off there" if best[1].is_cut else ""
    return f"{_at(record, best[1].began)} {quoted(_around(words, text))}{cut}"


def _prompts_with(wanted: str, texts: Sequence[str]) -> Sequence[str]:
    """The fewest prompts, one after the other, that say this together; none where they do not."""
    ends, said = [], ""
    for text in texts:
        said = f"{said} {folded(text)}" if said else folded(text)
        ends.append(len(said))
    start = said.find(wanted)
    if start < 0:
        return ()
    first, last = bisect_right(ends, start), bisect_left(ends, start + len(wanted))
    return texts[first : last + 1]


def last_words(record: CallRecord) -> str:
    """What was spoken last."""
    spoken = [prompt for _, prompt in _prompts(record) if prompt.text]
    return f"{_at(record, spoken[-1].began)} {quoted(spoken[-1].text or '')} was spoken last" if spoken else ""


def near_sound(part: str, record: CallRecord) -> str:
    """The sound whose URL is most like this."""
    sounds = [(prompt.began, prompt.prompt.url) for _, prompt in _prompts(record) if prompt.prompt.url]
    if not sounds:
        return "no sound was played"
    at, url = max(sounds[-_LATEST:], key=lambda sound: _likeness(part, sound[1] or ""))
    return f"{_at(record, at)} {url} was played"


def near_tones(record: CallRecord) -> str:
    """The tones that were played."""
    tones = [prompt.prompt.digits for _, prompt in _prompts(record) if prompt.prompt.digits]
    return f"tones played: {', '.join(tones)}" if tones else "no tones were played"


def near_warning(record: CallRecord) -> str:
    """The warnings there were."""
    return "; ".join(map(warning_shown, record.warnings)) or "there were no warnings"


def warning_shown(warning: Warned) -> str:
    """`12200 (line 3) the document breaks …`; the simulator's own have no code."""
    line = f" (line {warning.line})" if warning.line is not None else ""
    return f"{warning.code or 'simulator'}{line} {warning.message}"


def near_leg(
    number: str | None, wanted: Mapping[str, str], record: CallRecord, *, passed: DialledLeg | None = None
) -> str:
    """Tell who was dialled instead: the most similar one, with its differences and its end."""
    if passed is not None:
        return f"{passed.called} was dialled before the one found last: expect_dial moves forward only"
    if not record.dialled:
        return near_warning(record) if record.warnings else "" if number is None else "nobody was dialled"
    facts = [(leg, {**leg.dialling.attributes, **leg.dialling.given, "number": leg.called}) for leg in record.dialled]
    pairs = [*wanted.items(), *([] if number is None else [("number", number)])]
    leg, best = max(facts, key=lambda each: _agreement(pairs, each[1]))
    differing = [f"{name} was {best.get(name, '')!r}" for name, value in wanted.items() if best.get(name) != value]
    end = "" if leg.ended is None else f", which ended: {leg.ended.status}"
    return "; ".join((f"{leg.called} was dialled{end}", *differing))


def near_room(wanted: Mapping[str, str], record: CallRecord) -> str:
    """The conference the call is in, and where its terms differ."""
    if record.conference is None:
        return ""
    terms = record.conference.attributes
    differing = [f"{name} was {terms.get(name, '')!r}" for name, value in wanted.items() if terms.get(name) != value]
    return "; ".join((f"it was in the conference {record.conference.name!r}", *differing))


def near_request(
    wanted: Iterable[tuple[str, str]], absent: Iterable[str], record: CallRecord, *, passed: Request | None = None
) -> str:
    """The request that agrees with most of what was wanted (pairs of name and value), and where it differs."""
    if passed is not None:
        return f"{_at(record, passed.at)} it was made, before the one found last: expect_request moves forward only"
    if not record.requests:
        return "there were no requests"
    pairs = list(wanted)
    best = max(record.requests[-_LATEST:], key=lambda request: _agreement(pairs, facts_of(request)))
    facts = facts_of(best)
    differing = [
        f"{name} was {_value(facts.get(name))}, not {value!r}"
        for name, value in pairs
        if composed(facts.get(name, "")) != composed(value)
    ]
    differing += [f"{name} was there" for name in absent if name in best.trip.params]
    differences = f": {'; '.join(differing)}" if differing else ""
    return f"{_at(record, best.at)} {best.trip.method} {best.path}{differences}"


def facts_of(request: Request) -> Mapping[str, str]:
    """What a script may ask of a request, by name; parameters by their own names."""
    return {**request.trip.params, "method": request.trip.method, "path": request.path}


def began(entry: Entry) -> float:
    """When a prompt began."""
    return entry.item.began if isinstance(entry.item, Heard) else entry.at


def quoted(text: str) -> str:
    """In quotation marks, not too long."""
    return f'"{text if len(text) <= _SHOWN else text[:_SHOWN] + "…"}"'


def _prompts(record: CallRecord) -> list[tuple[Entry, Heard]]:
    return [(entry, entry.item) for entry in record.heard if isinstance(entry.item, Heard)]


def _at(record: CallRecord, moment: float) -> str:
    return f"at {moment - record.began:.1f} s"


def _value(value: str | None) -> str:
    return "missing" if value is None else repr(value)


def _agreement(wanted: Sequence[tuple[str, str]], facts: Mapping[str, str]) -> float:
    return sum(SequenceMatcher(None, value, facts.get(name, "")).ratio() for name, value in wanted)


def _likeness(words: str, text: str) -> float:
    return max((_ratio(words, part) for part in _windows(words, text)), default=0.0)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, folded(one), folded(other)).ratio()


def _windows(words: str, text: str) -> list[str]:
    """Pieces of the text with as many words as are looked for."""
    size, found = max(len(words.split()), 1), text.split()
    return [" ".join(found[start : start + size]) for start in range(max(len(found) - size, 0) + 1)]


def _around(words: str, text: str) -> str:
    """The text, or what stands around its likeliest piece when it is long."""
    if len(text) <= _SHOWN:
        return text
    piece = max(_windows(words, text), key=lambda part: _ratio(words, part))
    start = max(" ".join(text.split()).find(piece) - _SHOWN // 3, 0)
    return f"{'…' if start else ''}{' '.join(text.split())[start : start + _SHOWN]}"
