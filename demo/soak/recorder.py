"""Writes a round's journal as JSON lines, masked, as it happens; `phone --replay` shows it, `phone export` tells it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.operator.journal import Entry, Journal, as_data
from simulator.operator.masking import Mask


@contextmanager
def recorded(journal: Journal, path: Path | None) -> Iterator[None]:
    """While the block runs, what enters the journal is written to the file, which is replaced; None: nothing is."""
    if path is None:
        yield
        return
    mask = Mask()
    with path.open("w", encoding="utf-8") as file:

        def write(entry: Entry) -> None:
            data = as_data(entry, mask)
            file.write(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")

        unlisten = journal.listen(write)
        try:
            yield
        finally:
            unlisten()
