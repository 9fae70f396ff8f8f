"""How long words take to say, and how many of them were said by a given moment. A model of a voice, no sound.

The model: 160 words a minute (about the default rate of the voices Twilio offers), a quarter of a second at a comma,
half a second at the end of a sentence; a run of digits takes as long as its digits said one by one. Real voices differ
by some ten percent (guess); an application that depends on more than that is wrong on the real line too.
"""

import re
from functools import lru_cache

WORDS_PER_MINUTE = 160
_WORD = 60 / WORDS_PER_MINUTE
_PAUSES = {",": 0.25, ";": 0.25, ":": 0.25, ".": 0.5, "!": 0.5, "?": 0.5}


@lru_cache(maxsize=4096)
def seconds_to_say(text: str) -> float:
    """Length of the spoken text in seconds, to the millisecond."""
    return round(sum(_seconds(word) for word in text.split()), 3)


def said_after(text: str, seconds: float) -> str:
    """The words of `text` that have been said completely after `seconds`."""
    words: list[str] = []
    spent = 0.0
    for word in text.split():
        spent += _seconds(word)
        if spent > seconds + 1e-9:
            break
        words.append(word)
    return " ".join(words)


@lru_cache(maxsize=4096)
def _seconds(word: str) -> float:
    spoken = re.sub(r"[^\w]", "", word)
    parts = sum(len(run) if run.isdigit() else 1 for run in re.findall(r"\d+|\D+", spoken))
    return max(parts, 1) * _WORD + _PAUSES.get(word[-1], 0.0)
