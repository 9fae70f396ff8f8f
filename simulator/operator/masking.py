"""What must not leave in the clear: codes and PINs the caller typed, tokens, cookies, and secrets known by value.

A run of four or more typed keys counts as a secret (menu choices and short extensions do not), wherever it turns up
again; so does every secret given by value, such as the codes a fake identity provider has sent.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

DOT = "•"
LEAST = 4
"""Typed runs shorter than this are menu choices and stay readable."""
_SECRET_HEADERS = frozenset(("authorization", "cookie", "set-cookie", "x-twilio-signature"))
_PASSWORD = re.compile(r"(?<=//)([^/?#\s:@]*):[^/?#\s]*@")
_QUOTED_DOT = quote_plus(DOT)
_IN_QUERY = re.compile(r"([?&](?:amp;)?)([^\s?&=#\"'<>]+)=([^\s&#\"'<>]*)")
_SECRET_PARAMS = frozenset(("CallToken", "StirPassportToken", "PaymentToken", "SecurityCode", "PaymentCardNumber"))


def as_dots(text: str) -> str:
    """As many dots as there were characters."""
    return DOT * len(text)


class Mask:
    """Masks what leaves in one export; learns typed secrets on the way, so feed it in the order things happened."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._long_entry: dict[str, bool] = {}
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """From now on this text is masked wherever it stands, also with spaces between its characters."""
        if len(secret) < LEAST or secret in self._secrets:
            return
        self._secrets.add(secret)
        spaced = (r"[\s,.\-]*".join(map(re.escape, secret)) for secret in sorted(self._secrets, key=len, reverse=True))
        self._pattern = re.compile("|".join(spaced))

    def text(self, text: str) -> str:
        """The text with every known secret as dots, and in every URL the password and what `params` would mask."""
        if "@" in text:
            text = _PASSWORD.sub(lambda found: f"{found[1]}:{as_dots('hidden')}@", text)
        if "?" in text:
            text = _IN_QUERY.sub(self._in_query, text)
        return text if self._pattern is None else self._pattern.sub(lambda found: as_dots(found[0]), text)

    def params(self, params: Mapping[str, str]) -> dict[str, str]:
        """Request parameters, with typed codes and tokens masked by name."""
        self.learn(params.get("Digits", ""))  # first: other parameters may repeat it
        return {name: self._param(name, value) for name, value in params.items()}

    def header(self, name: str, value: str) -> str:
        """A header's value; those that open doors are masked whole."""
        return as_dots("hidden") if name.lower() in _SECRET_HEADERS else self.text(value)

    def item(self, sid: str, what: str, data: dict[str, Any]) -> dict[str, Any]:  # JSON's own types
        """A journal entry's fields."""
        if what == "Listening":
            num_digits = data["num_digits"]
            self._long_entry[sid] = num_digits is None or num_digits >= LEAST
        if what in ("StreamStarted", "RelayStarted"):  # the application may ask for a code of any length on it
            self._long_entry[sid] = True
        if what == "TextArrived" and data["code"]:
            self.learn(data["code"])
        if what == "StreamFed" and data["message"] == "dtmf":
            return data | {"text": DOT}
        if what == "RelaySent" and data["type"] == "dtmf":
            return data | {"text": re.sub(r"\d", DOT, data["text"])}
        if what == "Pressed" and self._long_entry.get(sid):
            return data | {"key": DOT if data["key"].isdigit() else data["key"]}
        if what == "Ignored":
            return data | {"input": re.sub(r"\d", DOT, data["input"])}
        masked = self._value(data)
        assert isinstance(masked, dict)
        return masked

    def _value(self, value: Any) -> Any:  # any JSON value to one of the same shape
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            if len(value) == 2 and all(isinstance(part, str) for part in value):
                return [value[0], self.header(value[0], value[1])]
            return [self._value(part) for part in value]
        if isinstance(value, dict):
            if isinstance(value.get("params"), dict):
                value = value | {"params": self.params(value["params"])}  # first: the URL may have what was typed
            return {key: self._value(part) for key, part in value.items()}
        return value

    def _param(self, name: str, value: str) -> str:
        if name in _SECRET_PARAMS:
            return as_dots("hidden")
        if name == "Digits":
            self.learn(value)
        return self.text(value)

    def _in_query(self, found: re.Match[str]) -> str:
        name, value = unquote_plus(found[2]), unquote_plus(found[3])
        masked = self._param(name, value)
        return found[0] if masked == value else f"{found[1]}{found[2]}={quote_plus(masked).replace(_QUOTED_DOT, DOT)}"
