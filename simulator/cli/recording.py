"""The terminal phone with a recorder beside it: every entry goes into a file at once, masked. Shows nothing."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

from simulator.callers.script.reports import check_writable
from simulator.network import Network, OpenNetwork
from simulator.operator.clock import Clock
from simulator.operator.journal import Entry, as_data
from simulator.operator.masking import Mask


class Recorder:
    """Writes into one file while a network is open; a file that is there is replaced. Raises WrongUseError."""

    def __init__(self, path: Path) -> None:
        check_writable(path)
        self._path = path
        self._mask = Mask()
        self.trouble: str | None = None
        """Why the recording is not whole, in one sentence."""

    def beside(self, open_network: OpenNetwork) -> OpenNetwork:
        """The same networks, recorded."""

        @asynccontextmanager
        async def open_recorded(clock: Clock, *, seed: int = 0) -> AsyncIterator[Network]:
            async with open_network(clock, seed=seed) as network:
                with self._path.open("w", encoding="utf-8") as file:
                    unlisten = network.operator.journal.listen(lambda entry: self._write(file, entry))
                    try:
                        yield network
                    finally:
                        unlisten()

        return open_recorded

    def _write(self, file: TextIO, entry: Entry) -> None:
        """A full disk ends the recording, not the call."""
        if self.trouble is not None:
            return
        try:
            data = as_data(entry, self._mask)
            file.write(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")
            file.flush()
        except OSError as error:
            self.trouble = f"{self._path} is not whole: {error.strerror}"
