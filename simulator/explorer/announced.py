"""Which keys a prompt announces: a small English grammar over the words, tunable by regular expressions.

Understood are a word such as "press" before keys ("press 1", "press star and then pound", "press 1 or 2", "dial zero"),
and a key before "for" ("1 for sales", "two for support"). Not understood: keys named in other languages, in sound
files, or only by number of digits ("enter your 6 digit code", which announces no key).
"""

import re
from collections.abc import Iterable, Sequence

_WORDS = {
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "star": "*", "asterisk": "*",
    "pound": "#", "hash": "#", "number sign": "#",
}  # fmt: skip
_ONE = r"(?:[0-9*#]|zero|one|two|three|four|five|six|seven|eight|nine|star|asterisk|pound|hash|number sign)"
_KEY = (
    rf"(?:the\s+)?(?:number\s+(?!sign)|key\s+|digit\s+)?{_ONE}(?![\w.-]*\d)(?!\s*[- ]?\s*digits?\b)(?:\s+(?:key|sign))?"
)
_THEN = r"\s*,?\s*(?:(?:and\s+)?then|followed\s+by|and)\s+"
_KEYS = rf"{_KEY}(?:{_THEN}{_KEY})*"
_OR = r"(?:\s*,\s*or\s+|\s+or\s+|\s*,\s+(?!(?:and|then|followed)\b))"
_LIST = rf"{_KEYS}(?:{_OR}{_KEYS})*"
_VERBS = r"(?:press(?:ing)?|dial|push|hit|touch|select|choose|type|enter)"

GRAMMAR: tuple[str, ...] = (
    rf"\b{_VERBS}\s+(?P<keys>{_LIST})(?!\w)",
    rf"(?<![\w.*#])(?P<keys>{_ONE})\s+for\b",
)
"""The patterns in use unless others are given; the group `keys` holds what is announced."""
_CHOICE = re.compile(_OR, re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_SINGLE = re.compile(_ONE, re.IGNORECASE)


def compiled(patterns: Sequence[str] = GRAMMAR) -> tuple[re.Pattern[str], ...]:
    """The patterns, ready; raises ValueError for one without a group named `keys`, or that is none."""
    ready = []
    for pattern in patterns:
        try:
            one = re.compile(pattern, re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        if "keys" not in one.groupindex:
            raise ValueError(f"{pattern!r} has no group (?P<keys>…) for what is announced")
        ready.append(one)
    return tuple(ready)


ENGLISH = compiled()


def announced(prompts: Iterable[str], patterns: Sequence[re.Pattern[str]] = ENGLISH) -> tuple[str, ...]:
    """The keys (or rows of keys, such as `*#`) that the prompts announce, in order, each once."""
    found: dict[str, None] = {}
    for prompt in prompts:
        for pattern in patterns:
            for match in pattern.finditer(prompt):
                for choice in _CHOICE.split(match["keys"]):
                    keys = "".join(_as_key(each) for each in _SINGLE.findall(choice))
                    if keys:
                        found[keys] = None
    return tuple(found)


def announcing(prompts: Iterable[str], patterns: Sequence[re.Pattern[str]] = ENGLISH) -> tuple[str, ...]:
    """The sentences that announce keys: what stays the same however often a menu is read out."""
    sentences = (part.strip() for prompt in prompts for part in _SENTENCE.split(prompt))
    return tuple(each for each in sentences if announced([each], patterns))


def _as_key(word: str) -> str:
    return _WORDS.get(word.lower(), word)
