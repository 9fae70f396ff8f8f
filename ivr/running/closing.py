"""An orderly end: no new calls, readiness red, and a while for calls that would be lost; it ends no call itself."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

LOOK_AGAIN = 0.25  # seconds


class Closing:
    """Begun by a signal; over when no call would be lost, when patience (seconds) ends, or at a second signal.

    Calls in a Redis are lost by nobody's end: then only webhooks that are being answered are waited for, by the server.
    """

    def __init__(self, at_stake: Callable[[], Awaitable[int]], patience: float) -> None:
        self._at_stake = at_stake
        self._patience = patience
        self._begun = asyncio.Event()
        self._hurried = asyncio.Event()

    def __call__(self) -> bool:
        """True once it has begun."""
        return self._begun.is_set()

    def begin(self) -> None:
        """The first time: close. The second time: at once."""
        if self._begun.is_set():
            self._hurried.set()
        self._begun.set()

    def on_signals(self) -> None:
        """Begin at SIGTERM and at Ctrl-C, in the running loop."""
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, self.begin)

    async def over(self) -> None:
        """Returns when the server may stop."""
        await self._begun.wait()
        try:
            async with asyncio.timeout(self._patience):
                while not self._hurried.is_set() and await self._at_stake():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._hurried.wait(), LOOK_AGAIN)
        except TimeoutError:
            return
