"""Telling the application how a leg gets on: status callbacks with their sequence numbers.

Source: Twilio docs, call status callbacks. Only events that were asked for are counted and sent.
"""

from collections.abc import Mapping
from typing import Literal

from simulator.exchange.parameters import end_parameters, progress_parameters
from simulator.verbs.script import StatusCallback
from simulator.vocabulary import Status, Tell

CallbackEvent = Literal["initiated", "ringing", "answered", "completed"]
_STATUS: dict[CallbackEvent, str] = {"initiated": "initiated", "ringing": "ringing", "answered": "in-progress"}
_SIGNED: frozenset[CallbackEvent] = frozenset(("ringing", "answered"))
"""Those that tell how the call was signed, StirStatus (Twilio docs: call resource)."""


class Progress:
    """The callbacks of one leg."""

    __slots__ = ("_attestation", "_callback", "_params", "_sid", "_told")

    def __init__(
        self, sid: str, callback: StatusCallback | None, params: Mapping[str, str], attestation: str = ""
    ) -> None:
        self._sid = sid
        self._callback = callback
        self._attestation = attestation
        self._params = params
        self._told = 0

    def reached(self, event: CallbackEvent, now: float) -> list[Tell]:
        """The leg got this far."""
        if not self._is_wanted(event):
            return []
        extra = progress_parameters(status=_STATUS[event], now=now, sequence=self._told)
        if self._attestation and event in _SIGNED:
            extra["StirStatus"] = self._attestation
        return self._tell(extra)

    def ended(self, status: Status, seconds: float, now: float, sip_code: int | None) -> list[Tell]:
        """The leg is over, in whatever way; `seconds` counts from the answer, `sip_code` is that of a leg rung."""
        if not self._is_wanted("completed"):
            return []
        return self._tell(
            end_parameters(status=status, seconds=seconds, now=now, sequence=self._told, sip_code=sip_code)
        )

    def _is_wanted(self, event: CallbackEvent) -> bool:
        return self._callback is not None and event in self._callback.events

    def _tell(self, extra: dict[str, str]) -> list[Tell]:
        callback = self._callback
        assert callback is not None
        self._told += 1
        address, _, overrides = callback.url.partition("#")
        return [Tell(self._sid, callback.method, address, {**self._params, **extra}, overrides)]
