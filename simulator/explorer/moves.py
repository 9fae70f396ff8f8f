"""Which moves a place in a call offers: what a caller could do there. Makes none of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from simulator.callers.script.variables import SMS_CODE
from simulator.explorer.announced import ENGLISH, announced
from simulator.explorer.tree import Input, Move, StateKind
from simulator.twiml.parse import Element, NotWellFormedError, parse

RIGHT_CODE = f"${{{SMS_CODE}}}"
SECONDS_OF_TALK = "5"
SECONDS_TO_WAIT = "60"
_USUAL_LENGTH = 6
_LONGEST = 20
"""No caller is made to type more keys than this, whatever numDigits says."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What callers try: `codes` are codes known to be right, `words` what they say where an application listens."""

    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ENGLISH


@dataclass(frozen=True, slots=True)
class Offer:
    """What the moves of a place depend on, besides its kind.

    `code`: the length of the newest code that was delivered to the caller, 0 without one. `choices`: the push that
    waits wants a number. `hints` are those of the Gather.
    """

    input: Input | None = None
    heard: tuple[str, ...] = ()
    code: int = 0
    choices: bool = False
    hints: tuple[str, ...] = ()


def moves_at(kind: StateKind, offer: Offer, habits: Habits) -> tuple[Move, ...]:
    """Every move, in a fixed order, none twice; hanging up comes last."""
    moves = {move.key: move for move in _moves(kind, offer, habits)}
    return tuple(moves.values())


def _moves(kind: StateKind, offer: Offer, habits: Habits) -> Iterator[Move]:
    match kind:
        case "gather":
            assert offer.input is not None
            yield from _gather(offer.input, offer, habits)
        case "record":
            yield Move("talk", SECONDS_OF_TALK, f"talk for {SECONDS_OF_TALK} s")
            yield Move("talk", "0", "say nothing")
        case "push":
            yield from _push(offer)
        case "ringing":
            for outcome in ("answered", "busy", "no-answer", "failed"):
                yield Move("callee", outcome, f"the called party: {outcome}")
        case "talking":
            yield Move("callee", "hangup", "the called party hangs up")
        case "stream":
            for words in habits.words or ("hello",):
                yield Move("speech", words, f'say "{words}"')
            yield Move("wait", SECONDS_TO_WAIT, f"wait {SECONDS_TO_WAIT} s")
        case "room":
            yield Move("wait", SECONDS_TO_WAIT, f"wait {SECONDS_TO_WAIT} s")
        case "start" | "endless" | "stuck" | "ended":
            return
    yield Move("hangup", label="hang up")


def _gather(listens: Input, offer: Offer, habits: Habits) -> Iterator[Move]:
    if listens.keys:
        yield from _keys(listens, announced(offer.heard, habits.patterns), offer.code, habits.codes)
    if listens.speech:
        for words in dict.fromkeys((*offer.hints, *habits.words)) or ("hello",):
            yield Move("speech", words, f'say "{words}"')
    yield Move("silence", label="say nothing" if listens.speech else "press nothing", is_wrong=True)


def _keys(listens: Input, told: Sequence[str], code: int, codes: Sequence[str]) -> Iterator[Move]:
    """A Gather for one key is a menu, for a fixed number of them a code, without a number it may be either."""
    if listens.num_digits == 1:
        yield from (Move("keys", key, f"press {key}") for key in "1234567890*#")
        return
    is_menu = bool(told) and listens.num_digits is None and not code
    if is_menu:
        yield from (Move("keys", keys, f"press {keys}") for keys in dict.fromkeys((*told, *"1234567890*#")))
        return
    yield from _codes(listens, code, codes)
    for keys in told:
        yield Move("keys", keys, f"press {keys}", is_wrong=True)
    if listens.num_digits is None:
        yield from (Move("keys", key, f"press {key}", is_wrong=True) for key in "1234567890")
    if listens.finish_on_key != "*":
        yield Move("keys", "*", "press *", is_wrong=True)


def _codes(listens: Input, code: int, codes: Sequence[str]) -> Iterator[Move]:
    end, most = listens.finish_on_key, listens.num_digits
    if code:
        yield Move("keys", RIGHT_CODE + _end(code, end, most), "enter the right code")
    for given in codes:
        yield Move("keys", given + _end(len(given), end, most), "enter a code that was given")
    length = min(most or code or (len(codes[0]) if codes else _USUAL_LENGTH), _LONGEST)
    wrong = next(digit * length for digit in "0987654321" if digit * length not in codes)
    yield Move("keys", wrong + _end(length, end, most), "enter a wrong code", is_wrong=True)
    if length > 1:
        yield Move("keys", "7", "enter too few digits", is_wrong=True)
    if end:
        yield Move("keys", end, f"press {end} alone", is_wrong=True)


def _end(length: int, end: str, most: int | None) -> str:
    """The key that ends an entry of that length, where nothing else does before the timeout."""
    return end if end and (most is None or length < most) else ""


def _push(offer: Offer) -> Iterator[Move]:
    yield Move("push", "approve", "approve the push")
    if offer.choices:
        yield Move("push", "approve-wrong", "tap a wrong number", is_wrong=True)
    yield Move("push", "deny", "deny the push", is_wrong=True)
    yield Move("push", "ignore", "leave the push alone", is_wrong=True)


def hints_in(document: bytes) -> tuple[str, ...]:
    """The hints of every Gather in a document, each once; nothing for what is not XML."""
    try:
        root = parse(document)
    except NotWellFormedError:
        return ()
    return tuple(dict.fromkeys(_phrases(each.attributes.get("hints", "") for each in _elements(root))))


def _elements(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        yield from _elements(child)


def _phrases(hints: Iterable[str]) -> Iterator[str]:
    for hint in hints:
        for phrase in hint.split(","):
            if phrase.strip() and not phrase.strip().startswith("$"):  # Twilio's class tokens ($OOV…) are not words
                yield phrase.strip()
