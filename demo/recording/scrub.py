"""A tape without anybody's secrets: the same real value becomes the same placeholder everywhere. It judges nothing."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from demo.recording.plans import Role
from demo.recording.tape import Taped
from ivr.recordings.backend import SCRUBBED
from ivr.recordings.matching import CALL_SID, WRONG_CODE
from simulator.operator.clock import START

RIGHT_CODES = ("246801", "357902", "468013", "579124")
RIGHT_NUMBER = 72
ACCOUNT_SID = "AC" + "1" * 32

_ASKED = (
    "accept",
    "content-type",
    "idempotency-key",
)  # of a request's headers; Authorization and User-Agent in their own way
_ANSWERED = re.compile(r"content-type|date|link|location|retry-after|www-authenticate|x-rate-limit-.*|x-okta-.*id|"
                       r"twilio-.*id|cache-control", re.IGNORECASE)  # fmt: skip
_IN_PATH = re.compile(r"/(?:users|factors|transactions|groups|policies|callbacks)/([\w.-]{12,})")
_SID = re.compile(r"\b([A-Z]{2})[0-9a-f]{32}\b")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z")
_MAIL_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} (?:GMT|\+0000)")
OURS = "https://atko-mobile.example/"
_SEMANTIC = {"deviceType", "platform", "ivrFactorPreference"}  # words of the API, not of a person


@dataclass
class Scrubber:
    """`known` are secrets and names with what stands for them; `phone` is the caller's real number."""

    role: Role
    phone: str
    known: Mapping[str, str]
    codes: Sequence[str]
    began: float
    _ids: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def scrub(self, tape: Iterable[Taped]) -> list[Taped]:
        """The whole tape at once, because ids are the same throughout a call."""
        taped = list(tape)
        for each in taped:
            self._learn(each)
        numbers = dict(zip(ways_to_write(self.phone), ways_to_write(self.role.phone), strict=True))
        pairs = {**self._ids, **{real: put for real, put in self.known.items() if real}, **numbers}
        table = {**pairs, **{quote(real, safe=""): quote(put, safe="") for real, put in pairs.items()}}
        ordered = sorted(table, key=len, reverse=True)
        pattern = re.compile("|".join(re.escape(each) for each in ordered))
        return [self._one(each, pattern, table) for each in taped]

    def placeholder(self, code: str) -> str:
        """A code that was sent becomes one of ours, as long as it; any other is the wrong one."""
        return RIGHT_CODES[self.codes.index(code)][: len(code)] if code in self.codes else WRONG_CODE

    def _learn(self, each: Taped) -> None:
        """Ids are numbered by kind, in the order in which they appear."""
        for found in _IN_PATH.findall(each.uri):
            self._number(found)
        for name, value in each.answer_headers:
            if re.fullmatch(r"x-okta-request-id|twilio-request-id", name, re.IGNORECASE):
                self._number(value)
        for record in _objects(each.document):
            profile = record.get("profile")
            if isinstance(profile, dict) and profile.get("ivrPhone") == self.phone and "id" in record:
                self._ids[str(record["id"])] = self.role.user_id
                self._ids[str(profile["login"])] = self.role.login  # a request may hold it, too
            for name in ("id", "errorId", "userId", "credentialId"):
                found_id = record.get(name)
                if isinstance(found_id, str) and re.fullmatch(r"[\w.-]{12,}", found_id):
                    self._number(found_id)
        for value in _IN_PATH.findall(each.answer):
            self._number(value)
        headers = " ".join(value for _, value in each.answer_headers)
        for sid in _SID.finditer(f"{each.uri} {each.body} {headers} {each.answer}"):
            self._number_sid(sid[0], sid[1])

    def _number(self, value: str) -> None:
        if value in self._ids or value in self._ids.values() or _SID.fullmatch(value):
            return
        prefix = value.partition(".")[0] + "." if value.startswith("v2mst.") else value[:3]
        self._counts[prefix] = self._counts.get(prefix, 0) + 1
        self._ids[value] = f"{prefix}recorded{self._counts[prefix]:0{12 - min(len(prefix), 6)}d}"

    def _number_sid(self, value: str, prefix: str) -> None:
        if value in self._ids:
            return
        if prefix in ("AC", "CA"):
            self._ids[value] = ACCOUNT_SID if prefix == "AC" else CALL_SID
            return
        self._counts[prefix] = self._counts.get(prefix, 0) + 1
        self._ids[value] = f"{prefix}{self._counts[prefix]:032d}"

    def _one(self, each: Taped, pattern: re.Pattern[str], table: Mapping[str, str]) -> Taped:
        def put(text: str) -> str:
            return self._at_the_beginning(pattern.sub(lambda found: table[found[0]], text))

        return Taped(
            service=each.service,
            at=each.at,
            method=each.method,
            uri=put(each.uri),
            headers={name: put(value) for name, value in _request_headers(each.headers).items()},
            body=put(self._document(each.body)),
            status=each.status,
            reason=each.reason,
            answer_headers=tuple(self._answer_header(*header, put) for header in each.answer_headers
                                 if _ANSWERED.fullmatch(header[0])),
            answer=put(self._document(each.answer)),
        )  # fmt: skip

    def _answer_header(self, name: str, value: str, put: Any) -> tuple[str, str]:
        if name.lower() == "x-rate-limit-reset" and value.isdecimal():
            return name, str(int(int(value) - self.began + START))
        return name, put(value)

    def _document(self, text: str) -> str:
        try:
            document = json.loads(text)
        except ValueError:
            return text
        return json.dumps(self._value(document), separators=(",", ":"), ensure_ascii=False)

    def _value(self, value: Any, name: str = "") -> Any:
        match name, value:
            case "passCode" | "answer", str(code):
                return self.placeholder(code)
            case "stateToken" | "sessionToken" | "factorSecret" | "sharedSecret" | "accessToken", str():
                return SCRUBBED
            case "friendly_name", str():  # of a phone number, given by its owner
                return ways_to_write(self.role.phone)[1]
            case _, str() if name.endswith(("_url", "status_callback")) and value and not value.startswith(OURS):
                return f"{OURS}elsewhere"
            case "n" | "x" | "y" | "kid" | "x5c", str():  # of a device's public key
                return SCRUBBED
            case "correctAnswer", int():
                return RIGHT_NUMBER
            case "profile", dict():
                return {key: self._detail(key, each) for key, each in value.items()}
            case _, dict():
                return {key: self._value(each, key) for key, each in value.items()}
            case _, list():
                return [self._value(each) for each in value]
            case _:
                return value

    def _detail(self, name: str, value: Any) -> Any:
        """A detail of a person or a device: theirs becomes the role's, what we do not know is struck out."""
        if value is None or not isinstance(value, str):
            return self._value(value, name) if isinstance(value, dict | list) else value
        first, _, last = self.role.name.partition(" ")
        if name == "phoneNumber" and "X" in value:  # masked by Okta, and it stays so
            return re.sub(r"\d{4}$", self.role.phone[-4:], value)
        ours = {
            "login": self.role.login,
            "email": self.role.login,
            "credentialId": self.role.login,
            "firstName": first,
            "lastName": last,
            "mobilePhone": self.role.phone,
            "phoneNumber": self.role.phone,
            "ivrPhone": self.role.phone,
            "name": f"{first} phone",
        }
        return ours.get(name, value if name in _SEMANTIC else SCRUBBED)

    def _at_the_beginning(self, text: str) -> str:
        """Every time as if the recording had begun at the simulator's own beginning."""
        off = timedelta(seconds=round(START - self.began))

        def iso(found: re.Match[str]) -> str:
            moment = datetime.fromisoformat(found[0].replace("Z", "+00:00")) + off
            return moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{moment.microsecond // 1000:03d}Z" if "." in found[0]
                                                           else "Z")  # fmt: skip

        def mail(found: re.Match[str]) -> str:
            moment = parsedate_to_datetime(found[0]).astimezone(UTC) + off
            return format_datetime(moment, usegmt=found[0].endswith("GMT"))

        return _MAIL_DATE.sub(mail, _ISO.sub(iso, text))


def ways_to_write(phone: str) -> tuple[str, ...]:
    """An E.164 number as it is, and as people write it in North America."""
    area, local, last = phone[-10:-7], phone[-7:-4], phone[-4:]
    return phone, f"({area}) {local}-{last}", f"{area}-{local}-{last}", f"{area}{local}{last}"


def told_about(tape: Iterable[Taped], role: Role) -> set[str]:
    """What the answers tell of a person or a device, as far as it is not the role's own: none of it may remain."""
    told = set()
    for each in tape:
        for record in _objects(each.document):
            profile = record.get("profile")
            for name, value in profile.items() if isinstance(profile, dict) else ():
                if name not in _SEMANTIC and isinstance(value, str) and len(value) > 2:
                    told.add(value)
    first, _, last = role.name.partition(" ")
    masked = {each for each in told if "X" in each and each.endswith(role.phone[-4:])}  # as Okta shows the role's
    return told - masked - {role.login, role.phone, first, last, f"{first} phone", SCRUBBED}


def _request_headers(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {}
    for name, value in headers.items():
        if name.lower() == "authorization":
            kept[name] = f"{value.partition(' ')[0]} {SCRUBBED}"
        elif name.lower() == "user-agent":
            kept[name] = re.split(r"[/ ]", value)[0]
        elif name.lower() in _ASKED:
            kept[name] = value
    return kept


def _objects(document: Any) -> Iterable[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
        for value in document.values():
            yield from _objects(value)
    elif isinstance(document, list):
        for value in document:
            yield from _objects(value)
