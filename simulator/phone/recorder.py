"""A journal written into a file while it grows, masked, for `phone --journal`. Shows nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.files import GrowingFile
from simulator.operator.journal import Entry, Journal, as_data
from simulator.operator.masking import Mask
from simulator.printable import json_text


class Recorder:
    """Has the file for itself; what was in it is lost. Raises WrongUseError when it cannot be had.

    A file that cannot be written any more ends the recording, not the calls.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = GrowingFile(path)
        self._mask = Mask()
        self._tell: Callable[[str], None] = lambda sentence: None
        self.trouble: str | None = None
        """Why the recording is not whole, in one sentence."""

    @contextmanager
    def following(self, journal: Journal, tell: Callable[[str], None]) -> Iterator[None]:
        """Write what enters the journal meanwhile; `tell` is told once, and at once, when that fails."""
        self._tell = tell
        unlisten = journal.listen(self._take)
        try:
            yield
        finally:
            unlisten()

    def close(self) -> None:
        """Let others have the file."""
        self._file.close()

    def _take(self, entry: Entry) -> None:
        if self.trouble is not None:
            return
        try:
            self._file.write(json_text(as_data(entry, self._mask)))
        except OSError as error:
            self.trouble = f"{self._path} is not whole: {error.strerror}; calls go on without being recorded"
            self._tell(self.trouble)
