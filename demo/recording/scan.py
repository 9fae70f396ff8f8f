"""Looks for secrets in what is about to be written; it changes nothing, and its findings name kinds, no secrets."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from demo.recording.plans import ROLES
from demo.recording.scrub import RIGHT_CODES
from ivr.recordings.backend import ACCOUNTS_URL, OKTA_URL, SCRUBBED
from ivr.recordings.matching import WRONG_CODE

OUR_NUMBERS = frozenset({each.phone for each in ROLES} | {"+12075551234"})
SPOKEN_CODES = tuple(each[:5] for each in RIGHT_CODES)  # a call speaks five digits
_FICTITIOUS = re.compile(r"\+1[2-9]\d\d55501\d\d")  # 555-0100 to 555-0199 are kept for fiction

_FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("an API token", re.compile(rf"\b(?:SSWS|Bearer|Basic)\s+(?!{SCRUBBED}\b)\S+", re.IGNORECASE)),
    ("a state or session token", re.compile(
        rf"(?:state|session|access|id|refresh)_?Token\\?[\"'=:\s]+(?!{SCRUBBED}\b|null)[\w.-]+", re.IGNORECASE)),
    ("a signed token", re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}")),
    ("a private key", re.compile(r"-----BEGIN|\"d\"\s*:\s*\"[\w-]{40,}")),
    ("a cookie", re.compile(r"^\s*(?:set-)?cookie:", re.IGNORECASE | re.MULTILINE)),
    ("a passcode", re.compile(
        rf"passCode\\?[\"'=:\s]+(?!(?:{'|'.join((*RIGHT_CODES, *SPOKEN_CODES, WRONG_CODE))})\b)\d+", re.IGNORECASE)),
    ("the name of a real org", re.compile(r"[\w-]+\.(?:okta|oktapreview|okta-emea|trexcloud)\.com", re.IGNORECASE)),
)  # fmt: skip
_HOST = re.compile(r"https?(?:://|%3A%2F%2F)([^/\s\"'\\<>?%,;]+)", re.IGNORECASE)
_OUR_HOSTS = {urlsplit(OKTA_URL).netloc, urlsplit(ACCOUNTS_URL).netloc, "api.twilio.com", "atko-mobile.example"}
_NUMBER = re.compile(r"(?:\+|%2B)(\d{7,15})", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+(?:@|%40)([\w-]+(?:\.[\w-]+)+)")
_SID = re.compile(r"\b(?:AC|CA|SK|PN|AP|US)(?!0|1{32})[0-9a-f]{32}\b")


def secrets_in(text: str, known: Iterable[str]) -> list[str]:
    """What is still in there, each as words. `known` are values that may not be anywhere."""
    found = [what for what, pattern in _FORBIDDEN if pattern.search(text)]
    numbers = (f"+{each}" for each in _NUMBER.findall(text))
    if any(each not in OUR_NUMBERS and not _FICTITIOUS.fullmatch(each) for each in numbers):
        found.append("a phone number that is not fictitious")
    if any(host != "example.com" for host in _EMAIL.findall(text)):
        found.append("an e-mail address outside example.com")
    if any(host.lower() not in _OUR_HOSTS for host in _HOST.findall(text)):
        found.append("the address of a host that is not a placeholder")
    if _SID.search(text):
        found.append("a Twilio sid")
    folded = text.casefold()
    if any(_stands_in(folded, each.casefold()) for each in known if each):
        found.append("a value that was to be replaced")
    return found


def _stands_in(text: str, value: str) -> bool:
    """As a word of its own."""
    return value in text and re.search(rf"(?<![0-9A-Za-z]){re.escape(value)}(?![0-9A-Za-z])", text) is not None
