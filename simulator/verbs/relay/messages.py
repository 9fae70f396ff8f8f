"""What attempts in a ConversationRelay session: the application's messages as values, Twilio's as JSON. No state.

Source: Twilio docs, ConversationRelay WebSocket messages; keys in the order of recorded sessions (CR40 to CR67).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from simulator.foreign import whole_json
from simulator.twiml.attributes import InvalidValueError
from simulator.values import frozen
from simulator.verbs.relay.noun import Inputs, inputs

INVALID = 64107
_TONES = re.compile(r"[0-9*#w]+")
_LANGUAGE = re.compile(r"multi|[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}")
LONGEST_SHOWN = 1000
"""Characters of a frame that an error message repeats (our choice, L)."""


@frozen
class Text:
    """A token of what is to be said; None: as the session has it. `is_last` closes the reply."""

    token: str
    is_last: bool = False
    lang: str | None = None
    interruptible: Inputs | None = None
    preemptible: bool | None = None


@frozen
class Play:
    """A sound to be heard."""

    source: str
    loop: int = 1
    interruptible: Inputs | None = None
    preemptible: bool | None = None


@frozen
class SendDigits:
    """Tones to be heard."""

    digits: str


@frozen
class SwitchLanguage:
    """From now on; None: as it is."""

    tts: str | None
    transcription: str | None


@frozen
class End:
    """The session is over; `handoff` is told to the action."""

    handoff: str | None


Said = Text | Play | SendDigits | SwitchLanguage | End


class MalformedError(ValueError):
    """The frame is not a JSON object (CR52 counts these)."""


class NotValidError(ValueError):
    """The message is none of the protocol, or a field of it has a wrong value; the text says which."""


def read_message(text: str) -> Said:
    """What the application says. Raises MalformedError or NotValidError."""
    try:
        data = whole_json(text)
    except (ValueError, RecursionError):
        raise MalformedError from None
    if not isinstance(data, dict):
        raise MalformedError
    match data.get("type"):
        case "text":
            return _text(data)
        case "play":
            return _play(data)
        case "sendDigits":
            digits = _string(data, "digits")
            if not _TONES.fullmatch(digits):
                raise NotValidError("digits of sendDigits are 0-9 * # w")
            return SendDigits(digits)
        case "language":
            tts, transcription = _language(data, "ttsLanguage"), _language(data, "transcriptionLanguage")
            if tts is None and transcription is None:
                raise NotValidError("language needs ttsLanguage or transcriptionLanguage")
            return SwitchLanguage(tts, transcription)
        case "end":
            return End(_string(data, "handoffData") if data.get("handoffData") is not None else None)
        case other:
            raise NotValidError(f"there is no message of the type {str(other)[:40]!r}")


def _text(data: Mapping[str, Any]) -> Text:  # JSON's own types
    return Text(
        _string(data, "token"),
        _boolean(data, "last") or False,
        _language(data, "lang"),
        _inputs(data),
        _boolean(data, "preemptible"),
    )


def _play(data: Mapping[str, Any]) -> Play:  # JSON's own types
    loop = data.get("loop", 1)
    if isinstance(loop, bool) or not isinstance(loop, int) or not 0 <= loop <= 1000:
        raise NotValidError("loop of play is a whole number up to 1000")
    return Play(_string(data, "source"), loop or 1000, _inputs(data), _boolean(data, "preemptible"))


def _string(data: Mapping[str, Any], name: str) -> str:  # JSON's own types
    value = data.get(name)
    if not isinstance(value, str):
        raise NotValidError(f"{name} of {data['type']} is a text")
    return value


def _boolean(data: Mapping[str, Any], name: str) -> bool | None:  # JSON's own types
    """True or false; as words, too, which real applications send (our choice, L)."""
    value = data.get(name)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if value is not None and not isinstance(value, bool):
        raise NotValidError(f"{name} of {data['type']} is true or false")
    return value


def _language(data: Mapping[str, Any], name: str) -> str | None:  # JSON's own types
    value = data.get(name)
    if value is not None and (not isinstance(value, str) or not _LANGUAGE.fullmatch(value)):
        raise NotValidError(f"{name} of {data['type']} is a language such as en-US")
    return value


def _inputs(data: Mapping[str, Any]) -> Inputs | None:  # JSON's own types
    """The four words and Booleans alike (CR61: which of them is not documented)."""
    value = data.get("interruptible")
    if value is None:
        return None
    try:
        return inputs(str(value))
    except InvalidValueError:
        raise NotValidError(f"interruptible of {data['type']} is any, speech, dtmf or none") from None


# ---------------------------------------------------------------- from Twilio


def prompt(words: str, lang: str, *, is_last: bool) -> str:
    return as_json({"type": "prompt", "voicePrompt": words, "lang": lang, "last": is_last})


def dtmf(key: str) -> str:
    return as_json({"type": "dtmf", "digit": key})


def interrupt(heard: str, seconds: float) -> str:
    return as_json(
        {"type": "interrupt", "utteranceUntilInterrupt": heard, "durationUntilInterruptMs": round(seconds * 1000)}
    )


def info(name: str, value: str) -> str:
    return as_json({"type": "info", "name": name, "value": value})


def error(frame: str, code: int = INVALID) -> str:
    shown = frame if len(frame) <= LONGEST_SHOWN else frame[:LONGEST_SHOWN] + "…"
    what = "Invalid message received" if code == INVALID else "Invalid configuration"
    return as_json({"type": "error", "description": f"{what}, code: {code}, {shown}"})


def as_json(message: Mapping[str, object]) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)
