"""How long words take to say, how many of them were said by a given moment, and how long a sound file lasts.

The model of the voice: 160 words a minute (about the default rate of the voices Twilio offers), a quarter of a second
at a comma, half a second at the end of a sentence; a run of digits takes as long as its digits said one by one. Real
voices differ by some ten percent (guess); an application that depends on more is wrong on the real line too.
"""

import re
import wave
from functools import lru_cache
from io import BytesIO

WORDS_PER_MINUTE = 160
_WORD = 60 / WORDS_PER_MINUTE
_PAUSES = {",": 0.25, ";": 0.25, ":": 0.25, ".": 0.5, "!": 0.5, "?": 0.5}


@lru_cache(maxsize=4096)
def seconds_to_say(text: str) -> float:
    """Estimate the length of the spoken text in seconds, to the millisecond."""
    return round(sum(_seconds(word) for word in text.split()), 3)


def said_after(text: str, seconds: float) -> str:
    """Return the words of `text` that have been said completely after `seconds`."""
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


_MPEG1_LAYER3_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)


def seconds_of(content_type: str, body: bytes) -> float | None:
    """Measure the length in seconds to the millisecond; None when the format does not tell.

    WAV by its header, headerless mu-law by its 8000 bytes a second, MP3 by its size and the bit rate of its first
    frame (exact for a constant bit rate).
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("audio/wav", "audio/wave", "audio/x-wav"):
        return _wav(body)
    if kind in ("audio/ulaw", "audio/basic", "audio/x-mulaw"):
        return round(len(body) / 8000, 3)
    if kind == "audio/mpeg":
        return _mp3(body)
    return None


def _wav(body: bytes) -> float | None:
    try:
        with wave.open(BytesIO(body)) as sound:
            seconds: float = sound.getnframes() / sound.getframerate()
            return round(seconds, 3)
    except (wave.Error, EOFError, ZeroDivisionError):
        return None


def _mp3(body: bytes) -> float | None:
    start = 0
    if body[:3] == b"ID3" and len(body) > 10:
        start = 10 + (body[6] << 21 | body[7] << 14 | body[8] << 7 | body[9])
    header = body[start : start + 4]
    is_mpeg1_layer3 = len(header) == 4 and header[0] == 0xFF and header[1] & 0xFE == 0xFA
    rate = header[2] >> 4 if is_mpeg1_layer3 else 0
    if not 0 < rate < len(_MPEG1_LAYER3_KBPS):
        return None
    return round((len(body) - start) * 8 / (_MPEG1_LAYER3_KBPS[rate] * 1000), 3)
