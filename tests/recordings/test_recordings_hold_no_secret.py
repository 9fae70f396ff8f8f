"""Nothing in the recordings is anybody's: looked for with the recorder's own eyes, and with others."""

import re
from pathlib import Path
from urllib.parse import unquote

from fakes.accounts.state import DEMO_TOKEN as ACCOUNTS_TOKEN
from fakes.okta.state import DEMO_TOKEN as OKTA_TOKEN
from fakes.twilio.state import DEMO_AUTH_TOKEN as TWILIO_TOKEN
from ivr.recordings.library import HOME, NOBODY
from okta_twilio_ivr.recording.files import secrets_in
from okta_twilio_ivr.recording.scrubbing import RIGHT_CODES
from tests.recordings.conftest import FILES, name_of

PEOPLE = {"Jane Ivr", "Jon Ivr", "Max Nofactor", "Lea Locked", "Tom Totp", "Vic Voice", "The line", "A stranger"}
NAMES = {"Jane", "Jon", "Max", "Lea", "Ivr", "Nofactor", "Locked", "Tom", "Totp", "Vic", "Voice"}
NUMBERS = {
    "+17735551234",
    "+17735555678",
    "+13055550182",
    "+16175550164",
    "+14155550143",
    "+12125550177",
    "+13125550100",
    "+12075551234",
    "+12075550199",
}
CODES = {*RIGHT_CODES, *(each[:5] for each in RIGHT_CODES), "000000"}


def words(file: Path) -> str:
    """The file without YAML's line breaks in long values, and with its escapes undone."""
    return re.sub(r"\n +", " ", unquote(file.read_text(encoding="utf-8")))


def strange(pattern: str, known: set[str]) -> dict[str, set[str]]:
    """By file, what is found there and is not one of ours."""
    found = {name_of(file): set(re.findall(pattern, words(file))) - known for file in FILES}
    return {name: there for name, there in found.items() if there}


def test_the_recorder_s_own_scan_finds_nothing() -> None:
    tokens = [OKTA_TOKEN, ACCOUNTS_TOKEN, TWILIO_TOKEN]
    found = {name_of(file): secrets_in(file.read_text(encoding="utf-8"), tokens) for file in FILES}

    assert not {name: kinds for name, kinds in found.items() if kinds}


def test_numbers_are_those_of_the_fictitious_people() -> None:
    last = {each[-4:] for each in NUMBERS}

    assert not strange(r"\+\d{8,15}", NUMBERS)
    assert not strange(r"\(\d{3}\)\s+\d{3}-\d{4}", set())
    assert not strange(r"XXX-(\d{4})", last)


def test_names_and_logins_are_theirs_too() -> None:
    assert not strange(r'"(?:firstName|lastName)":"([^"]*)"', NAMES)
    assert not strange(r"caller:\n?\s+name: ([\w ]+?) phone:", PEOPLE)
    assert not strange(r"[\w.+-]+@([\w.-]+\w)", {"example.com"})


def test_codes_and_tokens_are_placeholders() -> None:
    assert not strange(r'"passCode":"(\d+)"', CODES)
    assert not strange(r"\bcode: '(\d+)'", CODES)
    assert not strange(r"(?:SSWS|Basic|Bearer) (\S+)", {"scrubbed"})
    assert not strange(r'"(?:stateToken|sessionToken|sharedSecret)":"([^"]*)"', {"scrubbed", NOBODY})


def test_these_greps_do_see_something() -> None:
    """A pattern that matches nothing would find no secret either."""
    everything = "".join(map(words, FILES))

    for pattern in (r"\+\d{8,15}", r'"firstName":"', r'"passCode":"\d', r"SSWS s", r'"stateToken":"', r"code: '\d",
                    r"caller:\n?\s+name: [\w ]+? phone:", r"XXX-\d{4}"):  # fmt: skip
        assert re.search(pattern, everything), pattern


def test_nothing_unfinished_lies_around() -> None:
    assert not [each for each in HOME.rglob("*") if each.is_file() and each.suffix not in (".yaml", ".md")]
