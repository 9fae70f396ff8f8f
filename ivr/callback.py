"""The line's own calls: what is ordered of Twilio's API, and what came of it; who is called is decided by the pages."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ivr.callers import last_four, shortened
from ivr.external import Connection, Session, in_daemon_thread
from ivr.twilio_access import TwilioTroubleError, credentials, sent_where, sentences

if TYPE_CHECKING:
    from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class Order:
    """A call to `to`, showing `caller` (both E.164); `document` and `status` are paths below its public address."""

    to: str
    caller: str
    document: str
    status: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """The call is on its way; the sid is Twilio's."""

    sid: str


@dataclass(frozen=True, slots=True)
class NotOrdered:
    """No call was made, as far as is known; `why` is for the log, never spoken."""

    why: str


class Dialler(Protocol):
    """Makes calls; every method answers, none raises for what Twilio or a network does."""

    async def ring(self, order: Order) -> Ordered | NotOrdered:
        """Ring somebody."""
        ...

    def warm(self) -> None:
        """Load what is slow to load; may be called in a thread of its own."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


log = logging.getLogger("ivr.callback")

PATIENCE = 6.0  # seconds; a webhook waits for the answer, and has 12
RINGS_FOR = 30  # seconds


class TwilioDialler:
    """The account that the settings name. A session given from outside is not closed here."""

    def __init__(self, settings: Settings, *, session: Session | None = None, patience: float = PATIENCE) -> None:
        self._settings = settings
        self._connection = Connection(session)
        self._patience = patience
        self._client: Any = None  # the SDK is not typed

    async def ring(self, order: Order) -> Ordered | NotOrdered:
        """One request, never repeated: a second one would be a second call."""
        base = self._settings.public_base
        if base is None:
            return NotOrdered("IVR_PUBLIC_URL is not set, so Twilio could not ask what to say.")
        try:
            if self._client is None:
                await in_daemon_thread(self.warm)
                self._client = self._made()
            with sentences(self._settings.twilio_api_url):
                call = await self._client.calls.create_async(
                    to=order.to,
                    from_=order.caller,
                    url=base + order.document,
                    method="POST",
                    fallback_url=base + order.document,
                    fallback_method="POST",
                    status_callback=base + order.status,
                    status_callback_method="POST",
                    timeout=RINGS_FOR,
                )
        except TwilioTroubleError as trouble:
            return NotOrdered(shortened(str(trouble)))
        log.info("call=%s ordered to=%s", call.sid, last_four(order.to))
        return Ordered(str(call.sid))

    def warm(self) -> None:
        """Import the SDK: half a second that no caller should wait for."""
        import twilio.rest
        import twilio.rest.api.v2010.account.call  # noqa: F401 - the part that is used, which the SDK loads late

    async def close(self) -> None:
        """Close the session, if it was made here."""
        await self._connection.close()

    def _made(self) -> Any:
        from twilio.rest import Client

        from ivr.twilio_http import SessionHttp

        user, password = credentials(self._settings)
        http = sent_where(self._settings, SessionHttp(self._connection, self._patience))
        return Client(user, password, self._settings.twilio_account_sid, http_client=http)
