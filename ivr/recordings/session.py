"""The recordings as a session of aiohttp's: the real clients ask it, and nothing here opens a connection."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from ivr.recordings.library import CALL_SID, HOME, SERVICES, Interaction, Scenario, load_service
from ivr.recordings.player import CassettePlayer, NotRecordedError
from ivr.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.settings import Settings

OKTA_URL = "https://atko.okta.example"
ACCOUNTS_URL = "http://accounts.atko-mobile.example"
TWILIO_URL = "https://api.twilio.com"
SCRUBBED = "scrubbed"

Observer = Callable[[str, str, str, int], None]
"""Told of service, method, address and status."""

log = logging.getLogger("ivr.recordings")


Library = Mapping[str, tuple[Scenario, ...]]
"""All scenarios, by the service that was recorded."""


def load_library(home: Path = HOME) -> Library:
    """From the folder that holds one of each service. Raises SettingsError."""
    return {service: load_service(home, service) for service in SERVICES}


def library_of(settings: Settings) -> Library:
    """The recordings in the folder that the settings name. Raises SettingsError."""
    return load_library(HOME if settings.cassettes is None else Path(settings.cassettes))


class Recordings:
    """What was recorded, as a session: the part of aiohttp's that the SDKs and our client use.

    `now` gives seconds, `asked` names scenarios, `api` is the line's OKTA_MFA_API. `ring` makes a call that was ordered
    of Twilio, from the order's parameters, and returns its sid; without it nobody's phone rings.
    """

    def __init__(
        self, library: Library, now: Callable[[], float], *, asked: Iterable[str] = (), api: str = "factors"
    ) -> None:
        is_direct = api == "direct"
        of_org = [each for each in library["okta"] if (each.api == "direct") is is_direct]
        scenarios = {**library, "okta": of_org}
        players = {service: CassettePlayer(service, scenarios[service], now) for service in SERVICES}
        self.okta = players["okta"]
        self.ring: Callable[[Mapping[str, str]], str] | None = None
        self._players = {OKTA_URL: self.okta, ACCOUNTS_URL: players["accounts"], TWILIO_URL: players["twilio"]}
        self._observers: list[Observer] = []
        self._now = now
        for name in asked:
            self.ask_for(name)

    def ask_for(self, name: str) -> None:
        """Let this scenario play from now on, whatever it needs. Raises SettingsError."""
        known = {each.name: player for player in self._players.values() for each in player.scenarios}
        if name not in known:
            raise SettingsError(
                f"IVR_CASSETTE names {name}, which is not recorded: choose of {', '.join(sorted(known))}."
            )
        known[name].asked.add(name)

    def callers(self) -> dict[str, str]:
        """Names of the people in the recordings, by number."""
        return {each.phone: each.caller for each in self.okta.scenarios}

    def listen(self, observer: Observer) -> None:
        """Tell this observer of every answer from now on."""
        self._observers.append(observer)

    def request(self, method: str, url: str, **options: Any) -> AbstractAsyncContextManager[RecordedAnswer]:
        """As in aiohttp. Fails as a connection would, so that the caller hears the line's own sentence."""
        return self._playing(method, str(url), options)

    @asynccontextmanager
    async def _playing(self, method: str, url: str, options: Mapping[str, Any]) -> AsyncIterator[RecordedAnswer]:
        yield self.play(method, url, options)

    async def close(self) -> None:
        """Nothing is open."""

    def _id_token(self, person: str) -> str:
        """Sign one for this person: a recorded one would be a secret, and out of date."""
        import jwt

        now = int(self._now())
        claims = {"iss": OKTA_URL, "aud": SCRUBBED, "sub": person, "iat": now, "exp": now + 3600}
        return jwt.encode(claims, _signing_key(), algorithm="RS256", headers={"kid": SCRUBBED})

    def play(self, method: str, url: str, options: Mapping[str, Any]) -> RecordedAnswer:
        """The recorded answer. What is not recorded is said in the log. Raises aiohttp.ClientConnectionError."""
        from aiohttp import ClientConnectionError
        from vcr.request import Request

        parts = urlsplit(url)
        if url == f"{OKTA_URL}/oauth2/v1/keys":
            return RecordedAnswer(Interaction(None, 200, (), json.dumps(_public_keys()).encode()))
        player = self._players.get(f"{parts.scheme}://{parts.netloc}")
        body = options.get("data") if options.get("json") is None else json.dumps(options["json"])
        try:
            if player is None:
                raise LookupError(f"{parts.netloc} is not recorded, and the cassette backend opens no connection.")
            played = player.play(Request(method, url, body or None, dict(options.get("headers") or {})))
        except (NotRecordedError, LookupError) as refusal:
            log.error("%s", refusal)
            raise ClientConnectionError(str(refusal)) from None
        for observer in self._observers:
            observer(player.service, method, url, played.status)
        if (person := _ID_TOKEN.search(played.body.decode())) is not None:
            return RecordedAnswer(played, {person[0]: f'"id_token":"{self._id_token(person[1])}"'})
        if self.ring is not None and method == "POST" and parts.path.endswith("/Calls.json"):
            return RecordedAnswer(played, {CALL_SID: self.ring(dict(parse_qsl(str(body))))})
        return RecordedAnswer(played)


_ID_TOKEN = re.compile(rf'"id_token":"{SCRUBBED}:(\w+)"')


@cache
def _signing_key() -> Any:  # RSAPrivateKey
    """A key that lives as long as the process and signs the ID tokens of the recorded org."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _public_keys() -> dict[str, Any]:
    from jwt.algorithms import RSAAlgorithm

    return {"keys": [{**RSAAlgorithm.to_jwk(_signing_key().public_key(), as_dict=True), "kid": SCRUBBED}]}


class RecordedAnswer:
    """The part of `aiohttp.ClientResponse` that is read, with some values `put` in the place of placeholders."""

    def __init__(self, played: Interaction, put: Mapping[str, str] | None = None) -> None:
        from multidict import CIMultiDict

        self.status = played.status
        self.headers = CIMultiDict(played.headers)
        self.request_info = None  # passed through by the SDK, read by nobody
        self._text = played.body.decode()
        for placeholder, value in (put or {}).items():
            self._text = self._text.replace(placeholder, value)

    @property
    def content_type(self) -> str:
        """The media type alone."""
        return self.headers.get("Content-Type", "application/octet-stream").partition(";")[0].strip().lower()

    async def text(self) -> str:
        """The body."""
        return self._text


def recordings_of(settings: Settings, now: Callable[[], float], library: Library | None = None) -> Recordings:
    """Those that the settings name; `library` spares reading the files again. Raises SettingsError."""
    library = library or library_of(settings)
    asked = [name.strip() for name in (settings.cassette or "").split(",") if name.strip()]
    return Recordings(library, now, asked=asked, api=settings.okta_mfa_api)
