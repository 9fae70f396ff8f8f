"""A session whose answers are recordings: the part of aiohttp's that the SDK and our client use, and no network."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit

from ivr.recordings.deck import Deck, NotRecordedError
from ivr.recordings.scenario import Interaction

Observer = Callable[[str, str, str, int], None]
"""Told of service, method, address and status."""

log = logging.getLogger("ivr.recordings")


class RecordedSession:
    """One deck per origin; any other origin is refused. What is not recorded is said in the log, in one sentence."""

    def __init__(self, decks: Mapping[str, Deck]) -> None:
        self._decks = dict(decks)
        self._observers: list[Observer] = []

    def listen(self, observer: Observer) -> None:
        """Be told of every answer from now on."""
        self._observers.append(observer)

    def request(self, method: str, url: str, **options: Any) -> AbstractAsyncContextManager[RecordedAnswer]:
        """As in aiohttp. Fails as a connection would, so that the caller hears the line's own sentence."""
        return _Playing(self, method, str(url), options)

    async def close(self) -> None:
        """Nothing is open."""

    def play(self, method: str, url: str, options: Mapping[str, Any]) -> RecordedAnswer:
        """The recorded answer. Raises aiohttp.ClientConnectionError."""
        from aiohttp import ClientConnectionError
        from vcr.request import Request

        parts = urlsplit(url)
        deck = self._decks.get(f"{parts.scheme}://{parts.netloc}")
        body = options.get("data") if options.get("json") is None else json.dumps(options["json"])
        try:
            if deck is None:
                raise LookupError(f"{parts.netloc} is not recorded, and the cassette backend opens no connection.")
            played = deck.play(Request(method, url, body or None, dict(options.get("headers") or {})))
        except (NotRecordedError, LookupError) as refusal:
            log.error("%s", refusal)
            raise ClientConnectionError(str(refusal)) from None
        for observer in self._observers:
            observer(deck.service, method, url, played.status)
        return RecordedAnswer(played)


class RecordedAnswer:
    """The part of `aiohttp.ClientResponse` that is read."""

    def __init__(self, played: Interaction) -> None:
        from multidict import CIMultiDict

        self.status = played.status
        self.headers = CIMultiDict(played.headers)
        self.request_info = None  # passed through by the SDK, read by nobody
        self._body = played.body

    @property
    def content_type(self) -> str:
        """The media type alone."""
        return self.headers.get("Content-Type", "application/octet-stream").partition(";")[0].strip().lower()

    async def text(self) -> str:
        """The body."""
        return self._body.decode()


class _Playing(AbstractAsyncContextManager[RecordedAnswer]):
    def __init__(self, session: RecordedSession, method: str, url: str, options: Mapping[str, Any]) -> None:
        self._request = (session, method, url, options)

    async def __aenter__(self) -> RecordedAnswer:
        session, method, url, options = self._request
        return session.play(method, url, options)

    async def __aexit__(self, *_: object) -> None:
        return None
