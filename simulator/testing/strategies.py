"""Hypothesis strategies for phone calls: who calls, what they type and say, and what an application may answer.

Needs Hypothesis (`pip install hypothesis`). Nothing here makes a call; `machine.py` does.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from simulator.twiml.attributes import AttributeSpec, Finding, InvalidValueError, anything, attributes_of
from simulator.twiml.parse import parse
from simulator.verbs.dial.dial import NOUNS
from simulator.verbs.stream.noun import Stream
from simulator.verbs.table import VERBS
from simulator.vocabulary import Listening

KEYS = "0123456789*#"
WITHHELD = "anonymous"
"""What Twilio says `From` is when the caller hides their number (one of several such words, confidence M)."""
_LONGEST_ENTRY = 10

# ---------------------------------------------------------------- callers


def callers(*countries: str, may_withhold: bool = False) -> st.SearchStrategy[str]:
    """E.164 numbers that belong to a country; to one of these ISO codes when any are given.

    `may_withhold` adds callers who hide their number.
    """
    for country in countries:
        if _example(country, is_mobile=False) is None:
            raise ValueError(f"no phone numbers are known for a country {country!r}: give ISO codes such as US or DE")
    known = st.sampled_from(countries) if countries else st.deferred(lambda: st.sampled_from(_countries()))
    numbers = st.builds(_number, known, st.booleans(), st.integers(0, 9999))
    return numbers | st.just(WITHHELD) if may_withhold else numbers


@cache
def _countries() -> tuple[str, ...]:
    """Those of which an example is known, the United States first: failures shrink towards them."""
    import phonenumbers

    regions = sorted(phonenumbers.SUPPORTED_REGIONS, key=lambda region: (region != "US", region))
    return tuple(region for region in regions if _example(region, is_mobile=False) is not None)


@cache
def _example(country: str, *, is_mobile: bool) -> Any:  # phonenumbers' own type
    import phonenumbers

    kind = phonenumbers.PhoneNumberType.MOBILE if is_mobile else phonenumbers.PhoneNumberType.FIXED_LINE
    return phonenumbers.example_number_for_type(country, kind) or phonenumbers.example_number(country)


def _number(country: str, is_mobile: bool, last: int) -> str:
    """The country's example with other last digits, where that is a number of the same country; else the example."""
    import phonenumbers

    example = _example(country, is_mobile=is_mobile)
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    other = f"{e164[:-4]}{last:04}"
    parsed = phonenumbers.parse(other)
    is_there = phonenumbers.is_valid_number(parsed) and phonenumbers.region_code_for_number(parsed) == country
    return other if is_there else e164


# ---------------------------------------------------------------- what a caller does


def keys(min_size: int = 1, max_size: int = _LONGEST_ENTRY) -> st.SearchStrategy[str]:
    """Any keys of a phone, one after the other."""
    return st.text(KEYS, min_size=min_size, max_size=max_size)


def entries(listening: Listening, announced: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    """What a caller may type at this Gather or Record: mostly what is offered, or as many digits as it takes.

    Too few digits and the key that finishes it early are among them.
    """
    most = listening.num_digits or _LONGEST_ENTRY
    finish = listening.finish_on_key if listening.verb == "Gather" else listening.finish_on_key[:1]
    plain = "".join(key for key in KEYS if key != finish)
    options = [st.text(plain, min_size=most, max_size=most)]
    if listening.verb == "Record" and finish:
        return st.sampled_from(listening.finish_on_key)
    if announced:
        options.insert(0, st.sampled_from(announced))
    if listening.num_digits != 1:
        options.append(st.text(plain, max_size=most - 1).map(lambda digits: digits + finish or plain[0]))
        options += [st.just("*" + finish)] if finish != "*" else []  # where nobody expects it
    elif finish:
        options.append(st.just(finish))
    return st.one_of(options)


_SPOKEN = (
    "yes", "no", "hello", "account", "balance", "support", "agent", "sales", "billing", "help", "repeat", "main",
    "menu", "please", "my", "the", "one", "two", "three", "seven", "nine", "what", "goodbye", "o'clock", "1", "42",
    "äh", "Müller", "?",
)  # fmt: skip


def speech(*phrases: str) -> st.SearchStrategy[str]:
    """What a recogniser may have understood: these phrases when any are given, and ordinary words in any order."""
    words = st.lists(st.sampled_from(_SPOKEN), min_size=1, max_size=6).map(" ".join)
    return st.sampled_from(phrases) | words if phrases else words


# ---------------------------------------------------------------- documents


def twiml(*verbs: str, max_verbs: int = 4) -> st.SearchStrategy[str]:
    """Documents with which the debugger finds nothing wrong; of these verbs, or of all that are simulated."""
    unknown = [verb for verb in verbs if verb not in VERBS]
    if unknown:
        raise ValueError(f"<{unknown[0]}> is not a verb; there are {', '.join(VERBS)}")
    names = verbs or tuple(name for name, kind in VERBS.items() if kind.is_simulated)
    return st.lists(st.sampled_from(names).flatmap(_verb), max_size=max_verbs).map(_document)


def broken_twiml() -> st.SearchStrategy[str]:
    """The same with one slip: a typo in a verb or attribute, an impossible value, XML that is none, another format.

    Twilio's debugger has something to say about each of them.
    """
    typos = st.builds(_misspelt, st.sampled_from(sorted(VERBS)))
    attributes = st.sampled_from(
        [
            '<Gather numDigit="1"/>',
            '<Gather numDigits="0"/>',
            '<Gather timeout="soon"/>',
            '<Gather finishonkey="#"/>',
            '<Gather input="keys"/>',
            '<Say voice="robot">hello</Say>',
            '<Pause length="a while"/>',
            '<Record maxLength="1"/>',
            '<Redirect method="PUT">/voice</Redirect>',
            '<Dial timeout="4">+13125550100</Dial>',
            "<Gather><Dial>+13125550100</Dial></Gather>",
        ]
    )
    slips = st.tuples(twiml(), typos | attributes).map(
        lambda two: two[0].replace("</Response>", f"{two[1]}</Response>")
    )
    whole = st.sampled_from(["", "OK", "null", '{"say": "hello"}', "<html><body>404</body></html>", "<response/>"])
    return slips | st.builds(_spoilt, twiml(), st.sampled_from(tuple(_SPOILING))) | whole


_SPOILING: Mapping[str, tuple[str, str]] = {
    "ampersand": ("</Response>", "<Say>Fish & chips</Say></Response>"),
    "not closed": ("</Response>", "<Say>hello</Response>"),
    "cut off": ("</Response>", ""),
    "two roots": ("</Response>", "</Response><Response/>"),
    "wrong root": ("Response>", "Respond>"),
    "white space before the declaration": ("<?xml", "\n<?xml"),
    "document type": ("<Response>", "<!DOCTYPE Response><Response>"),
    "unknown entity": ("</Response>", "<Say>caf&eacute;</Say></Response>"),
}


def _spoilt(document: str, how: str) -> str:
    return document.replace(*_SPOILING[how])


def _misspelt(verb: str) -> str:
    """Two letters in the wrong order, as fingers do."""
    wrong = verb[:1] + verb[2] + verb[1] + verb[3:] if len(verb) > 2 and verb[1] != verb[2] else f"{verb}s"
    return f"<{wrong}/>"


def _document(verbs: list[str]) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Response>{"".join(verbs)}</Response>'


@cache
def _verb(name: str) -> st.SearchStrategy[str]:
    return _element(name, VERBS[name].data).map(lambda element: _agreeing(name, element))


def _agreeing(name: str, element: str) -> str:
    """The element, without any attributes where they do not go together, such as timeout="auto" without speech."""
    findings: list[Finding] = []
    VERBS[name].read(parse(element.encode()), findings)
    return re.sub(r"<(\w+)[^>]*?(/?)>", r"<\1\2>", element) if findings else element


@cache
def _element(name: str, data: type) -> st.SearchStrategy[str]:
    attributes = st.fixed_dictionaries({}, optional={spec.xml: _values(spec) for spec in attributes_of(data)})
    content = _CONTENTS.get(name, lambda: st.just(""))()
    few = attributes.map(lambda given: dict(list(given.items())[:3]))
    return st.tuples(few, content).map(lambda two: _written(name, *two))


def _written(name: str, attributes: Mapping[str, str], content: str) -> str:
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


_CANDIDATES = (
    *map(str, (1, 2, 3, 5, 0, 6, 10, 20, 30, 60, 100, 250, 600, 1000, 2400, 3000, 14400)), "auto",
    "true", "false", "GET", "POST", "#", "*", "", "dtmf", "speech", "dtmf speech", "busy", "rejected",
    "en-US", "de-DE", "fr-CA", "man", "woman", "alice", "Polly.Joanna", "Polly.Joanna-Neural", "Google.en-US-Wavenet-A",
    "default", "numbers_and_commands", "phone_call", "experimental_conversations", "deepgram_nova-2", "yes, no",
    "trim-silence", "do-not-trim", "do-not-record", "record-from-answer", "record-from-ringing", "record-from-start",
    "record-from-answer-dual", "record-from-ringing-dual", "inbound", "outbound", "both", "automatic", "us", "de-old",
    "onEnter", "onExit", "small", "medium", "large", "off", "us1", "ie1", "Enable", "DetectMessageEnd",
    "inbound_track", "outbound_track", "both_tracks", "initiated ringing", "answered", "completed", "absent",
    "in-progress completed", "start end", "join leave", "1234", "12w3#", "CA" + "0" * 32, "customer",
    "visa", "mastercard", "credit-card", "one-time", "reusable", "consumer-checking", "security-code", "timeout",
)  # fmt: skip
"""What attributes may say; each takes those of them that its own reader accepts."""
_URLS = ("/voice", "/next", "menu?step=2", "https://app.example/other")
_NUMBERS = ("+13125550100", "+442071838750")


@cache
def _accepted(spec: AttributeSpec) -> tuple[str, ...]:
    return tuple(each for each in _CANDIDATES if _is_accepted(spec, each))


def _is_accepted(spec: AttributeSpec, text: str) -> bool:
    try:
        spec.read(text)
    except InvalidValueError:
        return False
    return True


def _values(spec: AttributeSpec) -> st.SearchStrategy[str]:
    """Texts that this attribute takes; where it takes anything, of the kind that its name asks for."""
    if spec.xml == "language":  # whose reader judges the shape only
        return st.sampled_from(["en-US", "de-DE", "fr-CA"])
    if spec.read is not anything:
        return st.sampled_from(_accepted(spec))
    name = spec.xml.lower()
    if name == "action" or name.endswith(("url", "callback")):
        return st.sampled_from(_URLS)
    return st.sampled_from(_NUMBERS if name in ("to", "from", "callerid") else ("one", "another"))


_PLAIN = st.text("ab 1.,!?&<>\"'éß漢\u202e\N{PILE OF POO}", max_size=12)


def _words() -> st.SearchStrategy[str]:
    """Never empty: there must be something to say."""
    return st.builds(lambda words, more: escape(f"{words}{more}"), speech(), _PLAIN)


def _prompts() -> st.SearchStrategy[str]:
    nested = (_element(name, VERBS[name].data) for name in ("Say", "Pause"))
    sound = st.just("<Play>https://app.example/hello.mp3</Play>")
    return st.lists(st.one_of(*nested, sound), max_size=3).map("".join)


def _whom() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(_NUMBERS), *(_element(name, NOUNS[name]) for name in NOUNS if name != "Uri"))


def _stream() -> st.SearchStrategy[str]:
    return _element("Stream", Stream)


_CONTENTS = {
    "Say": _words,
    "Play": lambda: st.just("https://app.example/hello.mp3"),
    "Gather": _prompts,
    "Redirect": lambda: st.sampled_from(_URLS),
    "Sms": _words,
    "Message": _words,
    "Enqueue": lambda: st.sampled_from(["support", "sales"]),
    "Dial": _whom,
    "Number": lambda: st.sampled_from(_NUMBERS),
    "Client": lambda: st.just("jane"),
    "Sip": lambda: st.just("sip:jane@example.com"),
    "Conference": lambda: st.sampled_from(["room", "standup"]),
    "Queue": lambda: st.sampled_from(["support", "sales"]),
    "Connect": _stream,
    "Start": _stream,
    "Stop": _stream,
}
