"""Pages of somebody else, open in a browser on this machine, get nothing from what we serve here."""

import http.client
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import pytest

import fakes.asgi
import simulator.own_pages
from fakes.accounts.app import create_app as accounts_app
from fakes.accounts.state import Accounts
from fakes.doors import served
from fakes.okta.app import create_app as okta_app
from fakes.okta.state import Okta
from fakes.twilio.app import create_app as twilio_app
from fakes.twilio.state import Twilio
from ivr.external import in_daemon_thread
from simulator.recordings import Recordings
from simulator.recordings_door import served_recordings
from tests.foreign_pages import every_page

RULES = (fakes.asgi.is_own, simulator.own_pages.is_own)
FAKES = {
    "okta": lambda: okta_app(Okta(now=lambda: 0.0)),
    "twilio": lambda: twilio_app(Twilio(now=lambda: 0.0)),
    "accounts": lambda: accounts_app(Accounts(now=lambda: 0.0)),
}


@every_page
@pytest.mark.parametrize("rule", RULES, ids=["fakes", "simulator"])
def test_both_packages_have_the_same_rule(
    rule: Callable[[str | None, str | None], bool], host: str | None, source: str | None, is_answered: bool
) -> None:
    assert rule(host, source) is is_answered


@pytest.mark.parametrize("make", FAKES.values(), ids=FAKES)
async def test_a_cross_site_post_moves_no_clock_of_a_fake(make: Callable[[], object]) -> None:
    """What a page may send without being asked: a POST of text/plain, with its Origin."""
    page = {"Content-Type": "text/plain", "Origin": "https://elsewhere.example"}
    async with served(make()) as base:
        refused = await asked(base, "POST", "/_fake/clock", b'{"advance": 60}', page)
        rebound = await asked(base, "POST", "/_fake/clock", b'{"advance": 60}', {"Host": "elsewhere.example"})
        read = await asked(base, "GET", "/api/v1/users", b"", {"Host": "elsewhere.example"})
        clock = await asked(base, "GET", "/_fake/clock", b"", {})
        program = await asked(base, "POST", "/_fake/clock", b'{"advance": 60}', {})

    assert [refused[0], rebound[0], read[0]] == [403, 403, 403]
    assert b'"ahead":0.0' in clock[1]
    assert program[0] == 200


async def test_recordings_are_served_to_programs_only() -> None:
    async with served_recordings(Recordings()) as base:
        path = "/2010-04-01/Accounts/AC1/Recordings/RE1"
        page = await asked(base, "GET", path, b"", {"Host": "elsewhere.example"})
        program = await asked(base, "GET", path, b"", {})

    assert (page[0], program[0]) == (403, 404)


async def asked(base: str, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body, by a client that sends exactly these headers."""

    def ask() -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection(urlsplit(base).netloc)) as connection:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return reply.status, reply.read()

    return await in_daemon_thread(ask)
