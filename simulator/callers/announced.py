"""The keys that a prompt offers: "press 1", "for sales dial two", "press star or 9". English only; understands no more.

A sentence it does not know offers nothing, so that whoever asks must not take silence for a promise.
"""

import re

_WORDS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "star": "*", "asterisk": "*", "pound": "#", "hash": "#",
}  # fmt: skip
_KEY = rf"(?:[0-9](?![0-9])|[*#]|(?:{'|'.join(_WORDS)})\b)"
_NO_COUNT = r"(?!\s*-?\s*(?:digits?|numbers?|characters?|times?|keys)\b)"
_VERB = r"\b(?:press(?:ing)?|dial(?:l?ing)?|push|hit|touch|enter(?:ing)?|type|select|choose|use|say or press)"
_ARTICLE = r"\s+(?:the\s+)?(?:(?:number|digit|key|button)\s+)?[\"'“”]?"
_WHAT_FOR = r"(?:\s+(?:key|sign|button|for [\w ]{1,40}?))?"
_BETWEEN = rf"[\"'“”]?{_WHAT_FOR}(?:\s*,\s*(?:or|and)?|\s+or|\s+and|\s*/)\s+[\"'“”]?(?:press\s+)?"
_RANGE = r"\s*(?:to|through|–|-)\s*"
_OFFER = re.compile(rf"{_VERB}{_ARTICLE}({_KEY}(?:{_RANGE}{_KEY}|(?:{_BETWEEN}{_KEY})*)){_NO_COUNT}", re.IGNORECASE)
_ONE = re.compile(_KEY, re.IGNORECASE)
_FROM_TO = re.compile(rf"({_KEY}){_RANGE}({_KEY})", re.IGNORECASE)


def announced(words: str) -> tuple[str, ...]:
    """The single keys that these words invite to press, each once, in the order they are named."""
    keys: dict[str, None] = {}
    for offer in _OFFER.finditer(words):
        span = _FROM_TO.fullmatch(offer[1])
        found = [_key(each[0]) for each in _ONE.finditer(offer[1])]
        if span is not None and "".join(found).isdigit() and found[0] < found[-1]:
            found = [str(key) for key in range(int(found[0]), int(found[-1]) + 1)]
        keys |= dict.fromkeys(found)
    return tuple(keys)


def _key(word: str) -> str:
    return _WORDS.get(word.lower(), word)
