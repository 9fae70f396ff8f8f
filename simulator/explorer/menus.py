"""Which menus calls have met and what was done there, read from a journal; a menu is a Gather as a caller knows it.

Told apart by the path of its document and by what it says: the sentences that announce keys, or all its words, with
numbers of two digits and more left out, for they change from call to call. Names in the words do not count as such.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from simulator.explorer.announced import announced, announcing
from simulator.operator.journal import Entry
from simulator.operator.masking import LEAST
from simulator.twiml.parse import Element, NotWellFormedError, parse
from simulator.vocabulary import Ended, Listening, Pressed, Replied, Spoke, StoppedListening, Updated

SILENCE, SPEECH, CODE, HANGUP = "silence", "speech", "code", "hang-up"
"""What can be done besides pressing keys; a code is four keys or more, which are never told."""
_NUMBER = re.compile(r"\d[\d.,]*\d")
_UPDATED = "(updated call)"


@dataclass(frozen=True, slots=True)
class Menu:
    """A Gather. `options` are what a caller could be expected to do: the announced keys, speech, a code, silence."""

    path: str
    prompt: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """A caller was there and did this: keys, one of the words above, or nothing yet (empty)."""

    menu: Menu
    taken: str


@dataclass(slots=True)
class _Call:
    """Where one call stands."""

    path: str = ""
    gathers: list[tuple[str, ...]] = field(default_factory=list)  # what is said in and right before each, in order
    menu: Menu | None = None
    finish: str = ""
    keys: str = ""
    has_spoken: bool = False


def visits(entries: Sequence[Entry]) -> Iterator[Visit]:
    """What was done at the menus of all calls, in the order it was over."""
    calls: dict[str, _Call] = {}
    for entry in entries:
        call = calls.setdefault(entry.sid, _Call())
        match entry.item:
            case Replied(url=url, body=body):
                call.path, call.gathers = urlsplit(url).path or "/", list(_gathers(body))
            case Updated(twiml=str() as twiml):
                call.path, call.gathers = _UPDATED, list(_gathers(twiml.encode()))
            case Listening(verb="Gather") as listening:
                said = call.gathers.pop(0) if call.gathers else ()
                call.menu, call.finish = _menu(call.path, said, listening), listening.finish_on_key
                call.keys, call.has_spoken = "", False
            case Pressed(key=key) if call.menu is not None:
                call.keys += key
            case Spoke() if call.menu is not None:
                call.has_spoken = True
            case StoppedListening() if call.menu is not None:
                yield Visit(call.menu, _taken(call))
                call.menu = None
            case Ended() if call.menu is not None:
                yield Visit(call.menu, HANGUP)
                call.menu = None
    yield from (Visit(call.menu, "") for call in calls.values() if call.menu is not None)


def _menu(path: str, said: tuple[str, ...], listening: Listening) -> Menu:
    offered = announced(said) if listening.keys else ()
    is_menu = any(len(keys) == 1 for keys in offered)
    takes_code = listening.keys and (not is_menu or (listening.num_digits or 0) >= LEAST)
    options = [*offered, *([CODE] if takes_code else []), *([SPEECH] if listening.speech else []), SILENCE]
    words = " ".join(" ".join(announcing(said) or said).split())
    return Menu(path, _NUMBER.sub("…", words), tuple(options))


def _taken(call: _Call) -> str:
    """The keys without the one that finished them, unless that was all."""
    if call.has_spoken and not call.keys:
        return SPEECH
    if not call.keys:
        return SILENCE
    assert call.menu is not None
    if call.keys in call.menu.options:
        return call.keys
    keys = call.keys.removesuffix(call.finish) if call.finish else call.keys
    return CODE if len(keys) >= LEAST else keys or call.keys


def _gathers(body: bytes) -> Iterator[tuple[str, ...]]:
    """For each Gather what is said since the one before it; Twilio runs a document from top to bottom."""
    try:
        root = parse(body)
    except NotWellFormedError:
        return
    said: list[str] = []
    for verb in root.children:
        if verb.name == "Say":
            said.append(_words(verb))
        elif verb.name == "Gather":
            said += [_words(child) or child.name for child in verb.children if child.name in ("Say", "Play")]
            yield tuple(said)
            said = []


def _words(element: Element) -> str:
    parts = (part if isinstance(part, str) else _words(part) for part in element.content)
    return " ".join(" ".join(parts).split())
