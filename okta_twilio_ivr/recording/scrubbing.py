"""Takes what is anybody's out of a tape: of an answer only words of the API and its shape stay. It judges nothing.

The same real value becomes the same placeholder everywhere, and every time of day becomes the same one, so that a
recording depends on nothing but requests and answers.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ivr.identity.decoys import NOBODYS_ID
from ivr.recordings.library import ACCOUNT_SID, CALL_SID, CODES, NOBODY, WRONG_CODE, read_form
from ivr.recordings.session import ACCOUNTS_URL, OKTA_URL, SCRUBBED, TWILIO_URL
from okta_twilio_ivr.recording.scenarios import Role
from okta_twilio_ivr.recording.taping import Taped

RIGHT_CODES = ("246801", "357902", "468013", "579124")
RIGHT_NUMBER = 72
NOW = "2026-01-05T08:00:00.000Z"
MAIL_NOW = "Mon, 05 Jan 2026 08:00:00"
RATE_LIMIT = {"x-rate-limit-remaining": "599", "x-rate-limit-reset": "1767600060"}
# auth0.com: two of Okta's grant types are addresses there
OURS = "https://atko-mobile.example/"
OUR_HOSTS = frozenset({"auth0.com", *(urlsplit(each).netloc for each in (OKTA_URL, ACCOUNTS_URL, TWILIO_URL, OURS))})

WORDS = frozenset({
    *("status", "factorResult", "factorType", "provider", "vendorName", "errorCode", "errorSummary", "challengeType"),
    *("deviceType", "platform", "ivrFactorPreference", "use", "kty", "allow", "error", "balance", "dueDate", "topic"),
    *("type", "direction", "currency", "price_unit", "api_version", "address_requirements", "emergency_status"),
    *("emergency_address_status", "origin", "voice_method", "voice_fallback_method", "status_callback_method"),
    *("sms_method", "sms_fallback_method", "code", "phone_number", "phone", "to", "from"),
    *("grant_type", "grant_types_supported", "challenge_types_supported", "challenge_type", "challenge_hint", "scope"),
    *("channel_hint", "channel", "binding_method", "token_type", "error_description", "client_assertion_type"),
})  # fmt: skip
"""Keys of texts that are the API's own words, or that are replaced by value: they stay. All others are struck out."""

_HEADERS_ASKED = ("accept", "content-type", "idempotency-key")
_HEADERS_ANSWERED = re.compile(r"content-type|date|link|location|retry-after|www-authenticate|x-rate-limit-.*|"
                               r"x-okta-.*id|twilio-.*id|cache-control", re.IGNORECASE)  # fmt: skip
_ID_KEYS = ("id", "errorId", "userId", "oob_code", "mfa_token")
_IN_PATH = re.compile(r"(/(?:users|factors|transactions|groups|policies|callbacks|accounts)/)([\w.-]{12,})")
_SID = re.compile(r"\b([A-Z]{2})[0-9a-f]{32}\b")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z")
_MAIL = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8}")


@dataclass
class Scrubber:
    """`people` are the roles by the real numbers they are played with, `known` secrets with what stands for them."""

    role: Role
    people: Mapping[str, Role]
    known: Mapping[str, str]
    codes: Sequence[str]
    _table: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def scrub(self, tape: Iterable[Taped], *, learn_from: Iterable[Taped]) -> list[Taped]:
        """A tape, when another has told which ids and logins are whose."""
        self._table = dict(self.known)
        for phone, role in self.people.items():
            self._table |= dict(zip(ways_to_write(phone), ways_to_write(role.phone), strict=True))
        for each in learn_from:
            for record, profile in profiles(each.answered):
                owner = self.people.get(str(profile.get("ivrPhone")))
                if owner is not None and "id" in record:
                    self._table |= {str(record["id"]): owner.user_id, str(profile["login"]): owner.login}
        self._table |= {quote(real, safe=""): quote(put, safe="") for real, put in self._table.items()}
        return [self._one(each) for each in tape]

    def placeholder(self, code: str) -> str:
        """A code that was sent becomes one of ours, as long as it; any other is the wrong one."""
        return RIGHT_CODES[self.codes.index(code)][: len(code)] if code in self.codes else WRONG_CODE

    def _one(self, each: Taped) -> Taped:
        from vcr.request import Request

        notes = dict(each.notes)
        if "code" in notes:
            notes["code"] = self.placeholder(notes["code"])
        if "number" in notes:
            notes["number"] = RIGHT_NUMBER
        asked = {name: self._text(value) for name, value in _asked(each.request.headers)}
        answered = {
            name: [self._header(name.lower(), value) for value in values]
            for name, values in each.answer["headers"].items()
            if _HEADERS_ANSWERED.fullmatch(name)
        }
        return Taped(
            Request(each.request.method, self._text(each.request.uri), self._document(each.asked) or None, asked),
            {
                "status": each.answer["status"],
                "headers": answered,
                "body": {"string": self._document(each.answered).encode()},
            },
            notes,
        )

    def _header(self, name: str, value: str) -> str:
        if name.endswith("request-id"):
            return "RQ" + "0" * 32 if _SID.fullmatch(value) else "req0000000000000000"
        return RATE_LIMIT.get(name, self._text(value))

    def _document(self, text: str) -> str:
        try:
            document = json.loads(text)
        except ValueError:
            form = read_form(text)
            return urlencode(self._value("", form)) if form else self._text(text)
        return json.dumps(self._value("", document), separators=(",", ":"), ensure_ascii=False)

    def _value(self, key: str, value: Any) -> Any:
        match value:
            case dict():
                return {self._text(name): self._value(name, each) for name, each in value.items()}
            case list():
                return [self._value(key, each) for each in value]
            case str():
                return self._string(key, value)
            case int() if key == "correctAnswer":
                return RIGHT_NUMBER
            case _:
                return value

    def _string(self, key: str, value: str) -> str:
        first, _, last = self.role.name.partition(" ")
        of_the_role = {
            **dict.fromkeys(("login", "username", "email", "credentialId", "login_hint"), self.role.login),
            **dict.fromkeys(("ivrPhone", "mobilePhone", "phoneNumber"), self.role.phone),
            "firstName": first,
            "lastName": last,
        }
        if key == "binding_code" and len(value) < 4:  # the number of a number challenge
            return str(RIGHT_NUMBER)
        if key in CODES:
            return self.placeholder(value)
        if key == "id_token":  # another is signed when it is played, for the same person
            return f"{SCRUBBED}:{self._id(_subject(value))}"
        if key in _ID_KEYS:
            return self._id(value)
        if key == "phoneNumber" and "X" in value:  # masked by Okta, and it stays so
            return re.sub(r"\d{4}$", self.role.phone[-4:], value)
        put = self._text(value)
        if put.startswith("/") or urlsplit(put).netloc in OUR_HOSTS:
            return put
        if put.startswith("http"):
            return f"{OURS}elsewhere"
        is_harmless = key in WORDS or put != value or not value or any(each.match(put) for each in (_ISO, _MAIL, _SID))
        return put if is_harmless else of_the_role.get(key, SCRUBBED)

    def _text(self, text: str) -> str:
        """With every id, sid, time and known value replaced."""
        text = _MAIL.sub(MAIL_NOW, _ISO.sub(NOW, text))
        text = _IN_PATH.sub(lambda found: found[1] + self._id(found[2]), NOBODYS_ID.sub(NOBODY, text))
        text = _SID.sub(lambda found: self._id(found[0]), text)
        known = [each for each in sorted(self._table, key=len, reverse=True) if each]
        if not known:
            return text
        return re.sub("|".join(map(re.escape, known)), lambda found: self._table[found[0]], text)

    def _id(self, value: str) -> str:
        """Numbered by kind, in the order in which they appear."""
        if value in self._table or value in self._table.values() or value == NOBODY or len(value) < 12:
            return self._table.get(value, value)
        if NOBODYS_ID.fullmatch(value):
            return NOBODY
        sid = _SID.fullmatch(value)
        kind = sid[1] if sid else value[:3]
        if kind in ("AC", "CA"):
            return ACCOUNT_SID if kind == "AC" else CALL_SID
        self._counts[kind] = self._counts.get(kind, 0) + 1
        number = self._counts[kind]
        self._table[value] = f"{kind}{number:032d}" if sid else f"{kind}recorded{number:09d}"
        return self._table[value]


def _subject(token: str) -> str:
    """Whose ID token this is."""
    import jwt

    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


def ways_to_write(phone: str) -> tuple[str, ...]:
    """An E.164 number as it is, and as people write it in North America."""
    area, local, last = phone[-10:-7], phone[-7:-4], phone[-4:]
    return phone, f"({area}) {local}-{last}", f"{area}-{local}-{last}", f"{area}{local}{last}"


def told_about(tape: Iterable[Taped]) -> set[str]:
    """What the answers tell of people and devices: none of it may remain, but for words of the API."""
    return {
        value
        for each in tape
        for _, profile in profiles(each.answered)
        for name, value in profile.items()
        if name not in WORDS and isinstance(value, str) and len(value) > 2
    }


def profiles(text: str) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """Records of a document that have a profile, with it."""
    records: list[dict[str, Any]] = []

    def note(record: dict[str, Any]) -> dict[str, Any]:
        records.append(record)
        return record

    with suppress(ValueError):
        json.loads(text, object_hook=note)
    return [(each, each["profile"]) for each in records if isinstance(each.get("profile"), dict)]


def _asked(headers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, value in headers.items():
        if name.lower() == "authorization":
            yield name, f"{value.partition(' ')[0]} {SCRUBBED}"
        elif name.lower() == "user-agent":
            yield name, re.split(r"[/ ]", value)[0]
        elif name.lower() in _HEADERS_ASKED:
            yield name, value
