"""Which keys a prompt announces, and what for: a small English grammar, replaceable by regular expressions.

Understood are a word such as "press" before keys ("press 1", "press star and then pound", "press 1 or 2", "dial zero",
"press 1 through 5", "press a number from 1 to 5"), a key before "for" ("1 for sales", "two for support") and, later in
a list, a key before "to" and "if" (", 3 to leave a message"). Not understood: keys named in other languages, in sound
files, or only by number of digits ("enter your 6 digit code", which announces no key).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

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
_RANGE = rf"{_ONE}(?:\s*[-–]\s*|\s+(?:to|thru|through)\s+){_KEY}"
_BETWEEN = rf"between\s+{_ONE}\s+and\s+{_KEY}"
_OR = r"(?:\s*,\s*or\s+|\s+or\s+|\s*,\s+(?!(?:and|then|followed)\b))"
_PART = rf"(?:{_RANGE}|{_KEYS})"
_LIST = rf"{_PART}(?:{_OR}{_PART})*"
_VERBS = r"(?:press(?:ing)?|dial|push|hit|touch|select|choose|type|enter)"

GRAMMAR: tuple[str, ...] = (
    rf"\b{_VERBS}\s+(?P<keys>{_LIST})(?!\w)",
    rf"\b{_VERBS}\s+(?:a|any|one)\s+(?:number|digit|key)\s+(?:from\s+)?(?P<keys>{_RANGE}|{_BETWEEN})(?!\w)",
    rf"(?<![\w.*#])(?P<keys>{_ONE})(?:\s+key|\s+sign)?\s+for\b",
    rf"(?:,|;|\bor|\band)\s+(?P<keys>{_ONE})\s+(?:to|if)\b(?!\s+{_ONE})",
)
"""The patterns in use unless others are given; the group `keys` holds what is announced."""
_CHOICE = re.compile(_OR, re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_SINGLE = re.compile(_ONE, re.IGNORECASE)
_FROM_TO = re.compile(rf"{_RANGE}|{_BETWEEN}", re.IGNORECASE)
_UPWARDS, _AS_LAID_OUT = "0123456789", "1234567890"
_REASON = re.compile(r"\s*(?:for|to|if|when|in order)\b", re.IGNORECASE)
"""Words that say what the key before them is for; other sentences say it before the key."""


def compiled(patterns: Sequence[str] = GRAMMAR) -> tuple[re.Pattern[str], ...]:
    """The patterns, ready; raises ValueError for one without a group named `keys`, or that is none."""
    ready = []
    for pattern in patterns:
        try:
            one = re.compile(pattern, re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
        if "keys" not in one.groupindex:
            raise ValueError(f"{pattern!r} has no group (?P<keys>…) for what is announced")
        ready.append(one)
    return tuple(ready)


ENGLISH = compiled()


def announced(prompts: Iterable[str], patterns: Sequence[re.Pattern[str]] = ENGLISH) -> tuple[str, ...]:
    """The keys (or rows of keys, such as `*#`) that the prompts announce, in order, each once."""
    return tuple(dict.fromkeys(keys for keys, _ in _offers(prompts, patterns)))


def purposes(prompts: Iterable[str], patterns: Sequence[re.Pattern[str]] = ENGLISH) -> Mapping[str, str]:
    """What the prompts say each of those keys is for: "To hear this again" before it, or "for sales" after it."""
    told: dict[str, str] = {}
    for keys, words in _offers(prompts, patterns):
        told[keys] = f"{told[keys]} {words}" if keys in told else words
    return told


def announcing(prompts: Iterable[str], patterns: Sequence[re.Pattern[str]] = ENGLISH) -> tuple[str, ...]:
    """The sentences that announce keys: what stays the same however often a menu is read out."""
    sentences = (part.strip() for prompt in prompts for part in _SENTENCE.split(prompt))
    return tuple(each for each in sentences if announced([each], patterns))


def _offers(prompts: Iterable[str], patterns: Sequence[re.Pattern[str]]) -> Iterator[tuple[str, str]]:
    """Every announcement of keys, and the words of its sentence that belong to it."""
    for prompt in prompts:
        for sentence in _SENTENCE.split(prompt):
            found = _matches(sentence, patterns)
            for position, match in enumerate(found):
                begins = found[position - 1].end("keys") if position else 0
                ends = found[position + 1].start() if position + 1 < len(found) else len(sentence)
                before, after = sentence[begins : match.start()], sentence[match.end("keys") : ends]
                words = (after if _REASON.match(after) or not before.strip() else before).strip(" ,.;:!?")
                for choice in _CHOICE.split(match["keys"]):
                    for keys in _keys_in(choice):
                        yield keys, words


def _matches(sentence: str, patterns: Sequence[re.Pattern[str]]) -> Sequence[re.Match[str]]:
    """What any pattern finds, in the order of the sentence; keys inside a longer list belong to the list."""
    found: list[re.Match[str]] = []
    every = (match for each in patterns for match in each.finditer(sentence))
    for match in sorted(every, key=lambda each: (each.start("keys"), -each.end("keys"))):
        if not found or match.start("keys") >= found[-1].end("keys"):
            found.append(match)
    return found


def _keys_in(choice: str) -> Iterator[str]:
    """One row of keys, or every key of a range."""
    single = [_WORDS.get(each.lower(), each) for each in _SINGLE.findall(choice)]
    if _FROM_TO.fullmatch(choice.strip()):
        keys = _UPWARDS if single[1] != "0" else _AS_LAID_OUT
        yield from keys[keys.find(single[0]) : keys.find(single[1]) + 1]
    elif single:
        yield "".join(single)
